//! Tables of a report.

use super::svg::{El, el};
use super::text::{Unit, or_dash};
use crate::stats::Estimate;

/// No table has more rows than this, so that pages of large models can still be opened.
const MOST_ROWS: usize = 1000;

/// A table that can be sorted by any column.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub caption: String,
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<Cell>>,
    left_out: usize,
}

/// What stands in a cell, and by which number it is sorted.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    value: Option<f64>,
}

impl Cell {
    /// A number, as it is to be read.
    pub fn number(value: f64, text: impl Into<String>) -> Cell {
        Cell { text: text.into(), value: Some(value) }
    }

    /// An estimate that there may not be, with its interval.
    pub fn estimate(estimate: Option<&Estimate>, unit: Unit) -> Cell {
        Cell { text: or_dash(estimate, unit), value: estimate.map(|of| of.mean) }
    }

    /// A time that there may not be, in hours.
    pub fn time(estimate: Option<impl std::ops::Deref<Target = Estimate>>) -> Cell {
        Cell::estimate(estimate.as_deref(), Unit::Time)
    }

    /// A share that there may not be.
    pub fn share(estimate: Option<&Estimate>) -> Cell {
        Cell::estimate(estimate, Unit::Share)
    }

    /// A number of things, with its interval.
    pub fn count(estimate: &Estimate) -> Cell {
        Cell::estimate(Some(estimate), Unit::Number(""))
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Cell {
        Cell { text: text.into(), value: None }
    }
}

impl Table {
    /// A table whose first column has names.
    pub fn new(caption: impl Into<String>, names: impl Into<String>) -> Table {
        Table { caption: caption.into(), columns: vec![(names.into(), false)], rows: Vec::new(), left_out: 0 }
    }

    /// A column of figures.
    pub fn figures(mut self, name: impl Into<String>) -> Table {
        self.columns.push((name.into(), true));
        self
    }

    /// A column of words.
    pub fn words(mut self, name: impl Into<String>) -> Table {
        self.columns.push((name.into(), false));
        self
    }

    pub fn row(&mut self, cells: Vec<Cell>) {
        if self.rows.len() < MOST_ROWS { self.rows.push(cells) } else { self.left_out += 1 }
    }

    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Table {
        rows.into_iter().for_each(|row| self.row(row));
        self
    }

    /// So many rows at most, the first.
    pub fn at_most(mut self, rows: usize) -> Table {
        self.left_out += self.rows.len().saturating_sub(rows);
        self.rows.truncate(rows);
        self
    }

    /// Without the columns in which nothing stands for anybody.
    pub fn without_empty(mut self) -> Table {
        let empty = |at: &usize| self.rows.iter().all(|row| row[*at].text == "-");
        let kept: Vec<usize> = (0..self.columns.len()).filter(|at| *at == 0 || !empty(at)).collect();
        self.columns = kept.iter().map(|&at| self.columns[at].clone()).collect();
        for row in &mut self.rows {
            *row = kept.iter().map(|&at| row[at].clone()).collect();
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn written(&self) -> El {
        let class = |figures: bool, cell: El| if figures { cell } else { cell.class("word") };
        let head = self
            .columns
            .iter()
            .map(|(name, figures)| class(*figures, el("th").set("scope", "col")).text(name));
        let row = |cells: &Vec<Cell>| {
            let cells = cells.iter().zip(&self.columns).enumerate().map(|(at, (cell, (_, figures)))| {
                let own = if at == 0 { el("th").set("scope", "row") } else { el("td") };
                let own = class(*figures, own);
                let own = match cell.value {
                    Some(value) => own.data("value", value),
                    None => own,
                };
                own.text(&cell.text)
            });
            el("tr").with_all(cells)
        };
        let table = el("table")
            .with(el("caption").text(&self.caption))
            .with(el("thead").with(el("tr").with_all(head)))
            .with(el("tbody").with_all(self.rows.iter().map(row)));
        let scroll = el("div").class("scroll").set("tabindex", "0").set("role", "region");
        let whole = el("div").class("table").with(scroll.set("aria-label", &self.caption).with(table));
        match self.left_out {
            0 => whole,
            more => whole.with(
                el("p")
                    .class("muted")
                    .text(format!("These are the first {}; {more} more are left out.", self.rows.len())),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_markup() {
        let mut table = Table::new("A <table>", "name").figures("size").words("note").rows([vec![
            "a & b".into(),
            Cell::number(1.5, "1.5"),
            "-".into(),
        ]]);
        table.row(vec!["c".into(), Cell::number(2.0, "2"), "-".into()]);
        let written = table.without_empty().written().written();
        let document = roxmltree::Document::parse(&written).unwrap();
        let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
        assert_eq!((count("th"), count("td"), count("tr"), count("caption")), (4, 2, 3, 1));
        let cell = document.descendants().find(|node| node.has_tag_name("td")).unwrap();
        assert_eq!(cell.attribute("data-value"), Some("1.5"));
        let head: Vec<_> =
            document.descendants().filter(|node| node.attribute("scope") == Some("row")).collect();
        assert_eq!(head[0].text(), Some("a & b"));
    }

    #[test]
    fn what_is_left_out_is_told() {
        let rows = (0..1200).map(|at| vec![Cell::number(f64::from(at), at.to_string())]);
        let table = Table::new("t", "n").rows(rows).at_most(10);
        assert!(table.written().written().contains("the first 10; 1190 more are left out"));
    }
}
