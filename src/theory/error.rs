//! What the formulas refuse, and why.

/// Why a formula has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TheoryError {
    /// A parameter is outside its domain.
    #[error("{name} is {value}, must be {rule}")]
    Parameter {
        /// Which one, in words.
        name: String,
        /// Its value.
        value: f64,
        /// What it must be.
        rule: &'static str,
    },
    /// More work arrives than can be done: there is no steady state.
    #[error("the traffic intensity is {traffic_intensity}, must be below 1")]
    Unstable {
        /// Offered load over capacity.
        traffic_intensity: f64,
    },
    /// The same, for stations of a network.
    #[error("the traffic intensity must be below 1, but is {}", station_list(stations))]
    UnstableStations {
        /// Each such station's index and traffic intensity.
        stations: Vec<(usize, f64)>,
    },
    /// Work that comes to these stations can never leave them.
    #[error("work never leaves stations {stations:?}")]
    NeverLeaves {
        /// Their indices.
        stations: Vec<usize>,
    },
    /// The linear equations of a large loop of stations did not settle.
    #[error("the equations of a loop of {stations} stations did not converge")]
    NoConvergence {
        /// How many stations the loop has.
        stations: usize,
    },
    /// A figure is too large, or a state space too big, to be computed in this arithmetic.
    #[error("the figures of this queue exceed the range of numbers that can be computed")]
    OutOfRange,
}

fn station_list(stations: &[(usize, f64)]) -> String {
    let one = |&(station, intensity): &(usize, f64)| format!("{intensity} at station {station}");
    stations.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn check(ok: bool, name: impl Into<String>, value: f64, rule: &'static str) -> Result<(), TheoryError> {
    if ok { Ok(()) } else { Err(TheoryError::Parameter { name: name.into(), value, rule }) }
}

pub(super) fn positive(name: impl Into<String>, value: f64) -> Result<(), TheoryError> {
    check(value > 0.0 && value.is_finite(), name, value, "positive and finite")
}

pub(super) fn not_negative(name: impl Into<String>, value: f64) -> Result<(), TheoryError> {
    check(value >= 0.0 && value.is_finite(), name, value, "finite and not negative")
}

pub(super) fn at_least(
    name: impl Into<String>,
    value: f64,
    least: f64,
    rule: &'static str,
) -> Result<(), TheoryError> {
    check(value >= least && value.is_finite(), name, value, rule)
}

pub(super) fn probability(name: impl Into<String>, value: f64) -> Result<(), TheoryError> {
    check((0.0..=1.0).contains(&value), name, value, "from 0 to 1")
}

pub(super) fn inside_unit(name: impl Into<String>, value: f64) -> Result<(), TheoryError> {
    check(value > 0.0 && value < 1.0, name, value, "between 0 and 1")
}

pub(super) fn check_servers(servers: u32) -> Result<(), TheoryError> {
    at_least("the number of servers", f64::from(servers), 1.0, "at least 1")
}

pub(super) fn stable(traffic_intensity: f64) -> Result<(), TheoryError> {
    if traffic_intensity < 1.0 { Ok(()) } else { Err(TheoryError::Unstable { traffic_intensity }) }
}

pub(super) fn in_range(value: f64) -> Result<f64, TheoryError> {
    if value.is_finite() { Ok(value) } else { Err(TheoryError::OutOfRange) }
}
