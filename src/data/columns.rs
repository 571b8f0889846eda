//! Which column of a file says what.

use csv::ByteRecord;
use serde::{Deserialize, Serialize};

use super::found::Found;
use crate::time::shown;

/// Which column of a CSV file says what: the name in its first line, or `None` to find it by the names that are in
/// use (see [`data`](super)).
///
/// ```
/// use knockon::data::{Columns, EventLog};
///
/// let text = "Patient,Step,From,To\n17,triage,2026-01-05 08:00,2026-01-05 08:10\n";
/// let columns = Columns::new().case("Patient").activity("Step").start("From").end("To");
/// assert_eq!(EventLog::from_csv_with(text, &columns)?.len(), 1);
/// # Ok::<(), knockon::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// The case.
    pub case: Option<String>,
    /// What was done.
    pub activity: Option<String>,
    /// Who did it. May be missing.
    pub resource: Option<String>,
    /// From when on it could have been done. May be missing.
    pub enabled: Option<String>,
    /// When it was begun.
    pub start: Option<String>,
    /// When it was finished.
    pub end: Option<String>,
    /// How much of the wait before it had causes outside, in seconds. May be missing.
    pub extraneous: Option<String>,
    /// Whether offsets from UTC are cut off, so that all times are what a clock on the wall showed. That is right for
    /// calendars where clocks are changed in summer; waits over such a night are then an hour off.
    pub wall_clock: bool,
}

macro_rules! named {
    ($($field:ident),*) => {$(
        #[doc = concat!("The same, with the column called `name` for `", stringify!($field), "`.")]
        #[must_use]
        pub fn $field(self, name: impl Into<String>) -> Columns {
            Columns { $field: Some(name.into()), ..self }
        }
    )*};
}

impl Columns {
    /// All columns are found by the names that are in use.
    #[must_use]
    pub fn new() -> Columns {
        Columns::default()
    }

    named!(case, activity, resource, enabled, start, end, extraneous);

    /// The same, with times as a clock on the wall showed them.
    #[must_use]
    pub fn wall_clock(self) -> Columns {
        Columns { wall_clock: true, ..self }
    }

    /// Where the columns are in a file whose first line is `header`.
    pub(super) fn places(&self, header: &ByteRecord, found: &mut Found) -> Option<Places> {
        let header = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let mut search = Search { header, found };
        let case = search.required(&self.case, "case", &CASE);
        let activity = search.required(&self.activity, "activity", &ACTIVITY);
        let resource = search.optional(&self.resource, &RESOURCE);
        let enabled = search.optional(&self.enabled, &ENABLED);
        let start = search.required(&self.start, "start", &START);
        let end = search.required(&self.end, "end", &END);
        let extraneous = search.optional(&self.extraneous, &EXTRANEOUS);
        Some(Places {
            case: case?,
            activity: activity?,
            resource,
            enabled,
            start: start?,
            end: end?,
            extraneous,
        })
    }
}

const CASE: [&str; 4] = ["case_id", "case", "case:concept:name", "caseid"];
const ACTIVITY: [&str; 4] = ["activity", "concept:name", "activity_name", "task"];
const RESOURCE: [&str; 3] = ["resource", "org:resource", "user"];
const ENABLED: [&str; 4] = ["enabled_time", "time:enabled", "enabled", "enabled_timestamp"];
const START: [&str; 4] = ["start_time", "start", "start_timestamp", "time:start"];
const END: [&str; 5] = ["end_time", "end", "end_timestamp", "time:end", "time:timestamp"];
const EXTRANEOUS: [&str; 2] = ["extraneous_delay", "extraneous"];

/// Where the columns are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub case: usize,
    pub activity: usize,
    pub resource: Option<usize>,
    pub enabled: Option<usize>,
    pub start: usize,
    pub end: usize,
    pub extraneous: Option<usize>,
}

struct Search<'f> {
    header: Vec<String>,
    found: &'f mut Found,
}

impl Search<'_> {
    fn required(&mut self, name: &Option<String>, what: &str, known: &[&str]) -> Option<usize> {
        if name.is_some() {
            return self.optional(name, known);
        }
        let place = self.by_known(known);
        if place.is_none() {
            let known = known.join("`, `");
            self.add(|there| format!("no column says the {what}: none is called `{known}`; {there}"));
        }
        place
    }

    fn optional(&mut self, name: &Option<String>, known: &[&str]) -> Option<usize> {
        let Some(name) = name else { return self.by_known(known) };
        let place = self.by(|own| own == name.trim());
        if place.is_none() {
            self.add(|there| format!("there is no column {}; {there}", shown(name)));
        }
        place
    }

    fn by_known(&mut self, known: &[&str]) -> Option<usize> {
        known.iter().find_map(|known| self.by(|own| own.eq_ignore_ascii_case(known)))
    }

    /// The column of a name; that there are two of it is a defect.
    fn by(&mut self, is: impl Fn(&str) -> bool) -> Option<usize> {
        let mut places = self.header.iter().enumerate().filter(|(_, own)| is(own));
        let (place, name) = places.next()?;
        if places.next().is_some() {
            let rule = format!("there are two columns {}", shown(name));
            self.add(|_| rule);
        }
        Some(place)
    }

    fn add(&mut self, rule: impl FnOnce(String) -> String) {
        let names: Vec<String> = self.header.iter().take(20).map(|name| shown(name)).collect();
        let more = if self.header.len() > names.len() { ", ..." } else { "" };
        let there = format!("there are {}{more}", names.join(", "));
        self.found.add(|| "line 1".into(), || rule(there));
    }
}
