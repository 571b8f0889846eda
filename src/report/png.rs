//! Charts as pictures.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use super::chart::{Chart, write_file};
use super::palette::{Theme, chart_style_in};
use crate::error::{Defect, Error, Result};

/// The letters that come with the library: those of Latin, Greek and Cyrillic scripts. See `fonts/README.md`.
const FONTS: [&[u8]; 2] =
    [include_bytes!("fonts/Roboto-Regular.ttf"), include_bytes!("fonts/Roboto-Bold.ttf")];

/// Scripts whose letters come with the library end here, but for some signs.
const LAST_OF_OWN: char = '\u{52f}';

static OWN: LazyLock<Arc<Database>> = LazyLock::new(|| Arc::new(own_fonts()));
static ALL: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = own_fonts();
    fonts.load_system_fonts();
    Arc::new(fonts)
});

fn own_fonts() -> Database {
    let mut fonts = Database::new();
    FONTS.iter().for_each(|font| fonts.load_font_data(font.to_vec()));
    fonts.set_sans_serif_family("Roboto");
    fonts
}

/// A picture may have at most so many pixels.
const MOST_PIXELS: f64 = 2e8;

impl Chart {
    /// The chart as a PNG picture for light paper, so many pixels for each unit: 2 is good for a screen, 4 for print. Letters
    /// come with the library, for Latin, Greek and Cyrillic scripts; those of other scripts from the system, if it has them.
    ///
    /// # Errors
    ///
    /// A scale that is not positive, or for which the picture would have more than 200 million pixels.
    ///
    /// ```
    /// # use knockon::prelude::*;
    /// # use knockon::report::Chart;
    /// # let model = Model::builder("counter")
    /// #     .department("counter", |d| d.staff(1).service(Dist::exponential(minutes(6))))
    /// #     .customers("walk-in", |c| c.poisson(per_hour(6.0)).enter("counter"))
    /// #     .build()?;
    /// # let results = Experiment::new(&model).horizon(days(2)).replications(3).run()?;
    /// let picture = Chart::lead_times(results.class("walk-in")?).png(2.0)?;
    /// assert!(picture.starts_with(b"\x89PNG"));
    /// # Ok::<(), knockon::Error>(())
    /// ```
    pub fn png(&self, scale: f64) -> Result<Vec<u8>> {
        let refused = |rule: String| {
            Error::from_defects(vec![Defect::new(format!("picture of `{}`", self.title()), rule)])
        };
        if !(scale > 0.0 && scale.is_finite()) {
            return Err(refused(format!("the scale is {scale}, must be positive")));
        }
        let drawing = self.alone(&chart_style_in(Theme::Light));
        let known = drawing.chars().all(|letter| letter <= LAST_OF_OWN || !letter.is_alphanumeric());
        let fontdb = if known { OWN.clone() } else { ALL.clone() };
        let options = Options { fontdb, font_family: "Roboto".to_owned(), ..Options::default() };
        let tree = Tree::from_str(&drawing, &options).map_err(|error| refused(error.to_string()))?;
        let side = |length: f32| (f64::from(length) * scale).ceil().max(1.0);
        let (width, height) = (side(tree.size().width()), side(tree.size().height()));
        let picture =
            if width * height <= MOST_PIXELS { Pixmap::new(width as u32, height as u32) } else { None };
        let Some(mut picture) = picture else {
            return Err(refused(format!(
                "the scale is {scale}, with which it has {width} times {height} pixels: must be at most {MOST_PIXELS:.0} together"
            )));
        };
        resvg::render(&tree, Transform::from_scale(scale as f32, scale as f32), &mut picture.as_mut());
        picture.encode_png().map_err(|error| refused(error.to_string()))
    }

    /// Writes the chart as a PNG file, as [`Chart::png`].
    ///
    /// # Errors
    ///
    /// As [`Chart::png`]; or when the file cannot be written.
    pub fn write_png(&self, path: impl AsRef<Path>, scale: f64) -> Result<()> {
        write_file(path.as_ref(), &self.png(scale)?)
    }
}
