//! Logs from CSV files.

use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};
use jiff::Timestamp;

use super::columns::{Columns, Places};
use super::log::{Event, EventLog, LogBuilder};
use super::times;
use crate::error::{ErrorKind, Result};
use crate::time::{Span, seconds, shown};

impl EventLog {
    /// Reads a CSV file whose columns have names that are in use: see [`data`](super).
    ///
    /// # Errors
    ///
    /// When the file cannot be read; else the first 20 defects by line and column, and how many more there are: of
    /// the columns, of what should be times, of lines with more or fewer fields than the first, and as
    /// [`EventLog::new`].
    pub fn read(path: impl AsRef<Path>) -> Result<EventLog> {
        EventLog::read_with(path, &Columns::new())
    }

    /// Reads a CSV file with these columns.
    ///
    /// # Errors
    ///
    /// As [`EventLog::read`].
    pub fn read_with(path: impl AsRef<Path>, columns: &Columns) -> Result<EventLog> {
        let path = path.as_ref();
        let bytes =
            std::fs::read(path).map_err(|source| ErrorKind::File { path: path.to_path_buf(), source })?;
        EventLog::from_csv_with(bytes, columns).map_err(|error| error.defects_of(&path.display().to_string()))
    }

    /// Reads CSV text, as [`EventLog::read`] a file.
    ///
    /// # Errors
    ///
    /// As [`EventLog::read`].
    pub fn from_csv(text: impl AsRef<[u8]>) -> Result<EventLog> {
        EventLog::from_csv_with(text, &Columns::new())
    }

    /// Reads CSV text with these columns.
    ///
    /// # Errors
    ///
    /// As [`EventLog::read`].
    pub fn from_csv_with(text: impl AsRef<[u8]>, columns: &Columns) -> Result<EventLog> {
        let text = text.as_ref();
        // A byte-order mark says nothing in UTF-8; some programs write one.
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let mut lines = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        let mut line = ByteRecord::new();
        let mut builder = LogBuilder::default();
        next(&mut lines, &mut line)?;
        let header = line.clone();
        if let Some(places) = columns.places(&header, &mut builder.found) {
            let mut reader = Reader {
                builder: &mut builder,
                header,
                places,
                wall_clock: columns.wall_clock,
                offsets: None,
            };
            while next(&mut lines, &mut line)? {
                reader.line(&line);
            }
        }
        builder.finish()
    }
}

/// Reads the next line, if there is one.
fn next(lines: &mut csv::Reader<&[u8]>, line: &mut ByteRecord) -> Result<bool> {
    // Of bytes in memory, with any number of fields in a line, nothing can fail to be read.
    let refused = |error: csv::Error| ErrorKind::Parse { origin: "CSV".into(), message: error.to_string() };
    Ok(lines.read_byte_record(line).map_err(refused)?)
}

struct Reader<'b> {
    builder: &'b mut LogBuilder,
    header: ByteRecord,
    places: Places,
    wall_clock: bool,
    /// Whether times have offsets, once there was one.
    offsets: Option<bool>,
}

impl Reader<'_> {
    fn line(&mut self, line: &ByteRecord) {
        if line.len() != self.header.len() {
            let rule = || format!("it has {} fields, the first line has {}", line.len(), self.header.len());
            return self.builder.found.add(|| place(line), rule);
        }
        let Places { case, activity, resource, enabled, start, end, extraneous } = self.places;
        let filled = |column: &usize| !line[*column].trim_ascii().is_empty();
        // All of them, so that every defect of the line is found.
        let names = [Some(case), Some(activity), resource].map(|column| column.map(|at| self.text(line, at)));
        let enabled_at = enabled.filter(filled).map(|column| self.time(line, column));
        let delay = extraneous.filter(filled).map(|column| self.seconds(line, column));
        let [start_at, end_at] = [start, end].map(|column| self.time(line, column));
        let [Some(Some(case_name)), Some(Some(activity_name)), resource_name] = names else { return };
        let (Some(start_at), Some(end_at)) = (start_at, end_at) else { return };
        if resource_name == Some(None) || enabled_at == Some(None) || delay == Some(None) {
            return;
        }
        let event = Event {
            case: case_name,
            activity: activity_name,
            resource: resource_name.flatten(),
            enabled: enabled_at.flatten(),
            start: start_at,
            end: end_at,
            extraneous: delay.flatten(),
        };
        let header = &self.header;
        let column = |field: &str| match field {
            "case" => case,
            "activity" => activity,
            "enabled" => enabled.unwrap_or(start),
            "extraneous" => extraneous.unwrap_or(end),
            _ => end,
        };
        self.builder.add(&event, |field| cell(header, line, column(field)));
    }

    /// What a field says; that it is no text is a defect.
    fn text<'l>(&mut self, line: &'l ByteRecord, column: usize) -> Option<&'l str> {
        let text = std::str::from_utf8(&line[column]).ok();
        if text.is_none() {
            let header = &self.header;
            self.builder.found.add(|| cell(header, line, column), || "it is not UTF-8".into());
        }
        text
    }

    /// The seconds that a field says; that it says none is a defect.
    fn seconds(&mut self, line: &ByteRecord, column: usize) -> Option<Span> {
        let text = self.text(line, column)?;
        let read = text.trim().parse().ok().filter(|seconds: &f64| seconds.is_finite()).map(seconds);
        if read.is_none() {
            let header = &self.header;
            let rule = || format!("{} is not understood, expected a number of seconds", shown(text));
            self.builder.found.add(|| cell(header, line, column), rule);
        }
        read
    }

    /// The time that a field says; that it says none is a defect.
    fn time(&mut self, line: &ByteRecord, column: usize) -> Option<Timestamp> {
        let text = self.text(line, column)?;
        let header = &self.header;
        let place = || cell(header, line, column);
        let Some((at, offset)) = times::read(text, self.wall_clock) else {
            let rule = || format!("{} is not understood, expected {}", shown(text), times::EXPECTED);
            self.builder.found.add(place, rule);
            return None;
        };
        if self.offsets.is_none()
            && let Some(offset) = offset
        {
            self.builder.set_offset(offset);
        }
        if *self.offsets.get_or_insert(offset.is_some()) != offset.is_some() {
            let (has, others) = if offset.is_some() { ("an", "none") } else { ("no", "one") };
            let rule =
                || format!("{} has {has} offset from UTC, the times before it have {others}", shown(text));
            self.builder.found.add(place, rule);
            return None;
        }
        Some(at)
    }
}

/// How defects name a line.
fn place(line: &ByteRecord) -> String {
    format!("line {}", line.position().map_or(0, csv::Position::line))
}

/// How defects name a field.
fn cell(header: &ByteRecord, line: &ByteRecord, column: usize) -> String {
    let name = String::from_utf8_lossy(&header[column]);
    format!("{}, column {}", place(line), shown(name.trim()))
}
