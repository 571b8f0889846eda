//! Results as flat rows, for spreadsheets and data frames.
//!
//! ```
//! use knockon::prelude::*;
//! use knockon::rows::Rows;
//!
//! let model = Model::builder("desk")
//!     .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(12))))
//!     .customers("visitors", |c| c.poisson(per_hour(4.0)).enter("desk"))
//!     .build()?;
//! let results = Experiment::new(&model).horizon(weeks(4)).warm_up(days(1)).replications(10).run()?;
//! let rows = Rows::of(&results);
//! # let folder = std::env::temp_dir().join(format!("knockon rows {}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//! # let path = folder.join("results.csv");
//! # let _ = (|| -> Result<()> {
//! rows.write_csv(&path)?;
//! # Ok(()) })();
//! # std::fs::remove_dir_all(&folder).unwrap();
//!
//! let wait = rows.iter().find(|row| row.department == "desk" && row.figure == "waiting.mean").unwrap();
//! assert_eq!(wait.mean, results.department("desk")?.visits.waiting.as_ref().unwrap().mean.mean);
//! # Ok::<(), knockon::Error>(())
//! ```
//!
//! In Python, `pandas.read_csv("results.csv").query("table == 'departments' and figure == 'waiting.mean'")`; in R,
//! `subset(read.csv("results.csv"), table == "departments" & figure == "waiting.mean")`.
//!
//! [`Rows::of`] takes every result that has serde: of a run, and of every question of a
//! [`Study`](crate::analysis::Study). There is one row for each figure, and the columns are always the same, so that the
//! rows of several results can be put below each other. They are the fields of [`Row`].

mod tree;
mod walk;

use std::fmt;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use self::tree::Tree;
use crate::error::{ErrorKind, Result};
use crate::text::Table;

/// One figure of a result. Texts that say nothing are empty.
///
/// The columns from `scenario` to `detail` say whose figure it is: they hold the names that stand beside the figure in the
/// result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The part of the result, by the names of its fields: `departments`, `ledger.system.completed.propagation`.
    pub table: String,
    /// The scenario.
    pub scenario: String,
    /// The customer class.
    pub class: String,
    /// The department: of handoffs and requests that where they come from.
    pub department: String,
    /// Where handoffs and requests go to.
    pub to: String,
    /// Who is responsible, in the ledger.
    pub who: String,
    /// What they did.
    pub what: String,
    /// Whose work that was.
    pub whose: String,
    /// Where it was felt.
    pub felt: String,
    /// The name of anything else: a pool, a stock, a request, a factor.
    pub name: String,
    /// What tells it from others of the same name: the share of a percentile, a state, a figure that was asked for.
    pub detail: String,
    /// The figure, by the names of its fields: `waiting.mean`.
    pub figure: String,
    /// Its unit: `h`, `share` (of 1), `per hour`, `money`; empty for counts, numbers and factors.
    pub unit: String,
    /// The point estimate, or the number where nothing is estimated.
    pub mean: f64,
    /// Its standard error, in the same unit.
    pub std_error: Option<f64>,
    /// The lower end of the confidence interval.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// The confidence level of the interval, between 0 and 1.
    pub level: Option<f64>,
    /// How many replications had something to say.
    pub replications: Option<u32>,
}

/// The figures of a result, one a row: see the [module](self).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rows(pub Vec<Row>);

impl Rows {
    /// The figures of a result, in the order in which it has them.
    ///
    /// Left out are what made it (the manifest), totals of single replications, histograms, and the changes that make a
    /// scenario: those are in its JSON.
    #[must_use]
    pub fn of(result: &impl Serialize) -> Rows {
        Rows(walk::rows(&Tree::of(result)))
    }

    /// The rows in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Row> {
        self.0.iter()
    }

    /// Writes them to a file in CSV, with a line of column names first: see [`Rows::to_csv`].
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let written = std::fs::File::create(path).and_then(|file| self.to_csv(io::BufWriter::new(file)));
        written.map_err(|source| ErrorKind::File { path: path.to_path_buf(), source }.into())
    }

    /// Writes them in CSV (RFC 4180, UTF-8, a point in numbers), with a line of column names first. Names with commas,
    /// quotes or line breaks are quoted. Absent numbers are empty.
    ///
    /// A spreadsheet takes a text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula, and
    /// names may come from a file that somebody else has written: such a text has an apostrophe put before it.
    ///
    /// # Errors
    ///
    /// What `out` says when it cannot be written to.
    pub fn to_csv(&self, out: impl io::Write) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(out);
        // Also where there are no rows.
        writer.write_record(Row::COLUMNS)?;
        for row in &self.0 {
            let mut row = row.clone();
            row.texts_mut().into_iter().for_each(disarm);
            writer.serialize(row).map_err(io::Error::other)?;
        }
        writer.flush()
    }
}

/// Puts an apostrophe before what a spreadsheet would take for a formula.
fn disarm(text: &mut String) {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        text.insert(0, '\'');
    }
}

impl Row {
    /// The names of the columns of [`Rows::to_csv`], in order.
    pub const COLUMNS: [&str; 19] = [
        "table",
        "scenario",
        "class",
        "department",
        "to",
        "who",
        "what",
        "whose",
        "felt",
        "name",
        "detail",
        "figure",
        "unit",
        "mean",
        "std_error",
        "low",
        "high",
        "level",
        "replications",
    ];

    fn texts_mut(&mut self) -> [&mut String; 13] {
        let Row {
            table,
            scenario,
            class,
            department,
            to,
            who,
            what,
            whose,
            felt,
            name,
            detail,
            figure,
            unit,
            ..
        } = self;
        [table, scenario, class, department, to, who, what, whose, felt, name, detail, figure, unit]
    }

    /// What it is and whose: "visitors, desk: waiting.mean".
    fn whole_name(&self) -> String {
        let Row { scenario, class, department, to, who, what, whose, felt, name, detail, .. } = self;
        let all = [scenario, class, department, to, who, what, whose, felt, name, detail];
        let whose: Vec<&str> = all.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        let parts = [whose.join(", "), self.figure.clone()].into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(": ")
    }

    fn shown(&self) -> String {
        use crate::stats::{Estimate, Interval};

        let interval = match (self.std_error, self.low, self.high, self.level) {
            (Some(std_error), Some(low), Some(high), Some(level)) => {
                Some(Interval { std_error, low, high, level })
            }
            _ => None,
        };
        let estimate =
            Estimate { mean: self.mean, interval, replications: self.replications.unwrap_or_default() };
        let unit = if self.unit == "h" { " h" } else { "" };
        match interval {
            Some(_) => format!("{estimate:#}").replacen(" (", &format!("{unit} ("), 1),
            // Without the noise of binary fractions.
            None => format!("{}{unit}", (self.mean * 1e6).round() / 1e6),
        }
    }
}

/// A table of the figures with their intervals, part by part.
impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.chunk_by(|a, b| a.table == b.table).enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            let title = if part[0].table.is_empty() { "figure" } else { &part[0].table };
            let rows = part.iter().map(|row| vec![row.whole_name(), row.shown()]);
            fmt::Display::fmt(&Table::new(&[title, "value"], rows), f)?;
        }
        Ok(())
    }
}

/// Results that have no page of their own are displayed with all their figures, one a line.
macro_rules! displayed_as_rows {
    ($($result:ty),*) => {$(
        /// All figures, one a line: see [`Rows`](crate::rows::Rows).
        impl std::fmt::Display for $result {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&crate::rows::Rows::of(self), f)
            }
        }
    )*};
}
pub(crate) use displayed_as_rows;

impl<'r> IntoIterator for &'r Rows {
    type Item = &'r Row;
    type IntoIter = std::slice::Iter<'r, Row>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Rows {
    type Item = Row;
    type IntoIter = std::vec::IntoIter<Row>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests;
