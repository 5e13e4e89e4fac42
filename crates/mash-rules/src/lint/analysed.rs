//! Findings of exact analysis: what no single rule shows.

use super::{
    Explanation,
    example::{Example, MANIFEST, file, rule_file},
};
use crate::error::Severity;

/// Two rules of one file, each with its condition and what it concludes.
macro_rules! two_rules {
    ($first:literal, $one:literal, $second:literal, $other:literal) => {
        concat!(
            rule_file!($first, $one),
            "rule(\"OU-02\", \"A second rule\")\n    .source(\"guidance\", \"2.2\")\n    .when(|f| ",
            $second,
            ")\n    ",
            $other,
            "\n    .because(\"Said for the example.\")\n    .plain(\"Said for the example.\")\n",
            "    .family_may_be_told(true);\n",
        )
    };
}

pub(super) const NEVER_FIRES: Explanation = Explanation {
    severity: Severity::Warning,
    title: "a rule that no case makes fire",
    meaning: "a rule whose condition is true of no case that the dictionary allows",
    why: "It reads as a safeguard in the threshold document and protects no child.",
    bad: Example { files: &[MANIFEST, file("age.rhai", rule_file!("f.unborn && f.age_band == \"5-9\""))] },
    good: Example { files: &[MANIFEST, file("age.rhai", rule_file!("f.unborn"))] },
    fix: None,
};

pub(super) const NEVER_DECIDES: Explanation = Explanation {
    severity: Severity::Warning,
    title: "a rule without which every answer stays the same",
    meaning: "a rule whose conclusion is always outdone by others, so that no answer depends on it",
    why: "Who changes such a rule changes nothing, and may believe that they did.",
    bad: Example { files: &[MANIFEST, file("harm.rhai", rule_file!("f.disclosure_physical_abuse"))] },
    good: Example { files: &[MANIFEST, file("harm.rhai", rule_file!("f.coercive_control"))] },
    fix: None,
};

pub(super) const CLASH: Explanation = Explanation {
    severity: Severity::Warning,
    title: "two rules that fire together and contradict each other",
    meaning: "two rules that fire together and conclude what cannot both stand",
    why: "One of the two is silently outdone. Readers of the document cannot tell which, and may plan for the other.",
    bad: Example {
        files: &[
            MANIFEST,
            file(
                "control.rhai",
                two_rules!(
                    "f.coercive_control",
                    ".route(EARLY_HELP)",
                    "f.coercive_control == true",
                    ".route(CHILD_AND_FAMILY_ASSESSMENT)"
                ),
            ),
        ],
    },
    good: Example {
        files: &[
            MANIFEST,
            file(
                "control.rhai",
                two_rules!(
                    "f.coercive_control",
                    ".route(EARLY_HELP)",
                    "f.coercive_control && f.marac_case",
                    ".route(CHILD_AND_FAMILY_ASSESSMENT)"
                ),
            ),
        ],
    },
    fix: None,
};

pub(super) const GAP: Explanation = Explanation {
    severity: Severity::Warning,
    title: "fully known cases on which no rule speaks",
    meaning: "fully known cases on which no rule of a stage speaks, in a pack that declares no default for them",
    why: "Such a child gets the weakest answer because nobody thought of them, not because somebody decided so.",
    bad: Example { files: &[MANIFEST, file("control.rhai", rule_file!("f.coercive_control"))] },
    good: Example {
        files: &[
            MANIFEST,
            file(
                "control.rhai",
                two_rules!(
                    "f.coercive_control",
                    ".route(EARLY_HELP)",
                    "!f.coercive_control",
                    ".route(NO_FURTHER_ACTION)"
                ),
            ),
        ],
    },
    fix: None,
};

pub(super) const HIDDEN_RISK: Explanation = Explanation {
    severity: Severity::Warning,
    title: "a fact that could hide the strongest route and that nobody asks for",
    meaning: "facts that alone could turn an answer into the strongest route, while no enquiries rule asks who holds them",
    why: "The contact is closed, or left waiting, and the one agency that could have told is never asked.",
    bad: Example { files: &[MANIFEST, file("control.rhai", rule_file!("f.coercive_control"))] },
    good: Example {
        files: &[
            MANIFEST,
            file(
                "control.rhai",
                two_rules!(
                    "f.coercive_control",
                    ".route(EARLY_HELP)",
                    "true",
                    ".ask([POLICE, SCHOOL, HEALTH_VISITOR, GP, HOSPITAL])"
                ),
            ),
        ],
    },
    fix: None,
};

pub(super) const NOT_MONOTONE: Explanation = Explanation {
    severity: Severity::Warning,
    title: "learning one more risk lowers an answer",
    meaning: "a case whose answer gets weaker when one more risk is learnt, or when one risk is worse",
    why: "Then it pays not to ask. Mostly a grade was compared by `==` where `reaches` was meant.",
    bad: Example { files: &[MANIFEST, file("violence.rhai", rule_file!("f.dash_grade == \"medium\""))] },
    good: Example {
        files: &[MANIFEST, file("violence.rhai", rule_file!("reaches(f.dash_grade, \"medium\")"))],
    },
    fix: None,
};

pub(super) const NOT_EXACT: Explanation = Explanation {
    severity: Severity::Warning,
    title: "a rule that analysis does not cover entirely",
    meaning: "a rule with a part that only the interpreter can tell, so that answers about the pack are not exact",
    why: "\"No difference\" is then no proof: where this rule speaks, only trying cases shows anything.",
    bad: Example {
        files: &[
            MANIFEST,
            file(
                "count.rhai",
                rule_file!(
                    "{\n        let n = 0;\n        for x in [f.coercive_control, f.marac_case, f.failure_to_thrive,\n            \
                     f.da_victim_pregnant, f.strangulation_or_weapon,\n            f.untreated_dental_decay,\n            \
                     f.unsafe_sleep_with_substance, f.severe_obesity,\n            f.formerly_looked_after,\n            \
                     f.closed_nfa_12m] {\n            if x { n += 1; }\n        }\n        n > 3\n    }"
                ),
            ),
            file(
                "facts.json",
                "{ \"facts\": [ { \"id\": \"closed_nfa_12m\", \"group\": \"history\", \"type\": \"bool\",\n  \
                 \"direction\": \"risk\", \"question\": \"Was an earlier referral closed?\",\n  \
                 \"agencies\": [\"childrens_social_care\"], \"mark\": \"synthesised\" } ] }\n",
            ),
        ],
    },
    good: Example {
        files: &[
            MANIFEST,
            file(
                "count.rhai",
                rule_file!(
                    "at_least(4, [\n        f.coercive_control, f.marac_case,\n        \
                     f.failure_to_thrive, f.da_victim_pregnant,\n        \
                     f.strangulation_or_weapon, f.untreated_dental_decay,\n        \
                     f.unsafe_sleep_with_substance, f.severe_obesity,\n        \
                     f.formerly_looked_after, f.closed_nfa_12m,\n    ])"
                ),
            ),
            file(
                "facts.json",
                "{ \"facts\": [ { \"id\": \"closed_nfa_12m\", \"group\": \"history\", \"type\": \"bool\",\n  \
                 \"direction\": \"risk\", \"question\": \"Was an earlier referral closed?\",\n  \
                 \"agencies\": [\"childrens_social_care\"], \"mark\": \"synthesised\" } ] }\n",
            ),
        ],
    },
    fix: None,
};
