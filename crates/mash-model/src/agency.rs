//! Who makes contact with the front door, and who holds facts that can be asked for.

use serde::{Deserialize, Serialize};

macro_rules! agencies {
    ($($variant:ident $id:literal $title:literal $group:ident),+ $(,)?) => {
        /// An agency or person that makes contact, holds facts, or both.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Agency {
            $(#[doc = $title] #[serde(rename = $id)] $variant,)+
        }

        impl Agency {
            /// Every agency, in the order of this list.
            pub const ALL: &'static [Agency] = &[$(Agency::$variant),+];

            /// The id used in files: lower case with underscores.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Agency::$variant => $id),+ }
            }

            /// The name people read.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Agency::$variant => $title),+ }
            }

            /// The group under which DfE publishes referrals from this source.
            #[must_use]
            pub fn source_group(self) -> SourceGroup {
                match self { $(Agency::$variant => SourceGroup::$group),+ }
            }
        }
    };
}

agencies! {
    Police "police" "Police" Police,
    School "school" "School" Schools,
    EducationService "education_service" "Education service" EducationServices,
    Nursery "nursery" "Nursery" Other,
    HealthVisitor "health_visitor" "Health visitor" Health,
    SchoolNurse "school_nurse" "School nurse" Health,
    Midwife "midwife" "Midwife" Health,
    Gp "gp" "General practice" Health,
    Hospital "hospital" "Hospital" Health,
    Ambulance "ambulance" "Ambulance service" Health,
    Camhs "camhs" "Child and adolescent mental health service" Health,
    AdultMentalHealth "adult_mental_health" "Adult mental health service" Health,
    SubstanceService "substance_service" "Substance misuse service" Health,
    SexualHealth "sexual_health" "Sexual health service" Health,
    Dentist "dentist" "Dentist" Health,
    Health "health" "Health service, not further specified" Health,
    Housing "housing" "Housing" Housing,
    ChildrensSocialCare "childrens_social_care" "Children's social care records" LocalAuthority,
    EarlyHelp "early_help" "Early help" LocalAuthority,
    AdultSocialCare "adult_social_care" "Adult social care" LocalAuthority,
    LocalAuthority "local_authority" "Local authority, other" LocalAuthority,
    YouthJustice "youth_justice" "Youth justice service" LocalAuthority,
    Probation "probation" "Probation" OtherLegal,
    Idva "idva" "Domestic abuse service" Other,
    Marac "marac" "Multi-agency risk assessment conference" Other,
    Cafcass "cafcass" "Cafcass" OtherLegal,
    Court "court" "Court" OtherLegal,
    Immigration "immigration" "Immigration service" OtherLegal,
    MissingTeam "missing_team" "Missing children team" LocalAuthority,
    Voluntary "voluntary" "Voluntary organisation" Other,
    FaithGroup "faith_group" "Faith group" Other,
    Family "family" "Parent, carer or relative" Individual,
    Neighbour "neighbour" "Neighbour or acquaintance" Individual,
    SelfReferral "self" "The child or young person" Individual,
    MemberOfPublic "member_of_public" "Member of the public" Individual,
    Anonymous "anonymous" "Anonymous" Anonymous,
    OtherLegal "other_legal" "Other legal agency" OtherLegal,
    Other "other" "Other" Other,
    Unknown "unknown" "Unknown" Unknown,
}

impl std::fmt::Display for Agency {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.id())
    }
}

impl std::str::FromStr for Agency {
    type Err = UnknownAgencyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Agency::ALL
            .iter()
            .copied()
            .find(|agency| agency.id() == text)
            .ok_or_else(|| UnknownAgencyError { text: text.to_owned() })
    }
}

/// A text that names no agency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown agency `{text}`")]
pub struct UnknownAgencyError {
    /// What was written.
    pub text: String,
}

/// The eleven groups in which the Department for Education publishes who referred.
///
/// Source: DfE, Children in need, reporting year 2024, table C5.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SourceGroup {
    /// Family, neighbour, the child, a member of the public.
    Individual,
    /// Schools.
    Schools,
    /// Education services.
    EducationServices,
    /// All health services.
    Health,
    /// Housing.
    Housing,
    /// Local authority services.
    LocalAuthority,
    /// Police.
    Police,
    /// Courts, probation, immigration, Cafcass, prisons.
    OtherLegal,
    /// Children's centres, independent providers, voluntary bodies.
    Other,
    /// Anonymous.
    Anonymous,
    /// Not recorded.
    Unknown,
}

impl SourceGroup {
    /// Every group, in DfE's order.
    pub const ALL: [SourceGroup; 11] = [
        SourceGroup::Individual,
        SourceGroup::Schools,
        SourceGroup::EducationServices,
        SourceGroup::Health,
        SourceGroup::Housing,
        SourceGroup::LocalAuthority,
        SourceGroup::Police,
        SourceGroup::OtherLegal,
        SourceGroup::Other,
        SourceGroup::Anonymous,
        SourceGroup::Unknown,
    ];

    /// The name people read.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            SourceGroup::Individual => "Individual",
            SourceGroup::Schools => "Schools",
            SourceGroup::EducationServices => "Education services",
            SourceGroup::Health => "Health",
            SourceGroup::Housing => "Housing",
            SourceGroup::LocalAuthority => "Local authority services",
            SourceGroup::Police => "Police",
            SourceGroup::OtherLegal => "Other legal agency",
            SourceGroup::Other => "Other",
            SourceGroup::Anonymous => "Anonymous",
            SourceGroup::Unknown => "Unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_reads_back() {
        for &agency in Agency::ALL {
            assert_eq!(agency.id().parse::<Agency>().unwrap(), agency);
        }
    }

    #[test]
    fn a_misspelt_agency_is_named() {
        let error = "polcie".parse::<Agency>().unwrap_err();
        assert_eq!(error.to_string(), "unknown agency `polcie`");
    }
}
