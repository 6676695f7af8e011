//! Losses of chains in a table.

use super::LossTrace;

/// What is wrong in a line.
type Refused = (u64, String);

/// Names of the column that says which chain a line is of, and so on; in small letters.
const CHAIN: [&str; 5] = ["chain", "chain_id", "chain_index", "chain_idx", "chains"];
const DRAW: [&str; 8] = [
    "draw",
    "step",
    "iteration",
    "iter",
    "index",
    "sample",
    "",
    "unnamed: 0",
];
const NBETA: [&str; 4] = ["nbeta", "n_beta", "nβ", "inverse_temperature"];
/// Names that may mean nβ or its inverse.
const UNCLEAR: [&str; 4] = ["temperature", "temp", "beta", "inverse_temp"];
/// What stands for a value that is not there.
const MISSING: [&str; 8] = ["", "na", "n/a", "null", "none", ".", "?", "-"];

/// Fewer lines than this, and more columns than lines, is a table that lies on its side.
const FEWEST_LINES: usize = 20;

/// As many columns are told by name.
const MOST_NAMED: usize = 8;

struct Line {
    number: u64,
    cells: Vec<String>,
}

struct Sheet {
    names: Option<Vec<String>>,
    width: usize,
    lines: Vec<Line>,
}

pub(super) fn read(text: &str, wanted: &[String]) -> Result<Vec<LossTrace>, Refused> {
    let sheet = Sheet::new(text)?;
    let lower = sheet.lower();
    if let Some(column) = lower
        .iter()
        .position(|name| UNCLEAR.contains(&name.as_str()))
    {
        return Err((
            1,
            format!(
                "{}: is it nβ or its inverse? Name the column `nbeta` if it is the factor of the \
                 loss in the exponent, or leave it out and give --nbeta",
                sheet.name(column)
            ),
        ));
    }
    let role = |names: &[&str]| lower.iter().position(|name| names.contains(&name.as_str()));
    let (chain, draw, nbeta) = (role(&CHAIN), role(&DRAW), role(&NBETA));
    if chain.is_some() || nbeta.is_some() {
        let loss = sheet.loss(&lower, wanted, &[chain, draw, nbeta])?;
        return sheet.lines_of_draws(chain, draw, nbeta, loss);
    }
    sheet.columns_of_chains(&lower, draw, wanted)
}

impl Sheet {
    fn new(text: &str) -> Result<Self, Refused> {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else {
            return Err((
                1,
                "the file is empty; its first line names the columns".into(),
            ));
        };
        let separator = ['\t', ';', ',', ' '];
        let separator = separator.into_iter().find(|&s| first.trim().contains(s));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator.unwrap_or(',') as u8)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                (
                    error.position().map_or(0, csv::Position::line),
                    error.to_string(),
                )
            })?;
            // the reader counts a record from the blank lines before it on
            let from = record.position().map_or(0, csv::Position::line);
            let blank = text.lines().skip(from.saturating_sub(1) as usize);
            let blank = blank.take_while(|line| line.trim().is_empty()).count();
            lines.push(Line {
                number: from + blank as u64,
                cells: record.iter().map(str::to_string).collect(),
            });
        }
        let head = &lines[0];
        let width = head.cells.len();
        let named = head.cells.iter().any(|cell| cell.parse::<f64>().is_err());
        if let Some(line) = lines.iter().find(|line| line.cells.len() != width) {
            let found = line.cells.len();
            return Err((
                line.number,
                format!(
                    "column {}: the line has {found} cells, line {} has {width}",
                    found.min(width) + 1,
                    head.number
                ),
            ));
        }
        let names = named.then(|| lines.remove(0).cells);
        let sheet = Self {
            names,
            width,
            lines,
        };
        if sheet.lines.is_empty() {
            return Err((
                1,
                "there are no draws below the names of the columns".into(),
            ));
        }
        let rows = sheet.lines.len();
        if rows < FEWEST_LINES && width > rows.max(FEWEST_LINES) {
            return Err((
                1,
                format!(
                    "{rows} lines of {width} cells: a line is a draw and a column a chain; write \
                     the transposed table"
                ),
            ));
        }
        Ok(sheet)
    }

    fn lower(&self) -> Vec<String> {
        let names = self.names.iter().flatten();
        names.map(|name| name.to_lowercase()).collect()
    }

    /// A column in words.
    fn name(&self, column: usize) -> String {
        match self.names.as_ref().map(|names| &names[column]) {
            Some(name) => format!("column {} (`{name}`)", column + 1),
            None => format!("column {}", column + 1),
        }
    }

    /// The name of a column as a chain's.
    fn label(&self, column: usize) -> String {
        match self.names.as_ref().map(|names| &names[column]) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("column {}", column + 1),
        }
    }

    /// The columns of these names.
    fn named(&self, wanted: &[String]) -> Result<Vec<usize>, Refused> {
        let names = self.names.as_deref().unwrap_or(&[]);
        let mut places = Vec::new();
        for name in wanted {
            let mut found = (0..names.len()).filter(|&i| names[i] == *name);
            match (found.next(), found.next()) {
                (Some(place), None) => places.push(place),
                (Some(_), Some(_)) => {
                    return Err((1, format!("the column `{name}` is there twice")));
                }
                (None, _) => {
                    let there = names.join(", ");
                    return Err((
                        1,
                        format!("there is no column `{name}`; there are: {there}"),
                    ));
                }
            }
        }
        Ok(places)
    }

    /// The column of losses of a table with a line a draw.
    fn loss(
        &self,
        lower: &[String],
        wanted: &[String],
        taken: &[Option<usize>],
    ) -> Result<usize, Refused> {
        let free = |i: &usize| !taken.contains(&Some(*i));
        let found: Vec<usize> = if !wanted.is_empty() {
            self.named(wanted)?
        } else if let Some(exact) = lower.iter().position(|name| name == "loss") {
            vec![exact]
        } else {
            let has = |i: &usize| free(i) && lower[*i].contains("loss");
            (0..self.width).filter(has).collect()
        };
        match found[..] {
            [loss] => Ok(loss),
            _ => {
                let among: Vec<String> = (0..self.width)
                    .filter(free)
                    .map(|i| format!("`{}`", self.label(i)))
                    .collect();
                Err((
                    1,
                    format!(
                        "a table with a line a draw has one column of losses, and here are {}: say \
                         which it is with --column, one of {}",
                        found.len(),
                        among.join(", ")
                    ),
                ))
            }
        }
    }

    fn number(&self, line: &Line, column: usize) -> Result<f64, Refused> {
        let cell = &line.cells[column];
        if let Ok(value) = cell.parse() {
            return Ok(value);
        }
        let reason = if MISSING.contains(&cell.to_lowercase().as_str()) {
            "the value is missing; chains of different lengths go into a table with columns chain, \
             draw, loss"
                .to_string()
        } else if cell.replacen(',', ".", 1).parse::<f64>().is_ok() {
            format!("`{cell}` is no number; write a decimal point in place of the comma")
        } else {
            format!("`{}` is no number", shortened(cell))
        };
        Err((line.number, format!("{}: {reason}", self.name(column))))
    }

    fn columns_of_chains(
        &self,
        lower: &[String],
        draw: Option<usize>,
        wanted: &[String],
    ) -> Result<Vec<LossTrace>, Refused> {
        let telling = |i: &usize| {
            let name = lower.get(*i);
            name.is_some_and(|name| name.contains("chain") || name.contains("loss"))
        };
        let mut columns: Vec<usize> = match wanted {
            [] => (0..self.width).filter(telling).collect(),
            names => self.named(names)?,
        };
        if columns.is_empty() {
            columns = (0..self.width).filter(|i| Some(*i) != draw).collect();
        }
        if columns.is_empty() {
            return Err((
                1,
                "there is no column of losses, only a count of draws".into(),
            ));
        }
        let mut losses = vec![Vec::with_capacity(self.lines.len()); columns.len()];
        for line in &self.lines {
            for (chain, &column) in losses.iter_mut().zip(&columns) {
                chain.push(self.number(line, column)?);
            }
        }
        let names: Vec<String> = columns.iter().map(|&column| self.label(column)).collect();
        Ok(vec![LossTrace {
            nbeta: None,
            baseline: None,
            layout: match names.as_slice() {
                [only] => format!("one chain, the column {only}"),
                [first, .., last] if names.len() > MOST_NAMED => {
                    format!("a column a chain, from {first} to {last}")
                }
                _ => format!("a column a chain: {}", names.join(", ")),
            },
            names,
            losses,
        }])
    }

    fn lines_of_draws(
        &self,
        chain: Option<usize>,
        draw: Option<usize>,
        nbeta: Option<usize>,
        loss: usize,
    ) -> Result<Vec<LossTrace>, Refused> {
        let mut runs: Vec<Run> = Vec::new();
        for line in &self.lines {
            let t = nbeta.map(|column| self.number(line, column)).transpose()?;
            if let (Some(t), Some(column)) = (t, nbeta)
                && !(t.is_finite() && t > 0.0)
            {
                let reason = format!("{}: nβ is positive and finite, got {t}", self.name(column));
                return Err((line.number, reason));
            }
            let place = runs.iter().position(|run| run.nbeta == t);
            let place = place.unwrap_or_else(|| {
                runs.push(Run {
                    nbeta: t,
                    chains: Vec::new(),
                });
                runs.len() - 1
            });
            let label = chain.map_or("", |column| line.cells[column].as_str());
            if let Some(column) = chain.filter(|_| label.is_empty()) {
                return Err((line.number, format!("{}: which chain?", self.name(column))));
            }
            let at = match draw {
                Some(column) => self.number(line, column)?,
                None => 0.0,
            };
            let draws = runs[place].chain(label);
            draws.push((at, line.number, self.number(line, loss)?));
        }
        let used: Vec<String> = [chain, draw, nbeta, Some(loss)]
            .into_iter()
            .flatten()
            .map(|column| self.label(column))
            .collect();
        let layout = format!("a line a draw, by the columns {}", used.join(", "));
        let runs = runs.into_iter();
        runs.map(|run| run.finish(draw.is_some(), &layout))
            .collect()
    }
}

/// A cell for a message.
fn shortened(cell: &str) -> String {
    const MOST: usize = 40;
    if cell.chars().count() <= MOST {
        return cell.to_string();
    }
    cell.chars().take(MOST).chain(['…']).collect()
}

/// The draws of one chain: the count, the line and the loss of each.
type Draws = Vec<(f64, u64, f64)>;

/// Chains at one temperature.
struct Run {
    nbeta: Option<f64>,
    chains: Vec<(String, Draws)>,
}

impl Run {
    fn chain(&mut self, label: &str) -> &mut Draws {
        let place = self.chains.iter().position(|(name, _)| name == label);
        let place = place.unwrap_or_else(|| {
            self.chains.push((label.to_string(), Vec::new()));
            self.chains.len() - 1
        });
        &mut self.chains[place].1
    }

    fn finish(mut self, counted: bool, layout: &str) -> Result<LossTrace, Refused> {
        let called = |name: &str| match name {
            "" => "the chain".to_string(),
            name => format!("chain `{name}`"),
        };
        for (name, draws) in &mut self.chains {
            if !counted {
                continue;
            }
            draws.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
            if let Some(pair) = draws.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                let ((at, before, _), (_, line, _)) = (pair[0], pair[1]);
                let chain = called(name);
                return Err((
                    line,
                    format!("draw {at} of {chain} is there twice, the first time in line {before}"),
                ));
            }
        }
        let longest = self.chains.iter().map(|(_, draws)| draws.len()).max();
        for (name, draws) in &self.chains {
            let found = draws.len();
            if Some(found) != longest
                && let Some((_, line, _)) = draws.last()
            {
                return Err((
                    *line,
                    format!(
                        "{} ends here after {found} draws, another has {}; cut all to the same \
                         number",
                        called(name),
                        longest.unwrap_or(0)
                    ),
                ));
            }
        }
        let (names, losses) = self
            .chains
            .into_iter()
            .map(|(name, draws)| (name, draws.into_iter().map(|draw| draw.2).collect()))
            .unzip();
        Ok(LossTrace {
            nbeta: self.nbeta,
            baseline: None,
            names,
            losses,
            layout: layout.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> LossTrace {
        let mut traces = read(text, &[]).unwrap();
        assert_eq!(traces.len(), 1, "{text}");
        traces.remove(0)
    }

    #[test]
    fn the_same_chains_in_every_dress() {
        for text in [
            "a,b\n1,2\n3,4\n",
            "a;b\n1;2\n3;4\n",
            "1 2\n3 4\n",
            "1,2\n3,4",
            "\u{feff}step\tloss_0\tloss_1\r\n0\t1\t2\r\n1\t3\t4\r\n",
            "loss_chain_0,loss_chain_1,acceptance\n1,2,x\n3,4,y\n",
            ",0,1\n0,1,2\n1,3,4\n",
            "chain,loss\n0,1\n1,2\n0,3\n1,4\n",
            // out of order, with more columns than are needed
            "draw,chain,lp,loss\n1,b,9,3\n0,b,9,1\n0,a,9,2\n1,a,9,4\n",
        ] {
            assert_eq!(one(text).losses, [[1.0, 3.0], [2.0, 4.0]], "{text}");
        }
        let named = read("x,y\n1,2\n3,4\n", &["y".into()]).unwrap();
        assert_eq!(named[0].losses, [[2.0, 4.0]]);
        let only = one("loss\n1\nnan\ninf\n");
        assert!(only.losses[0][1].is_nan() && only.losses[0][2] == f64::INFINITY);
    }

    #[test]
    fn several_temperatures_in_one_table() {
        let traces = read("nbeta,chain,loss\n50,0,1\n100,0,2\n50,0,3\n100,0,4\n", &[]).unwrap();
        let told: Vec<_> = traces
            .iter()
            .map(|t| (t.nbeta, t.losses[0].clone()))
            .collect();
        assert_eq!(
            told,
            [(Some(50.0), vec![1.0, 3.0]), (Some(100.0), vec![2.0, 4.0])]
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let sideways = ["1,2,3"; 2].join(",").replace(' ', "");
        let sideways = format!("{0},{0},{0},{0}\n{0},{0},{0},{0}\n", sideways);
        for (text, line, part) in [
            ("", 1, "the file is empty"),
            ("a,b\n", 1, "no draws below"),
            (
                "a,b\n1,2\n\n3\n",
                4,
                "column 2: the line has 1 cells, line 1 has 2",
            ),
            ("a,b\n1,2\n3,\n", 3, "column 2 (`b`): the value is missing"),
            ("a,b\n1,2\nx,4\n", 3, "column 1 (`a`): `x` is no number"),
            (
                "a;b\n1;2\n1,5;4\n",
                3,
                "column 1 (`a`): `1,5` is no number; write a decimal point",
            ),
            ("step\n1\n2\n", 1, "only a count of draws"),
            (
                "chain,temperature,loss\n0,1,2\n",
                1,
                "is it nβ or its inverse?",
            ),
            ("chain,nbeta,loss\n0,-1,2\n", 2, "nβ is positive"),
            (
                "chain,a_loss,b_loss\n0,1,2\n",
                1,
                "here are 2: say which it is with --column, one of `a_loss`, `b_loss`",
            ),
            (
                "chain,draw,loss\n0,0,1\n0,1,2\n0,0,3\n",
                4,
                "draw 0 of chain `0` is there twice, the first time in line 2",
            ),
            (
                "chain,loss\n0,1\n1,2\n0,3\n",
                3,
                "chain `1` ends here after 1 draws, another has 2",
            ),
            ("chain,loss\n,1\n", 2, "which chain?"),
            (&sideways, 1, "2 lines of 24 cells"),
        ] {
            let (at, reason) = read(text, &[]).unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
            assert_eq!(at, line, "{text}: {reason}");
        }
        let (_, reason) = read("x,y\n1,2\n", &["z".into()]).unwrap_err();
        assert_eq!(reason, "there is no column `z`; there are: x, y");
    }
}
