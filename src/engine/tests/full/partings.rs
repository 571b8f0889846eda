//! Adds forks to a random model. Each has departments of its own, which lead nowhere but to its join.

use std::collections::BTreeSet;

use super::extras::Parting;
use super::models::{Desk, Finds, Sketch};
use crate::model::{
    Branch, Department, Detection, Fork, ForkOrder, Found, Handoff, Late, Model, ProbabilityFor,
};

impl Sketch {
    pub fn add_forks(&self, model: &mut Model) {
        let mut forked = BTreeSet::new();
        for (number, parting) in self.extras.forks.iter().enumerate() {
            let from = parting.from.index(model.departments.len());
            let from = model.departments[from].name.clone();
            if forked.insert(from.clone()) {
                self.add_fork(model, number, &from, parting);
            }
        }
    }

    fn add_fork(&self, model: &mut Model, number: usize, from: &str, parting: &Parting) {
        let join = format!("j{number}");
        let names: Vec<String> =
            (0..parting.branches.len()).map(|branch| format!("b{number}-{branch}")).collect();
        let desks = names.iter().zip(parting.branches.iter().map(|branch| &branch.0));
        let mut own: Vec<Department> =
            desks.chain([(&join, &parting.join)]).map(|(name, desk)| self.inner_desk(name, desk)).collect();
        Self::find_own_defects(&mut own, &parting.finds);
        model.departments.extend(own);
        let but = parting.but.as_ref().map(|class| self.class(class)).filter(|_| model.classes.len() > 1);
        Self::hand_over_from_join(model, from, &join, but.as_deref());
        for (at, name) in names.iter().enumerate() {
            let to = if at == 0 && parting.through { &names[1] } else { &join };
            model.handoffs.push(Handoff::new(name.as_str(), to.as_str()));
        }
        let classes = model.classes.iter().map(|class| class.name.clone());
        let branch = |(name, (_, becomes, transfer)): (&String, &(Desk, Option<_>, Option<_>))| Branch {
            to: name.clone(),
            becomes: becomes.as_ref().map(|class| self.class(class)),
            transfer: self.maybe(transfer),
        };
        model.forks.push(Fork {
            from: from.into(),
            classes: classes.filter(|class| but.is_some() && Some(class) != but.as_ref()).collect(),
            branches: names.iter().zip(&parting.branches).map(branch).collect(),
            join,
            needed: parting.needed.as_ref().map(|needed| 1 + needed.index(names.len()) as u32),
            order: if parting.random { ForkOrder::Random } else { ForkOrder::Listed },
            late: if parting.finishes { Late::Finished } else { Late::Withdrawn },
        });
    }

    /// A department inside a fork: nobody goes elsewhere from it.
    fn inner_desk(&self, name: &str, desk: &Desk) -> Department {
        let desk = Desk { needed: 1, detects: Vec::new(), ..desk.clone() };
        Department { renege_to: None, ..self.desk(name, &desk) }
    }

    /// Defects of the departments inside are found inside only.
    fn find_own_defects(own: &mut [Department], finds: &[(proptest::sample::Index, Finds)]) {
        let makers: Vec<String> =
            own.iter().filter(|department| department.errors.is_some()).map(|at| at.name.clone()).collect();
        for (at, finds) in finds.iter().filter(|_| !makers.is_empty()) {
            let at = at.index(own.len());
            let made_by = Some(makers[finds.to.index(makers.len())].clone());
            // Parts that are returned to the join would not come to it by a handoff.
            let to_join = made_by == own.last().map(|join| join.name.clone());
            if !to_join && own[at].detects.iter().all(|other| other.made_by != made_by) {
                own[at].detects.push(Detection {
                    made_by,
                    probability: finds.probability,
                    then: if finds.then == 1 { Found::TurnAway } else { Found::Return },
                    transfer: None,
                    back: finds.back,
                });
            }
        }
    }

    /// The ways on lead from the join now, and from where they did for a class that does not fork.
    fn hand_over_from_join(model: &mut Model, from: &str, join: &str, but: Option<&str>) {
        let ways: Vec<Handoff> = model.handoffs.iter().filter(|way| way.from == from).cloned().collect();
        model.handoffs.retain(|way| way.from != from);
        for way in ways {
            if let Some(class) = but {
                let probability = way.probability.unwrap_or(1.0);
                let only = ProbabilityFor { class: class.into(), probability };
                model.handoffs.push(Handoff {
                    probability: None,
                    probability_for: vec![only],
                    ..way.clone()
                });
            }
            model.handoffs.push(Handoff { from: join.into(), ..way });
        }
    }
}
