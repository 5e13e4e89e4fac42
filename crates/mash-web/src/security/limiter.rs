//! Limits on guessing: failed attempts that a browser, and an address, may make before they have to wait.
//!
//! People in a room share an address, so it may fail far more often than one browser. Whoever throws their cookie away
//! after each guess is held by the address; what that leaves of a chance is in `docs/serve.md`.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

use super::visit::Visit;
use crate::clock::Seconds;

/// What is being guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Guess {
    /// The code of a room.
    Code,
    /// A passphrase: people choose it, so it may be weaker than a code.
    Passphrase,
    /// Nothing: practices begun, each of which takes room in the file.
    Practice,
}

impl Guess {
    /// Failed attempts within [`WINDOW`] that a browser may make, and an address.
    fn allowed(self) -> (u32, u32) {
        match self {
            Self::Code => (20, 1_000),
            Self::Passphrase => (20, 20),
            Self::Practice => (20, 200),
        }
    }
}

/// Seconds after which attempts are forgotten.
const WINDOW: Seconds = 600;
/// Browsers, and addresses, remembered; beyond that those whose window is over go first.
const MOST: usize = 10_000;

/// Failed attempts since a time.
type Failed<K> = BTreeMap<(K, Guess), (Seconds, u32)>;

/// Failed attempts by browser and by address.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    visits: Mutex<Failed<Vec<u8>>>,
    addresses: Mutex<Failed<IpAddr>>,
}

impl Limiter {
    /// Seconds to wait, where this browser or this address has guessed too often.
    pub(crate) fn wait(&self, from: IpAddr, visit: &Visit, guess: Guess, now: Seconds) -> Option<Seconds> {
        let (of_visit, of_address) = guess.allowed();
        let visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        let addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |failed: Option<&(Seconds, u32)>, allowed: u32| {
            let (since, count) = *failed?;
            let left = since + WINDOW - now;
            (count >= allowed && left > 0).then_some(left)
        };
        left(visits.get(&(visit.hash(), guess)), of_visit)
            .max(left(addresses.get(&(network(from), guess)), of_address))
    }

    /// Counts a failed attempt.
    pub(crate) fn failed(&self, from: IpAddr, visit: &Visit, guess: Guess, now: Seconds) {
        count(&self.visits, (visit.hash(), guess), now);
        count(&self.addresses, (network(from), guess), now);
    }
}

fn count<K: Ord>(failed: &Mutex<Failed<K>>, key: (K, Guess), now: Seconds) {
    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
    if failed.len() >= MOST {
        failed.retain(|_, (since, _)| now - *since < WINDOW);
        if failed.len() >= MOST {
            failed.clear();
        }
    }
    let (since, count) = failed.entry(key).or_insert((now, 0));
    if now - *since >= WINDOW {
        (*since, *count) = (now, 0);
    }
    *count = count.saturating_add(1);
}

/// The address, or of IPv6 the network of which one household or office has every address.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(number: u32) -> Visit {
        Visit { token: number.to_string() }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn twenty_failures_of_a_browser_then_a_wait_that_ends() {
        let limiter = Limiter::default();
        let here = address("127.0.0.1");
        for _ in 0..20 {
            assert_eq!(limiter.wait(here, &visit(1), Guess::Code, 100), None);
            limiter.failed(here, &visit(1), Guess::Code, 100);
        }
        assert_eq!(limiter.wait(here, &visit(1), Guess::Code, 160), Some(540));
        // Another address does not help, and nobody else beside them waits.
        assert_eq!(limiter.wait(address("127.0.0.2"), &visit(1), Guess::Code, 160), Some(540));
        assert_eq!(limiter.wait(here, &visit(2), Guess::Code, 160), None);
        assert_eq!(limiter.wait(here, &visit(1), Guess::Practice, 160), None);
        assert_eq!(limiter.wait(here, &visit(1), Guess::Code, 701), None);
        limiter.failed(here, &visit(1), Guess::Code, 701);
        assert_eq!(limiter.wait(here, &visit(1), Guess::Code, 701), None);
    }

    #[test]
    fn an_address_waits_after_a_thousand_whatever_its_cookies() {
        let limiter = Limiter::default();
        let here = address("2001:db8::1");
        for guess in 0..1_000 {
            assert_eq!(limiter.wait(here, &visit(guess), Guess::Code, 100), None, "{guess}");
            limiter.failed(here, &visit(guess), Guess::Code, 100);
        }
        assert_eq!(limiter.wait(here, &visit(5_000), Guess::Code, 100), Some(600));
        // The rest of the same IPv6 network is the same address; the next network is another.
        assert_eq!(limiter.wait(address("2001:db8::ffff:1"), &visit(5_000), Guess::Code, 100), Some(600));
        assert_eq!(limiter.wait(address("2001:db8:0:1::1"), &visit(5_000), Guess::Code, 100), None);
        // Passphrases have a smaller limit, whatever the cookies.
        for guess in 0..20 {
            limiter.failed(here, &visit(guess), Guess::Passphrase, 100);
        }
        assert_eq!(limiter.wait(here, &visit(9_000), Guess::Passphrase, 100), Some(600));
    }
}
