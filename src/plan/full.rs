//! The tables of models in which departments depend on each other's people: pools, shifts, absence,
//! requests, blocking, defects. What each means stands in [`semantics`](crate::semantics).

use super::levels::Levels;
use super::{NONE, Plan};
use crate::model::{Asking, Crew, ShiftEnd};
use crate::random::Sampler;
use crate::time::Tick;

#[derive(Clone, Debug)]
pub(crate) struct FullPlan {
    /// Departments with people of their own in their order, then the pools.
    pub homes: Vec<HomePlan>,
    /// One per department.
    pub departments: Vec<FullDepartment>,
    /// One per request of the model.
    pub asks: Vec<AskPlan>,
    /// The departments that make errors; a case's defects are bits in this order.
    pub makers: Vec<u32>,
    /// Whether people may come to wait for each other in a circle, or for people who never come.
    pub may_stand_still: bool,
}

/// People who belong together: those of a department, or of a pool.
#[derive(Clone, Debug)]
pub(crate) struct HomePlan {
    pub name: String,
    /// Hash of the name, for its random numbers.
    pub key: u64,
    /// The department that they are of, or [`NONE`] for a pool.
    pub department: u32,
    pub staff: u32,
    /// The number of the first over all homes.
    pub first_person: u32,
    /// Where they may serve: own departments first, each in department order.
    pub serves: Vec<Serves>,
    /// How many are on shift when; all, always, if absent.
    pub levels: Option<Levels>,
    pub at_end: ShiftEnd,
    pub crew: Crew,
    pub absences: Vec<AbsencePlan>,
}

/// That people may serve in a department.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Serves {
    pub department: u32,
    pub own: bool,
}

/// That people of a home may serve in this department.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Eligible {
    pub home: u32,
    pub own: bool,
    pub speed: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct AbsencePlan {
    /// Strikes all at once, not each for themself.
    pub all: bool,
    /// The time between runs while they serve only.
    pub working: bool,
    pub between: Sampler,
    pub duration: Sampler,
}

/// What else a department has.
#[derive(Clone, Debug)]
pub(crate) struct FullDepartment {
    /// Who may serve here: own before helpers, then the faster, then home order. Empty where the staff is
    /// infinite.
    pub eligible: Vec<Eligible>,
    /// How many people a piece of work needs.
    pub needed: u32,
    /// Its requests, in the order of `at`, then file order.
    pub asks: Vec<u32>,
    /// The department that those who lose patience go to, or [`NONE`].
    pub renege_to: u32,
    pub errors: Option<ErrorPlan>,
    /// By maker (an index into [`FullPlan::makers`]): how its defects are found here. Empty where none is.
    pub detects: Vec<Option<DetectPlan>>,
    /// Its saturated streams.
    pub saturated: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct AskPlan {
    pub name: String,
    /// Hash of the name.
    pub key: u64,
    pub from: u32,
    pub to: u32,
    /// The probability that it comes up in work on a case, by the class of the asker. Like all probabilities
    /// here, it happens where [`unit`](crate::random::unit) of its word is below.
    pub during_cases: Vec<f64>,
    /// The same, in work on a request.
    pub during_requests: Vec<f64>,
    pub at: f64,
    pub staff: Asking,
    /// The class of the request, or [`NONE`] for the asker's.
    pub class: u32,
    /// Its rank in the queue of the department that answers, or [`NONE`] for that of its row.
    pub rank: u32,
    pub service: Option<Sampler>,
    pub transfer: Option<Sampler>,
    pub answer_transfer: Option<Sampler>,
    pub longest_wait: Option<Sampler>,
    /// `Tick::MAX` where no standard is set.
    pub standard: Tick,
}

#[derive(Clone, Debug)]
pub(crate) struct ErrorPlan {
    /// Its place in [`FullPlan::makers`].
    pub maker: u32,
    /// By class.
    pub probability: Vec<f64>,
    pub if_defective: Option<f64>,
    pub after_guess: Option<f64>,
    pub cost: f64,
    pub complaint: Option<ComplaintPlan>,
}

#[derive(Clone, Debug)]
pub(crate) struct ComplaintPlan {
    pub probability: f64,
    pub after: Sampler,
    /// The stream that complaints count as.
    pub stream: u32,
    pub department: u32,
    /// The class of the complaint, or [`NONE`] for that of the first case at its end.
    pub class: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct DetectPlan {
    pub probability: f64,
    pub then: FoundPlan,
    pub transfer: Option<Sampler>,
    /// A returned case comes straight back.
    pub direct: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FoundPlan {
    Return,
    SendTo(u32),
    TurnAway,
}

impl FullPlan {
    /// The home of a person.
    pub fn home_of(&self, person: u32) -> usize {
        self.homes.partition_point(|home| home.first_person <= person) - 1
    }
}

impl Plan {
    /// The row in which a request is answered.
    pub fn row_of_request(&self, ask: &AskPlan, class: u32) -> u32 {
        let class = if ask.class == NONE { class } else { ask.class };
        ask.to * self.classes.len() as u32 + class
    }
}
