//! The rules for classes.

use super::parts::LAST_PRIORITY;
use super::{Check, place};
use crate::model::Class;
use crate::time::Span;

/// The most rises of one class.
const MOST_RISES: usize = 16;

impl<'m> Check<'m> {
    /// Checks every class by itself.
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
                if turn.into == class.name {
                    self.add(place, "it turns into itself");
                }
            }
        }
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
}
