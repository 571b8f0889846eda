use crate::engine::{Engine, Limits, Observer, Occupation, Pause, Stay};
use crate::model::*;
use crate::plan::compile_valid;
use crate::random::{Dist, cv};
use crate::time::{Span, Tick, hours};

#[derive(Default, Debug)]
struct Sums {
    wait: Vec<(u64, u64)>,
    worked: Vec<u64>,
    blocked: Vec<u64>,
    state: std::collections::BTreeMap<(u32, u8), u64>,
    last: std::collections::BTreeMap<u32, (u64, u8)>,
    ended: u64,
    lead: u64,
    end: u64,
    num: std::collections::BTreeMap<u64, i64>,
    n: i64,
}
impl Observer for Sums {
    fn stayed(&mut self, _item: u32, stay: &Stay) {
        let at = stay.row as usize;
        self.wait.resize(self.wait.len().max(at + 1), (0, 0));
        self.worked.resize(self.wait.len(), 0);
        self.blocked.resize(self.wait.len(), 0);
        self.wait[at].0 += 1;
        self.wait[at].1 += stay.begun - stay.joined;
        self.worked[at] += stay.worked;
        self.blocked[at] += stay.ended - stay.finished;
    }
    fn occupied(&mut self, now: Tick, p: u32, o: Occupation, _late: bool) {
        let s = match o {
            Occupation::Off => 0,
            Occupation::Absent => 1,
            Occupation::Idle => 2,
            Occupation::Serving { .. } => 3,
            Occupation::Held { .. } => 4,
            Occupation::Blocked { .. } => 5,
            Occupation::Reserved { .. } => 6,
        };
        if let Some((t, b)) = self.last.insert(p, (now, s)) {
            *self.state.entry((p, b)).or_default() += now - t;
        }
    }
    fn ended(
        &mut self,
        now: Tick,
        _c: u32,
        _w: &crate::engine::Identity,
        _r: u32,
        l: &crate::engine::Life,
        _e: crate::engine::End,
    ) {
        self.ended += 1;
        self.lead += now - l.arrived;
    }
}
fn run(model: &Model, horizon: Span) -> (Sums, Pause) {
    let plan = compile_valid(model).unwrap();
    assert!(plan.full.is_some());
    let mut engine = Engine::new(
        &plan,
        7,
        0,
        Limits { horizon: horizon.ticks() as u64, ended: u64::MAX, in_system: 1 << 20 },
        Sums::default(),
    );
    let mut e = u64::MAX;
    let pause = engine.run(&mut e);
    engine.report_unfinished();
    for line in engine.standstill() {
        println!("{line}");
    }
    println!("events {}", u64::MAX - e);
    (engine.observer, pause)
}
fn stream(name: &str, enter: &str, arrivals: Arrivals) -> Stream {
    Stream {
        name: name.into(),
        enter: enter.into(),
        arrivals,
        class: Some("c".into()),
        mix: vec![],
        batch: None,
        limit: None,
        promise: None,
        size: None,
    }
}
fn exp(mean: f64) -> Dist {
    Dist::Exponential { mean: Span::from_ticks((mean * 3.6e9) as i64) }
}
fn base(departments: Vec<Department>, streams: Vec<Stream>) -> Model {
    Model {
        name: "m".into(),
        classes: vec![Class { name: "c".into(), ..Class::default() }],
        departments,
        streams,
        ..Model::default()
    }
}
fn d(name: &str, staff: Staff, service: Dist) -> Department {
    Department { service: Some(service), ..Department::new(name, staff) }
}
fn show(name: &str, s: &Sums, p: Pause, h: f64) {
    println!("== {name} {p:?}");
    for (i, w) in s.wait.iter().enumerate() {
        println!(
            "row {i}: n {} wait {:.4} worked {:.4} blocked {:.4} per h {:.4}",
            w.0,
            w.1 as f64 / w.0 as f64 / 3.6e9,
            s.worked[i] as f64 / w.0 as f64 / 3.6e9,
            s.blocked[i] as f64 / w.0 as f64 / 3.6e9,
            w.0 as f64 / h
        );
    }
    for ((p, st), t) in &s.state {
        println!("person {p} state {st}: {:.4}", *t as f64 / 3.6e9 / h);
    }
    println!("lead {:.4}", s.lead as f64 / s.ended as f64 / 3.6e9);
}
#[test]
fn smoke() {
    let _ = cv(1.0);
    let h = 400_000.0;
    let m = Model {
        handoffs: vec![Handoff::new("A", "B")],
        ..base(
            vec![
                d("A", Staff::Count(1), exp(1.0)),
                Department { queue_capacity: Some(3), ..d("B", Staff::Count(1), exp(1.0)) },
            ],
            vec![stream("s", "A", Arrivals::Saturated)],
        )
    };
    let (s, p) = run(&m, hours(h as i64 as f64));
    show("line-2-b3 .8333 .1667", &s, p, h);
    let m = base(
        vec![Department {
            absences: vec![Absence {
                who: Struck::Each,
                clock: Clock::Working,
                between: exp(10.0),
                duration: exp(2.0),
            }],
            ..d("A", Staff::Count(1), exp(1.0))
        }],
        vec![stream("s", "A", Arrivals::Renewal { interarrival: exp(2.0) })],
    );
    let (s, p) = run(&m, hours(h));
    show("breakdown busy 2.3, util .5 down .1", &s, p, h);
    let m = base(
        vec![Department {
            absences: vec![Absence {
                who: Struck::All,
                clock: Clock::Calendar,
                between: exp(50.0),
                duration: exp(5.0),
            }],
            ..d("A", Staff::Count(1), exp(1.0))
        }],
        vec![stream("s", "A", Arrivals::Renewal { interarrival: exp(2.0) })],
    );
    let (s, p) = run(&m, hours(h));
    show("breakdown calendar sojourn 3.4545 util .5 down .0909", &s, p, h);
    let mut m = base(
        vec![
            d("A", Staff::Pool("p".into()), exp(1.0)),
            d("B", Staff::Pool("p".into()), Dist::Constant { value: hours(2.0) }),
        ],
        vec![
            stream("s", "A", Arrivals::Renewal { interarrival: exp(3.333333333) }),
            stream("t", "B", Arrivals::Renewal { interarrival: exp(5.0) }),
        ],
    );
    m.pools = vec![Pool { name: "p".into(), staff: 1, shifts: None, absences: vec![] }];
    let (s, p) = run(&m, hours(h));
    show("pool 2.333 2.333 util .7", &s, p, h);
    let mut m = base(
        vec![Department {
            shifts: Some(Shifts { calendar: "c".into(), at_end: ShiftEnd::HandOver, crew: Crew::Same }),
            ..d("A", Staff::Count(4), exp(1.0))
        }],
        vec![stream("s", "A", Arrivals::Renewal { interarrival: exp(1.0) })],
    );
    m.calendars = vec![Calendar {
        name: "c".into(),
        week: vec![],
        cycle: Some(Cycle {
            period: hours(24.0),
            steps: vec![
                LevelStep { from: hours(0.0), staff: Some(0) },
                LevelStep { from: hours(8.0), staff: Some(4) },
                LevelStep { from: hours(16.0), staff: Some(0) },
            ],
        }),
        holidays: vec![],
    }];
    let (s, p) = run(&m, hours(h));
    show("shift: number 9.2367 = lead", &s, p, h);
    // Requests: asker with infinite answerer: M/G/1 with S + Q T
    let mut m = base(
        vec![d("A", Staff::Count(1), exp(1.0)), d("E", Staff::Infinite, exp(2.0))],
        vec![stream("s", "A", Arrivals::Renewal { interarrival: exp(4.0) })],
    );
    m.requests = vec![Request {
        name: None,
        from: "A".into(),
        to: "E".into(),
        probability: Some(0.5),
        probability_for: vec![],
        during: During::Cases,
        at: 0.5,
        staff: Asking::Held,
        class: None,
        priority: None,
        service: None,
        transfer: None,
        answer_transfer: None,
        longest_wait: None,
        standard: None,
    }];
    // E[S]=2, E[S^2]=2+2*.5*1*2+.5*8=8; wait = .25*8/2/(1-.5)=2
    let (s, p) = run(&m, hours(h));
    show("ask held: wait 2, held .25", &s, p, h);
    m.requests[0].staff = Asking::Freed;
    let (s, p) = run(&m, hours(h));
    show("ask freed", &s, p, h);
    m.departments[1] = d("E", Staff::Count(1), exp(1.0));
    m.requests[0].staff = Asking::Held;
    m.requests.push(Request { from: "E".into(), to: "A".into(), ..m.requests[0].clone() });
    m.streams.push(stream("t", "E", Arrivals::Renewal { interarrival: exp(4.0) }));
    let (s, p) = run(&m, hours(h));
    show("mutual", &s, p, h);
}
