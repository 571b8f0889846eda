//! A model's graph as text for drawing programs.

use std::fmt::Write;

use super::graph::{Graph, Link};
use super::{Handoff, Staff};

impl Graph<'_> {
    /// The graph in the DOT language of Graphviz.
    ///
    /// A department shows its staff; an edge the stream, or the handoff's probability by class, its
    /// new class, or nothing where it is certain.
    pub fn to_dot(&self) -> String {
        let mut text =
            format!("digraph {} {{\n    rankdir=LR;\n    node [shape=box];\n", quoted(&self.model().name));
        let (entry, exit) = (self.entry().index(), self.exit().index());
        for (index, label) in self.labels().enumerate() {
            push(&mut text, format_args!("    n{index} [label={}];\n", quoted(&label)));
        }
        push(&mut text, format_args!("    n{entry} [label=\"customers\", shape=plaintext];\n"));
        push(&mut text, format_args!("    n{exit} [label=\"exit\", shape=plaintext];\n"));
        for (from, to, label) in self.edges() {
            let label = if label.is_empty() { label } else { format!(" [label={}]", quoted(&label)) };
            push(&mut text, format_args!("    n{from} -> n{to}{label};\n"));
        }
        text + "}\n"
    }

    /// The graph as a flowchart in the language of Mermaid, with the same labels as
    /// [`Graph::to_dot`].
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("flowchart LR\n");
        let (entry, exit) = (self.entry().index(), self.exit().index());
        for (index, label) in self.labels().enumerate() {
            push(&mut text, format_args!("    n{index}[\"{}\"]\n", entities(&label)));
        }
        push(&mut text, format_args!("    n{entry}([\"customers\"])\n    n{exit}([\"exit\"])\n"));
        for (from, to, label) in self.edges() {
            let label = if label.is_empty() { label } else { format!("|\"{}\"|", entities(&label)) };
            push(&mut text, format_args!("    n{from} -->{label} n{to}\n"));
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

    /// Every edge: from, to, label.
    fn edges(&self) -> impl Iterator<Item = (usize, usize, String)> {
        let network = self.network();
        network.edge_indices().filter_map(|edge| {
            let (from, to) = network.edge_endpoints(edge)?;
            let label = match network[edge] {
                Link::Enters(stream) => self.model().streams[stream as usize].name.clone(),
                Link::InPlace(_) => "in place at the start".into(),
                Link::Handoff(handoff) => handoff_label(&self.model().handoffs[handoff as usize]),
                Link::Leaves => String::new(),
            };
            Some((from.index(), to.index(), label))
        })
    }
}

/// "0.1, urgent 0.2, becomes rework".
fn handoff_label(handoff: &Handoff) -> String {
    let general = handoff.probability.filter(|_| handoff.probability != Some(1.0)).map(|p| p.to_string());
    let by_class = handoff.probability_for.iter().map(|row| format!("{} {}", row.class, row.probability));
    let becomes = handoff.becomes.iter().map(|class| format!("becomes {class}"));
    general.into_iter().chain(by_class).chain(becomes).collect::<Vec<_>>().join(", ")
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
