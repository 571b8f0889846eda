//! The life of one case.

use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::pieces::{Piece, Pieces};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{capital, hours, since_start};
use crate::results::{Cause, Timeline, TimelinePiece};

/// What a case does, and how that is drawn.
const KINDS: [(&str, &str); 5] = [
    ("somebody works on it", "f1"),
    ("on its way", "f3"),
    ("waits for staff", "f2"),
    ("waits for an answer", "f4"),
    ("closed or absent, and all other waits", "f0"),
];

fn kind(piece: &TimelinePiece) -> usize {
    match piece.cause {
        Cause::Work => 0,
        Cause::Transfer => 1,
        Cause::Busy | Cause::Held | Cause::Blocked | Cause::Reserved => 2,
        Cause::Answer => 3,
        _ => 4,
    }
}

impl Chart {
    /// The life of one case: where it was, what it did, and what it waited for, piece by piece.
    #[must_use]
    pub fn timeline(timeline: &Timeline) -> Chart {
        let mut places: Vec<String> = Vec::new();
        let arrived = timeline.arrived.as_hours();
        let piece = |piece: &TimelinePiece| {
            let known = places.iter().position(|place| *place == piece.felt.name);
            let place = known.unwrap_or_else(|| {
                places.push(piece.felt.name.clone());
                places.len() - 1
            });
            let [from, to] = [piece.from, piece.to].map(|time| time.as_hours() - arrived);
            Piece { from, to, place, kind: kind(piece), says: piece.to_string() }
        };
        let pieces = timeline.pieces.iter().map(piece).collect();
        let first = timeline.to_string();
        let says = format!("{}.", capital(first.lines().next().unwrap_or("")));
        Chart::new(
            format!("The life of {}", timeline.name),
            says,
            Pieces { kinds: KINDS.to_vec(), places, pieces },
        )
    }
}

impl Reportable for Timeline {}

impl Sections for Timeline {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new(format!("The life of {}", self.name));
        section.chart(Chart::timeline(self));
        let rows = self.pieces.iter().map(|piece| {
            let long = piece.length().as_hours();
            vec![
                Cell::number(piece.from.as_hours(), since_start(piece.from)),
                Cell::number(long, hours(long)),
                piece.felt.name.as_str().into(),
                capital(&piece.to_string()).into(),
                piece.who.name.as_str().into(),
            ]
        });
        let table =
            Table::new("Piece by piece", "since the start").figures("for").words("where").words("what");
        section.table(table.words("because of").rows(rows));
        vec![section]
    }
}
