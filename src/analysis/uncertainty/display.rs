//! Input uncertainty as text.

use std::fmt;

use super::{FigureUncertainty, InputUncertainty};
use crate::stats::Estimate;
use crate::text::Table;

crate::text::displayed_as_prose!(InputUncertainty);

impl InputUncertainty {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = (self.level * 1e8).round() / 1e6;
        writeln!(
            f,
            "({} parameter sets, {} replications of each on the same draws; in brackets {level} % intervals)\n",
            self.draws, self.replications
        )?;
        let header = [
            "figure",
            "as given, simulation noise",
            "mean of sets, input too",
            "due to input",
            "most by, first order",
        ];
        let row = |of: &FigureUncertainty| {
            let both = Estimate { interval: Some(of.interval), ..of.mean };
            let share = of.input_share.map_or("-".to_owned(), |share| format!("{:.0} %", 100.0 * share));
            let most = of
                .foremost()
                .map_or("-".to_owned(), |most| format!("{} ({:.0} %)", most.name, 100.0 * most.share));
            let unit = of.figure.unit();
            vec![
                of.figure.to_string(),
                format!("{:#}{unit}", of.as_given),
                format!("{both:#}{unit}"),
                share,
                most,
            ]
        };
        fmt::Display::fmt(&Table::new(&header, self.figures.iter().map(row)), f)?;
        writeln!(f)?;
        self.figures.iter().try_for_each(|figure| {
            fmt::Display::fmt(figure, f)?;
            writeln!(f)
        })
    }
}

crate::text::displayed_as_prose!(FigureUncertainty);

impl FigureUncertainty {
    fn page(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FigureUncertainty { figure, mean, interval, .. } = self;
        let unit = figure.unit();
        let noise = mean.half_width().map_or(0.0, |half| 2.0 * half);
        let both = interval.high - interval.low;
        let name = figure.to_string();
        let mut letters = name.chars();
        let name: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let shown = Estimate { interval: Some(*interval), ..*mean };
        write!(f, "{name} is {shown:#}{unit}. ")?;
        if !self.told() {
            return write!(
                f,
                "An interval of {}{unit} is simulation noise alone; what is not known about the parameters is not told from it.",
                brief(noise)
            );
        }
        let of = match self.foremost() {
            Some(most) if self.parameters.len() > 1 => {
                format!("the parameters, most of all {},", most.name)
            }
            Some(most) => most.name.clone(),
            None => "the parameters".to_owned(),
        };
        write!(
            f,
            "An interval of {}{unit} is simulation noise alone; what is not known about {of} adds {}{unit}.",
            brief(noise),
            brief(both - noise)
        )
    }
}

/// Two digits that count.
fn brief(width: f64) -> String {
    let digits = 1.0 - width.abs().log10().floor();
    let digits = if digits.is_finite() { digits.clamp(0.0, 9.0) as usize } else { 0 };
    format!("{width:.digits$}")
}
