//! The order within layers, for few crossings.

use super::Layered;

/// How often all layers are gone through, down and up.
const SWEEPS: usize = 24;

/// Orders every layer by the average place of what its own are linked with in the layer before, and then in the one after, and
/// so on, and keeps the order with the fewest crossings (the barycentre method of Sugiyama, Tagawa and Toda 1981).
pub(super) fn order(layered: &mut Layered) {
    let mut best = (crossings(layered), layered.clone());
    for sweep in 0..SWEEPS {
        if best.0 == 0 {
            break;
        }
        let layers = layered.stands.len();
        if sweep % 2 == 0 {
            (1..layers).for_each(|layer| by_neighbours(layered, layer, true));
        } else {
            (0..layers.saturating_sub(1)).rev().for_each(|layer| by_neighbours(layered, layer, false));
        }
        let now = crossings(layered);
        if now < best.0 {
            best = (now, layered.clone());
        }
    }
    *layered = best.1;
}

/// Orders one layer by its neighbours before it, or after it.
fn by_neighbours(layered: &mut Layered, layer: usize, before: bool) {
    let count = layered.stands[layer].len();
    let mut sums = vec![(0.0, 0.0); count];
    let links = if before { &layered.links[layer - 1] } else { &layered.links[layer] };
    for &(from, to) in links {
        let (own, other) = if before { (to, from) } else { (from, to) };
        sums[own].0 += other as f64;
        sums[own].1 += 1.0;
    }
    // Who has no neighbours stays about where it is.
    let others = if before { layered.stands[layer - 1].len() } else { layered.stands[layer + 1].len() };
    let usual = |at: usize| (at as f64 + 0.5) / count as f64 * others as f64 - 0.5;
    let middle = |at: usize| if sums[at].1 > 0.0 { sums[at].0 / sums[at].1 } else { usual(at) };
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| middle(a).total_cmp(&middle(b)));
    rearrange(layered, layer, &order);
}

/// Puts a layer into another order: each place says which stood where before.
fn rearrange(layered: &mut Layered, layer: usize, order: &[usize]) {
    let stands = &layered.stands[layer];
    layered.stands[layer] = order.iter().map(|&old| stands[old]).collect();
    let mut new = vec![0; order.len()];
    order.iter().enumerate().for_each(|(at, &old)| new[old] = at);
    if layer > 0 {
        layered.links[layer - 1].iter_mut().for_each(|link| link.1 = new[link.1]);
    }
    if let Some(links) = layered.links.get_mut(layer) {
        links.iter_mut().for_each(|link| link.0 = new[link.0]);
    }
}

/// How many pairs of links cross.
fn crossings(layered: &Layered) -> usize {
    layered.links.iter().map(|links| crossings_of(links)).sum()
}

/// Pairs that are in another order at the end than at the start, counted by a tree of sums (Barth, Jünger and Mutzel, *Journal of
/// Graph Algorithms and Applications* 8, 2004).
fn crossings_of(links: &[(usize, usize)]) -> usize {
    let mut links = links.to_vec();
    links.sort_unstable();
    let size = links.iter().map(|link| link.1 + 1).max().unwrap_or(0);
    let mut tree = vec![0; size + 1];
    let mut crossed = 0;
    for (seen, &(_, to)) in links.iter().enumerate() {
        // How many before it end at the same place or above.
        let (mut at, mut before) = (to + 1, 0);
        while at > 0 {
            before += tree[at];
            at &= at - 1;
        }
        crossed += seen - before;
        let mut at = to + 1;
        while at <= size {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    crossed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::tests::uniforms;

    #[test]
    fn crossings_are_counted() {
        let mut words = uniforms(1);
        for _ in 0..50 {
            let links: Vec<(usize, usize)> =
                (0..20).map(|_| ((words() * 8.0) as usize, (words() * 8.0) as usize)).collect();
            let mut slow = 0;
            for (at, a) in links.iter().enumerate() {
                for b in &links[..at] {
                    slow += usize::from((a.0 < b.0 && a.1 > b.1) || (a.0 > b.0 && a.1 < b.1));
                }
            }
            assert_eq!(crossings_of(&links), slow);
        }
    }
}
