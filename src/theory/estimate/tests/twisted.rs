//! Models at random, with anything in them that makes departments depend on each other.

use proptest::prelude::*;

use super::entangled::{absence, request};
use super::properties::any_model;
use super::ruled::{KINDS, ruled};
use super::*;
use crate::model::{
    Arrivals, Asking, Calendar, Clock, Complaint, Crew, Days, Detection, During, Errors, Found, Helpers,
    Pool, Request, Shift, ShiftEnd, Shifts, Staff, WayBack,
};

/// What is changed in one or two departments.
#[derive(Clone, Debug)]
pub(super) struct Twist {
    pub kind: u8,
    pub one: usize,
    pub other: usize,
    pub share: f64,
    pub count: u32,
}

fn any_twist(kinds: u8) -> impl Strategy<Value = Twist> {
    (0..kinds, 0..5_usize, 0..5_usize, 0.0..1.0_f64, 1..4_u32)
        .prop_map(|(kind, one, other, share, count)| Twist { kind, one, other, share, count })
}

fn twisted(mut model: Model, twist: &Twist) -> Model {
    let Twist { kind, one, other, share, count } = *twist;
    let name = |at: usize| format!("desk {at}");
    let department = &mut model.departments[one];
    let finite = department.staff != Staff::Infinite;
    match kind {
        0 if finite => {
            let clock = if count == 1 { Clock::Working } else { Clock::Calendar };
            department.absences.push(absence(clock, 5.0, share));
        }
        1 => {
            department.staff = Staff::Pool("pool".into());
            if model.pools.is_empty() {
                model.pools.push(Pool::new("pool", count));
            }
        }
        2 | 3 => model.requests.push(Request {
            probability: Some(share),
            staff: if count == 1 { Asking::Freed } else { Asking::Held },
            during: if count == 2 { During::Both } else { During::Cases },
            longest_wait: (kind == 3).then(|| Dist::constant(hours(share))),
            service: (count == 3).then(|| exponential(share)),
            ..request(&name(one), &name(other))
        }),
        4 if finite => department.queue_capacity = Some(count),
        5 if finite => {
            department.patience = Some(exponential(1.0 + share));
            department.renege_to = Some(name(other));
        }
        6 | 7 => {
            let complaint = Complaint {
                probability: 0.1,
                after: Dist::constant(hours(1)),
                enter: name(other),
                class: None,
            };
            department.errors = Some(Errors {
                probability: Some(share),
                if_defective: (count == 2).then_some(0.5 * share),
                complaint: (kind == 7 && count == 1).then_some(complaint),
                ..Errors::default()
            });
            model.departments[other].detects.push(Detection {
                made_by: (kind == 6).then(|| name(one)),
                probability: 1.0 - 0.5 * share,
                then: match count {
                    1 => Found::TurnAway,
                    2 => Found::SendTo(name(0)),
                    _ => Found::Return,
                },
                transfer: Some(Dist::constant(hours(share))),
                back: if share < 0.7 { WayBack::Direct } else { WayBack::Along },
            });
        }
        8 if finite && one != other => {
            department.helpers.push(Helpers { from: name(other), speed: 0.5 + share })
        }
        9 if finite => department.staff_needed = count,
        10 if finite => {
            let time = |hour| jiff::civil::time(hour, 0, 0, 0);
            let shift = Shift { days: Days::WEEKDAYS, from: time(9), to: time(17), staff: Some(count) };
            model.calendars =
                vec![Calendar { name: "c".into(), week: vec![shift], cycle: None, holidays: Vec::new() }];
            department.shifts =
                Some(Shifts { calendar: "c".into(), at_end: ShiftEnd::Finish, crew: Crew::Replaced });
        }
        11 if count == 3 => model.streams[0].arrivals = Arrivals::Saturated,
        _ => {}
    }
    model
}

/// All numbers are numbers, every reason is a sentence, and Little's law holds where cases are completed.
#[track_caller]
fn sound(found: &ModelEstimate) {
    let number = |value: f64| assert!(value.is_finite() && value >= 0.0, "{found:?}");
    let sentence =
        |reason: Option<&str>| assert!(reason.is_none_or(|text| text.ends_with('.')), "{reason:?}");
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-6 * a.max(b).max(1.0), "{a} {b} {found:?}");
    for department in &found.departments {
        [department.arrival_rate, department.offered_load, department.traffic_intensity]
            .into_iter()
            .flatten()
            .for_each(number);
        sentence(department.figures.reason());
        let Some(figures) = department.figures.value() else { continue };
        crate::theory::tests::sound(figures);
        let Figures { queue_mean, number_mean, throughput, wait_mean, sojourn_mean, .. } = *figures;
        close(number_mean - queue_mean, throughput * (sojourn_mean - wait_mean));
        // Those who leave have waited too.
        assert!(queue_mean >= throughput * wait_mean * (1.0 - 1e-9));
        if figures.loss_probability == 0.0 {
            close(queue_mean, throughput * wait_mean);
        }
        close(figures.arrival_rate, department.arrival_rate.unwrap());
    }
    for class in &found.classes {
        sentence(class.completed.reason());
        class.visits.iter().for_each(|visits| number(visits.mean));
        if let Some(completed) = class.completed.value() {
            number(completed.lead_time_mean);
            assert!(completed.throughput <= class.arrival_rate.unwrap() * (1.0 + 1e-9));
        }
    }
    found.overloads.iter().filter_map(|overload| overload.traffic_intensity).for_each(number);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_model_has_sound_figures_or_reasons(
        model in any_model(false),
        twists in prop::collection::vec(any_twist(12), 1..6),
    ) {
        let Ok(model) = model else { return Ok(()) };
        let model = twists.iter().fold(model, twisted);
        // Whatever is wrong with a model, it must not make formulas fail.
        sound(&estimate_valid(&model));
    }

    #[test]
    fn so_has_every_model_with_rules(
        model in any_model(false),
        rules in prop::collection::vec(any_twist(KINDS), 1..4),
        twists in prop::collection::vec(any_twist(12), 0..3),
    ) {
        let Ok(model) = model else { return Ok(()) };
        let model = twists.iter().fold(rules.iter().fold(model, ruled), twisted);
        sound(&estimate_valid(&model));
    }
}
