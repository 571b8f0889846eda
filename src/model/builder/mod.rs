//! Models written in Rust.

mod asking;
mod customers;
mod department;
mod handoff;
mod parts;
mod quality;
mod rules;
mod staffing;
mod stock;

use super::{Arrivals, Class, Department, Expense, Handoff, InitialWork, Model, Staff, Stock, Stream};
use crate::error::{Defect, Error, Result};
use crate::random::Dist;
use crate::time::{Span, per_hour};

use staffing::understood;

pub use asking::RequestBuilder;
pub use customers::{ClassBuilder, InitialBuilder, RetryBuilder, StreamBuilder};
pub use department::DepartmentBuilder;
pub use handoff::HandoffBuilder;
pub use parts::{BranchBuilder, ForkBuilder};
pub use quality::{ComplaintBuilder, DetectionBuilder, ErrorsBuilder};
pub use rules::{ActsBuilder, BalkingBuilder, BatchBuilder, PeriodBuilder, StandardBuilder};
pub use staffing::{AbsenceBuilder, CalendarBuilder, PoolBuilder, ShiftsBuilder};
pub use stock::{OrderBuilder, StockBuilder, SupplyBuilder, UseBuilder};

/// What a builder was not told, or told in words that mean nothing: the rules that are broken.
type Gaps = Vec<String>;

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
    ///
    /// Departments that depend on each other: people that several share, office hours, questions on which
    /// work waits, errors that others find.
    ///
    /// ```
    /// use knockon::model::Model;
    /// use knockon::random::Dist;
    /// use knockon::time::{days, hours, minutes, per_hour, weeks};
    ///
    /// let model = Model::builder("orders")
    ///     .start("2026-01-05T00:00")
    ///     .working_hours("office")
    ///     .class("orders", |c| c.delay_cost(4.0).lost_cost(250.0))
    ///     .calendar("office", |c| {
    ///         c.shift("mon-fri", "08:00", "17:00").shift_of(1, "sat", "09:00", "12:00").holiday("2026-12-24", 3)
    ///     })
    ///     .calendar("two crews", |c| c.cycle(hours(24), [(hours(0), 2), (hours(8), 1), (hours(16), 0)]))
    ///     .pool("clerks", |p| {
    ///         p.staff(2).shifts("two crews", |s| s.finish().replaced_crew()).absence(|a| {
    ///             a.between(Dist::Exponential { mean: weeks(4) }).duration(days(2))
    ///         })
    ///     })
    ///     .department("reps", |d| {
    ///         d.staff(3)
    ///             .shifts("office", |s| s.hand_over())
    ///             .service(Dist::Exponential { mean: minutes(10) })
    ///             .errors(|e| {
    ///                 e.probability(0.02).after_guess(0.3).cost(80.0).complaint("reps", |c| {
    ///                     c.probability(0.5).after(Dist::Exponential { mean: days(3) })
    ///                 })
    ///             })
    ///     })
    ///     .department("engineering", |d| {
    ///         d.staff(1)
    ///             .service(hours(1))
    ///             .absence(|a| a.all().working_time().between(weeks(2)).duration(hours(4)))
    ///     })
    ///     .department("entry", |d| {
    ///         d.pool("clerks").helpers("reps", 0.7).service(minutes(6)).queue_capacity(10).patience(days(2)).renege_to("filing")
    ///     })
    ///     .department("filing", |d| {
    ///         d.pool("clerks")
    ///             .staff_needed(2)
    ///             .service(minutes(4))
    ///             .detects(|f| f.made_by("reps").probability(0.8).transfer(hours(1)).along())
    ///     })
    ///     .request("reps", "engineering", |r| {
    ///         r.probability(0.4)
    ///             .at(0.5)
    ///             .priority(5)
    ///             .service(minutes(20))
    ///             .longest_wait(hours(8))
    ///             .standard(hours(4))
    ///     })
    ///     .handoff("reps", "entry", |h| h)
    ///     .handoff("entry", "filing", |h| h.probability(0.9))
    ///     .handoff("entry", "reps", |h| h.probability(0.1).rework())
    ///     .customers("orders", |c| c.poisson(per_hour(6.0)).enter("reps"))
    ///     .customers("catalogues", |c| c.saturated().enter("engineering"))
    ///     .build()?;
    /// assert_eq!((model.pools.len(), model.calendars.len(), model.requests.len()), (1, 2, 1));
    /// # Ok::<(), knockon::Error>(())
    /// ```
    ///
    /// Work in parts, rules by which departments serve, customers who leave and come back, stock:
    ///
    /// ```
    /// use knockon::model::{Discipline, Loss, Model, Preemption};
    /// use knockon::random::Dist;
    /// use knockon::time::{days, hours, minutes, per_hour, weeks};
    ///
    /// let model = Model::builder("clinic")
    ///     .class("urgent", |c| c.lost_cost(400.0))
    ///     .class("routine", |c| {
    ///         c.priority(2).rise(hours(2), 1).turns(hours(6), "urgent").broken_promise_cost(50.0)
    ///     })
    ///     .class("samples", |c| c.priority(1))
    ///     .class("washing", |c| c.priority(3))
    ///     .department("reception", |d| {
    ///         d.staff(2)
    ///             .cost(20.0, 24.0, 36.0)
    ///             .service(minutes(5))
    ///             .balking(|b| b.join([1.0, 1.0, 0.8]).beyond(0.5))
    ///             .vacation_once(minutes(10))
    ///     })
    ///     .department("laboratory", |d| {
    ///         d.staff(1)
    ///             .service(minutes(30))
    ///             .batch(8, |b| b.at_least(4).longest_wait(hours(1)))
    ///             .outage(days(20), hours(6))
    ///     })
    ///     .department("x-ray", |d| {
    ///         d.staff(1)
    ///             .service(minutes(10))
    ///             .setup(minutes(5))
    ///             .setup_for("urgent", minutes(2))
    ///             .slots_of(days(1), [(hours(9), 10), (hours(14), 6)])
    ///     })
    ///     .department("doctor", |d| {
    ///         d.staff(3)
    ///             .service(Dist::Exponential { mean: minutes(15) })
    ///             .preemption(Preemption::Resume)
    ///             .standard(hours(4), |s| s.class("routine").acts(hours(1), |a| a.priority(0).compliance(0.9)))
    ///             .uses("gowns", |u| u.quantity(2).raids("ward gowns").hoarding(1, 20, weeks(2)))
    ///             .period(weeks(4), |p| p.until(weeks(6)).service_factor(1.5))
    ///     })
    ///     .department("pharmacy", |d| d.staff(2).service(minutes(6)))
    ///     .department("second pharmacy", |d| d.staff(1).service(minutes(8)))
    ///     .department("records", |d| {
    ///         d.staff(2).discipline(Discipline::ProcessorSharing).service(minutes(9))
    ///     })
    ///     .department("laundry", |d| d.staff(1).service(hours(1)))
    ///     .fork("reception", "doctor", |f| {
    ///         f.branch("laboratory", |b| b.becomes("samples").transfer(minutes(3))).branch("x-ray", |b| b).needed(1)
    ///     })
    ///     .handoff("laboratory", "doctor", |h| h.transfer(minutes(3)).pickup(days(1), [hours(10), hours(16)]))
    ///     .handoff("x-ray", "doctor", |h| h.transfer(minutes(2)).capacity(3))
    ///     .handoff("doctor", "pharmacy", |h| h.or_shorter("second pharmacy"))
    ///     .handoff("pharmacy", "records", |h| h)
    ///     .stock("gowns", |s| {
    ///         s.initial(40)
    ///             .reorder(10, 30, |s| s.department("laundry", "washing", |o| o.transfer(minutes(20))))
    ///             .alert(2, 20, |s| s.outside(days(1)))
    ///     })
    ///     .stock("ward gowns", |s| s.initial(10).periodic(weeks(1), 10, |s| s.outside(hours(4))))
    ///     .expense("new x-ray", 80_000.0)
    ///     .customers("patients", |c| {
    ///         c.poisson(per_hour(2.0))
    ///             .enter("reception")
    ///             .mix([("urgent", 0.1), ("routine", 0.9)])
    ///             .until(weeks(50))
    ///             .notice(days(2))
    ///             .promise(days(1))
    ///             .patience(Dist::Exponential { mean: days(1) })
    ///             .retry(0.5, days(1), |r| r.most(3).on([Loss::Balked, Loss::Reneged]))
    ///     })
    ///     .customers("staff", |c| c.population(30, weeks(8)).enter("doctor").class("routine"))
    ///     .build()?;
    /// assert_eq!((model.forks.len(), model.stocks.len()), (1, 2));
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
    /// The date and time at which a run starts, like `2026-01-05T00:00`.
    pub fn start(mut self, date_and_time: &str) -> ModelBuilder {
        let mut gaps = Gaps::new();
        self.model.start = understood(date_and_time, &mut gaps);
        self.add_gaps("start of the model", gaps);
        self
    }

    /// The calendar by which lead times are told in working hours as well.
    pub fn working_hours(mut self, calendar: impl Into<String>) -> ModelBuilder {
        self.model.working_hours = Some(calendar.into());
        self
    }

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
        let department = Department::new(name, Staff::Count(1));
        let blank = DepartmentBuilder { department, staffed: false, gaps: Gaps::new() };
        let DepartmentBuilder { department, staffed, gaps } = describe(blank);
        let place = super::validate::department_place(&department.name).to_string();
        if !staffed {
            let rule = "nothing is said about its staff: give `staff`, `infinite_staff` or `pool`";
            self.defects.push(Defect::new(&place, rule));
        }
        self.add_gaps(&place, gaps);
        self.model.departments.push(department);
        self
    }

    /// Adds people who serve several departments.
    pub fn pool(
        mut self,
        name: impl Into<String>,
        describe: impl FnOnce(PoolBuilder) -> PoolBuilder,
    ) -> ModelBuilder {
        let PoolBuilder { pool, staffed, gaps } = describe(PoolBuilder::new(name.into()));
        let place = super::validate::place("pool", &pool.name).to_string();
        if !staffed {
            self.defects.push(Defect::new(&place, "nothing is said about its staff: give `staff`"));
        }
        self.add_gaps(&place, gaps);
        self.model.pools.push(pool);
        self
    }

    /// Adds a calendar.
    pub fn calendar(
        mut self,
        name: impl Into<String>,
        describe: impl FnOnce(CalendarBuilder) -> CalendarBuilder,
    ) -> ModelBuilder {
        let CalendarBuilder { calendar, gaps } = describe(CalendarBuilder::new(name.into()));
        self.add_gaps(&super::validate::place("calendar", &calendar.name).to_string(), gaps);
        self.model.calendars.push(calendar);
        self
    }

    /// Adds a question that comes up during the service of the department `from` and is put to the department
    /// `to`.
    pub fn request(
        mut self,
        from: impl Into<String>,
        to: impl Into<String>,
        describe: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> ModelBuilder {
        self.model.requests.push(describe(RequestBuilder::new(from.into(), to.into())).0);
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

    /// Cases go on in parts when `from` has served them, until the parts meet at `join`.
    pub fn fork(
        mut self,
        from: impl Into<String>,
        join: impl Into<String>,
        describe: impl FnOnce(ForkBuilder) -> ForkBuilder,
    ) -> ModelBuilder {
        self.model.forks.push(describe(ForkBuilder::new(from.into(), join.into())).0);
        self
    }

    /// Adds something that work uses up.
    pub fn stock(
        mut self,
        name: impl Into<String>,
        describe: impl FnOnce(StockBuilder) -> StockBuilder,
    ) -> ModelBuilder {
        let stock = Stock { name: name.into(), ..Stock::default() };
        let StockBuilder { stock, gaps } = describe(StockBuilder { stock, gaps: Gaps::new() });
        self.add_gaps(&super::validate::place("stock", &stock.name).to_string(), gaps);
        self.model.stocks.push(stock);
        self
    }

    /// Adds an amount of money that is spent at the start of the run.
    pub fn expense(self, name: impl Into<String>, amount: f64) -> ModelBuilder {
        self.add_expense(Expense { name: name.into(), amount, at: None })
    }

    /// Adds an amount of money that is spent at a time since the start of the run.
    pub fn expense_at(self, name: impl Into<String>, amount: f64, at: Span) -> ModelBuilder {
        self.add_expense(Expense { name: name.into(), amount, at: Some(at) })
    }

    fn add_expense(mut self, expense: Expense) -> ModelBuilder {
        self.model.expenses.push(expense);
        self
    }

    /// Adds a customer stream.
    pub fn customers(
        mut self,
        name: impl Into<String>,
        describe: impl FnOnce(StreamBuilder) -> StreamBuilder,
    ) -> ModelBuilder {
        // These arrivals take the place of what is missing, so that the rest of the model can be checked.
        let blank = Stream::new(name, "", Arrivals::Poisson { rate: per_hour(1.0) });
        let described = describe(StreamBuilder { stream: blank, arrives: false });
        if !described.arrives {
            self.defects.push(Defect::new(
                super::validate::stream_place(&described.stream.name).to_string(),
                "nothing is said about its arrivals: give `poisson`, `renewal`, `pattern`, `schedule`, `saturated`, `population` or `trace`",
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

    fn add_gaps(&mut self, place: &str, gaps: Gaps) {
        self.defects.extend(gaps.into_iter().map(|rule| Defect::new(place, rule)));
    }
}
