//! Random draws as a pure function of what they are for: seed, replication, entity, purpose and draw number.
//!
//! In: the five numbers. Out: a uniform in (0, 1), the same on every platform and at any thread count. No draw
//! depends on how many draws anything else took, so a changed threshold or an extra worker leaves all others alone.
//! The generator is in [`crate::philox`].

use crate::{
    philox::{halves, lower_half, philox4x32_10, side_by_side},
    sampling,
};

/// What a draw is for. The numbers are part of the results: a purpose is never renumbered, only added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Purpose {
    /// How many households make contact in a year.
    Volume = 1,
    /// When a household makes contact, and how often.
    Timing = 2,
    /// Children of a household: number, ages, sex, ethnicity.
    Household = 3,
    /// Who makes contact.
    Source = 4,
    /// How serious the situation is.
    Severity = 5,
    /// What the hub decided on a household's earlier contacts.
    History = 6,
    /// Which themes are present.
    Themes = 7,
    /// How serious each theme is.
    Tiers = 8,
    /// Facts a household's children share.
    HouseholdFacts = 9,
    /// Facts of one child.
    ChildFacts = 10,
    /// Engagement, consent and protective facts.
    Engagement = 11,
    /// What the referrer reports.
    Report = 12,
    /// What the referrer reports wrongly.
    Misreport = 13,
    /// What each agency holds; the agency is part of the entity.
    Held = 14,
    /// The time from one arrival to the next, and how many come at once.
    Arrival = 15,
    /// The class of a contact in a queue.
    Class = 16,
    /// How long a station takes for a contact; the station is part of the entity.
    Service = 17,
    /// When a household is heard of again.
    Recontact = 18,
    /// How a contact comes in, and whether it is held back.
    Channel = 19,
    /// How long a desk of the front door takes for a contact; the desk is part of the entity.
    Desk = 20,
    /// Who is absent; entity: desk and post, or worker, with the day.
    Absence = 21,
    /// Whether the family agrees, and how long it takes to answer.
    Agreement = 22,
    /// What an agency does with an enquiry; the agency is part of the entity.
    Enquiry = 23,
    /// How long a strategy discussion takes and what comes of it.
    Strategy = 24,
    /// Assessments and what is found.
    Assessment = 25,
    /// Section 47 enquiries, conferences and plans.
    Protection = 26,
    /// Early help.
    EarlyHelp = 27,
    /// Who works in the teams that hold cases, and for how long.
    Workforce = 28,
    /// How people depart from what is recommended.
    People = 29,
    /// Cases that are open when a run begins.
    Snapshot = 30,
    /// Which decisions a manager reads.
    Oversight = 31,
    /// Which replications stand in a bootstrap sample; entity: the sample.
    Resampling = 32,
    /// Where in the ranges of its figures a scenario is looked at; entity: the range.
    Ranges = 33,
    /// When in its week something happens that is simulated by the week: for the event log alone.
    LogMoment = 34,
    /// Which vignettes a resample of an exercise's votes takes.
    Resample = 40,
}

/// A sequence of draws for one purpose of one entity in one replication.
#[derive(Debug, Clone)]
pub struct Stream {
    seed: u64,
    replication: u32,
    entity: u64,
    purpose: Purpose,
    // INVARIANT: the next draw number; 65,536 means that none is left.
    next: u32,
    // INVARIANT: before an odd draw, the second half of the block that gave the draw before it.
    second: u64,
}

/// A stream has no draw left after number 65,535.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entity {entity} in replication {replication} has used all 65,536 draws for {purpose:?}")]
pub struct DrawOverflowError {
    /// The entity whose stream ran out.
    pub entity: u64,
    /// Its replication.
    pub replication: u32,
    /// What the draws were for.
    pub purpose: Purpose,
}

impl Stream {
    /// The stream of this purpose, from its first draw.
    #[must_use]
    pub fn new(seed: u64, replication: u32, entity: u64, purpose: Purpose) -> Self {
        Self { seed, replication, entity, purpose, next: 0, second: 0 }
    }

    /// The next 64 random bits.
    ///
    /// # Errors
    /// [`DrawOverflowError`] after draw 65,535.
    pub fn bits(&mut self) -> Result<u64, DrawOverflowError> {
        let draw = u16::try_from(self.next).map_err(|_| DrawOverflowError {
            entity: self.entity,
            replication: self.replication,
            purpose: self.purpose,
        })?;
        self.next += 1;
        if !draw.is_multiple_of(2) {
            return Ok(self.second);
        }
        let [first, second] = block_at(self.seed, self.replication, self.entity, self.purpose, draw / 2);
        self.second = second;
        Ok(first)
    }

    /// The next bits, as many as there is room for: the same as one after the other, several blocks at a time.
    ///
    /// # Errors
    /// [`DrawOverflowError`] after draw 65,535.
    pub fn fill(&mut self, bits: &mut [u64]) -> Result<(), DrawOverflowError> {
        for places in bits.chunks_mut(2 * BLOCKS) {
            let pair = u16::try_from(self.next / 2).ok().filter(|_| self.next.is_multiple_of(2));
            // The counter of the last block may not run over; few draws are quicker one by one.
            let Some(pair) = pair.filter(|pair| places.len() > 2 && *pair <= LAST_PAIR_OF_SEVERAL) else {
                places.iter_mut().try_for_each(|place| self.bits().map(|drawn| *place = drawn))?;
                continue;
            };
            let drawn = blocks_at(self.seed, self.replication, self.entity, self.purpose, pair);
            let mut drawn = drawn.as_flattened().iter().copied();
            places.iter_mut().zip(&mut drawn).for_each(|(place, drawn)| *place = drawn);
            self.next += u32::try_from(places.len()).unwrap_or(0);
            if let Some(second) = drawn.next() {
                self.second = second;
            }
        }
        Ok(())
    }

    /// The next uniform, strictly between 0 and 1.
    ///
    /// # Errors
    /// [`DrawOverflowError`] after draw 65,535.
    pub fn uniform(&mut self) -> Result<f64, DrawOverflowError> {
        self.bits().map(open_unit)
    }

    /// True with this probability; one draw.
    ///
    /// # Errors
    /// [`DrawOverflowError`] after draw 65,535.
    pub fn chance(&mut self, probability: f64) -> Result<bool, DrawOverflowError> {
        Ok(sampling::bernoulli(self.uniform()?, probability))
    }

    /// Position of one weight, drawn in proportion to the weights; one draw.
    ///
    /// # Errors
    /// [`DrawOverflowError`] after draw 65,535.
    pub fn pick(&mut self, weights: &[f64]) -> Result<usize, DrawOverflowError> {
        Ok(sampling::categorical(self.uniform()?, weights))
    }

    /// A whole number from `low` to `high`, each as likely; one draw.
    ///
    /// # Errors
    /// [`DrawOverflowError`] after draw 65,535.
    pub fn between(&mut self, low: i64, high: i64) -> Result<i64, DrawOverflowError> {
        Ok(sampling::uniform_integer(self.uniform()?, low, high))
    }

    /// A standard normal value; one draw.
    ///
    /// # Errors
    /// [`DrawOverflowError`] after draw 65,535.
    pub fn normal(&mut self) -> Result<f64, DrawOverflowError> {
        Ok(sampling::normal_quantile(self.uniform()?))
    }
}

/// The bits of one draw, by the numbers that name it.
#[must_use]
pub fn bits_at(seed: u64, replication: u32, entity: u64, purpose: Purpose, draw: u16) -> u64 {
    let [first, second] = block_at(seed, replication, entity, purpose, draw / 2);
    if draw.is_multiple_of(2) { first } else { second }
}

/// The bits of two draws, one after the other.
///
/// The key is the seed; the counter holds the replication in 32 bits, the entity in 64, the purpose in 16 and the
/// number of the pair in 16.
fn block_at(seed: u64, replication: u32, entity: u64, purpose: Purpose, pair: u16) -> [u64; 2] {
    let [entity_low, entity_high] = halves(entity);
    words(philox4x32_10([replication, entity_low, entity_high, counter_end(purpose, pair)], halves(seed)))
}

/// Blocks reckoned side by side.
pub(crate) const BLOCKS: usize = 4;
/// The last pair of draws of a stream with which several blocks may begin.
const LAST_PAIR_OF_SEVERAL: u16 = u16::MAX / 2 - 3;

/// The bits of pairs of draws that follow one another.
fn blocks_at(
    seed: u64,
    replication: u32,
    entity: u64,
    purpose: Purpose,
    first_pair: u16,
) -> [[u64; 2]; BLOCKS] {
    let pairs = [0, 1, 2, 3].map(|further| first_pair.saturating_add(further));
    bits_of_pairs(seed, replication, entity, purpose, pairs)
}

/// The bits of some pairs of draws, by the numbers of the pairs: what the stream gives there, found side by side.
pub(crate) fn bits_of_pairs(
    seed: u64,
    replication: u32,
    entity: u64,
    purpose: Purpose,
    pairs: [u16; BLOCKS],
) -> [[u64; 2]; BLOCKS] {
    let [low, high] = halves(entity);
    let last = pairs.map(|pair| counter_end(purpose, pair));
    side_by_side([[replication; BLOCKS], [low; BLOCKS], [high; BLOCKS], last], halves(seed))
}

/// A block as the bits of two draws.
fn words([a, b, c, d]: [u32; 4]) -> [u64; 2] {
    [(u64::from(b) << 32) | u64::from(a), (u64::from(d) << 32) | u64::from(c)]
}

/// A pair of uniforms, by the number of the pair, for each of several entities: the same draws as their streams give,
/// found side by side.
pub(crate) fn uniform_pairs<const N: usize>(
    seed: u64,
    replication: u32,
    entities: [u64; N],
    purpose: Purpose,
    pair: u16,
) -> [[f64; 2]; N] {
    let [low, high] = [0, 32].map(|shift| entities.map(|entity| lower_half(entity >> shift)));
    let last = [counter_end(purpose, pair); N];
    side_by_side([[replication; N], low, high, last], halves(seed)).map(|pair| pair.map(open_unit))
}

/// The last word of a counter.
fn counter_end(purpose: Purpose, pair: u16) -> u32 {
    (u32::from(purpose as u16) << 16) | u32::from(pair)
}

/// Bits to a uniform strictly between 0 and 1: the upper 52 bits, then half a step so that neither end is reached.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "52 bits fit a double exactly")]
pub fn open_unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_is_named_by_its_five_numbers() {
        let mut stream = Stream::new(7, 3, 42, Purpose::Themes);
        let first = stream.bits().unwrap();
        let second = stream.bits().unwrap();
        assert_eq!(first, bits_at(7, 3, 42, Purpose::Themes, 0));
        assert_eq!(second, bits_at(7, 3, 42, Purpose::Themes, 1));
        let others = [
            bits_at(8, 3, 42, Purpose::Themes, 0),
            bits_at(7, 4, 42, Purpose::Themes, 0),
            bits_at(7, 3, 43, Purpose::Themes, 0),
            bits_at(7, 3, 42, Purpose::Tiers, 0),
        ];
        assert!(others.iter().all(|other| *other != first));
    }

    #[test]
    fn many_draws_at_once_are_the_same_as_one_by_one() {
        for (skipped, count) in [(0, 0), (0, 1), (0, 8), (0, 110), (1, 9), (2, 21), (65_500, 36), (65_529, 7)]
        {
            let mut one_by_one = Stream::new(7, 3, 42, Purpose::Held);
            one_by_one.fill(&mut vec![0; skipped.min(1)]).unwrap();
            (1..skipped).for_each(|_| assert!(one_by_one.bits().is_ok()));
            let mut at_once = one_by_one.clone();
            let mut bits = vec![0; count];
            at_once.fill(&mut bits).unwrap();
            let expect: Vec<u64> = (0..count).map(|_| one_by_one.bits().unwrap()).collect();
            assert_eq!(bits, expect, "{count} after {skipped}");
            assert_eq!(at_once.bits(), one_by_one.bits());
        }
        let pairs = [3, 0, 9, 700];
        for (pair, found) in pairs.into_iter().zip(bits_of_pairs(7, 3, 42, Purpose::Held, pairs)) {
            assert_eq!(found, [0, 1].map(|half| bits_at(7, 3, 42, Purpose::Held, 2 * pair + half)));
        }
        let mut stream = Stream::new(7, 3, 42, Purpose::Held);
        assert!(stream.fill(&mut vec![0; 65_537]).is_err());
    }

    #[test]
    fn the_last_draw_is_followed_by_an_error() {
        let mut stream = Stream::new(1, 1, 1, Purpose::Volume);
        for _ in 0..=u16::MAX {
            stream.bits().unwrap();
        }
        assert_eq!(
            stream.bits().unwrap_err().to_string(),
            "entity 1 in replication 1 has used all 65,536 draws for Volume"
        );
    }

    #[test]
    fn pairs_side_by_side_are_what_each_stream_gives() {
        let entities = [0, 1, 7, 1 << 40, u64::MAX];
        for (entity, found) in entities.into_iter().zip(uniform_pairs(9, 4, entities, Purpose::Service, 1)) {
            let mut stream = Stream::new(9, 4, entity, Purpose::Service);
            let four = [(); 4].map(|()| stream.uniform().unwrap().to_bits());
            assert_eq!(found.map(f64::to_bits), [four[2], four[3]]);
        }
    }

    #[test]
    fn uniforms_stay_inside_the_open_interval() {
        assert!(open_unit(0) > 0.0 && open_unit(u64::MAX) < 1.0);
        let mut stream = Stream::new(1, 0, 0, Purpose::Timing);
        let mean = (0..10_000).map(|_| stream.uniform().unwrap()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
    }
}
