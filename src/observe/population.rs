//! How many cases are in the system, averaged over equal stretches of the run: what the warm-up is
//! chosen from. Requests are not cases and do not count; while one is open, its case is in the system.

use crate::engine::{End, Identity, Life, Observer};
use crate::time::Tick;

/// Integrates the number of cases in the system over equal stretches.
#[derive(Debug)]
pub(crate) struct Population {
    stretch: Tick,
    now: Tick,
    present: u64,
    /// By stretch: case-ticks.
    areas: Vec<u128>,
}

impl Population {
    /// Divides `[0, horizon)` into so many stretches; a rest at the end is left out.
    pub fn new(horizon: Tick, stretches: usize) -> Population {
        let stretch = (horizon / stretches as Tick).max(1);
        Population { stretch, now: 0, present: 0, areas: vec![0; stretches] }
    }

    /// The length of a stretch.
    pub fn stretch(&self) -> Tick {
        self.stretch
    }

    /// The average number present in each stretch, the run having ended `now`.
    pub fn averages(mut self, now: Tick) -> Vec<f64> {
        self.advance(now);
        self.areas.iter().map(|&area| area as f64 / self.stretch as f64).collect()
    }

    fn advance(&mut self, now: Tick) {
        while self.now < now {
            let stretch = self.now / self.stretch;
            let end = now.min((stretch + 1) * self.stretch);
            if let Some(area) = self.areas.get_mut(stretch as usize) {
                *area += u128::from(self.present) * u128::from(end - self.now);
            } else {
                self.now = now;
                return;
            }
            self.now = end;
        }
    }
}

impl Observer for Population {
    fn arrived(&mut self, now: Tick, _case: u32, _who: &Identity, _row: u32) {
        self.advance(now);
        self.present += 1;
    }

    fn ended(&mut self, now: Tick, _case: u32, _who: &Identity, _row: u32, _life: &Life, _end: End) {
        self.advance(now);
        self.present -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_average_the_number_present() {
        let mut population = Population::new(40, 4);
        let (who, life) = (Identity::default(), Life { arrived: 0, touch: 0 });
        population.arrived(5, 0, &who, 0);
        population.arrived(15, 1, &who, 0);
        population.ended(30, 0, &who, 0, &life, End::Completed);
        assert_eq!(population.averages(40), [0.5, 1.5, 2.0, 1.0]);
    }
}
