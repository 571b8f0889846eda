//! Times as logs write them, and as the crate counts with them.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

/// Microseconds since 1970-01-01, UTC.
pub(super) type Micros = i64;

/// What a text says that is a time: the instant, and the offset from UTC if it has one.
///
/// With `wall_clock`, the offset is cut off.
pub(super) fn read(text: &str, wall_clock: bool) -> Option<(Timestamp, Option<Offset>)> {
    let pieces = Pieces::parse(text.trim()).ok()?;
    let offset = pieces.to_numeric_offset();
    if offset.is_none() && pieces.time_zone_annotation().is_some() {
        return None;
    }
    let offset = offset.filter(|_| !wall_clock);
    let clock = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
    Some((offset.unwrap_or(Offset::UTC).to_timestamp(clock).ok()?, offset))
}

/// What texts are expected to look like that are times.
pub(super) const EXPECTED: &str =
    "a time before 9999-12-30, like \"2026-01-05T08:00:00+01:00\" or \"2026-01-05 08:00:00\"";

/// The count of an instant; what is below a microsecond is cut off.
pub(super) fn micros(at: Timestamp) -> Micros {
    // Instants are less than 10^18 microseconds apart.
    at.as_nanosecond().div_euclid(1000) as Micros
}

/// The instant of a count, which came from one: the first and the last there are have no whole microseconds.
pub(super) fn timestamp(at: Micros) -> Timestamp {
    let end = if at < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(at).unwrap_or(end)
}

/// An offset of whole minutes, which is what texts can say.
pub(super) fn whole_minutes(offset: Offset) -> Offset {
    Offset::from_seconds(offset.seconds() / 60 * 60).unwrap_or(Offset::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_logs_write_them() {
        let instant = |text: &str| read(text, false).map(|(at, _)| at.to_string());
        for (text, same) in [
            ("2011-01-01T12:37:00+02:00", "2011-01-01T10:37:00Z"),
            ("2023-01-02 09:00:16.440000+00:00", "2023-01-02T09:00:16.44Z"),
            ("2023-07-03 15:02:39.393900+03:00", "2023-07-03T12:02:39.3939Z"),
            ("2023-02-09T08:00:00.000", "2023-02-09T08:00:00Z"),
            (" 2022-05-16 10:30 ", "2022-05-16T10:30:00Z"),
            ("2022-05-16", "2022-05-16T00:00:00Z"),
            ("2022-05-16T10:30:00Z", "2022-05-16T10:30:00Z"),
            ("2022-05-16T10:30:00+01:00[Europe/Berlin]", "2022-05-16T09:30:00Z"),
        ] {
            assert_eq!(instant(text).as_deref(), Some(same), "{text}");
        }
        for text in
            ["", "tomorrow", "10:30", "2022-02-30", "16.05.2022 10:30", "2022-05-16T25:00", "1652695200"]
        {
            assert_eq!(instant(text), None, "{text}");
        }
        assert_eq!(instant("2022-05-16T10:30[Europe/Berlin]"), None);
        assert_eq!(instant(&"9".repeat(1_000_000)), None);
    }

    #[test]
    fn the_wall_clock_has_no_offset() {
        let (at, offset) = read("2011-07-01T12:37:00+03:00", true).unwrap();
        assert_eq!((at.to_string().as_str(), offset), ("2011-07-01T12:37:00Z", None));
    }

    #[test]
    fn what_is_below_a_microsecond_is_cut_off() {
        for (nanoseconds, count) in [(1_999, 1), (-1, -1), (-1_000, -1), (0, 0)] {
            assert_eq!(micros(Timestamp::from_nanosecond(nanoseconds).unwrap()), count);
        }
        for at in [Timestamp::MIN, Timestamp::MAX] {
            assert!(timestamp(micros(at)).duration_since(at).as_micros() == 0);
        }
    }
}
