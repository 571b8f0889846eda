//! Reports: results as one page to read, print and hand on, and their charts one by one.
//!
//! A [`Report`] is a single HTML file without anything from elsewhere: it opens without a network, on a phone and on paper, in
//! light and dark. Everything that an experiment or a study returns can be added to it; each figure stands with its
//! interval, each chart with words that tell what it shows and a table with its figures.
//!
//! ```
//! use knockon::prelude::*;
//! use knockon::report::{Chart, Report};
//!
//! let model = Model::builder("two desks")
//!     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
//!     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
//!     .handoff("front", "back", |h| h.probability(0.25).transfer(minutes(5)))
//!     .handoff("front", EXIT, |h| h.probability(0.75))
//!     .customers("visitors", |c| c.poisson(per_hour(8.0)).enter("front").promise(hours(1)))
//!     .build()?;
//! let results = Experiment::new(&model).horizon(days(8)).warm_up(days(1)).replications(5).ledger().run()?;
//!
//! let report = Report::new("Two desks")
//!     .text("Visitors come to the front desk. One in four goes on to the back.")
//!     .map(&model, &results)
//!     .add(&results);
//! # let folder = std::env::temp_dir().join(format!("knockon-report-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//! # let (page, drawing) = (folder.join("two_desks.html"), folder.join("visitors.svg"));
//! # /*
//! report.write("two_desks.html")?;
//! Chart::lead_times(results.class("visitors")?).write_svg("visitors.svg")?;
//! # */
//! # report.write(&page)?;
//! # Chart::lead_times(results.class("visitors")?).write_svg(&drawing)?;
//! # assert!(std::fs::read_to_string(&page).unwrap().starts_with("<!DOCTYPE html>"));
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), knockon::Error>(())
//! ```
//!
//! # Large models
//!
//! A map of more than 60 departments shows the 30 with the longest queues one by one, and the others together, by how far they
//! are along the way. Matrices show their largest rows and columns, and the others added up. Tables have
//! pages of 25 rows and are searched and sorted as a whole, up to 1,000 rows.

mod chart;
mod charts;
mod layout;
mod palette;
#[cfg(feature = "png")]
mod png;
mod scale;
mod section;
mod sections;
mod svg;
mod table;
#[cfg(test)]
mod tests;
mod text;

use std::path::Path;

pub use chart::Chart;

use self::palette::{Theme, chart_style, variables};
use self::section::{Part, Section};
use self::svg::{El, el, escaped};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::results::Results;

/// What can be added to a [`Report`].
pub trait Reportable: section::Sections {}

/// A page about results.
///
/// It is put together from the top to the bottom; [`Report::write`] writes it.
#[derive(Clone, Debug)]
#[must_use]
pub struct Report {
    title: String,
    sections: Vec<Section>,
    /// What is wrong with what was added, told when the report is written.
    wrong: Option<String>,
}

impl Report {
    /// A report that has a title and nothing else yet.
    pub fn new(title: impl Into<String>) -> Report {
        Report { title: title.into(), sections: vec![Section::new("")], wrong: None }
    }

    fn last(&mut self) -> &mut Section {
        if self.sections.is_empty() {
            self.sections.push(Section::new(""));
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    /// A paragraph of text, as it is.
    pub fn text(mut self, text: impl Into<String>) -> Report {
        self.last().text(text);
        self
    }

    /// Text as it is printed, tables and all: its line breaks and gaps stay.
    ///
    /// ```
    /// # use knockon::report::Report;
    /// # use knockon::text::Table;
    /// let table = Table::new(&["desk", "cases"], [vec!["front".to_owned(), "12".to_owned()]]);
    /// let page = Report::new("Cases").printed(table.to_string()).html()?;
    /// assert!(page.contains("front     12"));
    /// # Ok::<(), knockon::Error>(())
    /// ```
    pub fn printed(mut self, text: impl Into<String>) -> Report {
        self.last().printed(text);
        self
    }

    /// A heading, under which text and charts follow.
    pub fn heading(mut self, heading: impl Into<String>) -> Report {
        self.sections.push(Section::new(heading));
        self
    }

    /// The map of the departments: see [`Chart::map`]. If model and results do not belong together, writing the report
    /// is an error.
    pub fn map(mut self, model: &Model, results: &Results) -> Report {
        match Chart::map(model, results) {
            Ok(chart) => {
                let mut section = Section::new("Departments and handoffs");
                section.chart(chart);
                self.sections.push(section);
            }
            Err(error) => self.wrong = self.wrong.or(Some(error.to_string())),
        }
        self
    }

    /// Results of any kind, under a heading of their own: words, charts and tables.
    #[expect(clippy::should_implement_trait, reason = "a report and results do not add up to anything")]
    pub fn add(mut self, results: &(impl Reportable + ?Sized)) -> Report {
        self.sections.extend(results.sections());
        self
    }

    /// A chart by itself.
    pub fn chart(mut self, chart: Chart) -> Report {
        self.last().chart(chart);
        self
    }

    /// The page.
    ///
    /// # Errors
    ///
    /// When a map was asked for of a model and results that do not belong together.
    pub fn html(&self) -> Result<String> {
        match &self.wrong {
            Some(wrong) => {
                let place = format!("report `{}`, map", self.title);
                Err(Error::from_defects(vec![crate::error::Defect::new(place, wrong.clone())]))
            }
            None => Ok(self.page()),
        }
    }

    /// Writes the page to a file.
    ///
    /// # Errors
    ///
    /// As [`Report::html`]; or when the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        chart::write_file(path.as_ref(), self.html()?.as_bytes())
    }

    fn page(&self) -> String {
        let body = el("body").with(self.header()).with(self.main()).with(footer()).with(script());
        // As XML it is well-formed too.
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\
             <link rel=\"icon\" href=\"data:,\"/>\
             <title>{}</title><style>{}</style></head>\n{}</html>\n",
            escaped(&self.title),
            style(),
            body.written()
        )
    }

    fn header(&self) -> El {
        let header = el("header").with(el("h1").text(&self.title));
        let named = self.sections.iter().enumerate().filter(|(_, section)| !section.heading.is_empty());
        let links: Vec<El> = named
            .map(|(at, section)| el("li").with(el("a").set("href", format!("#s{at}")).text(&section.heading)))
            .collect();
        let contents = el("nav").set("aria-label", "Contents");
        if links.len() > 1 { header.with(contents.with(el("ul").with_all(links))) } else { header }
    }

    fn main(&self) -> El {
        let hint = "Point at a chart, tap it, or use the arrow keys in it to read its figures. \
                    Tables are sorted by the names of their columns.";
        let hint = el("p").class("muted hint").set("hidden", "").text(hint);
        let section = |(at, section): (usize, &Section)| {
            let parts = section.parts.iter().map(Part::written);
            match section.heading.as_str() {
                "" => el("div").with_all(parts),
                heading => {
                    let id = format!("s{at}");
                    let named = el("h2").set("id", &id).text(heading);
                    el("section").set("aria-labelledby", &id).with(named).with_all(parts)
                }
            }
        };
        let mut sections = self.sections.iter().enumerate().map(section);
        let first = sections.next().into_iter();
        el("main").with_all(first.chain([hint]).chain(sections))
    }
}

fn footer() -> El {
    let made = format!("Made with Knockon {}. The page has all it needs with it.", env!("CARGO_PKG_VERSION"));
    el("footer").with(el("p").text(made))
}

/// Colours by their names, for what the reader or the system chooses, and how things look.
fn style() -> String {
    let (light, dark) = (variables(Theme::Light), variables(Theme::Dark));
    format!(
        ":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n\
         :root[data-theme=light]{{{light}}}\n:root[data-theme=dark]{{{dark}}}\n\
         {}{}@media print{{:root,:root[data-theme]{{{light}}}}}\n",
        include_str!("page/page.css"),
        chart_style()
    )
}

/// It sorts tables, turns their pages, and shows what marks tell; the page is complete without it.
fn script() -> El {
    el("script").raw(format!("//<![CDATA[\n{}//]]>", include_str!("page/page.js")))
}
