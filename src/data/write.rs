//! Logs to CSV files.

use std::fmt::Write;
use std::path::Path;

use jiff::Timestamp;

use super::log::EventLog;
use crate::error::{ErrorKind, Result};

impl EventLog {
    /// The log as CSV, which [`EventLog::from_csv`] reads back as the same log. The columns are `case_id`,
    /// `activity`, `resource`, `start_time`, `end_time`, and `enabled_time` if any is known.
    pub fn to_csv(&self) -> String {
        let enabled = self.entries.iter().any(|entry| entry.enabled.is_some());
        let mut text = String::from("case_id,activity,resource,start_time,end_time");
        text.push_str(if enabled { ",enabled_time\n" } else { "\n" });
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

/// A name, in quotes if it needs them (RFC 4180).
fn push_name(text: &mut String, name: &str) {
    if !name.contains([',', '"', '\r', '\n']) {
        return text.push_str(name);
    }
    text.push('"');
    text.push_str(&name.replace('"', "\"\""));
    text.push('"');
}
