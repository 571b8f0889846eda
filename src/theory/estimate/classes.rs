//! What formulas say of the cases of a class, over all departments.

use crate::theory::error::{TheoryError, in_range};
use crate::theory::figures::{Exactness, Figures};

use super::flow::Group;
use super::service::Work;
use super::settle::Settled;
use super::station::{Answer, Load, reason};
use super::{ClassEstimate, Completed, Estimated, MeanVisits};

/// `None` where no case arrives in the class.
pub(super) fn class_estimate(
    settled: &Settled,
    answers: &[std::result::Result<Answer, String>],
    class: u32,
) -> Option<ClassEstimate> {
    let traffic = &settled.traffic;
    let name = traffic.resolved.classes[class as usize].name.to_owned();
    let groups = traffic.groups.iter().zip(&settled.visits).filter(|(group, _)| group.class == class);
    let groups: Vec<_> = groups.collect();
    if traffic.unknown_classes[class as usize] {
        let why = "Not all of its cases have a long-run rate.".to_owned();
        let completed = Estimated::NotApplicable(why);
        return Some(ClassEstimate { class: name, arrival_rate: None, visits: Vec::new(), completed });
    }
    if groups.is_empty() {
        return None;
    }
    let arrival_rate: f64 = groups.iter().flat_map(|(group, _)| group.entering()).sum();
    let mut visits = vec![0.0; settled.station_of.len()];
    for (group, rates) in &groups {
        for (at, (rate, _)) in group.walk.states.iter().zip(*rates).filter(|(at, _)| at.is_case()) {
            visits[at.department] += rate / arrival_rate;
        }
    }
    let here: Vec<usize> = (0..visits.len()).filter(|&department| visits[department] > 0.0).collect();
    let departments = &traffic.resolved.model.departments;
    let visit = |&department: &usize| MeanVisits {
        department: departments[department].name.clone(),
        mean: visits[department],
    };
    let refused = here.iter().find_map(|&at| {
        let why = answers[settled.station_of[at]].as_ref().err()?;
        Some(format!("Department `{}` has no figures: {why}", departments[at].name))
    });
    let solved = groups.iter().all(|(group, rates)| rates.len() == group.walk.states.len());
    let untimed = groups.iter().find_map(|(group, _)| group.walk.untimed.clone());
    let completed = match refused.or(untimed) {
        Some(why) => Estimated::NotApplicable(why),
        None if !solved => Estimated::NotApplicable("The traffic equations did not settle.".to_owned()),
        None => match completed(settled, answers, &groups) {
            Ok((throughput, lead_time_mean)) => {
                let exactness =
                    together(here.iter().filter_map(|&at| answers[settled.station_of[at]].as_ref().ok()));
                Estimated::Value(Completed { exactness, throughput, lead_time_mean })
            }
            Err(error) => Estimated::NotApplicable(reason(error)),
        },
    };
    Some(ClassEstimate {
        class: name,
        arrival_rate: Some(arrival_rate),
        visits: here.iter().map(visit).collect(),
        completed,
    })
}

/// Cases completed per hour and their mean lead time: the time spent at all states per hour by cases
/// that will be completed, over their number (Little 1961).
///
/// Losses at different visits of a case count as independent of its times.
fn completed(
    settled: &Settled,
    answers: &[std::result::Result<Answer, String>],
    groups: &[(&Group, &Vec<(f64, Work)>)],
) -> std::result::Result<(f64, f64), TheoryError> {
    let (mut throughput, mut time) = (0.0, 0.0);
    for (group, visits) in groups {
        let completion = group.completion(&settled.served)?;
        let entering = group.entering();
        throughput += entering.iter().zip(&completion).map(|(rate, share)| rate * share).sum::<f64>();
        let walk = &group.walk;
        let known =
            visits.iter().enumerate().filter(|(state, visit)| visit.0 > 0.0 && walk.states[*state].is_case());
        for (state, &(rate, work)) in known {
            let at = &walk.states[state];
            let Ok(answer) = &answers[settled.station_of[at.department]] else { continue };
            let loads = &settled.stations[settled.station_of[at.department]].loads;
            // Waits are the same for all of one class, what interrupts the work for all of one load.
            let same = |load: &Load| {
                load.department == at.department
                    && load.class == at.class
                    && load.request.is_none()
                    && load.rate == rate
                    && load.work.service == work.service
            };
            let found = loads.iter().zip(&answer.waits).find(|(load, _)| same(load));
            let stay =
                found.map_or(work.service.mean, |(load, wait)| wait + load.occupancy.mean * answer.stretch);
            let share = walk.served(state, &settled.served);
            let reneging = walk.reneging_from(state).map_or(0.0, |to| (1.0 - share) * completion[to]);
            time += rate * (completion[state] - reneging) * stay;
            time += rate * reneging * patience(&answer.figures);
            for step in &walk.steps[state] {
                let onward = step.to.map_or(if step.lost { 0.0 } else { 1.0 }, |to| completion[to]);
                time += rate * share * step.probability * onward * step.transfer;
            }
        }
    }
    let lead_time = in_range(time / throughput)?;
    Ok((throughput, lead_time))
}

/// The mean wait of those who leave the queue (Little 1961).
fn patience(figures: &Figures) -> f64 {
    let leaving = figures.arrival_rate * figures.loss_probability;
    let waiting = figures.queue_mean - figures.throughput * figures.wait_mean;
    if leaving > 0.0 { (waiting / leaving).max(0.0) } else { 0.0 }
}

/// Exact if all are; else everything that makes them approximate.
fn together<'a>(answers: impl Iterator<Item = &'a Answer>) -> Exactness {
    let mut sources: Vec<&str> = Vec::new();
    for answer in answers {
        if let Exactness::Approximate { source } = &answer.figures.exactness
            && !sources.contains(&source.as_ref())
        {
            sources.push(source);
        }
    }
    if sources.is_empty() {
        Exactness::Exact
    } else {
        Exactness::Approximate { source: sources.join(" ").into() }
    }
}
