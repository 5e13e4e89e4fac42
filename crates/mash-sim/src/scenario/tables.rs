//! What the draws need, reckoned once from the checked numbers of a scenario.
//!
//! In: shares and rates as the file states them. Out: the mix of contacts, cut points of need, ages by source, and
//! rates of themes whose averages are exactly the stated shares.

use std::collections::BTreeMap;

use jiff::civil::Date;
use mash_model::{Agency, SourceGroup};

use super::{GROUPS, file::ScenarioFile};
use crate::{
    arrivals::ArrivalTable,
    sampling::{normal_below, normal_quantile},
    theme::{AgeBand, THEMES, Theme},
    truth_model::LatentNeed,
};

/// What the draws need, reckoned once.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    /// Households expected to begin a run of contacts in a year.
    pub(crate) households: f64,
    /// Share of contacts by group.
    pub(crate) mix: [f64; GROUPS],
    /// How far a group's contacts lie from the average, standard deviations of need.
    pub(crate) shift: [f64; GROUPS],
    /// Share of a group's contacts by age band.
    pub(crate) ages: [[f64; 6]; GROUPS],
    /// Agencies of each group with their weights.
    pub(crate) agencies: [Vec<(Agency, f64)>; GROUPS],
    /// When each group makes contact.
    pub(crate) arrivals: [ArrivalTable; GROUPS],
    /// Scores between the six responses.
    pub(crate) cuts: [f64; 5],
    /// How often each theme is there, by source, then age band, then apparent response.
    likely: Vec<[f64; THEMES]>,
    /// Shares of the positions on consent, in the order of the file.
    pub(crate) consent: Vec<f64>,
    /// Mean and standard deviation of contacts per household, counted over contacts.
    pub(crate) contacts_spread: (f64, f64),
    /// By group: which profile of days and hours it follows.
    profile_of: [usize; GROUPS],
}

/// What the checked numbers of a file come to, keyed maps already turned into rows.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) referral_shares: [f64; GROUPS],
    pub(crate) conversion: [f64; GROUPS],
    pub(crate) age: [f64; 6],
    pub(crate) below_assessment: [f64; 4],
    pub(crate) agencies: BTreeMap<Agency, f64>,
    pub(crate) profile_of: [usize; GROUPS],
    pub(crate) themes: Vec<(f64, f64)>,
}

impl Tables {
    /// Reckons the tables; `conversion` must already agree with the overall share.
    pub(super) fn new(file: &ScenarioFile, rows: &Rows, expected_contacts: f64) -> Self {
        let overall = file.need.assessment_share.value;
        let raw =
            rows.referral_shares.iter().zip(&rows.conversion).map(|(share, conversion)| share / conversion);
        let total: f64 = raw.clone().sum();
        let mut mix = [0.0; GROUPS];
        mix.iter_mut().zip(raw).for_each(|(place, value)| *place = value / total);
        // Scaled so that the groups together call for an assessment in exactly the overall share.
        let conversion = rows.conversion.map(|share| share * overall * total);
        let assessment = normal_quantile(1.0 - overall);
        let shift = conversion.map(|share| assessment + normal_quantile(share));
        let share_below =
            |cut: f64| mix.iter().zip(&shift).map(|(m, s)| m * normal_below(cut - s)).sum::<f64>();
        let mut cuts = [0.0; 5];
        let mut upto = 0.0;
        for (cut, share) in cuts.iter_mut().zip(rows.below_assessment) {
            upto += share * (1.0 - overall);
            *cut = solved(upto, share_below);
        }
        let [.., before_last, last] = &mut cuts;
        *before_last = assessment;
        *last = solved(1.0 - overall * file.need.strategy_share.value, share_below);
        let ages = fitted_ages(&mix, &rows.age);
        let themes = theme_rates(rows, &mix, &conversion, &ages, file);
        let sizes = mean_and_spread(&file.population.children_per_contact.value);
        let contacts = &file.history.contacts_per_household.value;
        let per_household = mean_and_spread(contacts);
        Self {
            households: expected_contacts / (sizes.0 * per_household.0),
            mix,
            shift,
            ages,
            agencies: std::array::from_fn(|group| {
                let in_group =
                    rows.agencies.iter().filter(|(agency, _)| agency.source_group() as usize == group);
                in_group.map(|(agency, weight)| (*agency, *weight)).collect()
            }),
            arrivals: std::array::from_fn(|group| ArrivalTable::new(file, &rows.profile_of, &mix, group)),
            cuts,
            likely: likely(&themes),
            consent: file.reporting.consent.value.values().copied().collect(),
            contacts_spread: size_biased(contacts),
            profile_of: rows.profile_of,
        }
    }

    /// How often each theme is there, before long-standing difficulties and the incident weigh in.
    pub(crate) fn likely(&self, group: SourceGroup, band: AgeBand, response: LatentNeed) -> &[f64; THEMES] {
        let at = (group as usize * AgeBand::ALL.len() + band.index()) * LatentNeed::ALL.len();
        self.likely.get(at + response.rank()).unwrap_or(&[0.0; THEMES])
    }

    /// When a group makes contact over so many days from `start`, and how many of the scenario's years that is.
    pub(crate) fn arrivals_over(
        &self,
        file: &ScenarioFile,
        group: usize,
        start: Date,
        days: usize,
    ) -> (ArrivalTable, f64) {
        let year = file.year.start.until(file.year.end).map_or(364, |span| span.get_days()) + 1;
        let year = usize::try_from(year).unwrap_or(365);
        let over = |start: Date, days: usize| {
            ArrivalTable::over(file, &self.profile_of, &self.mix, group, start, days)
        };
        let (table, sum) = over(start, days);
        let (_, of_year) = over(file.year.start, year);
        (table, if of_year > 0.0 { sum / of_year } else { 0.0 })
    }
}

/// How often each theme is there, by source, age band and response: rate, fit of the band and lift of the source.
fn likely(themes: &[[f64; 6]]) -> Vec<[f64; THEMES]> {
    let mut likely = Vec::with_capacity(GROUPS * 36);
    for group in SourceGroup::ALL {
        for band in AgeBand::ALL {
            for response in 0..LatentNeed::ALL.len() {
                let mut row = [0.0; THEMES];
                for ((theme, rates), place) in Theme::ALL.iter().zip(themes).zip(&mut row) {
                    let rate = rates.get(response).copied().unwrap_or(0.0);
                    let fit = theme.fit().get(band.index()).copied().unwrap_or(0.0);
                    *place = rate * fit * theme.lift(group);
                }
                likely.push(row);
            }
        }
    }
    likely
}

/// The cut below which `share` lies, by halving: the share below a cut only grows with it.
fn solved(share: f64, share_below: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-12.0, 12.0);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if share_below(middle) < share { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Age bands by group so that groups keep their shares and ages theirs (iterative proportional fitting over the ages
/// each group can meet).
fn fitted_ages(mix: &[f64; GROUPS], age: &[f64; 6]) -> [[f64; 6]; GROUPS] {
    let mut joint: [[f64; 6]; GROUPS] =
        std::array::from_fn(|group| meets(SourceGroup::ALL.get(group).copied()));
    for _ in 0..200 {
        for (row, share) in joint.iter_mut().zip(mix) {
            let total: f64 = row.iter().sum();
            // A group that refers nobody keeps ages of its own all the same, so that no share is nothing over nothing.
            row.iter_mut().for_each(|cell| *cell *= share.max(1e-12) / total);
        }
        for (band, share) in age.iter().enumerate() {
            let total: f64 = joint.iter().filter_map(|row| row.get(band)).sum();
            joint
                .iter_mut()
                .filter_map(|row| row.get_mut(band))
                .for_each(|cell| *cell *= share / total.max(1e-12));
        }
    }
    joint
}

/// How readily a group meets children of each age band; synthesised, schools and health from who sees whom.
fn meets(group: Option<SourceGroup>) -> [f64; 6] {
    match group {
        Some(SourceGroup::Schools) => [0.0, 0.0, 0.1, 1.0, 1.0, 0.7],
        Some(SourceGroup::EducationServices) => [0.0, 0.0, 0.05, 1.0, 1.0, 0.7],
        Some(SourceGroup::Health) => [6.0, 2.0, 1.2, 0.7, 0.8, 0.7],
        Some(SourceGroup::Housing) => [0.5, 1.0, 1.0, 1.0, 0.8, 1.5],
        _ => [0.6, 1.0, 1.0, 1.0, 1.0, 1.0],
    }
}

/// How much of a theme there is at each apparent response, relative to its class.
const MORE_WHEN_SERIOUS: [f64; 6] = [0.5, 0.8, 1.3, 1.9, 0.9, 1.15];

/// Share with each theme by apparent response, divided by the average of the spreads it will be multiplied with.
fn theme_rates(
    rows: &Rows,
    mix: &[f64; GROUPS],
    conversion: &[f64; GROUPS],
    ages: &[[f64; 6]; GROUPS],
    file: &ScenarioFile,
) -> Vec<[f64; 6]> {
    let strategy = file.need.strategy_share.value;
    let [a, b, c, d] = rows.below_assessment;
    let within = [a, b, c, d, 1.0 - strategy, strategy];
    let class_mean = |range: std::ops::Range<usize>| -> f64 {
        within.iter().zip(MORE_WHEN_SERIOUS).skip(range.start).take(range.len()).map(|(w, m)| w * m).sum()
    };
    let means = [class_mean(0..4), class_mean(4..6)];
    Theme::ALL
        .iter()
        .zip(&rows.themes)
        .map(|(theme, (referred, others))| {
            let spread = |referred: bool| {
                let (mut sum, mut weight) = (0.0, 0.0);
                for (((group, row), share), converted) in
                    SourceGroup::ALL.iter().zip(ages).zip(mix).zip(conversion)
                {
                    let class = if referred { *converted } else { 1.0 - converted };
                    let row_total: f64 = row.iter().sum();
                    let fit: f64 =
                        row.iter().zip(theme.fit()).map(|(cell, fit)| cell * fit).sum::<f64>() / row_total;
                    sum += share * class * theme.lift(*group) * fit;
                    weight += share * class;
                }
                sum / weight
            };
            let [others_spread, referred_spread] = [spread(false), spread(true)];
            let mut rates = [0.0; 6];
            for (place, (need, more)) in rates.iter_mut().zip(LatentNeed::ALL.iter().zip(MORE_WHEN_SERIOUS)) {
                *place = if *need >= LatentNeed::ChildAndFamilyAssessment {
                    referred * more / means.get(1).copied().unwrap_or(1.0) / referred_spread
                } else {
                    others * more / means.first().copied().unwrap_or(1.0) / others_spread
                };
            }
            rates
        })
        .collect()
}

/// Mean and standard deviation of a count that is one more than its position in the list of shares.
#[expect(clippy::cast_precision_loss, reason = "lists are short")]
fn mean_and_spread(shares: &[f64]) -> (f64, f64) {
    let total: f64 = shares.iter().sum();
    let moment = |squared: bool| {
        let of = |count: f64| if squared { count * count } else { count };
        shares.iter().enumerate().map(|(i, share)| share * of(i as f64 + 1.0)).sum::<f64>() / total
    };
    let mean = moment(false);
    (mean, libm::sqrt((moment(true) - mean * mean).max(0.0)))
}

/// The same, each household counted once for every contact it makes.
#[expect(clippy::cast_precision_loss, reason = "lists are short")]
fn size_biased(shares: &[f64]) -> (f64, f64) {
    let weighted: Vec<f64> = shares.iter().enumerate().map(|(i, share)| share * (i as f64 + 1.0)).collect();
    mean_and_spread(&weighted)
}

#[cfg(test)]
mod tests {
    use mash_model::SourceGroup;

    use crate::{
        LatentNeed,
        testing::{cases, scenario, value},
    };

    #[test]
    fn tables_keep_the_stated_shares() {
        let (tables, file) = (&scenario().tables, scenario().as_written());
        assert!((tables.mix.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let police = tables.mix[SourceGroup::Police as usize];
        assert!((0.30..0.40).contains(&police), "{police}");
        let shares = scenario().need_shares();
        let assessment = file.need.assessment_share.value;
        assert!((shares[4] + shares[5] - assessment).abs() < 1e-9);
        assert!((shares[5] - assessment * file.need.strategy_share.value).abs() < 1e-9);
        for (band, share) in file.population.age.value.keys().zip(file.population.age.value.values()) {
            let band = crate::AgeBand::ALL.iter().find(|known| known.id() == band).unwrap().index();
            let fitted: f64 = tables.ages.iter().map(|row| row[band]).sum();
            assert!((fitted - share).abs() < 1e-6, "{band} {fitted} {share}");
        }
    }

    #[test]
    fn a_group_that_refers_nobody_leaves_every_table_finite() {
        let mut value: serde_json::Value = serde_json::from_str(crate::testing::SCENARIO).unwrap();
        let shares = &mut value["sources"]["referral_shares"]["value"];
        shares["unknown"] = 0.0.into();
        shares["police"] = (0.2732 + 0.0107).into();
        let tables = crate::Scenario::from_json(&value.to_string()).unwrap().tables;
        assert!(tables.mix[SourceGroup::Unknown as usize] == 0.0);
        let row = tables.ages[SourceGroup::Unknown as usize];
        assert!(row.iter().all(|share| *share >= 0.0) && row.iter().sum::<f64>() > 0.0, "{row:?}");
        assert!(
            tables.likely.iter().flatten().chain(tables.ages.iter().flatten()).all(|share| share.is_finite())
        );
    }

    #[test]
    fn themes_are_about_as_frequent_as_stated() {
        let apparent = |case: &crate::Case| {
            LatentNeed::of_score(case.severity.apparent(), &case.cuts) >= LatentNeed::ChildAndFamilyAssessment
        };
        let firsts = || cases().iter().filter(|case| case.contact.id.as_str().ends_with('1'));
        for (theme, fact) in [
            ("domestic_abuse", "dash_grade"),
            ("parental_mental_health", "parental_mental_ill_health"),
            ("parental_alcohol", "parental_alcohol"),
            ("child_mental_health", "child_mental_health"),
            ("disability", "disability"),
        ] {
            let stated = scenario().as_written().themes.iter().find(|line| line.theme == theme).unwrap();
            for (referred, expect) in
                [(true, stated.among_referred.value), (false, stated.among_others.value)]
            {
                let (mut with, mut all) = (0.0, 0.0);
                for case in firsts().filter(|case| apparent(case) == referred) {
                    all += 1.0;
                    with += f64::from(u8::from(value(&case.truth, fact).unwrap() != "none"));
                }
                let share = with / all;
                assert!(
                    (share - expect).abs() < 0.35 * expect + 0.02,
                    "{theme} {referred}: {share} against {expect}"
                );
            }
        }
    }
}
