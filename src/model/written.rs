//! Days, times and dates as people write them.

use std::fmt;
use std::marker::PhantomData;

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserializer, de};

use super::Days;
use super::validate::shown;

/// Something that is written as a text.
pub(super) trait Written: Sized {
    /// What it is, and how it is written.
    const EXPECTED: &'static str;

    /// What `text` says.
    fn read(text: &str) -> Option<Self>;
}

impl Written for Days {
    const EXPECTED: &'static str = "days of the week, like \"mon-fri\", \"sat, sun\" or \"daily\"";

    fn read(text: &str) -> Option<Days> {
        Days::parse(text)
    }
}

impl Written for Time {
    const EXPECTED: &'static str = "a time of day, like \"08:00\" (midnight is \"00:00\")";

    fn read(text: &str) -> Option<Time> {
        text.trim().parse().ok()
    }
}

impl Written for Date {
    const EXPECTED: &'static str = "a date, like \"2026-12-25\"";

    fn read(text: &str) -> Option<Date> {
        text.trim().parse().ok()
    }
}

impl Written for DateTime {
    const EXPECTED: &'static str = "a date and time, like \"2026-01-05T08:00\"";

    fn read(text: &str) -> Option<DateTime> {
        text.trim().parse().ok()
    }
}

/// Reads `text`. The error says what was found and what is expected.
pub(super) fn read<T: Written>(text: &str) -> Result<T, String> {
    T::read(text).ok_or_else(|| format!("{} is not understood, expected {}", shown(text), T::EXPECTED))
}

/// Reads one from a file.
pub(super) fn deserialize<'de, T: Written, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Visitor<T>(PhantomData<T>);

    impl<T: Written> de::Visitor<'_> for Visitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}, in quotes", T::EXPECTED)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            read(text).map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Visitor(PhantomData))
}

/// Reads one that may be absent.
pub(super) fn deserialize_option<'de, T: Written, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn times_and_dates_are_read() {
        for text in ["08:00", "08:00:00", " 08:00 "] {
            assert_eq!(read(text), Ok(time(8, 0, 0, 0)), "{text}");
        }
        assert_eq!(read("2026-12-25"), Ok(date(2026, 12, 25)));
        for text in ["2026-01-05T08:30", "2026-01-05 08:30:00"] {
            assert_eq!(read(text), Ok(date(2026, 1, 5).at(8, 30, 0, 0)), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told_with_an_example() {
        for text in ["", "8:00", "24:00", "08:60", "8 am", "noon", "2026-12-25"] {
            let error = read::<Time>(text).unwrap_err();
            assert!(
                error.ends_with(
                    "is not understood, expected a time of day, like \"08:00\" (midnight is \"00:00\")"
                ),
                "{error}"
            );
        }
        for text in ["", "2026-02-29", "25.12.2026", "2026-13-01", "christmas"] {
            let error = read::<Date>(text).unwrap_err();
            assert!(error.ends_with("is not understood, expected a date, like \"2026-12-25\""), "{error}");
        }
        assert!(read::<DateTime>("2026-01-05T25:00").is_err());
        assert!(read::<Date>(&"9".repeat(100_000)).unwrap_err().len() < 300);
    }
}
