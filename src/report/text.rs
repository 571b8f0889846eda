//! Figures as text, and how much room text takes.

use crate::results::{TimeEstimate, display_unit};
use crate::settings::Figure;
use crate::stats::Estimate;
use crate::time::Span;

/// In what a figure is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Hours, told in the unit that suits them.
    Time,
    /// Shares, told in per cent.
    Share,
    /// Differences of shares, told in percentage points.
    Points,
    /// Numbers without a unit, or with a word.
    Number(&'static str),
}

impl Unit {
    /// That of a figure.
    pub fn of(figure: &Figure) -> Unit {
        match figure {
            _ if figure.is_share() => Unit::Share,
            _ if figure.unit() == " h" => Unit::Time,
            _ => Unit::Number(figure.unit().trim()),
        }
    }

    /// An estimate with its interval: "12.1 min (11.8 to 12.4)". A point needs none.
    pub fn show(self, estimate: &Estimate) -> String {
        let text = match self {
            Unit::Time => format!("{:#}", TimeEstimate(*estimate)),
            Unit::Share => format!("{:#}", estimate.times(100.0)).replacen(" (", " % (", 1),
            Unit::Points => format!("{:#}", estimate.times(100.0)).replacen(" (", " points (", 1),
            Unit::Number("") => format!("{estimate:#}"),
            Unit::Number(word) => format!("{estimate:#}").replacen(" (", &format!(" {word} ("), 1),
        };
        let text = without_minus_nought(&text);
        if estimate.half_width() == Some(0.0) { point(&text).to_owned() } else { text }
    }

    /// An estimate without its interval, where that is told elsewhere.
    pub fn show_point(self, estimate: &Estimate) -> String {
        point(&self.show(estimate)).to_owned()
    }

    /// A plain number of that unit.
    pub fn number(self, value: f64) -> String {
        match self {
            Unit::Time => hours(value),
            Unit::Share => format!("{} %", short(100.0 * value)),
            Unit::Points => format!("{} points", short(100.0 * value)),
            Unit::Number("") => short(value),
            Unit::Number(word) => format!("{} {word}", short(value)),
        }
    }

    /// That of differences.
    pub fn of_differences(self) -> Unit {
        if self == Unit::Share { Unit::Points } else { self }
    }

    /// How an axis up to some size is marked: the size of its own unit, and what that is called.
    pub fn axis(self, size: f64) -> (f64, &'static str) {
        match self {
            Unit::Time => {
                let (name, length) = display_unit(size);
                (length, name)
            }
            Unit::Share => (0.01, "%"),
            Unit::Points => (0.01, "percentage points"),
            Unit::Number(word) => (1.0, word),
        }
    }
}

/// Numbers that are rounded to nothing have no sign.
fn without_minus_nought(text: &str) -> String {
    let nought = |word: &str| {
        let digits = word.trim_start_matches('(').trim_end_matches(')');
        digits.starts_with('-') && digits[1..].chars().all(|letter| matches!(letter, '0' | '.'))
    };
    let words =
        text.split(' ').map(|word| if nought(word) { word.replacen('-', "", 1) } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

/// The estimate alone, without what follows in brackets.
fn point(text: &str) -> &str {
    text.split(" (").next().unwrap_or(text)
}

/// An estimate that there may not be.
pub(super) fn or_dash(estimate: Option<&Estimate>, unit: Unit) -> String {
    estimate.map_or("-".to_owned(), |estimate| unit.show(estimate))
}

/// A time in hours, in the unit that suits it: "3.2 d".
pub(super) fn hours(hours: f64) -> String {
    let (unit, length) = display_unit(hours);
    format!("{} {unit}", short(hours / length))
}

/// A number with three digits that count, without needless zeros.
pub(super) fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { "-".to_owned() };
    }
    let decimals = (2.0 - value.abs().log10().floor()).clamp(0.0, 9.0) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A time since the start of a run: "12w 3d 8h"; to the minute.
pub(super) fn since_start(time: Span) -> String {
    let minute = 60 * crate::time::TICKS_PER_SECOND;
    Span::from_ticks(time.ticks() / minute * minute).to_string()
}

/// How wide a text is, about, at a size of letters.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let letter = |letter: char| match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '\'' | ' ' | '(' | ')' | 'f' | 't' | 'r' => {
            0.38
        }
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
        'A'..='Z' => 0.72,
        '\u{1100}'..='\u{11ff}'
        | '\u{2e80}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ffef}' => 1.02,
        letter if letter as u32 >= 0x1f000 => 1.3,
        _ => 0.62,
    };
    text.chars().map(letter).sum::<f64>() * size
}

/// As much of a text as there is room for.
pub(super) fn fit(text: &str, room: f64, size: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for letter in text.chars() {
        short.push(letter);
        if width(&short, size) + width("…", size) > room {
            short.pop();
            break;
        }
    }
    format!("{}…", short.trim_end())
}

/// With a capital letter.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Names without the marks that messages put around them.
pub(super) fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// "1 handoff", "2 handoffs".
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Things one after the other: "a, b and c".
pub(super) fn listed<T: AsRef<str>>(things: &[T]) -> String {
    match things {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// A confidence level in per cent, without the noise of binary fractions.
pub(super) fn percent(level: f64) -> f64 {
    (level * 1e8).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_their_units() {
        let estimate = Estimate::of_means(&[0.2, 0.25, 0.3], 0.95).unwrap();
        assert_eq!(Unit::Time.show(&estimate), "15 min (8 to 22)");
        assert_eq!(Unit::Time.show_point(&estimate), "15 min");
        assert_eq!(Unit::Share.show(&estimate), "25 % (13 to 37)");
        assert_eq!(Unit::Number("per hour").show(&estimate), "0.2 per hour (0.1 to 0.4)");
        assert_eq!(Unit::Share.show(&Estimate::of_means(&[0.5, 0.5], 0.95).unwrap()), "50.00 %");
        assert_eq!(or_dash(None, Unit::Time), "-");
        let around = Estimate::of_means(&[-0.0301, 0.03], 0.95).unwrap();
        assert_eq!(Unit::Points.show(&around), "0 points (-38 to 38)");
    }

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (0.0, "0"),
            (12.0, "12"),
            (1234.4, "1234"),
            (0.1 + 0.2, "0.3"),
            (-2.345, "-2.35"),
            (f64::NAN, "-"),
        ] {
            assert_eq!(short(value), expected);
        }
        assert_eq!(hours(60.0), "2.5 d");
        assert_eq!(Unit::Share.number(0.123), "12.3 %");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(fit("billing", 100.0, 12.0), "billing");
        let cut = fit("a department with a very long name", 80.0, 12.0);
        assert!(cut.ends_with('…') && width(&cut, 12.0) <= 80.0, "{cut}");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(capital("the mean"), "The mean");
        assert_eq!([counted(1, "case"), counted(0, "case")], ["1 case", "0 cases"]);
    }
}
