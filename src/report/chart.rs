//! A chart: what it shows, in words, and a drawing for any width.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::palette::{Theme, chart_style_in};
use super::svg::{El, el, word};
use crate::error::{ErrorKind, Result};

/// The width of charts by themselves, and on screens and paper, in units of about a pixel.
pub(super) const WIDE: f64 = 1060.0;

/// The width on a phone.
pub(super) const NARROW: f64 = 344.0;

/// A chart, to be put into a [`Report`](super::Report) or written by itself.
///
/// A chart by itself is an SVG without anything from elsewhere: its style follows the reader's choice of light or dark, and
/// every mark tells its figure when it is pointed at, and has it as `data-value`, with `data-low` and `data-high` where
/// there is an interval. With the feature `png` it is a picture as well.
///
/// ```
/// use knockon::prelude::*;
/// use knockon::report::Chart;
///
/// let model = Model::builder("counter")
///     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
///     .customers("walk-in", |c| c.poisson(per_hour(6.0)).enter("counter").promise(minutes(15)))
///     .build()?;
/// let results = Experiment::new(&model).horizon(days(3)).replications(5).run()?;
/// let chart = Chart::lead_times(results.class("walk-in")?);
/// assert!(chart.svg().starts_with("<svg"));
/// # let folder = std::env::temp_dir().join(format!("knockon-chart-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// # let path = folder.join("lead_times.svg");
/// # /*
/// chart.write_svg("lead_times.svg")?;
/// # */
/// # chart.write_svg(&path)?;
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), knockon::Error>(())
/// ```
#[derive(Clone)]
pub struct Chart {
    title: String,
    says: String,
    drawing: Arc<dyn Draw + Send + Sync>,
}

/// What can be drawn in a given width.
pub(super) trait Draw {
    fn draw(&self, width: f64) -> Drawing;
}

/// A drawing.
pub(super) struct Drawing {
    pub width: f64,
    pub height: f64,
    pub marks: Vec<El>,
}

impl Chart {
    pub(super) fn new(
        title: impl Into<String>,
        says: impl Into<String>,
        drawing: impl Draw + Send + Sync + 'static,
    ) -> Chart {
        Chart { title: title.into(), says: says.into(), drawing: Arc::new(drawing) }
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it shows, in a sentence or two. Readers who do not see it are told this.
    pub fn description(&self) -> &str {
        &self.says
    }

    /// Another title.
    #[must_use]
    pub fn titled(self, title: impl Into<String>) -> Chart {
        Chart { title: title.into(), ..self }
    }

    /// The chart by itself, as SVG.
    #[must_use]
    pub fn svg(&self) -> String {
        let dark = format!("@media (prefers-color-scheme:dark){{{}}}", chart_style_in(Theme::Dark));
        self.alone(&format!("{}{dark}", chart_style_in(Theme::Light)))
    }

    /// The same, with a style.
    pub(super) fn alone(&self, style: &str) -> String {
        const MARGIN: f64 = 16.0;
        const TITLE: f64 = 30.0;
        let Drawing { width, height, marks } = self.drawing.draw(WIDE);
        let (width, height) = (width + 2.0 * MARGIN, height + 2.0 * MARGIN + TITLE);
        let behind = super::svg::rect(0.0, 0.0, width, height).class("card");
        let inside = el("g").set("transform", format!("translate({MARGIN} {})", MARGIN + TITLE));
        let own = el("svg").set("xmlns", "http://www.w3.org/2000/svg");
        self.described(own, width, height)
            .at("width", width)
            .at("height", height)
            .with(el("title").text(&self.title))
            .with(el("desc").text(&self.says))
            .with(el("style").raw(style))
            .with(behind)
            .with(word(MARGIN, MARGIN + 8.0, "t b", &self.title).set("style", "font-size:15px"))
            .with(inside.with_all(marks))
            .written()
    }

    /// Writes the chart as an SVG file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write_svg(&self, path: impl AsRef<Path>) -> Result<()> {
        write_file(path.as_ref(), self.svg().as_bytes())
    }

    /// Inside a page: once for screens and paper, once for phones.
    pub(super) fn figure(&self) -> El {
        let drawn = |class: &str, width: f64| {
            let Drawing { width, height, marks } = self.drawing.draw(width);
            // What is wider than the page keeps a size at which it can be read, and is moved to and fro.
            let least = format!("min-width:{}px", (0.72 * width).round());
            let svg = self.described(el("svg"), width, height).set("style", least);
            el("div").class(class).with(svg.with_all(marks))
        };
        el("figure")
            .class("chart")
            .set("data-chart", &self.title)
            .with(el("p").class("title").text(&self.title))
            .with(drawn("wide", WIDE))
            .with(drawn("narrow", NARROW))
            .with(el("figcaption").text(&self.says))
    }

    /// A picture to those who do not see it as well.
    fn described(&self, svg: El, width: f64, height: f64) -> El {
        let (width, height) = (super::svg::place_of(width), super::svg::place_of(height));
        svg.set("viewBox", format!("0 0 {width} {height}"))
            .set("role", "img")
            .set("aria-label", format!("{}. {}", self.title, self.says))
    }
}

impl fmt::Debug for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chart").field("title", &self.title).field("description", &self.says).finish()
    }
}

pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<()> {
    std::fs::write(path, content)
        .map_err(|source| ErrorKind::File { path: path.to_path_buf(), source }.into())
}
