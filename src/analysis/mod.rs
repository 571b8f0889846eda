//! What matters: where an improvement is worth most, how a disturbance travels, which department is the
//! bottleneck, and which of several changes is best.
//!
//! A [`Study`] asks such questions of one model. It runs changed models on the same draws, and no scenario twice.

mod active;
mod bottlenecks;
mod capacity;
mod choose;
mod compare;
mod control;
mod disturbance;
mod explore;
mod game;
mod influence;
mod optimise;
mod pairs;
mod scenario;
mod sensitivity;
mod shapley;
mod shown;
mod speed_up;
mod structure;
mod study;
#[cfg(test)]
mod tests;
mod uncertainty;

pub use active::{ActivePeriods, ChainLink, DepartmentActivity, DepartmentTrace, StaffTrace};
pub use bottlenecks::{Aside, Bottlenecks, Definition, DepartmentFigure, Verdict};
pub use capacity::{Capacity, DepartmentCapacity, Needed, SimulatedCapacity};
pub use choose::{Aim, Allocated, Allocation, Candidate, Choice, Elimination, Goal, LikelyBest, Selection};
pub use compare::{
    Comparison, CustomerChange, FigureChange, MovedCustomers, MovedMost, ScenarioChange, VarianceReduction,
};
pub use control::{Control, Controlled, Known};
pub(crate) use disturbance::in_words;
pub use disturbance::{
    DelayStretch, Delays, Disturbance, Fate, Following, LastFelt, PathStep, Peak, Transition,
};
pub use explore::{
    Design, DesignPoint, Exploration, Factor, FactorialEffect, LevelStep, Tornado, TornadoBar, TornadoEnd,
};
pub use influence::{Influence, InfluenceRow, Influenced, LeftOut};
pub use optimise::{Bound, ChosenLevel, Kept, KeptVerdict, Optimum, Problem, Requirement, SearchStep};
pub use scenario::Scenario;
pub use sensitivity::{
    Change, ClassChange, DepartmentSensitivity, Effect, Ranked, RankedBy, Ranking, Sensitivity,
};
pub use shapley::{Player, Shapley, ShapleyShare};
pub use speed_up::{SpeedUp, SpeedUpPoint};
pub use structure::{ClassDependence, HoldUp, How, Reached, Service, Structure, TwoWay};
pub use study::Study;
pub use uncertainty::{FigureUncertainty, InputUncertainty, ParameterShare, ParameterUncertainty, Uncertain};

crate::rows::displayed_as_rows!(ActivePeriods, DepartmentSensitivity, Sensitivity);
