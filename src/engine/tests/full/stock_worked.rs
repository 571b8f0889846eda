//! Schedules worked by hand: stock that work uses up, and that is ordered again.

use super::schedule::{at, model, one, ticks, told};
use crate::model::{DepartmentBuilder, ModelBuilder, Preemption, StockBuilder, UseBuilder};

/// A desk that takes 5 and uses one bolt.
fn desk(
    bolts: impl FnOnce(StockBuilder) -> StockBuilder,
    uses: impl FnOnce(UseBuilder) -> UseBuilder,
) -> ModelBuilder {
    model().stock("bolts", bolts).department("desk", |d| one(5)(d).uses("bolts", uses))
}

#[test]
fn who_waits_for_stock_is_served_when_it_comes() {
    // The last bolt is taken at 5: two are ordered, and two more at 10, when two cases wait for those.
    told(
        desk(|s| s.initial(2).reorder(0, 2, |s| s.outside(ticks(10))), |u| u)
            .customers("a", at("desk", &[0, 1, 2, 3])),
        90,
        &[
            "a0 desk 0 0-5",
            "a1 desk 1 5-10",
            "a2 short of bolts 10",
            "a3 short of bolts 10",
            "bolts#1 delivered 15: 2",
            "a2 desk 2 15-20",
            "bolts#2 delivered 20: 2",
            "a3 desk 3 20-25",
        ],
    );
}

#[test]
fn several_are_ordered_at_once_where_one_is_too_few() {
    // At the start: two are not more than two, four are. One is owed to a0, and three are still enough.
    told(
        desk(|s| s.reorder(2, 2, |s| s.outside(ticks(10))), |u| u).customers("a", at("desk", &[0])),
        90,
        &["a0 short of bolts 0", "bolts#1 delivered 10: 4", "a0 desk 0 10-15"],
    );
}

#[test]
fn a_department_makes_what_is_missing() {
    // The shop takes 4, and the way to the shelf 2.
    told(
        desk(|s| s.initial(1).reorder(0, 1, |s| s.department("shop", "a", |o| o.transfer(ticks(2)))), |u| u)
            .department("shop", one(4))
            .customers("a", at("desk", &[0, 1])),
        90,
        &[
            "bolts#1 shop 0 0-4",
            "a0 desk 0 0-5",
            "a1 short of bolts 5",
            "bolts#1 delivered 6: 1",
            "bolts#2 shop 5 5-9",
            "a1 desk 1 6-11",
            "bolts#2 delivered 11: 1",
        ],
    );
}

#[test]
fn an_alert_waits_for_its_order() {
    // At 0 one is left: two come at 30. Of those again one is left.
    told(
        desk(|s| s.initial(2).alert(1, 2, |s| s.outside(ticks(30))), |u| u)
            .customers("a", at("desk", &[0, 10, 20, 35])),
        99,
        &[
            "a0 desk 0 0-5",
            "a1 desk 10 10-15",
            "a2 short of bolts 20",
            "bolts#1 delivered 30: 2",
            "a2 desk 20 30-35",
            "a3 desk 35 35-40",
            "bolts#2 delivered 60: 2",
        ],
    );
}

#[test]
fn what_is_missing_is_ordered_at_reviews() {
    // At 10 nothing is there; a2 is owed one only after the review.
    told(
        desk(|s| s.initial(2).periodic(ticks(10), 3, |s| s.outside(ticks(4))), |u| u)
            .customers("a", at("desk", &[0, 1, 2])),
        22,
        &[
            "a0 desk 0 0-5",
            "a1 desk 1 5-10",
            "a2 short of bolts 10",
            "bolts#1 delivered 14: 3",
            "a2 desk 2 14-19",
        ],
    );
}

#[test]
fn a_department_raids_another_shelf() {
    told(
        model()
            .stock("bolts", |s| s.periodic(ticks(30), 1, |s| s.outside(ticks(1))))
            .stock("spare", |s| s.initial(1))
            .department("desk", |d| one(5)(d).uses("bolts", |u| u.raids("spare")))
            .customers("a", at("desk", &[0, 1])),
        50,
        &["a0 desk 0 0-5", "a1 short of bolts 5", "bolts#1 delivered 31: 2", "a1 desk 1 31-36"],
    );
}

#[test]
fn a_department_hoards_that_was_let_down() {
    // Let down at 0. At 10 four come: a0 takes one and hides one, a1 the same. a2 and a3 are served from the hoard; a4
    // finds nothing.
    told(
        model()
            .stock("bolts", |s| s.periodic(ticks(10), 3, |s| s.outside(ticks(0))))
            .department("desk", |d| one(2)(d).uses("bolts", |u| u.hoarding(1, 2, ticks(100))))
            .customers("a", at("desk", &[0, 11, 12, 13, 14])),
        25,
        &[
            "a0 short of bolts 0",
            "bolts#1 delivered 10: 4",
            "a0 desk 0 10-12",
            "a1 desk 11 12-14",
            "a2 desk 12 14-16",
            "a3 desk 13 16-18",
            "a4 short of bolts 18",
            "bolts#2 delivered 20: 4",
            "a4 desk 14 20-22",
        ],
    );
}

#[test]
fn trust_returns() {
    // Let down at 0 only, and trusting again at 12: a1 is served from what is hidden, and one stays on the shelf.
    told(
        model()
            .stock("bolts", |s| s.periodic(ticks(8), 2, |s| s.outside(ticks(0))))
            .department("desk", |d| one(2)(d).uses("bolts", |u| u.hoarding(1, 2, ticks(10))))
            .customers("a", at("desk", &[0, 12])),
        17,
        &[
            "a0 short of bolts 0",
            "bolts#1 delivered 8: 3",
            "a0 desk 0 8-10",
            "a1 desk 12 12-14",
            "bolts#2 delivered 16: 1",
        ],
    );
}

#[test]
fn an_item_without_stock_interrupts_nobody() {
    // u0 finds no bolt when the desk takes it at 10. With the bolt, at 20, it interrupts n1.
    let desk =
        |d: DepartmentBuilder| one(10)(d).preemption(Preemption::Resume).uses("bolts", |u| u.class("u"));
    told(
        model()
            .class("u", |c| c)
            .class("n", |c| c.priority(1))
            .stock("bolts", |s| s.periodic(ticks(20), 1, |s| s.outside(ticks(0))))
            .department("desk", desk)
            .customers("n", at("desk", &[0, 12]))
            .customers("u", at("desk", &[4])),
        35,
        &[
            "n0 desk 0 0-10",
            "u0 short of bolts 10",
            "bolts#1 delivered 20: 2",
            "u0 desk 4 20-30",
            "n1 desk 12 12-32",
        ],
    );
}

#[test]
fn who_waits_for_stock_loses_patience() {
    told(
        model()
            .stock("bolts", |s| s.periodic(ticks(20), 1, |s| s.outside(ticks(0))))
            .department("desk", |d| one(5)(d).patience(ticks(9)).uses("bolts", |u| u.class("a")))
            .customers("a", at("desk", &[0, 14]))
            .customers("b", at("desk", &[1])),
        30,
        &[
            "a0 short of bolts 0",
            "b0 desk 1 1-6",
            "a0 Reneged 9",
            "a1 short of bolts 14",
            "bolts#1 delivered 20: 2",
            "a1 desk 14 20-25",
        ],
    );
}

#[test]
fn a_batch_is_smaller_without_stock() {
    // Three stand in line at 2, with two bolts.
    told(
        model()
            .stock("bolts", |s| s.initial(2).periodic(ticks(30), 1, |s| s.outside(ticks(0))))
            .department("desk", |d| one(5)(d).batch(3, |b| b.longest_wait(ticks(20))).uses("bolts", |u| u))
            .customers("a", at("desk", &[0, 1, 2])),
        50,
        &[
            "a2 short of bolts 2",
            "a0 desk 0 2-7",
            "a1 desk 1 2-7",
            "bolts#1 delivered 30: 2",
            "a2 desk 2 30-35",
        ],
    );
}

#[test]
fn all_stocks_of_a_visit_are_taken_together() {
    // There are bolts at 0, but no nuts until 10; nobody gets the bolt before a0, but then b0 has none until 20.
    told(
        model()
            .stock("bolts", |s| s.initial(1).periodic(ticks(20), 1, |s| s.outside(ticks(0))))
            .stock("nuts", |s| s.periodic(ticks(10), 1, |s| s.outside(ticks(0))))
            .department("desk", |d| one(5)(d).uses("bolts", |u| u).uses("nuts", |u| u.class("a")))
            .customers("a", at("desk", &[0]))
            .customers("b", at("desk", &[2])),
        40,
        &[
            "a0 short of nuts 0",
            "b0 desk 2 2-7",
            "a0 short of bolts 10",
            "nuts#1 delivered 10: 2",
            "bolts#1 delivered 20: 2",
            "a0 desk 0 20-25",
        ],
    );
}
