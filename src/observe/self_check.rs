//! Whether the engine keeps its own rule about idle staff.

use crate::engine::{Observer, Visit};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// Checks that no member of staff is idle while somebody waits whom they could serve.
#[derive(Debug)]
pub(crate) struct SelfCheck<'p> {
    plan: &'p Plan,
    /// By department: cases waiting, people serving.
    state: Vec<(u32, u32)>,
    touched: Vec<usize>,
    /// What was found, the first time.
    pub violation: Option<String>,
}

impl<'p> SelfCheck<'p> {
    /// Checks a run of a plan.
    pub fn new(plan: &'p Plan) -> SelfCheck<'p> {
        let state = vec![(0, 0); plan.departments.len()];
        SelfCheck { plan, state, touched: Vec::new(), violation: None }
    }

    fn department(&mut self, row: u32) -> &mut (u32, u32) {
        let department = self.plan.department_of(row);
        self.touched.push(department);
        &mut self.state[department]
    }
}

impl Observer for SelfCheck<'_> {
    fn joined(&mut self, _now: Tick, _case: u32, row: u32) {
        self.department(row).0 += 1;
    }

    fn started(&mut self, _now: Tick, _case: u32, row: u32, staff: u32) {
        let state = self.department(row);
        state.0 -= 1;
        state.1 += u32::from(staff != NONE);
    }

    fn served(&mut self, _case: u32, visit: &Visit) {
        let finite = self.plan.departments[self.plan.department_of(visit.row)].staff.is_some();
        self.department(visit.row).1 -= u32::from(finite);
    }

    fn reneged(&mut self, _now: Tick, _case: u32, row: u32, _joined: Tick) {
        self.department(row).0 -= 1;
    }

    fn settled(&mut self, now: Tick) {
        while let Some(department) = self.touched.pop() {
            let (waiting, serving) = self.state[department];
            let of = &self.plan.departments[department];
            if waiting > 0 && of.staff.is_none_or(|staff| serving < staff) && self.violation.is_none() {
                let name = &of.name;
                self.violation = Some(format!(
                    "at tick {now}, {waiting} cases wait at `{name}` while only {serving} of its people serve"
                ));
            }
        }
    }
}
