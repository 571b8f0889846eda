//! Who is who among the staff, as records say it.

use serde::{Deserialize, Serialize};

use crate::plan::{HomePlan, NONE, Plan};

/// Which member of staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonId {
    /// Whose staff it is: an index into the model's departments followed by its pools.
    pub home: u32,
    /// The number within that staff, from 0.
    pub number: u32,
}

/// Where people belong, as records say it.
#[derive(Debug)]
pub(super) struct Homes {
    /// Of full models, whose people are numbered over all homes: the number of the first, and the home.
    firsts: Vec<(u32, u32)>,
}

impl Homes {
    /// Those of a plan.
    pub fn of(plan: &Plan) -> Homes {
        let homes = plan.full.iter().flat_map(|full| &full.homes);
        let mut next_pool = plan.departments.len() as u32;
        let first = |home: &HomePlan| {
            let pool = home.department == NONE;
            next_pool += u32::from(pool);
            (home.first_person, if pool { next_pool - 1 } else { home.department })
        };
        Homes { firsts: homes.map(first).collect() }
    }

    /// Who serves in `department`, as the engine numbers people: in it, or over all homes.
    pub fn person(&self, department: u32, staff: u32) -> Option<PersonId> {
        if staff == NONE {
            return None;
        }
        let after = self.firsts.partition_point(|&(first, _)| first <= staff);
        Some(match after.checked_sub(1) {
            Some(at) => PersonId { home: self.firsts[at].1, number: staff - self.firsts[at].0 },
            None => PersonId { home: department, number: staff },
        })
    }
}
