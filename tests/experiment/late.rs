//! People who stay late, on a schedule worked by hand.

use knockon::prelude::*;

/// Three people until minute 10, then as told. The cases a, b, c come at 0, 1, 2 and take until 20, 13, 32; d and
/// e come at 5 and 6, and take 4 minutes each.
fn desk(levels: &[(u32, u32)]) -> Model {
    let steps =
        [(0, 3)].iter().chain(levels).map(|&(from, level)| (minutes(from), level)).collect::<Vec<_>>();
    let mut model =
        Model::builder("late").calendar("day", |c| c.cycle(days(1), steps)).department("desk", |d| {
            d.staff(3)
                .shifts("day", |s| s.finish())
                .service(minutes(4))
                .service_for("a", minutes(20))
                .service_for("b", minutes(12))
                .service_for("c", minutes(30))
        });
    for (class, at) in [("a", 0), ("b", 1), ("c", 2), ("d", 5), ("e", 6)] {
        model = model.customers(class, |s| s.enter("desk").schedule([minutes(at)]));
    }
    model.build().unwrap()
}

/// When d and e begin, and how much overtime there is, in minutes.
fn begun(levels: &[(u32, u32)]) -> [f64; 3] {
    let model = desk(levels);
    let results = Experiment::new(&model).horizon(hours(1)).replications(1).self_check().run().unwrap();
    let desk = results.department("desk").unwrap();
    let waited = |class: &str| desk.class(class).unwrap().waiting.as_ref().unwrap().mean.mean;
    let overtime = desk.staff_time.as_ref().unwrap().overtime.unwrap().mean;
    [5.0 + 60.0 * waited("d"), 6.0 + 60.0 * waited("e"), 60.0 * overtime]
}

#[track_caller]
fn assert_begun(levels: &[(u32, u32)], expected: [f64; 3]) {
    let begun = begun(levels);
    assert!(begun.iter().zip(expected).all(|(is, should)| (is - should).abs() < 1e-9), "{begun:?}");
}

#[test]
fn who_is_late_counts_against_the_level() {
    // At 10, the people of b and c are late. That of b goes at 13. At 20 two are there for a level of one: that of
    // a goes, although not late, and that of c has the shift. Only at 32 does d begin.
    assert_begun(&[(10, 1)], [32.0, 36.0, 3.0 + 10.0]);
}

#[test]
fn a_second_fall_counts_who_is_late_already() {
    // At 10, c is late; at 12, b is too, and nobody else. That of b goes at 13, that of a at 20.
    assert_begun(&[(10, 2), (12, 1)], [32.0, 36.0, 1.0 + 10.0]);
}

#[test]
fn late_ones_have_a_shift_again_where_the_level_allows_it() {
    // The level rises to the two who are there at 15: that of c has a shift again, that of a takes d at 20.
    assert_begun(&[(10, 1), (15, 2)], [20.0, 24.0, 3.0 + 5.0]);
    // It rises too little at 12: that of b, who began first, has a shift again, and that of c when that of b has gone
    // at 13, for a level of two.
    assert_begun(&[(10, 1), (12, 2)], [20.0, 24.0, 2.0 + 3.0]);
}
