//! The kinds of chart. They are drawn from plain data and know no results.

pub(super) mod bars;
pub(super) mod curves;
pub(super) mod flow;
pub(super) mod heat;
pub(super) mod histogram;
pub(super) mod intervals;
pub(super) mod map;
pub(super) mod pieces;
pub(super) mod shares;
pub(super) mod stretches;

use super::chart::Drawing;
use super::svg::{El, el, rect, word};
use super::text::{fit, width};

/// Below this width labels stand above what they belong to.
const ROOM_FOR_LABELS: f64 = 520.0;

fn is_narrow(width: f64) -> bool {
    width < ROOM_FOR_LABELS
}

/// What a series looks like; those beyond the colours are grey.
fn series_class(at: usize) -> usize {
    if at < super::palette::SERIES_COLOURS { at + 1 } else { 0 }
}

/// Where nothing can be drawn.
fn nothing(width: f64, why: &str) -> Drawing {
    Drawing { width, height: 40.0, marks: vec![word(0.0, 24.0, "m", why)] }
}

/// How an entry of a legend is marked.
#[derive(Clone, Copy)]
enum Key<'k> {
    /// A square of a class.
    Fill(&'k str),
    /// A line of a class.
    Stroke(&'k str),
}

/// A legend, in as many lines as it takes, and its height.
fn legend(entries: &[(Key<'_>, String)], room: f64) -> (Vec<El>, f64) {
    const LINE: f64 = 20.0;
    let (mut x, mut y) = (0.0, 0.0);
    let mut marks = Vec::new();
    for (key, name) in entries {
        let name = fit(name, room - 30.0, 12.0);
        let length = 22.0 + width(&name, 12.0) + 18.0;
        if x > 0.0 && x + length > room + 18.0 {
            (x, y) = (0.0, y + LINE);
        }
        marks.push(match key {
            Key::Fill(class) => rect(x, y + 4.0, 12.0, 12.0).set("rx", "2").class(class),
            Key::Stroke(class) => {
                super::svg::line((x, y + 10.0), (x + 16.0, y + 10.0)).class(class).set("stroke-width", "3")
            }
        });
        marks.push(word(x + 22.0, y + 14.0, "m", name));
        x += length;
    }
    (marks, if entries.is_empty() { 0.0 } else { y + LINE + 8.0 })
}

/// Marks moved down.
fn below(marks: Vec<El>, by: f64) -> El {
    el("g").set("transform", format!("translate(0 {})", super::svg::place_of(by))).with_all(marks)
}
