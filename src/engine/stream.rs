//! The changing state of a customer stream: its next arrival.

use crate::engine::calendar::NEVER;
use crate::plan::{ArrivalPlan, NONE, StreamPlan, to_ticks};
use crate::random::{KeyPair, Purpose, Sampler, Words, item_key};
use crate::time::Tick;

/// More than so many never arrive together: no more can be in the system.
const LARGEST_BATCH: f64 = (1 << 23) as f64;

#[derive(Clone, Debug)]
pub(super) struct Stream<'p> {
    pub plan: &'p StreamPlan,
    keys: KeyPair,
    /// The number of the next arrival, from 0.
    pub number: u64,
    /// How many cases may still come.
    pub left: u64,
    /// From here on none comes.
    pub until: Tick,
    /// The key of the next arrival's first case, and of the one after.
    pub key: u64,
    following: u64,
    /// Where the times between arrivals are independent: the one that is scheduled next. It is drawn
    /// ahead, as the next event waits for it.
    gap: Tick,
    /// Of a rate pattern: how many arrivals were to be expected since its cycle began, and when
    /// that was.
    level: f64,
    cycle: Tick,
}

impl<'p> Stream<'p> {
    pub fn new(plan: &'p StreamPlan, seed: u64, replication: u64) -> Stream<'p> {
        let keys = KeyPair::new(seed, replication, plan.key);
        let (key, following) = (item_key(plan.key, 0, 0), item_key(plan.key, 1, 0));
        let gap = match &plan.arrivals {
            ArrivalPlan::Renewal(gap) => plan.from + drawn_gap(gap, keys, key),
            _ => 0,
        };
        let (level, cycle) = match &plan.arrivals {
            ArrivalPlan::Pattern(pattern) => {
                (pattern.level_at(plan.from % pattern.period), plan.from - plan.from % pattern.period)
            }
            _ => (0.0, 0),
        };
        Stream {
            plan,
            keys,
            number: 0,
            left: plan.limit,
            until: plan.until,
            key,
            following,
            gap,
            level,
            cycle,
        }
    }

    /// Random numbers of the next arrival.
    #[inline(always)]
    fn words(&self) -> Words {
        self.keys.words(self.key, 0)
    }

    /// The key and the random numbers of a member of the next batch.
    pub fn member(&self, member: u32) -> (u64, Words) {
        self.case(self.number, member)
    }

    /// The key and the random numbers of a case by its number and its place in the batch.
    pub fn case(&self, number: u64, member: u32) -> (u64, Words) {
        let key = item_key(self.plan.key, number, member);
        (key, self.keys.words(key, 0))
    }

    /// The random numbers of a case for one of its attempts: the first is 0.
    pub fn attempt(&self, key: u64, attempt: u32) -> Words {
        self.keys.words(key, attempt)
    }

    /// The class of the next arrival, where it comes alone and nothing is given.
    #[inline(always)]
    pub fn class(&self) -> u32 {
        self.plan.drawn_class(|| self.words().of(Purpose::Class).next())
    }

    /// How many cases the next arrival brings.
    pub fn batch(&self) -> u64 {
        let Some(sampler) = &self.plan.batch else { return 1 };
        let drawn = sampler.draw(self.words().of(Purpose::Batch));
        (libm::round(drawn).clamp(1.0, LARGEST_BATCH) as u64).min(self.left)
    }

    /// The class and the size of a case of the next arrival: given or drawn.
    pub fn class_and_size(&self, words: Words) -> (u32, f64) {
        let listed = match &self.plan.arrivals {
            ArrivalPlan::Listed(list) => list.get(self.number as usize),
            _ => None,
        };
        let class = match listed {
            Some(listed) if listed.class != NONE => listed.class,
            _ => self.plan.drawn_class(|| words.of(Purpose::Class).next()),
        };
        let size = match listed {
            Some(listed) if !listed.size.is_nan() => listed.size,
            _ => self.plan.size.as_ref().map_or(1.0, |sampler| sampler.draw(words.of(Purpose::Size))),
        };
        (class, size)
    }

    /// Goes on from an arrival that came `now` to the next, and tells when that comes.
    #[inline(always)]
    pub fn next_time_after(&mut self, now: Tick) -> Tick {
        self.left -= 1;
        if self.left == 0 {
            return NEVER;
        }
        self.number += 1;
        self.key = self.following;
        self.following = item_key(self.plan.key, self.number + 1, 0);
        self.next_time(now)
    }

    /// When the next arrival comes, if the one before came `now`; [`NEVER`] when none does.
    #[inline(always)]
    pub fn next_time(&mut self, now: Tick) -> Tick {
        if self.left == 0 {
            return NEVER;
        }
        let time = match &self.plan.arrivals {
            ArrivalPlan::Renewal(gap) => {
                let time = now + self.gap;
                self.gap = drawn_gap(gap, self.keys, self.following);
                time
            }
            _ => self.other_time(),
        };
        if time < self.until { time } else { NEVER }
    }

    /// A rate that varies is followed by inverting its cumulative (Çınlar 1975): arrivals of a
    /// Poisson process of rate 1 are carried to the times at which so many were to be expected.
    #[inline(never)]
    fn other_time(&mut self) -> Tick {
        let mut words = self.words().of(Purpose::Interarrival);
        match &self.plan.arrivals {
            ArrivalPlan::Pattern(pattern) => {
                self.level += crate::random::exponential(&mut words);
                let cycles = libm::floor(self.level / pattern.total);
                self.level = (self.level - cycles * pattern.total).clamp(0.0, pattern.total * (1.0 - 1e-16));
                self.cycle =
                    self.cycle.saturating_add(to_ticks(cycles * pattern.period as f64)).min(NEVER / 2);
                // Rounding may bring the first to before the stream begins.
                (self.cycle + pattern.invert(self.level)).max(self.plan.from)
            }
            ArrivalPlan::Listed(list) => list.get(self.number as usize).map_or(NEVER, |listed| listed.at),
            ArrivalPlan::Renewal(_) | ArrivalPlan::Saturated | ArrivalPlan::Population => NEVER,
        }
    }
}

/// The time between the arrival with this key and the one before.
#[inline(always)]
fn drawn_gap(gap: &Sampler, keys: KeyPair, key: u64) -> Tick {
    to_ticks(gap.draw(keys.words(key, 0).of(Purpose::Interarrival)))
}
