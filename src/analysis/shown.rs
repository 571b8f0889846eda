//! Figures as text, each in its unit.

use super::disturbance::brief;
use crate::experiment::Figure;
use crate::results::{TimeEstimate, display_unit};
use crate::stats::Estimate;

/// Whether a figure is a time, in hours.
fn is_time(figure: &Figure) -> bool {
    figure.unit() == " h"
}

/// An estimate of a figure: "12.1 min (11.8 to 12.4)".
pub(super) fn shown(figure: &Figure, estimate: &Estimate) -> String {
    let text = |estimate: &Estimate| match is_time(figure) {
        true => format!("{:#}", TimeEstimate(*estimate)),
        false => brief(estimate),
    };
    if estimate.half_width() != Some(0.0) {
        return text(estimate);
    }
    // A point needs no interval.
    let alone = text(&Estimate { interval: None, ..*estimate });
    alone.split(" (").next().unwrap_or_default().to_owned()
}

/// An estimate that there may not be.
pub(super) fn shown_or_dash(figure: &Figure, estimate: Option<&Estimate>) -> String {
    estimate.map_or("-".to_owned(), |estimate| shown(figure, estimate))
}

/// A number in the unit of a figure: "6 min".
pub(super) fn number(figure: &Figure, value: f64) -> String {
    if !is_time(figure) {
        return format!("{value}{}", figure.unit());
    }
    let (unit, hours) = display_unit(value);
    // Without the noise of binary fractions.
    format!("{} {unit}", (value / hours * 1e6).round() / 1e6)
}

/// Names in a sentence: "`a`, `b` and `c`".
pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match &quoted[..] {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        few => few.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_in_their_units() {
        let (time, share) = (Figure::lead_time("a"), Figure::promise_kept("a"));
        let estimate = Estimate::of_means(&[0.2, 0.25, 0.3], 0.95).unwrap();
        assert_eq!(shown(&time, &estimate), "15 min (8 to 22)");
        assert_eq!(shown(&share, &estimate), "0.2 (0.1 to 0.4)");
        assert_eq!(shown(&share, &Estimate::of_means(&[0.5, 0.5], 0.95).unwrap()), "0.5000");
        assert_eq!(number(&time, 0.1), "6 min");
        assert_eq!(number(&share, 0.1), "0.1");
        assert_eq!(listed(["a", "b", "c"].into_iter()), "`a`, `b` and `c`");
        assert_eq!(listed(["a"].into_iter()), "`a`");
    }
}
