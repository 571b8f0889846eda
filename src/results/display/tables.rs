//! Tables of results: what there is to say of classes, departments, and whatever else a model has.

use std::fmt::Display;

use crate::results::{DepartmentResults, Replication, Results, TimeEstimate, TimeStatistics};
use crate::stats::Estimate;
use crate::text::Table;

/// The figure and its interval: "12.3 d (12.1 to 12.5)", without level and number of replications.
pub(super) fn brief(figure: impl Display) -> String {
    format!("{figure:#}")
}

/// The figure without its interval: "12.3 d".
pub(super) fn point(figure: impl Display) -> String {
    let text = figure.to_string();
    text.split_once(" (").map_or(text.clone(), |(start, _)| start.to_owned())
}

/// A share in percent, with its interval: "87.8 % (87.6 to 88.0)".
pub(super) fn percent(share: &Estimate) -> String {
    brief(share.times(100.0)).replacen(" (", " % (", 1)
}

/// What there is to show of a figure that may not exist.
pub(super) fn or_dash<T>(figure: Option<T>, show: impl Fn(T) -> String) -> String {
    figure.map_or("-".to_owned(), show)
}

/// A mean time, or "none" where it never takes any.
fn time(mean: TimeEstimate) -> String {
    if mean.mean == 0.0 { "none".to_owned() } else { brief(mean) }
}

/// A number of hours that are no days of 24: "79.3 h (78.9 to 79.7)".
fn hours(time: TimeEstimate) -> String {
    brief(time.0).replacen(" (", " h (", 1)
}

/// How the customers of each class fared; a second line has the lead time in working hours, where the model
/// says which those are. Classes in which nobody arrives are left out.
pub(super) fn classes(results: &Results) -> Table {
    let arriving = || results.classes.iter().filter(|class| class.arrived.mean > 0.0);
    let anybody_lost = arriving().any(|class| class.lost_share.is_some_and(|share| share.mean > 0.0));
    let times =
        |of: Option<&TimeStatistics>, mean: fn(TimeEstimate) -> String, rest: fn(TimeEstimate) -> String| {
            let percentile = |share| or_dash(of.and_then(|times| times.percentile(share)), rest);
            [or_dash(of, |times| mean(times.mean)), percentile(0.5), percentile(0.9)]
        };
    let rows = arriving().flat_map(|class| {
        let [mean, median, most] = times(class.lead_time.as_ref(), brief, point);
        let mut row = vec![
            class.name.clone(),
            format!("{:.0}", class.arrived.mean),
            mean,
            median,
            most,
            or_dash(class.promise_kept.as_ref(), percent),
        ];
        if anybody_lost {
            row.push(or_dash(class.lost_share.as_ref(), |share| format!("{:.1} %", 100.0 * share.mean)));
        }
        row.push(format!("{:.0}", class.unfinished.mean));
        let working = class.lead_time_working.as_ref().map(|working| {
            let [mean, median, most] = times(Some(working), hours, |time| format!("{:.1} h", time.mean));
            vec!["  in working hours".to_owned(), String::new(), mean, median, most]
        });
        [Some(row), working].into_iter().flatten()
    });
    let mut header = vec!["class", "cases", "mean lead time", "median", "90 % within", "promise kept"];
    header.extend(anybody_lost.then_some("lost"));
    header.push("open");
    Table::new(&header, rows)
}

/// How the departments fared. Where people are held for answers or blocked, a column has that, too.
pub(super) fn departments(results: &Results) -> Table {
    let held: Vec<Option<Estimate>> = (0..results.departments.len()).map(|at| held(results, at)).collect();
    let anybody_held = held.iter().flatten().any(|share| share.mean > 0.0);
    let rows = results.departments.iter().zip(&held).map(|(department, held)| {
        let waiting = department.visits.waiting.as_ref();
        let mut row = vec![
            department.name.clone(),
            department.staff.map_or("any".to_owned(), |staff| staff.to_string()),
            format!("{:.0}", department.visits.joined.mean),
            or_dash(department.utilization.as_ref(), percent),
        ];
        row.extend(anybody_held.then(|| or_dash(held.as_ref(), percent)));
        row.extend([
            or_dash(waiting, |times| time(times.mean)),
            or_dash(department.visits.queue_length, |length| format!("{:.2}", length.mean)),
            or_dash(waiting.and_then(|times| times.zero_share), |share| {
                format!("{:.1} %", 100.0 * share.mean)
            }),
        ]);
        row
    });
    let mut header = vec!["department", "staff", "visits", "utilization"];
    header.extend(anybody_held.then_some("held, blocked"));
    header.extend(["mean wait", "queue", "no wait"]);
    Table::new(&header, rows)
}

/// The share of their time on shift in which the own people of a department can do nothing else, with work that waits for an
/// answer or finds no room.
fn held(results: &Results, department: usize) -> Option<Estimate> {
    let share = |replication: &Replication| {
        let staff = replication.departments.get(department)?.detail.as_ref()?.staff?;
        (staff.on_shift() > 0.0).then(|| (staff.held + staff.blocked) / staff.on_shift())
    };
    let shares: Vec<f64> = results.replications.iter().filter_map(share).collect();
    Estimate::of_means(&shares, results.manifest.level)
}

/// When cases were done, against their due dates.
pub(super) fn lateness(results: &Results) -> Table {
    let rows = results.classes.iter().filter_map(|class| {
        let lateness = class.lateness.as_ref()?;
        let most = lateness.tardiness.percentile(0.9);
        Some(vec![
            class.name.clone(),
            brief(lateness.mean),
            percent(&lateness.late_share),
            time(lateness.tardiness.mean),
            or_dash(most, |most| if most.mean == 0.0 { "none".to_owned() } else { point(most) }),
        ])
    });
    Table::new(&["class", "mean lateness", "late", "mean tardiness", "90 % within"], rows)
}

/// How often lost customers tried again.
pub(super) fn retries(results: &Results) -> Table {
    let rows = results.classes.iter().filter_map(|class| {
        let retries = class.retries.as_ref()?;
        Some(vec![
            class.name.clone(),
            brief(retries.attempts),
            percent(&retries.share),
            or_dash(retries.away, |away| format!("{:.2}", away.mean)),
        ])
    });
    Table::new(&["class", "attempts per case", "tried again", "away"], rows)
}

/// What a column says of a department, if it says anything.
type Column = (&'static str, fn(&DepartmentResults) -> Option<String>);

/// What is there to say of departments in some models only.
const RARE: [Column; 6] = [
    ("standard kept", |of| Some(percent(&of.visits.standard_kept?))),
    ("balked", |of| Some(percent(&of.visits.balked_share?))),
    ("interrupted", |of| Some(format!("{:.0}", of.interruptions?.mean))),
    ("setups", |of| Some(format!("{:.0}", of.setups?.count.mean))),
    ("setup time", |of| Some(point(of.setups?.time?))),
    ("batch size", |of| Some(format!("{:.2}", of.batches?.size?.mean))),
];

/// Whether there is any of it.
pub(super) fn any_services(results: &Results) -> bool {
    results.departments.iter().any(|one| RARE.iter().any(|(_, of)| of(one).is_some()))
}

/// The same, where there is anything: columns without figures, and departments without, are left out.
pub(super) fn services(results: &Results) -> Table {
    let shown: Vec<&Column> =
        RARE.iter().filter(|(_, of)| results.departments.iter().any(|one| of(one).is_some())).collect();
    let rows = results.departments.iter().filter(|one| shown.iter().any(|(_, of)| of(one).is_some()));
    let rows = rows.map(|one| {
        let figures = shown.iter().map(|(_, of)| or_dash(of(one), |text| text));
        [one.name.clone()].into_iter().chain(figures).collect()
    });
    let header: Vec<&str> = ["department"].into_iter().chain(shown.iter().map(|(name, _)| *name)).collect();
    Table::new(&header, rows)
}

/// How cases went on in parts.
pub(super) fn forks(results: &Results) -> Table {
    let rows = results.forks.iter().map(|fork| {
        let late = fork.parts_withdrawn.mean + fork.parts_for_nobody.mean;
        vec![
            fork.name.clone(),
            format!("{:.0}", fork.forked.mean),
            or_dash(fork.duration.as_ref(), |times| time(times.mean)),
            or_dash(fork.synchronization.as_ref(), |times| time(times.mean)),
            format!("{late:.0}"),
            format!("{:.0}", fork.parts_lost.mean),
        ]
    });
    Table::new(&["parts", "cases", "until joined", "wait for others", "late", "lost"], rows)
}

/// How stocks fared.
pub(super) fn stocks(results: &Results) -> Table {
    let rows = results.stocks.iter().map(|stock| {
        vec![
            stock.name.clone(),
            or_dash(stock.on_hand, |count| format!("{:.1}", count.mean)),
            or_dash(stock.empty.as_ref(), |share| format!("{:.1} %", 100.0 * share.mean)),
            format!("{:.0}", stock.orders.mean),
            or_dash(stock.lead_time.as_ref(), |times| point(times.mean)),
            format!("{:.0}", stock.let_downs.mean),
            format!("{:.0}", stock.raided.mean),
            or_dash(stock.hidden, |count| format!("{:.1}", count.mean)),
            format!("{:.0}", stock.waits.mean),
            or_dash(stock.waiting_time.as_ref(), |times| time(times.mean)),
        ]
    });
    let header = [
        "stock",
        "on hand",
        "empty",
        "orders",
        "lead time",
        "short",
        "raided",
        "hidden",
        "waits",
        "mean wait",
    ];
    Table::new(&header, rows)
}

/// How departments fared with the stocks that they use. Hoards and trust are told of where there are any.
pub(super) fn uses(results: &Results) -> Table {
    let hoards = results.uses.iter().any(|usage| {
        usage.lost_trust.mean > 0.0 || usage.hidden.as_ref().is_some_and(|hidden| hidden.mean > 0.0)
    });
    let rows = results.uses.iter().map(|usage| {
        let class = usage.class.iter().map(|class| format!(", for {class}"));
        let mut row = vec![
            format!("{} uses {}{}", usage.department, usage.stock, class.collect::<String>()),
            format!("{:.0}", usage.let_downs.mean),
            format!("{:.0}", usage.raids.mean),
        ];
        if hoards {
            row.extend([
                or_dash(usage.hidden, |count| format!("{:.1}", count.mean)),
                format!("{:.1}", usage.lost_trust.mean),
                or_dash(usage.mistrust, |share| format!("{:.1} %", 100.0 * share.mean)),
                or_dash(usage.until_trust, time),
            ]);
        }
        row
    });
    let mut header = vec!["use", "short", "raids"];
    if hoards {
        header.extend(["hidden", "lost trust", "without", "until trust"]);
    }
    Table::new(&header, rows)
}

/// How handoffs were used. Those have waits on which cases wait for a pickup or a place under way.
pub(super) fn handoffs(results: &Results) -> Table {
    let waits = results.handoffs.iter().any(|handoff| handoff.waiting.is_some());
    let rows = results.handoffs.iter().map(|handoff| {
        let name = match &handoff.becomes {
            Some(class) => format!("{} to {}, becoming {class}", handoff.from, handoff.to),
            None => format!("{} to {}", handoff.from, handoff.to),
        };
        let mut row = vec![name, format!("{:.1}", handoff.count.mean), or_dash(handoff.transfer_time, time)];
        if waits {
            row.push(or_dash(handoff.waiting.and_then(|waiting| waiting.time), time));
        }
        row
    });
    let mut header = vec!["handoff", "cases", "time on the way"];
    header.extend(waits.then_some("wait to set out"));
    Table::new(&header, rows)
}

/// How requests of one department to another fared.
pub(super) fn requests(results: &Results) -> Table {
    let rows = results.requests.iter().map(|request| {
        vec![
            request.name.clone(),
            format!("{:.0}", request.asked.mean),
            or_dash(request.response_time.as_ref(), |times| time(times.mean)),
            or_dash(request.standard_kept.as_ref(), percent),
            format!("{:.0}", request.given_up.mean),
            or_dash(request.held_per_request, time),
        ]
    });
    Table::new(&["request", "asked", "mean response", "standard kept", "given up", "staff held"], rows)
}

/// What became of the errors that departments made.
pub(super) fn defects(results: &Results) -> Table {
    let rows = results.defects.iter().map(|defects| {
        let found = defects.found.iter().filter(|by| by.found.mean > 0.0);
        let found: Vec<_> = found.map(|by| format!("{:.0} by {}", by.found.mean, by.department)).collect();
        vec![
            defects.department.clone(),
            brief(defects.made),
            if found.is_empty() { "-".to_owned() } else { found.join(", ") },
            brief(defects.reached),
            format!("{:.0}", defects.complaints.mean),
            format!("{:.0}", defects.cost.mean),
        ]
    });
    Table::new(&["errors of", "made", "found", "reached customers", "complaints", "cost"], rows)
}

/// How busy the people of pools were.
pub(super) fn pools(results: &Results) -> Table {
    let rows = results.pools.iter().map(|pool| {
        vec![pool.name.clone(), pool.staff.to_string(), or_dash(pool.utilization.as_ref(), percent)]
    });
    Table::new(&["pool", "staff", "utilization"], rows)
}

/// What the cases of each class cost, where the model has prices for them.
pub(super) fn customer_costs(results: &Results) -> Table {
    let priced = results.classes.iter().filter_map(|class| Some((class, class.cost?)));
    let rows = priced.filter(|(_, cost)| cost.total.mean > 0.0).map(|(class, cost)| {
        let money = [cost.delay, cost.lost, cost.promises, cost.defects].map(money);
        [vec![class.name.clone()], money.to_vec(), vec![brief(cost.total)]].concat()
    });
    Table::new(&["cost of", "delay", "customers lost", "promises broken", "errors", "all"], rows)
}

fn money(cost: Estimate) -> String {
    format!("{:.0}", cost.mean)
}

/// What people and expenses cost, and everything together.
pub(super) fn other_costs(results: &Results) -> Table {
    let Some(costs) = &results.costs else { return Table::default() };
    let staff = costs.staff.iter().map(|staff| {
        let parts = [staff.cost.idle, staff.cost.busy, staff.cost.overtime].map(money);
        [vec![format!("staff of {}", staff.home)], parts.to_vec(), vec![brief(staff.cost.total)]].concat()
    });
    let sum = |name: &str, cost: Estimate| {
        let dash = || "-".to_owned();
        vec![name.to_owned(), dash(), dash(), dash(), brief(cost)]
    };
    let expenses = costs.expenses.iter().map(|expense| sum(&expense.name, expense.cost));
    let customers =
        (costs.all_customers.total.mean > 0.0).then(|| sum("customers", costs.all_customers.total));
    let rows = staff.chain(expenses).chain(customers).chain([sum("everything", costs.total)]);
    Table::new(&["cost of", "idle", "busy", "overtime", "all"], rows)
}
