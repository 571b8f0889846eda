//! What a report is made of.

use super::chart::Chart;
use super::svg::{El, el};
use super::table::Table;

/// A part of a report under a heading of its own.
#[derive(Clone, Debug)]
pub struct Section {
    pub(super) heading: String,
    pub(super) parts: Vec<Part>,
}

/// What has sections of a report to say. Nobody else can: the module is private.
pub trait Sections {
    /// One or several.
    fn sections(&self) -> Vec<Section>;
}

/// What stands in a section.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Heading(String),
    Text(String),
    /// Text whose line breaks and gaps stay.
    Printed(String),
    List(Vec<String>),
    /// What the reader should know before trusting the figures.
    Warnings(Vec<String>),
    Chart(Chart),
    Table(Table),
}

impl Section {
    pub(super) fn new(heading: impl Into<String>) -> Section {
        Section { heading: heading.into(), parts: Vec::new() }
    }

    pub(super) fn heading(&mut self, heading: impl Into<String>) {
        self.parts.push(Part::Heading(heading.into()));
    }

    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Text(text.into()));
    }

    pub(super) fn printed(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Printed(text.into()));
    }

    pub(super) fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.parts.push(Part::List(items));
        }
    }

    pub(super) fn warnings(&mut self, warnings: &[String]) {
        if !warnings.is_empty() {
            self.parts.push(Part::Warnings(warnings.to_vec()));
        }
    }

    pub(super) fn chart(&mut self, chart: Chart) {
        self.parts.push(Part::Chart(chart));
    }

    /// A table, if it has rows.
    pub(super) fn table(&mut self, table: Table) {
        if !table.is_empty() {
            self.parts.push(Part::Table(table));
        }
    }
}

impl Part {
    pub(super) fn written(&self) -> El {
        let items = |items: &[String]| items.iter().map(|item| el("li").text(item)).collect::<Vec<_>>();
        match self {
            Part::Heading(heading) => el("h3").text(heading),
            Part::Text(text) => el("p").text(text),
            Part::Printed(text) => el("pre").set("tabindex", "0").text(text),
            Part::List(list) => el("ul").with_all(items(list)),
            Part::Warnings(warnings) => {
                let warned: Vec<String> = warnings
                    .iter()
                    .map(|warning| format!("Warning: {}.", super::text::plain(warning)))
                    .collect();
                el("ul").class("warnings").with_all(items(&warned))
            }
            Part::Chart(chart) => chart.figure(),
            Part::Table(table) => table.written(),
        }
    }
}
