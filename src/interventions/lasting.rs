//! Changes that have a beginning: introductions with a later effect, surges, slow-downs.

use super::Introduction;
use super::apply::Changing;
use crate::model::{Arrivals, Outage, Period, RateStep, Source};
use crate::random::Dist;
use crate::time::{Rate, Span};

impl Changing {
    /// The introduction of a change takes its people and its money.
    pub fn introduce(&mut self, whose: &[&String], introduction: &Introduction) {
        let &Introduction { at, lasts, staff, cost } = introduction;
        if staff > 0 && lasts > Span::ZERO {
            for name in whose {
                self.people(name, |people| people.outages.push(Outage { at, lasts, staff: Some(staff) }));
            }
        }
        self.spend(cost, Some(at));
    }

    /// Services and errors of some departments are others when an introduction is over.
    pub fn improve(&mut self, names: &[&String], factors: (f64, f64), introduction: &Introduction) {
        for name in names {
            self.has_period(name, end(introduction.at, introduction.lasts), None, None, factors);
        }
        self.introduce(names, introduction);
    }

    pub fn training(&mut self, name: &String, factors: (f64, f64, f64), introduction: &Introduction) {
        let (service_factor, cv_factor, error_factor) = factors;
        let from = end(introduction.at, introduction.lasts);
        if cv_factor == 1.0 {
            self.has_period(name, from, None, None, (service_factor, error_factor));
        } else if let Some(service) = self.steadied(name, cv_factor) {
            self.has_period(name, from, None, Some(service), (service_factor, error_factor));
        }
        self.introduce(&[name], introduction);
    }

    /// The service time of a department with another coefficient of variation.
    fn steadied(&mut self, name: &str, factor: f64) -> Option<Dist> {
        let service = self.department(name, |department| {
            department.service.clone().filter(|_| department.service_for.is_empty())
        })?;
        let steadied = match service {
            Some(Dist::Gamma { mean, cv }) => Dist::gamma(mean, crate::random::cv(cv.0 * factor)),
            Some(Dist::Lognormal { mean, cv }) => Dist::lognormal(mean, crate::random::cv(cv.0 * factor)),
            Some(_) => {
                self.refuse(format!(
                    "the service time of `{name}` has no coefficient of variation to change: give it as gamma or lognormal"
                ));
                return None;
            }
            None => {
                self.refuse(format!("`{name}` has not one service time for all classes and visits"));
                return None;
            }
        };
        Some(steadied)
    }

    /// A department's work is another for a while.
    fn has_period(
        &mut self,
        name: &str,
        from: Span,
        until: Option<Span>,
        service: Option<Dist>,
        (service_factor, error_factor): (f64, f64),
    ) {
        let period = Period { from, until, service, service_factor, error_factor };
        // Where some overlap, the last one counts alone.
        let other = |other: &Period| {
            other.until.is_none_or(|end| end > from) && until.is_none_or(|end| other.from < end)
        };
        let overlaps = self.department(name, |department| {
            let overlaps = department.periods.iter().any(other);
            department.periods.push(period);
            overlaps
        });
        if overlaps == Some(true) {
            self.refuse(format!("`{name}` has another period at that time, whose effect would end"));
        }
    }

    /// All service times of a department times a factor, those of answers and orders included.
    pub fn scale_service(&mut self, name: &str, factor: f64) {
        let scale = |service: &mut Dist| *service = service.clone().scaled(factor);
        let found = self.department(name, |department| {
            let rules = department.service_for.iter_mut().map(|rule| &mut rule.service);
            let periods = department.periods.iter_mut().filter_map(|period| period.service.as_mut());
            department.service.iter_mut().chain(rules).chain(periods).for_each(scale);
        });
        if found.is_none() {
            return;
        }
        let answers = self.model.requests.iter_mut().filter(|request| request.to == name);
        answers.filter_map(|request| request.service.as_mut()).for_each(scale);
        let supplies = self.model.stocks.iter_mut().flat_map(|stock| &mut stock.supplies);
        let orders = supplies.filter_map(|supply| match &mut supply.source {
            Source::Department { department, service, .. } if department == name => service.as_mut(),
            Source::Department { .. } | Source::Outside { .. } => None,
        });
        orders.for_each(scale);
    }

    /// All probabilities of the errors of a department times a factor.
    pub fn scale_errors(&mut self, name: &str, factor: f64) {
        if !(factor.is_finite() && factor >= 0.0) {
            return self.refuse(format!("the factor is {factor}, must be finite and at least 0"));
        }
        let scale = |probability: &mut f64| *probability = (*probability * factor).min(1.0);
        let makes = self.department(name, |department| {
            let errors = department.errors.as_mut()?;
            let classes = errors.probability_for.iter_mut().map(|rule| &mut rule.probability);
            let others = [&mut errors.probability, &mut errors.if_defective, &mut errors.after_guess];
            others.into_iter().flatten().chain(classes).for_each(scale);
            Some(())
        });
        if makes == Some(None) {
            self.refuse(format!("`{name}` makes no errors"));
        }
    }

    pub fn slow_down(&mut self, name: &str, at: Span, lasts: Span, factor: f64) {
        self.has_period(name, at, Some(end(at, lasts)), None, (factor, 1.0));
    }

    /// More customers: a stream of their own, like the one they come beside.
    pub fn surge(&mut self, name: &str, at: Span, lasts: Span, factor: f64) {
        let more = factor - 1.0;
        if !(more.is_finite() && more > 0.0) {
            return self.refuse(format!("the factor is {factor}, must be above 1"));
        }
        let Some(mut surge) = self.stream(name, |stream| stream.clone()) else { return };
        let arrivals = match &surge.arrivals {
            Arrivals::Poisson { rate } => Some(Arrivals::Poisson { rate: times(*rate, more) }),
            Arrivals::Pattern { period, steps } => Some(Arrivals::Pattern {
                period: *period,
                steps: steps
                    .iter()
                    .map(|step| RateStep { from: step.from, rate: times(step.rate, more) })
                    .collect(),
            }),
            Arrivals::Renewal { interarrival } => {
                Some(Arrivals::Renewal { interarrival: interarrival.clone().scaled(1.0 / more) })
            }
            Arrivals::Schedule { .. }
            | Arrivals::Trace { .. }
            | Arrivals::Saturated
            | Arrivals::Population { .. } => None,
        };
        let Some(arrivals) = arrivals else {
            return self.refuse(format!("the arrivals of `{name}` have no rate that could rise"));
        };
        if surge.class.is_none() && surge.mix.is_empty() {
            surge.class = Some(name.into());
        }
        surge.arrivals = arrivals;
        surge.name = format!("{name} (surge)");
        while self.model.streams.iter().any(|stream| stream.name == surge.name) {
            surge.name.push('\'');
        }
        (surge.from, surge.until, surge.limit) = (Some(at), Some(end(at, lasts)), None);
        let own = !self.model.classes.iter().any(|class| class.name == name);
        if own && surge.class.as_deref() == Some(name) {
            // A class that another stream names has to be listed.
            self.model.classes.push(crate::model::Class { name: name.into(), ..Default::default() });
        }
        self.model.streams.push(surge);
    }
}

/// When something ends that begins at a time and lasts so long.
fn end(at: Span, lasts: Span) -> Span {
    Span::from_ticks(at.ticks().saturating_add(lasts.ticks()))
}

fn times(rate: Rate, factor: f64) -> Rate {
    Rate::new(rate.per_hour() * factor, crate::time::hours(1))
}
