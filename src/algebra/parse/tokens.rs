//! The pieces of a text: numbers, names, signs.

use crate::algebra::Rational;
use crate::algebra::variables::{continues_name, starts_name, superscript_digit};
use winnow::combinator::{alt, opt};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::stream::LocatingSlice;
use winnow::token::{any, one_of, take_while};

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

type Input<'a> = LocatingSlice<&'a str>;

fn number(input: &mut Input<'_>) -> ModalResult<Token> {
    let digits = |i: &mut Input<'_>| -> ModalResult<()> {
        take_while(1.., |c: char| c.is_ascii_digit())
            .void()
            .parse_next(i)
    };
    // Python writes 1.e-05 as well as 1e-05
    let decimals = opt(('.', digits));
    let exponent = (
        opt('.'),
        one_of(['e', 'E']),
        opt(one_of(['+', '-'])),
        digits,
    );
    let (plain, exponent) = ((digits, decimals).take(), opt(exponent.take())).parse_next(input)?;
    let Some(exponent) = exponent else {
        return plain.parse().map(Token::Number).map_err(|_| backtrack());
    };
    let exponent = exponent.trim_start_matches('.');
    let text = format!("{plain}{exponent}");
    let variable = match exponent.find(['+', '-']) {
        Some(sign) => &exponent[..sign],
        None => exponent,
    };
    Ok(Token::Scientific(
        text.parse().ok(),
        text.clone(),
        variable.to_string(),
    ))
}

fn backtrack() -> ErrMode<ContextError> {
    ErrMode::Backtrack(ContextError::new())
}

fn name(input: &mut Input<'_>) -> ModalResult<Token> {
    (
        any.verify(|c: &char| starts_name(*c)),
        take_while(0.., continues_name),
    )
        .take()
        .map(|text: &str| Token::Name(text.to_string()))
        .parse_next(input)
}

fn superscript(input: &mut Input<'_>) -> ModalResult<Token> {
    take_while(1.., |c| superscript_digit(c).is_some())
        .map(|text: &str| {
            let digits = text.chars().filter_map(superscript_digit);
            Token::Superscript(digits.into_iter().try_fold(0_u32, |value, digit| {
                value.checked_mul(10)?.checked_add(digit)
            }))
        })
        .parse_next(input)
}

fn symbol(input: &mut Input<'_>) -> ModalResult<Token> {
    let starred = alt(("**", "^")).value(Token::Power);
    let single = any.map(|c| match c {
        '+' => Token::Plus,
        '-' | '−' | '–' => Token::Minus,
        '*' | '·' | '×' | '⋅' => Token::Times,
        '/' | '÷' => Token::Over,
        '(' => Token::Open,
        ')' => Token::Close,
        '[' => Token::OpenSquare,
        ']' => Token::CloseSquare,
        other => Token::Other(other),
    });
    alt((starred, single)).parse_next(input)
}

/// The tokens of a text; spaces only part them.
pub(super) fn tokens(text: &str) -> Vec<Placed> {
    let mut input = LocatingSlice::new(text);
    let mut result = Vec::new();
    let mut space = |i: &mut Input<'_>| -> ModalResult<()> {
        take_while(0.., char::is_whitespace).void().parse_next(i)
    };
    // byte offsets to character columns, incrementally
    let (mut bytes, mut column) = (0, 0);
    let mut column_of = |offset: usize| {
        column += text[bytes..offset].chars().count();
        bytes = offset;
        column
    };
    loop {
        // none of the pieces can fail but at the end of the text
        if space.parse_next(&mut input).is_err() {
            return result;
        }
        let token = alt((number, superscript, name, symbol))
            .with_span()
            .parse_next(&mut input);
        let Ok((token, span)) = token else {
            return result;
        };
        let start = column_of(span.start);
        result.push(Placed {
            token,
            start,
            end: column_of(span.end),
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
