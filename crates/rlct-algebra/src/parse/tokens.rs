//! The pieces of a text: numbers, names, signs.

use crate::Rational;
use crate::variables::{continues_name, starts_name, superscript_digit};

/// A piece of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(Rational),
    /// `2.5e-3`: the number, `None` if it has too many digits; as written; and the variable that it
    /// holds if it is read as a product, `e` or `e3`.
    Scientific(Option<Rational>, String, String),
    Name(String),
    Superscript(Option<u32>),
    Plus,
    Minus,
    Times,
    Over,
    Power,
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    Other(char),
}

/// A token and its place in characters.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A text that is read from the front, with the column in characters.
struct Reader<'a> {
    rest: &'a str,
    column: usize,
}

impl<'a> Reader<'a> {
    /// Takes the characters from the front for which `belongs` holds.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// Takes so many bytes.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        self.column += taken.chars().count();
        taken
    }

    fn token(&mut self) -> Option<Token> {
        let first = self.rest.chars().next()?;
        if first.is_ascii_digit() {
            return Some(self.number());
        }
        if superscript_digit(first).is_some() {
            return Some(self.superscript());
        }
        if starts_name(first) {
            return Some(Token::Name(self.take_while(continues_name).to_string()));
        }
        if self.rest.starts_with("**") {
            self.take(2);
            return Some(Token::Power);
        }
        self.take(first.len_utf8());
        Some(symbol(first))
    }

    fn superscript(&mut self) -> Token {
        let text = self.take_while(|c| superscript_digit(c).is_some());
        let mut digits = text.chars().filter_map(superscript_digit);
        Token::Superscript(digits.try_fold(0_u32, |value, digit| {
            value.checked_mul(10)?.checked_add(digit)
        }))
    }

    fn number(&mut self) -> Token {
        let plain = self.take(plain_length(self.rest));
        let exponent = self.take(exponent_length(self.rest));
        if exponent.is_empty() {
            return match plain.parse() {
                Ok(number) => Token::Number(number),
                Err(_) => Token::Scientific(None, plain.to_string(), String::new()),
            };
        }
        let exponent = exponent.trim_start_matches('.');
        let text = format!("{plain}{exponent}");
        let variable = match exponent.find(['+', '-']) {
            Some(sign) => &exponent[..sign],
            None => exponent,
        };
        Token::Scientific(text.parse().ok(), text.clone(), variable.to_string())
    }
}

/// How many digits there are in front.
fn digits(text: &str) -> usize {
    let other = |c: char| !c.is_ascii_digit();
    text.find(other).unwrap_or(text.len())
}

/// The length of `12` or `12.5` in front.
fn plain_length(text: &str) -> usize {
    let whole = digits(text);
    let decimals = text[whole..].strip_prefix('.').map_or(0, digits);
    match decimals {
        0 => whole,
        _ => whole + 1 + decimals,
    }
}

/// The length of `e-3`, or `.e-3` as Python writes it, in front; 0 if there is none.
fn exponent_length(text: &str) -> usize {
    let mark = text.strip_prefix('.').unwrap_or(text);
    let Some(signed) = mark.strip_prefix(['e', 'E']) else {
        return 0;
    };
    let exponent = signed.strip_prefix(['+', '-']).unwrap_or(signed);
    match digits(exponent) {
        0 => 0,
        count => text.len() - exponent.len() + count,
    }
}

fn symbol(c: char) -> Token {
    match c {
        '+' => Token::Plus,
        '-' | '−' | '–' => Token::Minus,
        '*' | '·' | '×' | '⋅' => Token::Times,
        '/' | '÷' => Token::Over,
        '^' => Token::Power,
        '(' => Token::Open,
        ')' => Token::Close,
        '[' => Token::OpenSquare,
        ']' => Token::CloseSquare,
        other => Token::Other(other),
    }
}

/// The tokens of a text; spaces only part them.
pub(super) fn tokens(text: &str) -> Vec<Placed> {
    let mut reader = Reader {
        rest: text,
        column: 0,
    };
    let mut result = Vec::new();
    loop {
        reader.take_while(char::is_whitespace);
        let start = reader.column;
        let Some(token) = reader.token() else {
            return result;
        };
        result.push(Placed {
            token,
            start,
            end: reader.column,
        });
    }
}

pub(super) fn spelling(token: &Token) -> String {
    match token {
        Token::Number(number) => number.to_string(),
        Token::Scientific(_, text, _) => text.clone(),
        Token::Name(name) => name.clone(),
        Token::Superscript(_) => "a superscript".to_string(),
        Token::Plus => "+".to_string(),
        Token::Minus => "-".to_string(),
        Token::Times => "*".to_string(),
        Token::Over => "/".to_string(),
        Token::Power => "^".to_string(),
        Token::Open => "(".to_string(),
        Token::Close => ")".to_string(),
        Token::OpenSquare => "[".to_string(),
        Token::CloseSquare => "]".to_string(),
        Token::Other(c) => c.to_string(),
    }
}
