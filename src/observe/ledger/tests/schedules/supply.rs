//! Stock, ways that one waits for, and customers who come back.

use super::{comes, expect_of, one, ticks};
use crate::model::Model;

#[test]
fn stock_that_was_ordered_before() {
    // a0 takes the last one at 0, and one is ordered, which comes at 10. a1 waits for it from 3 on.
    let model = Model::builder("stock")
        .department("desk", |d| one(2)(d).uses("paper", |u| u))
        .stock("paper", |s| s.initial(1).reorder(0, 1, |s| s.outside(ticks(10))));
    expect_of(
        comes(model, "a", "desk", &[0, 3]),
        1000,
        &[
            ("a0", &["2 desk service own"]),
            ("a1", &["7 supplier of paper stockout nobody at desk", "2 desk service own"]),
        ],
    );
}

#[test]
fn stock_that_is_ordered_late() {
    // Reviewed at 10, delivered at 14.
    let model = Model::builder("stock")
        .department("desk", |d| one(2)(d).uses("paper", |u| u))
        .stock("paper", |s| s.periodic(ticks(10), 1, |s| s.outside(ticks(4))));
    let model = comes(model, "a", "desk", &[3]);
    let lacking = "7 paper stockout nobody at desk";
    expect_of(
        model.clone(),
        1000,
        &[("a0", &[lacking, "4 supplier of paper stockout nobody at desk", "2 desk service own"])],
    );
    expect_of(model.clone(), 8, &[("a0 Unf", &["5 paper stockout nobody at desk"])]);
    expect_of(model, 12, &[("a0 Unf", &[lacking, "2 supplier of paper stockout nobody at desk"])]);
}

#[test]
fn stock_that_a_department_makes() {
    // Ordered at 0, when a0 takes the last. The shop has work of its own until 9, makes it until 15, and it is on the
    // shelf at 17.
    let model = Model::builder("stock")
        .department("shop", one(9))
        .department("desk", |d| one(2)(d).uses("paper", |u| u))
        .stock("paper", |s| {
            s.initial(1)
                .alert(0, 1, |s| s.department("shop", "a", |o| o.service(ticks(6)).transfer(ticks(2))))
        });
    let model = comes(comes(model, "w", "shop", &[0]), "a", "desk", &[0, 3]);
    expect_of(
        model.clone(),
        1000,
        &[("a1", &["12 shop service ahead at desk", "2 paper transfer ahead at desk", "2 desk service own"])],
    );
    expect_of(model, 11, &[("a1 Unf", &["8 shop service ahead at desk"])]);
}

#[test]
fn a_pickup_is_waited_for() {
    // Picked up at 5 and 15, one at a time.
    let model = Model::builder("pickup").department("front", one(2)).department("back", one(3)).handoff(
        "front",
        "back",
        |h| h.pickup(ticks(10), [ticks(5)]).capacity(1).transfer(ticks(1)),
    );
    expect_of(
        comes(model, "a", "front", &[0, 0]),
        1000,
        &[
            (
                "a0",
                &[
                    "2 front service own",
                    "3 front to back transfer nobody",
                    "1 front to back transfer own",
                    "3 back service own",
                ],
            ),
            (
                "a1",
                &[
                    "2 front service own",
                    "2 front service ahead",
                    "1 front to back transfer nobody",
                    "10 front to back transfer ahead",
                    "1 front to back transfer own",
                    "3 back service own",
                ],
            ),
        ],
    );
}

#[test]
fn one_at_a_time_under_way() {
    // a0 is on its way 2-7, a1 waits from 4 to 7.
    let model = Model::builder("capacity").department("front", one(2)).department("back", one(3)).handoff(
        "front",
        "back",
        |h| h.capacity(1).transfer(ticks(5)),
    );
    expect_of(
        comes(model, "a", "front", &[0, 0]),
        1000,
        &[(
            "a1",
            &[
                "2 front service own",
                "2 front service ahead",
                "3 front to back transfer ahead",
                "5 front to back transfer own",
                "3 back service own",
            ],
        )],
    );
}

#[test]
fn room_kept_for_a_case_at_a_handoff() {
    // a0 has the only place at back from 2 on, and is picked up at 5. a1, done at 4, is blocked until then, and waits for
    // the pickup at 15.
    let model = Model::builder("kept")
        .department("front", one(2))
        .department("back", |d| one(3)(d).queue_capacity(1))
        .handoff("front", "back", |h| h.pickup(ticks(10), [ticks(5)]));
    expect_of(
        comes(model, "a", "front", &[0, 0]),
        1000,
        &[(
            "a1",
            &[
                "2 front service own",
                "2 front service ahead",
                "1 front to back transfer nobody at front",
                "10 front to back transfer nobody",
                "3 back service own",
            ],
        )],
    );
}

#[test]
fn away_until_the_next_attempt() {
    // a1 finds no room at 4, and comes again at 12.
    let model = Model::builder("away")
        .department("desk", |d| one(10)(d).queue_capacity(0))
        .customers("a", |c| c.enter("desk").schedule([ticks(0), ticks(4)]).retry(1.0, ticks(8), |r| r));
    expect_of(model.clone(), 1000, &[("a1 Compl", &["8 desk away own", "10 desk service own"])]);
    expect_of(model, 9, &[("a1 Unf", &["5 desk away own"])]);
}
