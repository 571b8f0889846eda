//! Shares of models in which they are known.

use super::*;
use crate::experiment::Experiment;
use crate::model::Model;
use crate::random::Dist;
use crate::time::{hours, minutes, per_hour};

/// Two lines that have nothing to do with each other, each with so many customers.
fn lines() -> Model {
    let service = |time: f64| Dist::exponential(minutes(time));
    Model::builder("two lines")
        .department("left", |d| d.staff(1).service(service(20.0)))
        .department("right", |d| d.staff(1).service(service(25.0)))
        .customers("one", |c| c.poisson(per_hour(2.0)).enter("left").limit(300))
        .customers("other", |c| c.poisson(per_hour(2.0)).enter("right").limit(300))
        .build()
        .unwrap()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9 * b.abs().max(1.0)
}

fn sum(shapley: &Shapley) -> f64 {
    shapley.shares.iter().map(|share| share.share.mean).sum()
}

/// All are served, so that the mean lead time is a sum over the two lines: nothing overlaps, and each share is what is
/// saved alone, with the interval of that.
#[test]
fn separate_lines_share_what_each_saves() {
    let model = lines();
    let study = Study::new(Experiment::new(&model).until_all_done().replications(5));
    let shapley = study.shapley().unwrap();
    for share in &shapley.shares {
        assert!(share.share.mean > 0.0);
        assert!(close(share.share.mean, share.alone.mean) && close(share.last.mean, share.alone.mean));
        assert!(close(share.share.half_width().unwrap(), share.alone.half_width().unwrap()));
        assert_eq!(share.sampling_error, None);
    }
    assert!(close(sum(&shapley), shapley.together.mean));
    // Any order says the same then.
    let players = ["left", "right"].map(|name| Player::new(name, [Intervention::scale_service(name, 0.8)]));
    let drawn = study.shapley_sampled(&players, 3, 7).unwrap();
    assert_eq!(drawn.permutations, Some(4));
    for (drawn, exact) in drawn.shares.iter().zip(&shapley.shares) {
        assert!(close(drawn.share.mean, exact.share.mean) && drawn.sampling_error.unwrap() < 1e-9);
    }
}

/// One that changes nothing gets exactly nothing, and two that do the same get the same; all sum to what they save together.
#[test]
fn shares_sum_to_the_whole_and_nothing_gets_nothing() {
    let model = lines();
    let study = Study::new(Experiment::new(&model).until_all_done().replications(4));
    // The same service twice as fast, whoever does it first.
    let first = Player::new("first", [Intervention::scale_service("right", 0.5)]);
    let second = Player { name: "second".into(), ..first.clone() };
    let players = [
        first,
        second,
        Player::new("nothing", []),
        Player::new("more", [Intervention::add_staff("right", 1), Intervention::add_staff("left", 1)]),
    ];
    let shapley = study.shapley_of(&players).unwrap();
    let [first, second, nothing, more] = &shapley.shares[..] else { panic!("four players") };
    assert_eq!((nothing.share.mean, nothing.share.half_width()), (0.0, Some(0.0)));
    assert!(close(first.share.mean, second.share.mean) && first.share.mean > 0.0);
    assert!(close(sum(&shapley), shapley.together.mean));
    // What others do makes it less worth having.
    assert!(first.last.mean < first.share.mean && first.share.mean < first.alone.mean);
    assert!(more.last.mean < more.share.mean && more.share.mean < more.alone.mean);
    let drawn = study.shapley_sampled(&players, 2, 3).unwrap();
    assert!(close(sum(&drawn), drawn.together.mean));
    let text = serde_json::to_string(&shapley).unwrap();
    assert_eq!(serde_json::from_str::<Shapley>(&text).unwrap(), shapley);
    assert!(shapley.to_string().contains("\ntogether: "), "{shapley}");
}

/// By hand: two at the start, one person, two hours. Twice as fast the lead times are 1 and 2, with one more person both are
/// 2, with both 1: of the mean of 3, savings of 1.5, 1 and 2.
#[test]
fn shares_by_hand() {
    let model = Model::builder("desk")
        .department("desk", |d| d.staff(1).service(hours(2)))
        .customers("orders", |c| c.schedule([hours(0), hours(0)]).enter("desk"))
        .build()
        .unwrap();
    let study = Study::new(Experiment::new(&model).until_all_done().replications(2));
    let players = [
        Player::new("fast", [Intervention::scale_service("desk", 0.5)]),
        Player::new("more", [Intervention::add_staff("desk", 1)]),
    ];
    let shapley = study.shapley_of(&players).unwrap();
    let shares: Vec<f64> = shapley.shares.iter().map(|share| share.share.mean).collect();
    assert!(close(shares[0], 1.25) && close(shares[1], 0.75) && close(shapley.together.mean, 2.0));
    let told = shapley.to_string();
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines.len() == 3 && lines[0].starts_with("fast: 1.25"), "{told}");
    assert!(lines[1].starts_with("more: 45.00 min (45.00 to 45.00) of the mean lead time"), "{told}");
    assert!(lines[2].starts_with("together: 2"), "{told}");
}

/// Of five improvements that overlap, all coalitions are run; and of 40 drawings of 12 orders each, 95 % of the intervals
/// should hold the exact share. Those of one drawing err together; with a true coverage of 95 %, less than 170 of 200 are a
/// sign of intervals that are too narrow. Seeds 1 to 40.
#[test]
fn intervals_of_shares_drawn_hold_the_exact_ones() {
    let model = Model::builder("desk")
        .department("desk", |d| d.staff(1).service(Dist::exponential(minutes(25))))
        .customers("visitors", |c| c.poisson(per_hour(2.0)).enter("desk").limit(200))
        .build()
        .unwrap();
    let study = Study::new(Experiment::new(&model).until_all_done().replications(20));
    let faster = |by: f64| Player::new(by.to_string(), [Intervention::scale_service("desk", by)]);
    let mut players: Vec<Player> = [0.95, 0.9, 0.8, 0.6].map(faster).into();
    players.push(Player::new("one more", [Intervention::add_staff("desk", 1)]));
    let exact = study.shapley_of(&players).unwrap();
    let mut inside = 0;
    for seed in 1..=40 {
        let drawn = study.shapley_sampled(&players, 12, seed).unwrap();
        for (drawn, exact) in drawn.shares.iter().zip(&exact.shares) {
            let (own, error) = (drawn.share.std_error().unwrap(), drawn.sampling_error.unwrap());
            // Over replications they are as wide as the exact ones, but for the weights of the orders.
            assert!(own > error && own < 3.0 * error.hypot(exact.share.std_error().unwrap()));
            let reach = 2.571 * error; // Student's t of six pairs
            inside += u32::from((drawn.share.mean - exact.share.mean).abs() <= reach);
        }
    }
    assert!(inside >= 170, "{inside}");
}

#[test]
fn games_that_cannot_be_played_are_refused() {
    let model = lines();
    let study = Study::new(Experiment::new(&model).until_all_done().replications(2));
    let refused = |players: &[Player]| study.shapley_of(players).unwrap_err().to_string();
    assert!(refused(&[]).contains("there are no players"));
    let many: Vec<Player> = (0..65).map(|number| Player::new(number.to_string(), [])).collect();
    assert!(refused(&many).contains("there are 65 players, must be at most 64"));
    let wrong = Player::new("wrong", [Intervention::scale_service("middle", 0.5)]);
    assert!(refused(&[wrong]).contains("no department is called `middle`"));
    let none = study.shapley_sampled(&many[..2], 0, 1).unwrap_err().to_string();
    assert!(none.contains("there are no permutations"), "{none}");
    // Nobody is served: there is nothing to share.
    let early = Study::new(Experiment::new(&model).horizon(minutes(0.001)).replications(2));
    assert!(early.shapley().unwrap_err().to_string().contains("no case is completed"));
}
