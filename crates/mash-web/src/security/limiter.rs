//! Limits on guessing: failed attempts an address may make before it has to wait.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use crate::clock::Seconds;

/// What is being guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Guess {
    /// The code of a room.
    Code,
    /// A passphrase.
    Passphrase,
    /// Nothing: practices begun, each of which takes room in the file.
    Practice,
}

/// Failed attempts that are allowed within [`WINDOW`].
const ALLOWED: u32 = 20;
/// Seconds after which attempts are forgotten.
const WINDOW: Seconds = 600;
/// Addresses remembered; beyond that the oldest windows go first.
const MOST_ADDRESSES: usize = 10_000;

/// Failed attempts by address.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    failed: Mutex<BTreeMap<(IpAddr, Guess), (Seconds, u32)>>,
}

impl Limiter {
    /// Seconds to wait, where this address has guessed too often.
    pub(crate) fn wait(&self, from: IpAddr, guess: Guess, now: Seconds) -> Option<Seconds> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = *failed.get(&(from, guess))?;
        let left = since + WINDOW - now;
        (count >= ALLOWED && left > 0).then_some(left)
    }

    /// Counts a failed attempt.
    pub(crate) fn failed(&self, from: IpAddr, guess: Guess, now: Seconds) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= MOST_ADDRESSES {
            failed.retain(|_, (since, _)| now - *since < WINDOW);
            if failed.len() >= MOST_ADDRESSES {
                failed.clear();
            }
        }
        let (since, count) = failed.entry((from, guess)).or_insert((now, 0));
        if now - *since >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_failures_then_a_wait_that_ends() {
        let limiter = Limiter::default();
        let [here, there] = ["127.0.0.1", "127.0.0.2"].map(|it| it.parse().unwrap());
        for _ in 0..20 {
            assert_eq!(limiter.wait(here, Guess::Code, 100), None);
            limiter.failed(here, Guess::Code, 100);
        }
        assert_eq!(limiter.wait(here, Guess::Code, 160), Some(540));
        assert_eq!(limiter.wait(there, Guess::Code, 160), None);
        assert_eq!(limiter.wait(here, Guess::Passphrase, 160), None);
        assert_eq!(limiter.wait(here, Guess::Code, 701), None);
        limiter.failed(here, Guess::Code, 701);
        assert_eq!(limiter.wait(here, Guess::Code, 701), None);
    }
}
