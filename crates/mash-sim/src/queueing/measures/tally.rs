//! What is kept of visits: sums for every class, lists of what is asked for.

use super::{Measure, Statistic, Window, present};
use crate::queueing::{Network, Time, Visit};

/// What is kept of every station.
pub(super) struct Tallies<'n> {
    network: &'n Network,
    window: Window,
    stations: Vec<OfStation>,
}

#[derive(Default)]
struct OfStation {
    keep: Keep,
    by_class: Vec<OfClass>,
    /// The contacts that are asked for by number, with the time from arrival until done.
    of_contacts: Vec<(u32, Option<Time>)>,
}

/// What is asked of a station.
#[derive(Default, Clone, Copy)]
struct Keep {
    anything: bool,
    waits: bool,
    until_done: bool,
    moves: bool,
    thirds: bool,
}

/// What is kept of one class at one station.
#[derive(Default)]
struct OfClass {
    /// Contacts that count and were worked on, and those that were turned away.
    served: u32,
    turned_away: u32,
    /// Sums over those that were worked on, nanoseconds.
    waited: i128,
    until_done: i128,
    /// Contact-nanoseconds within the stretch that counts: waiting, at work, and waiting by thirds.
    waiting: i128,
    at_work: i128,
    thirds: [i128; 3],
    waits: Vec<Time>,
    until_dones: Vec<Time>,
    came: Vec<Time>,
    went: Vec<Time>,
}

impl<'n> Tallies<'n> {
    pub(super) fn new(network: &'n Network, window: Window, measures: &[Measure]) -> Self {
        let mut stations: Vec<OfStation> = network.stations.iter().map(|_| OfStation::default()).collect();
        for measure in measures {
            let Some(station) = stations.get_mut(measure.station) else { continue };
            station.keep.anything = true;
            station.by_class.resize_with(network.classes.len().max(1), OfClass::default);
            match measure.of {
                Statistic::WaitQuantile(_) | Statistic::WaitOver(_) => station.keep.waits = true,
                Statistic::UntilDoneQuantile(_) | Statistic::UntilDoneWithin(_) => {
                    station.keep.until_done = true;
                }
                Statistic::PresentSd | Statistic::PresentQuantile(_) => station.keep.moves = true,
                Statistic::WaitingInThird(_) => station.keep.thirds = true,
                Statistic::UntilDoneOf(contact) => station.of_contacts.push((contact, None)),
                Statistic::WaitMean
                | Statistic::UntilDoneMean
                | Statistic::WaitingMean
                | Statistic::PresentMean
                | Statistic::Utilisation
                | Statistic::TurnedAway => {}
            }
        }
        Self { network, window, stations }
    }

    pub(super) fn add(&mut self, visit: &Visit) {
        let Some(station) = self.stations.get_mut(visit.station as usize) else { return };
        if !station.keep.anything {
            return;
        }
        let keep = station.keep;
        for (contact, until_done) in &mut station.of_contacts {
            if *contact == visit.contact {
                *until_done = Some(visit.done.since(visit.arrived));
            }
        }
        let Some(class) = station.by_class.get_mut(visit.class as usize) else { return };
        let counts = self.window.from <= visit.arrived && visit.arrived < self.window.to;
        if visit.turned_away {
            class.turned_away += u32::from(counts);
            return;
        }
        if counts {
            let (wait, until_done) = (visit.begun.since(visit.since), visit.done.since(visit.arrived));
            class.served += 1;
            class.waited += i128::from(wait.0);
            class.until_done += i128::from(until_done.0);
            if keep.waits {
                class.waits.push(wait);
            }
            if keep.until_done {
                class.until_dones.push(until_done);
            }
        }
        class.at_work += self.window.overlap(visit.begun, visit.done);
        if visit.begun > visit.since {
            class.waiting += self.window.overlap(visit.since, visit.begun);
            if keep.thirds {
                for (sum, third) in class.thirds.iter_mut().zip(self.window.thirds()) {
                    *sum += third.overlap(visit.since, visit.begun);
                }
            }
        }
        if keep.moves {
            class.came.push(visit.since);
            class.went.push(visit.done);
        }
    }

    /// What the measure comes to; nothing where it is of nobody.
    pub(super) fn value(&self, measure: &Measure) -> Option<f64> {
        let station = self.stations.get(measure.station)?;
        let classes: Vec<&OfClass> = match measure.class {
            Some(class) => vec![station.by_class.get(class)?],
            None => station.by_class.iter().collect(),
        };
        let count = |of: fn(&OfClass) -> u32| classes.iter().map(|class| u64::from(of(class))).sum::<u64>();
        let sum = |of: fn(&OfClass) -> i128| classes.iter().map(|class| of(class)).sum::<i128>();
        let list = |of: fn(&OfClass) -> &Vec<Time>| {
            classes.iter().flat_map(|class| of(class)).copied().collect::<Vec<Time>>()
        };
        let served = count(|class| class.served);
        let span = self.window.span();
        match measure.of {
            Statistic::WaitMean => ratio(sum(|class| class.waited), served).map(hours),
            Statistic::WaitQuantile(share) => quantile(list(|class| &class.waits), share),
            Statistic::WaitOver(limit) => {
                let limit = Time::from_hours(limit);
                share(&list(|class| &class.waits), |wait| wait > limit)
            }
            Statistic::UntilDoneMean => ratio(sum(|class| class.until_done), served).map(hours),
            Statistic::UntilDoneQuantile(share) => quantile(list(|class| &class.until_dones), share),
            Statistic::UntilDoneWithin(limit) => {
                let limit = Time::from_hours(limit);
                share(&list(|class| &class.until_dones), |time| time <= limit)
            }
            Statistic::UntilDoneOf(contact) => station
                .of_contacts
                .iter()
                .find(|(asked, _)| *asked == contact)
                .and_then(|(_, until_done)| until_done.map(Time::hours)),
            Statistic::WaitingMean => ratio(sum(|class| class.waiting), span),
            Statistic::WaitingInThird(number) => {
                let third = self.window.thirds().into_iter().nth(usize::from(number))?;
                let of = |class: &&OfClass| class.thirds.get(usize::from(number)).copied().unwrap_or(0);
                ratio(classes.iter().map(of).sum(), third.span())
            }
            Statistic::PresentMean => ratio(sum(|class| class.waiting + class.at_work), span),
            Statistic::PresentSd => self.present(&list, |spread| spread.sd()),
            Statistic::PresentQuantile(share) => self.present(&list, |spread| spread.quantile(share)),
            Statistic::Utilisation => {
                let place = self.network.stations.get(measure.station).filter(|at| !at.is_ample())?;
                let open = place.hours.open_between(self.window.from, self.window.to);
                let has = open * servers(place.servers);
                (has > 0.0).then(|| wide(sum(|class| class.at_work)) / NANOSECONDS / has)
            }
            Statistic::TurnedAway => {
                let away = count(|class| class.turned_away);
                ratio(i128::from(away), away + served)
            }
        }
    }

    fn present(
        &self,
        list: &impl Fn(fn(&OfClass) -> &Vec<Time>) -> Vec<Time>,
        of: impl Fn(&present::Spread) -> f64,
    ) -> Option<f64> {
        let spread = present::Spread::of(list(|class| &class.came), list(|class| &class.went), self.window);
        spread.map(|spread| of(&spread))
    }
}

impl Window {
    /// Nanoseconds of a stretch of time that fall within.
    fn overlap(&self, from: Time, to: Time) -> i128 {
        i128::from(to.min(self.to).since(from.max(self.from)).0.max(0))
    }

    fn span(&self) -> u64 {
        u64::try_from(self.to.since(self.from).0).unwrap_or(0)
    }

    fn thirds(&self) -> [Window; 3] {
        let third = self.to.since(self.from).0 / 3;
        let at = |number: i64| Time(self.from.0.saturating_add(third.saturating_mul(number)));
        [
            Window { from: self.from, to: at(1) },
            Window { from: at(1), to: at(2) },
            Window { from: at(2), to: self.to },
        ]
    }
}

/// Nanoseconds of an hour.
const NANOSECONDS: f64 = 3.6e12;

fn hours(nanoseconds: f64) -> f64 {
    nanoseconds / NANOSECONDS
}

#[expect(clippy::cast_precision_loss, reason = "a float is as near as a measure need be")]
fn wide(sum: i128) -> f64 {
    sum as f64
}

#[expect(clippy::cast_precision_loss, reason = "numbers of servers are far below 2^52")]
fn servers(number: usize) -> f64 {
    number as f64
}

/// A sum over a number; nothing over none.
#[expect(clippy::cast_precision_loss, reason = "a float is as near as a measure need be")]
fn ratio(sum: i128, number: u64) -> Option<f64> {
    (number > 0).then(|| wide(sum) / number as f64)
}

/// Share of the times of which something holds.
fn share(times: &[Time], holds: impl Fn(Time) -> bool) -> Option<f64> {
    let number = times.iter().filter(|time| holds(**time)).count();
    ratio(i128::try_from(number).ok()?, u64::try_from(times.len()).ok()?)
}

/// The value that this share of the times does not pass, in hours.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are far below 2^52 and never negative"
)]
fn quantile(mut times: Vec<Time>, share: f64) -> Option<f64> {
    let place = (libm::ceil(share * times.len() as f64) as usize).clamp(1, times.len().max(1)) - 1;
    if place >= times.len() {
        return None;
    }
    Some(times.select_nth_unstable(place).1.hours())
}
