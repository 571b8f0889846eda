//! Queueing formulas: what theory says of single stations and of open networks in steady state.
//!
//! This is the oracle of the simulator: it knows nothing of runs. [`estimate()`] chooses the formulas
//! for a whole model; all other functions know nothing of models either: rates and times are plain
//! numbers in any one consistent unit (per hour and hours, say). Every function refuses input outside
//! its domain with a [`TheoryError`]; none panics or returns NaN.
//!
//! | function | queue | nature |
//! |---|---|---|
//! | [`mm1`], [`mmc`] | Poisson arrivals, exponential service, with the distribution of the wait | exact |
//! | [`mmck`] | the same with room for `K`; Erlang's loss system where `K = c` | exact |
//! | [`erlang_a`] | the same with exponential patience | exact |
//! | [`mginf`] | nobody ever waits | exact |
//! | [`mg1`], [`batch_mg1`] | one server, general service; also with batches of arrivals | exact |
//! | [`working_breakdown_mg1`], [`calendar_breakdown_mg1`], [`completion_time`] | one server that breaks down and resumes | exact |
//! | [`gm1`] | one server, renewal arrivals, exponential service | exact |
//! | [`priority_mg1`], [`priority_mmc`] | non-preemptive priorities | exact |
//! | [`preemptive_mg1`], [`preemptive_mmc`] | preemptive priorities, work resumed | exact |
//! | [`processor_sharing`], [`mm1_sharing`] | all served at once | exact |
//! | [`vacation_mg1`], [`single_vacation_mg1`], [`setup_mg1`] | one server that goes away when idle, or has to set up after it | exact |
//! | [`balking_mmc`], [`finite_population`] | fewer come the more are there | exact |
//! | [`fork_join_pair`] | two parts at once that meet again | exact |
//! | [`priority_gg_c`] | the same, anything general | approximate |
//! | [`kingman`], [`allen_cunneen`], [`gg_c`] | general arrivals and service | approximate |
//! | [`saturated_pair`], [`saturated_line`], [`open_line`] | lines with limited room, blocking after service | exact |
//! | [`jackson`] | open networks of exponential stations | exact |
//! | [`qna`] | open networks of general stations | approximate |
//! | [`halfin_whitt`], [`square_root_staffing`] | many servers: the square-root rule | approximate |
//! | [`estimate()`], [`overloads`] | all departments and classes of a model | each by the best of these |
//!
//! Beside the results of a run, one department or class at a time:
//!
//! | theory | results |
//! |---|---|
//! | `wait_mean`, `sojourn_mean` | the means of `waiting`, `sojourn` |
//! | `queue_mean`, `number_mean` | `queue_length`, `present` |
//! | `no_wait_probability` | `zero_share` of `waiting` |
//! | `loss_probability` | `rejected_share`, `reneged_share` |
//! | `lead_time_mean` | the mean of `lead_time` |
//!
//! ```
//! use knockon::theory::mmc;
//! let desk = mmc(2.4, 1.0, 3)?;
//! assert!((desk.figures.wait_mean - 1.0787).abs() < 1e-4);
//! assert!((desk.wait_gt(1.0) - 0.3552).abs() < 1e-4);
//! # Ok::<(), knockon::theory::TheoryError>(())
//! ```

mod chain;
mod error;
mod estimate;
mod figures;
mod finite;
mod general;
mod interrupted;
mod jackson;
mod line;
mod markov;
mod network;
mod preemptive;
mod priority;
mod qna;
mod sharing;
mod staffing;
mod state_dependent;
mod traffic;
mod vacation;

#[cfg(test)]
mod tests;

pub use error::TheoryError;
pub use estimate::{
    ClassAtDepartment, ClassEstimate, Completed, Consequence, DepartmentEstimate, Estimated, MeanVisits,
    ModelEstimate, Overload, estimate, overloads,
};
pub use figures::{Exactness, Figures, Service};
pub use finite::{ErlangA, erlang_a, mmck};
pub use general::{allen_cunneen, batch_mg1, gg_c, gm1, kingman, mg1, mginf};
pub use interrupted::{calendar_breakdown_mg1, completion_time, working_breakdown_mg1};
pub use jackson::jackson;
pub use line::{LineFigures, LineStation, open_line, saturated_line, saturated_pair};
pub use markov::{ExponentialWait, erlang_b, erlang_c, mm1, mmc, mmc_number_probability};
pub use network::{External, NetworkFigures, OpenNetwork, Station, StationFigures};
pub use preemptive::{preemptive_mg1, preemptive_mmc};
pub use priority::{PriorityStream, priority_gg_c, priority_mg1, priority_mmc};
pub use qna::qna;
pub use sharing::{mm1_sharing, processor_sharing};
pub use staffing::{halfin_whitt, square_root_staffing};
pub use state_dependent::{balking_mmc, finite_population, fork_join_pair};
pub use traffic::{Routes, arrival_rates, station_routes};
pub use vacation::{setup_mg1, single_vacation_mg1, vacation_mg1};

crate::rows::displayed_as_rows!(ErlangA, Figures, LineFigures, NetworkFigures);
