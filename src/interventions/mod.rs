//! Changes to a model: what an analyst would do about it, and what may befall it.
//!
//! An [`Intervention`] is a plain value that turns a model into another. Nothing about a model is changed in
//! place, so the two can be run side by side, on the same random numbers: the same customer meets the same
//! service times in both.
//!
//! ```
//! use knockon::interventions::{Intervention, Introduction};
//! use knockon::prelude::*;
//!
//! let model = Model::builder("two desks")
//!     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
//!     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
//!     .handoff("front", "back", |h| h)
//!     .customers("visitors", |c| c.poisson(per_hour(2.5)).enter("front"))
//!     .build()?;
//!
//! // One more at the back; and for the front a course of two days, after which work takes 10 % less.
//! let hired = Intervention::add_staff("back", 1);
//! let course = Introduction { at: weeks(1), lasts: days(2), staff: 1, cost: 800.0 };
//! let changed = model.with(&[hired, Intervention::training("front", 0.9, course)])?;
//! assert_eq!(changed.departments[1].staff, Staff::Count(2));
//! assert_eq!(changed.departments[0].periods[0].from, days(9));
//!
//! // What does not fit the model is an error that says why.
//! let wrong = model.with(&[Intervention::add_staff("side", 1)]).unwrap_err();
//! assert!(wrong.to_string().contains("no department or pool is called `side`"));
//! # Ok::<(), knockon::Error>(())
//! ```

mod apply;
mod lasting;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::model::{Acts, Discipline, Preemption, StaffCost, Supply};
use crate::random::Dist;
use crate::time::Span;

/// A change to a model. In files, one key names it: `{ add-staff = { to = "billing", count = 1 } }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    expecting = "an intervention, like { add-staff = { to = \"billing\", count = 1 } }"
)]
pub enum Intervention {
    /// More people, or fewer, for a department with people of its own, or for a pool.
    AddStaff {
        /// The department or pool.
        to: String,
        /// How many more; fewer if negative.
        count: i32,
        /// What it costs once, in money: to hire them.
        #[serde(default)]
        cost: f64,
    },
    /// Other costs of people.
    SetStaffCost {
        /// The department or pool.
        of: String,
        /// What each costs.
        cost: StaffCost,
    },
    /// All service times of a department times a factor, from the start: of cases, and of requests answered and orders
    /// worked on there, also where those have times of their own. Setups are no services, and take as long as before.
    ScaleService {
        /// The department.
        department: String,
        /// The factor: 0.9 makes every service 10 % shorter.
        factor: f64,
    },
    /// All probabilities of the errors of a department times a factor, from the start; the result is at most 1.
    ScaleErrors {
        /// The department. It must make errors.
        department: String,
        /// The factor: 0.9 makes every tenth error not happen.
        factor: f64,
    },
    /// A course for the people of a department: services and errors are others afterwards.
    Training {
        /// The department.
        department: String,
        /// A factor on the mean of its service times.
        #[serde(default = "same")]
        service_factor: f64,
        /// A factor on the coefficient of variation of its service time. The department must have one service time
        /// for all classes and visits, gamma or lognormal.
        #[serde(default = "same")]
        cv_factor: f64,
        /// A factor on the probability of its errors.
        #[serde(default = "same")]
        error_factor: f64,
        /// The course.
        introduction: Introduction,
    },
    /// People of one department or pool learn to help out in another department.
    CrossTrain {
        /// The department or pool whose people they are.
        from: String,
        /// The department where they help out.
        to: String,
        /// How fast they work there: 1 is as fast as its own people.
        #[serde(default = "same")]
        speed: f64,
        /// The course. They help out from the start of the run, as helpers have no beginning of their own; the course
        /// takes its people and its money.
        #[serde(default)]
        introduction: Introduction,
    },
    /// A service standard for the visits of a department, in place of the one it has for the class.
    ServiceStandard {
        /// The department.
        department: String,
        /// The class; all classes that no other standard names if absent.
        #[serde(default)]
        class: Option<String>,
        /// The longest time from joining to the end of the service.
        within: Span,
        /// What is done about work that is about to miss it.
        #[serde(default)]
        acts: Option<Acts>,
        /// What it costs once, in money.
        #[serde(default)]
        cost: f64,
    },
    /// A service standard for the requests of one kind.
    RequestStandard {
        /// What the request is called.
        request: String,
        /// The longest response time.
        within: Span,
        /// What is done about requests that are about to miss it.
        #[serde(default)]
        acts: Option<Acts>,
        /// What it costs once, in money.
        #[serde(default)]
        cost: f64,
    },
    /// How far a service standard that acts is followed: accountability.
    SetCompliance {
        /// The department whose standards, or the request whose standard, it is about.
        of: String,
        /// The share of the work for which the rule is followed.
        compliance: f64,
        /// What it costs once, in money.
        #[serde(default)]
        cost: f64,
    },
    /// Another rank for a class in every queue.
    SetPriority {
        /// The class.
        class: String,
        /// Its rank; 0 is the most urgent.
        priority: u32,
    },
    /// Another rank for requests of one kind.
    SetRequestPriority {
        /// What the request is called.
        request: String,
        /// Its rank; 0 is the most urgent.
        priority: u32,
    },
    /// Another order of service.
    SetDiscipline {
        /// The department.
        department: String,
        /// Who is next.
        discipline: Discipline,
    },
    /// Whether more urgent work interrupts.
    SetPreemption {
        /// The department.
        department: String,
        /// What happens to work in service.
        preemption: Preemption,
    },
    /// People are freed while they wait for an answer, in place of being held.
    FreeWhileWaiting {
        /// What the request is called.
        request: String,
    },
    /// After how long work goes on without an answer.
    SetLongestWait {
        /// What the request is called.
        request: String,
        /// How long; for ever if absent.
        #[serde(default)]
        longest_wait: Option<Dist>,
    },
    /// How long ahead customers ask.
    ChangeNotice {
        /// The stream.
        customers: String,
        /// The notice.
        notice: Dist,
    },
    /// Other supplies for a stock.
    ChangeReplenishment {
        /// The stock.
        stock: String,
        /// All its supplies from now on.
        supplies: Vec<Supply>,
    },
    /// One more supply for a stock: an alert, say.
    AddSupply {
        /// The stock.
        stock: String,
        /// The supply.
        supply: Supply,
    },
    /// A team of several departments looks for a better way to work together; services and errors of all of them are
    /// others afterwards.
    ImprovementTeam {
        /// The departments.
        departments: Vec<String>,
        /// A factor on the mean of their service times.
        #[serde(default = "same")]
        service_factor: f64,
        /// A factor on the probability of their errors.
        #[serde(default = "same")]
        error_factor: f64,
        /// The team's work: it takes `staff` people of each department. `cost` is for all together.
        introduction: Introduction,
    },
    /// The people of two departments change places for a while: each then knows the other's work. They help each other out, and
    /// services and errors of both are others afterwards.
    ChangePlaces {
        /// The two departments.
        between: [String; 2],
        /// How fast they work in the other department.
        #[serde(default = "same")]
        speed: f64,
        /// A factor on the mean of their service times.
        #[serde(default = "same")]
        service_factor: f64,
        /// A factor on the probability of their errors.
        #[serde(default = "same")]
        error_factor: f64,
        /// The change: it takes `staff` people of each. `cost` is for both together.
        introduction: Introduction,
    },
    /// People are away at a time.
    Outage {
        /// The department or pool.
        of: String,
        /// When it begins, since the start of the run.
        at: Span,
        /// How long it lasts.
        lasts: Span,
        /// How many are away; everybody if absent.
        #[serde(default)]
        staff: Option<u32>,
    },
    /// More customers for a while: a stream of their own beside the one they are like.
    Surge {
        /// The stream.
        customers: String,
        /// When it begins, since the start of the run.
        at: Span,
        /// How long it lasts.
        lasts: Span,
        /// How many times the usual rate arrive in all: 1.5 is half as many again.
        factor: f64,
    },
    /// Work takes longer for a while.
    SlowDown {
        /// The department.
        department: String,
        /// When it begins, since the start of the run.
        at: Span,
        /// How long it lasts.
        lasts: Span,
        /// A factor on the service times of services that begin in it.
        factor: f64,
    },
}

/// What it takes to introduce a change: its effect begins when it is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an introduction with its fields by name")]
pub struct Introduction {
    /// When it begins, since the start of the run.
    pub at: Span,
    /// How long it lasts.
    pub lasts: Span,
    /// How many people it keeps from work meanwhile.
    pub staff: u32,
    /// What it costs, in money, when it begins.
    pub cost: f64,
}

impl Intervention {
    /// More people for a department or a pool; fewer if `count` is negative.
    #[must_use]
    pub fn add_staff(to: impl Into<String>, count: i32) -> Intervention {
        Intervention::AddStaff { to: to.into(), count, cost: 0.0 }
    }

    /// All service times of a department times a factor.
    #[must_use]
    pub fn scale_service(department: impl Into<String>, factor: f64) -> Intervention {
        Intervention::ScaleService { department: department.into(), factor }
    }

    /// All probabilities of the errors of a department times a factor.
    #[must_use]
    pub fn scale_errors(department: impl Into<String>, factor: f64) -> Intervention {
        Intervention::ScaleErrors { department: department.into(), factor }
    }

    /// A course for the people of a department, after which the mean of its service times is another.
    #[must_use]
    pub fn training(
        department: impl Into<String>,
        service_factor: f64,
        introduction: Introduction,
    ) -> Intervention {
        let (department, cv_factor, error_factor) = (department.into(), 1.0, 1.0);
        Intervention::Training { department, service_factor, cv_factor, error_factor, introduction }
    }

    /// People of one department or pool help out in another department.
    #[must_use]
    pub fn cross_train(from: impl Into<String>, to: impl Into<String>, speed: f64) -> Intervention {
        let (from, to, introduction) = (from.into(), to.into(), Introduction::default());
        Intervention::CrossTrain { from, to, speed, introduction }
    }

    /// Everybody of a department or pool is away at a time, for so long.
    #[must_use]
    pub fn outage(of: impl Into<String>, at: Span, lasts: Span) -> Intervention {
        Intervention::Outage { of: of.into(), at, lasts, staff: None }
    }

    /// So many times the usual customers of a stream for a while.
    #[must_use]
    pub fn surge(customers: impl Into<String>, at: Span, lasts: Span, factor: f64) -> Intervention {
        Intervention::Surge { customers: customers.into(), at, lasts, factor }
    }
}

fn same() -> f64 {
    1.0
}
