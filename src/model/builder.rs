//! Models written in Rust.

use super::{
    Arrivals, Class, Department, Discipline, Handoff, InitialWork, Model, ProbabilityFor, RateStep,
    ServiceFor, Share, Staff, Stream, TraceCase,
};
use crate::error::{Defect, Error, Result};
use crate::random::Dist;
use crate::time::{Rate, Span, per_hour};

impl From<Span> for Dist {
    /// A distribution that always gives `value`.
    fn from(value: Span) -> Dist {
        Dist::Constant { value }
    }
}

impl Model {
    /// Starts a model called `name`.
    ///
    /// ```
    /// use knockon::model::{Discipline, Model};
    /// use knockon::random::Dist;
    /// use knockon::time::{days, hours, minutes, per_hour};
    ///
    /// let model = Model::builder("billing cycle")
    ///     .class("urgent", |c| c.priority(0))
    ///     .class("routine", |c| c.priority(1))
    ///     .department("registration", |d| d.staff(3).service(Dist::Exponential { mean: minutes(12) }))
    ///     .department("billing", |d| {
    ///         d.staff(2)
    ///             .service(Dist::Exponential { mean: minutes(20) })
    ///             .service_for("urgent", minutes(15))
    ///             .service_from_visit(2, minutes(5))
    ///             .discipline(Discipline::EarliestDueDate)
    ///     })
    ///     .department("archive", |d| d.infinite_staff().service(minutes(2)))
    ///     .handoff("registration", "billing", |h| h.transfer(hours(2)))
    ///     .handoff("billing", "registration", |h| h.probability(0.1).probability_for("urgent", 0.2))
    ///     .handoff("billing", "archive", |h| h.probability(0.9).probability_for("urgent", 0.8))
    ///     .customers("insured", |c| {
    ///         c.poisson(per_hour(7.5))
    ///             .enter("registration")
    ///             .mix([("urgent", 0.2), ("routine", 0.8)])
    ///             .promise(days(30))
    ///     })
    ///     .build()?;
    /// assert_eq!(model.departments.len(), 3);
    /// # Ok::<(), knockon::Error>(())
    /// ```
    pub fn builder(name: impl Into<String>) -> ModelBuilder {
        ModelBuilder { model: Model { name: name.into(), ..Model::default() }, defects: Vec::new() }
    }
}

/// Makes a [`Model`], part by part. See [`Model::builder`].
///
/// Nothing is checked before [`ModelBuilder::build`]. Where something that can have one value is
/// said twice, the last one counts.
#[derive(Clone, Debug)]
#[must_use = "nothing is made until `build`"]
pub struct ModelBuilder {
    model: Model,
    defects: Vec<Defect>,
}

impl ModelBuilder {
    /// Adds a customer class.
    pub fn class(
        mut self,
        name: impl Into<String>,
        describe: impl FnOnce(ClassBuilder) -> ClassBuilder,
    ) -> ModelBuilder {
        let blank = ClassBuilder(Class { name: name.into(), ..Class::default() });
        self.model.classes.push(describe(blank).0);
        self
    }

    /// Adds a department.
    pub fn department(
        mut self,
        name: impl Into<String>,
        describe: impl FnOnce(DepartmentBuilder) -> DepartmentBuilder,
    ) -> ModelBuilder {
        let blank = Department::new(name, Staff::Count(1));
        let described = describe(DepartmentBuilder { department: blank, staffed: false });
        if !described.staffed {
            self.defects.push(Defect::new(
                super::validate::department_place(&described.department.name).to_string(),
                "nothing is said about its staff: give `staff` or `infinite_staff`",
            ));
        }
        self.model.departments.push(described.department);
        self
    }

    /// Adds a handoff from one department to another, or to [`EXIT`](super::EXIT).
    pub fn handoff(
        mut self,
        from: impl Into<String>,
        to: impl Into<String>,
        describe: impl FnOnce(HandoffBuilder) -> HandoffBuilder,
    ) -> ModelBuilder {
        let blank = Handoff::new(from, to);
        self.model.handoffs.push(describe(HandoffBuilder(blank)).0);
        self
    }

    /// Adds a customer stream.
    pub fn customers(
        mut self,
        name: impl Into<String>,
        describe: impl FnOnce(StreamBuilder) -> StreamBuilder,
    ) -> ModelBuilder {
        let blank = Stream {
            name: name.into(),
            enter: String::new(),
            // Takes the place of what is missing, so that the rest of the model can be checked.
            arrivals: Arrivals::Poisson { rate: per_hour(1.0) },
            class: None,
            mix: Vec::new(),
            batch: None,
            limit: None,
            promise: None,
            size: None,
        };
        let described = describe(StreamBuilder { stream: blank, arrives: false });
        if !described.arrives {
            self.defects.push(Defect::new(
                super::validate::stream_place(&described.stream.name).to_string(),
                "nothing is said about its arrivals: give `poisson`, `renewal`, `pattern`, `schedule` or `trace`",
            ));
        }
        self.model.streams.push(described.stream);
        self
    }

    /// Adds work that is in `department` when the run starts: one case, unless
    /// [`InitialBuilder::cases`] says how many.
    pub fn initial(
        mut self,
        department: impl Into<String>,
        describe: impl FnOnce(InitialBuilder) -> InitialBuilder,
    ) -> ModelBuilder {
        let blank =
            InitialWork { department: department.into(), class: String::new(), cases: 1, remaining: None };
        self.model.initial.push(describe(InitialBuilder(blank)).0);
        self
    }

    /// The model.
    ///
    /// # Errors
    ///
    /// Every defect of the model: what [`Model::validate`] finds, and what was left out.
    pub fn build(self) -> Result<Model> {
        let ModelBuilder { model, mut defects } = self;
        defects.extend(super::validate::defects(&model));
        if defects.is_empty() { Ok(model) } else { Err(Error::from_defects(defects)) }
    }
}

/// Describes a class. See [`Class`].
#[derive(Clone, Debug)]
pub struct ClassBuilder(Class);

impl ClassBuilder {
    /// Its rank in every queue: 0, the default, is the most urgent.
    pub fn priority(mut self, rank: u32) -> ClassBuilder {
        self.0.priority = rank;
        self
    }
}

/// Describes a department. See [`Department`].
#[derive(Clone, Debug)]
pub struct DepartmentBuilder {
    department: Department,
    staffed: bool,
}

impl DepartmentBuilder {
    /// How many people serve.
    pub fn staff(mut self, count: u32) -> DepartmentBuilder {
        self.department.staff = Staff::Count(count);
        self.staffed = true;
        self
    }

    /// Nobody ever waits here.
    pub fn infinite_staff(mut self) -> DepartmentBuilder {
        self.department.staff = Staff::Infinite;
        self.staffed = true;
        self
    }

    /// The service time, for every class and visit that nothing else is said about.
    pub fn service(mut self, time: impl Into<Dist>) -> DepartmentBuilder {
        self.department.service = Some(time.into());
        self
    }

    /// The service time of `class`.
    pub fn service_for(self, class: impl Into<String>, time: impl Into<Dist>) -> DepartmentBuilder {
        self.service_rule(Some(class.into()), 1, time.into())
    }

    /// The service time of every class from its `visit`-th visit here on; 1 is the first.
    pub fn service_from_visit(self, visit: u32, time: impl Into<Dist>) -> DepartmentBuilder {
        self.service_rule(None, visit, time.into())
    }

    /// The service time of `class` from its `visit`-th visit here on; 1 is the first.
    pub fn service_for_from_visit(
        self,
        class: impl Into<String>,
        visit: u32,
        time: impl Into<Dist>,
    ) -> DepartmentBuilder {
        self.service_rule(Some(class.into()), visit, time.into())
    }

    fn service_rule(mut self, class: Option<String>, from_visit: u32, service: Dist) -> DepartmentBuilder {
        self.department.service_for.push(ServiceFor { class, from_visit, service });
        self
    }

    /// Who is next among equal priorities.
    pub fn discipline(mut self, discipline: Discipline) -> DepartmentBuilder {
        self.department.discipline = discipline;
        self
    }

    /// The priorities of the classes do not count here.
    pub fn ignore_priority(mut self) -> DepartmentBuilder {
        self.department.ignore_priority = true;
        self
    }

    /// How many may wait; further customers from outside are rejected.
    pub fn queue_capacity(mut self, cases: u32) -> DepartmentBuilder {
        self.department.queue_capacity = Some(cases);
        self
    }

    /// How long a case waits in this queue before it leaves.
    pub fn patience(mut self, time: impl Into<Dist>) -> DepartmentBuilder {
        self.department.patience = Some(time.into());
        self
    }
}

/// Describes a handoff. See [`Handoff`].
#[derive(Clone, Debug)]
pub struct HandoffBuilder(Handoff);

impl HandoffBuilder {
    /// The probability for every class that [`HandoffBuilder::probability_for`] does not name.
    pub fn probability(mut self, probability: f64) -> HandoffBuilder {
        self.0.probability = Some(probability);
        self
    }

    /// The probability for `class`.
    pub fn probability_for(mut self, class: impl Into<String>, probability: f64) -> HandoffBuilder {
        self.0.probability_for.push(ProbabilityFor { class: class.into(), probability });
        self
    }

    /// How long the way takes.
    pub fn transfer(mut self, time: impl Into<Dist>) -> HandoffBuilder {
        self.0.transfer = Some(time.into());
        self
    }

    /// The class that the case has from here on.
    pub fn becomes(mut self, class: impl Into<String>) -> HandoffBuilder {
        self.0.becomes = Some(class.into());
        self
    }
}

/// Describes a customer stream. See [`Stream`].
#[derive(Clone, Debug)]
pub struct StreamBuilder {
    stream: Stream,
    arrives: bool,
}

impl StreamBuilder {
    /// The department where its cases enter.
    pub fn enter(mut self, department: impl Into<String>) -> StreamBuilder {
        self.stream.enter = department.into();
        self
    }

    fn arrivals(mut self, arrivals: Arrivals) -> StreamBuilder {
        self.stream.arrivals = arrivals;
        self.arrives = true;
        self
    }

    /// Cases arrive as a Poisson process.
    pub fn poisson(self, rate: Rate) -> StreamBuilder {
        self.arrivals(Arrivals::Poisson { rate })
    }

    /// Cases arrive with independent times between them.
    pub fn renewal(self, interarrival: impl Into<Dist>) -> StreamBuilder {
        self.arrivals(Arrivals::Renewal { interarrival: interarrival.into() })
    }

    /// Cases arrive as a Poisson process whose rate repeats every `period`: each step is a time in
    /// the period, the first one zero, and the rate from then on.
    pub fn pattern(self, period: Span, steps: impl IntoIterator<Item = (Span, Rate)>) -> StreamBuilder {
        let steps = steps.into_iter().map(|(from, rate)| RateStep { from, rate }).collect();
        self.arrivals(Arrivals::Pattern { period, steps })
    }

    /// Cases arrive at these times since the start of the run.
    pub fn schedule(self, times: impl IntoIterator<Item = Span>) -> StreamBuilder {
        self.arrivals(Arrivals::Schedule { times: times.into_iter().collect() })
    }

    /// Cases arrive as recorded.
    pub fn trace(self, cases: impl IntoIterator<Item = TraceCase>) -> StreamBuilder {
        self.arrivals(Arrivals::Trace { cases: cases.into_iter().collect() })
    }

    /// Their class.
    pub fn class(mut self, class: impl Into<String>) -> StreamBuilder {
        self.stream.class = Some(class.into());
        self
    }

    /// Several classes, each with its share; the shares sum to 1.
    pub fn mix<C: Into<String>>(mut self, shares: impl IntoIterator<Item = (C, f64)>) -> StreamBuilder {
        let shares = shares.into_iter();
        self.stream.mix = shares.map(|(class, share)| Share { class: class.into(), share }).collect();
        self
    }

    /// How many arrive together. See [`Stream::batch`].
    pub fn batch(mut self, cases: Dist<f64>) -> StreamBuilder {
        self.stream.batch = Some(cases);
        self
    }

    /// After how many cases the stream ends.
    pub fn limit(mut self, cases: u64) -> StreamBuilder {
        self.stream.limit = Some(cases);
        self
    }

    /// The lead time that the customer was told to expect.
    pub fn promise(mut self, lead_time: Span) -> StreamBuilder {
        self.stream.promise = Some(lead_time);
        self
    }

    /// A factor drawn once per case, which multiplies its service times everywhere.
    pub fn size(mut self, factor: Dist<f64>) -> StreamBuilder {
        self.stream.size = Some(factor);
        self
    }
}

/// Describes work in place when the run starts. See [`InitialWork`].
#[derive(Clone, Debug)]
pub struct InitialBuilder(InitialWork);

impl InitialBuilder {
    /// The class of the cases.
    pub fn class(mut self, class: impl Into<String>) -> InitialBuilder {
        self.0.class = class.into();
        self
    }

    /// How many there are.
    pub fn cases(mut self, count: u64) -> InitialBuilder {
        self.0.cases = count;
        self
    }

    /// The rest of the work that the department has to do on each; a full service time if not said.
    pub fn remaining(mut self, time: impl Into<Dist>) -> InitialBuilder {
        self.0.remaining = Some(time.into());
        self
    }
}
