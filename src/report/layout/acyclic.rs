//! Which edges to turn round so that there are no circles.

use std::collections::VecDeque;

use super::Edge;

/// Whether each edge is to be turned round: the heuristic of Eades, Lin and Smyth (*Information Processing Letters* 47,
/// 1993), by weight. Those that are left without a way on go last, those without a way to them first, and of all others
/// the one from which most leads on, less what leads to it.
pub(in crate::report) fn turned(nodes: usize, edges: &[Edge]) -> Vec<bool> {
    let mut ways_out = vec![Vec::new(); nodes];
    let mut ways_in = vec![Vec::new(); nodes];
    let (mut out, mut into) = (vec![0; nodes], vec![0; nodes]);
    let mut gain = vec![0.0; nodes];
    for (at, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to) {
        ways_out[edge.from].push(at);
        ways_in[edge.to].push(at);
        out[edge.from] += 1;
        into[edge.to] += 1;
        // Also edges without weight count.
        let weight = edge.weight.max(0.0) + 1e-9;
        gain[edge.from] += weight;
        gain[edge.to] -= weight;
    }
    let mut placed = vec![false; nodes];
    let (mut first, mut last) = (Vec::new(), Vec::new());
    let mut ends: VecDeque<usize> = (0..nodes).filter(|&node| out[node] == 0 || into[node] == 0).collect();
    let mut left = nodes;
    while left > 0 {
        let next = match ends.pop_front() {
            Some(node) if placed[node] => continue,
            Some(node) => node,
            None => {
                let others = (0..nodes).filter(|&node| !placed[node]);
                // Of equals, the first.
                match others.reduce(|best, node| if gain[node] > gain[best] { node } else { best }) {
                    Some(node) => node,
                    None => break,
                }
            }
        };
        placed[next] = true;
        left -= 1;
        if out[next] == 0 && into[next] > 0 {
            last.push(next)
        } else {
            first.push(next)
        }
        for &at in &ways_out[next] {
            let (to, weight) = (edges[at].to, edges[at].weight.max(0.0) + 1e-9);
            into[to] -= 1;
            gain[to] += weight;
            if into[to] == 0 && !placed[to] {
                ends.push_back(to);
            }
        }
        for &at in &ways_in[next] {
            let (from, weight) = (edges[at].from, edges[at].weight.max(0.0) + 1e-9);
            out[from] -= 1;
            gain[from] -= weight;
            if out[from] == 0 && !placed[from] {
                ends.push_back(from);
            }
        }
    }
    let mut rank = vec![0; nodes];
    first.iter().chain(last.iter().rev()).enumerate().for_each(|(at, &node)| rank[node] = at);
    edges.iter().map(|edge| rank[edge.from] > rank[edge.to]).collect()
}
