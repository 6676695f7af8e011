//! Reports as text: a page for an experiment, a table for several.

use super::{ExperimentReport, Finding, Table, Verdict};
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, presets};
use std::fmt::Write;

const HEADER: [&str; 4] = ["prediction", "demanded", "measured", "verdict"];

fn framed(width: u16) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    let mut style = presets::UTF8_HORIZONTAL_ONLY;
    style = style.row_separator(LineStyle::none());
    table.load_style(style);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width);
    table
}

fn line(found: &Finding) -> [String; 4] {
    let measured = found.measured.as_ref().map(ToString::to_string);
    [
        found.prediction.claim.clone(),
        found.prediction.demand.to_string(),
        measured.unwrap_or_default(),
        found.verdict.to_string(),
    ]
}

fn wrapped(text: &str, width: u16) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width + 2); // of the padding
    table.add_row([text]);
    let lines = table.trim_fmt();
    let lines = lines.lines().map(str::trim);
    lines.collect::<Vec<_>>().join("\n")
}

impl Table {
    /// The table for so many columns of a terminal.
    #[must_use]
    pub fn text_within(&self, width: u16) -> String {
        let mut table = framed(width);
        table.set_header(self.columns());
        for row in self.rows() {
            table.add_row(row.iter().map(ToString::to_string));
        }
        for (index, _) in self.columns().iter().enumerate().skip(1) {
            if let Some(column) = table.column_mut(index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        format!("{}\n{}", wrapped(self.title(), width), table.trim_fmt())
    }
}

impl ExperimentReport {
    /// The page of an experiment: source, predictions with figures and verdicts, tables, remarks.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_within(Self::WIDTH)
    }

    /// The same for so many columns.
    #[must_use]
    pub fn text_within(&self, width: u16) -> String {
        let mut page = format!("{}: {}\n", self.experiment, self.verdict);
        let mut paragraph = |text: String| page.push_str(&format!("{text}\n\n"));
        paragraph(wrapped(self.about, width));
        paragraph(wrapped(&format!("Source: {}", self.source), width));
        let settings = self.settings;
        paragraph(format!(
            "size {}, {} seed{}, {:.0} s{}",
            settings.size,
            settings.seeds,
            if settings.seeds == 1 { "" } else { "s" },
            self.seconds,
            if self.complete {
                ""
            } else {
                ", stopped before the end"
            },
        ));
        let mut table = framed(width);
        table.set_header(HEADER);
        for found in &self.findings {
            table.add_row(line(found));
        }
        paragraph(table.trim_fmt());
        for found in &self.findings {
            if let Some(explanation) = &found.explanation {
                let text = format!("{}: {explanation}", found.prediction.key);
                paragraph(wrapped(&text, width));
            }
        }
        for table in &self.tables {
            paragraph(table.text_within(width));
        }
        for remark in &self.remarks {
            paragraph(wrapped(remark, width));
        }
        let mut sources: Vec<String> = Vec::new();
        for found in &self.findings {
            let Some(place) = sources
                .iter()
                .position(|line| line.ends_with(&found.prediction.source))
            else {
                let (key, source) = (found.prediction.key, &found.prediction.source);
                sources.push(format!("{key}: {source}"));
                continue;
            };
            let line = &mut sources[place];
            line.insert_str(0, &format!("{}, ", found.prediction.key));
        }
        paragraph("Where the predictions come from:".into());
        for source in &sources {
            let _ = writeln!(page, "{}", wrapped(source, width));
        }
        page.trim_end().to_string()
    }

    /// One table of several experiments, for [`WIDTH`](Self::WIDTH) columns.
    #[must_use]
    pub fn summary(reports: &[Self]) -> String {
        Self::summary_within(reports, Self::WIDTH)
    }

    /// The same for so many columns.
    #[must_use]
    pub fn summary_within(reports: &[Self], width: u16) -> String {
        let mut table = framed(width);
        table.set_header(HEADER);
        for (index, report) in reports.iter().enumerate() {
            if index > 0 {
                table.add_row([""; 4]);
            }
            let time = format!("{:.0} s", report.seconds);
            let verdict = report.verdict.to_string();
            table.add_row([report.experiment, "", &time, &verdict]);
            for found in &report.findings {
                let mut line = line(found);
                line[0].insert_str(0, "  ");
                table.add_row(line);
            }
        }
        let all = |verdict| {
            reports
                .iter()
                .map(|report| report.count(verdict))
                .sum::<usize>()
        };
        let [passed, failed, missing] =
            [Verdict::Pass, Verdict::Fail, Verdict::NotMeasured].map(all);
        let mut text = format!(
            "{}\n{} experiments: {passed} predictions PASS, {failed} FAIL",
            table.trim_fmt(),
            reports.len()
        );
        if missing > 0 {
            let _ = write!(text, ", {missing} not measured");
        }
        text
    }
}
