//! Where the nodes of a directed graph go, and the ways between them: a layered drawing (Sugiyama, Tagawa and Toda,
//! *IEEE Transactions on Systems, Man and Cybernetics* 11, 1981).
//!
//! Edges are turned round where they close circles (`acyclic`), nodes are put into layers so that all edges lead on
//! (`layers`), edges that pass layers get a place in each, the layers are ordered for few crossings (`order`), and
//! nodes are put where their edges are short and straight (`places`). Nothing recurses.

mod acyclic;
mod layers;
mod order;
mod places;

pub(super) use acyclic::turned;
pub(super) use layers::layers;

/// A node: how much room it takes along the flow, and across it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Node {
    pub along: f64,
    pub across: f64,
}

/// An edge, and how much it counts that it leads on and not back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    pub weight: f64,
}

/// Room between layers, between nodes of a layer, and between an edge that passes and what is beside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gaps {
    pub layers: f64,
    pub nodes: f64,
    pub passing: f64,
}

/// Where everything goes: places are along the flow, and across it.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The middle of each node.
    pub nodes: Vec<(f64, f64)>,
    /// The way of each edge, from its node to its node; between two places it bends from along to along. Of an edge
    /// from a node to itself there is none.
    pub ways: Vec<Vec<(f64, f64)>>,
    pub along: f64,
    pub across: f64,
    /// How many layers there are.
    pub layers: usize,
}

/// A node of the drawing, or the place of an edge that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Node(usize),
    Passing(usize),
}

/// Layers with what stands in each, in order, and the short edges between neighbours: places in two layers.
#[derive(Clone, Debug)]
struct Layered {
    stands: Vec<Vec<Stand>>,
    /// Between a layer and the next.
    links: Vec<Vec<(usize, usize)>>,
}

/// Lays out a graph. Edges name nodes that there are.
pub(super) fn layout(nodes: &[Node], edges: &[Edge], gaps: &Gaps) -> Layout {
    let turned = turned(nodes.len(), edges);
    let on: Vec<(usize, usize)> = edges
        .iter()
        .zip(&turned)
        .map(|(edge, &turned)| if turned { (edge.to, edge.from) } else { (edge.from, edge.to) })
        .collect();
    let layer_of = layers(nodes.len(), &on);
    let mut layered = with_passing(&layer_of, &on);
    order::order(&mut layered);
    places::place(nodes, edges, &turned, &layered, gaps)
}

/// Every edge with a place in each layer that it passes.
fn with_passing(layer_of: &[usize], edges: &[(usize, usize)]) -> Layered {
    let count = layer_of.iter().max().map_or(0, |last| last + 1);
    let mut stands: Vec<Vec<Stand>> = vec![Vec::new(); count];
    let mut links = vec![Vec::new(); count.saturating_sub(1)];
    let mut place = vec![0; layer_of.len()];
    for (node, &layer) in layer_of.iter().enumerate() {
        place[node] = stands[layer].len();
        stands[layer].push(Stand::Node(node));
    }
    for (edge, &(from, to)) in edges.iter().enumerate() {
        if from == to {
            continue;
        }
        let mut last = place[from];
        for layer in layer_of[from] + 1..layer_of[to] {
            stands[layer].push(Stand::Passing(edge));
            let own = stands[layer].len() - 1;
            links[layer - 1].push((last, own));
            last = own;
        }
        links[layer_of[to] - 1].push((last, place[to]));
    }
    Layered { stands, links }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tests::uniforms;

    const GAPS: Gaps = Gaps { layers: 40.0, nodes: 20.0, passing: 10.0 };

    fn edge(from: usize, to: usize) -> Edge {
        Edge { from, to, weight: 1.0 }
    }

    fn check(nodes: &[Node], edges: &[Edge]) -> Layout {
        let layout = layout(nodes, edges, &GAPS);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        for (at, (own, place)) in nodes.iter().zip(&layout.nodes).enumerate() {
            assert!(place.0 - own.along / 2.0 > -1e-6 && place.0 + own.along / 2.0 < layout.along + 1e-6);
            assert!(place.1 - own.across / 2.0 > -1e-6 && place.1 + own.across / 2.0 < layout.across + 1e-6);
            for (other, there) in nodes.iter().zip(&layout.nodes).take(at) {
                let apart = |a: f64, b: f64, room: f64| (a - b).abs() >= room - 1e-6;
                assert!(
                    apart(place.0, there.0, (own.along + other.along) / 2.0 + GAPS.layers)
                        || apart(place.1, there.1, (own.across + other.across) / 2.0 + GAPS.nodes),
                    "node {at} overlaps: {place:?}, {there:?}"
                );
            }
        }
        assert_eq!(layout.ways.len(), edges.len());
        for (edge, way) in edges.iter().zip(&layout.ways) {
            if edge.from == edge.to {
                assert!(way.is_empty());
                continue;
            }
            // From the side of one to the side of the other.
            for (node, end) in [(edge.from, way[0]), (edge.to, way[way.len() - 1])] {
                let (place, size) = (layout.nodes[node], nodes[node]);
                assert!(near((end.0 - place.0).abs(), size.along / 2.0), "{edge:?}: {end:?} at {place:?}");
                assert!((end.1 - place.1).abs() <= size.across / 2.0 + 1e-6);
            }
        }
        layout
    }

    fn node(along: f64, across: f64) -> Node {
        Node { along, across }
    }

    #[test]
    fn a_line_is_straight() {
        let layout = check(&[node(100.0, 30.0); 4], &[edge(0, 1), edge(1, 2), edge(2, 3)]);
        assert!(
            layout.nodes.windows(2).all(|pair| pair[1].0 > pair[0].0 && (pair[1].1 - pair[0].1).abs() < 1e-6)
        );
    }

    #[test]
    fn circles_loops_and_pairs_are_drawn() {
        check(
            &[node(80.0, 30.0); 4],
            &[edge(0, 1), edge(1, 0), edge(1, 2), edge(2, 2), edge(2, 0), edge(0, 2), edge(3, 1), edge(3, 1)],
        );
        check(&[node(80.0, 30.0)], &[]);
        let nothing = layout(&[], &[], &GAPS);
        assert!(nothing.nodes.is_empty() && nothing.along >= 0.0);
    }

    /// What is done most leads on, and what comes back is turned.
    #[test]
    fn the_main_way_leads_on() {
        let edges =
            [(0, 1, 10.0), (1, 2, 10.0), (2, 0, 1.0)].map(|(from, to, weight)| Edge { from, to, weight });
        let layout = check(&[node(80.0, 30.0); 3], &edges);
        assert!(layout.nodes[0].0 < layout.nodes[1].0 && layout.nodes[1].0 < layout.nodes[2].0);
        assert!(layout.ways[2][0].0 > layout.ways[2].last().unwrap().0);
    }

    #[test]
    fn random_graphs_are_drawn() {
        let mut words = uniforms(3);
        for round in 0..40 {
            let count = 2 + (words() * 30.0) as usize;
            let nodes: Vec<Node> =
                (0..count).map(|_| node(60.0 + 60.0 * words(), 20.0 + 60.0 * words())).collect();
            let edges: Vec<Edge> = (0..count * 2)
                .map(|_| {
                    let mut any = || (words() * count as f64) as usize;
                    Edge { from: any(), to: any(), weight: f64::from(round) }
                })
                .collect();
            check(&nodes, &edges);
        }
    }

    /// Two lines side by side, told in the worst order, need not cross.
    #[test]
    fn crossings_are_avoided() {
        let edges = [edge(0, 3), edge(1, 2), edge(2, 5), edge(3, 4)];
        let layout = check(&[node(50.0, 20.0); 6], &edges);
        let above = |a: usize, b: usize| layout.nodes[a].1 < layout.nodes[b].1;
        assert_eq!(above(0, 1), above(3, 2));
        assert_eq!(above(3, 2), above(4, 5));
    }

    /// A long line neither overflows the stack nor takes for ever.
    #[test]
    fn a_long_line_can_be_drawn() {
        let count = 20_000;
        let edges: Vec<Edge> = (1..count).map(|to| edge(to - 1, to)).collect();
        let turned = turned(count, &edges);
        assert!(turned.iter().all(|turned| !turned));
        let on: Vec<_> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(layers(count, &on).last(), Some(&(count - 1)));
    }
}
