//! From what was written to what can be run: every mistake at once.

use serde_json::Value;

use super::{
    ArrivalsPart, HoursFile, LawFile, LawName, NetworkError, NetworkFile, NetworkScenario, PoissonFile,
    StationFile, WeeklyFile, load, measured, network_schema, trace,
};
use crate::{
    json_shape,
    queueing::{Arrivals, Distribution, Leaving, Network, Station, Step, Time, WeekHours, Window},
    scenario::{Assumption, Mark, ScenarioProblem, assumptions_in},
};

/// Hours of a year, for rates.
const YEAR: f64 = 8_760.0;
/// The longest run, in hours: within what nanoseconds can count.
const LONGEST: f64 = 2_000_000.0;
/// Most contacts expected in one replication.
const MOST: f64 = 50_000_000.0;

pub(super) type Beside<'b> = &'b dyn Fn(&str) -> Result<String, String>;

pub(super) fn from_json(text: &str, beside: Beside<'_>) -> Result<NetworkScenario, NetworkError> {
    let one = |message: String| NetworkError { problems: vec![ScenarioProblem::new("", message, None)] };
    let value: Value = serde_json::from_str(text)
        .map_err(|error| one(format!("not JSON: {}", error.to_string().to_lowercase())))?;
    let problems = json_shape::misfits(&value, &network_schema());
    if !problems.is_empty() {
        return Err(NetworkError { problems });
    }
    let file: NetworkFile = serde_json::from_value(value.clone()).map_err(|error| one(error.to_string()))?;
    let mut check = Check { problems: Vec::new() };
    let mut assumptions = assumptions_in(&value);
    // Answers that are known are put in by nobody.
    assumptions.retain(|assumption| !assumption.name.ends_with(".known"));
    check.marks(&assumptions);
    let (from, to) = check.run(&file);
    let classes = check.classes(&file);
    let stations = check.stations(&file, &classes);
    let steps = check.steps(&file);
    let leaves = check.leaves(&file, &classes);
    let arrivals = check.arrivals(&file, &classes, beside);
    let measures = measured::measures(&file, &classes, &mut check);
    let (Some(arrivals), true) = (arrivals, check.problems.is_empty()) else {
        return Err(NetworkError { problems: check.problems });
    };
    let shares = file.network.classes.iter().flat_map(|classes| &classes.value);
    let shares: Vec<f64> = shares.map(|class| class.share.unwrap_or(0.0)).collect();
    let network = Network {
        arrivals,
        classes: if shares.is_empty() { vec![1.0] } else { shares },
        stations,
        steps,
        leaves,
        until: Time::from_hours(file.run.hours),
    };
    let warnings = load::check(&file, &network, &mut check);
    if !check.problems.is_empty() {
        return Err(NetworkError { problems: check.problems });
    }
    Ok(NetworkScenario {
        id: file.id.clone(),
        title: file.title.clone(),
        network,
        stations: file.network.stations.iter().map(|station| station.id.clone()).collect(),
        classes,
        window: Window { from, to },
        seed: file.run.seed,
        replications: u32::try_from(file.run.replications).unwrap_or(u32::MAX),
        measures,
        warnings,
        assumptions,
        file,
    })
}

/// Problems found so far.
pub(super) struct Check {
    pub(super) problems: Vec<ScenarioProblem>,
}

impl Check {
    pub(super) fn say(&mut self, at: &str, message: impl Into<String>, mend: Option<&str>) {
        let (message, mend) = (message.into(), mend.map(str::to_owned));
        self.problems.push(ScenarioProblem::new(at, message, mend));
    }

    /// The place of a name among those known; an unknown one is a problem.
    pub(super) fn named(&mut self, at: &str, what: &str, name: &str, known: &[String]) -> Option<usize> {
        let place = known.iter().position(|known| known == name);
        if place.is_none() {
            let mend = json_shape::mend(name, known.iter().map(String::as_str));
            self.say(at, format!("there is no {what} `{name}`"), Some(&mend));
        }
        place
    }

    fn names(&mut self, at: &str, what: &str, names: &[String]) {
        for (position, name) in names.iter().enumerate() {
            let place = format!("{at}[{position}].id");
            if name.is_empty() {
                self.say(&place, format!("a {what} needs a name"), None);
            } else if names.iter().take(position).any(|other| other == name) {
                self.say(&place, format!("{what} `{name}` stands twice"), Some("give one another name"));
            }
        }
    }

    fn marks(&mut self, assumptions: &[Assumption]) {
        for assumption in assumptions {
            let missing = match assumption.mark {
                Mark::Synthesised => assumption.reason.is_none().then_some("reason"),
                Mark::Published | Mark::Derived | Mark::Reported | Mark::Unverified => {
                    assumption.source.is_none().then_some("source")
                }
            };
            if let Some(missing) = missing {
                self.say(&assumption.name, format!("a {} figure needs a {missing}", assumption.mark), None);
            }
        }
    }

    fn run(&mut self, file: &NetworkFile) -> (Time, Time) {
        let run = &file.run;
        self.above_zero("run.hours", run.hours);
        if run.hours > LONGEST {
            self.say("run.hours", format!("expected {LONGEST} or less, found {}", run.hours), None);
        }
        for (at, hours) in
            [("run.warm_up_hours", run.warm_up_hours), ("run.cool_down_hours", run.cool_down_hours)]
        {
            if hours < 0.0 {
                self.say(at, format!("expected 0 or more, found {hours}"), None);
            }
        }
        let left = run.hours - run.warm_up_hours - run.cool_down_hours;
        if run.hours > 0.0 && left <= 0.0 {
            let message = format!(
                "{} hours of warm-up and {} of cool-down leave nothing of {}",
                run.warm_up_hours, run.cool_down_hours, run.hours
            );
            self.say("run.warm_up_hours", message, Some("run longer, or warm up for less"));
        }
        if !(1..=u64::from(u32::MAX)).contains(&run.replications) {
            let message = format!("expected 1 to {}, found {}", u32::MAX, run.replications);
            self.say("run.replications", message, None);
        }
        (Time::from_hours(run.warm_up_hours), Time::from_hours(run.hours - run.cool_down_hours))
    }

    fn classes(&mut self, file: &NetworkFile) -> Vec<String> {
        let Some(classes) = &file.network.classes else { return vec!["all".to_owned()] };
        let at = "network.classes.value";
        let names: Vec<String> = classes.value.iter().map(|class| class.id.clone()).collect();
        self.names(at, "class", &names);
        if names.is_empty() {
            self.say(at, "expected one class or more", Some("leave `classes` out where all are alike"));
        }
        if file.network.arrivals.trace.is_some() {
            return names;
        }
        let mut total = 0.0;
        for (position, class) in classes.value.iter().enumerate() {
            let share = class.share.unwrap_or(0.0);
            if share <= 0.0 {
                let message = format!("class `{}` has no share of contacts", class.id);
                let mend = "give it a share above 0, or take it out";
                self.say(&format!("{at}[{position}].share"), message, Some(mend));
            }
            total += share;
        }
        self.sums_to_one(at, total);
        names
    }

    fn sums_to_one(&mut self, at: &str, total: f64) {
        if (total - 1.0).abs() > 1e-6 {
            self.say(at, format!("shares sum to {total:.6}, not to 1"), None);
        }
    }

    pub(super) fn above_zero(&mut self, at: &str, value: f64) {
        if value <= 0.0 {
            self.say(at, format!("expected more than 0, found {value}"), None);
        }
    }

    fn stations(&mut self, file: &NetworkFile, classes: &[String]) -> Vec<Station> {
        let stations = &file.network.stations;
        let at = "network.stations";
        let names: Vec<String> = stations.iter().map(|station| station.id.clone()).collect();
        self.names(at, "station", &names);
        if stations.is_empty() {
            self.say(at, "expected one station or more", None);
        }
        let recorded = file.network.arrivals.trace.is_some();
        for (position, station) in stations.iter().enumerate() {
            if !file.network.steps.iter().flatten().any(|name| *name == station.id) {
                let message = format!("no step goes to station `{}`", station.id);
                self.say(&format!("{at}[{position}]"), message, Some("name it in a step, or take it out"));
            }
        }
        let checked = stations.iter().enumerate().map(|(position, station)| {
            self.station(&format!("{at}[{position}]"), station, classes, recorded)
        });
        checked.collect()
    }

    fn station(&mut self, at: &str, file: &StationFile, classes: &[String], recorded: bool) -> Station {
        let servers = match (file.servers, file.ample) {
            (Some(0), false) => {
                self.say(&format!("{at}.servers"), "expected 1 or more, found 0", None);
                1
            }
            (Some(servers), false) => usize::try_from(servers).unwrap_or(usize::MAX),
            (None, true) => usize::MAX,
            (Some(_), true) => {
                self.say(at, "has both `servers` and `ample`", Some("keep one of them"));
                1
            }
            (None, false) => {
                let mend = "give `servers`, or `\"ample\": true` for staff enough for however many come";
                self.say(at, "says nothing of its staff", Some(mend));
                1
            }
        };
        let service = match (&file.service, &file.service_by_class) {
            (Some(law), None) => vec![self.law(&format!("{at}.service"), law)],
            (None, Some(by_class)) => {
                let at = format!("{at}.service_by_class");
                for name in by_class.keys() {
                    self.named(&format!("{at}.{name}"), "class", name, classes);
                }
                let mut laws = Vec::new();
                for class in classes {
                    match by_class.get(class) {
                        Some(law) => laws.push(self.law(&format!("{at}.{class}"), law)),
                        None => self.say(&at, format!("class `{class}` is missing"), None),
                    }
                }
                laws
            }
            (None, None) if recorded => Vec::new(),
            (None, None) => {
                let mend = "give `service`, or `service_by_class`";
                self.say(at, "says nothing of how long work takes", Some(mend));
                Vec::new()
            }
            (Some(_), Some(_)) => {
                self.say(at, "has both `service` and `service_by_class`", Some("keep one of them"));
                Vec::new()
            }
        };
        let hours = match &file.hours {
            None => WeekHours::always(),
            Some(hours) => self.hours(&format!("{at}.hours"), hours),
        };
        if hours.hours_a_week() <= 0.0 && file.hours.as_ref().is_some_and(Vec::is_empty) {
            let mend = "give its hours, or leave `hours` out for day and night";
            self.say(&format!("{at}.hours"), "the station is never open", Some(mend));
        }
        Station { servers, hours, service, turns_away: file.turns_away }
    }

    fn law(&mut self, at: &str, file: &LawFile) -> Distribution {
        if file.mean < 0.0 || (file.mean <= 0.0 && file.law != LawName::Fixed) {
            self.above_zero(&format!("{at}.mean"), file.mean);
        }
        if file.mean > LONGEST {
            self.say(
                &format!("{at}.mean"),
                format!("expected {LONGEST} hours or less, found {}", file.mean),
                None,
            );
        }
        let mean = file.mean;
        match (file.law, file.sd) {
            (LawName::Lognormal, Some(sd)) => {
                self.above_zero(&format!("{at}.sd"), sd);
                return Distribution::LogNormal { mean, sd };
            }
            (LawName::Lognormal, None) => self.say(at, "a lognormal law needs `sd`", None),
            (_, Some(_)) => {
                let mend = "take `sd` out; only a lognormal law has one";
                self.say(&format!("{at}.sd"), "the law's spread follows from its mean", Some(mend));
            }
            (_, None) => {}
        }
        match file.law {
            LawName::Fixed => Distribution::Fixed { hours: mean },
            LawName::Gamma2 => Distribution::GammaOfTwo { mean },
            LawName::Exponential | LawName::Lognormal => Distribution::Exponential { mean },
        }
    }

    fn hours(&mut self, at: &str, file: &[HoursFile]) -> WeekHours {
        let mut stretches = Vec::new();
        for (position, hours) in file.iter().enumerate() {
            let at = format!("{at}[{position}]");
            let [from, to] = [("from", &hours.from), ("to", &hours.to)].map(|(name, text)| {
                let minutes = minutes(text);
                if minutes.is_none() {
                    let message = format!("`{text}` is not a time of day");
                    self.say(&format!("{at}.{name}"), message, Some("write hours and minutes, as `08:30`"));
                }
                minutes
            });
            let (Some(from), Some(to)) = (from, to) else { continue };
            if from >= to {
                let message = format!("{} is not before {}", hours.from, hours.to);
                let mend = "write a night as two stretches, until `24:00` and from `00:00`";
                self.say(&at, message, Some(mend));
            }
            if hours.days.is_empty() {
                self.say(&format!("{at}.days"), "expected one day or more", None);
            }
            let start = |day: i64| Time(day * 86_400_000_000_000);
            stretches.extend(hours.days.iter().map(|day| {
                let start = start(*day as i64);
                [from, to].map(|minutes| start.after(Time(minutes * 60_000_000_000)))
            }));
        }
        WeekHours::of(stretches)
    }

    fn steps(&mut self, file: &NetworkFile) -> Vec<Step> {
        let at = "network.steps";
        if file.network.steps.is_empty() {
            self.say(at, "expected one step or more", None);
        }
        let names: Vec<String> = file.network.stations.iter().map(|station| station.id.clone()).collect();
        let mut steps = Vec::new();
        for (position, step) in file.network.steps.iter().enumerate() {
            let at = format!("{at}[{position}]");
            if step.is_empty() {
                self.say(&at, "a step needs a station", Some("take the step out"));
            }
            let mut stations = Vec::new();
            for (number, name) in step.iter().enumerate() {
                let place = format!("{at}[{number}]");
                let Some(station) = self.named(&place, "station", name, &names) else { continue };
                if stations.contains(&station) {
                    self.say(&place, format!("station `{name}` stands twice in one step"), None);
                }
                stations.push(station);
            }
            steps.push(Step(stations));
        }
        steps
    }

    fn leaves(&mut self, file: &NetworkFile, classes: &[String]) -> Vec<Leaving> {
        let steps = file.network.steps.len();
        let mut leaves: Vec<Leaving> = Vec::new();
        for (position, leaving) in file.network.leaves.iter().enumerate() {
            let at = format!("network.leaves[{position}]");
            let after = usize::try_from(leaving.after).unwrap_or(usize::MAX);
            if after >= steps {
                let message = format!("there is no step {after}");
                let mend = format!("steps are numbered from 0 to {}", steps.saturating_sub(1));
                self.say(&format!("{at}.after"), message, Some(&mend));
            }
            if !(0.0..=1.0).contains(&leaving.share) {
                let message = format!("expected a share from 0 to 1, found {}", leaving.share);
                self.say(&format!("{at}.share"), message, None);
            }
            let Some(class) = self.named(&format!("{at}.class"), "class", &leaving.class, classes) else {
                continue;
            };
            if leaves.iter().any(|other| (other.after, other.class) == (after, class)) {
                self.say(&at, "this class leaves after this step already", Some("keep one of the two"));
            }
            leaves.push(Leaving { after, class, share: leaving.share });
        }
        leaves
    }

    fn arrivals(&mut self, file: &NetworkFile, classes: &[String], beside: Beside<'_>) -> Option<Arrivals> {
        let at = "network.arrivals";
        match &file.network.arrivals {
            ArrivalsPart { poisson: Some(poisson), weekly: None, trace: None, .. } => {
                Some(self.poisson(poisson, file.run.hours))
            }
            ArrivalsPart { poisson: None, weekly: Some(weekly), trace: None, .. } => {
                self.weekly(weekly, file.run.hours)
            }
            ArrivalsPart { poisson: None, weekly: None, trace: Some(recorded), .. } => {
                let stations = file.network.stations.len();
                trace::rows(recorded, stations, classes.len(), beside, self).map(Arrivals::Trace)
            }
            _ => {
                self.say(at, "expected exactly one of `poisson`, `weekly` and `trace`", None);
                None
            }
        }
    }

    fn rate(&mut self, at: &str, per_hour: Option<f64>, per_year: Option<f64>, hours: f64) -> f64 {
        let (place, rate, per_hour) = match (per_hour, per_year) {
            (Some(rate), None) => ("per_hour", rate, rate),
            (None, Some(rate)) => ("per_year", rate, rate / YEAR),
            _ => {
                self.say(at, "expected exactly one of `per_hour` and `per_year`", None);
                return 1.0;
            }
        };
        self.above_zero(&format!("{at}.{place}"), rate);
        if per_hour * hours > MOST {
            let message = format!("{:.0} contacts in one replication are more than {MOST}", per_hour * hours);
            self.say(&format!("{at}.{place}"), message, Some("run shorter, and more often"));
        }
        per_hour
    }

    fn poisson(&mut self, file: &PoissonFile, hours: f64) -> Arrivals {
        let at = "network.arrivals.poisson";
        let per_hour = self.rate(at, file.per_hour, file.per_year, hours);
        let sizes = if file.children.is_empty() { vec![1.0] } else { file.children.clone() };
        if sizes.iter().any(|share| *share < 0.0) {
            self.say(&format!("{at}.children"), "a share is below zero", None);
        }
        self.sums_to_one(&format!("{at}.children"), sizes.iter().sum());
        Arrivals::Poisson { per_hour, sizes }
    }

    fn weekly(&mut self, file: &WeeklyFile, hours: f64) -> Option<Arrivals> {
        let at = "network.arrivals.weekly";
        let mean = self.rate(at, file.per_hour, file.per_year, hours);
        let weights: Vec<f64> = match (file.days, file.hours, file.week.as_slice()) {
            (Some(days), Some(hours), []) => {
                days.iter().flat_map(|day| hours.map(|hour| day * hour)).collect()
            }
            (None, None, week) if week.len() == 168 => week.to_vec(),
            (None, None, [_, ..]) => {
                let message = format!("expected 168 values, found {}", file.week.len());
                self.say(&format!("{at}.week"), message, None);
                return None;
            }
            _ => {
                self.say(at, "expected `days` and `hours`, or `week`", None);
                return None;
            }
        };
        let total: f64 = weights.iter().sum();
        if weights.iter().any(|weight| *weight < 0.0) || total <= 0.0 {
            self.say(at, "weights are never negative and not all zero", None);
            return None;
        }
        let scale = mean * 168.0 / total;
        Some(Arrivals::Weekly { per_hour: weights.iter().map(|weight| weight * scale).collect() })
    }
}

/// Minutes from midnight of `08:30`; up to `24:00`.
fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= 24 * 60).then_some(all)
}

#[cfg(test)]
mod tests;
