//! Whether the engine keeps its own rule about idle staff.

use crate::engine::{End, Observer, Occupation, Stay, Visit};
use crate::plan::{FullPlan, NONE, Plan};
use crate::time::Tick;

/// Checks that no member of staff is idle while somebody waits whom they could serve.
///
/// In full models requests wait like cases, and people count as idle until they go: only where a wait
/// and an idle person who may end it overlap for some time is the rule broken. Where work begins at given times only
/// nothing is checked; where it is done in batches, too few may wait.
#[derive(Debug)]
pub(crate) struct SelfCheck<'p> {
    plan: &'p Plan,
    /// By department: items waiting, people serving.
    state: Vec<(u32, u32)>,
    touched: Vec<usize>,
    people: Option<People<'p>>,
    /// What was found, the first time.
    pub violation: Option<String>,
}

/// What else there is to know of a full model.
#[derive(Debug)]
struct People<'p> {
    full: &'p FullPlan,
    /// By item: the department in whose line it stands, or [`NONE`].
    in_line: Vec<u32>,
    /// By person: whether they are idle. And how many are, by home.
    idle: Vec<bool>,
    idle_at: Vec<u32>,
    /// What breaks the rule if it lasts, and since when it has been so.
    suspect: Option<(Tick, String)>,
}

impl<'p> SelfCheck<'p> {
    /// Checks a run of a plan.
    pub fn new(plan: &'p Plan) -> SelfCheck<'p> {
        let state = vec![(0, 0); plan.departments.len()];
        let people = plan.full.as_ref().map(|full| People {
            full,
            in_line: Vec::new(),
            idle: vec![false; plan.staff as usize],
            idle_at: vec![0; full.homes.len()],
            suspect: None,
        });
        SelfCheck { plan, state, touched: Vec::new(), people, violation: None }
    }

    fn department(&mut self, row: u32) -> &mut (u32, u32) {
        let department = self.plan.department_of(row);
        self.touched.push(department);
        &mut self.state[department]
    }

    /// An item of a full model stands in line in a department from now on, or in none.
    fn lines_up(&mut self, item: u32, department: u32) {
        let Some(people) = &mut self.people else { return };
        let at = item as usize;
        if people.in_line.len() <= at {
            people.in_line.resize(at + 1, NONE);
        }
        let before = std::mem::replace(&mut people.in_line[at], department);
        if let Some(state) = self.state.get_mut(before as usize) {
            state.0 -= 1;
        }
        if let Some(state) = self.state.get_mut(department as usize) {
            state.0 += 1;
        }
    }

    fn settled_plainly(&mut self, now: Tick) {
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

impl People<'_> {
    /// What breaks the rule if it lasts.
    fn suspect(&self, plan: &Plan, waiting: &[(u32, u32)]) -> Option<String> {
        let lines = waiting.iter().zip(&plan.departments).zip(&self.full.departments);
        lines.filter(|((waiting, _), _)| waiting.0 > 0).find_map(|((waiting, department), full)| {
            let least = full.batch.map_or(1, |batch| batch.least);
            if full.slots.is_some() || waiting.0 < least {
                return None;
            }
            let idle = full.eligible.iter().find(|eligible| self.idle_at[eligible.home as usize] > 0);
            let home = idle.map(|idle| &self.full.homes[idle.home as usize].name);
            let (count, name) = (waiting.0, &department.name);
            match home {
                Some(home) => Some(format!("{count} wait at `{name}` while somebody of `{home}` is idle")),
                None if full.eligible.is_empty() => {
                    Some(format!("{count} wait at `{name}`, whose staff is infinite"))
                }
                None => None,
            }
        })
    }
}

impl Observer for SelfCheck<'_> {
    fn joined(&mut self, _now: Tick, case: u32, row: u32) {
        match &self.people {
            None => self.department(row).0 += 1,
            Some(_) => self.lines_up(case, self.plan.department_of(row) as u32),
        }
    }

    fn started(&mut self, _now: Tick, case: u32, row: u32, staff: u32) {
        if self.people.is_some() {
            return self.lines_up(case, NONE);
        }
        let state = self.department(row);
        state.0 -= 1;
        state.1 += u32::from(staff != NONE);
    }

    fn served(&mut self, _case: u32, visit: &Visit) {
        let finite = self.plan.departments[self.plan.department_of(visit.row)].staff.is_some();
        self.department(visit.row).1 -= u32::from(finite);
    }

    fn reneged(&mut self, _now: Tick, case: u32, row: u32, _joined: Tick) {
        match &self.people {
            None => self.department(row).0 -= 1,
            Some(_) => self.lines_up(case, NONE),
        }
    }

    fn requeued(&mut self, _now: Tick, item: u32, row: u32) {
        self.lines_up(item, self.plan.department_of(row) as u32);
    }

    fn continued(&mut self, _now: Tick, item: u32, _row: u32, _person: u32) {
        self.lines_up(item, NONE);
    }

    fn given_up(&mut self, _now: Tick, _item: u32, request: u32, _ask: u32, _asked: Tick, begun: bool) {
        // What is begun may stand in line again.
        if !begun {
            self.lines_up(request, NONE);
        }
    }

    fn stayed(&mut self, item: u32, _stay: &Stay) {
        self.lines_up(item, NONE);
    }

    fn sets_up(&mut self, _now: Tick, item: u32, _row: u32, _person: u32) {
        self.lines_up(item, NONE);
    }

    /// It waits beside the line.
    fn is_short(&mut self, _now: Tick, item: u32, _stock: u32) {
        self.lines_up(item, NONE);
    }

    fn withdrawn(&mut self, _now: Tick, part: u32) {
        self.lines_up(part, NONE);
    }

    fn part_lost(&mut self, _now: Tick, part: u32, _end: End, _decides: bool) {
        self.lines_up(part, NONE);
    }

    fn occupied(&mut self, _now: Tick, person: u32, occupation: Occupation, _late: bool) {
        let Some(people) = &mut self.people else { return };
        let idle = occupation == Occupation::Idle;
        let before = std::mem::replace(&mut people.idle[person as usize], idle);
        let count = &mut people.idle_at[people.full.home_of(person)];
        *count = *count + u32::from(idle) - u32::from(before);
    }

    fn settled(&mut self, now: Tick) {
        let Some(people) = &mut self.people else { return self.settled_plainly(now) };
        if let Some((since, what)) = people.suspect.take().filter(|(since, _)| *since < now) {
            self.violation.get_or_insert_with(|| format!("from tick {since} to {now}, {what}"));
        }
        people.suspect = people.suspect(self.plan, &self.state).map(|what| (now, what));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::plan::compile;
    use crate::time::{Span, minutes};

    fn plan() -> Plan {
        let model = Model::builder("shared")
            .pool("pool", |p| p.staff(1))
            .department("desk", |d| d.pool("pool").service(minutes(1)))
            .customers("a", |c| c.schedule([Span::ZERO]).enter("desk"));
        compile(&model.build().unwrap()).unwrap()
    }

    #[test]
    fn an_idle_person_and_a_wait_must_not_overlap() {
        let plan = plan();
        let mut check = SelfCheck::new(&plan);
        check.occupied(0, 0, Occupation::Idle, false);
        check.joined(5, 0, 0);
        // At the instant at which somebody goes, they may be idle.
        check.settled(5);
        check.occupied(5, 0, Occupation::Off, false);
        check.settled(5);
        check.settled(6);
        assert_eq!(check.violation, None);
        check.occupied(7, 0, Occupation::Idle, false);
        check.settled(7);
        check.settled(8);
        let text = "from tick 7 to 8, 1 wait at `desk` while somebody of `pool` is idle";
        assert_eq!(check.violation.as_deref(), Some(text));
    }

    #[test]
    fn who_is_back_in_line_waits() {
        let plan = plan();
        let mut check = SelfCheck::new(&plan);
        check.joined(0, 0, 0);
        check.started(0, 0, 0, 0);
        check.occupied(0, 0, Occupation::Serving { item: 0 }, false);
        check.requeued(3, 0, 0);
        check.occupied(3, 0, Occupation::Idle, false);
        check.settled(3);
        check.continued(4, 0, 0, 0);
        check.settled(4);
        assert_eq!(
            check.violation.as_deref(),
            Some("from tick 3 to 4, 1 wait at `desk` while somebody of `pool` is idle")
        );
        let mut check = SelfCheck::new(&plan);
        check.joined(0, 1, 0);
        check.given_up(0, 0, 1, 0, 0, false);
        check.occupied(0, 0, Occupation::Idle, false);
        check.settled(0);
        check.settled(1);
        assert_eq!(check.violation, None);
    }
}
