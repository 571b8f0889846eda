//! The models, and the formulas for them.

use knockon::model::{EXIT, Model};
use knockon::prelude::*;
use knockon::theory::{External, NetworkFigures, OpenNetwork, Service, Station, jackson};

/// Where customers come to, and what they are promised, in hours.
pub const DESK: &str = "desk";
pub const PROMISE: f64 = 0.25;

/// Arrivals, and services of one person, an hour: to one person, and to three.
pub const ONE: (f64, f64) = (5.0, 10.0);
pub const THREE: (f64, f64) = (6.0, 3.0);
/// Arrivals to the network, and reviews there.
pub const NETWORK: f64 = 4.0;
pub const REVIEWS: f64 = 5.0;
/// Arrivals and services an hour, and how many customers come.
pub const DAY: (f64, f64, u64) = (8.0, 10.0, 30);

/// Exponential services, so many an hour.
fn services(an_hour: f64) -> Dist<Span> {
    Dist::exponential(hours(1.0 / an_hour))
}

/// M/M/c.
pub fn desk((arrivals, an_hour): (f64, f64), staff: u32) -> Result<Model> {
    Model::builder("desk")
        .department(DESK, |d| d.staff(staff).service(services(an_hour)))
        .customers("all", |c| c.poisson(per_hour(arrivals)).enter(DESK).promise(hours(PROMISE)))
        .build()
}

/// So many customers come to one member of staff.
pub fn day((arrivals, an_hour, customers): (f64, f64, u64)) -> Result<Model> {
    Model::builder("day")
        .department(DESK, |d| d.staff(1).service(services(an_hour)))
        .customers("all", |c| {
            c.poisson(per_hour(arrivals)).enter(DESK).limit(customers).promise(hours(PROMISE))
        })
        .build()
}

/// The stations of the network: staff and services of one an hour, so many reviews.
fn stations(reviews: f64) -> [(&'static str, u32, f64); 3] {
    [(DESK, 1, 10.0), ("review", 1, reviews), ("archive", 2, 1.5)]
}

/// A Jackson network with a way back: half of the cases are reviewed; of these, two in ten return to the desk, and
/// three in ten go to the archive.
pub fn network(reviews: f64) -> Result<Model> {
    let stations = stations(reviews).into_iter();
    stations
        .fold(Model::builder("network"), |model, (name, staff, an_hour)| {
            model.department(name, |d| d.staff(staff).service(services(an_hour)))
        })
        .handoff(DESK, "review", |h| h.probability(0.5))
        .handoff(DESK, EXIT, |h| h.probability(0.5))
        .handoff("review", DESK, |h| h.probability(0.2))
        .handoff("review", "archive", |h| h.probability(0.3))
        .handoff("review", EXIT, |h| h.probability(0.5))
        .customers("all", |c| c.poisson(per_hour(NETWORK)).enter(DESK))
        .build()
}

/// The figures of the network (Jackson 1957): stations in the order of the model.
pub fn network_figures(reviews: f64) -> NetworkFigures {
    let station = |(_, staff, an_hour): (&str, u32, f64)| Station {
        servers: Some(staff),
        service: Service::exponential(1.0 / an_hour),
    };
    jackson(&OpenNetwork {
        stations: stations(reviews).map(station).into(),
        arrivals: vec![External { station: 0, rate: NETWORK, scv: 1.0 }],
        routes: vec![vec![(1, 0.5)], vec![(0, 0.2), (2, 0.3)], vec![]],
    })
    .expect("stable")
}
