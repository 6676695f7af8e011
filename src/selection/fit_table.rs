//! Models that were fitted elsewhere, as a table.

use super::csv_format::{Sheet, SheetRow, shortened};
use super::{Candidate, FittedFamily, PairCoefficient, SelectionError};
use crate::LearningCoefficient;
use crate::algebra::Rational;
use std::collections::BTreeMap;
use std::io::Read;

/// Models fitted by any program, with what sBIC needs of them, from a CSV.
///
/// A row is a model at the generic points of a submodel, or of itself:
///
/// | column | meaning |
/// |---|---|
/// | `model` | the name |
/// | `log_likelihood` | ℓ, the maximised log-likelihood; needed where `submodel` is empty |
/// | `dimension` | d, the dimension of the model; likewise |
/// | `submodel` | the name of a submodel; empty: the model itself |
/// | `lambda` | λ there: `3`, `9/2` or `4.5`; may be empty for the model itself: d/2 |
/// | `multiplicity` | m there; may be left out or empty: 1 |
/// | `bound` | `yes`: λ is an upper bound only; may be left out or empty: no |
///
/// Every model has one row of itself and one of *each* of its submodels, also of those of its
/// submodels. The order of rows does not matter: models are sorted such that each comes after its
/// submodels, else by their own rows.
///
/// # Examples
///
/// ```
/// use rlct::selection::{FitTable, Selection};
///
/// let text = "\
/// model,log_likelihood,dimension,submodel,lambda,multiplicity
/// one,-120.3,2,,1,1
/// two,-117.9,5,,5/2,1
/// two,,,one,3/2,1
/// ";
/// let table = FitTable::from_csv(text.as_bytes(), None, 100)?;
/// let selection = Selection::new(&table)?;
/// assert_eq!(selection.by_sbic().name, "one");
/// assert!(selection.scores()[1].exact);
/// # Ok::<(), rlct::selection::SelectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FitTable {
    num_samples: usize,
    candidates: Vec<Candidate>,
}

const NEEDED: [&str; 5] = ["model", "log_likelihood", "dimension", "submodel", "lambda"];
const OPTIONAL: [&str; 2] = ["multiplicity", "bound"];

/// One model: its own row, and those of its submodels by name.
#[derive(Debug)]
struct Entry {
    line: u64,
    log_likelihood: f64,
    dimension: usize,
    own: PairCoefficient,
    submodels: Vec<(String, u64, PairCoefficient)>,
}

impl FitTable {
    /// Reads the table of models fitted to n = `num_samples` rows; the separator is found by the
    /// first line unless it is given.
    ///
    /// # Errors
    /// [`SelectionError::Csv`] and [`SelectionError::Cell`] with the line for text that is no CSV,
    /// cells that are no such number, models with no row or two rows of themselves, unknown
    /// submodels or such of submodels that are left out, and circles;
    /// [`SelectionError::NoColumn`] for a column that is not there.
    pub fn from_csv(
        reader: impl Read,
        separator: Option<char>,
        num_samples: usize,
    ) -> Result<Self, SelectionError> {
        let wanted = |names: &[String]| NEEDED.iter().all(|n| names.iter().any(|own| own == n));
        let sheet = Sheet::new(reader, separator, &wanted)?;
        let needed = sheet.places(&NEEDED)?;
        let known =
            |name: &&String| !NEEDED.contains(&name.as_str()) && !OPTIONAL.contains(&name.as_str());
        if let Some(name) = sheet.names.iter().find(known) {
            let reason = format!(
                "there is no use for a column `{name}`; there may be {} and {}",
                NEEDED.join(", "),
                OPTIONAL.join(", ")
            );
            return Err(at(1, reason));
        }
        let mut optional = Vec::new();
        for name in OPTIONAL {
            let is_there = sheet.names.iter().any(|own| own == name);
            let place = is_there.then(|| sheet.places(&[name])).transpose()?;
            optional.push(place.map(|places| places[0]));
        }
        let layout = Layout { needed, optional };
        let (order, mut entries) = layout.own_rows(&sheet.rows)?;
        for row in sheet
            .rows
            .iter()
            .filter(|row| !layout.cell(row, 3).is_empty())
        {
            layout.submodel(row, &mut entries)?;
        }
        for name in &order {
            complete(name, &entries)?;
        }
        Ok(Self {
            num_samples,
            candidates: candidates(&sorted(&order, &entries)?, &entries),
        })
    }
}

impl FittedFamily for FitTable {
    fn num_samples(&self) -> usize {
        self.num_samples
    }

    fn candidates(&self) -> Result<Vec<Candidate>, SelectionError> {
        Ok(self.candidates.clone())
    }
}

/// Where the columns are.
struct Layout {
    needed: Vec<usize>,
    optional: Vec<Option<usize>>,
}

impl Layout {
    /// The cell of a column of [`NEEDED`].
    fn cell<'a>(&self, row: &'a SheetRow, column: usize) -> &'a str {
        &row.cells[self.needed[column]]
    }

    /// The models in the order of their own rows, and these.
    fn own_rows(
        &self,
        rows: &[SheetRow],
    ) -> Result<(Vec<String>, BTreeMap<String, Entry>), SelectionError> {
        let mut order = Vec::new();
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for row in rows {
            let (name, line) = (self.cell(row, 0), row.line);
            if name.is_empty() {
                return Err(at(line, "the row has no model".into()));
            }
            if !self.cell(row, 3).is_empty() {
                continue;
            }
            if let Some(entry) = entries.get(name) {
                let first = entry.line;
                let reason = format!("`{name}` has a row of itself already in line {first}");
                return Err(at(line, reason));
            }
            let log_likelihood = self.number(row, 1, "a finite number")?;
            let dimension = self.dimension(row)?;
            let own = if self.cell(row, 4).is_empty() && self.option(row, 1).is_empty() {
                match self.multiplicity(row)? {
                    1 => PairCoefficient::regular(dimension),
                    m => {
                        let reason = format!("λ is missing beside the multiplicity {m}");
                        return Err(at(line, reason));
                    }
                }
            } else {
                self.pair(row)?
            };
            order.push(name.to_string());
            let submodels = Vec::new();
            let entry = Entry {
                line,
                log_likelihood,
                dimension,
                own,
                submodels,
            };
            entries.insert(name.to_string(), entry);
        }
        if order.is_empty() {
            return Err(match rows.first() {
                None => at(1, "there are no rows below the line of names".into()),
                Some(row) => at(row.line, no_own_row(self.cell(row, 0))),
            });
        }
        Ok((order, entries))
    }

    /// Adds the row of a submodel to its model.
    fn submodel(
        &self,
        row: &SheetRow,
        entries: &mut BTreeMap<String, Entry>,
    ) -> Result<(), SelectionError> {
        let (name, below, line) = (self.cell(row, 0), self.cell(row, 3), row.line);
        if name == below {
            let reason = format!("`{name}` is no submodel of itself; leave `submodel` empty");
            return Err(at(line, reason));
        }
        if !entries.contains_key(below) {
            let known: Vec<&str> = entries.keys().map(String::as_str).collect();
            let known = shortened(&known.join(", "));
            let reason = format!(
                "the submodel `{below}` has no row of itself, with `submodel` empty; known are: \
                 {known}"
            );
            return Err(at(line, reason));
        }
        let pair = self.pair(row)?;
        let Some(entry) = entries.get_mut(name) else {
            return Err(at(line, no_own_row(name)));
        };
        if !self.cell(row, 1).is_empty() && self.number(row, 1, "")? != entry.log_likelihood {
            let own = entry.line;
            let reason = format!("`{name}` has another log_likelihood in line {own}");
            return Err(at(line, reason));
        }
        if !self.cell(row, 2).is_empty() && self.dimension(row)? != entry.dimension {
            let own = entry.line;
            return Err(at(
                line,
                format!("`{name}` has another dimension in line {own}"),
            ));
        }
        if let Some((_, first, _)) = entry.submodels.iter().find(|(other, ..)| other == below) {
            let reason = format!("the submodel `{below}` of `{name}` is in line {first} already");
            return Err(at(line, reason));
        }
        entry.submodels.push((below.to_string(), line, pair));
        Ok(())
    }

    /// The cell of a column of [`OPTIONAL`]; empty if there is no such column.
    fn option<'a>(&self, row: &'a SheetRow, column: usize) -> &'a str {
        self.optional[column].map_or("", |place| &row.cells[place])
    }

    fn number(&self, row: &SheetRow, column: usize, what: &str) -> Result<f64, SelectionError> {
        let text = self.cell(row, column);
        let value = text.parse::<f64>().ok().filter(|x| x.is_finite());
        value.ok_or_else(|| not(row, NEEDED[column], text, what))
    }

    fn dimension(&self, row: &SheetRow) -> Result<usize, SelectionError> {
        let text = self.cell(row, 2);
        text.parse()
            .map_err(|_| not(row, NEEDED[2], text, "a whole number, 0 or more"))
    }

    fn multiplicity(&self, row: &SheetRow) -> Result<usize, SelectionError> {
        match self.option(row, 0) {
            "" => Ok(1),
            text => {
                let value = text.parse::<usize>().ok().filter(|m| *m > 0);
                value.ok_or_else(|| not(row, OPTIONAL[0], text, "a whole number from 1 on"))
            }
        }
    }

    fn pair(&self, row: &SheetRow) -> Result<PairCoefficient, SelectionError> {
        let text = self.cell(row, 4);
        let lambda = text
            .parse::<Rational>()
            .ok()
            .filter(|lambda| !lambda.is_negative());
        let expected = "a number as 3, 9/2 or 4.5, not negative";
        let lambda = lambda.ok_or_else(|| not(row, NEEDED[4], text, expected))?;
        let multiplicity = self.multiplicity(row)?;
        let flag = self.option(row, 1);
        match flag.to_lowercase().as_str() {
            "" | "no" | "false" | "0" => Ok(PairCoefficient::Exact(LearningCoefficient::new(
                lambda,
                multiplicity,
            ))),
            "yes" | "true" | "1" if multiplicity == 1 => Ok(PairCoefficient::AtMost(lambda)),
            "yes" | "true" | "1" => Err(at(
                row.line,
                format!("beside a bound of λ the multiplicity is 1, got {multiplicity}"),
            )),
            _ => Err(not(row, OPTIONAL[1], flag, "yes or no")),
        }
    }
}

fn no_own_row(name: &str) -> String {
    format!("`{name}` has no row of itself, with `submodel` empty")
}

fn at(line: u64, reason: String) -> SelectionError {
    SelectionError::Csv { line, reason }
}

fn not(row: &SheetRow, column: &str, text: &str, expected: &str) -> SelectionError {
    SelectionError::Cell {
        line: row.line,
        column: column.into(),
        text: shortened(text),
        expected: expected.into(),
    }
}

/// Refuses a model that lacks a submodel of a submodel.
fn complete(name: &str, entries: &BTreeMap<String, Entry>) -> Result<(), SelectionError> {
    let Some(entry) = entries.get(name) else {
        return Ok(());
    };
    for (below, line, _) in &entry.submodels {
        for (deeper, ..) in entries.get(below).map_or(&[][..], |entry| &entry.submodels) {
            // a circle is told as such
            let there = |(other, ..): &(String, u64, PairCoefficient)| other == deeper;
            if deeper != name && !entry.submodels.iter().any(there) {
                let reason = format!(
                    "`{name}` has the submodel `{below}`, and that has `{deeper}`: there must be \
                     a row of `{name}` at `{deeper}`"
                );
                return Err(at(*line, reason));
            }
        }
    }
    Ok(())
}

/// The models, each after its submodels, else in the given order.
fn sorted<'a>(
    order: &'a [String],
    entries: &BTreeMap<String, Entry>,
) -> Result<Vec<&'a str>, SelectionError> {
    let mut waiting: Vec<&str> = order.iter().map(String::as_str).collect();
    let mut done: Vec<&str> = Vec::with_capacity(order.len());
    while !waiting.is_empty() {
        let open = |name: &&str| {
            let below = entries.get(*name).map_or(&[][..], |entry| &entry.submodels);
            below
                .iter()
                .find(|(below, ..)| !done.contains(&below.as_str()))
        };
        let ready = waiting.iter().position(|name| open(name).is_none());
        match ready {
            Some(place) => done.push(waiting.remove(place)),
            None => {
                // every model that waits has a submodel that waits: down from there is a circle
                let (mut path, mut line) = (vec![waiting[0]], 1);
                while let Some((below, at, _)) = path.last().and_then(open) {
                    line = *at;
                    let start = path.iter().position(|name| name == below);
                    path.push(below);
                    if let Some(start) = start {
                        path.drain(..start);
                        break;
                    }
                }
                let reason = format!("submodels in a circle: `{}`", path.join("` > `"));
                return Err(at(line, reason));
            }
        }
    }
    Ok(done)
}

fn candidates(names: &[&str], entries: &BTreeMap<String, Entry>) -> Vec<Candidate> {
    let candidate = |name: &&str| {
        let entry = entries.get(*name)?;
        let own = entry.own.clone();
        let new = Candidate::new(*name, entry.log_likelihood, entry.dimension, own);
        Some(entry.submodels.iter().fold(new, |new, (below, _, pair)| {
            let place = names
                .iter()
                .position(|name| name == below)
                .unwrap_or(usize::MAX);
            new.with_submodel(place, pair.clone())
        }))
    };
    names.iter().filter_map(candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::FitTable;
    use crate::selection::{Candidate, PairCoefficient, SelectionError, sbic};
    use crate::{LearningCoefficient, algebra::Rational};

    fn read(rows: &str) -> Result<FitTable, SelectionError> {
        let text =
            format!("model,log_likelihood,dimension,submodel,lambda,multiplicity,bound\n{rows}");
        FitTable::from_csv(text.as_bytes(), None, 50)
    }

    #[test]
    fn the_table_is_the_candidates() {
        let pair = |lambda: &str, m| {
            let lambda: Rational = lambda.parse().unwrap();
            PairCoefficient::Exact(LearningCoefficient::new(lambda, m))
        };
        let expected = [
            Candidate::new("a", -30.0, 2, pair("1", 1)),
            Candidate::new("b", -20.5, 4, pair("2", 1)).with_submodel(0, pair("3/2", 2)),
            Candidate::new("c", -20.0, 6, pair("3", 1))
                .with_submodel(1, PairCoefficient::AtMost("5/2".parse().unwrap()))
                .with_submodel(0, pair("2", 1)),
        ];
        // the largest first: the order of rows does not matter
        let table = read(
            "c,-20,6,b,2.5,,yes\nc,-20,6,,,,\nc,,,a,2,1,no\nb,,,a,3/2,2,\na,-30,2,,1,1,\n\
             b,-20.5,4,,2,1,\n",
        );
        let table = table.unwrap();
        assert_eq!(table.candidates, expected);
        let scores = sbic(&table.candidates, table.num_samples).unwrap();
        assert!(scores[1].exact && !scores[2].exact);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let a = "a,-30,2,,1,1,\n";
        for (rows, told) in [
            ("", "line 1: there are no rows"),
            ("a,-30,2,b,1,1,\n", "line 2: `a` has no row of itself"),
            (
                "a,-30,2,,1,1,\na,-30,2,,1,1,\n",
                "line 3: `a` has a row of itself already in line 2",
            ),
            (
                "a,-30,2,,1,1,\nb,,,a,1,1,\n",
                "line 3: `b` has no row of itself",
            ),
            (
                "a,-30,2,,1,1,\na,,,c,1,1,\n",
                "line 3: the submodel `c` has no row of itself",
            ),
            (
                "a,-30,2,,1,1,\na,,,a,1,1,\n",
                "line 3: `a` is no submodel of itself",
            ),
            (
                "a,-30,2,,1,1,\nb,-9,3,,,,\nb,,,a,1,,\nb,,,a,1,,\n",
                "line 5: the submodel `a` of",
            ),
            (
                "a,-30,2,,1,1,\nb,-9,3,,,,\nb,-8,,a,1,,\n",
                "line 4: `b` has another log_likeliho",
            ),
            (
                "a,-30,2,,1,1,\nb,-9,3,,,,\nb,,4,a,1,,\n",
                "line 4: `b` has another dimension",
            ),
            (
                "a,-30,2,,1,1,\nb,-9,3,,,,\nb,,,a,1,,\na,,,b,1,,\n",
                "line 4: submodels in a circle: `a` > `b` > `a`",
            ),
            (
                "a,x,2,,1,1,\n",
                "line 2, column `log_likelihood`: `x` is not a finite number",
            ),
            (
                "a,-inf,2,,1,1,\n",
                "line 2, column `log_likelihood`: `-inf` is not",
            ),
            (
                "a,-3,2.5,,1,1,\n",
                "line 2, column `dimension`: `2.5` is not a whole number",
            ),
            (
                "a,-3,2,,-1,1,\n",
                "line 2, column `lambda`: `-1` is not a number as 3, 9/2",
            ),
            (
                "a,-3,2,,1,0,\n",
                "line 2, column `multiplicity`: `0` is not",
            ),
            (
                "a,-3,2,,1,1,maybe\n",
                "line 2, column `bound`: `maybe` is not yes or no",
            ),
            (
                "a,-3,2,,1,2,yes\n",
                "line 2: beside a bound of λ the multiplicity is 1, got 2",
            ),
            ("a,-3,2,,,2,\n", "line 2: λ is missing beside"),
            (",-3,2,,1,1,\n", "line 2: the row has no model"),
            (
                "a,-30,2,,1,1,\nb,-9,3,,,,\nb,,,a,1,,\nc,-8,4,,,,\nc,,,b,2,,\n",
                "line 6: `c` has the submodel `b`, and that has `a`: there must be a row of `c` at",
            ),
        ] {
            let error = read(rows).unwrap_err().to_string();
            assert!(error.starts_with(told), "{rows}: {error}");
        }
        assert!(read(a).is_ok());
        let error = FitTable::from_csv("model,loglik\na,1\n".as_bytes(), None, 9).unwrap_err();
        assert!(
            error.to_string().contains("no column `log_likelihood`"),
            "{error}"
        );
        let text = "model,log_likelihood,dimension,submodel,lambda,wait\na,1,1,,1,1\n";
        let error = FitTable::from_csv(text.as_bytes(), None, 9)
            .unwrap_err()
            .to_string();
        assert!(error.contains("no use for a column `wait`"), "{error}");
    }
}
