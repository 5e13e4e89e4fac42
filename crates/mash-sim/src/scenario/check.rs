//! From what was written to what can be run: every mistake at once.

use std::collections::BTreeMap;

use mash_model::{Agency, SourceGroup};
use serde_json::Value;

use super::{
    Branching, Figure, GROUPS, Mark, Rows, Scenario, ScenarioFile, ScenarioLayer, Tables, TruthModel,
    extend::{self, EXTENDS, Joined},
    figure::assumptions_in,
    file::ByName,
    group_id, schema, shape,
};
use crate::{
    knowledge::FORM_GROUPS,
    theme::{AgeBand, Theme},
};

/// One mistake in a scenario file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioProblem {
    /// The file in which the place is written, where the scenario was read from several.
    pub file: Option<String>,
    /// Place in the file, for example `sources.conversion.value.polce`; empty for the file as a whole.
    pub at: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it, where that is clear.
    pub mend: Option<String>,
    /// The field that is missing from the place, where that is the mistake.
    missing: Option<String>,
}

impl ScenarioProblem {
    /// A mistake at a place of the scenario; the empty place is the file as a whole.
    #[must_use]
    pub fn new(at: &str, message: String, mend: Option<String>) -> Self {
        Self { file: None, at: at.to_owned(), message, mend, missing: None }
    }

    /// A field that is missing from a place.
    pub(crate) fn missing(at: &str, name: &str) -> Self {
        let message = format!("field `{name}` is missing");
        Self { missing: Some(name.to_owned()), ..Self::new(at, message, None) }
    }

    /// The same, in this file.
    pub(super) fn in_file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    /// With the file of the chain in which its place is written.
    fn placed(self, layers: &[ScenarioLayer]) -> Self {
        if layers.len() < 2 || self.file.is_some() {
            return self;
        }
        let position = match &self.missing {
            Some(name) => extend::missing_from(layers, &self.at, name),
            None => extend::written_in(layers, &self.at),
        };
        match position.and_then(|position| layers.get(position)).or(layers.last()) {
            Some(layer) => self.in_file(&layer.file),
            None => self,
        }
    }
}

impl std::fmt::Display for ScenarioProblem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(out, "{file}: ")?;
        }
        if !self.at.is_empty() {
            write!(out, "{}: ", self.at)?;
        }
        out.write_str(&self.message)?;
        self.mend.as_ref().map_or(Ok(()), |mend| write!(out, "; {mend}"))
    }
}

/// A scenario file with mistakes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ScenarioError {
    problems: Vec<ScenarioProblem>,
}

impl ScenarioError {
    /// Every mistake, in file order.
    #[must_use]
    pub fn problems(&self) -> &[ScenarioProblem] {
        &self.problems
    }

    fn one(message: String) -> Self {
        Self { problems: vec![ScenarioProblem::new("", message, None)] }
    }

    fn placed(problems: Vec<ScenarioProblem>, layers: &[ScenarioLayer]) -> Self {
        Self { problems: problems.into_iter().map(|problem| problem.placed(layers)).collect() }
    }
}

pub(super) fn from_json(text: &str) -> Result<Scenario, ScenarioError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ScenarioError::one(format!("not JSON: {}", error.to_string().to_lowercase())))?;
    if let Some(base) = value.get(EXTENDS) {
        let message = format!("extends {}, and no other file can be read here", shape::found(base));
        let mend = "give the scenario as a file, or write it whole".to_owned();
        return Err(ScenarioError { problems: vec![ScenarioProblem::new(EXTENDS, message, Some(mend))] });
    }
    from_layers(&[ScenarioLayer { file: String::new(), value }])
}

pub(super) fn from_layers(layers: &[ScenarioLayer]) -> Result<Scenario, ScenarioError> {
    let Joined { value, changes, problems: of_joining } = extend::join(layers);
    let mut problems = shape::misfits(&value, &schema::whole());
    if !problems.is_empty() || !of_joining.is_empty() {
        // A slip of joining explains what follows from it.
        problems.retain(|problem| !of_joining.iter().any(|other| other.at == problem.at));
        problems.splice(0..0, of_joining);
        return Err(ScenarioError::placed(problems, layers));
    }
    let file: ScenarioFile =
        serde_json::from_value(value.clone()).map_err(|error| ScenarioError::one(error.to_string()))?;
    let assumptions = assumptions_in(&value);
    let mut check = Check { problems: Vec::new() };
    for assumption in &assumptions {
        let missing = match assumption.mark {
            Mark::Synthesised => assumption.reason.is_none().then_some("reason"),
            Mark::Published | Mark::Derived | Mark::Reported | Mark::Unverified => {
                assumption.source.is_none().then_some("source")
            }
        };
        if let Some(missing) = missing {
            check.say(&assumption.name, format!("a {} figure needs a {missing}", assumption.mark), None);
        }
    }
    check.numbers(&file);
    for (at, message, mend) in super::front_door::mistakes(&file) {
        check.say(&at, message, mend);
    }
    for (at, message, mend) in super::ranges::mistakes(&file.ranges) {
        check.say(&at, message, mend);
    }
    for (at, message, mend) in super::targets::mistakes(&file.targets) {
        check.say(&at, message, mend);
    }
    let rows = check.rows(&file);
    let truth_models = check.truth_models(&file);
    if !check.problems.is_empty() {
        return Err(ScenarioError::placed(check.problems, layers));
    }
    let expected_contacts = file.volume.referrals.value / file.volume.referrals_per_contact.value;
    let tables = Tables::new(&file, &rows, expected_contacts);
    let branching = &file.branching;
    Ok(Scenario {
        id: file.id.clone(),
        title: file.title.clone(),
        authority_like: file.authority_like.clone(),
        names_real_authority: file.names_real_authority,
        year_start: file.year.start,
        year_end: file.year.end,
        children: file.volume.children.value,
        expected_contacts,
        seed: file.seed,
        replications: file.replications,
        truth_models,
        branching: Branching {
            referral_nfa: branching.referral_nfa.value,
            assessed_not_in_need: branching.assessed_not_in_need.value,
            s47_per_strategy_discussion: branching.s47_per_strategy_discussion.value,
            s47_from_open_cases: branching.s47_from_open_cases.value,
            conference_per_s47: branching.conference_per_s47.value,
            plan_per_conference: branching.plan_per_conference.value,
        },
        bands: file.bands.clone(),
        equality_mechanisms: file.equality_mechanisms.clone(),
        tables,
        assumptions,
        changes,
        file,
    })
}

struct Check {
    problems: Vec<ScenarioProblem>,
}

impl Check {
    fn say(&mut self, at: &str, message: String, mend: Option<String>) {
        self.problems.push(ScenarioProblem::new(at, message, mend));
    }

    fn numbers(&mut self, file: &ScenarioFile) {
        if file.names_real_authority != file.authority_like.is_some() {
            let mend = "set `names_real_authority` to true exactly when `authority_like` is given";
            self.say(
                "names_real_authority",
                "disagrees with `authority_like`".to_owned(),
                Some(mend.to_owned()),
            );
        }
        let days = file.year.start.until(file.year.end).map_or(-1, |span| span.get_days());
        if !(364..=365).contains(&days) {
            self.say("year", format!("{} to {} is not a year", file.year.start, file.year.end), None);
        }
        if file.replications == 0 {
            self.say("replications", "expected one or more, found 0".to_owned(), None);
        }
        self.above_zero("volume.children", &file.volume.children);
        self.above_zero("volume.referrals", &file.volume.referrals);
        self.above_zero("volume.referrals_per_contact", &file.volume.referrals_per_contact);
        self.above_zero("history.gap_days", &file.history.gap_days);
        self.above_zero("history.open_days", &file.history.open_days);
        self.above_zero("history.open_days_not_in_need", &file.history.open_days_not_in_need);
        self.above_zero("reporting.public_error_factor", &file.reporting.public_error_factor);
        let (history, report, branching) = (&file.history, &file.reporting, &file.branching);
        for (at, figure) in [
            ("volume.referrals_per_contact", &file.volume.referrals_per_contact),
            ("population.siblings_share_ethnicity", &file.population.siblings_share_ethnicity),
            ("history.contacts_follow_chronicity", &history.contacts_follow_chronicity),
            ("history.severity_persists", &history.severity_persists),
            ("history.re_referral_share", &history.re_referral_share),
            ("history.open_otherwise", &history.open_otherwise),
            ("history.plan_among_open", &history.plan_among_open),
            ("history.sibling_on_plan", &history.sibling_on_plan),
            ("history.formerly_looked_after", &history.formerly_looked_after),
            ("history.lives_elsewhere", &history.lives_elsewhere),
            ("need.assessment_share", &file.need.assessment_share),
            ("need.strategy_share", &file.need.strategy_share),
            ("need.siblings_alike", &file.need.siblings_alike),
            ("reporting.form_answered", &report.form_answered),
            ("reporting.mentioned_outside_form", &report.mentioned_outside_form),
            ("reporting.public_answered", &report.public_answered),
            ("reporting.understated", &report.understated),
            ("reporting.overstated", &report.overstated),
            ("reporting.invented", &report.invented),
            ("reporting.recorded", &report.recorded),
            ("reporting.partial_answers", &report.partial_answers),
            ("reporting.partial_share", &report.partial_share),
            ("reporting.consent_stated", &report.consent_stated),
            ("branching.referral_nfa", &branching.referral_nfa),
            ("branching.assessed_not_in_need", &branching.assessed_not_in_need),
            ("branching.s47_per_strategy_discussion", &branching.s47_per_strategy_discussion),
            ("branching.s47_from_open_cases", &branching.s47_from_open_cases),
            ("branching.conference_per_s47", &branching.conference_per_s47),
            ("branching.plan_per_conference", &branching.plan_per_conference),
        ] {
            self.share(&format!("{at}.value"), figure.value);
        }
        for (at, value) in [
            ("history.plan_ended.value.recent", history.plan_ended.value.recent),
            ("history.plan_ended.value.past", history.plan_ended.value.past),
        ] {
            self.share(at, value);
        }
        for (at, shares, most) in [
            ("population.children_per_contact.value", &file.population.children_per_contact.value, 8),
            ("history.contacts_per_household.value", &history.contacts_per_household.value, 8),
        ] {
            if shares.is_empty() || shares.len() > most {
                self.say(at, format!("expected 1 to {most} shares, found {}", shares.len()), None);
            }
            self.sums_to_one(at, shares.iter().copied());
        }
        for (position, band) in file.bands.iter().enumerate() {
            if band.low > band.high {
                let message = format!("`low` {} is above `high` {}", band.low, band.high);
                self.say(&format!("bands[{position}]"), message, None);
            }
        }
        let rates = [
            ("arrivals.months.value", &file.arrivals.months),
            ("arrivals.school_months.value", &file.arrivals.school_months),
        ];
        for (at, months) in rates {
            if months.value.iter().any(|rate| *rate < 0.0) || months.value.iter().sum::<f64>() <= 0.0 {
                self.say(at, "rates are never negative and not all zero".to_owned(), None);
            }
        }
        for (position, profile) in file.arrivals.profiles.value.iter().enumerate() {
            let at = format!("arrivals.profiles.value[{position}]");
            for (name, weights) in [
                ("weekdays", profile.weekdays.as_slice()),
                ("hours", profile.hours.as_slice()),
                ("other_hours", profile.other_hours.as_slice()),
            ] {
                if weights.iter().any(|weight| *weight < 0.0) || weights.iter().sum::<f64>() <= 0.0 {
                    self.say(
                        &format!("{at}.{name}"),
                        "weights are never negative and not all zero".to_owned(),
                        None,
                    );
                }
            }
        }
    }

    fn above_zero(&mut self, at: &str, figure: &Figure) {
        if figure.value <= 0.0 || figure.value.is_nan() {
            self.say(&format!("{at}.value"), format!("expected more than 0, found {}", figure.value), None);
        }
    }

    fn share(&mut self, at: &str, value: f64) {
        if !(0.0..=1.0).contains(&value) {
            let mend = (1.0..=100.0)
                .contains(&value)
                .then(|| format!("write {} for {value} per cent", value / 100.0));
            self.say(at, format!("expected a share from 0 to 1, found {value}"), mend);
        }
    }

    fn sums_to_one(&mut self, at: &str, shares: impl Iterator<Item = f64> + Clone) {
        if shares.clone().any(|share| share < 0.0) {
            self.say(at, "a share is below zero".to_owned(), None);
        }
        let total: f64 = shares.sum();
        if (total - 1.0).abs() > 0.005 {
            self.say(at, format!("shares sum to {total:.4}, not to 1"), None);
        }
    }

    /// Values in the order of `ids`; a name not among them, or one left out, is a problem.
    fn in_order<const N: usize>(&mut self, at: &str, map: &ByName, ids: [&'static str; N]) -> [f64; N] {
        self.known_names(at, map.keys().map(String::as_str), &ids);
        ids.map(|id| {
            map.get(id).copied().unwrap_or_else(|| {
                self.say(at, format!("`{id}` is missing"), None);
                0.0
            })
        })
    }

    fn known_names<'n>(&mut self, at: &str, names: impl Iterator<Item = &'n str>, ids: &[&'static str]) {
        for name in names {
            if !ids.contains(&name) {
                let mend = shape::mend(name, ids.iter().copied());
                self.say(&format!("{at}.{name}"), format!("unknown name `{name}`"), Some(mend));
            }
        }
    }

    fn rows(&mut self, file: &ScenarioFile) -> Rows {
        let group_ids: [&'static str; GROUPS] = SourceGroup::ALL.map(group_id);
        let agency_ids: Vec<&'static str> = Agency::ALL.iter().map(|agency| agency.id()).collect();
        let referral_shares =
            self.in_order("sources.referral_shares.value", &file.sources.referral_shares.value, group_ids);
        self.sums_to_one("sources.referral_shares.value", referral_shares.iter().copied());
        let conversion = self.in_order("sources.conversion.value", &file.sources.conversion.value, group_ids);
        for (id, value) in group_ids.iter().zip(conversion) {
            if !(0.001..=0.95).contains(&value) {
                let message = format!("expected a share from 0.001 to 0.95, found {value}");
                self.say(&format!("sources.conversion.value.{id}"), message, None);
            }
        }
        let implied = 1.0 / referral_shares.iter().zip(conversion).map(|(r, c)| r / c.max(1e-9)).sum::<f64>();
        let stated = file.volume.referrals_per_contact.value;
        if (implied / stated - 1.0).abs() > 0.05 {
            let message = format!(
                "gives {implied:.3} referrals a contact, `volume.referrals_per_contact` says {stated}"
            );
            self.say(
                "sources.conversion.value",
                message,
                Some("move one of the two until they agree".to_owned()),
            );
        }
        let age =
            self.in_order("population.age.value", &file.population.age.value, AgeBand::ALL.map(AgeBand::id));
        self.sums_to_one("population.age.value", age.iter().copied());
        let sexes = self.in_order("population.sex.value", &file.population.sex.value, ["F", "M", "U"]);
        self.sums_to_one("population.sex.value", sexes.into_iter());
        self.sums_to_one("population.ethnicity.value", file.population.ethnicity.value.values().copied());
        let below_ids = ["no_further_action", "advice", "early_help", "targeted_early_help"];
        let below_assessment =
            self.in_order("need.below_assessment.value", &file.need.below_assessment.value, below_ids);
        self.sums_to_one("need.below_assessment.value", below_assessment.iter().copied());
        let positions = ["given", "not sought", "refused", "overridden"];
        let consent = self.in_order("reporting.consent.value", &file.reporting.consent.value, positions);
        self.sums_to_one("reporting.consent.value", consent.into_iter());
        self.known_names(
            "sources.agencies.value",
            file.sources.agencies.value.keys().map(String::as_str),
            &agency_ids,
        );
        let agencies: BTreeMap<Agency, f64> = file
            .sources
            .agencies
            .value
            .iter()
            .filter_map(|(id, weight)| id.parse().ok().map(|agency: Agency| (agency, *weight)))
            .collect();
        for group in SourceGroup::ALL {
            if !agencies.iter().any(|(agency, weight)| agency.source_group() == group && *weight > 0.0) {
                let message = format!("no agency of `{}` has a weight", group_id(group));
                self.say("sources.agencies.value", message, None);
            }
        }
        self.forms(file, &agency_ids);
        Rows {
            referral_shares,
            conversion,
            age,
            below_assessment,
            agencies,
            profile_of: self.profiles(file, group_ids),
            themes: self.themes(file),
        }
    }

    fn forms(&mut self, file: &ScenarioFile, agency_ids: &[&'static str]) {
        let forms = &file.reporting.forms.value;
        let mut allowed = agency_ids.to_vec();
        allowed.push("otherwise");
        self.known_names("reporting.forms.value", forms.keys().map(String::as_str), &allowed);
        for (agency, groups) in forms {
            let at = format!("reporting.forms.value.{agency}");
            self.known_names(&at, groups.iter().map(String::as_str), FORM_GROUPS);
        }
        let known = &file.reporting.family_known.value;
        self.known_names("reporting.family_known.value", known.keys().map(String::as_str), &allowed);
        for (at, given) in [
            ("reporting.forms.value", forms.contains_key("otherwise")),
            ("reporting.family_known.value", known.contains_key("otherwise")),
        ] {
            if !given {
                self.say(at, "`otherwise` is missing".to_owned(), None);
            }
        }
    }

    fn profiles(&mut self, file: &ScenarioFile, group_ids: [&'static str; GROUPS]) -> [usize; GROUPS] {
        let profiles = &file.arrivals.profiles.value;
        for (position, profile) in profiles.iter().enumerate() {
            let at = format!("arrivals.profiles.value[{position}].groups");
            self.known_names(&at, profile.groups.iter().map(String::as_str), &group_ids);
        }
        group_ids.map(|id| {
            let mut with =
                profiles.iter().enumerate().filter(|(_, profile)| profile.groups.iter().any(|g| g == id));
            let first = with.next().map(|(position, _)| position);
            if first.is_none() || with.next().is_some() {
                self.say(
                    "arrivals.profiles.value",
                    format!("`{id}` must stand in exactly one profile"),
                    None,
                );
            }
            first.unwrap_or(0)
        })
    }

    fn themes(&mut self, file: &ScenarioFile) -> Vec<(f64, f64)> {
        let ids: Vec<&'static str> = Theme::ALL.iter().map(|theme| theme.id()).collect();
        for (position, theme) in file.themes.iter().enumerate() {
            let at = format!("themes[{position}]");
            if Theme::named(&theme.theme).is_none() {
                let mend = shape::mend(&theme.theme, ids.iter().copied());
                self.say(&format!("{at}.theme"), format!("unknown theme `{}`", theme.theme), Some(mend));
            }
            self.share(&format!("{at}.among_referred.value"), theme.among_referred.value);
            self.share(&format!("{at}.among_others.value"), theme.among_others.value);
        }
        ids.iter()
            .map(|id| {
                let mut with = file.themes.iter().filter(|theme| theme.theme == *id);
                let first = with.next().map(|theme| (theme.among_referred.value, theme.among_others.value));
                if first.is_none() || with.next().is_some() {
                    self.say("themes", format!("`{id}` must stand exactly once"), None);
                }
                first.unwrap_or_default()
            })
            .collect()
    }

    fn truth_models(&mut self, file: &ScenarioFile) -> Vec<TruthModel> {
        let mut models: Vec<TruthModel> = Vec::new();
        for (position, written) in file.need.truth_models.iter().enumerate() {
            let at = format!("need.truth_models[{position}]");
            let weights = [written.incident, written.chronic, written.hidden];
            if models.iter().any(|model| model.id.as_str() == written.id) {
                self.say(&format!("{at}.id"), format!("`{}` stands twice", written.id), None);
            }
            let reason = written.reason.clone().unwrap_or_default();
            match TruthModel::new(written.id.as_str().into(), written.title.clone(), reason, weights) {
                Some(model) if weights.iter().all(|weight| *weight >= 0.0) => models.push(model),
                _ => self.say(&at, "weights are never negative and not all zero".to_owned(), None),
            }
        }
        if file.need.truth_models.is_empty() {
            self.say("need.truth_models", "expected one or more".to_owned(), None);
        }
        models
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{SCENARIO, scenario};

    fn problems(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut value: Value = serde_json::from_str(SCENARIO).unwrap();
        change(&mut value);
        let error = Scenario::from_json(&value.to_string()).unwrap_err();
        error.problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_misfit_is_named_at_once() {
        let found = problems(|file| {
            file["voulme"] = file["volume"].take();
            file.as_object_mut().unwrap().remove("volume");
            file["seed"] = json!("one");
            file["need"]["strategy_share"]["mark"] = json!("synthesized");
            file["arrivals"]["months"]["value"] = json!([1.0, 2.0]);
        });
        assert_eq!(
            found,
            [
                "arrivals.months.value: expected 12 values, found 2",
                "need.strategy_share.mark: `synthesized` is not allowed here; did you mean `synthesised`?",
                "seed: expected a whole number, found `one`",
                "voulme: unknown field `voulme`; did you mean `volume`?",
                "field `volume` is missing",
            ]
        );
    }

    #[test]
    fn every_wrong_number_and_name_is_named_at_once() {
        let found = problems(|file| {
            file["sources"]["conversion"]["value"]["polce"] = json!(0.17);
            file["history"]["open_otherwise"]["value"] = json!(5.0);
            file["need"]["siblings_alike"]["reason"] = Value::Null;
            file["names_real_authority"] = json!(false);
            file["reporting"]["forms"]["value"]["police"] = json!(["age", "domestic_abus"]);
        });
        assert_eq!(
            found,
            [
                "need.siblings_alike: a synthesised figure needs a reason",
                "names_real_authority: disagrees with `authority_like`; set `names_real_authority` to true exactly when `authority_like` is given",
                "history.open_otherwise.value: expected a share from 0 to 1, found 5; write 0.05 for 5 per cent",
                "sources.conversion.value.polce: unknown name `polce`; did you mean `police`?",
                "reporting.forms.value.police.domestic_abus: unknown name `domestic_abus`; did you mean `domestic_abuse`?",
            ]
        );
    }

    #[test]
    fn conversion_and_volume_must_agree() {
        let found = problems(|file| file["volume"]["referrals_per_contact"]["value"] = json!(0.4));
        assert_eq!(
            found,
            [
                "sources.conversion.value: gives 0.221 referrals a contact, `volume.referrals_per_contact` says 0.4; move one of the two until they agree"
            ]
        );
    }

    #[test]
    fn not_json_is_said_so() {
        let error = Scenario::from_json("{").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not json: eof while parsing an object at line 1 column 1".replace("json", "JSON")
        );
    }

    #[test]
    fn every_figure_is_listed_with_its_reason_or_source() {
        let listed = scenario().assumptions();
        assert!(listed.len() > 100, "{}", listed.len());
        let find = |name: &str| listed.iter().find(|line| line.name == name).unwrap();
        assert_eq!(find("volume.referrals").value, "1569");
        assert_eq!(find("volume.referrals").mark, Mark::Published);
        assert!(find("themes.domestic_abuse.among_referred").source.as_ref().unwrap().contains("2023"));
        assert!(find("need.truth_models.part-hidden").value.contains("hidden 0.77"));
        assert!(find("bands.s47_per_10k").value.contains("high 349"));
        assert!(listed.iter().all(|line| line.reason.is_some() || line.source.is_some()));
    }

    #[test]
    fn the_scenario_writes_back_what_was_read() {
        let written = serde_json::to_value(scenario().as_written()).unwrap();
        let read: Value = serde_json::from_str(SCENARIO).unwrap();
        assert_eq!(shape::misfits(&written, &schema::whole()), []);
        assert_eq!(written["themes"], read["themes"]);
    }
}
