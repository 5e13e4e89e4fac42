//! Findings about names: that nothing answers to, or that two things answer to.

use super::{
    Explanation,
    example::{Example, MANIFEST, THRESHOLDS, file, rule_file},
};
use crate::error::Severity;

pub(super) const FACT: Explanation = Explanation {
    severity: Severity::Error,
    title: "a fact that the dictionary does not have",
    meaning: "a rule, a case or the manifest names a fact that the dictionary does not have",
    why: "The dictionary is the closed list of what the hub may know of a child. A rule that reads anything else could \
          never fire, and nobody would notice: the children it was written for would be triaged as if it did not exist.",
    bad: Example {
        files: &[MANIFEST, file("attendance.rhai", rule_file!("reaches(f.atendance_band, \"50-80\")"))],
    },
    good: Example {
        files: &[MANIFEST, file("attendance.rhai", rule_file!("reaches(f.attendance_band, \"50-80\")"))],
    },
    fix: Some("a name one slip away from one known fact, and from no other"),
};

pub(super) const THRESHOLD: Explanation = Explanation {
    severity: Severity::Error,
    title: "a threshold that the pack does not have",
    meaning: "a rule reads, or an overlay sets, a threshold that neither the pack nor its bases declare",
    why: "A threshold is the one number that a partnership argues about and moves. A rule that reads another name would \
          not move with it, and an overlay that sets another name would change nothing at all.",
    bad: Example {
        files: &[
            MANIFEST,
            THRESHOLDS,
            file(
                "history.rhai",
                rule_file!(
                    "f.previous_contacts_12m >= threshold::repeat_contcts_12m\n        || f.previous_referrals_12m >= threshold::repeat_contacts_12m"
                ),
            ),
        ],
    },
    good: Example {
        files: &[
            MANIFEST,
            THRESHOLDS,
            file(
                "history.rhai",
                rule_file!(
                    "f.previous_contacts_12m >= threshold::repeat_contacts_12m\n        || f.previous_referrals_12m >= threshold::repeat_contacts_12m"
                ),
            ),
        ],
    },
    fix: Some(
        "a name one slip away from one known threshold, and from no other; its numbers are never changed",
    ),
};

pub(super) const NAME: Explanation = Explanation {
    severity: Severity::Error,
    title: "a route, rating, duty or other name that does not exist",
    meaning: "a route, rating, outcome, duty, agency, stage, document, rule, function or part of a rule that does not exist",
    why: "A conclusion that names no route sends the child nowhere, and a duty that nobody knows is done by nobody. \
          Names come from the manifest, so that everyone reads the same words in rules, answers and reports.",
    bad: Example {
        files: &[
            MANIFEST,
            file("violence.rhai", rule_file!("f.coercive_control", ".route(EARLY_HLEP).duty(marac)")),
        ],
    },
    good: Example {
        files: &[
            MANIFEST,
            file("violence.rhai", rule_file!("f.coercive_control", ".route(EARLY_HELP).duty(MARAC)")),
        ],
    },
    fix: Some(
        "a name that differs in case, `_`, `-` or one slip from one known name, and from no other word of the file",
    ),
};

pub(super) const DUPLICATE: Explanation = Explanation {
    severity: Severity::Error,
    title: "an id that stands twice, or a function defined in two files",
    meaning: "a rule, fact or case whose id stands twice in the pack and its bases, or a function that two files define",
    why: "A decision names the rules that led to it. Were two rules to share an id, nobody could say which of them moved \
          the child, and of two functions of one name only the last would be used.",
    bad: Example {
        files: &[
            MANIFEST,
            file("neglect.rhai", rule_file!("reaches(f.neglect_basic_care, \"regular\")")),
            file("supervision.rhai", rule_file!("reaches(f.supervision, \"inadequate\")")),
        ],
    },
    good: Example {
        files: &[
            MANIFEST,
            file("neglect.rhai", rule_file!("reaches(f.neglect_basic_care, \"regular\")")),
            file(
                "supervision.rhai",
                r#"rule("OU-02", "Left without an adult")
    .source("guidance", "2.2")
    .when(|f| reaches(f.supervision, "inadequate"))
    .route(EARLY_HELP)
    .because("A child who is often left alone is not looked after.")
    .plain("The child is often without a grown-up.")
    .family_may_be_told(true);
"#,
            ),
        ],
    },
    fix: None,
};
