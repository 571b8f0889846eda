#[path = "../benches/limit/mod.rs"]
#[allow(dead_code)]
mod limit;
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
        w4 => {
            let net = limit::layered::network(w4[3..].parse().unwrap(), 1);
            layered(&net, n)
        }
    };
    let mode = std::env::args().nth(3).unwrap_or("both".into());
    let mut a = vec![]; let mut b = vec![];
    let network = limit::layered::network(if which.starts_with("w4-") { which[3..].parse().unwrap() } else { 10 }, 1);
    for s in 0..(if mode == "both" { 9 } else { 1 }) {
        if mode != "limit" { let (_, ns, _) = knockon::experiment::probe(&model, s); a.push(ns / n as f64); }
        if mode != "knockon" {
        let t = std::time::Instant::now();
        let o = match which.as_str() { "w1" => limit::mm1::run(n, s).events, "w2" => limit::billing::run(n, s).events, _ => limit::layered::run(&network, n, s).events };
        b.push(t.elapsed().as_nanos() as f64 / n as f64); std::hint::black_box(o);
        if s == 0 { eprintln!("limit events {o}"); } }
    }
    if mode == "both" {
    let per = match which.as_str() { "w1" => 2.0, "w2" => 5.673, _ => 11.0 };
    let mut r: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a / b).collect();
    r.sort_by(f64::total_cmp); a.sort_by(f64::total_cmp); b.sort_by(f64::total_cmp);
    println!("{which}: knockon {:.1} limit {:.1} ns/event, ratio median {:.2} [{:.2} {:.2}], min ratio {:.2}", a[a.len()/2] / per, b[b.len()/2] / per, r[r.len()/2], r[0], r[r.len()-1], a[0]/b[0]);
    }
}

fn layered(net: &limit::layered::Network, n: u64) -> Model {
    let mut b = Model::builder("w4");
    let width = net.width();
    for d in 0..net.len() { b = b.department(format!("d{d}"), |x| x.staff(2).service(Dist::exponential(hours(net.mean_service[d])))); }
    for d in 0..net.len() - width { for (t, p) in std::iter::zip(net.targets[d], merged(net, d)) { if p > 0.0 { b = b.handoff(format!("d{d}"), format!("d{t}"), |h| h.probability(p)); } } }
    for i in 0..net.len() { b = b.customers(format!("s{i}"), |c| c.poisson(per_hour(1.0)).class("c").enter(format!("d{}", i % width)).limit(n / net.len() as u64)); }
    b = b.class("c", |c| c);
    b.build().unwrap()
}

fn merged(net: &limit::layered::Network, d: usize) -> [f64; 3] {
    let mut p = net.probabilities[d];
    for i in 1..3 { for j in 0..i { if net.targets[d][i] == net.targets[d][j] { p[j] += p[i]; p[i] = 0.0; } } }
    p
}
