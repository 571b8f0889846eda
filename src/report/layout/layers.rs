//! Layers: as many as the longest way has nodes.

use std::collections::VecDeque;

/// The layer of each node, so that every edge leads to a later one; edges from a node to itself are left out. There must be no
/// circles. Each node is as early as it can be, and those to which nothing leads as late.
pub(in crate::report) fn layers(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut next = vec![Vec::new(); nodes];
    let mut waits_for = vec![0; nodes];
    for &(from, to) in edges.iter().filter(|(from, to)| from != to) {
        next[from].push(to);
        waits_for[to] += 1;
    }
    let starts: Vec<usize> = (0..nodes).filter(|&node| waits_for[node] == 0).collect();
    let mut layer = vec![0; nodes];
    let mut open: VecDeque<usize> = starts.iter().copied().collect();
    while let Some(node) = open.pop_front() {
        for &to in &next[node] {
            layer[to] = layer[to].max(layer[node] + 1);
            waits_for[to] -= 1;
            if waits_for[to] == 0 {
                open.push_back(to);
            }
        }
    }
    for node in starts {
        if let Some(first) = next[node].iter().map(|&to| layer[to]).min() {
            layer[node] = first - 1;
        }
    }
    layer
}
