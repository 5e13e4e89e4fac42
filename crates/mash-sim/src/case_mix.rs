//! What a contact is about: themes, how serious each is, and the facts that follow.
//!
//! In: a household, one of its contacts, and how serious things look for each child. Out: every fact as it truly is.
//! The six grades of seriousness are the field's ladder from advice to a strategy discussion; which facts stand for
//! which grade follows the wording of published threshold documents. No rule pack is read or run.

use jiff::civil::Weekday;
use mash_model::{Agency, FactSheet};

use crate::{
    known_facts::{Draft, FactIndex, Known},
    population::{Household, Place},
    random_streams::{DrawOverflowError, Purpose, Stream, bits_at, open_unit},
    sampling::categorical,
    scenario::Scenario,
    theme::{AgeBand, Scope, THEMES, Theme},
    truth_model::{LatentNeed, Severity},
};

mod child_facts;
mod history_facts;
mod household_facts;

/// How serious a theme is, on the same ladder as [`LatentNeed`].
pub(crate) type Tier = LatentNeed;

/// What one theme's facts depend on besides its tier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    pub(crate) band: AgeBand,
    pub(crate) tier: Tier,
}

/// One child's part of a contact.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) severity: Severity,
    pub(crate) band: AgeBand,
    pub(crate) truth: FactSheet,
}

/// The true facts of every child named in one contact.
pub(crate) fn pictures(
    scenario: &Scenario,
    index: &FactIndex<'_>,
    household: &Household,
    approach: usize,
) -> Result<Vec<Picture>, DrawOverflowError> {
    let Some(contact) = household.approaches.get(approach) else { return Ok(Vec::new()) };
    let place = household.place.approach(approach);
    let days = household.days_since_first(contact);
    let mut pictures = Vec::with_capacity(household.children.len());
    let mut shared: Vec<(Theme, Tier)> = Vec::new();
    for (number, child) in household.children.iter().enumerate() {
        let severity = household.severity(scenario, approach, number)?;
        let band = child.band(days);
        let tier = Tier::of_score(severity.apparent(), &scenario.tables.cuts);
        let here = place.child(number);
        let themes = if number == 0 {
            let themes =
                first_child_themes(scenario, here, contact.group, contact.agency, band, tier, &severity)?;
            shared = themes.iter().copied().filter(|(theme, _)| theme.scope() == Scope::Household).collect();
            themes
        } else {
            sibling_themes(scenario, here, contact.group, band, tier, &severity, &shared)?
        };
        let mut draft = index.draft();
        age_facts(&mut draft, here, band)?;
        for (theme, tier) in &themes {
            let about = Circumstances { band, tier: *tier };
            let part = u8::try_from(theme.index()).unwrap_or(u8::MAX);
            match theme.scope() {
                Scope::Household => {
                    household_facts::fill(
                        *theme,
                        about,
                        &mut place.stream(Purpose::HouseholdFacts, part),
                        &mut draft,
                    )?;
                }
                Scope::Child => {
                    child_facts::fill(
                        *theme,
                        about,
                        &mut here.stream(Purpose::ChildFacts, part),
                        &mut draft,
                    )?;
                }
            }
        }
        let worst = themes.iter().map(|(_, tier)| *tier).max().unwrap_or(Tier::NoFurtherAction);
        engagement(&mut draft, &mut place.stream(Purpose::Engagement, 0), worst, severity.chronic)?;
        around_the_contact(&mut draft, here, contact.agency, contact.received.weekday(), worst)?;
        what_is_asked(&mut draft, scenario, place, contact.agency, worst)?;
        history_facts::fill(scenario, &mut draft, household, approach, number, &severity, band)?;
        pictures.push(Picture { severity, band, truth: mended(index, draft.sheet) });
    }
    Ok(pictures)
}

/// Is the child truly disabled? None where the dictionary has no such fact.
pub(crate) fn has_disability(index: &FactIndex<'_>, truth: &FactSheet) -> Option<bool> {
    let (slot, definition) = index.find(Known::Disability)?;
    truth.get(slot).map(|value| Some(value) != definition.absent)
}

/// How often a theme that does not carry the contact is so many steps less serious.
const STEPS_BELOW: [f64; 4] = [0.06, 0.24, 0.35, 0.35];

/// Themes of the child the contact is first about: what is there besides, and one that carries the contact's weight.
fn first_child_themes(
    scenario: &Scenario,
    place: Place,
    group: mash_model::SourceGroup,
    agency: Agency,
    band: AgeBand,
    tier: Tier,
    severity: &Severity,
) -> Result<Vec<(Theme, Tier)>, DrawOverflowError> {
    let mut draws = [0; THEMES];
    place.stream(Purpose::Themes, 0).fill(&mut draws)?;
    let mut present = Vec::with_capacity(THEMES);
    let mut chances = [0.0; THEMES];
    let mut balances = Balances::of(severity);
    let likely = scenario.tables.likely(group, band, tier);
    for (((theme, likely), chance), drawn) in Theme::ALL.iter().zip(likely).zip(&mut chances).zip(draws) {
        *chance = if own_theme(agency) == Some(*theme) && theme.fit().get(band.index()) > Some(&0.0) {
            1.0
        } else {
            chance_of(*likely, *theme, &mut balances)
        };
        if open_unit(drawn) < *chance {
            present.push(*theme);
        }
    }
    let mut choice = place.stream(Purpose::Themes, 1);
    let mut carried = [0.0; THEMES];
    carried.iter_mut().zip(&present).for_each(|(weight, theme)| *weight = carries(*theme, tier));
    let carried = carried.get(..present.len()).unwrap_or_default();
    let leading = if tier == Tier::NoFurtherAction {
        None
    } else if carried.iter().any(|weight| *weight > 0.0) {
        present.get(choice.pick(carried)?).copied()
    } else {
        let mut weights = chances;
        for (weight, theme) in weights.iter_mut().zip(Theme::ALL) {
            *weight *= carries(*theme, tier);
        }
        let added = Theme::ALL.get(choice.pick(&weights)?).copied();
        present.extend(added);
        added
    };
    present.sort();
    let mut tiers = place.stream(Purpose::Tiers, 0);
    let mut themes = Vec::with_capacity(present.len());
    for theme in present {
        let below = tiers.pick(&STEPS_BELOW)?;
        themes.push((theme, if leading == Some(theme) { tier } else { lowered(tier, below) }));
    }
    Ok(themes)
}

/// Themes of a brother or sister: those of the household, some of the child's own, and one of them in the lead when
/// things look more serious for this child than the household's themes say.
fn sibling_themes(
    scenario: &Scenario,
    place: Place,
    group: mash_model::SourceGroup,
    band: AgeBand,
    tier: Tier,
    severity: &Severity,
    shared: &[(Theme, Tier)],
) -> Result<Vec<(Theme, Tier)>, DrawOverflowError> {
    let mut draws = [0; THEMES];
    place.stream(Purpose::Themes, 0).fill(&mut draws)?;
    let mut themes = shared.to_vec();
    let worst = shared.iter().map(|(_, tier)| *tier).max().unwrap_or(Tier::NoFurtherAction);
    let mut leads = [0.0; THEMES];
    let mut balances = Balances::of(severity);
    let likely = Theme::ALL.iter().zip(scenario.tables.likely(group, band, tier));
    let own = likely.filter(|(theme, _)| theme.scope() == Scope::Child);
    for ((number, (theme, likely)), (lead, drawn)) in (0..).zip(own).zip(leads.iter_mut().zip(draws)) {
        let chance = chance_of(*likely, *theme, &mut balances);
        *lead = chance * carries(*theme, tier);
        if open_unit(drawn) < chance {
            let entity = place.entity(0);
            let drawn = bits_at(place.seed, place.replication, entity, Purpose::Tiers, number);
            themes.push((*theme, lowered(tier, categorical(open_unit(drawn), &STEPS_BELOW))));
        }
    }
    if tier > worst && tier >= Tier::EarlyHelp {
        let drawn = place.stream(Purpose::Themes, 1).pick(&leads)?;
        if let Some(theme) = Theme::ALL.iter().filter(|theme| theme.scope() == Scope::Child).nth(drawn) {
            themes.retain(|(other, _)| other != theme);
            themes.push((*theme, tier));
        }
    }
    Ok(themes)
}

/// How much more often a theme is there for the balance between long-standing difficulties and the incident; the mean
/// of this factor is one. Themes of the same pull share it.
struct Balances {
    balance: f64,
    /// By theme that is the first of its pull, once it is reckoned.
    factors: [Option<f64>; THEMES],
}

impl Balances {
    fn of(severity: &Severity) -> Self {
        Self { balance: severity.balance(), factors: [None; THEMES] }
    }

    fn factor(&mut self, theme: Theme) -> f64 {
        let pull = theme.pull();
        let factor = || libm::exp(pull * self.balance - 0.5 * pull * pull);
        self.factors.get_mut(theme.first_alike()).map_or(1.0, |known| *known.get_or_insert_with(factor))
    }
}

/// How likely a theme is that is there so often before the balance weighs in.
fn chance_of(likely: f64, theme: Theme, balances: &mut Balances) -> f64 {
    if likely > 0.0 { (likely * balances.factor(theme)).min(0.97) } else { 0.0 }
}

/// The theme that an agency's contacts are always about.
fn own_theme(agency: Agency) -> Option<Theme> {
    match agency {
        Agency::Idva | Agency::Marac => Some(Theme::DomesticAbuse),
        Agency::SubstanceService => Some(Theme::ParentalDrugs),
        Agency::AdultMentalHealth => Some(Theme::ParentalMentalHealth),
        Agency::AdultSocialCare => Some(Theme::ParentalNeeds),
        Agency::Camhs => Some(Theme::ChildMentalHealth),
        Agency::YouthJustice => Some(Theme::Behaviour),
        Agency::MissingTeam => Some(Theme::Missing),
        Agency::Housing => Some(Theme::Housing),
        Agency::Probation => Some(Theme::Criminality),
        Agency::Dentist => Some(Theme::Neglect),
        Agency::Immigration => Some(Theme::Status),
        Agency::SexualHealth => Some(Theme::SexualAbuse),
        Agency::Cafcass | Agency::Court => Some(Theme::EmotionalAbuse),
        _ => None,
    }
}

/// How often a theme is the one that makes a contact this serious; synthesised, after which indicators threshold
/// documents place at that level by themselves.
fn carries(theme: Theme, tier: Tier) -> f64 {
    let (assessment, strategy) = match theme {
        Theme::DomesticAbuse => (1.6, 1.2),
        Theme::ParentalMentalHealth => (0.8, 0.35),
        Theme::ParentalAlcohol | Theme::ParentalDrugs => (0.8, 0.15),
        Theme::Neglect => (1.6, 1.1),
        Theme::EmotionalAbuse => (0.8, 0.8),
        Theme::ParentalNeeds => (0.3, 0.25),
        Theme::Criminality => (0.2, 0.7),
        Theme::Housing => (0.5, 0.0),
        Theme::PhysicalAbuse => (2.0, 3.0),
        Theme::SexualAbuse => (1.5, 3.0),
        Theme::Exploitation => (1.5, 1.6),
        Theme::Missing => (1.2, 0.6),
        Theme::ChildMentalHealth => (0.0, 0.7),
        Theme::Behaviour => (1.0, 0.2),
        Theme::Education => (0.7, 0.15),
        Theme::Disability => (0.8, 0.0),
        Theme::YoungCarer => (0.0, 0.0),
        Theme::HarmfulPractice => (1.5, 2.5),
        Theme::Status => (2.5, 0.0),
        Theme::BeforeBirth => (2.0, 1.5),
    };
    match tier {
        Tier::StrategyDiscussion => strategy,
        Tier::ChildAndFamilyAssessment => assessment,
        Tier::TargetedEarlyHelp | Tier::EarlyHelp | Tier::Advice | Tier::NoFurtherAction => match theme {
            Theme::PhysicalAbuse | Theme::SexualAbuse | Theme::HarmfulPractice | Theme::Status => 0.3,
            _ => 1.0,
        },
    }
}

/// So many steps down the ladder.
fn lowered(tier: Tier, steps: usize) -> Tier {
    Tier::ALL.get(tier.rank().saturating_sub(steps)).copied().unwrap_or(Tier::NoFurtherAction)
}

fn age_facts(draft: &mut Draft<'_>, place: Place, band: AgeBand) -> Result<(), DrawOverflowError> {
    let mut draws = place.stream(Purpose::ChildFacts, 200);
    draft.grade(Known::AgeBand, band.id());
    draft.flag(Known::Unborn, band == AgeBand::Unborn);
    // Babies begin to move about alone in their second half year.
    draft.flag(Known::NotIndependentlyMobile, band == AgeBand::UnderOne && draws.chance(0.6)?);
    Ok(())
}

/// Engagement and strengths, the same for all children of a household.
fn engagement(
    draft: &mut Draft<'_>,
    draws: &mut Stream,
    worst: Tier,
    chronic: f64,
) -> Result<(), DrawOverflowError> {
    let by_rank = |shares: [f64; 6]| shares.get(worst.rank()).copied().unwrap_or(0.0);
    let long_standing = (0.10 + 0.06 * chronic).clamp(0.01, 0.4);
    let avoids = draws.uniform()?;
    let grade = match by_rank([0.1, 0.3, 0.6, 1.0, 1.2, 1.5]) * long_standing / avoids {
        ratio if ratio > 8.0 && worst >= Tier::TargetedEarlyHelp => "refuses access",
        ratio if ratio > 2.5 && worst >= Tier::EarlyHelp => "avoids",
        ratio if ratio > 1.0 => "missed some",
        _ => "none",
    };
    draft.grade(Known::NonEngagementOrAccessRefused, grade);
    draft.flag(Known::DisguisedCompliance, draws.chance(by_rank([0.0, 0.0, 0.01, 0.01, 0.025, 0.04]))?);
    draft.flag(Known::ProtectiveAdult, draws.chance(by_rank([0.5, 0.4, 0.25, 0.18, 0.07, 0.12]))?);
    draft.flag(Known::SupportiveNetwork, draws.chance(by_rank([0.45, 0.4, 0.28, 0.2, 0.1, 0.15]))?);
    draft.flag(Known::EngagedWithPlan, draws.chance(by_rank([0.05, 0.06, 0.05, 0.05, 0.02, 0.03]))?);
    draft.flag(Known::RegularProfessionalSight, draws.chance(by_rank([0.7, 0.6, 0.4, 0.3, 0.2, 0.25]))?);
    draft.flag(Known::ChildResilienceOrSkills, draws.chance(by_rank([0.3, 0.25, 0.2, 0.15, 0.1, 0.1]))?);
    draft.flag(Known::SoleCarer, draws.chance(by_rank([0.25, 0.25, 0.25, 0.27, 0.27, 0.27]))?);
    draft.flag(
        Known::PerpetratorExcluded,
        draws.chance(0.12)? && draft.value(Known::DashGrade) != draft.rank(Known::DashGrade, "none"),
    );
    Ok(())
}

/// What hangs on this contact for one child: danger now, recent harm, who spoke.
fn around_the_contact(
    draft: &mut Draft<'_>,
    place: Place,
    agency: Agency,
    weekday: Weekday,
    worst: Tier,
) -> Result<(), DrawOverflowError> {
    let mut draws = place.stream(Purpose::Engagement, 1);
    let by_rank = |shares: [f64; 6]| shares.get(worst.rank()).copied().unwrap_or(0.0);
    let born = !draft.is(Known::Unborn);
    let danger = draws.chance(by_rank([0.0, 0.0, 0.0, 0.001, 0.002, 0.14]))?;
    draft.flag(Known::ImmediateDanger, danger);
    draft.flag(
        Known::EpoOrPoliceProtection,
        draws.chance(0.12)? && danger && born && agency == Agency::Police,
    );
    let harmed = draws.chance(by_rank([0.01, 0.02, 0.03, 0.05, 0.1, 0.4]))? && born;
    draft.flag(Known::RecentHarm, harmed);
    draft.flag(
        Known::ChildVoiceSeeksHelp,
        draws.chance(by_rank([0.005, 0.005, 0.01, 0.01, 0.015, 0.05]))? && born,
    );
    let speaks = draft.is(Known::DisclosurePhysicalAbuse) || draft.is(Known::DisclosureSexualAbuse);
    let school_day = !matches!(weekday, Weekday::Saturday | Weekday::Sunday);
    let at_school = agency == Agency::School && school_day && speaks;
    draft.flag(Known::DisclosedAtSchoolToday, draws.chance(0.6)? && at_school);
    Ok(())
}

/// What the contact asks for and the position on consent, the same for all children it names.
fn what_is_asked(
    draft: &mut Draft<'_>,
    scenario: &Scenario,
    place: Place,
    agency: Agency,
    worst: Tier,
) -> Result<(), DrawOverflowError> {
    let mut draws = place.stream(Purpose::Engagement, 2);
    let helping = matches!(worst, Tier::EarlyHelp | Tier::TargetedEarlyHelp) && agency != Agency::Police;
    draft.flag(Known::EarlyHelpRequest, draws.chance(0.35)? && helping);
    draft.flag(Known::AnonymousSource, agency == Agency::Anonymous);
    draft.flag(Known::AcceptedAsReferral, false);
    let shares = &scenario.file.reporting.consent.value;
    let position = draws.pick(&scenario.tables.consent)?;
    if let Some(text) = shares.keys().nth(position) {
        draft.grade(Known::Consent, text);
    }
    Ok(())
}

/// The sheet with every constraint of the dictionary kept: where one binds, the fact it speaks of takes the first
/// value allowed.
fn mended(index: &FactIndex<'_>, mut sheet: FactSheet) -> FactSheet {
    for _ in 0..4 {
        let mut changed = false;
        for constraint in index.dictionary.constraints() {
            let binds = constraint
                .when
                .iter()
                .all(|(slot, allowed)| sheet.get(*slot).is_some_and(|value| allowed.contains(&value)));
            if binds {
                for (slot, allowed) in &constraint.then {
                    if sheet.get(*slot).is_some_and(|value| !allowed.contains(&value)) {
                        sheet.set(*slot, allowed.first().copied());
                        changed = true;
                    }
                }
            }
        }
        if !changed {
            break;
        }
    }
    sheet
}
