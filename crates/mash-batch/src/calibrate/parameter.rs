//! Which figures of a scenario are free, how far, and which measures each of them moves.

/// A figure that may be fitted.
#[derive(Debug)]
pub struct Parameter {
    /// Its place in the scenario.
    pub path: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Lowest and highest value tried; of [`Form::DaysTimes`] the factor.
    pub range: [f64; 2],
    /// What is moved.
    pub form: Form,
    /// How the range is divided.
    pub spacing: Spacing,
    /// Published measures that it is there to meet. It may move others too: the sensitivity matrix says which.
    pub moves: &'static [&'static str],
    /// A value to begin at, from published measures; none: the scenario's own.
    pub start: Option<Start>,
    /// Why it is free, and why this range. Ranges are synthesised.
    pub reason: &'static str,
}

/// From published figures, by measure, to a value to begin at.
pub type Start = fn(&dyn Fn(&str) -> Option<f64>) -> Option<f64>;

/// What a parameter moves at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The value itself.
    Value,
    /// The days of bands `[day, share done by then]`, all times one factor.
    DaysTimes,
}

/// How a range is divided into shares of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// By differences.
    Even,
    /// By ratios.
    Ratio,
}

impl Parameter {
    /// The value at a share of the range, 0 to 1.
    #[must_use]
    pub fn value(&self, share: f64) -> f64 {
        let [low, high] = self.range;
        match self.spacing {
            Spacing::Even => low + share * (high - low),
            Spacing::Ratio => low * libm::pow(high / low, share),
        }
    }

    /// The share of the range at which a value lies, held within 0 to 1.
    #[must_use]
    pub fn share(&self, value: f64) -> f64 {
        let [low, high] = self.range;
        let share = match self.spacing {
            Spacing::Even => (value - low) / (high - low),
            Spacing::Ratio => libm::log(value.max(low) / low) / libm::log(high / low),
        };
        share.clamp(0.0, 1.0)
    }
}

const fn free(
    path: &'static str,
    title: &'static str,
    range: [f64; 2],
    spacing: Spacing,
    moves: &'static [&'static str],
    reason: &'static str,
) -> Parameter {
    Parameter { path, title, range, form: Form::Value, spacing, moves, start: None, reason }
}

/// Every parameter that may be fitted, in the order of a case's way.
pub const PARAMETERS: [Parameter; 13] = [
    free(
        "need.assessment_share",
        "Contacts that call for an assessment",
        [0.08, 0.8],
        Spacing::Ratio,
        &["referrals_per_10k"],
        "No share is published. With contacts as they are it sets referrals; an eighth of England's usual share to \
         nearly all.",
    ),
    free(
        "front_door.recontact.gap_days",
        "Days to a household's next contact",
        [20.0, 720.0],
        Spacing::Ratio,
        &["re_referral_pct"],
        "No gaps are published; three weeks to two years. Sooner contacts mean more of them within twelve months of a \
         referral.",
    ),
    free(
        "front_door.recontact.unmet",
        "How much sooner unmet need is heard of again",
        [0.5, 4.0],
        Spacing::Ratio,
        &["re_referral_pct"],
        "Nothing is published; half as fast to four times.",
    ),
    Parameter {
        start: Some(|of| Some(of("referral_nfa_pct")? / 100.0)),
        ..free(
            "branching.referral_nfa",
            "Referrals closed without an assessment",
            [0.0, 0.75],
            Spacing::Even,
            &["referral_nfa_pct"],
            "Set to its figure and left to move a little: a child with an enquiry under way is not closed.",
        )
    },
    Parameter {
        start: Some(|of| {
            let closed = of("referral_nfa_pct").unwrap_or(0.0) / 100.0;
            Some(of("not_in_need_pct")? / 100.0 / (1.0 - closed).max(0.1))
        }),
        ..free(
            "branching.assessed_not_in_need",
            "Referrals found not in need",
            [0.0, 0.85],
            Spacing::Even,
            &["not_in_need_pct"],
            "A child with an enquiry under way or on a plan is never found not in need here, so that the share is \
             set above its figure.",
        )
    },
    free(
        "need.strategy_share",
        "Needing a strategy discussion, of those needing an assessment",
        [0.03, 0.6],
        Spacing::Ratio,
        &["s47_per_10k"],
        "No share is published; a thirtieth to more than half.",
    ),
    free(
        "branching.s47_per_strategy_discussion",
        "Enquiries for each strategy discussion",
        [0.4, 1.0],
        Spacing::Even,
        &["s47_per_10k"],
        "No share is published; most discussions start an enquiry.",
    ),
    free(
        "front_door.assessment.strategy_a_year",
        "Strategy discussions a year about a child in need",
        [0.02, 3.0],
        Spacing::Ratio,
        &["s47_per_10k"],
        "No rate is published; one in fifty years to one in four months.",
    ),
    Parameter {
        start: Some(|of| Some(of("icpc_per_10k")? / of("s47_per_10k").filter(|enquiries| *enquiries > 0.0)?)),
        ..free(
            "branching.conference_per_s47",
            "Conferences for each enquiry",
            [0.05, 1.0],
            Spacing::Even,
            &["icpc_per_10k"],
            "A ratio of two published volumes to begin with; enquiries of one year end in the next.",
        )
    },
    Parameter {
        start: Some(|of| Some(of("cpp_per_10k")? / of("icpc_per_10k").filter(|held| *held > 0.0)?)),
        ..free(
            "branching.plan_per_conference",
            "Plans for each conference",
            [0.3, 1.0],
            Spacing::Even,
            &["cpp_per_10k"],
            "A ratio of two published volumes to begin with.",
        )
    },
    Parameter {
        form: Form::DaysTimes,
        ..free(
            "front_door.assessment.days",
            "Length of assessments, as a factor",
            [0.25, 3.0],
            Spacing::Ratio,
            &["assessments_in_45wd_pct"],
            "The published bands of one place, all stretched alike: days are counted from the referral there and from \
             a worker's allocation here.",
        )
    },
    free(
        "front_door.assessment.in_need_days",
        "Days a child in need stays open",
        [40.0, 1_500.0],
        Spacing::Ratio,
        &["cin_at_31_march_per_10k", "caseload"],
        "Durations of open cases are not published by authority; six weeks to four years.",
    ),
    Parameter {
        form: Form::DaysTimes,
        ..free(
            "front_door.section_47.conference_days",
            "Working days to the conference, as a factor",
            [0.3, 2.5],
            Spacing::Ratio,
            &["icpc_in_15wd_pct"],
            "The published bands of one place, all stretched alike.",
        )
    },
];

/// Measures that are fitted where there is a figure: all that a parameter is there to meet.
#[must_use]
pub fn fitted_measures() -> Vec<&'static str> {
    let mut all: Vec<&'static str> = Vec::new();
    for measure in PARAMETERS.iter().flat_map(|parameter| parameter.moves) {
        if !all.contains(measure) {
            all.push(measure);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_range_lead_back_to_their_values() {
        for parameter in &PARAMETERS {
            let [low, high] = parameter.range;
            assert!(low < high && (parameter.spacing == Spacing::Even || low > 0.0), "{}", parameter.path);
            for share in [0.0, 0.3, 1.0] {
                let found = parameter.share(parameter.value(share));
                assert!((found - share).abs() < 1e-12, "{}", parameter.path);
            }
            assert!((parameter.share(low - 1.0), parameter.share(high + 1.0)) == (0.0, 1.0));
        }
    }

    #[test]
    fn each_begins_where_figures_say() {
        let of = |measure: &str| match measure {
            "referral_nfa_pct" => Some(20.0),
            "not_in_need_pct" => Some(40.0),
            "s47_per_10k" => Some(0.0),
            "icpc_per_10k" => Some(60.0),
            _ => None,
        };
        let start = |path: &str| {
            let parameter = PARAMETERS.iter().find(|parameter| parameter.path == path).unwrap();
            parameter.start.and_then(|start| start(&of))
        };
        assert_eq!(start("branching.referral_nfa"), Some(0.2));
        assert_eq!(start("branching.assessed_not_in_need"), Some(0.5));
        assert_eq!(start("branching.conference_per_s47"), None);
        assert_eq!(start("branching.plan_per_conference"), None);
        assert_eq!(start("need.assessment_share"), None);
    }
}
