//! The facts the generator can fill, by name, and the group of a form's questions to which each belongs.
//!
//! The core indicators come first, then facts that the levels-of-need pack adds. A fact of a dictionary that does not
//! stand here stays not known; [`facts_left_unknown`] names them.

use mash_model::{FactDefinition, FactDictionary, FactId, FactSheet, FactValue, Slot};

macro_rules! facts {
    ($($variant:ident $id:literal $group:literal),+ $(,)?) => {
        /// A fact the generator fills.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Known {
            $($variant,)+
        }

        impl Known {
            /// Every fact the generator fills.
            pub(crate) const ALL: &'static [Known] = &[$(Known::$variant),+];

            /// The name in dictionaries.
            pub(crate) fn id(self) -> &'static str {
                match self { $(Known::$variant => $id),+ }
            }

            /// The group of questions on a form.
            pub(crate) fn group(self) -> &'static str {
                match self { $(Known::$variant => $group),+ }
            }
        }
    };
}

facts! {
    Unborn "unborn" "age",
    AgeBand "age_band" "age",
    NotIndependentlyMobile "not_independently_mobile" "age",
    LateBookingOrConcealedPregnancy "late_booking_or_concealed_pregnancy" "age",
    Under13PregnantOrSexuallyActive "under_13_pregnant_or_sexually_active" "age",
    Under18PregnantOrParent "under_18_pregnant_or_parent" "age",
    InjuryUnexplainedOrInconsistent "injury_unexplained_or_inconsistent" "physical",
    InjurySeverity "injury_severity" "physical",
    InjuryBruiseImmobile "injury_bruise_immobile" "physical",
    DisclosurePhysicalAbuse "disclosure_physical_abuse" "physical",
    PhysicalChastisement "physical_chastisement" "physical",
    FabricatedOrInducedIllness "fabricated_or_induced_illness" "physical",
    AllegationAgainstProfessional "allegation_against_professional" "physical",
    DisclosureSexualAbuse "disclosure_sexual_abuse" "sexual",
    ContactWithKnownSexualOffender "contact_with_known_sexual_offender" "crime",
    HarmfulSexualBehaviour "harmful_sexual_behaviour" "sexual",
    SexualExploitationRisk "sexual_exploitation_risk" "exploitation",
    CriminalExploitationRisk "criminal_exploitation_risk" "exploitation",
    CountyLinesEvidence "county_lines_evidence" "exploitation",
    GangAssociation "gang_association" "exploitation",
    TraffickingOrModernSlavery "trafficking_or_modern_slavery" "exploitation",
    OnlineHarm "online_harm" "exploitation",
    WeaponCarryingOrThreatToLife "weapon_carrying_or_threat_to_life" "exploitation",
    MissingEpisodes90d "missing_episodes_90d" "missing",
    MissingNow "missing_now" "missing",
    NoReturnInterview72h "no_return_interview_72h" "missing",
    DashGrade "dash_grade" "domestic_abuse",
    DaIncidents12m "da_incidents_12m" "domestic_abuse",
    StrangulationOrWeapon "strangulation_or_weapon" "domestic_abuse",
    CoerciveControl "coercive_control" "domestic_abuse",
    ChildPresentOrInjuredInDa "child_present_or_injured_in_da" "domestic_abuse",
    DaVictimPregnant "da_victim_pregnant" "domestic_abuse",
    MaracCase "marac_case" "domestic_abuse",
    PerpetratorStillInHomeOrBailBreach "perpetrator_still_in_home_or_bail_breach" "domestic_abuse",
    ChildToParentViolence "child_to_parent_violence" "behaviour",
    ParentalAlcohol "parental_alcohol" "parent_health",
    ParentalDrugs "parental_drugs" "parent_health",
    ParentalMentalIllHealth "parental_mental_ill_health" "parent_health",
    ParentalLearningDisability "parental_learning_disability" "parent_health",
    ParentalPhysicalIllness "parental_physical_illness" "parent_health",
    ParentInPrison "parent_in_prison" "crime",
    NoOneToCare "no_one_to_care" "parent",
    PreviousChildRemoved "previous_child_removed" "parent",
    ParentCareExperiencedOrYoung "parent_care_experienced_or_young" "parent",
    ParentCriminality "parent_criminality" "crime",
    DangerousAdultsAccess "dangerous_adults_access" "crime",
    RejectionOrHighCriticism "rejection_or_high_criticism" "emotional",
    EmotionalAbuseDisclosed "emotional_abuse_disclosed" "emotional",
    AcrimoniousContactDispute "acrimonious_contact_dispute" "emotional",
    ChildBeyondControl "child_beyond_control" "behaviour",
    NeglectBasicCare "neglect_basic_care" "neglect",
    HomeConditions "home_conditions" "neglect",
    FailureToThrive "failure_to_thrive" "neglect",
    MedicalNeglect "medical_neglect" "neglect",
    UntreatedDentalDecay "untreated_dental_decay" "neglect",
    Supervision "supervision" "neglect",
    HungerOrClothing "hunger_or_clothing" "neglect",
    UnsafeSleepWithSubstance "unsafe_sleep_with_substance" "neglect",
    SevereObesity "severe_obesity" "neglect",
    FgmRisk "fgm_risk" "harmful_practice",
    HonourBasedAbuse "honour_based_abuse" "harmful_practice",
    ForcedMarriageRisk "forced_marriage_risk" "harmful_practice",
    AbuseLinkedToFaithOrBelief "abuse_linked_to_faith_or_belief" "harmful_practice",
    RadicalisationConcern "radicalisation_concern" "harmful_practice",
    SelfHarm "self_harm" "child_mental_health",
    ChildMentalHealth "child_mental_health" "child_mental_health",
    ChildSubstanceMisuse "child_substance_misuse" "behaviour",
    OffendingOrAsb "offending_or_asb" "behaviour",
    YoungCarer "young_carer" "child",
    Disability "disability" "child",
    AttendanceBand "attendance_band" "education",
    Exclusion "exclusion" "education",
    MissingEducationOrUnseen "missing_education_or_unseen" "education",
    HomeEducatedWithConcern "home_educated_with_concern" "education",
    PeerAbuseOrBullying "peer_abuse_or_bullying" "education",
    Homeless1617 "homeless_16_17" "housing",
    HousingInstability "housing_instability" "housing",
    NoRecourseOrDestitution "no_recourse_or_destitution" "housing",
    PrivateFostering "private_fostering" "status",
    UnaccompaniedAsylumSeeking "unaccompanied_asylum_seeking" "status",
    OnOrRecentCpp "on_or_recent_cpp" "history",
    PreviousReferrals12m "previous_referrals_12m" "history",
    PreviousContacts12m "previous_contacts_12m" "history",
    SiblingOnCppOrRemoved "sibling_on_cpp_or_removed" "history",
    FormerlyLookedAfter "formerly_looked_after" "history",
    Consent "consent" "engagement",
    DisguisedCompliance "disguised_compliance" "engagement",
    NonEngagementOrAccessRefused "non_engagement_or_access_refused" "engagement",
    ChildVoiceSeeksHelp "child_voice_seeks_help" "engagement",
    ProtectiveAdult "protective_adult" "protective",
    SupportiveNetwork "supportive_network" "protective",
    EngagedWithPlan "engaged_with_plan" "protective",
    PerpetratorExcluded "perpetrator_excluded" "protective",
    RegularProfessionalSight "regular_professional_sight" "protective",
    ChildResilienceOrSkills "child_resilience_or_skills" "protective",
    OpenCase "open_case" "history",
    LivesInOtherArea "lives_in_other_area" "history",
    ContactsNotProgressed12m "contacts_not_progressed_12m" "history",
    ClosedNfa12m "closed_nfa_12m" "history",
    ImmediateDanger "immediate_danger" "safety",
    RecentHarm "recent_harm" "safety",
    AgenciesReporting "agencies_reporting" "contact",
    AnonymousSource "anonymous_source" "contact",
    Corroborated "corroborated" "contact",
    DisclosedAtSchoolToday "disclosed_at_school_today" "contact",
    EarlyHelpRequest "early_help_request" "contact",
    NeglectMonths "neglect_months" "neglect",
    SoleCarer "sole_carer" "parent",
    EpoOrPoliceProtection "epo_or_police_protection" "safety",
    AcceptedAsReferral "accepted_as_referral" "contact",
}

/// Facts of a dictionary that the generator leaves not known, in dictionary order.
#[must_use]
pub fn facts_left_unknown(dictionary: &FactDictionary) -> Vec<FactId> {
    let filled = |id: &str| Known::ALL.iter().any(|known| known.id() == id);
    dictionary.iter().filter(|(_, fact)| !filled(fact.id.as_str())).map(|(_, fact)| fact.id.clone()).collect()
}

/// Where a dictionary keeps the facts the generator fills.
#[derive(Debug)]
pub(crate) struct FactIndex<'d> {
    pub(crate) dictionary: &'d FactDictionary,
    /// By position in [`Known::ALL`].
    slots: Vec<Option<(Slot, &'d FactDefinition)>>,
    /// Every filled fact asked and absent.
    blank: FactSheet,
}

impl<'d> FactIndex<'d> {
    /// Looks every name up once.
    pub(crate) fn new(dictionary: &'d FactDictionary) -> Self {
        let slots: Vec<_> = Known::ALL.iter().map(|known| dictionary.find(known.id())).collect();
        let mut blank = FactSheet::unknown(dictionary);
        for (slot, fact) in slots.iter().flatten() {
            blank.set(*slot, fact.absent);
        }
        Self { dictionary, slots, blank }
    }

    /// Slot and definition of a fact, if the dictionary has it.
    pub(crate) fn find(&self, fact: Known) -> Option<(Slot, &'d FactDefinition)> {
        self.slots.get(fact as usize).copied().flatten()
    }

    /// The facts the dictionary has, with their slots.
    pub(crate) fn present(&self) -> impl Iterator<Item = (Known, Slot, &'d FactDefinition)> {
        Known::ALL
            .iter()
            .zip(&self.slots)
            .filter_map(|(known, at)| at.map(|(slot, fact)| (*known, slot, fact)))
    }

    /// A draft on which every filled fact is asked and absent.
    pub(crate) fn draft(&self) -> Draft<'_> {
        Draft { index: self, sheet: self.blank.clone() }
    }
}

/// A sheet being filled, by name.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'i> {
    index: &'i FactIndex<'i>,
    /// What stands on it so far.
    pub(crate) sheet: FactSheet,
}

impl Draft<'_> {
    /// Sets a yes-or-no fact.
    pub(crate) fn flag(&mut self, fact: Known, value: bool) {
        self.put(fact, |_| Some(FactValue::Bool(value)));
    }

    /// Sets a yes-or-no fact to yes.
    pub(crate) fn yes(&mut self, fact: Known) {
        self.flag(fact, true);
    }

    /// Sets a graded fact; a grade the dictionary does not have leaves the fact not known.
    pub(crate) fn grade(&mut self, fact: Known, grade: &str) {
        self.put(fact, |definition| definition.rank_of(grade).map(FactValue::Rank));
    }

    /// Sets a count, kept within the dictionary's range.
    pub(crate) fn count(&mut self, fact: Known, count: i64) {
        self.put(fact, |definition| match &definition.kind {
            mash_model::FactKind::Integer { min, max, .. } => {
                Some(FactValue::Integer(count.clamp(*min, *max)))
            }
            mash_model::FactKind::Bool | mash_model::FactKind::Ordinal(_) | mash_model::FactKind::Enum(_) => {
                None
            }
        });
    }

    /// The value so far.
    pub(crate) fn value(&self, fact: Known) -> Option<FactValue> {
        self.index.find(fact).and_then(|(slot, _)| self.sheet.get(slot))
    }

    /// A grade as a value of this fact.
    pub(crate) fn rank(&self, fact: Known, grade: &str) -> Option<FactValue> {
        self.index.find(fact).and_then(|(_, definition)| definition.rank_of(grade)).map(FactValue::Rank)
    }

    /// Is a yes-or-no fact set to yes?
    pub(crate) fn is(&self, fact: Known) -> bool {
        self.value(fact) == Some(FactValue::Bool(true))
    }

    fn put(&mut self, fact: Known, value: impl FnOnce(&FactDefinition) -> Option<FactValue>) {
        if let Some((slot, definition)) = self.index.find(fact) {
            let value = value(definition).filter(|value| definition.admits(*value));
            self.sheet.set(slot, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::dictionary;

    #[test]
    fn every_fact_of_the_shipped_packs_is_filled() {
        assert_eq!(facts_left_unknown(dictionary()), Vec::<FactId>::new());
        let index = FactIndex::new(dictionary());
        let missing: Vec<_> = Known::ALL.iter().filter(|known| index.find(**known).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn a_grade_the_dictionary_lacks_is_not_known() {
        let index = FactIndex::new(dictionary());
        let mut draft = index.draft();
        draft.grade(Known::DashGrade, "extreme");
        assert_eq!(draft.value(Known::DashGrade), None);
        draft.count(Known::MissingEpisodes90d, 1_000);
        assert_eq!(draft.value(Known::MissingEpisodes90d), Some(FactValue::Integer(90)));
    }
}
