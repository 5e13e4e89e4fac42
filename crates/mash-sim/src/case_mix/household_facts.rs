//! Facts that brothers and sisters share, theme by theme and from mild to severe.
//!
//! Shares within a theme are synthesised; which fact stands at which tier follows the indicators that published
//! threshold documents list at each level.

use super::{Circumstances, Tier};
use crate::{
    known_facts::{Draft, Known as K},
    random_streams::{DrawOverflowError, Stream},
    theme::{AgeBand, Theme},
};

/// Writes one theme's facts.
pub(super) fn fill(
    theme: Theme,
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    match theme {
        Theme::DomesticAbuse => domestic_abuse(about, draws, draft),
        Theme::ParentalMentalHealth => parental_mental_health(about, draws, draft),
        Theme::ParentalAlcohol => substance(about, draws, draft, K::ParentalAlcohol, "dependent"),
        Theme::ParentalDrugs => substance(about, draws, draft, K::ParentalDrugs, "dependent or injecting"),
        Theme::Neglect => neglect(about, draws, draft),
        Theme::EmotionalAbuse => emotional_abuse(about, draws, draft),
        Theme::ParentalNeeds => parental_needs(about, draws, draft),
        Theme::Criminality => criminality(about, draws, draft),
        Theme::Housing => housing(about, draws, draft),
        Theme::BeforeBirth => before_birth(about, draws, draft),
        Theme::PhysicalAbuse
        | Theme::SexualAbuse
        | Theme::Exploitation
        | Theme::Missing
        | Theme::ChildMentalHealth
        | Theme::Behaviour
        | Theme::Education
        | Theme::Disability
        | Theme::YoungCarer
        | Theme::HarmfulPractice
        | Theme::Status => Ok(()),
    }
}

fn domestic_abuse(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    let (grade, least, most, where_) = match about.tier {
        Tier::NoFurtherAction => ("standard", 1, 1, "not present"),
        Tier::Advice => ("standard", 1, 1, one_of(draws, &[("not present", 0.5), ("in house", 0.5)])?),
        Tier::EarlyHelp => ("standard", 1, 2, one_of(draws, &[("in house", 0.4), ("witnessed", 0.6)])?),
        Tier::TargetedEarlyHelp => {
            ("standard", 3, 5, one_of(draws, &[("in house", 0.5), ("witnessed", 0.5)])?)
        }
        Tier::ChildAndFamilyAssessment => (
            one_of(draws, &[("medium", 0.85), ("standard", 0.15)])?,
            1,
            6,
            one_of(draws, &[("in house", 0.5), ("witnessed", 0.5)])?,
        ),
        Tier::StrategyDiscussion => (
            one_of(draws, &[("high", 0.7), ("medium", 0.3)])?,
            1,
            9,
            one_of(
                draws,
                &[("not present", 0.2), ("in house", 0.35), ("witnessed", 0.25), ("intervened or hurt", 0.2)],
            )?,
        ),
    };
    draft.grade(K::DashGrade, grade);
    draft.count(K::DaIncidents12m, draws.between(least, most)?);
    draft.grade(K::ChildPresentOrInjuredInDa, where_);
    let serious = about.tier >= Tier::ChildAndFamilyAssessment;
    let severe = about.tier == Tier::StrategyDiscussion;
    draft.flag(K::CoerciveControl, draws.chance(if severe { 0.5 } else { 0.3 })? && serious);
    draft.flag(K::DaVictimPregnant, draws.chance(0.06)? && serious);
    let at_home = draws.chance(if serious { 0.35 } else { 0.15 })?;
    draft.flag(K::PerpetratorStillInHomeOrBailBreach, at_home && about.tier >= Tier::EarlyHelp);
    draft.flag(K::StrangulationOrWeapon, draws.chance(0.35)? && severe);
    draft.flag(K::MaracCase, draws.chance(0.4)? && severe);
    if grade == "standard" && serious && !draft.is(K::CoerciveControl) {
        draft.yes(K::CoerciveControl);
    }
    if grade == "medium" && severe && !draft.is(K::StrangulationOrWeapon) && where_ != "intervened or hurt" {
        draft.yes(K::MaracCase);
    }
    Ok(())
}

fn parental_mental_health(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    let grade = match about.tier {
        Tier::NoFurtherAction | Tier::Advice => "mild",
        Tier::EarlyHelp => one_of(draws, &[("mild", 0.3), ("moderate", 0.7)])?,
        Tier::TargetedEarlyHelp => "moderate",
        Tier::ChildAndFamilyAssessment => "severe",
        Tier::StrategyDiscussion => "acute or psychotic",
    };
    draft.grade(K::ParentalMentalIllHealth, grade);
    Ok(())
}

fn substance(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
    fact: K,
    worst: &str,
) -> Result<(), DrawOverflowError> {
    let grade = match about.tier {
        Tier::NoFurtherAction | Tier::Advice => "use",
        Tier::EarlyHelp | Tier::TargetedEarlyHelp => "harmful",
        Tier::ChildAndFamilyAssessment | Tier::StrategyDiscussion => worst,
    };
    draft.grade(fact, grade);
    let baby = about.band == AgeBand::UnderOne;
    let unsafe_sleep = draws.chance(0.15)? && baby && about.tier >= Tier::ChildAndFamilyAssessment;
    if unsafe_sleep {
        draft.yes(K::UnsafeSleepWithSubstance);
    }
    if about.tier == Tier::StrategyDiscussion {
        draft.grade(K::HomeConditions, one_of(draws, &[("hazardous", 0.6), ("squalid", 0.4)])?);
    }
    Ok(())
}

fn neglect(about: Circumstances, draws: &mut Stream, draft: &mut Draft<'_>) -> Result<(), DrawOverflowError> {
    let young = about.band <= AgeBand::OneToFour;
    match about.tier {
        Tier::NoFurtherAction | Tier::Advice => {
            if draws.chance(0.6)? {
                draft.grade(K::HomeConditions, "untidy");
            } else {
                draft.grade(K::MedicalNeglect, "missed checks");
            }
        }
        Tier::EarlyHelp => {
            draft.grade(K::NeglectBasicCare, "minor");
            draft.count(K::NeglectMonths, draws.between(0, 4)?);
            draft.grade(K::HomeConditions, one_of(draws, &[("none", 0.4), ("untidy", 0.3), ("poor", 0.3)])?);
            draft.grade(K::Supervision, one_of(draws, &[("none", 0.7), ("patchy", 0.3)])?);
            draft.grade(K::HungerOrClothing, one_of(draws, &[("none", 0.7), ("occasional", 0.3)])?);
            draft.flag(K::SevereObesity, draws.chance(0.05)?);
        }
        Tier::TargetedEarlyHelp => {
            draft.grade(K::NeglectBasicCare, "regular");
            draft.count(K::NeglectMonths, draws.between(1, 5)?);
            draft.grade(K::HomeConditions, one_of(draws, &[("untidy", 0.7), ("poor", 0.3)])?);
            draft.grade(K::Supervision, one_of(draws, &[("none", 0.5), ("patchy", 0.5)])?);
            draft.grade(K::HungerOrClothing, one_of(draws, &[("none", 0.6), ("occasional", 0.4)])?);
            draft.flag(K::SevereObesity, draws.chance(0.05)?);
        }
        Tier::ChildAndFamilyAssessment => {
            let chronic = draws.chance(0.35)? && !young;
            draft.grade(K::NeglectBasicCare, if chronic { "chronic" } else { "regular" });
            draft.count(K::NeglectMonths, draws.between(6, 30)?);
            draft.grade(K::HomeConditions, one_of(draws, &[("poor", 0.65), ("hazardous", 0.35)])?);
            draft.grade(
                K::MedicalNeglect,
                one_of(draws, &[("none", 0.5), ("missed appointments", 0.45), ("refused treatment", 0.05)])?,
            );
            draft.grade(
                K::Supervision,
                one_of(draws, &[("none", 0.4), ("patchy", 0.3), ("inadequate", 0.3)])?,
            );
            draft.grade(
                K::HungerOrClothing,
                one_of(draws, &[("none", 0.4), ("occasional", 0.3), ("regular", 0.3)])?,
            );
            draft.flag(K::UntreatedDentalDecay, draws.chance(0.12)?);
        }
        Tier::StrategyDiscussion => {
            draft.grade(K::NeglectBasicCare, one_of(draws, &[("chronic", 0.5), ("severe", 0.5)])?);
            draft.count(K::NeglectMonths, draws.between(6, 60)?);
            draft.grade(
                K::MedicalNeglect,
                one_of(draws, &[("none", 0.3), ("missed appointments", 0.5), ("refused treatment", 0.2)])?,
            );
            draft.flag(K::UntreatedDentalDecay, draws.chance(0.2)?);
            let thrives_not = draws.chance(0.4)? && young;
            draft.flag(K::FailureToThrive, thrives_not);
            let alone = draws.chance(0.35)?;
            draft.grade(K::Supervision, if alone { "left alone under 8 or overnight" } else { "inadequate" });
            let squalid = draws.chance(0.45)?;
            draft.grade(K::HungerOrClothing, if squalid || thrives_not { "regular" } else { "chronic" });
            draft.grade(K::HomeConditions, if squalid { "squalid" } else { "hazardous" });
        }
    }
    Ok(())
}

fn emotional_abuse(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    let grade = match about.tier {
        Tier::NoFurtherAction | Tier::Advice => "none",
        Tier::EarlyHelp => "some",
        Tier::TargetedEarlyHelp => "frequent",
        Tier::ChildAndFamilyAssessment | Tier::StrategyDiscussion => "persistent",
    };
    draft.grade(K::RejectionOrHighCriticism, grade);
    let dispute = draws.chance(if about.tier <= Tier::Advice { 0.3 } else { 0.2 })?;
    draft.flag(K::AcrimoniousContactDispute, dispute && about.tier > Tier::NoFurtherAction);
    draft.flag(K::EmotionalAbuseDisclosed, about.tier == Tier::StrategyDiscussion);
    Ok(())
}

fn parental_needs(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    let (which, grade) = match about.tier {
        Tier::NoFurtherAction | Tier::Advice => (4, "none"),
        Tier::EarlyHelp | Tier::TargetedEarlyHelp => (draws.pick(&[0.3, 0.35, 0.15, 0.2])?, "mild"),
        Tier::ChildAndFamilyAssessment => (draws.pick(&[0.5, 0.2, 0.3])?, "severe"),
        Tier::StrategyDiscussion => (5, "severe"),
    };
    match which {
        0 => draft.grade(
            K::ParentalLearningDisability,
            if grade == "mild" { one_of(draws, &[("mild", 0.6), ("moderate", 0.4)])? } else { grade },
        ),
        1 => draft.yes(K::ParentalPhysicalIllness),
        2 => draft.yes(K::ParentInPrison),
        3 => draft.yes(K::ParentCareExperiencedOrYoung),
        5 => draft.yes(K::NoOneToCare),
        _ => draft.flag(K::ParentCareExperiencedOrYoung, draws.chance(0.1)?),
    }
    Ok(())
}

fn criminality(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    draft.grade(
        K::ParentCriminality,
        if about.tier <= Tier::EarlyHelp { "minor" } else { "serious or violent" },
    );
    if about.tier == Tier::StrategyDiscussion {
        match draws.pick(&[0.5, 0.5])? {
            0 => draft.yes(K::DangerousAdultsAccess),
            _ => draft.yes(K::ContactWithKnownSexualOffender),
        }
    }
    Ok(())
}

fn housing(about: Circumstances, draws: &mut Stream, draft: &mut Draft<'_>) -> Result<(), DrawOverflowError> {
    let grade = match about.tier {
        Tier::NoFurtherAction | Tier::Advice => "arrears",
        Tier::EarlyHelp | Tier::TargetedEarlyHelp => {
            one_of(draws, &[("overcrowded", 0.5), ("temporary", 0.5)])?
        }
        Tier::ChildAndFamilyAssessment | Tier::StrategyDiscussion => {
            one_of(draws, &[("street", 0.4), ("temporary", 0.6)])?
        }
    };
    draft.grade(K::HousingInstability, grade);
    draft.flag(
        K::NoRecourseOrDestitution,
        about.tier >= Tier::ChildAndFamilyAssessment && grade == "temporary",
    );
    Ok(())
}

fn before_birth(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    let grade = match about.tier {
        Tier::NoFurtherAction | Tier::Advice => "none",
        Tier::EarlyHelp | Tier::TargetedEarlyHelp => "late (20-24 wk by area)",
        Tier::ChildAndFamilyAssessment => "concealed",
        Tier::StrategyDiscussion => one_of(draws, &[("none", 0.5), ("concealed", 0.5)])?,
    };
    draft.grade(K::LateBookingOrConcealedPregnancy, grade);
    draft.flag(K::PreviousChildRemoved, about.tier == Tier::StrategyDiscussion);
    draft.flag(K::ParentCareExperiencedOrYoung, draws.chance(0.25)? && about.tier >= Tier::EarlyHelp);
    Ok(())
}

/// One of some grades, in proportion to its share.
pub(super) fn one_of<'g>(
    draws: &mut Stream,
    grades: &[(&'g str, f64)],
) -> Result<&'g str, DrawOverflowError> {
    let uniform = draws.uniform()?;
    let mut below = 0.0;
    let mut drawn = "none";
    for (grade, share) in grades {
        drawn = grade;
        below += share;
        if uniform < below {
            break;
        }
    }
    Ok(drawn)
}
