//! Tables that are looked up all the time.

use std::ops::{Deref, DerefMut, Index, IndexMut};

/// A list of which entries are looked up all the time: what happens where there is no such entry takes no room, and no
/// instructions, where there is one. (A slice says which entry that was, and keeps the number at hand for it.)
#[derive(Clone, Debug)]
pub(super) struct Table<T>(Vec<T>);

impl<T> Table<T> {
    pub const fn new() -> Table<T> {
        Table(Vec::new())
    }

    /// Makes the table so long that it has an entry at a place.
    #[cold]
    #[inline(never)]
    pub fn reach(&mut self, at: usize, blank: impl FnMut() -> T) {
        self.0.resize_with(at + 1, blank);
    }

    pub fn push(&mut self, entry: T) {
        self.0.push(entry);
    }
}

impl<T> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Table<T> {
        Table(entries.into_iter().collect())
    }
}

impl<T> Deref for Table<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> DerefMut for Table<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T> Index<usize> for Table<T> {
    type Output = T;

    #[inline(always)]
    #[track_caller]
    fn index(&self, at: usize) -> &T {
        match self.0.get(at) {
            Some(entry) => entry,
            None => no_entry(),
        }
    }
}

impl<T> IndexMut<usize> for Table<T> {
    #[inline(always)]
    #[track_caller]
    fn index_mut(&mut self, at: usize) -> &mut T {
        match self.0.get_mut(at) {
            Some(entry) => entry,
            None => no_entry(),
        }
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn no_entry() -> ! {
    panic!("a table has no such entry")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reaches_as_far_as_it_is_asked_to() {
        let mut table: Table<u32> = (0..3).collect();
        table.reach(4, || 9);
        table.push(7);
        table[1] += 5;
        assert_eq!(*table, [0, 6, 2, 9, 9, 7]);
    }

    #[test]
    #[should_panic(expected = "no such entry")]
    fn there_is_nothing_beyond_the_end() {
        let table: Table<u32> = Table::new();
        let _ = table[0];
    }
}
