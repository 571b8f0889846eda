//! One life, piece by piece: where it was, along time.

use super::{Key, is_narrow, legend, nothing};
use crate::report::chart::{Draw, Drawing};
use crate::report::scale::Scale;
use crate::report::svg::{rect, word};
use crate::report::text::{Unit, fit, hours, width};

/// Pieces of time in some places.
#[derive(Clone, Debug)]
pub(in crate::report) struct Pieces {
    /// The kinds of piece, with their classes.
    pub kinds: Vec<(&'static str, &'static str)>,
    /// The places, in the order in which they are drawn.
    pub places: Vec<String>,
    pub pieces: Vec<Piece>,
}

/// A piece: when, in hours; where; of which kind; and what it was.
#[derive(Clone, Debug)]
pub(in crate::report) struct Piece {
    pub from: f64,
    pub to: f64,
    pub place: usize,
    pub kind: usize,
    pub says: String,
}

impl Draw for Pieces {
    fn draw(&self, room: f64) -> Drawing {
        let end = self.pieces.iter().map(|piece| piece.to).fold(0.0, f64::max);
        if end <= 0.0 {
            return nothing(room, "It took no time.");
        }
        let narrow = is_narrow(room);
        let used = |at: &usize| self.pieces.iter().any(|piece| piece.kind == *at);
        let entries: Vec<_> = (0..self.kinds.len())
            .filter(used)
            .map(|at| (Key::Fill(self.kinds[at].1), self.kinds[at].0.to_owned()))
            .collect();
        let (mut marks, top) = legend(&entries, room);
        let names = self.places.iter().map(|name| width(name, 12.0)).fold(0.0, f64::max);
        let left = if narrow { 6.0 } else { (names + 12.0).min(200.0) };
        let along = Scale::new((0.0, end), (left, room - 10.0));
        let each = if narrow { 38.0 } else { 28.0 };
        let bottom = top + each * self.places.len() as f64 + 2.0;
        marks.extend(along.across(Unit::Time, top, bottom, if narrow { 4 } else { 9 }));
        for (at, name) in self.places.iter().enumerate() {
            let y = top + each * at as f64;
            marks.push(match narrow {
                true => word(0.0, y + 13.0, "t small", fit(name, room, 11.0)),
                false => word(left - 8.0, y + 18.0, "t end", fit(name, left - 8.0, 12.0)),
            });
        }
        for piece in &self.pieces {
            let (from, to) = (along.at(piece.from), along.at(piece.to));
            let y = top + each * piece.place as f64 + if narrow { 18.0 } else { 5.0 };
            let told = format!(
                "{}, {} after the arrival: {}",
                hours(piece.to - piece.from),
                hours(piece.from),
                piece.says
            );
            let mark = rect(from, y, (to - from).max(0.8), 18.0).class(self.kinds[piece.kind].1);
            marks.push(mark.stands_for(&piece.says, piece.to - piece.from).tip(told));
        }
        Drawing { width: room, height: bottom + 34.0, marks }
    }
}
