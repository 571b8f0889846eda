//! The tables of models in which departments depend on each other's people: pools, shifts, absence,
//! requests, blocking, defects. What each means stands in [`semantics`](crate::semantics).

use super::levels::Levels;
use super::{NONE, Plan};
use crate::model::{Asking, Beyond, Crew, Loss, Preemption, ShiftEnd};
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
    /// Where cases go on in parts, in the order of the model.
    pub forks: Vec<ForkPlan>,
    pub stocks: Vec<StockPlan>,
    /// One per handoff of the model: how it takes along what goes that way.
    pub ways: Vec<WayPlan>,
    /// One per stream of the plan.
    pub streams: Vec<StreamExtras>,
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
    pub outages: Vec<OutagePlan>,
    pub vacation: Option<VacationPlan>,
}

/// That the people from this number on (within the home) are absent at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutagePlan {
    pub first: u32,
    pub at: Tick,
    pub lasts: Tick,
}

#[derive(Clone, Debug)]
pub(crate) struct VacationPlan {
    /// Again and again, not once after each time at work.
    pub repeated: bool,
    pub duration: Sampler,
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
    /// Its people share their time among all items.
    pub sharing: bool,
    pub preemption: Preemption,
    pub batch: Option<BatchPlan>,
    pub setup: Option<SetupPlan>,
    pub slots: Option<SlotsPlan>,
    pub balking: Option<BalkingPlan>,
    /// By class: the longest time from joining to the end of the service; `Tick::MAX` where no standard is set.
    pub standards: Vec<Tick>,
    /// By class: what happens to items that wait for long.
    pub rises: Vec<Vec<RisePlan>>,
    /// By class: the class that items turn into which wait for long, and after how long.
    pub turns: Vec<Option<(Tick, u32)>>,
    /// By class: the stock that a visit uses.
    pub uses: Vec<Vec<UsePlan>>,
    pub periods: Vec<PeriodPlan>,
    /// By class: the fork by which cases go on, or [`NONE`].
    pub fork: Vec<u32>,
    /// The forks whose parts meet here.
    pub joins: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchPlan {
    pub size: u32,
    pub least: u32,
    /// `Tick::MAX` for ever.
    pub longest_wait: Tick,
}

/// Setup times: by class before, then class; each an index into `times` or [`NONE`] for no time.
#[derive(Clone, Debug)]
pub(crate) struct SetupPlan {
    pub times: Vec<Sampler>,
    /// Row by row: `from * classes + to`.
    pub change: Vec<u32>,
    pub after_idle: Option<Sampler>,
}

#[derive(Clone, Debug)]
pub(crate) struct SlotsPlan {
    pub times: Timetable,
    /// How many services begin at most, by place in the timetable.
    pub sizes: Vec<u32>,
}

/// Times that repeat.
#[derive(Clone, Debug)]
pub(crate) struct Timetable {
    pub period: Tick,
    /// In order, less than the period.
    pub times: Vec<Tick>,
}

#[derive(Clone, Debug)]
pub(crate) struct BalkingPlan {
    /// Counts those who wait, not all who are present.
    pub waiting: bool,
    pub join: Vec<f64>,
    pub beyond: Beyond,
}

/// Another rank after some time in a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RisePlan {
    pub after: Tick,
    pub rank: u8,
    /// The share for which it is done: of a standard that acts. Drawn by [`Purpose::Compliance`](crate::random::Purpose)
    /// of the visit, one word for all.
    pub compliance: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct UsePlan {
    pub stock: u32,
    /// The number of the use in the model: over all departments, in their order.
    pub index: u32,
    pub quantity: u32,
    pub raids: Vec<u32>,
    pub hoarding: Option<HoardingPlan>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct HoardingPlan {
    pub extra: u32,
    pub most: u32,
    pub trust_after: Tick,
}

#[derive(Clone, Debug)]
pub(crate) struct PeriodPlan {
    pub from: Tick,
    pub until: Tick,
    pub service: Option<Sampler>,
    pub service_factor: f64,
    pub error_factor: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct ForkPlan {
    pub name: String,
    /// Hash of the name.
    pub key: u64,
    pub join: u32,
    pub needed: u32,
    /// In an order drawn for each case.
    pub random: bool,
    /// Late parts go on for nobody, and are not withdrawn.
    pub finishes: bool,
    pub branches: Vec<BranchPlan>,
}

#[derive(Clone, Debug)]
pub(crate) struct BranchPlan {
    pub department: u32,
    /// The class of the part, or [`NONE`] for that of the case.
    pub class: u32,
    pub transfer: Option<Sampler>,
}

#[derive(Clone, Debug)]
pub(crate) struct StockPlan {
    pub name: String,
    pub key: u64,
    pub initial: u32,
    pub supplies: Vec<SupplyPlan>,
}

#[derive(Clone, Debug)]
pub(crate) struct SupplyPlan {
    pub policy: PolicyPlan,
    pub source: SourcePlan,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum PolicyPlan {
    Periodic { every: Tick, first: Tick, up_to: u32 },
    Reorder { at: u32, quantity: u32 },
    Alert { at: u32, quantity: u32 },
}

#[derive(Clone, Debug)]
pub(crate) enum SourcePlan {
    Outside { lead_time: Sampler },
    Department { row: u32, service: Option<Sampler>, transfer: Option<Sampler> },
}

/// How a handoff takes along what goes that way.
#[derive(Clone, Debug)]
pub(crate) struct WayPlan {
    /// The department it leads to, the first of several; [`NONE`] out of the organization.
    pub department: u32,
    pub pickup: Option<Timetable>,
    /// How many may be under way; `u32::MAX` for as many as come.
    pub capacity: u32,
    /// The departments it may lead to, its own the first; empty where it is one only.
    pub shortest: Vec<u32>,
}

/// What else a stream has.
#[derive(Clone, Debug, Default)]
pub(crate) struct StreamExtras {
    pub notice: Option<Sampler>,
    pub patience: Option<Sampler>,
    pub retry: Option<RetryPlan>,
    pub population: Option<PopulationPlan>,
}

#[derive(Clone, Debug)]
pub(crate) struct RetryPlan {
    pub probability: f64,
    pub after: Sampler,
    pub most: u32,
    /// After which losses.
    pub on: Vec<Loss>,
}

#[derive(Clone, Debug)]
pub(crate) struct PopulationPlan {
    pub customers: u32,
    pub away: Option<Sampler>,
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
    /// What happens to it when it waits for long; [`None`] where the department's rule counts.
    pub rise: Option<RisePlan>,
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
    /// That of a model that is not full.
    pub const NONE: FullPlan = FullPlan {
        homes: Vec::new(),
        departments: Vec::new(),
        asks: Vec::new(),
        makers: Vec::new(),
        forks: Vec::new(),
        stocks: Vec::new(),
        ways: Vec::new(),
        streams: Vec::new(),
        may_stand_still: false,
    };

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
