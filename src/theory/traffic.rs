//! The traffic equations: how much work comes to each station of an open network.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::error::{TheoryError, in_range, not_negative};

/// For each station, where what leaves it goes: pairs of a station's index and a probability (or a
/// mean number of items sent). What is left of 1 leaves the network. Several pairs with the same
/// station add up.
pub type Routes = Vec<Vec<(usize, f64)>>;

/// Loops of at most so many stations are solved by elimination, larger ones by iteration.
const LARGEST_ELIMINATION: usize = 256;

/// A pivot this small means that what enters a loop does not leave it.
const LEAST_LEAK: f64 = 1e-12;

/// Multiplications allowed to an iteration.
const MOST_WORK: usize = 1_000_000_000;

/// The rate of arrivals at each station, from outside and from other stations: the solution of
/// `rate[j] = external[j] + sum over i of rate[i] * routes[i][j]` (Jackson 1957).
///
/// With the share of external arrivals instead of rates, the expected visits of a case. The weights
/// in a row may add up to more than 1 (a fork, a request), as long as loops lose more than they gain.
/// For several classes, use one index for each class at each station.
///
/// Sparse: loops (strongly connected components) are solved one after another, in the order of flow.
///
/// # Errors
/// The lengths differ, an index or number is outside its domain, or work comes to a loop that it never
/// leaves.
pub fn arrival_rates(external: &[f64], routes: &[Vec<(usize, f64)>]) -> Result<Vec<f64>, TheoryError> {
    check_routes(routes, external.len())?;
    for (station, &rate) in external.iter().enumerate() {
        not_negative(format!("the external arrival rate of station {station}"), rate)?;
    }
    solve(external, routes)
}

/// Merges `(station, class)` flows into flows between stations: the probabilities with which work of
/// any class goes from station to station, weighted by the rates of the classes.
///
/// `rates` and `routes` are by flow index, as solved by [`arrival_rates`]; `station_of[i]` is the
/// station of flow `i`. Stations where nothing arrives get an empty row.
///
/// # Errors
/// The lengths differ, or an index or number is outside its domain.
pub fn station_routes(
    rates: &[f64],
    routes: &[Vec<(usize, f64)>],
    station_of: &[usize],
    stations: usize,
) -> Result<Routes, TheoryError> {
    check_routes(routes, rates.len())?;
    check_length("stations of flows", station_of.len(), rates.len())?;
    let mut totals = vec![0.0; stations];
    for (flow, &station) in station_of.iter().enumerate() {
        not_negative(format!("the rate of flow {flow}"), rates[flow])?;
        check_index(station, stations)?;
        totals[station] += rates[flow];
    }
    let mut merged = vec![Vec::new(); stations];
    for (flow, row) in routes.iter().enumerate() {
        let from = station_of[flow];
        if rates[flow] > 0.0 {
            let share = rates[flow] / totals[from];
            merged[from].extend(row.iter().map(|&(to, weight)| (station_of[to], share * weight)));
        }
    }
    Ok(merged.into_iter().map(combined).collect())
}

/// A row with one entry for each target, in order of index, without zeros.
pub(super) fn combined(mut row: Vec<(usize, f64)>) -> Vec<(usize, f64)> {
    row.sort_by_key(|&(to, _)| to);
    row.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    row.retain(|&(_, weight)| weight > 0.0);
    row
}

pub(super) fn check_routes(routes: &[Vec<(usize, f64)>], stations: usize) -> Result<(), TheoryError> {
    check_length("rows of routes", routes.len(), stations)?;
    for (from, row) in routes.iter().enumerate() {
        for &(to, weight) in row {
            check_index(to, stations)?;
            not_negative(format!("the weight of the route from station {from} to {to}"), weight)?;
        }
    }
    Ok(())
}

fn check_length(what: &str, found: usize, expected: usize) -> Result<(), TheoryError> {
    if found == expected {
        return Ok(());
    }
    let name = format!("the number of {what}");
    Err(TheoryError::Parameter { name, value: found as f64, rule: "that of arrival rates" })
}

pub(super) fn check_index(index: usize, stations: usize) -> Result<(), TheoryError> {
    if index < stations {
        return Ok(());
    }
    let name = "a station's index".to_owned();
    Err(TheoryError::Parameter { name, value: index as f64, rule: "below the number of stations" })
}

/// Solves `x[j] = inflow[j] + sum over i of x[i] * rows[i][j]`, everything checked and not negative.
pub(super) fn solve(inflow: &[f64], rows: &[Vec<(usize, f64)>]) -> Result<Vec<f64>, TheoryError> {
    let mut solver = Solver { rows, value: inflow.to_vec(), place: vec![usize::MAX; rows.len()] };
    let mut graph = DiGraph::<(), (), usize>::with_capacity(rows.len(), 0);
    for _ in rows {
        graph.add_node(());
    }
    for (from, row) in rows.iter().enumerate() {
        for &(to, weight) in row {
            if weight > 0.0 {
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
        }
    }
    // Components come with the last of the flow first.
    for component in kosaraju_scc(&graph).into_iter().rev() {
        let stations: Vec<usize> = component.into_iter().map(NodeIndex::index).collect();
        solver.component(&stations)?;
    }
    solver.value.into_iter().map(in_range).collect()
}

struct Solver<'a> {
    rows: &'a [Vec<(usize, f64)>],
    /// Inflow from outside and from components already solved; in these, the solution.
    value: Vec<f64>,
    /// Each station's place in the component at hand, or `usize::MAX`.
    place: Vec<usize>,
}

impl Solver<'_> {
    fn component(&mut self, stations: &[usize]) -> Result<(), TheoryError> {
        let inflow: Vec<f64> = stations.iter().map(|&station| self.value[station]).collect();
        if inflow.iter().all(|&rate| rate == 0.0) {
            return Ok(());
        }
        for (place, &station) in stations.iter().enumerate() {
            self.place[station] = place;
        }
        let solution = if stations.len() <= LARGEST_ELIMINATION {
            self.eliminate(stations, &inflow)
        } else {
            self.iterate(stations, &inflow)
        }?;
        for (&station, rate) in stations.iter().zip(&solution) {
            self.value[station] = *rate;
            for &(to, weight) in &self.rows[station] {
                if self.place[to] == usize::MAX {
                    self.value[to] += rate * weight;
                }
            }
        }
        for &station in stations {
            self.place[station] = usize::MAX;
        }
        Ok(())
    }

    /// The routes that stay within the component, as (from, to, weight) in places.
    fn inner<'b>(&'b self, stations: &'b [usize]) -> impl Iterator<Item = (usize, usize, f64)> + 'b {
        stations.iter().enumerate().flat_map(move |(from, &station)| {
            self.rows[station].iter().filter_map(move |&(to, weight)| {
                let to = self.place[to];
                (to != usize::MAX).then_some((from, to, weight))
            })
        })
    }

    /// Gaussian elimination. The matrix is an M-matrix, so it needs no pivoting, and what enters
    /// leaves again exactly if all pivots are positive (Berman and Plemmons 1979, chapter 6).
    fn eliminate(&self, stations: &[usize], inflow: &[f64]) -> Result<Vec<f64>, TheoryError> {
        let n = stations.len();
        let mut matrix = vec![0.0; n * n];
        let mut right = inflow.to_vec();
        for place in 0..n {
            matrix[place * n + place] = 1.0;
        }
        for (from, to, weight) in self.inner(stations) {
            matrix[to * n + from] -= weight;
        }
        for pivot in 0..n {
            let (upper, lower) = matrix.split_at_mut((pivot + 1) * n);
            let row = &upper[pivot * n..];
            if row[pivot].is_nan() || row[pivot] <= LEAST_LEAK {
                return Err(TheoryError::NeverLeaves { stations: stations.to_vec() });
            }
            for (below, target) in lower.chunks_exact_mut(n).enumerate() {
                let factor = target[pivot] / row[pivot];
                if factor != 0.0 {
                    for (entry, above) in target[pivot..].iter_mut().zip(&row[pivot..]) {
                        *entry -= factor * above;
                    }
                    right[pivot + 1 + below] -= factor * right[pivot];
                }
            }
        }
        for pivot in (0..n).rev() {
            let row = &matrix[pivot * n..(pivot + 1) * n];
            let known: f64 = row[pivot + 1..].iter().zip(&right[pivot + 1..]).map(|(a, x)| a * x).sum();
            right[pivot] = (right[pivot] - known) / row[pivot];
        }
        Ok(right)
    }

    /// Gauss-Seidel, to and fro; after each pass all rates are scaled so that what leaves the loop
    /// equals what enters, which settles the one mode that is slow where little leaves (aggregation,
    /// Takahashi 1975).
    fn iterate(&self, stations: &[usize], inflow: &[f64]) -> Result<Vec<f64>, TheoryError> {
        let n = stations.len();
        let (mut into, mut stay, mut leak) = (vec![Vec::new(); n], vec![0.0; n], vec![1.0; n]);
        let mut edges = n;
        for (from, to, weight) in self.inner(stations) {
            leak[from] -= weight;
            edges += 1;
            if from == to {
                stay[to] += weight;
            } else {
                into[to].push((from, weight));
            }
        }
        let closed = leak.iter().all(|&share| share <= LEAST_LEAK);
        if closed || stay.iter().any(|&share| 1.0 - share <= LEAST_LEAK) {
            return Err(TheoryError::NeverLeaves { stations: stations.to_vec() });
        }
        let entering: f64 = inflow.iter().sum();
        let mut rate = inflow.to_vec();
        let mut before = 0.0;
        let mut slowest: f64 = 1.0;
        for pass in 0..MOST_WORK / edges {
            let mut change: f64 = 0.0;
            for step in 0..n {
                let to = if pass % 2 == 0 { step } else { n - 1 - step };
                let coming: f64 = into[to].iter().map(|&(from, weight)| weight * rate[from]).sum();
                let new = (inflow[to] + coming) / (1.0 - stay[to]);
                if new != rate[to] {
                    change = change.max((new - rate[to]).abs() / new);
                }
                rate[to] = new;
            }
            if !change.is_finite() {
                break;
            }
            let leaving: f64 = rate.iter().zip(&leak).map(|(rate, share)| rate * share).sum();
            if leaving > 0.0 {
                let scale = entering / leaving;
                change = change.max((scale - 1.0).abs());
                rate.iter_mut().for_each(|rate| *rate *= scale);
            }
            // What a geometric series of such changes would still add, by the slower of the last two
            // passes (they go opposite ways).
            let shrink = change / before;
            let ratio = shrink.max(slowest);
            if change < 4e-15 || (ratio < 1.0 && change * ratio / (1.0 - ratio) < 1e-13) {
                return Ok(rate);
            }
            (before, slowest) = (change, shrink);
        }
        Err(TheoryError::NoConvergence { stations: n })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::near;

    /// The largest error in the equations themselves, relative to the rate.
    fn residual(external: &[f64], routes: &Routes, rates: &[f64]) -> f64 {
        let mut right = external.to_vec();
        for (from, row) in routes.iter().enumerate() {
            for &(to, weight) in row {
                right[to] += rates[from] * weight;
            }
        }
        rates.iter().zip(&right).map(|(x, b)| (x - b).abs() / b.max(1e-300)).fold(0.0, f64::max)
    }

    #[test]
    fn small_networks_by_hand() {
        let routes = vec![vec![(1, 1.0)], vec![(2, 0.9)], vec![(1, 0.2)]];
        let rates = arrival_rates(&[1.0, 0.0, 0.0], &routes).unwrap();
        near(rates[1], 1.0 / 0.82, 1e-12);
        near(rates[2], 0.9 / 0.82, 1e-12);
        // A fork sends to two; each part comes once.
        assert_eq!(
            arrival_rates(&[2.0, 0.0, 0.0], &[vec![(1, 1.0), (2, 1.0)], vec![], vec![]]),
            Ok(vec![2.0, 2.0, 2.0])
        );
        near(arrival_rates(&[1.0], &[vec![(0, 0.3), (0, 0.2)]]).unwrap()[0], 2.0, 1e-12);
    }

    #[test]
    fn traps_are_named() {
        let loops = vec![vec![(1, 1.0)], vec![(2, 1.0)], vec![(1, 1.0)]];
        let Err(TheoryError::NeverLeaves { mut stations }) = arrival_rates(&[1.0, 0.0, 0.0], &loops) else {
            panic!("a trap")
        };
        stations.sort_unstable();
        assert_eq!(stations, [1, 2]);
        // Nobody goes there: no harm.
        assert_eq!(arrival_rates(&[0.0; 3], &loops), Ok(vec![0.0; 3]));
        let tenths = vec![vec![(0, 0.1); 10]];
        assert!(matches!(arrival_rates(&[1.0], &tenths), Err(TheoryError::NeverLeaves { .. })));
        // A loop that doubles what passes.
        let growing = vec![vec![(1, 1.0), (1, 1.0)], vec![(0, 0.9)]];
        assert!(matches!(arrival_rates(&[1.0, 0.0], &growing), Err(TheoryError::NeverLeaves { .. })));
        let n = 2 * LARGEST_ELIMINATION;
        let ring: Routes = (0..n).map(|i| vec![((i + 1) % n, 1.0)]).collect();
        assert!(matches!(arrival_rates(&vec![1.0; n], &ring), Err(TheoryError::NeverLeaves { .. })));
        assert!(arrival_rates(&[1.0], &[vec![(7, 0.5)]]).is_err());
        assert!(arrival_rates(&[1.0, 2.0], &[vec![]]).is_err());
        assert!(arrival_rates(&[1.0], &[vec![(0, f64::NAN)]]).is_err());
    }

    /// Ten thousand stations, randomly linked, all in one loop, 1 % or 1 in a million leaving.
    #[test]
    fn large_loops() {
        let n: usize = 10_000;
        let mut state = 1_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for leak in [0.01, 1e-6] {
            let routes: Routes = (0..n)
                .map(|i| {
                    let next = ((i + 1) % n, 0.4);
                    let others = (0..3).map(|_| (random(n), 0.2 - leak / 3.0));
                    others.chain([next]).collect()
                })
                .collect();
            let mut external = vec![0.0; n];
            external[7] = 3.0;
            let rates = arrival_rates(&external, &routes).unwrap();
            assert!(residual(&external, &routes, &rates) < 1e-11);
            near(rates.iter().sum::<f64>() * leak, 3.0, 1e-9);
        }
    }

    /// A ring of a thousand, both ways of solving, and a long chain that would overflow a recursion.
    #[test]
    fn rings_and_chains() {
        let n = 1_000;
        let ring: Routes = (0..n).map(|i| vec![((i + 1) % n, 0.999)]).collect();
        let mut external = vec![0.0; n];
        external[0] = 1.0;
        let rates = arrival_rates(&external, &ring).unwrap();
        near(rates[0], 1.0 / (1.0 - 0.999_f64.powi(1_000)), 1e-9);
        near(rates[n - 1], rates[0] * 0.999_f64.powi(999), 1e-9);
        let n = 200_000;
        let chain: Routes = (0..n).map(|i| if i + 1 < n { vec![(i + 1, 1.0)] } else { vec![] }).collect();
        let mut external = vec![0.0; n];
        external[0] = 1.0;
        assert_eq!(arrival_rates(&external, &chain).unwrap()[n - 1], 1.0);
    }

    #[test]
    fn classes_merge_into_stations() {
        // Two classes at station 0, one of them also at station 1.
        let rates = [3.0, 1.0, 3.0];
        let routes = vec![vec![(2, 1.0)], vec![], vec![]];
        assert_eq!(station_routes(&rates, &routes, &[0, 0, 1], 2), Ok(vec![vec![(1, 0.75)], vec![]]));
        assert!(station_routes(&rates, &routes, &[0, 0, 2], 2).is_err());
    }
}
