use knockon::model::*; use knockon::random::*; use knockon::time::*;
fn main() {
    let which = std::env::args().nth(1).unwrap();
    let n: u64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let model = match which.as_str() {
        "w1" => Model::builder("w1").department("a", |d| d.staff(1).service(Dist::exponential(hours(1))))
            .customers("c", |c| c.poisson(per_hour(0.9)).enter("a").limit(n)).build().unwrap(),
        "w2" => Model::builder("w2").class("urgent", |c| c.priority(0)).class("routine", |c| c.priority(1))
            .department("registration", |d| d.staff(3).service(Dist::exponential(hours(2.15))))
            .department("coding", |d| d.staff(4).service(Dist::lognormal(hours(3.05), cv(0.75))))
            .department("billing", |d| d.staff(3).service(Dist::exponential(hours(2.35))))
            .department("dispatch", |d| d.staff(2).service(Dist::lognormal(hours(1.60), cv(0.5))))
            .department("collections", |d| d.staff(2).service(Dist::lognormal(hours(5), cv(1.5))))
            .handoff("registration", "coding", |h| h)
            .handoff("coding", "billing", |h| h)
            .handoff("billing", "registration", |h| h.probability(0.1))
            .handoff("billing", "dispatch", |h| h.probability(0.9))
            .handoff("dispatch", "collections", |h| h.probability(0.3))
            .handoff("dispatch", "exit", |h| h.probability(0.7))
            .handoff("collections", "billing", |h| h.probability(0.05))
            .handoff("collections", "exit", |h| h.probability(0.95))
            .customers("c", |c| c.poisson(per_hour(1.0)).enter("registration").mix([("urgent", 0.2), ("routine", 0.8)]).limit(n)).build().unwrap(),
        _ => panic!(),
    };
    for s in 0..5 { knockon::experiment::probe(&model, s); }
}
