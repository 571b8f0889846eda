//! Finding the states that cases reach, by moves and by detours.

use std::collections::{BTreeSet, HashMap};

use super::{Answer, By, Detour, Flow, Follows, Move, Source, State, UNREACHED, Why, is_zero};
use crate::model::resolve::{Question, Resolved, Target};
use crate::model::{Found, WayBack};

/// Finds what can be reached. Each state is looked at once for its moves, and again whenever cases turn
/// out to bring more defects there.
pub(super) struct Explorer<'r, 'm> {
    resolved: &'r Resolved<'m>,
    /// Whether complaints count as reached.
    complaints: bool,
    flow: Flow,
    detours: BTreeSet<Detour>,
    /// States looked at that have to be looked at again.
    open: Vec<u32>,
    answers: HashMap<State, u32>,
    /// Per class, the one that it turns into while it waits.
    turns: Vec<Option<u32>>,
    /// Per fork, the defects that its parts may bring to where they meet.
    met: Vec<u64>,
}

impl<'r, 'm> Explorer<'r, 'm> {
    pub(super) fn new(resolved: &'r Resolved<'m>, complaints: bool) -> Explorer<'r, 'm> {
        let classes = resolved.classes.len() as u32;
        let flow = Flow {
            states: Vec::new(),
            first: Vec::new(),
            moves: Vec::new(),
            detours: Vec::new(),
            brings: Vec::new(),
            answers: Vec::new(),
            follows: Vec::new(),
            joined: vec![Vec::new(); resolved.forks.len()],
            numbers: vec![UNREACHED; resolved.model.departments.len() * classes as usize],
            parts: HashMap::new(),
            classes,
        };
        let mut turns = vec![None; classes as usize];
        for class in &resolved.model.classes {
            let into = class.turns.as_ref().and_then(|turn| resolved.class(&turn.into));
            if let (Some(class), Some(into)) = (resolved.class(&class.name), into) {
                turns[class as usize].get_or_insert(into);
            }
        }
        Explorer {
            resolved,
            turns,
            met: vec![0; resolved.forks.len()],
            complaints,
            flow,
            detours: BTreeSet::new(),
            open: Vec::new(),
            answers: HashMap::new(),
        }
    }

    /// All that can be reached from `starts`.
    pub(super) fn explore(mut self, starts: impl IntoIterator<Item = State>) -> Flow {
        starts.into_iter().for_each(|state| {
            self.reach(state, 0);
        });
        loop {
            let number = self.flow.first.len();
            let number = if let Some(&state) = self.flow.states.get(number) {
                self.flow.first.push(self.flow.moves.len() as u32);
                self.add_moves(state);
                self.ask(state);
                number as u32
            } else if let Some(number) = self.open.pop() {
                number
            } else {
                break;
            };
            self.spread(number);
        }
        self.flow.first.push(self.flow.moves.len() as u32);
        self.order();
        self.follow();
        self.flow.detours = self.detours.into_iter().collect();
        self.flow
    }

    fn add_moves(&mut self, state: State) {
        if state.straight_back {
            return self.flow.moves.push(Move { probability: 1.0, to: None, by: By::Back });
        }
        if let Some(fork) = self.resolved.fork(state.department, state.class) {
            return self.add_parts(state, fork);
        }
        let mut applies = false;
        for (handoff, probability) in self.resolved.routes_for(state.department, state.class) {
            applies = true;
            if !probability.is_nan() && probability > 0.0 {
                self.add_handoff(state, handoff, probability);
            }
        }
        if !applies {
            self.flow.moves.push(Move { probability: 1.0, to: None, by: By::Leaving });
        }
    }

    /// Adds the ways of a handoff. What goes to the shortest of several queues counts as evenly spread.
    fn add_handoff(&mut self, state: State, handoff: u32, probability: f64) {
        let route = &self.resolved.routes[handoff as usize];
        let first = match route.target {
            Target::Exit | Target::Unknown => {
                return self.flow.moves.push(Move { probability, to: None, by: By::Handoff(handoff) });
            }
            Target::Department(department) => department,
        };
        let probability = probability / (1 + route.or_shorter.len()) as f64;
        let meets = state.part_of.map(|fork| self.resolved.forks[fork as usize].join);
        for department in [first].into_iter().chain(route.or_shorter.iter().copied()) {
            let (to, by) = if meets == Some(department) {
                (None, By::Meeting(handoff))
            } else {
                let class = route.becomes.unwrap_or(state.class);
                let to = self.reach(State { class, ..state.at(department) }, 0);
                (Some(to), By::Handoff(handoff))
            };
            self.flow.moves.push(Move { probability, to, by });
        }
    }

    fn add_parts(&mut self, state: State, fork: u32) {
        let parting = &self.resolved.forks[fork as usize];
        for (&(department, becomes), branch) in parting.branches.iter().zip(0..) {
            let class = becomes.unwrap_or(state.class);
            let part = State { part_of: Some(fork), ..State::of_case(department, class) };
            let to = (department != parting.join).then(|| self.reach(part, 0));
            self.flow.moves.push(Move { probability: 1.0, to, by: By::Branch { fork, branch } });
        }
        let met = self.met[fork as usize];
        let joined = self.reach(state.at(parting.join), met);
        self.flow.joined[fork as usize].push(joined);
        self.flow.moves.push(Move { probability: 1.0, to: Some(joined), by: By::Join(fork) });
    }

    /// Notes that cases reach `state` with some defects. Gives its number.
    fn reach(&mut self, state: State, brings: u64) -> u32 {
        let flow = &mut self.flow;
        let slot = match state.part_of {
            None => &mut flow.numbers[(state.department * flow.classes + state.class) as usize],
            Some(_) => flow.parts.entry(state).or_insert(UNREACHED),
        };
        if *slot == UNREACHED {
            *slot = flow.states.len() as u32;
            flow.states.push(state);
            flow.brings.push(brings);
            return *slot;
        }
        let number = *slot as usize;
        if flow.brings[number] | brings != flow.brings[number] {
            flow.brings[number] |= brings;
            if number < flow.first.len() {
                self.open.push(number as u32);
            }
        }
        *slot
    }

    /// Hands the defects that cases bring to state `number`, and those that are made there, to where they go.
    fn spread(&mut self, number: u32) {
        let state = self.flow.states[number as usize];
        let brings = self.flow.brings[number as usize];
        self.renege(number, state, brings);
        self.turn(number, state, brings);
        if self.resolved.makers.is_empty() {
            return;
        }
        let mut unseen = brings;
        for (maker, bit) in bits().enumerate().filter(|&(_, bit)| brings & bit != 0) {
            if self.find(number, state, maker, brings & !bit, brings) {
                unseen &= !bit;
            }
        }
        let takes = unseen | self.makes(state, brings);
        let first = self.flow.first[number as usize];
        let next = self.flow.first.get(number as usize + 1).copied();
        for at in first..next.unwrap_or(self.flow.moves.len() as u32) {
            let step = self.flow.moves[at as usize];
            match (step.to, state.part_of) {
                // The parts take along what the case has.
                (Some(_), _) if matches!(step.by, By::Join(_)) => {}
                (Some(to), _) => {
                    self.reach(self.flow.states[to as usize], takes);
                }
                (None, part_of) => match (step.by, part_of) {
                    (By::Branch { fork, .. }, _) | (By::Meeting(_), Some(fork)) => self.meet(fork, takes),
                    // Parts are not complained about.
                    (_, None) => self.complain(state.class, takes),
                    (_, Some(_)) => {}
                },
            }
        }
        let back: Vec<u32> = self
            .detours
            .range(Detour { from: number, to: None, why: Why::Returned, maker: None, takes_time: false }..)
            .take_while(|detour| detour.from == number)
            .filter(|detour| detour.why == Why::Back)
            .filter_map(|detour| detour.to)
            .collect();
        for to in back {
            self.reach(self.flow.states[to as usize], takes);
        }
    }

    /// Parts of `fork` come to where they meet with some defects.
    fn meet(&mut self, fork: u32, brings: u64) {
        self.met[fork as usize] |= brings;
        for joined in self.flow.joined[fork as usize].clone() {
            self.reach(self.flow.states[joined as usize], brings);
        }
    }

    /// Cases turn into another class where they wait.
    fn turn(&mut self, from: u32, state: State, brings: u64) {
        let department = &self.resolved.model.departments[state.department as usize];
        let turns = self.turns[state.class as usize].filter(|_| department.nobody_waits().is_none());
        let Some(class) = turns else { return };
        let to = Some(self.reach(State { class, ..state }, brings));
        self.detours.insert(Detour { from, to, why: Why::Turned, maker: None, takes_time: true });
    }

    fn renege(&mut self, from: u32, state: State, brings: u64) {
        let department = &self.resolved.model.departments[state.department as usize];
        let Some(patience) = department.patience.as_ref().filter(|_| department.nobody_waits().is_none())
        else {
            return;
        };
        let Some(target) = department.renege_to.as_ref().and_then(|name| self.resolved.department(name))
        else {
            return;
        };
        let fork = state.part_of.filter(|&fork| self.resolved.forks[fork as usize].join == target);
        let (to, why) = match fork {
            Some(fork) => {
                self.meet(fork, brings);
                (None, Why::Met)
            }
            None => (Some(self.reach(state.at(target), brings)), Why::Reneged),
        };
        self.detours.insert(Detour { from, to, why, maker: None, takes_time: !is_zero(patience) });
    }

    /// The bit of the defect that the service in `state` may make.
    fn makes(&self, state: State, brings: u64) -> u64 {
        let makers = &self.resolved.makers;
        let Ok(at) = makers.binary_search_by_key(&state.department, |maker| maker.department) else {
            return 0;
        };
        let department = &self.resolved.model.departments[state.department as usize];
        let (Some(errors), Some(bit)) = (&department.errors, bits().nth(at)) else { return 0 };
        let may = |probability: Option<f64>| probability.is_some_and(|probability| probability > 0.0);
        let can_guess = || {
            let mut asked = self.resolved.questions_of(state.department);
            asked.any(|question| {
                question.request.longest_wait.is_some() && question.probability(state.class, false) > 0.0
            })
        };
        let makes = makers[at].probability(state.class) > 0.0
            || (may(errors.if_defective) && brings != 0)
            || (may(errors.after_guess) && can_guess());
        if makes { bit } else { 0 }
    }

    /// What happens where a defect of `maker` is found in `state`, which cases leave `without` it or with
    /// all they have. True if it is found for certain.
    fn find(&mut self, from: u32, state: State, maker: usize, without: u64, with: u64) -> bool {
        let Some(detection) = self.resolved.detection(state.department, maker) else { return false };
        let bit = Some(maker as u8);
        let maker = self.resolved.makers[maker].department;
        if detection.probability.is_nan() || detection.probability <= 0.0 {
            return false;
        }
        let takes_time = detection.transfer.as_ref().is_some_and(|transfer| !is_zero(transfer));
        let (to, why) = match &detection.then {
            Found::Return => {
                let straight_back = detection.back == WayBack::Direct && state.part_of.is_some();
                let to = self.reach(State { straight_back, ..state.at(maker) }, without);
                if detection.back == WayBack::Direct {
                    let back =
                        Detour { from: to, to: Some(from), why: Why::Back, maker: bit, takes_time: false };
                    if self.detours.insert(back) && (to as usize) < self.flow.first.len() {
                        self.open.push(to);
                    }
                }
                (Some(to), Why::Returned)
            }
            Found::SendTo(name) => match self.resolved.department(name) {
                Some(target) => {
                    let brings = if target == maker { without } else { with };
                    (Some(self.reach(state.at(target), brings)), Why::Sent)
                }
                None => return false,
            },
            Found::TurnAway => (None, Why::TurnedAway),
        };
        self.detours.insert(Detour { from, to, why, maker: bit, takes_time });
        detection.probability >= 1.0
    }

    /// Cases of `class` are completed with some defects: their customers may come back.
    fn complain(&mut self, class: u32, defects: u64) {
        let resolved = self.resolved;
        for (maker, bit) in resolved.makers.iter().zip(bits()) {
            let errors = resolved.model.departments[maker.department as usize].errors.as_ref();
            let Some(complaint) = errors.and_then(|errors| errors.complaint.as_ref()) else { continue };
            if !self.complaints
                || defects & bit == 0
                || complaint.probability.is_nan()
                || complaint.probability <= 0.0
            {
                continue;
            }
            let named = complaint.class.as_ref().map_or(Some(class), |name| resolved.class(name));
            if let (Some(class), Some(department)) = (named, resolved.department(&complaint.enter)) {
                self.reach(State::of_case(department, class), 0);
            }
        }
    }

    /// The orders for stock that departments serve.
    fn order(&mut self) {
        let resolved = self.resolved;
        let sources = resolved.model.stocks.iter().flat_map(|stock| &stock.supplies);
        for supply in sources {
            let Source::Department { department, class, service, .. } = &supply.source else { continue };
            if let (Some(department), Some(class)) = (resolved.department(department), resolved.class(class))
            {
                self.answer(State::of_case(department, class), service.is_none());
            }
        }
    }

    /// The requests that come up in work on cases in `state`.
    fn ask(&mut self, state: State) {
        let resolved = self.resolved;
        for question in resolved.questions_of(state.department) {
            if question.probability(state.class, false) > 0.0 {
                self.ask_for(question, state.class);
            }
        }
    }

    /// The requests that come up in answering requests.
    fn follow(&mut self) {
        let resolved = self.resolved;
        let mut next = 0;
        while let Some(&Answer { state, .. }) = self.flow.answers.get(next) {
            for question in resolved.questions_of(state.department) {
                let probability = question.probability(state.class, true);
                if probability > 0.0 {
                    let to = self.ask_for(question, state.class);
                    self.flow.follows.push(Follows { from: next as u32, to, probability });
                }
            }
            next += 1;
        }
    }

    /// The index of the answer to a question that comes up in work of `class`.
    fn ask_for(&mut self, question: &Question, class: u32) -> u32 {
        self.answer(State::of_case(question.to, question.class(class)), question.request.service.is_none())
    }

    fn answer(&mut self, state: State, needs_service: bool) -> u32 {
        let answers = &mut self.flow.answers;
        let index = *self.answers.entry(state).or_insert_with(|| {
            answers.push(Answer { state, needs_service: false });
            answers.len() as u32 - 1
        });
        answers[index as usize].needs_service |= needs_service;
        index
    }
}

/// The bits of the makers.
fn bits() -> impl Iterator<Item = u64> {
    (0..u64::BITS).map(|at| 1 << at)
}
