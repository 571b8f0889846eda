//! Stock and money.

use knockon::model::{DepartmentBuilder, Model, ModelBuilder, StockBuilder};
use knockon::time::{days, hours, minutes, per_hour};

use super::lines;

/// A department `ward` with customers, and one that makes what it uses; each test adds what is bad.
fn ward(describe: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder) -> ModelBuilder {
    Model::builder("ward")
        .class("washing", |c| c)
        .department("ward", |d| describe(d.staff(3).service(minutes(5))))
        .department("laundry", |d| d.staff(1).service(minutes(5)))
        .handoff("ward", "laundry", |h| h)
        .customers("people", |c| c.poisson(per_hour(1.0)).enter("ward"))
}

#[test]
fn uses_of_stock() {
    let model = ward(|d| {
        d.uses("gown", |u| u.quantity(0))
            .uses("gowns", |u| u.class("peple").raids("gowns").raids("masks").raids("masks"))
            .uses("masks", |u| u.hoarding(0, u32::MAX, hours(0)))
            .uses("masks", |u| u)
            .uses("masks", |u| u.class("people").quantity(6))
    })
    .stock("gowns", |s| s)
    .stock("masks", |s| s.initial(5));
    assert_eq!(
        lines(model.build()),
        [
            "department `ward`, use of `gown`: there is no stock `gown`; did you mean `gowns`?",
            "department `ward`, use of `gown`: the quantity is 0, must be from 1 to 8388608",
            "department `ward`, use of `gowns` by `peple`: there is no class `peple`; did you mean `people`?",
            "department `ward`, use of `gowns` by `peple`: only other stocks can be raided",
            "department `ward`, use of `gowns` by `peple`: the raid on `masks` is given more than once",
            "department `ward`, use of `masks`: the number taken extra is 0, must be from 1 to 8388608",
            "department `ward`, use of `masks`: the number hidden at most is 4294967295, must be from 1 to 8388608",
            "department `ward`, use of `masks`: the time after which the department trusts again is 0s, must be positive and at most 7446w 2d 23h 53m 47s 370ms 496us",
            "department `ward`, use of `masks`: it is given more than once",
            "department `ward`, use of `masks` by `people`: it is given for all classes and for one; name the class each time",
            "department `ward`, use of `masks` by `people`: a visit needs 6, but there are never more than 5 on the shelf",
        ]
    );
}

#[test]
fn supplies() {
    let model = ward(|d| d.uses("gowns", |u| u))
        .stock("gowns", |s| {
            s.initial(u32::MAX)
                .reorder(u32::MAX, 0, |s| s.outside(minutes(-1)))
                .alert(1, u32::MAX, |s| s)
                .periodic_from(hours(-1), hours(0), 0, |s| {
                    s.department("laundri", "wash", |o| o.transfer(minutes(-1)))
                })
        })
        .stock("gowns", |s| s)
        .stock("", |s| s)
        .expense("", 1.0)
        .expense_at("paint", f64::NAN, hours(-1))
        .expense("paint", -1.0);
    assert_eq!(
        lines(model.build()),
        [
            "stock `gowns`: nothing is said about who delivers: give `outside` or `department`",
            "stock `gowns`: the name is given more than once",
            "stock number 3: it has no name",
            "expense number 1: it has no name",
            "expense `paint`: the name is given more than once",
            "stock `gowns`: 4294967295 are there at the start, must be at most 8388608",
            "stock `gowns`, supply 1: the level is 4294967295, must be at most 8388608",
            "stock `gowns`, supply 1: the quantity is 0, must be from 1 to 8388608",
            "stock `gowns`, supply 1, lead time: the value is -1m, must not be negative",
            "stock `gowns`, supply 2: the quantity is 4294967295, must be from 1 to 8388608",
            "stock `gowns`, supply 3: the time between reviews is 0s, must be positive and at most 7446w 2d 23h 53m 47s 370ms 496us",
            "stock `gowns`, supply 3: the first review is at -1h, must be from 0s to 7446w 2d 23h 53m 47s 370ms 496us",
            "stock `gowns`, supply 3: the level that is ordered up to is 0, must be from 1 to 8388608",
            "stock `gowns`, supply 3: there is no department `laundri`; did you mean `laundry`?",
            "stock `gowns`, supply 3: there is no class `wash`",
            "stock `gowns`, supply 3, transfer time: the value is -1m, must not be negative",
            "expense `paint`: the amount is NaN, must be a number that is not negative",
            "expense `paint`: the expense is at -1h, must be from 0s to 7446w 2d 23h 53m 47s 370ms 496us",
            "expense `paint`: the amount is -1, must be a number that is not negative",
        ]
    );
}

/// Gowns for the ward, washed at the laundry, which needs soap that it makes with gowns on.
fn circle(initial: u32, gowns: u32, soap: u32) -> ModelBuilder {
    let made = |name: &'static str, quantity: u32| {
        move |s: StockBuilder| {
            s.initial(initial).reorder(3, quantity, |s| s.department(name, "washing", |o| o))
        }
    };
    ward(|d| d.uses("gowns", |u| u.quantity(2)))
        .department("works", |d| d.staff(1).service(minutes(1)).uses("gowns", |u| u.class("washing")))
        .department("press", |d| d.staff(1).service(minutes(1)).uses("soap", |u| u))
        .stock("gowns", made("press", gowns))
        .stock("soap", made("works", soap))
}

#[test]
fn stocks_that_are_made_from_each_other() {
    circle(1, 4, 1).build().unwrap();
    assert_eq!(
        lines(circle(0, 4, 1).build()),
        ["stocks `gowns`, `soap`: the work on orders needs some of it, and there is none at the start"]
    );
    assert_eq!(
        lines(circle(100, 1, 1).build()),
        ["stocks `gowns`, `soap`: the work on orders uses up 1 for each that it brings, must be less than 1"]
    );
}

#[test]
fn orders_reach_departments_and_need_service_times() {
    let orders = |describe: fn(DepartmentBuilder) -> DepartmentBuilder| {
        Model::builder("orders")
            .class("washing", |c| c)
            .department("ward", |d| d.staff(3).service(minutes(5)).uses("gowns", |u| u))
            .department("laundry", |d| describe(d.staff(1)))
            .stock("gowns", |s| {
                s.initial(1)
                    .reorder(3, 4, |s| s.department("laundry", "washing", |o| o))
                    .alert(0, 5, |s| s.outside(days(1)))
            })
            .customers("people", |c| c.poisson(per_hour(1.0)).enter("ward"))
            .build()
    };
    orders(|d| d.service(minutes(1))).unwrap();
    assert_eq!(lines(orders(|d| d)), ["department `laundry`: it has no service time"]);
    assert_eq!(
        lines(orders(|d| d.service_for("people", minutes(1)))),
        ["department `laundry`: no service time for the first visit of class `washing`"]
    );
}
