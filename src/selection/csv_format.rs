//! Tables as people have them: separators, words for states, missing values.

use super::{DataTable, SelectionError};
use serde::Serialize;
use std::io::Read;

/// How a text with one line of names is read as a table.
///
/// The text is UTF-8, with or without a byte-order mark; lines end with LF or CRLF; cells may be
/// quoted as in RFC 4180; spaces around a cell do not count, nor do blank lines, unless there is
/// one column only: there a blank line between others is a missing value.
///
/// # Examples
///
/// ```
/// use rlct::selection::CsvFormat;
///
/// let text = "smokes;age\nyes;31\nno;NA\nno;52\n";
/// let read = CsvFormat::new().with_words(true).read(text.as_bytes(), &["smokes"])?;
/// assert_eq!(read.separator, ';');
/// assert_eq!(read.table.states(0), ["no", "yes"]);
/// assert_eq!(read.table.column(0), [1.0, 0.0, 0.0]);
///
/// let ages = CsvFormat::new().with_missing(true).read(text.as_bytes(), &["age"])?;
/// assert_eq!((ages.table.num_rows(), ages.dropped), (2, vec![3]));
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsvFormat {
    separator: Option<char>,
    missing: bool,
    words: bool,
}

/// A table that was read, and how.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CsvRead {
    /// The columns asked for.
    #[serde(skip)]
    pub table: DataTable,
    /// What separates cells.
    pub separator: char,
    /// The lines that were left out for a missing value.
    pub dropped: Vec<u64>,
}

/// What is tried.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// Cells that stand for no value, in lower case.
const MISSING: [&str; 8] = ["", "na", "n/a", "nan", "null", "?", ".", "<na>"];

impl CsvFormat {
    /// The separator found by the line of names; numbers only; a missing value is an error.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what separates cells: without, that one of comma, semicolon and tab that the line of
    /// names has; if it has several, the one that makes all the names asked for.
    #[must_use]
    pub fn with_separator(mut self, separator: char) -> Self {
        self.separator = Some(separator);
        self
    }

    /// Whether lines with a missing value (an empty cell, NA, N/A, NaN, null, `.` or ?, in any
    /// case) in a column asked for are left out; else they are refused.
    #[must_use]
    pub fn with_missing(mut self, dropped: bool) -> Self {
        self.missing = dropped;
        self
    }

    /// Whether columns may hold words, which then are its states in alphabetical order, with the
    /// values 0, 1, … A column of numbers keeps them; words and numbers in one column are refused.
    #[must_use]
    pub fn with_words(mut self, words: bool) -> Self {
        self.words = words;
        self
    }

    /// Reads the named columns; others may hold anything.
    ///
    /// # Errors
    /// [`SelectionError::Csv`] for text that is empty, has names only, is not UTF-8 or has lines of
    /// different lengths, and for a separator in doubt; [`SelectionError::NoColumn`],
    /// [`SelectionError::SameColumn`], [`SelectionError::Missing`] and [`SelectionError::Cell`]
    /// with line and column; and as [`DataTable::new`].
    pub fn read(
        &self,
        reader: impl Read,
        names: &[impl AsRef<str>],
    ) -> Result<CsvRead, SelectionError> {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let sheet = Sheet::new(reader, self.separator, &|header: &[String]| {
            names.iter().all(|name| header.iter().any(|h| h == name))
        })?;
        let places = sheet.places(&names)?;
        let is_missing = |text: &str| MISSING.contains(&text.to_lowercase().as_str());
        let (mut kept, mut dropped) = (Vec::new(), Vec::new());
        for row in &sheet.rows {
            match places.iter().find(|place| is_missing(&row.cells[**place])) {
                None => kept.push(row),
                Some(_) if self.missing => dropped.push(row.line),
                Some(place) => {
                    return Err(SelectionError::Missing {
                        line: row.line,
                        column: sheet.names[*place].clone(),
                    });
                }
            }
        }
        if kept.is_empty() {
            let reason = if dropped.is_empty() {
                "there are no rows below the line of names"
            } else {
                "every row below the line of names has a missing value"
            };
            return Err(refused(1, reason));
        }
        let mut columns = Vec::new();
        let mut states = Vec::new();
        for (place, name) in places.iter().zip(&names) {
            let cells: Vec<(u64, &str)> = kept
                .iter()
                .map(|row| (row.line, row.cells[*place].as_str()))
                .collect();
            let (column, words) = self.column(name, &cells)?;
            columns.push((*name, column));
            states.push(words);
        }
        let lines = kept.iter().map(|row| row.line).collect();
        let table = DataTable::new(columns)?.with_origin(lines, states);
        Ok(CsvRead {
            table,
            separator: sheet.separator,
            dropped,
        })
    }

    /// The numbers of a column, and its states if it has words.
    fn column(
        &self,
        name: &str,
        cells: &[(u64, &str)],
    ) -> Result<(Vec<f64>, Vec<String>), SelectionError> {
        let numbers = || cells.iter().map(|(line, text)| number(text, *line, name));
        let is_number = |text: &str| text.parse::<f64>().is_ok();
        let decimal = |text: &str| !is_number(text) && is_number(&text.replacen(',', ".", 1));
        let first = cells
            .first()
            .is_none_or(|(_, text)| is_number(text) || decimal(text));
        if !self.words || first {
            let column: Result<Vec<f64>, _> = numbers().collect();
            return match column {
                Ok(column) => Ok((column, Vec::new())),
                Err(SelectionError::Cell {
                    line, column, text, ..
                }) if self.words && !decimal(&text) => {
                    let expected = format!(
                        "a number, as the value of line {} is; a column has numbers or words",
                        cells[0].0
                    );
                    Err(SelectionError::Cell {
                        line,
                        column,
                        text,
                        expected,
                    })
                }
                Err(error) => Err(error),
            };
        }
        if let Some((line, text)) = cells.iter().find(|(_, text)| is_number(text)) {
            return Err(SelectionError::Cell {
                line: *line,
                column: name.into(),
                text: (*text).into(),
                expected: format!(
                    "a word, as the value of line {} is; a column has numbers or words",
                    cells[0].0
                ),
            });
        }
        let mut states: Vec<String> = cells.iter().map(|(_, text)| (*text).to_string()).collect();
        states.sort_unstable();
        states.dedup();
        let code = |text: &str| states.iter().position(|state| state == text).unwrap_or(0) as f64;
        let column = cells.iter().map(|(_, text)| code(text)).collect();
        Ok((column, states))
    }
}

impl DataTable {
    /// Reads the named columns of a CSV whose first line names its columns, as [`CsvFormat`] does
    /// without options.
    ///
    /// # Errors
    /// As [`CsvFormat::read`].
    ///
    /// ```
    /// # use rlct::selection::DataTable;
    /// let error = DataTable::from_csv("a,b\n1,2\n3,\n".as_bytes(), &["b"]).unwrap_err();
    /// assert!(error.to_string().starts_with("line 3, column `b`: the value is missing"));
    /// ```
    pub fn from_csv(reader: impl Read, names: &[impl AsRef<str>]) -> Result<Self, SelectionError> {
        Ok(CsvFormat::new().read(reader, names)?.table)
    }
}

/// The cells of a text, all as words.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<SheetRow>,
    pub(super) separator: char,
}

#[derive(Debug)]
pub(super) struct SheetRow {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

impl Sheet {
    /// Reads a text; of several separators in its first line, the only one whose names are
    /// `wanted` is taken.
    pub(super) fn new(
        mut reader: impl Read,
        separator: Option<char>,
        wanted: &dyn Fn(&[String]) -> bool,
    ) -> Result<Self, SelectionError> {
        let mut bytes = Vec::new();
        let failed = |error: std::io::Error| refused(0, &format!("it cannot be read: {error}"));
        reader.read_to_end(&mut bytes).map_err(failed)?;
        // csv counts the line of a record one too few after \r\n
        let text = decoded(bytes)?.replace("\r\n", "\n");
        if text.trim().is_empty() {
            return Err(refused(
                1,
                "the file is empty; its first line must name the columns",
            ));
        }
        let separator = match separator {
            Some(separator) if u8::try_from(separator).is_ok_and(|s| s.is_ascii()) => separator,
            Some(separator) => {
                let reason = format!("`{separator}` cannot separate cells: it is not ASCII");
                return Err(refused(1, &reason));
            }
            None => guessed(&text, wanted)?,
        };
        let names = header(&text, separator)?;
        let text = if names.len() == 1 {
            with_blanks(&text)
        } else {
            text
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator as u8)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| told(&error, separator))?;
            rows.push(SheetRow {
                line: record.position().map_or(0, csv::Position::line),
                cells: record.iter().map(str::to_string).collect(),
            });
        }
        Ok(Self {
            names,
            rows,
            separator,
        })
    }

    /// Where the named columns are.
    pub(super) fn places(&self, names: &[&str]) -> Result<Vec<usize>, SelectionError> {
        let place = |name: &&str| {
            let mut found = (0..self.names.len()).filter(|&i| self.names[i] == **name);
            match (found.next(), found.next()) {
                (Some(place), None) => Ok(place),
                (Some(_), Some(_)) => Err(SelectionError::SameColumn {
                    name: (*name).into(),
                }),
                (None, _) => Err(SelectionError::NoColumn {
                    name: (*name).into(),
                    columns: self.names.clone(),
                }),
            }
        };
        names.iter().map(place).collect()
    }
}

/// Text of UTF-8 bytes, without a byte-order mark.
fn decoded(bytes: Vec<u8>) -> Result<String, SelectionError> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(refused(1, "the text is UTF-16; save it as UTF-8"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_string()),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let valid = String::from_utf8_lossy(valid);
            let line = valid.matches('\n').count() as u64 + 1;
            let start = valid.rfind('\n').map_or(0, |at| at + 1);
            let character = valid[start..].chars().count() + 1;
            let byte = error.as_bytes()[error.utf8_error().valid_up_to()];
            Err(refused(
                line,
                &format!(
                    "character {character} is not UTF-8 (byte {byte:#04x}); save the file as \
                     UTF-8, for example by `iconv -f latin1 -t utf-8`"
                ),
            ))
        }
    }
}

fn header(text: &str, separator: char) -> Result<Vec<String>, SelectionError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator as u8)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let names = reader.headers().map_err(|error| told(&error, separator))?;
    Ok(names.iter().map(str::to_string).collect())
}

/// The separator by the line of names.
fn guessed(text: &str, wanted: &dyn Fn(&[String]) -> bool) -> Result<char, SelectionError> {
    let mut found = Vec::new();
    for separator in SEPARATORS {
        let names = header(text, separator)?;
        if names.len() > 1 {
            found.push((separator, wanted(&names)));
        }
    }
    match found[..] {
        [] => Ok(','),
        [(separator, _)] => Ok(separator),
        _ => {
            let fitting: Vec<char> = found
                .iter()
                .filter(|(_, fits)| *fits)
                .map(|f| f.0)
                .collect();
            let [separator] = fitting[..] else {
                let all: Vec<_> = found.iter().map(|(s, _)| separator_name(*s)).collect();
                let all = all.join(" and ");
                let reason =
                    format!("the line of names has {all}; say which one separates (--separator)");
                return Err(refused(1, &reason));
            };
            Ok(separator)
        }
    }
}

/// A separator in words.
fn separator_name(separator: char) -> String {
    match separator {
        ',' => "commas".into(),
        ';' => "semicolons".into(),
        '\t' => "tabs".into(),
        other => format!("`{other}`"),
    }
}

/// Blank lines of a text of one column, but for the last ones, as empty cells.
fn with_blanks(text: &str) -> String {
    if text.contains('"') {
        return text.to_string();
    }
    let lines = text.trim_end().lines();
    let cells = lines.map(|line| if line.trim().is_empty() { "\"\"" } else { line });
    cells.collect::<Vec<_>>().join("\n")
}

fn number(text: &str, line: u64, column: &str) -> Result<f64, SelectionError> {
    let value = text.parse::<f64>().ok().filter(|x| x.is_finite());
    value.ok_or_else(|| {
        let is_decimal =
            text.matches(',').count() == 1 && text.replacen(',', ".", 1).parse::<f64>().is_ok();
        let mut expected = "a finite number".to_string();
        if is_decimal {
            expected += "; write a decimal point in place of the comma";
        }
        SelectionError::Cell {
            line,
            column: column.into(),
            text: shortened(text),
            expected,
        }
    })
}

/// A cell for a message: on one line, and not too long.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    let text = text.replace(['\n', '\r'], " ");
    if text.chars().count() <= MOST {
        return text;
    }
    text.chars().take(MOST).chain(['…']).collect()
}

fn refused(line: u64, reason: &str) -> SelectionError {
    SelectionError::Csv {
        line,
        reason: reason.into(),
    }
}

fn told(error: &csv::Error, separator: char) -> SelectionError {
    let line = error.position().map_or(0, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            let mut reason = format!("{len} cells, but {expected_len} columns have names");
            if separator == ',' && len > expected_len {
                reason += "; a decimal comma, or a comma in a cell without quotes?";
            }
            reason
        }
        _ => error.to_string(),
    };
    SelectionError::Csv { line, reason }
}

#[cfg(test)]
mod tests {
    use super::{CsvFormat, CsvRead};
    use crate::selection::SelectionError;

    fn read(format: &CsvFormat, text: &[u8], names: &[&str]) -> Result<CsvRead, SelectionError> {
        format.read(text, names)
    }

    #[test]
    fn the_same_table_in_every_dress() {
        let format = CsvFormat::new();
        for text in [
            "a,b\n1,2\n3,4\n",
            "a;b\n1;2\n3;4",
            "a\tb\r\n1\t2\r\n3\t4\r\n",
            "\u{feff}a,b\n1,2\n3,4\n",
            "\"a\",\"b\"\n\"1\",2\n 3 , 4 \n\n\n",
            // a separator inside a name: only one makes the names
            "\"x,y\";a;b\n0;1;2\n0;3;4\n",
        ] {
            let read = read(&format, text.as_bytes(), &["b", "a"]).unwrap();
            assert_eq!(read.table.column(0), [2.0, 4.0], "{text}");
            assert_eq!(read.table.column(1), [1.0, 3.0], "{text}");
        }
        let pipes = CsvFormat::new().with_separator('|');
        let read = read(&pipes, b"a|b\n1|2\n3|4\n", &["b"]).unwrap();
        assert_eq!(
            (read.separator, read.table.column(0)),
            ('|', &[2.0, 4.0][..])
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let latin = b"a,b\n1,2\n3,caf\xe9\n";
        let both = "x;b,c\n1;2,3\n2;3,4\n".as_bytes();
        for (text, told) in [
            (&b""[..], "line 1: the file is empty"),
            (b" \n\n", "line 1: the file is empty"),
            (b"a,b\n", "line 1: there are no rows below"),
            (latin, "line 3: character 6 is not UTF-8 (byte 0xe9)"),
            (b"\xff\xfea\0", "line 1: the text is UTF-16"),
            (both, "line 1: the line of names has commas and semicolons"),
            (
                b"a;b\n1;2\n3,5;4\n",
                "line 3, column `a`: `3,5` is not a finite number; write a d",
            ),
            (
                b"a,b\n1,5,2\n",
                "line 2: 3 cells, but 2 columns have names; a decimal comma",
            ),
            (
                b"a,b\n1,2\nN/A,2\n",
                "line 3, column `a`: the value is missing",
            ),
            (b"a\n1\n\n2\n", "line 3, column `a`: the value is missing"),
            (b"a,a\n1,2\n3,4\n", "the column `a` is named twice"),
        ] {
            let error = read(&CsvFormat::new(), text, &["a"])
                .unwrap_err()
                .to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }

    #[test]
    fn words_are_states_and_lines_without_values_can_be_left_out() {
        let text = b"a,b,c\nyes,1,x\nno,2,\nNA,3,x\nno,1,z\n";
        let format = CsvFormat::new().with_words(true).with_missing(true);
        let found = read(&format, text, &["a", "b"]).unwrap();
        assert_eq!(found.dropped, [4]);
        assert_eq!(found.table.states(0), ["no", "yes"]);
        assert_eq!(found.table.column(0), [1.0, 0.0, 0.0]);
        assert!(found.table.states(1).is_empty());
        assert_eq!(found.table.column(1), [1.0, 2.0, 1.0]);
        assert_eq!(read(&format, text, &["c", "a"]).unwrap().dropped, [3, 4]);
        for (mixed, told) in [
            (
                &b"a\nyes\n1\nno\n"[..],
                "line 3, column `a`: `1` is not a word",
            ),
            (
                b"a\n1\nO\n2\n",
                "line 3, column `a`: `O` is not a number, as the value of line 2",
            ),
            (
                b"a;b\n1,5;2\n2,5;3\n",
                "line 2, column `a`: `1,5` is not a finite number; write",
            ),
            (
                b"a\nNA\nNA\n",
                "line 1: every row below the line of names has a missing value",
            ),
        ] {
            let error = read(&format, mixed, &["a"]).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
