//! A model's graph as text for drawing programs.

use std::fmt::Write;

use super::flow::Why;
use super::graph::{Graph, Link};
use super::{Handoff, ProbabilityFor, Source, Staff};

/// How an edge is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Cases go this way.
    Solid,
    /// A request, or customers who come back.
    Dashed,
    /// People who serve elsewhere.
    Dotted,
}

struct Edge {
    from: usize,
    to: usize,
    label: String,
    line: Line,
}

impl Graph<'_> {
    /// The graph in the DOT language of Graphviz.
    ///
    /// A department shows its staff or the pool it takes them from; an edge the stream, or the handoff's
    /// probability by class, its new class, or nothing where it is certain, or why else cases go this way.
    /// Requests, complaints and what departments make for a stock are dashed; dotted lines lead from pools and other
    /// departments to where their people serve, and from stocks to where they are used.
    pub fn to_dot(&self) -> String {
        let mut text =
            format!("digraph {} {{\n    rankdir=LR;\n    node [shape=box];\n", quoted(&self.model().name));
        let (entry, exit) = (self.entry().index(), self.exit().index());
        for (index, label) in self.labels().enumerate() {
            push(&mut text, format_args!("    n{index} [label={}];\n", quoted(&label)));
        }
        push(&mut text, format_args!("    n{entry} [label=\"customers\", shape=plaintext];\n"));
        push(&mut text, format_args!("    n{exit} [label=\"exit\", shape=plaintext];\n"));
        for (index, label) in self.pools() {
            push(&mut text, format_args!("    n{index} [label={}, shape=ellipse];\n", quoted(&label)));
        }
        for (index, name) in self.stocks() {
            push(&mut text, format_args!("    n{index} [label={}, shape=cylinder];\n", quoted(name)));
        }
        for Edge { from, to, label, line } in self.edges() {
            let label = (!label.is_empty()).then(|| format!("label={}", quoted(&label)));
            let style = match line {
                Line::Solid => None,
                Line::Dashed => Some("style=dashed".to_owned()),
                Line::Dotted => Some("style=dotted".to_owned()),
            };
            let how: Vec<String> = label.into_iter().chain(style).collect();
            let how = if how.is_empty() { String::new() } else { format!(" [{}]", how.join(", ")) };
            push(&mut text, format_args!("    n{from} -> n{to}{how};\n"));
        }
        text + "}\n"
    }

    /// The graph as a flowchart in the language of Mermaid, with the same labels as
    /// [`Graph::to_dot`]; what is dashed there is dotted here too.
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("flowchart LR\n");
        let (entry, exit) = (self.entry().index(), self.exit().index());
        for (index, label) in self.labels().enumerate() {
            push(&mut text, format_args!("    n{index}[\"{}\"]\n", entities(&label)));
        }
        push(&mut text, format_args!("    n{entry}([\"customers\"])\n    n{exit}([\"exit\"])\n"));
        for (index, label) in self.pools() {
            push(&mut text, format_args!("    n{index}((\"{}\"))\n", entities(&label)));
        }
        for (index, name) in self.stocks() {
            push(&mut text, format_args!("    n{index}[(\"{}\")]\n", entities(name)));
        }
        for Edge { from, to, label, line } in self.edges() {
            let label = if label.is_empty() { label } else { format!("|\"{}\"|", entities(&label)) };
            let arrow = if line == Line::Solid { "-->" } else { "-.->" };
            push(&mut text, format_args!("    n{from} {arrow}{label} n{to}\n"));
        }
        text
    }

    fn labels(&self) -> impl Iterator<Item = String> {
        self.model().departments.iter().map(|department| match &department.staff {
            Staff::Count(count) => format!("{} ({count})", department.name),
            Staff::Infinite => department.name.clone(),
            Staff::Pool(pool) => format!("{} ({pool})", department.name),
        })
    }

    /// The node of the pool of this index.
    fn pool(&self, pool: u32) -> usize {
        self.exit().index() + 1 + pool as usize
    }

    fn pools(&self) -> impl Iterator<Item = (usize, String)> {
        let pools = self.model().pools.iter().zip(0..);
        pools.map(|(pool, at)| (self.pool(at), format!("{} ({})", pool.name, pool.staff)))
    }

    fn stocks(&self) -> impl Iterator<Item = (usize, &str)> {
        let stocks = self.model().stocks.iter().zip(0..);
        stocks.map(|(stock, at)| (self.stock(at), stock.name.as_str()))
    }

    /// The node of the stock of this index.
    fn stock(&self, stock: u32) -> usize {
        self.pool(0) + self.model().pools.len() + stock as usize
    }

    fn edges(&self) -> impl Iterator<Item = Edge> {
        let network = self.network();
        let ways = network.edge_indices().filter_map(|edge| {
            let (from, to) = network.edge_endpoints(edge)?;
            let label = match network[edge] {
                Link::Enters(stream) => self.model().streams[stream as usize].name.clone(),
                Link::InPlace(_) => "in place at the start".into(),
                Link::Handoff(handoff) => handoff_label(&self.model().handoffs[handoff as usize]),
                Link::Leaves => String::new(),
                Link::Part(fork, branch) => self.part_label(fork, branch),
                Link::Detour(why) => detour_label(why).into(),
            };
            Some(Edge { from: from.index(), to: to.index(), label, line: Line::Solid })
        });
        let stocks = self.deliveries().chain(self.uses());
        ways.chain(self.requests()).chain(self.complaints()).chain(self.people()).chain(stocks)
    }

    /// What departments make for stocks.
    fn deliveries(&self) -> impl Iterator<Item = Edge> {
        self.model().stocks.iter().zip(0..).flat_map(move |(stock, at)| {
            let sources = stock.supplies.iter().filter_map(move |supply| match &supply.source {
                Source::Department { department, .. } => self.resolved().department(department),
                Source::Outside { .. } => None,
            });
            sources.map(move |from| Edge {
                from: from as usize,
                to: self.stock(at),
                label: "delivers".into(),
                line: Line::Dashed,
            })
        })
    }

    /// Where stocks are used.
    fn uses(&self) -> impl Iterator<Item = Edge> {
        self.model().departments.iter().enumerate().flat_map(move |(to, department)| {
            department.uses.iter().filter_map(move |used| {
                let from = self.stock(self.resolved().stock(&used.stock)?);
                let class = used.class.iter().cloned();
                let quantity = (used.quantity != 1).then(|| used.quantity.to_string());
                let label = class.chain(quantity).collect::<Vec<_>>().join(" ");
                Some(Edge { from, to, label, line: Line::Dotted })
            })
        })
    }

    /// "part", "part, becomes sample".
    fn part_label(&self, fork: u32, branch: u32) -> String {
        let branch = &self.resolved().forks[fork as usize].fork.branches[branch as usize];
        let becomes = branch.becomes.iter().map(|class| format!("becomes {class}"));
        ["part".to_owned()].into_iter().chain(becomes).collect::<Vec<_>>().join(", ")
    }

    fn requests(&self) -> impl Iterator<Item = Edge> {
        let dashed = |from: u32, to: u32, label| Edge {
            from: from as usize,
            to: to as usize,
            label,
            line: Line::Dashed,
        };
        self.resolved().questions.iter().map(move |question| {
            let request = question.request;
            let name = request.name.clone().unwrap_or_else(|| "asks".into());
            let chances = chances(request.probability, &request.probability_for);
            dashed(question.from, question.to, [vec![name], chances].concat().join(", "))
        })
    }

    fn complaints(&self) -> impl Iterator<Item = Edge> {
        self.model().departments.iter().filter_map(|department| {
            let complaint = department.errors.as_ref()?.complaint.as_ref()?;
            let to = self.resolved().department(&complaint.enter)? as usize;
            let label = format!("complaints about {}, {}", department.name, complaint.probability);
            Some(Edge { from: self.exit().index(), to, label, line: Line::Dashed })
        })
    }

    /// Where the people of pools and helpers serve.
    fn people(&self) -> impl Iterator<Item = Edge> {
        let dotted = |from, to, label| Edge { from, to, label, line: Line::Dotted };
        self.model().departments.iter().enumerate().flat_map(move |(to, department)| {
            let own = match &department.staff {
                Staff::Pool(pool) => self.resolved().pool(pool),
                Staff::Count(_) | Staff::Infinite => None,
            };
            let own = own.map(|pool| dotted(self.pool(pool), to, String::new()));
            let helpers = department.helpers.iter().filter_map(move |helpers| {
                let of_department = self.resolved().department(&helpers.from).map(|at| at as usize);
                let from = of_department.or_else(|| Some(self.pool(self.resolved().pool(&helpers.from)?)))?;
                Some(dotted(from, to, format!("help at speed {}", helpers.speed)))
            });
            own.into_iter().chain(helpers)
        })
    }
}

fn detour_label(why: Why) -> &'static str {
    match why {
        Why::Returned => "errors returned",
        Why::Back => "put right",
        Why::Sent => "errors sent on",
        Why::TurnedAway => "turned away",
        Why::Reneged | Why::Met => "patience lost",
        Why::Turned => "turned while waiting",
    }
}

/// "0.1", "urgent 0.2"; nothing where it is certain.
fn chances(probability: Option<f64>, by_class: &[ProbabilityFor]) -> Vec<String> {
    let general = probability.filter(|&probability| probability != 1.0).map(|p| p.to_string());
    let by_class = by_class.iter().map(|row| format!("{} {}", row.class, row.probability));
    general.into_iter().chain(by_class).collect()
}

/// "0.1, urgent 0.2, becomes rework".
fn handoff_label(handoff: &Handoff) -> String {
    let becomes = handoff.becomes.iter().map(|class| format!("becomes {class}"));
    let told = [(!handoff.or_shorter.is_empty(), "shortest queue"), (handoff.rework, "rework")];
    let told = told.into_iter().filter(|&(is, _)| is).map(|(_, what)| what.to_owned());
    let chances = chances(handoff.probability, &handoff.probability_for).into_iter();
    chances.chain(becomes).chain(told).collect::<Vec<_>>().join(", ")
}

/// Writing to a string cannot fail.
fn push(text: &mut String, more: std::fmt::Arguments) {
    let _ = text.write_fmt(more);
}

/// A quoted string of the DOT language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Text for a quoted string of Mermaid: what could end it or be taken for markup, as entities.
fn entities(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '#' | '%' | '&' | '<' | '>' | '`' | '*' | '_' | '\\' | ';' | '{' | '|' | '}' => {
                push(&mut safe, format_args!("#{};", letter as u32));
            }
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use crate::model::Model;
    use crate::time::{minutes, per_hour};

    #[test]
    fn a_directive_of_mermaid_in_a_name_is_text() {
        let model = Model::builder("names")
            .department("%%{init: x}%%", |d| d.staff(1).service(minutes(5)))
            .customers("{a}", |c| c.poisson(per_hour(1.0)).enter("%%{init: x}%%"))
            .build()
            .unwrap();
        let text = model.graph().unwrap().to_mermaid();
        assert!(text.contains("#37;#37;#123;init: x#125;#37;#37; (1)"), "{text}");
        assert!(text.contains("#123;a#125;"), "{text}");
        assert!(!text.contains(['%', '{', '}']), "{text}");
    }
}
