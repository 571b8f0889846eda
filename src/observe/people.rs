//! What people do with their time, in full models.

use std::mem::discriminant;

use super::statistics::clip;
use crate::engine::{Observer, Occupation, Room, Stay};
use crate::plan::{FullPlan, NONE, Plan};
use crate::time::Tick;

/// Person-ticks in the window of the people of one home, by what they do. The first eight sum to all
/// there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StaffTime {
    pub serving: u128,
    pub held: u128,
    pub setting_up: u128,
    pub blocked: u128,
    pub reserved: u128,
    pub idle: u128,
    pub absent: u128,
    pub off: u128,
    /// Of these: after the end of their shift; and of that, serving or setting up.
    pub late: u128,
    pub late_at_work: u128,
    /// Of those serving or setting up: in departments other than their own.
    pub helping: u128,
}

impl StaffTime {
    fn add(&mut self, ticks: u128, doing: &Doing, helping: bool) {
        let sum = match doing.occupation {
            Occupation::Off => &mut self.off,
            Occupation::Absent => &mut self.absent,
            Occupation::Idle => &mut self.idle,
            Occupation::Serving { .. } | Occupation::Sharing => &mut self.serving,
            Occupation::Held { .. } => &mut self.held,
            Occupation::SettingUp { .. } => &mut self.setting_up,
            Occupation::Blocked { .. } => &mut self.blocked,
            Occupation::Reserved { .. } => &mut self.reserved,
        };
        *sum += ticks;
        if doing.late {
            self.late += ticks;
            self.late_at_work += if is_work(doing.occupation) { ticks } else { 0 };
        }
        if helping {
            self.helping += ticks;
        }
    }

    /// The time on shift, absence and overtime included.
    pub fn on_shift(&self) -> u128 {
        self.serving + self.setting_up + self.held + self.blocked + self.reserved + self.idle + self.absent
    }

    /// All time there was.
    #[cfg(test)]
    fn total(&self) -> u128 {
        self.on_shift() + self.off
    }
}

/// Whether it is serving or setting up.
fn is_work(occupation: Occupation) -> bool {
    use Occupation::{Serving, SettingUp, Sharing};
    matches!(occupation, Serving { .. } | SettingUp { .. } | Sharing)
}

/// What somebody does.
#[derive(Clone, Copy, Debug)]
struct Doing {
    since: Tick,
    occupation: Occupation,
    late: bool,
    home: u32,
    /// The department where they serve or set up.
    department: u32,
}

/// Keeps what people do with their time.
#[derive(Debug)]
pub(crate) struct PeopleStatistics {
    from: Tick,
    classes: u32,
    /// By item: the department it has joined.
    departments: Vec<u32>,
    people: Vec<Doing>,
    /// Those who go on with an item apart, their crew being replaced.
    relieved: Vec<(u32, Doing)>,
    /// By home: its department, or [`NONE`].
    of: Vec<u32>,
    /// By department: the home that it takes its staff from, or [`NONE`].
    staffed_by: Vec<u32>,
    pub homes: Vec<StaffTime>,
    /// By department: person-ticks for which people whose home it is not have served or set up there.
    pub by_others: Vec<u128>,
}

impl PeopleStatistics {
    /// Statistics of a full plan, from `warm_up` on.
    pub fn new(plan: &Plan, full: &FullPlan, warm_up: Tick) -> PeopleStatistics {
        let people = full.homes.iter().zip(0..).flat_map(|(home, at)| {
            let doing =
                Doing { since: 0, occupation: Occupation::Off, late: false, home: at, department: NONE };
            std::iter::repeat_n(doing, home.staff as usize)
        });
        let staffed_by = full.departments.iter().map(|department| {
            department.eligible.iter().find(|eligible| eligible.own).map_or(NONE, |own| own.home)
        });
        PeopleStatistics {
            from: warm_up,
            classes: plan.classes.len() as u32,
            departments: Vec::new(),
            people: people.collect(),
            relieved: Vec::new(),
            of: full.homes.iter().map(|home| home.department).collect(),
            staffed_by: staffed_by.collect(),
            homes: vec![StaffTime::default(); full.homes.len()],
            by_others: vec![0; plan.departments.len()],
        }
    }

    /// Takes in what everybody has done until now.
    pub fn catch_up(&mut self, now: Tick) {
        for person in 0..self.people.len() {
            let doing = self.people[person];
            self.count(now, &doing);
            self.people[person].since = now;
        }
        for apart in 0..self.relieved.len() {
            let doing = self.relieved[apart].1;
            self.count(now, &doing);
            self.relieved[apart].1.since = now;
        }
    }

    /// The run is over.
    pub fn finish(&mut self, now: Tick) {
        self.catch_up(now);
        self.relieved.clear();
    }

    /// Takes in what somebody has done until now.
    #[inline(never)]
    fn count(&mut self, now: Tick, doing: &Doing) {
        let ticks = clip(self.from, doing.since, now);
        if ticks == 0 {
            return;
        }
        let (home, department) = (doing.home as usize, doing.department as usize);
        let somewhere = doing.department != NONE;
        let helping = somewhere && self.staffed_by.get(department) != Some(&doing.home);
        self.homes[home].add(ticks, doing, helping);
        if somewhere
            && self.of[home] != doing.department
            && let Some(time) = self.by_others.get_mut(department)
        {
            *time += ticks;
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, items: usize) {
        self.departments.resize(items, NONE);
    }

    /// Those who go on apart with an item do something else from now on; or go home.
    #[inline(always)]
    fn relieved_do(&mut self, now: Tick, item: u32, occupation: Option<Occupation>) {
        if !self.relieved.is_empty() {
            self.some_relieved_do(now, item, occupation);
        }
    }

    fn some_relieved_do(&mut self, now: Tick, item: u32, occupation: Option<Occupation>) {
        let mut at = 0;
        while let Some(&(with, doing)) = self.relieved.get(at) {
            if with != item {
                at += 1;
                continue;
            }
            self.count(now, &doing);
            match occupation {
                Some(occupation) => {
                    let department = if is_work(occupation) { self.departments[item as usize] } else { NONE };
                    self.relieved[at].1 = Doing { since: now, occupation, department, ..doing };
                    at += 1;
                }
                None => drop(self.relieved.swap_remove(at)),
            }
        }
    }
}

impl Observer for PeopleStatistics {
    fn joined(&mut self, _now: Tick, case: u32, row: u32) {
        let at = case as usize;
        if self.departments.len() <= at {
            self.grow(at + 1);
        }
        self.departments[at] = row / self.classes;
    }

    fn occupied(&mut self, now: Tick, person: u32, occupation: Occupation, late: bool) {
        let department = match occupation {
            Occupation::Serving { item } | Occupation::SettingUp { item } => self.departments[item as usize],
            _ => NONE,
        };
        let doing = &mut self.people[person as usize];
        // Who serves on in the same department goes on as before.
        let same = discriminant(&occupation) == discriminant(&doing.occupation);
        if department != NONE && department == doing.department && late == doing.late && same {
            return;
        }
        let next = Doing { since: now, occupation, late, department, home: doing.home };
        let before = std::mem::replace(doing, next);
        self.count(now, &before);
    }

    fn relieved(&mut self, now: Tick, person: u32, item: u32) {
        let doing = self.people[person as usize];
        self.relieved.push((item, Doing { since: now, late: true, ..doing }));
    }

    fn started(&mut self, now: Tick, case: u32, _row: u32, _staff: u32) {
        self.relieved_do(now, case, Some(Occupation::Serving { item: case }));
    }

    fn asked(&mut self, now: Tick, item: u32, _request: u32, _ask: u32) {
        self.relieved_do(now, item, Some(Occupation::Held { item }));
    }

    fn continued(&mut self, now: Tick, item: u32, _row: u32, _person: u32) {
        self.relieved_do(now, item, Some(Occupation::Serving { item }));
    }

    fn blocked(&mut self, now: Tick, item: u32, _department: u32) {
        self.relieved_do(now, item, None);
    }

    fn let_in(&mut self, now: Tick, item: u32, _room: Room) {
        self.relieved_do(now, item, None);
    }

    fn stayed(&mut self, item: u32, stay: &Stay) {
        self.relieved_do(stay.ended, item, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::plan::compile;
    use crate::time::{Span, minutes};

    /// A department with two people of its own (0 and 1), one that a pool of one (2) serves and the first helps.
    fn plan() -> Plan {
        let model = Model::builder("people")
            .pool("pool", |p| p.staff(1))
            .department("own", |d| d.staff(2).service(minutes(1)))
            .department("shared", |d| d.pool("pool").service(minutes(1)).helpers("own", 1.0))
            .customers("a", |c| c.schedule([Span::ZERO]).enter("own"))
            .customers("b", |c| c.schedule([Span::ZERO]).enter("shared"));
        compile(&model.build().unwrap()).unwrap()
    }

    /// Rows: those of `own` are 0 and 1, those of `shared` 2 and 3.
    fn statistics(from: Tick) -> PeopleStatistics {
        let plan = plan();
        let mut people = PeopleStatistics::new(&plan, plan.full.as_ref().unwrap(), from);
        (0..3).for_each(|person| people.occupied(0, person, Occupation::Idle, false));
        people
    }

    #[test]
    fn time_is_told_by_state_to_the_tick() {
        let mut people = statistics(10);
        people.joined(4, 0, 0);
        people.occupied(4, 0, Occupation::Serving { item: 0 }, false);
        people.joined(11, 1, 3);
        people.occupied(11, 1, Occupation::Serving { item: 1 }, false);
        people.joined(12, 2, 2);
        people.occupied(12, 2, Occupation::Serving { item: 2 }, false);
        people.occupied(20, 0, Occupation::Held { item: 0 }, false);
        people.occupied(26, 0, Occupation::Absent, false);
        people.occupied(30, 0, Occupation::Off, false);
        people.occupied(31, 1, Occupation::Blocked { item: 1 }, true);
        people.occupied(34, 2, Occupation::Reserved { item: 7 }, false);
        people.finish(40);
        let [own, pool] = people.homes[..] else { panic!() };
        let expected = StaffTime {
            serving: 10 + 20,
            setting_up: 0,
            held: 6,
            blocked: 9,
            reserved: 0,
            idle: 1,
            absent: 4,
            off: 10,
            late: 9,
            late_at_work: 0,
            helping: 20,
        };
        assert_eq!(own, expected);
        assert_eq!(pool, StaffTime { serving: 22, reserved: 6, idle: 2, ..StaffTime::default() });
        assert_eq!((own.total(), pool.total()), (60, 30));
        assert_eq!(people.by_others, [0, 42]);
    }

    #[test]
    fn who_is_relieved_goes_on_beside_the_new_crew() {
        let mut people = statistics(0);
        people.joined(0, 0, 0);
        people.occupied(0, 0, Occupation::Serving { item: 0 }, false);
        people.relieved(10, 0, 0);
        people.occupied(10, 0, Occupation::Idle, false);
        people.asked(15, 0, 5, 0);
        people.continued(18, 0, 0, NONE);
        people.blocked(25, 0, 1);
        people.finish(30);
        let own = people.homes[0];
        assert_eq!((own.serving, own.held, own.idle, own.late), (10 + 5 + 7, 3, 20 + 30, 15));
        // Two people for 30, and one for 15 more.
        assert_eq!(own.total(), 75);
    }

    /// A helper sets up, serves, is late with the next setup, and goes.
    #[test]
    fn setting_up_is_a_state_of_its_own() {
        let mut people = statistics(0);
        people.joined(0, 0, 3);
        people.joined(0, 1, 3);
        people.occupied(2, 0, Occupation::SettingUp { item: 0 }, false);
        people.occupied(5, 0, Occupation::Serving { item: 0 }, false);
        people.occupied(11, 0, Occupation::SettingUp { item: 1 }, true);
        people.occupied(15, 0, Occupation::Off, false);
        people.finish(20);
        let own = people.homes[0];
        assert_eq!((own.idle, own.setting_up, own.serving, own.off), (2 + 20, 3 + 4, 6, 5));
        assert_eq!((own.late, own.late_at_work, own.helping), (4, 4, 13));
        assert_eq!((own.total(), people.by_others[1]), (40, 13));
    }
}
