//! Logs to CSV files.

use std::fmt::Write;
use std::path::Path;

use jiff::Timestamp;

use super::log::EventLog;
use crate::error::{ErrorKind, Result};
use crate::time::{Span, TICKS_PER_SECOND};

impl EventLog {
    /// The log as CSV, which [`EventLog::from_csv`] reads back as the same log. The columns are `case_id`,
    /// `activity`, `resource`, `start_time`, `end_time`, and `enabled_time` and `extraneous_delay` if any is known.
    pub fn to_csv(&self) -> String {
        let enabled = self.entries.iter().any(|entry| entry.enabled.is_some());
        let extraneous = self.entries.iter().any(|entry| entry.extraneous.is_some());
        let mut text = String::from("case_id,activity,resource,start_time,end_time");
        text.push_str(if enabled { ",enabled_time" } else { "" });
        text.push_str(if extraneous { ",extraneous_delay\n" } else { "\n" });
        for event in self.events() {
            for name in [event.case, event.activity, event.resource.unwrap_or("")] {
                push_name(&mut text, name);
                text.push(',');
            }
            self.push_time(&mut text, event.start);
            text.push(',');
            self.push_time(&mut text, event.end);
            if enabled {
                text.push(',');
            }
            if let Some(enabled) = event.enabled {
                self.push_time(&mut text, enabled);
            }
            if extraneous {
                text.push(',');
            }
            if let Some(delay) = event.extraneous {
                push_seconds(&mut text, delay);
            }
            text.push('\n');
        }
        text
    }

    /// Writes the log to a CSV file, as [`EventLog::to_csv`].
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        std::fs::write(path, self.to_csv())
            .map_err(|source| ErrorKind::File { path: path.to_path_buf(), source }.into())
    }

    fn push_time(&self, text: &mut String, at: Timestamp) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", at.display_with_offset(self.offset));
    }
}

/// Seconds, to the microsecond. No delay of a log is negative.
fn push_seconds(text: &mut String, delay: Span) {
    let (whole, rest) = (delay.ticks() / TICKS_PER_SECOND, delay.ticks() % TICKS_PER_SECOND);
    let _ = write!(text, "{whole}.{rest:06}");
}

/// A name, in quotes if it needs them (RFC 4180).
fn push_name(text: &mut String, name: &str) {
    if !name.contains([',', '"', '\r', '\n']) {
        return text.push_str(name);
    }
    text.push('"');
    text.push_str(&name.replace('"', "\"\""));
    text.push('"');
}
