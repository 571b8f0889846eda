//! A model with its names looked up: the one place that knows which rule holds for which class.
//!
//! Made from any model, also a defective one, and never fails: what cannot be resolved is marked as
//! such, and validation says so in words.

use std::collections::HashMap;

use super::{
    Arrivals, Calendar, Class, Department, Detection, During, EXIT, Fork, Handoff, Model, ProbabilityFor,
    Request, Staff, Standard, Stream,
};
use crate::random::Dist;

/// A class as the simulation knows it: declared, or a stream's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClassRow<'m> {
    pub name: &'m str,
    pub priority: u32,
}

/// Where a handoff leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Exit,
    Department(u32),
    /// Its target or new class does not exist. A valid model has none.
    Unknown,
}

/// Probabilities by class.
#[derive(Clone, Debug)]
pub(crate) struct ByClass {
    /// For the classes that are not named; absent where nothing is said about them.
    otherwise: Option<f64>,
    /// Sorted by class.
    named: Vec<(u32, f64)>,
}

impl ByClass {
    /// The probability for `class`, if one is said.
    pub fn get(&self, class: u32) -> Option<f64> {
        match self.named.binary_search_by_key(&class, |&(named, _)| named) {
            Ok(at) => Some(self.named[at].1),
            Err(_) => self.otherwise,
        }
    }
}

/// A handoff with its names looked up.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub target: Target,
    /// The new class, if it changes.
    pub becomes: Option<u32>,
    /// The other departments that it may lead to, those that exist.
    pub or_shorter: Vec<u32>,
    probability: ByClass,
}

impl Route {
    /// The probability for `class`; `None` when the handoff does not apply to it.
    pub fn probability(&self, class: u32) -> Option<f64> {
        self.probability.get(class)
    }
}

/// A request with its names looked up.
#[derive(Clone, Debug)]
pub(crate) struct Question<'m> {
    pub request: &'m Request,
    pub from: u32,
    pub to: u32,
    /// The class that it has; the asker's if `None`.
    class: Option<u32>,
    probability: ByClass,
}

impl Question<'_> {
    /// The probability that it comes up in work on a case of `class`, or on a request.
    pub fn probability(&self, class: u32, in_request: bool) -> f64 {
        let applies = match self.request.during {
            During::Cases => !in_request,
            During::Requests => in_request,
            During::Both => true,
        };
        if applies { self.probability.get(class).unwrap_or(0.0) } else { 0.0 }
    }

    /// The class that it has where it is answered, when asked in work of `class`.
    pub fn class(&self, class: u32) -> u32 {
        self.class.unwrap_or(class)
    }
}

/// A department that makes errors.
#[derive(Clone, Debug)]
pub(crate) struct Maker {
    pub department: u32,
    probability: ByClass,
}

impl Maker {
    /// The probability that a service makes a sound case of `class` defective.
    pub fn probability(&self, class: u32) -> f64 {
        self.probability.get(class).unwrap_or(0.0)
    }
}

/// A fork with its names looked up, all of which exist.
#[derive(Clone, Debug)]
pub(crate) struct Parting<'m> {
    pub fork: &'m Fork,
    pub from: u32,
    pub join: u32,
    /// Where each branch leads, and the new class of the part, if it changes.
    pub branches: Vec<(u32, Option<u32>)>,
    /// The classes that fork; all if empty.
    classes: Vec<u32>,
}

/// More than so many departments never make errors: a case carries one bit for each.
pub(crate) const MOST_MAKERS: usize = 64;

/// People who belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Home {
    /// Those of a department with staff of its own.
    Department(u32),
    Pool(u32),
}

/// A service time and for what it holds. Sorted by class, those for every class first, then visit.
#[derive(Clone, Copy, Debug)]
struct ServiceRule<'m> {
    class: Option<u32>,
    from_visit: u32,
    service: &'m Dist,
}

/// A model with its names looked up. Departments and handoffs keep their order in the model.
#[derive(Debug)]
pub(crate) struct Resolved<'m> {
    pub model: &'m Model,
    /// Declared classes in file order, then the streams' own in stream order.
    pub classes: Vec<ClassRow<'m>>,
    class_index: HashMap<&'m str, u32>,
    department_index: HashMap<&'m str, u32>,
    pool_index: HashMap<&'m str, u32>,
    stock_index: HashMap<&'m str, u32>,
    calendar_index: HashMap<&'m str, u32>,
    /// One per handoff.
    pub routes: Vec<Route>,
    /// The requests all of whose names exist, in file order.
    pub questions: Vec<Question<'m>>,
    /// Per department, its requests, as indices into `questions`.
    questions_of: Vec<Vec<u32>>,
    /// The departments that make errors, in their order.
    pub makers: Vec<Maker>,
    /// Per department that finds errors, how it finds those of each maker.
    detections: Vec<Vec<Option<&'m Detection>>>,
    /// Per department, its handoffs in file order.
    routes_out: Vec<Vec<u32>>,
    /// The forks all of whose names exist, in file order.
    pub forks: Vec<Parting<'m>>,
    /// Per department and class that is named, its fork, as an index into `forks`.
    forks_of: HashMap<(u32, u32), u32>,
    /// Per department, the fork of all classes.
    general_forks: HashMap<u32, u32>,
    services: Vec<Vec<ServiceRule<'m>>>,
}

impl<'m> Resolved<'m> {
    /// Looks up every name of `model`. Where a name is given twice, the first counts.
    pub fn new(model: &'m Model) -> Resolved<'m> {
        let mut classes: Vec<ClassRow> = Vec::new();
        let mut class_index = HashMap::new();
        let declared = model.classes.iter().map(|class| (class.name.as_str(), class.priority));
        let own = model.streams.iter().filter_map(own_class).map(|name| (name, 0));
        for (name, priority) in declared.chain(own) {
            class_index.entry(name).or_insert_with(|| {
                classes.push(ClassRow { name, priority });
                classes.len() as u32 - 1
            });
        }
        let mut resolved = Resolved {
            model,
            classes,
            class_index,
            department_index: index(model.departments.iter().map(|department| &department.name)),
            pool_index: index(model.pools.iter().map(|pool| &pool.name)),
            stock_index: index(model.stocks.iter().map(|stock| &stock.name)),
            calendar_index: index(model.calendars.iter().map(|calendar| &calendar.name)),
            routes: Vec::new(),
            questions: Vec::new(),
            questions_of: vec![Vec::new(); model.departments.len()],
            makers: Vec::new(),
            detections: Vec::new(),
            routes_out: vec![Vec::new(); model.departments.len()],
            forks: Vec::new(),
            forks_of: HashMap::new(),
            general_forks: HashMap::new(),
            services: Vec::new(),
        };
        resolved.routes = model.handoffs.iter().map(|handoff| resolved.route(handoff)).collect();
        for (index, handoff) in model.handoffs.iter().enumerate() {
            if let Some(from) = resolved.department(&handoff.from) {
                resolved.routes_out[from as usize].push(index as u32);
            }
        }
        resolved.questions = model.requests.iter().filter_map(|request| resolved.question(request)).collect();
        for (index, question) in resolved.questions.iter().enumerate() {
            resolved.questions_of[question.from as usize].push(index as u32);
        }
        resolved.forks = model.forks.iter().filter_map(|fork| resolved.parting(fork)).collect();
        for (parting, index) in resolved.forks.iter().zip(0..) {
            for &class in &parting.classes {
                resolved.forks_of.entry((parting.from, class)).or_insert(index);
            }
            if parting.classes.is_empty() {
                resolved.general_forks.entry(parting.from).or_insert(index);
            }
        }
        let numbered = model.departments.iter().zip(0..);
        resolved.makers = numbered.filter_map(|(department, at)| resolved.maker(department, at)).collect();
        resolved.detections =
            model.departments.iter().map(|department| resolved.detections_of(department)).collect();
        resolved.services = (0..model.departments.len()).map(|at| resolved.sorted_services(at)).collect();
        resolved
    }

    /// The index of the class `name`.
    pub fn class(&self, name: &str) -> Option<u32> {
        self.class_index.get(name).copied()
    }

    /// The index of the department `name`.
    pub fn department(&self, name: &str) -> Option<u32> {
        self.department_index.get(name).copied()
    }

    /// The index of the pool `name`.
    pub fn pool(&self, name: &str) -> Option<u32> {
        self.pool_index.get(name).copied()
    }

    /// The index of the stock `name`.
    pub fn stock(&self, name: &str) -> Option<u32> {
        self.stock_index.get(name).copied()
    }

    /// What the model says of `class`, if it lists it.
    pub fn listed_class(&self, class: u32) -> Option<&'m Class> {
        let name = self.classes[class as usize].name;
        self.model.classes.iter().find(|listed| listed.name == name)
    }

    /// The standard for `class` at `department`: one that names it, or else one that names none.
    pub fn standard(&self, department: u32, class: u32) -> Option<&'m Standard> {
        let standards = &self.model.departments[department as usize].standards;
        let name = Some(self.classes[class as usize].name);
        let named = standards.iter().find(|standard| standard.class.as_deref() == name);
        named.or_else(|| standards.iter().find(|standard| standard.class.is_none()))
    }

    /// The fork by which cases of `class` go on from `department`, as an index into [`Resolved::forks`].
    pub fn fork(&self, department: u32, class: u32) -> Option<u32> {
        if self.forks.is_empty() {
            return None;
        }
        let named = self.forks_of.get(&(department, class));
        named.or_else(|| self.general_forks.get(&department)).copied()
    }

    /// The calendar `name`.
    pub fn calendar(&self, name: &str) -> Option<&'m Calendar> {
        self.calendar_index.get(name).map(|&at| &self.model.calendars[at as usize])
    }

    /// The people who serve in `department` as their own: `None` where the staff is infinite, or of a pool
    /// that does not exist.
    pub fn own_home(&self, department: u32) -> Option<Home> {
        match &self.model.departments[department as usize].staff {
            Staff::Count(_) => Some(Home::Department(department)),
            Staff::Infinite => None,
            Staff::Pool(pool) => self.pool(pool).map(Home::Pool),
        }
    }

    /// The requests of `department`.
    pub fn questions_of(&self, department: u32) -> impl Iterator<Item = &Question<'m>> {
        self.questions_of[department as usize].iter().map(|&at| &self.questions[at as usize])
    }

    /// How `department` finds the errors of a maker, by its place in [`Resolved::makers`], if it does.
    pub fn detection(&self, department: u32, maker: usize) -> Option<&'m Detection> {
        self.detections[department as usize].get(maker).copied().flatten()
    }

    /// The handoffs out of `department`, by index, in file order.
    pub fn routes_out(&self, department: u32) -> &[u32] {
        &self.routes_out[department as usize]
    }

    /// The handoffs out of `department` that apply to `class`, with their probabilities, in file
    /// order. None at all means that the case is completed.
    pub fn routes_for(&self, department: u32, class: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.routes_out(department).iter().filter_map(move |&handoff| {
            let probability = self.routes[handoff as usize].probability(class)?;
            Some((handoff, probability))
        })
    }

    /// The service times of `class` at `department`, each from its visit number until the next.
    /// The first one is for visit 1 unless the model says nothing about it.
    pub fn services_for(&self, department: u32, class: u32) -> Vec<(u32, &'m Dist)> {
        let rules = &self.services[department as usize];
        let of = |class: Option<u32>| {
            let from = rules.partition_point(|rule| rule.class < class);
            let to = rules.partition_point(|rule| rule.class <= class);
            rules[from..to].iter().map(|rule| (rule.from_visit, rule.service))
        };
        let named_from = of(Some(class)).next().map_or(u64::MAX, |(visit, _)| visit.into());
        let general: Vec<_> = of(None).take_while(|&(visit, _)| u64::from(visit) < named_from).collect();
        let first = general.first().map_or(named_from, |&(visit, _)| visit.into());
        let basic = self.model.departments[department as usize].service.as_ref().filter(|_| first > 1);
        basic.map(|service| (1, service)).into_iter().chain(general).chain(of(Some(class))).collect()
    }

    /// The classes that the cases of `stream` are drawn from, with their shares. Unknown ones are
    /// left out.
    pub fn shares(&self, stream: &Stream) -> Vec<(u32, f64)> {
        if stream.mix.is_empty() {
            let name = stream.class.as_ref().unwrap_or(&stream.name);
            return self.class(name).map(|class| (class, 1.0)).into_iter().collect();
        }
        stream.mix.iter().filter_map(|share| Some((self.class(&share.class)?, share.share))).collect()
    }

    /// The classes in which cases of `stream` arrive, with their shares, those that a trace names
    /// for single cases included.
    pub fn arriving_shares(&self, stream: &Stream) -> Vec<(u32, f64)> {
        let drawn = self.shares(stream);
        let Arrivals::Trace { cases } = &stream.arrivals else { return drawn };
        let mut counts: HashMap<u32, f64> = HashMap::new();
        let mut unnamed = 0.0;
        for case in cases {
            match &case.class {
                None => unnamed += 1.0,
                Some(name) => {
                    if let Some(class) = self.class(name) {
                        *counts.entry(class).or_default() += 1.0;
                    }
                }
            }
        }
        if unnamed > 0.0 {
            drawn.iter().for_each(|&(class, share)| *counts.entry(class).or_default() += share * unnamed);
        }
        let total = cases.len() as f64;
        let mut shares: Vec<_> = counts.into_iter().map(|(class, count)| (class, count / total)).collect();
        shares.sort_unstable_by_key(|&(class, _)| class);
        shares
    }

    fn route(&self, handoff: &Handoff) -> Route {
        let becomes = handoff.becomes.as_ref().map(|name| self.class(name));
        let target = match (handoff.to.as_str(), becomes) {
            (_, Some(None)) => Target::Unknown,
            (EXIT, _) => Target::Exit,
            (name, _) => self.department(name).map_or(Target::Unknown, Target::Department),
        };
        let alone = handoff.probability_for.is_empty().then_some(1.0);
        let probability = self.by_class(handoff.probability.or(alone), &handoff.probability_for);
        let or_shorter = handoff.or_shorter.iter().filter_map(|name| self.department(name)).collect();
        Route { target, becomes: becomes.flatten(), or_shorter, probability }
    }

    fn parting(&self, fork: &'m Fork) -> Option<Parting<'m>> {
        let branches = fork.branches.iter().map(|branch| {
            let becomes = match &branch.becomes {
                None => None,
                Some(name) => Some(self.class(name)?),
            };
            Some((self.department(&branch.to)?, becomes))
        });
        Some(Parting {
            fork,
            from: self.department(&fork.from)?,
            join: self.department(&fork.join)?,
            branches: branches.collect::<Option<_>>()?,
            classes: fork.classes.iter().map(|name| self.class(name)).collect::<Option<_>>()?,
        })
    }

    fn question(&self, request: &'m Request) -> Option<Question<'m>> {
        let class = match &request.class {
            None => None,
            Some(name) => Some(self.class(name)?),
        };
        let (from, to) = (self.department(&request.from)?, self.department(&request.to)?);
        let alone = request.probability_for.is_empty().then_some(1.0);
        let probability = self.by_class(request.probability.or(alone), &request.probability_for);
        Some(Question { request, from, to, class, probability })
    }

    fn maker(&self, department: &Department, at: u32) -> Option<Maker> {
        let errors = department.errors.as_ref()?;
        let probability = self.by_class(errors.probability, &errors.probability_for);
        Some(Maker { department: at, probability })
    }

    /// By maker: the detection that names it, else the one that names nobody.
    fn detections_of(&self, department: &'m Department) -> Vec<Option<&'m Detection>> {
        let mut named = HashMap::new();
        for detection in &department.detects {
            named.entry(detection.made_by.as_deref()).or_insert(detection);
        }
        if named.is_empty() {
            return Vec::new();
        }
        let makers = self.makers.iter().take(MOST_MAKERS);
        let of = |maker: &Maker| {
            let name = self.model.departments[maker.department as usize].name.as_str();
            named.get(&Some(name)).or_else(|| named.get(&None)).copied()
        };
        makers.map(of).collect()
    }

    fn by_class(&self, otherwise: Option<f64>, rows: &[ProbabilityFor]) -> ByClass {
        let mut named: Vec<_> =
            rows.iter().filter_map(|row| Some((self.class(&row.class)?, row.probability))).collect();
        named.sort_by_key(|&(class, _)| class);
        named.dedup_by_key(|&mut (class, _)| class);
        ByClass { otherwise, named }
    }

    fn sorted_services(&self, department: usize) -> Vec<ServiceRule<'m>> {
        let named = self.model.departments[department].service_for.iter();
        let mut rules: Vec<_> = named
            .filter_map(|rule| {
                let class = match &rule.class {
                    None => None,
                    Some(name) => Some(self.class(name)?),
                };
                Some(ServiceRule { class, from_visit: rule.from_visit, service: &rule.service })
            })
            .collect();
        rules.sort_by_key(|rule| (rule.class, rule.from_visit));
        rules
    }
}

/// The index of each name; of one that is given twice, the first.
fn index<'m>(names: impl Iterator<Item = &'m String>) -> HashMap<&'m str, u32> {
    let mut index = HashMap::new();
    names.zip(0..).for_each(|(name, at)| {
        index.entry(name.as_str()).or_insert(at);
    });
    index
}

/// The class of a stream's own name, if it has one.
fn own_class(stream: &Stream) -> Option<&str> {
    (stream.class.is_none() && stream.mix.is_empty()).then_some(stream.name.as_str())
}

impl Stream {
    /// The long-run arrival rate of a valid stream in cases per hour, batches included.
    ///
    /// `None` where there is none: a schedule, a trace, a population, or a stream that ends.
    /// The batch counts with the mean of its distribution, before rounding to whole cases.
    pub fn rate(&self) -> Option<f64> {
        if self.limit.is_some() || self.until.is_some() {
            return None;
        }
        let ticks_per_hour = crate::time::hours(1).ticks() as f64;
        let arrivals = match &self.arrivals {
            Arrivals::Poisson { rate } => rate.per_hour(),
            Arrivals::Renewal { interarrival } => ticks_per_hour / interarrival.mean(),
            Arrivals::Pattern { period, steps } => {
                let ends = steps.iter().skip(1).map(|step| step.from).chain([*period]);
                let expected: f64 = steps
                    .iter()
                    .zip(ends)
                    .map(|(step, end)| step.rate.per_tick() * (end.ticks() as f64 - step.from.ticks() as f64))
                    .sum();
                expected / period.ticks() as f64 * ticks_per_hour
            }
            Arrivals::Schedule { .. }
            | Arrivals::Saturated
            | Arrivals::Population { .. }
            | Arrivals::Trace { .. } => return None,
        };
        Some(arrivals * self.batch.as_ref().map_or(1.0, |batch| batch.mean()))
    }
}

#[cfg(test)]
mod tests;
