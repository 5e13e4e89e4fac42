//! A part of a batch's replications, for another machine.

use std::{fmt, str::FromStr};

/// Shard `index` of `of`: every `of`-th replication, so that shards of unlike machines end at about the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shard {
    // INVARIANT: 1 <= index <= of.
    index: u32,
    of: u32,
}

/// A shard that there cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no shard; write I/N with I from 1 to N, for example 1/4")]
pub struct ShardError(String);

impl Shard {
    /// All of a batch.
    pub const WHOLE: Shard = Shard { index: 1, of: 1 };

    /// Shard `index` of `of`, from 1.
    ///
    /// # Errors
    /// [`ShardError`] unless `1 <= index <= of`.
    pub fn new(index: u32, of: u32) -> Result<Self, ShardError> {
        if (1..=of).contains(&index) {
            Ok(Self { index, of })
        } else {
            Err(ShardError(format!("{index}/{of}")))
        }
    }

    /// Which one, from 1.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// Of how many.
    #[must_use]
    pub fn of(self) -> u32 {
        self.of
    }

    /// Its replications among so many, in order.
    pub fn replications(self, count: u32) -> impl Iterator<Item = u32> {
        let step = usize::try_from(self.of).unwrap_or(usize::MAX);
        (self.index - 1..count).step_by(step)
    }

    /// How many of so many are its own.
    #[must_use]
    pub fn count(self, count: u32) -> u32 {
        count.saturating_sub(self.index - 1).div_ceil(self.of)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let wrong = || ShardError(text.to_owned());
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        let (index, of) =
            (index.trim().parse().map_err(|_| wrong())?, of.trim().parse().map_err(|_| wrong())?);
        Self::new(index, of).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_out_every_replication_once() {
        for count in [0, 1, 6, 7, 50] {
            for of in [1, 2, 7] {
                let mut all: Vec<u32> = Vec::new();
                for index in 1..=of {
                    let shard = Shard::new(index, of).unwrap();
                    let own: Vec<u32> = shard.replications(count).collect();
                    assert_eq!(own.len(), shard.count(count) as usize);
                    all.extend(own);
                }
                all.sort_unstable();
                assert_eq!(all, (0..count).collect::<Vec<_>>());
            }
        }
        for wrong in ["", "0/3", "4/3", "1", "a/b", "1/0", "-1/2"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
        assert_eq!("2/3".parse::<Shard>().unwrap().to_string(), "2/3");
    }
}
