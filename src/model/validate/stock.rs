//! The rules for stock: how it is used, and who brings more.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::asking::growth_rate;
use super::rules::MOST_COUNTED;
use super::{Check, listed, place, shown, tidy};
use crate::model::flow::Follows;
use crate::model::{Department, Hoarding, Policy, Source, Stock, Supply, Use};

/// The most supplies of one stock.
const MOST_SUPPLIES: usize = 100;

/// The largest number of uses and raids x classes: the engine keeps a table of them.
const MOST_USES: u64 = 5_000_000;

impl<'m> Check<'m> {
    /// Checks every stock by itself.
    pub(super) fn stocks(&mut self) {
        for stock in &self.model().stocks {
            let place = place("stock", &stock.name);
            if stock.initial > MOST_COUNTED {
                let rule =
                    format!("{} are there at the start, must be at most {MOST_COUNTED}", stock.initial);
                self.add(place, rule);
            }
            if stock.supplies.len() > MOST_SUPPLIES {
                let rule =
                    format!("it has {} supplies, must be at most {MOST_SUPPLIES}", stock.supplies.len());
                self.add(place, rule);
                continue;
            }
            for (supply, number) in stock.supplies.iter().zip(1..) {
                self.supply(&format!("{place}, supply {number}"), supply);
            }
        }
        self.uses_in_all();
        self.made_from_itself();
    }

    fn supply(&mut self, place: &str, supply: &'m Supply) {
        match supply.policy {
            Policy::Periodic { every, first, up_to } => {
                self.positive(place, "time between reviews", every);
                if let Some(first) = first {
                    self.time_of_run(place, "first review", first);
                }
                self.counted(place, "level that is ordered up to", up_to);
            }
            Policy::Reorder { at, quantity } | Policy::Alert { at, quantity } => {
                self.level_and_quantity(place, at, quantity);
            }
        }
        match &supply.source {
            Source::Outside { lead_time } => {
                self.times(place, "lead time", lead_time);
            }
            Source::Department { department, class, service, transfer } => {
                self.department_exists(place, department);
                self.class_exists(place, class);
                for (what, times) in [("service time", service), ("transfer time", transfer)] {
                    if let Some(times) = times {
                        self.times(place, what, times);
                    }
                }
            }
        }
    }

    fn level_and_quantity(&mut self, place: &str, at: u32, quantity: u32) {
        if at > MOST_COUNTED {
            self.add(place, format!("the level is {at}, must be at most {MOST_COUNTED}"));
        }
        self.counted(place, "quantity", quantity);
    }

    /// Checks what the work of a department uses up.
    pub(super) fn uses(&mut self, place: impl Display + Copy, department: &'m Department) {
        let mut seen: HashMap<&str, HashSet<Option<&str>>> = HashMap::new();
        for used in &department.uses {
            let name = shown(&used.stock);
            let whom = used.class.as_ref().map(|class| format!(" by {}", shown(class))).unwrap_or_default();
            let place = format!("{place}, use of {name}{whom}");
            self.stock_exists(&place, &used.stock);
            if let Some(class) = &used.class {
                self.class_exists(&place, class);
            }
            let classes = seen.entry(&used.stock).or_default();
            if !classes.insert(used.class.as_deref()) {
                self.add(&place, "it is given more than once");
            } else if classes.len() > 1 && classes.contains(&None) {
                self.add(&place, "it is given for all classes and for one; name the class each time");
            }
            self.counted(&place, "quantity", used.quantity);
            self.raids(&place, used);
            self.is_ever_enough(&place, used);
            if let Some(Hoarding { extra, most, trust_after }) = &used.hoarding {
                self.counted(&place, "number taken extra", *extra);
                self.counted(&place, "number hidden at most", *most);
                self.positive(&place, "time after which the department trusts again", *trust_after);
            }
        }
    }

    fn raids(&mut self, place: &str, used: &'m Use) {
        let mut seen = HashSet::new();
        for raided in &used.raids {
            self.stock_exists(place, raided);
            if *raided == used.stock {
                self.add(place, "only other stocks can be raided");
            }
            if !seen.insert(raided) {
                self.add(place, format!("the raid on {} is given more than once", shown(raided)));
            }
        }
    }

    /// Checks that a visit can ever have what it needs.
    fn is_ever_enough(&mut self, place: &str, used: &'m Use) {
        let Some(stock) = self.resolved.stock(&used.stock) else { return };
        let most = most_on_shelf(&self.model().stocks[stock as usize]);
        if let Some(most) = most.filter(|&most| used.raids.is_empty() && most < used.quantity.into()) {
            let rule =
                format!("a visit needs {}, but there are never more than {most} on the shelf", used.quantity);
            self.add(place, rule);
        }
    }

    fn stock_exists(&mut self, place: impl Display, name: &str) {
        if self.resolved.stock(name).is_none() {
            let known = self.known(self.model().stocks.iter().map(|stock| stock.name.as_str()));
            self.unknown(place, "stock", name, known);
        }
    }

    fn uses_in_all(&mut self) {
        let classes = self.resolved.classes.len() as u64;
        let uses = self.model().departments.iter().flat_map(|department| &department.uses);
        let rows = uses.map(|used| {
            (1 + used.raids.len() as u64).saturating_mul(if used.class.is_some() { 1 } else { classes })
        });
        let rows = rows.fold(0, u64::saturating_add);
        if rows > MOST_USES {
            let rule = format!("uses of stock and raids, by class, are {rows}, must be at most {MOST_USES}");
            self.add("model", rule);
        }
    }

    /// Finds stocks whose orders can never be served, as they need it themselves, or use up as much as they bring.
    fn made_from_itself(&mut self) {
        let model = self.model();
        // Which stocks the work on orders of each needs, and how many for each that it brings.
        let mut needs: Vec<(u32, u32, f64)> = Vec::new();
        let mut has_some: Vec<bool> = model.stocks.iter().map(|stock| stock.initial > 0).collect();
        for (stock, from) in model.stocks.iter().zip(0..) {
            for supply in &stock.supplies {
                let Source::Department { department, class, .. } = &supply.source else {
                    has_some[from as usize] = true;
                    continue;
                };
                let Some(department) = self.resolved.department(department) else { return };
                let brings = match supply.policy {
                    Policy::Periodic { up_to, .. } => up_to,
                    Policy::Reorder { quantity, .. } | Policy::Alert { quantity, .. } => quantity,
                };
                let of_class = |used: &&Use| used.class.as_ref().is_none_or(|name| name == class);
                for used in model.departments[department as usize].uses.iter().filter(of_class) {
                    let Some(to) = self.resolved.stock(&used.stock) else { return };
                    needs.push((from, to, f64::from(used.quantity) / f64::from(brings.max(1))));
                }
            }
        }
        let mut graph = DiGraph::<(), ()>::new();
        model.stocks.iter().for_each(|_| {
            graph.add_node(());
        });
        graph.extend_with_edges(needs.iter().map(|&(from, to, _)| (from, to)));
        for members in kosaraju_scc(&graph) {
            let members: Vec<u32> = members.into_iter().map(|node| node.index() as u32).collect();
            let place_of: HashMap<u32, u32> = members.iter().copied().zip(0..).collect();
            let mut inside: HashMap<(u32, u32), f64> = HashMap::new();
            for &(from, to, share) in &needs {
                if let (Some(&from), Some(&to)) = (place_of.get(&from), place_of.get(&to)) {
                    let most = inside.entry((from, to)).or_default();
                    *most = most.max(share);
                }
            }
            if inside.is_empty() {
                continue;
            }
            let names = members.iter().map(|&stock| model.stocks[stock as usize].name.as_str());
            let circle = listed("stock", "stocks", names);
            let mut follows: Vec<Follows> = inside
                .into_iter()
                .map(|((from, to), probability)| Follows { from, to, probability })
                .collect();
            follows.sort_unstable_by_key(|follows| (follows.from, follows.to));
            let rate = growth_rate(members.len(), &follows);
            if rate > 1.0 - 1e-9 {
                let rule = format!(
                    "the work on orders uses up {} for each that it brings, must be less than 1",
                    tidy(rate)
                );
                self.add(&circle, rule);
            } else if !members.iter().any(|&stock| has_some[stock as usize]) {
                self.add(&circle, "the work on orders needs some of it, and there is none at the start");
            }
        }
    }
}

/// The most that may ever be on the shelf, where that is bounded whatever is owed.
fn most_on_shelf(stock: &Stock) -> Option<u64> {
    let mut most = 0_u64;
    for supply in &stock.supplies {
        let Policy::Alert { at, quantity } = supply.policy else { return None };
        most += u64::from(at) + u64::from(quantity);
    }
    Some(most.max(stock.initial.into()))
}
