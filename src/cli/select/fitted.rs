//! What `rlct select` fitted: for people, and as files.

use super::super::CliError;
use crate::selection::{
    Convergence, DataTable, Degeneracy, FittedModel, FittedParameter, HiddenMarkov, Mixtures,
    Selection, Topics,
};
use clap::Args;
use std::path::{Path, PathBuf};

/// What is to be told of the fits.
#[derive(Debug, Clone, PartialEq, Args)]
pub(super) struct FittedArgs {
    /// Print the fitted parameters of every model, and ℓ of every start
    #[arg(long, short)]
    pub(super) verbose: bool,
    /// Write the fitted parameters of every model to a CSV
    #[arg(long, value_name = "FILE")]
    pub(super) fitted: Option<PathBuf>,
    /// Write the posterior probability of each component, class or hidden state for each row to a
    /// CSV, or the share of each topic in each document, of the model that sBIC chooses
    #[arg(long, value_name = "FILE")]
    pub(super) memberships: Option<PathBuf>,
    /// The number of components, classes, topics or states of --memberships, in place of sBIC's
    /// choice
    #[arg(long, value_name = "K", requires = "memberships")]
    memberships_of: Option<usize>,
    /// Replace the files of --fitted and --memberships if they exist
    #[arg(long)]
    force: bool,
}

impl FittedArgs {
    /// Refuses to replace a file, before anything is computed.
    pub(super) fn check(&self) -> Result<(), CliError> {
        for path in [&self.fitted, &self.memberships].into_iter().flatten() {
            if !self.force && path.exists() {
                return Err(CliError::Exists { path: path.clone() });
            }
        }
        Ok(())
    }

    /// Writes the files that are asked for.
    pub(super) fn write(
        &self,
        selection: &Selection,
        models: &[FittedModel],
        family: Option<&dyn Memberships>,
    ) -> Result<(), CliError> {
        if let Some(path) = &self.fitted {
            write(path, &parameter_rows(models))?;
        }
        let (Some(path), Some(family)) = (&self.memberships, family) else {
            return Ok(());
        };
        let chosen = selection.by_sbic();
        let place = selection.scores().iter().position(|score| score == chosen);
        let components = self.memberships_of.unwrap_or(place.unwrap_or(0) + 1);
        let rows = family.of_rows(components).ok_or_else(|| {
            let most = models.len();
            CliError::Setting(format!(
                "--memberships-of {components}: there are 1 to {most}"
            ))
        })?;
        let rows = membership_rows(&rows, models, components, family.table());
        write(path, &rows)
    }
}

/// A family whose rows belong to components, classes, topics or states by shares.
pub(super) trait Memberships {
    /// The shares of each row in the model of so many; `None` if there is none.
    fn of_rows(&self, parts: usize) -> Option<Vec<Vec<f64>>>;

    fn table(&self) -> &DataTable;
}

macro_rules! memberships {
    ($($family:ty),*) => {$(
        impl Memberships for $family {
            fn of_rows(&self, parts: usize) -> Option<Vec<Vec<f64>>> {
                self.memberships(parts)
            }

            fn table(&self) -> &DataTable {
                self.data()
            }
        }
    )*};
}

memberships!(Mixtures, Topics, HiddenMarkov);

const HEADING: [&str; 6] = ["model", "quantity", "variable", "state", "part", "value"];

fn parameter_rows(models: &[FittedModel]) -> Vec<Vec<String>> {
    let mut rows = vec![HEADING.map(String::from).to_vec()];
    for model in models {
        rows.extend(model.parameters.iter().map(|parameter| {
            let text = |field: &Option<String>| field.clone().unwrap_or_default();
            vec![
                model.name.clone(),
                parameter.quantity.to_string(),
                text(&parameter.variable),
                text(&parameter.state),
                text(&parameter.part),
                parameter.value.to_string(),
            ]
        }));
    }
    rows
}

fn membership_rows(
    rows: &[Vec<f64>],
    models: &[FittedModel],
    components: usize,
    table: &DataTable,
) -> Vec<Vec<String>> {
    let weights = models[components - 1].parameters.iter().take(components);
    let parts: Vec<String> = weights.filter_map(|weight| weight.part.clone()).collect();
    let mut heading = vec!["line".to_string()];
    heading.extend(parts.iter().cloned());
    heading.push("most probable".into());
    let mut lines = vec![heading];
    for (index, row) in rows.iter().enumerate() {
        let most = row
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
        let mut line = vec![table.line(index).to_string()];
        line.extend(row.iter().map(f64::to_string));
        line.push(most.map_or(String::new(), |(place, _)| parts[place].clone()));
        lines.push(line);
    }
    lines
}

fn write(path: &Path, rows: &[Vec<String>]) -> Result<(), CliError> {
    let failed = |error: csv::Error| CliError::WriteFile {
        path: path.into(),
        error: error.into(),
    };
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    writer.flush().map_err(|error| failed(error.into()))
}

/// The parameters of a model in lines of at most `width` characters, a column for each component,
/// class, factor or predictor; and ℓ of every start.
pub(super) fn lines(model: &FittedModel, fit: Option<&Convergence>, width: usize) -> Vec<String> {
    let mut lines = vec![String::new(), model.name.clone()];
    let mut columns: Vec<String> = Vec::new();
    let mut rows: Vec<(String, Vec<Option<f64>>)> = Vec::new();
    for parameter in &model.parameters {
        let (row, column) = place(parameter);
        let column = columns
            .iter()
            .position(|c| *c == column)
            .unwrap_or_else(|| {
                columns.push(column);
                columns.len() - 1
            });
        let found = rows.iter().position(|(name, _)| *name == row);
        let found = found.unwrap_or_else(|| {
            rows.push((row, Vec::new()));
            rows.len() - 1
        });
        let cells = &mut rows[found].1;
        cells.resize(cells.len().max(column + 1), None);
        cells[column] = Some(parameter.value);
    }
    let label = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    let cell = |row: &[Option<f64>], column: usize| {
        row.get(column)
            .copied()
            .flatten()
            .map_or(String::new(), digits)
    };
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(column, name)| {
            let cells = rows
                .iter()
                .map(|(_, row)| cell(row, column).chars().count());
            cells.chain([name.chars().count()]).max().unwrap_or(0) + 2
        })
        .collect();
    let mut first = 0;
    while first < columns.len() {
        let (mut last, mut used) = (first, 2 + label);
        while last < columns.len() && (last == first || used + widths[last] <= width) {
            used += widths[last];
            last += 1;
        }
        let line = |name: &str, cells: &dyn Fn(usize) -> String| {
            let pad = label - name.chars().count();
            let mut line = format!("  {name}{}", " ".repeat(pad));
            for (column, width) in widths.iter().enumerate().take(last).skip(first) {
                line += &format!("{:>width$}", cells(column));
            }
            line.trim_end().to_string()
        };
        lines.push(line("", &|column| columns[column].clone()));
        for (name, row) in &rows {
            if (first..last).any(|column| row.get(column).is_some_and(Option::is_some)) {
                lines.push(line(name, &|column| cell(row, column)));
            }
        }
        first = last;
    }
    if let Some(fit) = fit.filter(|fit| fit.starts > 1) {
        lines.push(format!("  ℓ of the starts: {}", ends(fit)));
    }
    for degeneracy in &model.degeneracies {
        lines.push(format!("  {degeneracy}"));
    }
    lines
}

/// The row and the column of a parameter.
fn place(parameter: &FittedParameter) -> (String, String) {
    let variable = parameter
        .variable
        .as_deref()
        .map_or(String::new(), shortened);
    let row = match (parameter.quantity, &parameter.state) {
        (_, Some(state)) => format!("{variable} = {}", shortened(state)),
        ("transition", None) => format!("to {variable}"),
        (quantity, None) if variable.is_empty() => quantity.to_string(),
        ("loading" | "uniqueness" | "coefficient" | "intercept", None) => variable,
        (quantity, None) => format!("{quantity} of {variable}"),
    };
    let column = match &parameter.part {
        Some(part) => shortened(part),
        None => parameter.quantity.to_string(),
    };
    (row, column)
}

/// A name for a table.
fn shortened(name: &str) -> String {
    const MOST: usize = 24;
    if name.chars().count() <= MOST {
        return name.to_string();
    }
    name.chars().take(MOST - 1).chain(['…']).collect()
}

/// Five digits.
fn digits(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-3..1e6).contains(&size) {
        let before = if size >= 1.0 {
            size.log10().floor() as usize
        } else {
            0
        };
        return format!("{value:.*}", 4_usize.saturating_sub(before));
    }
    format!("{value:.3e}")
}

/// Where the starts came: equal ℓ together, then how many were left before their end.
fn ends(fit: &Convergence) -> String {
    const MOST: usize = 4;
    let mut groups: Vec<(f64, usize)> = Vec::new();
    for value in &fit.log_likelihoods {
        match groups.last_mut() {
            Some((first, count)) if *first - value < 1e-3 => *count += 1,
            _ => groups.push((*value, 1)),
        }
    }
    let shown = groups.iter().take(MOST).map(|(value, count)| match count {
        1 => format!("{value:.3}"),
        _ => format!("{value:.3} (×{count})"),
    });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if groups.len() > MOST {
        let rest: usize = groups[MOST..].iter().map(|(_, count)| count).sum();
        text += &format!(", {rest} lower");
    }
    if !fit.left.is_empty() {
        text += &format!("; {} left early", fit.left.len());
    }
    text
}

/// What is doubtful about the fits, and what is only worth a note, by model.
pub(super) fn remarks(model: &FittedModel, on_boundary: bool) -> (Vec<String>, Vec<String>) {
    const MOST: usize = 3;
    let (mut doubts, mut notes) = (Vec::new(), Vec::new());
    let mut boundary = Vec::new();
    for degeneracy in &model.degeneracies {
        let text = format!("{}: {degeneracy}", model.name);
        match degeneracy {
            Degeneracy::Narrow { .. } => doubts.push(text),
            other if other.is_doubt() => boundary.push(degeneracy.to_string()),
            _ => notes.push(text),
        }
    }
    if on_boundary || !boundary.is_empty() {
        let mut shown = boundary
            .iter()
            .take(MOST)
            .cloned()
            .collect::<Vec<_>>()
            .join("; ");
        if boundary.len() > MOST {
            shown += &format!("; and {} more", boundary.len() - MOST);
        }
        let colon = if shown.is_empty() { "" } else { ": " };
        doubts.push(format!(
            "{}: the best fit lies on the boundary of the model, where λ may differ{colon}{shown}",
            model.name
        ));
    }
    (doubts, notes)
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn numbers_have_five_digits() {
        for (value, text) in [
            (0.0, "0.0000"),
            (0.63214, "0.6321"),
            (-12.34567, "-12.346"),
            (12345.67, "12346"),
            (2.5e-7, "2.500e-7"),
            (3e9, "3.000e9"),
        ] {
            assert_eq!(digits(value), text);
        }
    }
}
