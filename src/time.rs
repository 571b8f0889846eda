//! Spans of simulated time, and rates.
//!
//! Simulated time is an integer count of microseconds, called *ticks*. Sums of times are then exact
//! and do not depend on the order in which they are added.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant or a length of simulated time inside the engine, in ticks since the start of the run.
pub(crate) type Tick = u64;

/// Ticks in one second.
pub const TICKS_PER_SECOND: i64 = 1_000_000;

const SECOND: i64 = TICKS_PER_SECOND;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// A length of simulated time, exact to the microsecond.
///
/// Every drawn time is rounded to the microsecond, which biases means below about 100 us.
///
/// Make one with [`minutes`], [`hours`] and their siblings. In files it is written with units:
/// `"4h 30m"`, `"1.5d"`, `"250ms"`; the units are `w d h m s ms us`.
///
/// ```
/// use knockon::time::{Span, hours, minutes};
/// assert_eq!(hours(4.5), minutes(270));
/// assert_eq!("4h 30m".parse::<Span>(), Ok(hours(4.5)));
/// assert_eq!(minutes(270).to_string(), "4h 30m");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// The longest span a model may use: 2^52 ticks, about 142 years.
    ///
    /// The limit leaves room for exact sums of squares in 128 bits.
    pub const MAX: Span = Span(1 << 52);

    /// What a span made from NaN, an infinity or an absurdly large number becomes. Validation
    /// names every place that holds one.
    pub const INVALID: Span = Span(i64::MIN);

    /// A span of `ticks` microseconds.
    pub const fn from_ticks(ticks: i64) -> Span {
        Span(ticks)
    }

    /// The length in ticks (microseconds).
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// The length in seconds.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / SECOND as f64
    }

    /// The length in hours.
    pub fn as_hours(self) -> f64 {
        self.0 as f64 / HOUR as f64
    }

    /// True when the span is neither [`Span::INVALID`] nor longer than [`Span::MAX`] in either
    /// direction.
    pub const fn is_valid(self) -> bool {
        -Span::MAX.0 <= self.0 && self.0 <= Span::MAX.0
    }

    fn of(count: f64, unit: i64) -> Span {
        let ticks = libm::round(count * unit as f64);
        if ticks.abs() < i64::MAX as f64 { Span(ticks as i64) } else { Span::INVALID }
    }
}

macro_rules! span_constructors {
    ($($name:ident $unit:ident $word:literal),*) => {$(
        #[doc = concat!("A span of so many ", $word, ", rounded to the microsecond.")]
        pub fn $name(count: impl Into<f64>) -> Span {
            Span::of(count.into(), $unit)
        }
    )*};
}
span_constructors!(seconds SECOND "seconds", minutes MINUTE "minutes", hours HOUR "hours",
    days DAY "days of 24 hours", weeks WEEK "weeks of 7 days");

const UNITS: [(&str, i64); 7] =
    [("w", WEEK), ("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", 1_000), ("us", 1)];

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Span::INVALID {
            return f.write_str("invalid");
        }
        let mut rest = self.0.unsigned_abs();
        let mut text = String::new();
        for (name, unit) in UNITS {
            let count = rest / unit as u64;
            rest %= unit as u64;
            if count > 0 {
                let gap = if text.is_empty() { "" } else { " " };
                text += &format!("{gap}{count}{name}");
            }
        }
        if text.is_empty() {
            text.push_str("0s");
        }
        f.pad(&format!("{}{text}", if self.0 < 0 { "-" } else { "" }))
    }
}

/// Why a text is not a span or a rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(String);

/// The longest text that is quoted whole, in characters.
const LONGEST_SHOWN: usize = 60;

/// A text in backticks, on one line and not endless.
pub(crate) fn shown(text: &str) -> String {
    let first: String = text.chars().take(LONGEST_SHOWN).flat_map(char::escape_debug).collect();
    let more = if text.chars().nth(LONGEST_SHOWN).is_some() { "..." } else { "" };
    format!("`{first}{more}`")
}

impl FromStr for Span {
    type Err = ParseError;

    /// Reads `"4h 30m"`, `"1.5 d"`, `"-2m"`. The error says what was found and what is expected.
    fn from_str(text: &str) -> Result<Span, ParseError> {
        let wrong = || {
            ParseError(format!(
                "{} is not a duration: write numbers with units (w d h m s ms us), like \"4h 30m\"",
                shown(text)
            ))
        };
        let trimmed = text.trim();
        let (negative, mut rest) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, trimmed),
        };
        if rest.is_empty() {
            return Err(wrong());
        }
        let mut ticks = 0.0;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
            let count: f64 = rest[..digits].parse().map_err(|_| wrong())?;
            rest = rest[digits..].trim_start();
            let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let unit = unit_named(&rest[..letters]).ok_or_else(wrong)?;
            rest = rest[letters..].trim_start();
            ticks += libm::round(count * unit as f64);
        }
        let span = Span::of(if negative { -ticks } else { ticks }, 1);
        if span.is_valid() {
            Ok(span)
        } else {
            Err(ParseError(format!("{} is longer than {} (about 142 years)", shown(text), Span::MAX)))
        }
    }
}

fn unit_named(name: &str) -> Option<i64> {
    UNITS.iter().find(|(unit, _)| *unit == name).map(|&(_, ticks)| ticks)
}

/// So many per so long: the rate of a customer stream.
///
/// In files it is written `"9/h"`, `"0.5/m"`, `"3 / 2d"`.
///
/// ```
/// use knockon::time::{Rate, per_hour, minutes};
/// assert_eq!("9/h".parse::<Rate>(), Ok(per_hour(9.0)));
/// assert_eq!(Rate::one_every(minutes(20)).per_hour(), 3.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    count: f64,
    per: Span,
}

impl Rate {
    /// `count` per `per`.
    pub const fn new(count: f64, per: Span) -> Rate {
        Rate { count, per }
    }

    /// One per `gap`, on average.
    pub const fn one_every(gap: Span) -> Rate {
        Rate { count: 1.0, per: gap }
    }

    /// The rate per tick. NaN or infinite where the rate is not valid.
    pub fn per_tick(self) -> f64 {
        if self.per.is_valid() { self.count / self.per.0 as f64 } else { f64::NAN }
    }

    /// The rate per hour.
    pub fn per_hour(self) -> f64 {
        self.per_tick() * HOUR as f64
    }
}

/// So many per minute.
pub fn per_minute(count: f64) -> Rate {
    Rate::new(count, Span(MINUTE))
}

/// So many per hour.
pub fn per_hour(count: f64) -> Rate {
    Rate::new(count, Span(HOUR))
}

/// So many per day of 24 hours.
pub fn per_day(count: f64) -> Rate {
    Rate::new(count, Span(DAY))
}

/// So many per week of 7 days.
pub fn per_week(count: f64) -> Rate {
    Rate::new(count, Span(WEEK))
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = self.per.to_string();
        let per = match per.strip_prefix('1') {
            Some(unit) if unit_named(unit).is_some() => unit,
            _ => &per,
        };
        f.pad(&format!("{}/{per}", self.count))
    }
}

impl FromStr for Rate {
    type Err = ParseError;

    /// Reads `"9/h"`, `"0.5 / m"`, `"3/2d"`. The error says what was found and what is expected.
    fn from_str(text: &str) -> Result<Rate, ParseError> {
        let wrong = || {
            let text = shown(text);
            ParseError(format!("{text} is not a rate: write so many per so long, like \"9/h\" or \"3/2d\""))
        };
        let (count, per) = text.split_once('/').ok_or_else(wrong)?;
        let count: f64 = count.trim().parse().map_err(|_| wrong())?;
        let per = per.trim();
        let per = match unit_named(per) {
            Some(ticks) => Span(ticks),
            None => per.parse().map_err(|_| wrong())?,
        };
        Ok(Rate { count, per })
    }
}

struct TextVisitor<T>(&'static str, std::marker::PhantomData<T>);

impl<T: FromStr<Err = ParseError>> de::Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! serde_as_text {
    ($($name:ident $expected:literal),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // Formats write the text alone; the name tells rows that it is a time.
                serializer.serialize_newtype_struct(stringify!($name), &format_args!("{self}"))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                deserializer.deserialize_str(TextVisitor($expected, std::marker::PhantomData))
            }
        }
    )*};
}
serde_as_text!(Span "a duration with units, like \"4h 30m\"", Rate "a rate, like \"9/h\"");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_and_print_the_same() {
        for (text, span) in [
            ("4h 30m", hours(4.5)),
            ("1w 2d", days(9)),
            ("1.5d", hours(36)),
            ("250ms", seconds(0.25)),
            ("3 us", Span::from_ticks(3)),
            ("0s", Span::ZERO),
            ("-2m", minutes(-2)),
        ] {
            assert_eq!(text.parse(), Ok(span), "{text}");
            assert_eq!(span.to_string().parse(), Ok(span), "{span}");
        }
    }

    #[test]
    fn texts_that_are_no_spans_are_refused() {
        for text in ["", "12", "h", "4x", "4h30", "1.2.3h", "-", "9999999w", "4 5h", "é"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn long_and_strange_texts_are_quoted_in_part() {
        for text in ["x".repeat(1_000_000), "9".repeat(1_000_000) + "h", "\n\u{202e}".repeat(1_000_000)] {
            for error in [text.parse::<Span>().unwrap_err(), text.parse::<Rate>().unwrap_err()] {
                let error = error.to_string();
                assert!(error.len() < 1000 && error.contains("...` is "), "{error}");
                assert!(!error.contains(['\n', '\u{202e}']), "{error}");
            }
        }
        let error = "12".parse::<Span>().unwrap_err().to_string();
        assert!(error.starts_with("`12` is not a duration"), "{error}");
    }

    #[test]
    fn spans_out_of_range_are_invalid_and_never_panic() {
        assert_eq!(hours(f64::NAN), Span::INVALID);
        assert_eq!(hours(f64::INFINITY), Span::INVALID);
        assert_eq!(weeks(1e300), Span::INVALID);
        assert!(!Span::INVALID.is_valid());
        assert!(!weeks(52.0 * 200.0).is_valid());
        assert_eq!(Span::INVALID.to_string(), "invalid");
    }

    #[test]
    fn rates_read_and_print_the_same() {
        for (text, rate) in
            [("9/h", per_hour(9.0)), ("0.5/m", per_minute(0.5)), ("3/2d", Rate::new(3.0, days(2)))]
        {
            assert_eq!(text.parse(), Ok(rate), "{text}");
            assert_eq!(rate.to_string(), text);
        }
        for text in ["", "9", "h", "9/", "/h", "9/x", "9/h/d"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
        assert!(Rate::one_every(Span::ZERO).per_tick().is_infinite());
        assert!(Rate::one_every(Span::INVALID).per_tick().is_nan());
    }
}
