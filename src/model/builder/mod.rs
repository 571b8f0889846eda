//! Models written in Rust.

mod customers;
mod department;
mod handoff;

use super::{Arrivals, Class, Department, Handoff, InitialWork, Model, Staff, Stream};
use crate::error::{Defect, Error, Result};
use crate::random::Dist;
use crate::time::{Span, per_hour};

pub use customers::{ClassBuilder, InitialBuilder, StreamBuilder};
pub use department::DepartmentBuilder;
pub use handoff::HandoffBuilder;

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
