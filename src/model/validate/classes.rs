//! The rules for classes.

use std::collections::HashMap;

use super::parts::LAST_PRIORITY;
use super::{Check, listed, place, shown};
use crate::model::Class;
use crate::time::Span;

/// The most rises of one class.
const MOST_RISES: usize = 16;

impl<'m> Check<'m> {
    /// Checks every class by itself, and that none turns into itself in the end.
    pub(super) fn classes_by_themselves(&mut self) {
        for class in &self.model().classes {
            let place = place("class", &class.name);
            if class.priority > LAST_PRIORITY {
                let rule = format!("the priority is {}, must be at most {LAST_PRIORITY}", class.priority);
                self.add(place, rule);
            }
            self.money(place, "cost of delay", class.delay_cost);
            self.money(place, "cost of a lost customer", class.lost_cost);
            self.money(place, "cost of a broken promise", class.broken_promise_cost);
            self.rises(class);
            if let Some(turn) = &class.turns {
                self.class_exists(place, &turn.into);
                self.positive(place, "time after which it turns", turn.after);
            }
        }
        self.turns_in_a_circle();
    }

    fn rises(&mut self, class: &'m Class) {
        let place = place("class", &class.name);
        if class.rises.len() > MOST_RISES {
            let rule = format!("it has {} rises, must be at most {MOST_RISES}", class.rises.len());
            return self.add(place, rule);
        }
        let (mut before, mut rank) = (Span::ZERO, class.priority);
        for rise in &class.rises {
            self.positive(place, "time after which it rises", rise.after);
            if rise.after < before {
                let rule =
                    format!("the rise after {} follows the one after {before}, must be later", rise.after);
                self.add(place, rule);
            }
            if rise.priority >= rank {
                let rule = format!(
                    "the rise to priority {} has no effect: it is {rank} already, and 0 is the most urgent",
                    rise.priority
                );
                self.add(place, rule);
            }
            (before, rank) = (before.max(rise.after), rank.min(rise.priority));
        }
    }

    /// Finds classes that turn into each other in a circle: a case would turn without end, as all times count from
    /// when it joined the line.
    fn turns_in_a_circle(&mut self) {
        let turns: HashMap<u32, u32> = self
            .model()
            .classes
            .iter()
            .rev()
            .filter_map(|class| {
                let into = self.resolved.class(&class.turns.as_ref()?.into)?;
                Some((self.resolved.class(&class.name)?, into))
            })
            .collect();
        // By class: in whose walk it was come to.
        let mut walks: HashMap<u32, u32> = HashMap::new();
        for start in 0..self.resolved.classes.len() as u32 {
            let mut at = start;
            while !walks.contains_key(&at) {
                walks.insert(at, start);
                match turns.get(&at) {
                    Some(&into) => at = into,
                    None => break,
                }
            }
            if walks.get(&at) != Some(&start) || !turns.contains_key(&at) {
                continue;
            }
            // A walk that came to itself.
            let mut circle = vec![at];
            let mut next = turns[&at];
            while next != at {
                circle.push(next);
                let Some(&into) = turns.get(&next) else { return };
                next = into;
            }
            let names = circle.into_iter().map(|class| self.resolved.classes[class as usize].name);
            let place = listed("class", "classes", names.collect::<Vec<_>>().into_iter());
            self.add(place, "cases turn into the same class again, without end");
        }
    }
}
