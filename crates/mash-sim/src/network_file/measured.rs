//! What is measured: what the file names, or everything at every station.

use super::{MeasureFile, NamedMeasure, NetworkFile, StatisticName, check::Check};
use crate::queueing::{Measure, Statistic};

/// What is measured of a station where nothing is named.
const USUAL: [(StatisticName, Option<f64>); 8] = [
    (StatisticName::WaitMean, None),
    (StatisticName::WaitQuantile, Some(0.95)),
    (StatisticName::UntilDoneMean, None),
    (StatisticName::UntilDoneQuantile, Some(0.95)),
    (StatisticName::WaitingMean, None),
    (StatisticName::PresentMean, None),
    (StatisticName::PresentSd, None),
    (StatisticName::PresentQuantile, Some(0.95)),
];

pub(super) fn measures(file: &NetworkFile, classes: &[String], check: &mut Check) -> Vec<NamedMeasure> {
    let stations: Vec<String> = file.network.stations.iter().map(|station| station.id.clone()).collect();
    let usual = usual(file, classes);
    let wanted = if file.measures.is_empty() { &usual } else { &file.measures };
    let mut found: Vec<NamedMeasure> = Vec::new();
    for (position, wanted) in wanted.iter().enumerate() {
        let at = format!("measures[{position}]");
        let station = check.named(&format!("{at}.station"), "station", &wanted.station, &stations);
        let class = match &wanted.class {
            None => Some(None),
            Some(class) => check.named(&format!("{at}.class"), "class", class, classes).map(Some),
        };
        let of = statistic(&at, wanted, check);
        if let Some(known) = &wanted.known {
            for (name, value) in [("half_width", known.half_width), ("within", known.within)] {
                if let Some(value) = value {
                    check.above_zero(&format!("{at}.known.{name}"), value);
                }
            }
        }
        let (Some(station), Some(class), Some(of)) = (station, class, of) else { continue };
        let id = id(wanted);
        if found.iter().any(|other| other.id == id) {
            check.say(&at, format!("`{id}` is measured already"), Some("keep one of the two"));
        }
        found.push(NamedMeasure {
            id,
            title: title(wanted, classes),
            unit: unit(wanted.of),
            measure: Measure { station, class, of },
            known: wanted.known.clone(),
        });
    }
    found
}

fn usual(file: &NetworkFile, classes: &[String]) -> Vec<MeasureFile> {
    let mut all = Vec::new();
    for station in &file.network.stations {
        let measure = |class: Option<&String>, of, at| MeasureFile {
            station: station.id.clone(),
            class: class.cloned(),
            of,
            at,
            known: None,
        };
        let by_class = (classes.len() > 1).then_some(classes).into_iter().flatten().map(Some);
        for class in std::iter::once(None).chain(by_class) {
            all.extend(USUAL.iter().map(|(of, at)| measure(class, *of, *at)));
            if station.turns_away {
                all.push(measure(class, StatisticName::TurnedAway, None));
            }
        }
        if !station.ample {
            all.push(measure(None, StatisticName::Utilisation, None));
        }
    }
    all
}

fn statistic(at: &str, file: &MeasureFile, check: &mut Check) -> Option<Statistic> {
    let place = format!("{at}.at");
    let given = match (file.of, file.at) {
        (
            StatisticName::WaitQuantile | StatisticName::UntilDoneQuantile | StatisticName::PresentQuantile,
            Some(share),
        ) if share > 0.0 && share < 1.0 => share,
        (StatisticName::WaitOver | StatisticName::UntilDoneWithin, Some(hours)) if hours >= 0.0 => hours,
        (StatisticName::UntilDoneOf, Some(number))
            if (1.0..=f64::from(u32::MAX)).contains(&number)
                && libm::trunc(number).to_bits() == number.to_bits() =>
        {
            number
        }
        (of, given) => {
            let wanted = match of {
                StatisticName::WaitQuantile
                | StatisticName::UntilDoneQuantile
                | StatisticName::PresentQuantile => "a share above 0 and below 1",
                StatisticName::WaitOver | StatisticName::UntilDoneWithin => "hours, 0 or more",
                StatisticName::UntilDoneOf => "the number of a contact, from 1",
                _ if given.is_none() => return plain(of),
                _ => {
                    check.say(&place, "this figure has no `at`", Some("take it out"));
                    return None;
                }
            };
            let found = given.map_or("nothing".to_owned(), |value| value.to_string());
            check.say(&place, format!("expected {wanted}, found {found}"), None);
            return None;
        }
    };
    Some(match file.of {
        StatisticName::WaitQuantile => Statistic::WaitQuantile(given),
        StatisticName::WaitOver => Statistic::WaitOver(given),
        StatisticName::UntilDoneQuantile => Statistic::UntilDoneQuantile(given),
        StatisticName::UntilDoneWithin => Statistic::UntilDoneWithin(given),
        StatisticName::PresentQuantile => Statistic::PresentQuantile(given),
        StatisticName::UntilDoneOf => Statistic::UntilDoneOf(contact(given)),
        other => return plain(other),
    })
}

/// A contact's number from 0, of its number from 1, which is whole and in range.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole, and from 1 to the greatest u32"
)]
fn contact(number: f64) -> u32 {
    number as u32 - 1
}

fn plain(of: StatisticName) -> Option<Statistic> {
    match of {
        StatisticName::WaitMean => Some(Statistic::WaitMean),
        StatisticName::UntilDoneMean => Some(Statistic::UntilDoneMean),
        StatisticName::WaitingMean => Some(Statistic::WaitingMean),
        StatisticName::PresentMean => Some(Statistic::PresentMean),
        StatisticName::PresentSd => Some(Statistic::PresentSd),
        StatisticName::Utilisation => Some(Statistic::Utilisation),
        StatisticName::TurnedAway => Some(Statistic::TurnedAway),
        StatisticName::WaitQuantile
        | StatisticName::WaitOver
        | StatisticName::UntilDoneQuantile
        | StatisticName::UntilDoneWithin
        | StatisticName::UntilDoneOf
        | StatisticName::PresentQuantile => None,
    }
}

fn id(file: &MeasureFile) -> String {
    let of = serde_json::to_value(file.of).ok();
    let of = of.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let class = file.class.as_ref().map_or(String::new(), |class| format!(".{class}"));
    let at = file.at.map_or(String::new(), |at| format!(".{at}"));
    format!("{}{class}.{of}{at}", file.station)
}

fn title(file: &MeasureFile, classes: &[String]) -> String {
    let at = file.at.unwrap_or_default();
    let percent = format!("p{}", (at * 1_000.0).round() / 10.0);
    let what = match file.of {
        StatisticName::WaitMean => "mean wait".to_owned(),
        StatisticName::WaitQuantile => format!("{percent} of the wait"),
        StatisticName::WaitOver => format!("waiting over {at} h"),
        StatisticName::UntilDoneMean => "mean time until done".to_owned(),
        StatisticName::UntilDoneQuantile => format!("{percent} of time until done"),
        StatisticName::UntilDoneWithin => format!("done within {at} h"),
        StatisticName::UntilDoneOf => format!("time until done of contact {at}"),
        StatisticName::WaitingMean => "mean number waiting".to_owned(),
        StatisticName::PresentMean => "mean number there".to_owned(),
        StatisticName::PresentSd => "sd of number there".to_owned(),
        StatisticName::PresentQuantile => format!("{percent} of number there"),
        StatisticName::Utilisation => "utilisation".to_owned(),
        StatisticName::TurnedAway => "turned away".to_owned(),
    };
    match &file.class {
        Some(class) => format!("{}: {what}, {class}", file.station),
        None if classes.len() > 1 && file.of != StatisticName::UntilDoneOf => {
            format!("{}: {what}, all", file.station)
        }
        None => format!("{}: {what}", file.station),
    }
}

fn unit(of: StatisticName) -> &'static str {
    match of {
        StatisticName::WaitMean
        | StatisticName::WaitQuantile
        | StatisticName::UntilDoneMean
        | StatisticName::UntilDoneQuantile
        | StatisticName::UntilDoneOf => "h",
        StatisticName::WaitingMean
        | StatisticName::PresentMean
        | StatisticName::PresentSd
        | StatisticName::PresentQuantile => "contacts",
        StatisticName::WaitOver
        | StatisticName::UntilDoneWithin
        | StatisticName::Utilisation
        | StatisticName::TurnedAway => "share",
    }
}
