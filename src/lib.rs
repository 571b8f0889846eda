//! Knockon simulates an organization as departments that hand work to each other, and shows how a
//! delay inside becomes a delay for the customer outside: who waited, how long, and what would change
//! if something were done about it.
//!
//! # A tour
//!
//! A [`Model`](model::Model) is plain data: departments with staff and service times, handoffs with
//! probabilities, and streams of customers. It comes from a builder or from a file
//! ([`Model::read`](model::Model::read)), and every defect is named before anything runs.
//!
//! ```
//! use knockon::prelude::*;
//!
//! let model = Model::builder("two desks")
//!     .department("front", |d| d.staff(2).service(Dist::lognormal(minutes(12), cv(0.6))))
//!     .department("back", |d| d.staff(1).service(Dist::gamma(minutes(20), cv(0.8))))
//!     .handoff("front", "back", |h| h.probability(0.25).transfer(minutes(5)))
//!     .handoff("front", EXIT, |h| h.probability(0.75))
//!     .customers("visitors", |c| c.poisson(per_hour(8.0)).enter("front").promise(hours(1)))
//!     .build()?;
//!
//! // Structure can be asked about without running anything ...
//! let graph = model.graph()?;
//! assert_eq!(graph.departments_every_case_passes("visitors")?, ["front"]);
//!
//! // ... and replications run in parallel, the same to the bit on any number of threads.
//! let results = Experiment::new(&model).horizon(weeks(4)).warm_up(days(1)).replications(20).run()?;
//! let visitors = results.class("visitors")?;
//! let lead_time = visitors.lead_time.as_ref().unwrap();
//! println!("lead time    {}", lead_time.mean);
//! println!("promise kept {}", visitors.promise_kept.unwrap());
//! let [low, high] = [lead_time.mean.low(), lead_time.mean.high()].map(Option::unwrap);
//! assert!(0.3 < low && low < high && high < 0.7); // hours
//! # Ok::<(), knockon::Error>(())
//! ```
//!
//! Times in results are hours; each figure carries its confidence interval over replications, and the
//! totals of single replications stay beside it ([`Results`](results::Results)). A random draw belongs
//! to what it is for, so the same customer meets the same service time in every scenario: two models
//! can be compared customer by customer ([`random`]). Customers are reported by class: a stream without
//! `class` or `mix` has a class of its own name. An experiment has no warm-up unless one is given or
//! chosen.
//!
//! # Because of whom
//!
//! Departments wait for each other: they ask, share people, block, and make errors that others find. What
//! each construct means, and what happens when two meet, stands in [`semantics`]. The ledger follows every wait to what
//! is really going on, and charges each tick of a customer's time to whoever caused it.
//!
//! ```
//! use knockon::prelude::*;
//!
//! // Reps enter orders. Half of them need an engineer's word, and engineers have designs to do.
//! let model = Model::builder("orders")
//!     .class("order", |c| c)
//!     .class("design", |c| c)
//!     .department("reps", |d| d.staff(3).service(Dist::exponential(minutes(10))))
//!     .department("engineering", |d| d.staff(1).service(Dist::exponential(minutes(60))))
//!     .request("reps", "engineering", |r| {
//!         r.probability(0.5).at(0.5).priority(1).service(Dist::exponential(minutes(5)))
//!     })
//!     .customers("order", |c| c.poisson(per_hour(4.0)).enter("reps"))
//!     .customers("design", |c| c.poisson(per_hour(0.5)).enter("engineering"))
//!     .build()?;
//! let results = Experiment::new(&model).horizon(weeks(20)).warm_up(weeks(1)).replications(4).ledger().run()?;
//!
//! // All waiting is at the reps ...
//! let orders = &results.ledger.as_ref().unwrap().class("order")?.completed;
//! assert!(orders.felt_at("reps") > 0.999 * orders.time.unwrap().mean);
//! // ... and most of it is because of engineering.
//! assert!(orders.charged_to("engineering") > orders.charged_to("reps"));
//! # Ok::<(), knockon::Error>(())
//! ```
//!
//! [`guide`] has a tutorial, from one queue to the whole language, and pages on what analysts do: to make a model from
//! interviews, to choose how many replications, to read the ledger, to present a what-if.
//! [`theory::estimate()`] has the formulas of queueing theory for the same models, as a check and as an
//! answer in microseconds; [`stats`] the statistics, usable on their own.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod analysis;
pub mod data;
mod engine;
pub mod error;
pub mod experiment;
pub mod guide;
pub mod interventions;
pub mod model;
mod observe;
mod plan;
pub mod prelude;
pub mod random;
pub mod report;
pub mod results;
pub mod rows;
/// What every construct means.
#[doc = include_str!("semantics.md")]
pub mod semantics {}
mod settings;
pub mod stats;
pub mod text;
pub mod theory;
pub mod time;

pub use error::{Defect, Error, ErrorKind, Position, Result};
pub use observe::{
    CaseId, CaseRecord, OrderRecord, Outcome, PartId, PersonId, Records, RequestOutcome, RequestRecord,
    VisitRecord,
};

/// The program in the README compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
