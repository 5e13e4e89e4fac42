//! The measures that a report puts first, under the questions that a joint inspection of a front door asks.

/// What an inspection asks about.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Are thresholds applied as written, and who crosses them?
    Thresholds,
    /// Do partners share what they hold, in time?
    InformationSharing,
    /// Is each step in time?
    Timeliness,
    /// Do managers see what they must?
    Oversight,
    /// Are there workers, and do children keep them?
    Workforce,
    /// What comes of it?
    Outcomes,
}

impl Question {
    /// Every question, in the order of a report.
    pub const ALL: [Question; 6] = [
        Question::Thresholds,
        Question::InformationSharing,
        Question::Timeliness,
        Question::Oversight,
        Question::Workforce,
        Question::Outcomes,
    ];

    /// Its heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Question::Thresholds => "Thresholds",
            Question::InformationSharing => "Information sharing",
            Question::Timeliness => "Timeliness",
            Question::Oversight => "Oversight",
            Question::Workforce => "Workforce",
            Question::Outcomes => "Outcomes",
        }
    }
}

/// Measures by question. Holm's adjustment is over all of them and all alternatives of an experiment; any other measure
/// is shown for exploring only.
pub const HEADLINE: &[(Question, &[&str])] = &[
    (
        Question::Thresholds,
        &[
            "contacts",
            "referrals",
            "route_no_further_action_pct",
            "route_advice_pct",
            "route_early_help_pct",
            "route_targeted_early_help_pct",
            "route_child_and_family_assessment_pct",
            "route_strategy_discussion_pct",
        ],
    ),
    (
        Question::InformationSharing,
        &[
            "agencies_asked",
            "replies_before_pct",
            "replies_hours_mean",
            "reopened_pct",
            "agreement_refused_pct",
        ],
    ),
    (
        Question::Timeliness,
        &[
            "decision_hours_mean",
            "decision_hours_p95",
            "in_time_red_pct",
            "in_time_amber_pct",
            "referral_one_day_pct",
            "strategy_one_day_pct",
            "assessment_45_days_pct",
            "conference_15_days_pct",
        ],
    ),
    (Question::Oversight, &["read_by_manager_pct", "manual_review_pct", "supervision_held_pct"]),
    (
        Question::Workforce,
        &[
            "screening_work_hours",
            "hub_work_hours",
            "police_work_hours",
            "caseload_mean",
            "unallocated",
            "same_worker_pct",
            "agency_pct",
        ],
    ),
    (
        Question::Outcomes,
        &[
            "re_referral_pct",
            "section_47_per_10k",
            "conferences_per_10k",
            "plans_per_10k",
            "in_need_per_10k",
            "missed",
            "over_intervention",
        ],
    ),
];
