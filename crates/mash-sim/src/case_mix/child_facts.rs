//! Facts that are one child's own, theme by theme and from mild to severe.
//!
//! Shares within a theme are synthesised; which fact stands at which tier follows the indicators that published
//! threshold documents list at each level.

use super::{Circumstances, Tier, household_facts::one_of};
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
        Theme::PhysicalAbuse => physical_abuse(about, draws, draft),
        Theme::SexualAbuse => sexual_abuse(about, draws, draft),
        Theme::Exploitation => exploitation(about, draws, draft),
        Theme::Missing => missing(about, draws, draft),
        Theme::ChildMentalHealth => mental_health(about, draws, draft),
        Theme::Behaviour => behaviour(about, draws, draft),
        Theme::Education => education(about, draws, draft),
        Theme::Disability => {
            let grade = match about.tier {
                Tier::NoFurtherAction | Tier::Advice => "mild",
                Tier::EarlyHelp | Tier::TargetedEarlyHelp => "moderate",
                Tier::ChildAndFamilyAssessment | Tier::StrategyDiscussion => "complex",
            };
            draft.grade(K::Disability, grade);
            Ok(())
        }
        Theme::YoungCarer => {
            let grade = match about.tier {
                Tier::NoFurtherAction | Tier::Advice => "some",
                Tier::EarlyHelp => "significant",
                Tier::TargetedEarlyHelp | Tier::ChildAndFamilyAssessment | Tier::StrategyDiscussion => {
                    "harmful"
                }
            };
            draft.grade(K::YoungCarer, grade);
            Ok(())
        }
        Theme::HarmfulPractice => harmful_practice(about, draws, draft),
        Theme::Status => status(about, draws, draft),
        Theme::DomesticAbuse
        | Theme::ParentalMentalHealth
        | Theme::ParentalAlcohol
        | Theme::ParentalDrugs
        | Theme::Neglect
        | Theme::EmotionalAbuse
        | Theme::ParentalNeeds
        | Theme::Criminality
        | Theme::Housing
        | Theme::BeforeBirth => Ok(()),
    }
}

fn physical_abuse(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    let immobile = draft.is(K::NotIndependentlyMobile);
    let severity = match about.tier {
        // An injury of a child who cannot move about alone is never minor.
        Tier::NoFurtherAction | Tier::Advice | Tier::EarlyHelp => {
            if immobile {
                "none"
            } else {
                "minor plausible"
            }
        }
        Tier::TargetedEarlyHelp => {
            if immobile {
                "none"
            } else {
                "moderate"
            }
        }
        Tier::ChildAndFamilyAssessment => {
            if immobile {
                "none"
            } else {
                one_of(draws, &[("none", 0.5), ("minor plausible", 0.5)])?
            }
        }
        Tier::StrategyDiscussion => {
            one_of(draws, &[("none", 0.25), ("minor plausible", 0.3), ("moderate", 0.35), ("serious", 0.1)])?
        }
    };
    draft.grade(K::InjurySeverity, severity);
    match about.tier {
        Tier::NoFurtherAction | Tier::Advice | Tier::EarlyHelp | Tier::TargetedEarlyHelp => {}
        Tier::ChildAndFamilyAssessment => draft.grade(K::PhysicalChastisement, "no mark"),
        Tier::StrategyDiscussion => {
            let speaks = about.band >= AgeBand::OneToFour;
            draft.flag(K::DisclosurePhysicalAbuse, draws.chance(0.5)? && speaks);
            draft.flag(K::InjuryUnexplainedOrInconsistent, draws.chance(0.35)? && severity != "none");
            draft.grade(
                K::PhysicalChastisement,
                one_of(draws, &[("none", 0.5), ("no mark", 0.15), ("mark or implement", 0.35)])?,
            );
            draft.flag(K::AllegationAgainstProfessional, draws.chance(0.05)?);
            draft.flag(K::FabricatedOrInducedIllness, draws.chance(0.02)?);
            if immobile {
                draft.yes(K::InjuryBruiseImmobile);
            } else if !draft.is(K::DisclosurePhysicalAbuse) && !draft.is(K::InjuryUnexplainedOrInconsistent) {
                draft.grade(K::PhysicalChastisement, "mark or implement");
            }
        }
    }
    Ok(())
}

fn sexual_abuse(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    match about.tier {
        Tier::NoFurtherAction | Tier::Advice => {}
        Tier::EarlyHelp | Tier::TargetedEarlyHelp => draft.grade(K::HarmfulSexualBehaviour, "inappropriate"),
        Tier::ChildAndFamilyAssessment => draft.grade(K::HarmfulSexualBehaviour, "problematic"),
        Tier::StrategyDiscussion => match draws.pick(&[0.55, 0.2, 0.2, 0.05])? {
            0 if about.band >= AgeBand::OneToFour => draft.yes(K::DisclosureSexualAbuse),
            0 | 1 => draft.yes(K::ContactWithKnownSexualOffender),
            2 => draft.grade(K::HarmfulSexualBehaviour, "abusive"),
            _ if matches!(about.band, AgeBand::FiveToNine | AgeBand::TenToFifteen)
                && draws.chance(0.4)? =>
            {
                draft.yes(K::Under13PregnantOrSexuallyActive);
            }
            _ => draft.grade(K::PeerAbuseOrBullying, "sexual"),
        },
    }
    Ok(())
}

fn exploitation(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    let kind = draws.pick(&[0.3, 0.4, 0.3])?;
    match (about.tier, kind) {
        (Tier::NoFurtherAction | Tier::Advice, _) => {}
        (Tier::EarlyHelp | Tier::TargetedEarlyHelp, 0) => draft.grade(K::SexualExploitationRisk, "emerging"),
        (Tier::EarlyHelp | Tier::TargetedEarlyHelp, 1) => {
            draft.grade(K::CriminalExploitationRisk, "emerging");
            draft.grade(K::GangAssociation, one_of(draws, &[("none", 0.6), ("peers", 0.4)])?);
        }
        (Tier::EarlyHelp | Tier::TargetedEarlyHelp, _) => draft.grade(K::OnlineHarm, "risky use"),
        (Tier::ChildAndFamilyAssessment, 0) => draft.grade(K::SexualExploitationRisk, "moderate"),
        (Tier::ChildAndFamilyAssessment, _) => {
            draft.grade(K::CriminalExploitationRisk, "moderate");
            draft
                .grade(K::GangAssociation, one_of(draws, &[("none", 0.5), ("peers", 0.3), ("member", 0.2)])?);
        }
        (Tier::StrategyDiscussion, 0) => {
            draft.grade(K::SexualExploitationRisk, "significant");
            draft.grade(K::OnlineHarm, one_of(draws, &[("none", 0.5), ("image or coercion", 0.5)])?);
            draft.flag(K::TraffickingOrModernSlavery, draws.chance(0.05)?);
        }
        (Tier::StrategyDiscussion, 1) => {
            draft.grade(K::CriminalExploitationRisk, "significant");
            draft.flag(K::CountyLinesEvidence, draws.chance(0.4)?);
            draft.flag(K::TraffickingOrModernSlavery, draws.chance(0.15)?);
            draft.grade(
                K::GangAssociation,
                one_of(draws, &[("peers", 0.4), ("member", 0.3), ("coerced", 0.3)])?,
            );
            draft.flag(K::WeaponCarryingOrThreatToLife, draws.chance(0.25)?);
        }
        (Tier::StrategyDiscussion, _) => {
            draft.grade(
                K::OnlineHarm,
                one_of(draws, &[("contact by adult", 0.4), ("image or coercion", 0.6)])?,
            );
        }
    }
    Ok(())
}

fn missing(about: Circumstances, draws: &mut Stream, draft: &mut Draft<'_>) -> Result<(), DrawOverflowError> {
    let (least, most) = match about.tier {
        Tier::NoFurtherAction | Tier::Advice => (0, 0),
        Tier::EarlyHelp => (1, 1),
        Tier::TargetedEarlyHelp => (1, 2),
        Tier::ChildAndFamilyAssessment => (3, 8),
        Tier::StrategyDiscussion => (2, 15),
    };
    let episodes = draws.between(least, most)?;
    draft.count(K::MissingEpisodes90d, episodes);
    let outstanding = match about.tier {
        Tier::TargetedEarlyHelp => true,
        Tier::ChildAndFamilyAssessment | Tier::StrategyDiscussion => draws.chance(0.1)?,
        Tier::NoFurtherAction | Tier::Advice | Tier::EarlyHelp => false,
    };
    draft.flag(K::NoReturnInterview72h, outstanding);
    draft.flag(K::MissingNow, about.tier == Tier::StrategyDiscussion);
    Ok(())
}

fn mental_health(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    let (health, harm) = match about.tier {
        Tier::NoFurtherAction | Tier::Advice => ("low", "none"),
        Tier::EarlyHelp => {
            ("moderate", one_of(draws, &[("none", 0.5), ("thoughts", 0.3), ("single minor", 0.2)])?)
        }
        Tier::TargetedEarlyHelp | Tier::ChildAndFamilyAssessment => {
            ("specialist", one_of(draws, &[("none", 0.3), ("single minor", 0.2), ("repeated", 0.5)])?)
        }
        Tier::StrategyDiscussion => {
            (one_of(draws, &[("specialist", 0.5), ("acute", 0.5)])?, "serious or suicidal intent")
        }
    };
    draft.grade(K::ChildMentalHealth, health);
    draft.grade(K::SelfHarm, harm);
    Ok(())
}

fn behaviour(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    match about.tier {
        Tier::NoFurtherAction | Tier::Advice => {}
        Tier::EarlyHelp => match draws.pick(&[0.4, 0.3, 0.3])? {
            0 => draft.grade(K::OffendingOrAsb, "early"),
            1 => draft.grade(K::ChildSubstanceMisuse, "experimental"),
            _ => draft.grade(K::ChildToParentViolence, "verbal"),
        },
        Tier::TargetedEarlyHelp => match draws.pick(&[0.4, 0.4, 0.2])? {
            0 => draft.grade(K::OffendingOrAsb, "repeat"),
            1 => draft.grade(K::ChildSubstanceMisuse, "regular"),
            _ => draft.grade(K::ChildToParentViolence, "injury"),
        },
        Tier::ChildAndFamilyAssessment => {
            if draws.chance(0.75)? {
                draft.yes(K::ChildBeyondControl);
                draft.grade(K::ChildToParentViolence, one_of(draws, &[("verbal", 0.4), ("physical", 0.6)])?);
            } else {
                draft.grade(K::OffendingOrAsb, "serious or custody");
            }
        }
        Tier::StrategyDiscussion => {
            draft.grade(K::ChildSubstanceMisuse, "dependent");
            draft.flag(K::ChildBeyondControl, draws.chance(0.5)?);
            draft.grade(K::OffendingOrAsb, one_of(draws, &[("none", 0.4), ("repeat", 0.6)])?);
        }
    }
    Ok(())
}

fn education(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    match about.tier {
        Tier::NoFurtherAction | Tier::Advice => draft.grade(K::AttendanceBand, "80-90"),
        Tier::EarlyHelp => {
            draft.grade(K::AttendanceBand, one_of(draws, &[(">=90", 0.3), ("80-90", 0.7)])?);
            match draws.pick(&[0.45, 0.45, 0.1])? {
                0 => draft.grade(K::PeerAbuseOrBullying, "bullying"),
                1 => draft.grade(K::Exclusion, "fixed-term"),
                _ => draft.grade(K::HomeEducatedWithConcern, "concern"),
            }
        }
        Tier::TargetedEarlyHelp => {
            draft.grade(K::AttendanceBand, one_of(draws, &[("50-80", 0.7), ("<50", 0.3)])?);
            draft.grade(
                K::Exclusion,
                one_of(draws, &[("none", 0.6), ("fixed-term", 0.2), ("at risk", 0.15), ("permanent", 0.05)])?,
            );
            draft.grade(
                K::PeerAbuseOrBullying,
                one_of(draws, &[("none", 0.75), ("bullying", 0.15), ("assault", 0.1)])?,
            );
        }
        Tier::ChildAndFamilyAssessment => {
            draft.yes(K::MissingEducationOrUnseen);
            draft.grade(K::AttendanceBand, "<50");
        }
        Tier::StrategyDiscussion => {
            draft.yes(K::MissingEducationOrUnseen);
            draft.grade(K::HomeEducatedWithConcern, "significant");
        }
    }
    Ok(())
}

fn harmful_practice(
    about: Circumstances,
    draws: &mut Stream,
    draft: &mut Draft<'_>,
) -> Result<(), DrawOverflowError> {
    match about.tier {
        Tier::NoFurtherAction | Tier::Advice => {}
        Tier::EarlyHelp => draft.grade(K::RadicalisationConcern, "vulnerable"),
        Tier::TargetedEarlyHelp => draft.grade(K::RadicalisationConcern, "engaged"),
        Tier::ChildAndFamilyAssessment => draft.grade(K::FgmRisk, "family history"),
        Tier::StrategyDiscussion => match draws.pick(&[0.25, 0.05, 0.25, 0.2, 0.15, 0.1])? {
            0 => draft.grade(K::FgmRisk, "travel or plan"),
            1 => draft.grade(K::FgmRisk, "done"),
            2 => draft.yes(K::HonourBasedAbuse),
            3 if about.band >= AgeBand::TenToFifteen => draft.yes(K::ForcedMarriageRisk),
            3 | 4 => draft.yes(K::AbuseLinkedToFaithOrBelief),
            _ => draft.grade(K::RadicalisationConcern, "intent or travel"),
        },
    }
    Ok(())
}

fn status(about: Circumstances, draws: &mut Stream, draft: &mut Draft<'_>) -> Result<(), DrawOverflowError> {
    if about.tier < Tier::ChildAndFamilyAssessment {
        let young_parent = draws.chance(0.4)? && about.band >= AgeBand::TenToFifteen;
        draft.flag(K::Under18PregnantOrParent, young_parent && about.tier >= Tier::EarlyHelp);
        return Ok(());
    }
    match draws.pick(&[0.25, 0.4, 0.35])? {
        0 => draft.yes(K::PrivateFostering),
        1 if about.band >= AgeBand::TenToFifteen => draft.yes(K::UnaccompaniedAsylumSeeking),
        2 if about.band == AgeBand::SixteenPlus => draft.yes(K::Homeless1617),
        _ => draft.yes(K::PrivateFostering),
    }
    Ok(())
}
