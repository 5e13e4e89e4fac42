//! Themes of concern: what a contact is about, and which sources, ages and kinds of difficulty bring each one up.
//!
//! How often a theme is present is the scenario's to say. What stands here only spreads that share over sources, age
//! bands and the balance between a single incident and long-standing difficulties, and each spread is normalised, so
//! that moving it leaves the share as stated. All weights here are synthesised.

use mash_model::SourceGroup;

macro_rules! themes {
    ($($variant:ident $id:literal $scope:ident $pull:literal [$($fit:literal),+] $doc:literal),+ $(,)?) => {
        /// A theme of concern.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Theme {
            $(#[doc = $doc] $variant,)+
        }

        impl Theme {
            /// Every theme.
            pub const ALL: &'static [Theme] = &[$(Theme::$variant),+];

            /// The id used in files.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Theme::$variant => $id),+ }
            }

            /// Whether siblings share it.
            #[must_use]
            pub(crate) fn scope(self) -> Scope {
                match self { $(Theme::$variant => Scope::$scope),+ }
            }

            /// How strongly it goes with long-standing difficulties (above zero) or with an incident (below zero).
            #[must_use]
            pub(crate) const fn pull(self) -> f64 {
                match self { $(Theme::$variant => $pull),+ }
            }

            /// Weight in each age band of [`AgeBand::ALL`].
            #[must_use]
            pub(crate) fn fit(self) -> [f64; 6] {
                match self { $(Theme::$variant => [$($fit),+]),+ }
            }
        }
    };
}

/// Whether a theme belongs to the household or to one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Siblings share it.
    Household,
    /// One child's own.
    Child,
}

themes! {
    DomesticAbuse "domestic_abuse" Household -0.25 [1.0, 1.1, 1.1, 1.0, 0.9, 0.8] "Domestic abuse between adults.",
    ParentalMentalHealth "parental_mental_health" Household 0.25 [1.2, 1.3, 1.1, 1.0, 0.9, 0.8] "A parent's mental health.",
    ParentalAlcohol "parental_alcohol" Household 0.25 [0.9, 1.1, 1.1, 1.0, 1.0, 0.9] "A parent's drinking.",
    ParentalDrugs "parental_drugs" Household 0.25 [1.3, 1.3, 1.1, 1.0, 0.8, 0.7] "A parent's use of drugs.",
    Neglect "neglect" Household 0.45 [0.2, 1.2, 1.3, 1.2, 0.9, 0.5] "Neglect.",
    EmotionalAbuse "emotional_abuse" Household 0.3 [0.0, 0.4, 0.9, 1.2, 1.2, 0.9] "Emotional abuse, and disputes a child is drawn into.",
    ParentalNeeds "parental_needs" Household 0.3 [1.6, 1.4, 1.1, 1.0, 0.8, 0.7] "A parent's disability, illness, youth or absence.",
    Criminality "criminality" Household -0.1 [0.8, 1.0, 1.0, 1.0, 1.0, 1.0] "Crime by adults, and dangerous adults.",
    Housing "housing" Household 0.3 [1.0, 1.2, 1.1, 1.0, 0.9, 1.0] "Housing and money.",
    PhysicalAbuse "physical_abuse" Child -0.4 [0.0, 1.0, 1.0, 1.3, 1.1, 0.6] "Physical abuse and injury.",
    SexualAbuse "sexual_abuse" Child -0.4 [0.0, 0.2, 0.6, 0.9, 1.5, 1.1] "Sexual abuse and harmful sexual behaviour.",
    Exploitation "exploitation" Child -0.1 [0.0, 0.0, 0.0, 0.15, 1.7, 2.0] "Exploitation, sexual or criminal, and harm online.",
    Missing "missing" Child -0.2 [0.0, 0.0, 0.0, 0.1, 1.8, 1.9] "Going missing.",
    ChildMentalHealth "child_mental_health" Child -0.15 [0.0, 0.0, 0.05, 0.6, 1.7, 1.6] "The child's mental health and self-harm.",
    Behaviour "behaviour" Child 0.0 [0.0, 0.0, 0.1, 0.6, 1.7, 1.7] "Offending, substance use, and behaviour at home.",
    Education "education" Child 0.3 [0.0, 0.0, 0.1, 1.2, 1.5, 1.0] "Attendance, exclusion, bullying.",
    Disability "disability" Child 0.2 [0.0, 0.4, 0.8, 1.3, 1.2, 1.0] "Disability or learning disability.",
    YoungCarer "young_carer" Child 0.3 [0.0, 0.0, 0.0, 0.8, 1.8, 1.3] "Caring for someone.",
    HarmfulPractice "harmful_practice" Child 0.0 [0.5, 0.5, 0.6, 0.9, 1.3, 1.5] "Harmful practices and radicalisation.",
    Status "status" Child 0.0 [0.0, 0.1, 0.3, 0.4, 1.0, 3.0] "Private fostering, seeking asylum alone, homeless at 16 or 17.",
    BeforeBirth "before_birth" Household 0.3 [60.0, 0.0, 0.0, 0.0, 0.0, 0.0] "Concerns before birth.",
}

/// Number of themes.
pub(crate) const THEMES: usize = Theme::ALL.len();

/// By theme: the position of the first of the same pull.
#[expect(
    clippy::indexing_slicing,
    clippy::float_cmp,
    reason = "reckoned while compiling from numbers as they are written"
)]
const FIRST_ALIKE: [usize; THEMES] = {
    let mut first = [0; THEMES];
    let mut theme = 0;
    while theme < THEMES {
        while Theme::ALL[first[theme]].pull() != Theme::ALL[theme].pull() {
            first[theme] += 1;
        }
        theme += 1;
    }
    first
};

impl Theme {
    /// Position in [`Theme::ALL`].
    #[must_use]
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// Position of the first theme that goes with long-standing difficulties as strongly.
    #[must_use]
    pub(crate) fn first_alike(self) -> usize {
        FIRST_ALIKE.get(self.index()).copied().unwrap_or(0)
    }

    /// The theme of this id.
    #[must_use]
    pub(crate) fn named(id: &str) -> Option<Theme> {
        Theme::ALL.iter().copied().find(|theme| theme.id() == id)
    }

    /// How many times as often this source brings it up, before normalising.
    #[must_use]
    pub(crate) fn lift(self, group: SourceGroup) -> f64 {
        use SourceGroup as S;
        match (self, group) {
            (Theme::DomesticAbuse, S::Police) => 2.2,
            (Theme::DomesticAbuse, S::Schools | S::EducationServices) => 0.4,
            (Theme::DomesticAbuse, S::Health) => 0.7,
            (Theme::Criminality | Theme::Missing, S::Police | S::OtherLegal) => 2.2,
            (Theme::Exploitation | Theme::Behaviour, S::Police) => 1.5,
            (Theme::Neglect | Theme::Education | Theme::EmotionalAbuse, S::Police) => 0.4,
            (Theme::ChildMentalHealth | Theme::Disability | Theme::YoungCarer, S::Police) => 0.5,
            (Theme::PhysicalAbuse | Theme::EmotionalAbuse, S::Schools) => 1.8,
            (Theme::Education, S::Schools | S::EducationServices) => 3.0,
            (Theme::ChildMentalHealth, S::Schools | S::Health) => 1.8,
            (Theme::Neglect, S::Schools | S::Individual | S::Anonymous) => 1.5,
            (Theme::ParentalMentalHealth | Theme::ParentalNeeds | Theme::BeforeBirth, S::Health) => 1.8,
            (Theme::ParentalAlcohol | Theme::ParentalDrugs, S::Anonymous) => 1.6,
            (Theme::Housing, S::Housing) => 6.0,
            (Theme::Disability, S::EducationServices | S::Health) => 1.8,
            (Theme::EmotionalAbuse, S::OtherLegal | S::Individual) => 1.5,
            (Theme::Status, S::OtherLegal | S::Housing) => 3.0,
            _ => 1.0,
        }
    }
}

/// The age bands of the dictionary, youngest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeBand {
    /// Not yet born.
    Unborn,
    /// Under one year.
    UnderOne,
    /// One to four years.
    OneToFour,
    /// Five to nine years.
    FiveToNine,
    /// Ten to fifteen years.
    TenToFifteen,
    /// Sixteen and seventeen years.
    SixteenPlus,
}

impl AgeBand {
    /// Every band, youngest first.
    pub const ALL: [AgeBand; 6] = [
        AgeBand::Unborn,
        AgeBand::UnderOne,
        AgeBand::OneToFour,
        AgeBand::FiveToNine,
        AgeBand::TenToFifteen,
        AgeBand::SixteenPlus,
    ];

    /// The value of the fact `age_band`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            AgeBand::Unborn => "unborn",
            AgeBand::UnderOne => "<1",
            AgeBand::OneToFour => "1-4",
            AgeBand::FiveToNine => "5-9",
            AgeBand::TenToFifteen => "10-15",
            AgeBand::SixteenPlus => "16-17",
        }
    }

    /// Position in [`AgeBand::ALL`].
    #[must_use]
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// First and last completed year; none before birth.
    #[must_use]
    pub(crate) fn years(self) -> Option<(i64, i64)> {
        match self {
            AgeBand::Unborn => None,
            AgeBand::UnderOne => Some((0, 0)),
            AgeBand::OneToFour => Some((1, 4)),
            AgeBand::FiveToNine => Some((5, 9)),
            AgeBand::TenToFifteen => Some((10, 15)),
            AgeBand::SixteenPlus => Some((16, 17)),
        }
    }

    /// The band of an age in completed years.
    #[must_use]
    pub fn of_years(years: u8) -> AgeBand {
        match years {
            0 => AgeBand::UnderOne,
            1..=4 => AgeBand::OneToFour,
            5..=9 => AgeBand::FiveToNine,
            10..=15 => AgeBand::TenToFifteen,
            _ => AgeBand::SixteenPlus,
        }
    }
}
