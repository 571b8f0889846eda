//! A terminating model, exactly: so many customers come to a queue that starts empty.

/// Poisson arrivals so many an hour, one member of staff with exponential services so many an hour.
pub struct Day {
    services: f64,
    /// By customer: the probabilities of finding 0, 1, 2, ... in the system.
    found: Vec<Vec<f64>>,
}

impl Day {
    /// After an arrival that found j there are j + 1; each departs before the next arrival with the probability that a
    /// service ends first (both are memoryless).
    pub fn new(arrivals: f64, services: f64, customers: usize) -> Day {
        let departs = services / (arrivals + services);
        let mut found = vec![vec![1.0]];
        while found.len() < customers {
            let last = &found[found.len() - 1];
            let mut next = vec![0.0; last.len() + 1];
            for (before, probability) in last.iter().enumerate() {
                let mut left = *probability;
                for there in (1..=before + 1).rev() {
                    next[there] += left * (1.0 - departs);
                    left *= departs;
                }
                next[0] += left;
            }
            found.push(next);
        }
        Day { services, found }
    }

    /// The mean over customers of what is expected of one who finds so many.
    fn mean(&self, of: impl Fn(usize) -> f64) -> f64 {
        let customer =
            |found: &Vec<f64>| found.iter().enumerate().map(|(there, p)| p * of(there)).sum::<f64>();
        self.found.iter().map(customer).sum::<f64>() / self.found.len() as f64
    }

    /// The mean waiting time, in hours.
    pub fn waiting(&self) -> f64 {
        self.mean(|there| there as f64 / self.services)
    }

    /// The mean lead time, in hours.
    pub fn lead_time(&self) -> f64 {
        self.mean(|there| (there + 1) as f64 / self.services)
    }

    /// The share of lead times longer than this: who finds j has a lead time of j + 1 services.
    pub fn longer(&self, hours: f64) -> f64 {
        let services = self.services * hours;
        self.mean(|there| {
            // Fewer than j + 1 services end in that time (Poisson).
            let terms = (1..=there).scan((-services).exp(), |term, done| {
                *term *= services / done as f64;
                Some(*term)
            });
            (-services).exp() + terms.sum::<f64>()
        })
    }

    /// The lead time that a share of customers exceeds.
    pub fn exceeded_by(&self, share: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1e3);
        for _ in 0..100 {
            let middle = (low + high) / 2.0;
            if self.longer(middle) > share { low = middle } else { high = middle }
        }
        low
    }
}
