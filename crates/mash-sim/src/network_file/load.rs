//! Whether the staff can do what comes in, reckoned before anything is run.

use super::{NetworkFile, check::Check};
use crate::{
    queueing::{Arrivals, Network},
    scenario::ScenarioProblem,
};

/// A station that is busier than this has long queues, and takes long runs to measure.
const BUSY: f64 = 0.95;

/// Names stations that get more work than they can do, as problems or, where the file allows them, as warnings.
pub(super) fn check(file: &NetworkFile, network: &Network, check: &mut Check) -> Vec<ScenarioProblem> {
    let mut warnings = Vec::new();
    for (position, station) in network.stations.iter().enumerate() {
        let Some(offered) = offered(network, position) else { continue };
        if station.is_ample() || station.turns_away {
            continue;
        }
        let open = station.hours.hours_a_week();
        let utilisation = offered * 168.0 / (servers(station.servers) * open);
        let name = file.network.stations.get(position).map_or("", |station| station.id.as_str());
        let at = format!("network.stations[{position}]");
        let reckoned = format!(
            "station `{name}`: utilisation {utilisation:.3}, {offered:.3} hours of work come in an hour, \
             {} servers are open {open} of 168",
            station.servers
        );
        let problem = |message, mend: &str| ScenarioProblem::new(&at, message, Some(mend.to_owned()));
        if utilisation >= 1.0 && !file.network.allow_unstable {
            let mend = "add servers or hours, or say `\"allow_unstable\": true` under `network` to see the queue grow";
            check.problems.push(problem(format!("{reckoned}: the queue would grow without end"), mend));
        } else if utilisation >= 1.0 {
            let message = format!("{reckoned}: the queue grows without end");
            warnings.push(problem(message, "means of it are withheld"));
        } else if utilisation > BUSY {
            let message = format!("{reckoned}: queues are long and slow to settle");
            warnings.push(problem(message, "warm up for long, and run long"));
        }
    }
    warnings
}

/// Hours of work that come to a station in an hour, on average; nothing where that depends on whom another station
/// turns away, or on a record.
fn offered(network: &Network, station: usize) -> Option<f64> {
    let contacts = match &network.arrivals {
        Arrivals::Poisson { per_hour, sizes } => {
            per_hour * (1_u32..).zip(sizes).map(|(children, share)| f64::from(children) * share).sum::<f64>()
        }
        Arrivals::Weekly { per_hour } => per_hour.iter().sum::<f64>() / 168.0,
        Arrivals::Trace(_) => return None,
    };
    let place = network.stations.get(station)?;
    // By class, the share of all contacts that is still on its way.
    let mut here = network.classes.clone();
    let mut hours = 0.0;
    for (number, step) in network.steps.iter().enumerate() {
        if step.0.contains(&station) {
            for (class, share) in here.iter().enumerate() {
                let law = place.service.get(class).or_else(|| place.service.last());
                hours += contacts * share * law.map_or(0.0, |law| law.mean());
            }
        }
        let turns_away = |other: &usize| network.stations.get(*other).is_some_and(|other| other.turns_away);
        if step.0.iter().any(turns_away)
            && network.steps.iter().skip(number + 1).any(|step| step.0.contains(&station))
        {
            return None;
        }
        for leaving in network.leaves.iter().filter(|leaving| leaving.after == number) {
            here.get_mut(leaving.class).into_iter().for_each(|share| *share *= 1.0 - leaving.share);
        }
    }
    Some(hours)
}

#[expect(clippy::cast_precision_loss, reason = "numbers of servers are far below 2^52")]
fn servers(number: usize) -> f64 {
    number as f64
}
