//! One error type for everything that can go wrong, and the defects of a model as data.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::time::Span;

/// What Knockon's functions return when they can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Something went wrong: [`Error::kind`] says what, `Display` says it in words. So does `Debug`, because
/// that is what a program shows whose `main` returns an error.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<ErrorKind>);

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The defects of a refused model or setting; empty for every other error.
    pub fn defects(&self) -> &[Defect] {
        match self.kind() {
            ErrorKind::Defects(defects) => &defects.list,
            _ => &[],
        }
    }

    /// An error that lists all `defects`.
    pub(crate) fn from_defects(defects: Vec<Defect>) -> Error {
        ErrorKind::Defects(Defects { origin: None, list: defects, more: 0 }).into()
    }

    /// An error that lists the first `defects` of a text, and says that there are so many `more`.
    pub(crate) fn from_first_defects(defects: Vec<Defect>, more: usize) -> Error {
        ErrorKind::Defects(Defects { origin: None, list: defects, more }).into()
    }

    /// The same error; the first of its defects say where in a text they are.
    pub(crate) fn located(mut self, first: usize, find: impl Fn(&Defect) -> Option<Position>) -> Error {
        if let ErrorKind::Defects(defects) = &mut *self.0 {
            defects.list.iter_mut().take(first).for_each(|defect| defect.at = find(defect));
        }
        self
    }

    /// The same error; if it is defects, they are those of `origin`.
    pub(crate) fn defects_of(mut self, origin: &str) -> Error {
        if let ErrorKind::Defects(defects) = &mut *self.0 {
            defects.origin = Some(origin.into());
        }
        self
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Error {
        Error(Box::new(kind))
    }
}

/// The kinds of error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A model or the settings of an experiment break rules; every broken rule is listed.
    #[error("{0}")]
    Defects(Defects),
    /// A text is not what its format (TOML, JSON, CSV) wants.
    #[error("{origin}: {message}")]
    Parse {
        /// The file, or what the text was given as.
        origin: String,
        /// What is wrong, with line and column where the format knows them.
        message: String,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A name was asked for that the results, or the model, do not have.
    #[error("there is no {kind} `{name}`; there is {}", listed(known))]
    UnknownName {
        /// "class", "department", and so on.
        kind: &'static str,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A run was ended by one of its budgets.
    #[error("{0}")]
    Budget(String),
    /// A replication came to a standstill: everybody who could go on waits for somebody who waits. The model
    /// lets departments wait for each other in a circle.
    #[error("replication {replication} came to a standstill after {time}: {}", waits.join("; "))]
    Standstill {
        /// The replication.
        replication: u64,
        /// When, since its start.
        time: Span,
        /// Who waits for whom.
        waits: Vec<String>,
    },
    /// The threads of a run could not be started.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many.
        threads: usize,
        /// What the system said.
        reason: String,
    },
    /// A self-check failed: the engine broke one of its own rules. This is a bug in this library.
    #[error("self-check: {0}; this is a bug")]
    SelfCheck(String),
    /// The caller asked the run to stop.
    #[error("the run was cancelled")]
    Cancelled,
}

/// The names that there are.
fn listed(known: &[String]) -> String {
    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
}

/// A place in a text. Both are counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// One broken rule, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Defect {
    /// The thing that breaks the rule, by name: "department `coding`, service time".
    pub place: String,
    /// The rule and how it is broken: "the mean is -2h, must be positive".
    pub rule: String,
    /// Where that stands in the file, where it comes from one and is among the first hundred defects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Position>,
}

impl Defect {
    /// The defect that `place` breaks `rule`.
    pub fn new(place: impl Into<String>, rule: impl Into<String>) -> Defect {
        Defect { place: place.into(), rule: rule.into(), at: None }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(at) = self.at {
            write!(f, "{at}: ")?;
        }
        write!(f, "{}: {}", self.place, self.rule)
    }
}

/// How many defects are displayed.
const MOST_DISPLAYED: usize = 100;

/// All defects found. One line each when displayed, the first 100 of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Defects {
    /// The file that has them, if it was one.
    pub origin: Option<String>,
    /// The defects.
    pub list: Vec<Defect>,
    /// How many more were found than are listed: of a file of data only the first are kept.
    pub more: usize,
}

impl fmt::Display for Defects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}: ")?;
        }
        let count = self.list.len() + self.more;
        write!(f, "{count} defect{}:", if count == 1 { "" } else { "s" })?;
        self.list.iter().take(MOST_DISPLAYED).try_for_each(|defect| write!(f, "\n  - {defect}"))?;
        match count - self.list.len().min(MOST_DISPLAYED) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_all_of_many_defects_are_displayed() {
        let list = |count: usize| -> Vec<Defect> {
            (0..count).map(|at| Defect::new(format!("place {at}"), "rule")).collect()
        };
        assert_eq!(Error::from_defects(list(1)).to_string(), "1 defect:\n  - place 0: rule");
        let error = Error::from_defects(list(100)).defects_of("m.toml");
        assert!(error.to_string().starts_with("m.toml: 100 defects:\n  - place 0: rule\n"), "{error}");
        assert!(error.to_string().ends_with("\n  - place 99: rule"), "{error}");
        let error = Error::from_defects(list(200_000));
        assert!(error.to_string().ends_with("\n  - place 99: rule\n  and 199900 more"), "{error}");
        assert_eq!(error.defects().len(), 200_000);
        let error = Error::from_first_defects(list(2), 40).to_string();
        assert_eq!(error, "42 defects:\n  - place 0: rule\n  - place 1: rule\n  and 40 more");
    }
}
