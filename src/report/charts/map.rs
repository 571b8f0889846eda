//! The map: departments, and what goes from one to another.

use super::{below, is_narrow, nothing};
use crate::report::chart::{Draw, Drawing};
use crate::report::layout::{Edge, Gaps, Layout, Node, layout};
use crate::report::palette::LOAD_STEPS;
use crate::report::scale::step;
use crate::report::svg::{El, el, push, rect, word};
use crate::report::text::{fit, short, width};
use crate::stats::Estimate;

/// The widest way, and the thinnest.
const WIDEST: f64 = 10.0;
const THINNEST: f64 = 1.4;

/// How much taller than others the box with the longest queue is.
const TALLER: f64 = 46.0;

/// A map may be so much wider than the page before it is drawn from the top to the bottom.
const MAY_SHRINK: f64 = 1.3;

/// Places and ways.
#[derive(Clone, Debug, Default)]
pub(in crate::report) struct Map {
    pub places: Vec<Place>,
    pub ways: Vec<Way>,
    /// What is left out.
    pub note: String,
}

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Kind {
    Department,
    /// Several departments.
    Group,
    /// Where customers come from, or leave.
    Outside,
}

/// A place.
#[derive(Clone, Debug)]
pub(in crate::report) struct Place {
    pub name: String,
    pub kind: Kind,
    /// The share of time on shift at work.
    pub load: Option<Estimate>,
    pub queue: Option<Estimate>,
    pub tip: String,
}

/// How something goes from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Going {
    /// Cases of customers.
    Cases,
    /// Cases that come back for an error.
    Returned,
    /// Requests.
    Asks,
}

/// A way.
#[derive(Clone, Debug)]
pub(in crate::report) struct Way {
    pub from: usize,
    pub to: usize,
    pub going: Going,
    /// How often, per replication; `None` where it is not known.
    pub volume: Option<Estimate>,
}

impl Going {
    fn class(self) -> &'static str {
        match self {
            Going::Cases => "l1",
            Going::Returned => "l2",
            Going::Asks => "l4",
        }
    }

    fn told(self) -> &'static str {
        match self {
            Going::Cases => "cases handed on",
            Going::Returned => "cases that come back for an error",
            Going::Asks => "requests of one department to another",
        }
    }
}

/// Whether the flow goes to the right, or down.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Towards {
    Right,
    Down,
}

impl Towards {
    fn place(self, (along, across): (f64, f64)) -> (f64, f64) {
        match self {
            Towards::Right => (along, across),
            Towards::Down => (across, along),
        }
    }
}

impl Map {
    /// The size of a box.
    fn size(&self, place: &Place, narrow: bool) -> (f64, f64) {
        let most = if narrow { 124.0 } else { 160.0 };
        let text = width(&place.name, 12.5).max(width(&under(place), 11.0)) + 18.0;
        if place.kind == Kind::Outside {
            return (text.clamp(54.0, most), 28.0);
        }
        let longest = self.places.iter().filter_map(|place| Some(place.queue?.mean)).fold(0.0, f64::max);
        let queue = place.queue.map_or(0.0, |queue| queue.mean.max(0.0));
        let taller = if longest > 0.0 { TALLER * (queue / longest).sqrt() } else { 0.0 };
        (text.clamp(84.0, most), 40.0 + taller)
    }

    fn laid_out(&self, room: f64, towards: Towards, narrow: bool) -> (Layout, Vec<(f64, f64)>) {
        let sizes: Vec<(f64, f64)> = self.places.iter().map(|place| self.size(place, narrow)).collect();
        let nodes: Vec<Node> = sizes
            .iter()
            .map(|&(width, height)| match towards {
                Towards::Right => Node { along: width, across: height },
                Towards::Down => Node { along: height, across: width },
            })
            .collect();
        let volume = |way: &Way| match way.going {
            // What comes back and what is asked is turned rather than what is handed on.
            Going::Cases => way.volume.map_or(1.0, |volume| volume.mean),
            Going::Returned | Going::Asks => 0.0,
        };
        let edge = |way: &Way| Edge { from: way.from, to: way.to, weight: volume(way) };
        let edges: Vec<Edge> = self.ways.iter().map(edge).collect();
        let gaps = match (towards, narrow) {
            (Towards::Right, _) => Gaps { layers: 46.0, nodes: 22.0, passing: 13.0 },
            (Towards::Down, false) => Gaps { layers: 44.0, nodes: 26.0, passing: 14.0 },
            (Towards::Down, true) => Gaps { layers: 38.0, nodes: 12.0, passing: 9.0 },
        };
        let first = layout(&nodes, &edges, &gaps);
        let left = room - first.along;
        if towards == Towards::Right && first.layers > 1 && left > 0.0 {
            let layers = gaps.layers + (left / (first.layers - 1) as f64).min(60.0);
            return (layout(&nodes, &edges, &Gaps { layers, ..gaps }), sizes);
        }
        (first, sizes)
    }

    /// To the right where it fits.
    fn turned(&self, room: f64, narrow: bool) -> (Layout, Vec<(f64, f64)>, Towards) {
        if !narrow {
            let (right, sizes) = self.laid_out(room, Towards::Right, narrow);
            if right.along <= MAY_SHRINK * room {
                return (right, sizes, Towards::Right);
            }
        }
        let (down, sizes) = self.laid_out(room, Towards::Down, narrow);
        (down, sizes, Towards::Down)
    }
}

/// The second line of a box.
fn under(place: &Place) -> String {
    let load = place.load.map(|load| format!("{:.0} %", 100.0 * load.mean));
    let queue = place
        .queue
        .filter(|queue| queue.mean >= 0.05)
        .map(|queue| format!("{} wait", short_queue(queue.mean)));
    load.into_iter().chain(queue).collect::<Vec<_>>().join(" · ")
}

fn short_queue(queue: f64) -> String {
    if queue >= 10.0 { format!("{queue:.0}") } else { short((queue * 10.0).round() / 10.0) }
}

impl Draw for Map {
    fn draw(&self, room: f64) -> Drawing {
        if self.places.is_empty() {
            return nothing(room, "There are no departments.");
        }
        let narrow = is_narrow(room);
        let (laid, sizes, towards) = self.turned(room, narrow);
        // Room for arrows and loops beside the outermost boxes.
        const MARGIN: f64 = 14.0;
        let (wide, high) = towards.place((laid.along, laid.across));
        let whole = (wide + 2.0 * MARGIN).max(room);
        let (legend, top) = self.legend(whole.min(room));
        let shift = ((whole - wide) / 2.0, top + MARGIN);
        let at = |place: (f64, f64)| {
            let (x, y) = towards.place(place);
            (x + shift.0, y + shift.1)
        };
        let most = self.ways.iter().filter_map(|way| Some(way.volume?.mean)).fold(0.0, f64::max);
        let mut marks = legend;
        let mut order: Vec<usize> = (0..self.ways.len()).collect();
        // The widest below.
        let volume = |at: usize| self.ways[at].volume.map_or(0.0, |volume| volume.mean);
        order.sort_by(|&a, &b| volume(b).total_cmp(&volume(a)));
        for number in order {
            let way = &self.ways[number];
            let thick = (volume(number) / most.max(1e-12) * WIDEST).max(THINNEST);
            let path = match way.from == way.to {
                true => loop_at(at(laid.nodes[way.from]), sizes[way.from], towards, thick),
                false => along(
                    &laid.ways[number].iter().map(|&place| at(place)).collect::<Vec<_>>(),
                    towards,
                    thick,
                ),
            };
            marks.push(self.way(way, path, thick));
        }
        for ((place, &middle), &size) in self.places.iter().zip(&laid.nodes).zip(&sizes) {
            marks.push(drawn(place, at(middle), size));
        }
        let mut height = top + high + 2.0 * MARGIN;
        if !self.note.is_empty() {
            marks.push(word(0.0, height + 12.0, "m small", &self.note));
            height += 18.0;
        }
        Drawing { width: whole, height, marks }
    }
}

/// A way: what to draw of it, and where its arrow is.
struct Drawn {
    path: String,
    arrow: String,
}

/// Along places, with a bend between each and the next.
fn along(way: &[(f64, f64)], towards: Towards, thick: f64) -> Drawn {
    let long = 5.0 + thick;
    let (Some(&start), Some(&end)) = (way.first(), way.last()) else {
        return Drawn { path: String::new(), arrow: String::new() };
    };
    let before = way[way.len().saturating_sub(2)];
    let forward = match towards {
        Towards::Right => end.0 >= before.0,
        Towards::Down => end.1 >= before.1,
    };
    let back = if forward { -long } else { long };
    // The line ends where the arrow begins.
    let last = match towards {
        Towards::Right => (end.0 + back, end.1),
        Towards::Down => (end.0, end.1 + back),
    };
    let mut path = String::new();
    push(&mut path, format_args!("M{:.1} {:.1}", start.0, start.1));
    let mut from = start;
    for &to in way[1..way.len() - 1].iter().chain([&last]) {
        let (one, other) = match towards {
            Towards::Right => (((from.0 + to.0) / 2.0, from.1), ((from.0 + to.0) / 2.0, to.1)),
            Towards::Down => ((from.0, (from.1 + to.1) / 2.0), (to.0, (from.1 + to.1) / 2.0)),
        };
        let [a, b, c, d, e, f] = [one.0, one.1, other.0, other.1, to.0, to.1];
        push(&mut path, format_args!("C{a:.1} {b:.1} {c:.1} {d:.1} {e:.1} {f:.1}"));
        from = to;
    }
    Drawn { path, arrow: arrow(end, last, 3.0 + 0.75 * thick) }
}

/// A triangle with its tip at one place, and the middle of its base at another.
fn arrow(tip: (f64, f64), base: (f64, f64), half: f64) -> String {
    let (x, y) = (tip.0 - base.0, tip.1 - base.1);
    let long = x.hypot(y).max(1e-9);
    let (x, y) = (-y / long * half, x / long * half);
    let (a, b) = ((base.0 + x, base.1 + y), (base.0 - x, base.1 - y));
    format!("{:.1},{:.1} {:.1},{:.1} {:.1},{:.1}", tip.0, tip.1, a.0, a.1, b.0, b.1)
}

/// From a box back to itself.
fn loop_at((x, y): (f64, f64), (wide, high): (f64, f64), towards: Towards, thick: f64) -> Drawn {
    let (start, end, out) = match towards {
        Towards::Right => ((x + 12.0, y - high / 2.0), (x - 12.0, y - high / 2.0), (0.0, -22.0)),
        Towards::Down => ((x + wide / 2.0, y + 8.0), (x + wide / 2.0, y - 8.0), (22.0, 0.0)),
    };
    let long = 5.0 + thick;
    let last = if out.0 > 0.0 { (end.0 + long, end.1) } else { (end.0, end.1 - long) };
    let (a, b) = ((start.0 + out.0, start.1 + out.1), (last.0 + out.0 / 2.0, last.1 + out.1 / 2.0));
    let path = format!(
        "M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
        start.0, start.1, a.0, a.1, b.0, b.1, last.0, last.1
    );
    Drawn { path, arrow: arrow(end, last, 3.0 + 0.75 * thick) }
}

impl Map {
    fn way(&self, way: &Way, Drawn { path, arrow }: Drawn, thick: f64) -> El {
        let class = way.going.class();
        let name = format!("{} to {}", self.places[way.from].name, self.places[way.to].name);
        let name = if way.going == Going::Asks {
            format!("{} asks {}", self.places[way.from].name, self.places[way.to].name)
        } else {
            name
        };
        let much =
            way.volume.map_or("not known how many".to_owned(), |volume| format!("{volume:#} a replication"));
        let dash = if way.going == Going::Asks { " dash" } else { "" };
        let line = el("path").set("d", &path).class(format!("edge {class}{dash}"));
        let reach = el("path")
            .set("d", path)
            .class("open")
            .set("stroke", "transparent")
            .at("stroke-width", thick.max(12.0));
        let mark = el("g").tip(format!("{name}: {much}; {}", way.going.told()));
        let mark = match &way.volume {
            Some(volume) => mark.estimates(&name, volume),
            None => mark.set("data-name", &name),
        };
        let point = el("polygon").set("points", arrow).class(class.replace('l', "f"));
        mark.with(line.at("stroke-width", thick)).with(point).with(reach)
    }

    /// What is drawn how, and the height of that.
    fn legend(&self, room: f64) -> (Vec<El>, f64) {
        let goings = [Going::Cases, Going::Returned, Going::Asks];
        let used = goings.into_iter().filter(|going| self.ways.iter().any(|way| way.going == *going));
        let classes: Vec<(Going, String)> = used
            .map(|going| {
                (going, format!("{}{}", going.class(), if going == Going::Asks { " dash" } else { "" }))
            })
            .collect();
        let entries: Vec<_> = classes
            .iter()
            .map(|(going, class)| (super::Key::Stroke(class), going.told().to_owned()))
            .collect();
        let (mut marks, height) = super::legend(&entries, room);
        let mut steps = vec![word(0.0, 12.0, "m", "at work 0 %")];
        for at in 0..LOAD_STEPS {
            steps.push(rect(72.0 + at as f64 * 18.0, 2.0, 18.0, 12.0).class(format!("w{at}")));
        }
        steps.push(word(76.0 + LOAD_STEPS as f64 * 18.0, 12.0, "m", "100 %"));
        let words = "wider way: more cases; taller box: longer queue";
        let (x, y) = if is_narrow(room) { (0.0, 30.0) } else { (260.0, 12.0) };
        steps.push(word(x, y, "m", words));
        marks.push(below(steps, height));
        (marks, height + y + 10.0)
    }
}

/// A box with its name.
fn drawn(place: &Place, (x, y): (f64, f64), (wide, high): (f64, f64)) -> El {
    let shade = match (place.kind, place.load) {
        (Kind::Outside, _) => None,
        (_, Some(load)) => Some(format!("w{}", step(load.mean, 1.0, LOAD_STEPS))),
        _ => None,
    };
    let fill = shade.clone().unwrap_or("none".to_owned());
    let round = if place.kind == Kind::Outside { high / 2.0 } else { 6.0 };
    let dash = if shade.is_none() && place.kind != Kind::Outside { " dash" } else { "" };
    let own = rect(x - wide / 2.0, y - high / 2.0, wide, high).at("rx", round);
    let own = own.class(&fill).set("stroke-width", "1");
    let frame = rect(x - wide / 2.0, y - high / 2.0, wide, high).at("rx", round).class(format!("line{dash}"));
    let ink = |kind: &str| match &shade {
        Some(shade) => format!("t{shade} {kind}mid"),
        None => format!("t {kind}mid"),
    };
    let mark = el("g").set("data-name", &place.name);
    let number = |mark: El, name: &str, of: Option<Estimate>| match of {
        Some(of) => mark.data(name, of.mean),
        None => mark,
    };
    let mark = number(number(mark, "load", place.load), "queue", place.queue);
    let mut mark = mark.class("place").tip(&place.tip).with(own).with(frame);
    if place.kind == Kind::Group {
        // More behind it.
        let behind = rect(x - wide / 2.0 + 4.0, y + high / 2.0 + 2.0, wide - 8.0, 2.0).class(&fill);
        mark = mark.with(behind);
    }
    let second = under(place);
    let name = fit(&place.name, wide - 10.0, 12.5);
    if second.is_empty() || place.kind == Kind::Outside {
        return mark.with(word(x, y + 4.0, &ink("b "), name));
    }
    mark.with(word(x, y - 3.0, &ink("b "), name)).with(word(
        x,
        y + 12.0,
        &ink("small "),
        fit(&second, wide - 6.0, 11.0),
    ))
}
