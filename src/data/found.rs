//! The defects of a log, as they are found.

use crate::error::{Defect, Error};

/// How many defects are kept. A file of data may have as many as lines.
const MOST_KEPT: usize = 20;

/// The first defects, and how many more there are.
#[derive(Debug, Default)]
pub(super) struct Found {
    list: Vec<Defect>,
    more: usize,
}

impl Found {
    /// Another one.
    pub fn add(&mut self, place: impl FnOnce() -> String, rule: impl FnOnce() -> String) {
        if self.list.len() < MOST_KEPT {
            self.list.push(Defect::new(place(), rule()));
        } else {
            self.more += 1;
        }
    }

    /// The error that tells of them, if there are any.
    pub fn error(self) -> Option<Error> {
        (!self.list.is_empty()).then(|| Error::from_first_defects(self.list, self.more))
    }
}
