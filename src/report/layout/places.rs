//! Places for nodes and ways.

use super::{Edge, Gaps, Layered, Layout, Node, Stand};

/// How often all layers are gone through.
const SWEEPS: usize = 12;

/// The share of a node's side at which edges may arrive.
const SIDE: f64 = 0.72;

/// Puts everything into its place, in the order of the layers.
pub(super) fn place(
    nodes: &[Node],
    edges: &[Edge],
    turned: &[bool],
    layered: &Layered,
    gaps: &Gaps,
) -> Layout {
    let across = across(nodes, layered, gaps);
    let long = |stand: &Stand| match stand {
        Stand::Node(node) => nodes[*node].along,
        Stand::Passing(_) => 0.0,
    };
    let lengths: Vec<f64> =
        layered.stands.iter().map(|layer| layer.iter().map(long).fold(0.0, f64::max)).collect();
    let mut starts = Vec::new();
    let mut along = 0.0;
    for length in &lengths {
        starts.push(along);
        along += length + gaps.layers;
    }
    let mut places = vec![(0.0, 0.0); nodes.len()];
    let mut passes = vec![Vec::new(); edges.len()];
    for (layer, stands) in layered.stands.iter().enumerate() {
        for (at, stand) in stands.iter().enumerate() {
            let y = across[layer][at];
            match stand {
                Stand::Node(node) => places[*node] = (starts[layer] + lengths[layer] / 2.0, y),
                // It goes straight through its layer.
                Stand::Passing(edge) => {
                    passes[*edge].extend([(starts[layer], y), (starts[layer] + lengths[layer], y)]);
                }
            }
        }
    }
    let ways = ways(nodes, edges, turned, &places, passes);
    let least = layered.stands.iter().zip(&across).flat_map(|(stands, across)| {
        stands
            .iter()
            .zip(across)
            .map(|(stand, y)| (y - wide(nodes, stand) / 2.0, y + wide(nodes, stand) / 2.0))
    });
    let (low, high) =
        least.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (a, b)| (low.min(a), high.max(b)));
    let shift = if low.is_finite() { -low } else { 0.0 };
    let moved = |(x, y): (f64, f64)| (x, y + shift);
    Layout {
        nodes: places.into_iter().map(moved).collect(),
        ways: ways.into_iter().map(|way| way.into_iter().map(moved).collect()).collect(),
        along: (along - gaps.layers).max(0.0),
        across: if high > low { high - low } else { 0.0 },
        layers: layered.stands.len(),
    }
}

fn wide(nodes: &[Node], stand: &Stand) -> f64 {
    match stand {
        Stand::Node(node) => nodes[*node].across,
        Stand::Passing(_) => 2.0,
    }
}

/// Places across the flow, by layer: near what each is linked with, and far enough from each other.
fn across(nodes: &[Node], layered: &Layered, gaps: &Gaps) -> Vec<Vec<f64>> {
    let room = |a: &Stand, b: &Stand| {
        let both = matches!((a, b), (Stand::Node(_), Stand::Node(_)));
        (wide(nodes, a) + wide(nodes, b)) / 2.0 + if both { gaps.nodes } else { gaps.passing }
    };
    // How far each is from the first of its layer, if all are as close as they may be.
    let offsets: Vec<Vec<f64>> = layered
        .stands
        .iter()
        .map(|stands| {
            let mut offset = 0.0;
            let steps = stands.windows(2).map(|pair| {
                offset += room(&pair[0], &pair[1]);
                offset
            });
            [0.0].into_iter().chain(steps).take(stands.len()).collect()
        })
        .collect();
    let mut places: Vec<Vec<f64>> = offsets
        .iter()
        .map(|offsets| {
            let half = offsets.last().map_or(0.0, |last| last / 2.0);
            offsets.iter().map(|offset| offset - half).collect()
        })
        .collect();
    let layers = layered.stands.len();
    for sweep in 0..SWEEPS {
        let last = sweep + 2 >= SWEEPS;
        let forward = sweep % 2 == 0;
        for step in 0..layers {
            let layer = if forward { step } else { layers - 1 - step };
            let mut wishes = vec![(0.0, 0.0); layered.stands[layer].len()];
            let mut wish = |own: usize, other: f64, weight: f64| {
                wishes[own].0 += weight * other;
                wishes[own].1 += weight;
            };
            let weight = |a: &Stand, b: &Stand| match (a, b) {
                (Stand::Passing(_), Stand::Passing(_)) => 8.0,
                (Stand::Node(_), Stand::Node(_)) => 1.0,
                _ => 2.0,
            };
            if layer > 0 && (forward || last) {
                for &(from, to) in &layered.links[layer - 1] {
                    let weight = weight(&layered.stands[layer - 1][from], &layered.stands[layer][to]);
                    wish(to, places[layer - 1][from], weight);
                }
            }
            if layer + 1 < layers && (!forward || last) {
                for &(from, to) in &layered.links[layer] {
                    let weight = weight(&layered.stands[layer][from], &layered.stands[layer + 1][to]);
                    wish(from, places[layer + 1][to], weight);
                }
            }
            let old = &places[layer];
            let wanted: Vec<(f64, f64)> = wishes
                .iter()
                .zip(old)
                .map(|(&(sum, weight), &old)| if weight > 0.0 { (sum / weight, weight) } else { (old, 0.1) })
                .collect();
            places[layer] = apart(&wanted, &offsets[layer]);
        }
    }
    places
}

/// The places nearest to those wanted, by weighted squares, that keep the order and the room between: with the offsets taken off
/// they must not fall, which pooling adjacent violators solves (Barlow, Bartholomew, Bremner and Brunk, *Statistical
/// Inference under Order Restrictions*, 1972).
fn apart(wanted: &[(f64, f64)], offsets: &[f64]) -> Vec<f64> {
    // Pools of neighbours at one place: weighted sum, weight, how many.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (&(place, weight), &offset) in wanted.iter().zip(offsets) {
        let mut own = ((place - offset) * weight, weight, 1);
        while let Some(before) = pools.pop_if(|before| before.0 / before.1 >= own.0 / own.1) {
            own = (before.0 + own.0, before.1 + own.1, before.2 + own.2);
        }
        pools.push(own);
    }
    let places = pools.iter().flat_map(|&(sum, weight, count)| std::iter::repeat_n(sum / weight, count));
    places.zip(offsets).map(|(place, offset)| place + offset).collect()
}

/// Which end of an edge.
type End = (usize, bool);

/// Ways from side to side. Edges share a side of their node in the order of where they come from or go to.
fn ways(
    nodes: &[Node],
    edges: &[Edge],
    turned: &[bool],
    places: &[(f64, f64)],
    passes: Vec<Vec<(f64, f64)>>,
) -> Vec<Vec<(f64, f64)>> {
    // For every node, what is at its near side and at its far side: the place towards which, and the end of which edge.
    let mut sides: Vec<[Vec<(f64, End)>; 2]> = vec![[Vec::new(), Vec::new()]; nodes.len()];
    for (at, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to) {
        let (early, late) = if turned[at] { (edge.to, edge.from) } else { (edge.from, edge.to) };
        let after_early = passes[at].first().map_or(places[late].1, |place| place.1);
        let before_late = passes[at].last().map_or(places[early].1, |place| place.1);
        sides[early][1].push((after_early, (at, false)));
        sides[late][0].push((before_late, (at, true)));
    }
    let mut ends = vec![[(0.0, 0.0); 2]; edges.len()];
    for ((node, place), sides) in nodes.iter().zip(places).zip(&mut sides) {
        for (far, side) in sides.iter_mut().enumerate() {
            side.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.0.cmp(&b.1.0)));
            let count = side.len() as f64;
            let x = place.0 + if far == 1 { node.along / 2.0 } else { -node.along / 2.0 };
            for (at, &(_, (edge, late))) in side.iter().enumerate() {
                let share = (at as f64 + 0.5) / count - 0.5;
                ends[edge][usize::from(late)] = (x, place.1 + share * SIDE * node.across);
            }
        }
    }
    let way = |(at, passes): (usize, Vec<(f64, f64)>)| {
        if edges[at].from == edges[at].to {
            return Vec::new();
        }
        let [early, late] = ends[at];
        let mut way: Vec<_> = [early].into_iter().chain(passes).chain([late]).collect();
        if turned[at] {
            way.reverse();
        }
        way
    };
    passes.into_iter().enumerate().map(way).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_kept_where_there_is_room() {
        assert_eq!(apart(&[(0.0, 1.0), (50.0, 1.0)], &[0.0, 10.0]), [0.0, 50.0]);
        // Both want the same place: each gives way by half.
        assert_eq!(apart(&[(20.0, 1.0), (20.0, 1.0)], &[0.0, 10.0]), [15.0, 25.0]);
        // Three to one.
        assert_eq!(apart(&[(20.0, 3.0), (20.0, 1.0)], &[0.0, 8.0]), [18.0, 26.0]);
    }
}
