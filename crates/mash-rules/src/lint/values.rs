//! Findings about values: compared with what they cannot be, read where they may not be, or read by nobody.

use super::{
    Explanation,
    example::{Example, MANIFEST, THRESHOLDS, file, rule_file},
};
use crate::error::Severity;

pub(super) const WRONG_TYPE: Explanation = Explanation {
    severity: Severity::Error,
    title: "a fact or a part of a rule that meets a value of another type",
    meaning: "a comparison between a fact and a value of another type or between grades by letters, `reaches`, `known` or \
              `at_least` on the wrong thing, a part of a rule called with the wrong thing, a threshold set to another type",
    why: "Rhai calls two values of different types unequal without a word, and compares texts by letters: \"high\" comes \
          before \"medium\". Both would let a child at high risk pass by a rule that names exactly that risk.",
    bad: Example {
        files: &[
            MANIFEST,
            file("violence.rhai", rule_file!("f.dash_grade >= \"medium\" && f.da_victim_pregnant")),
        ],
    },
    good: Example {
        files: &[
            MANIFEST,
            file("violence.rhai", rule_file!("reaches(f.dash_grade, \"medium\") && f.da_victim_pregnant")),
        ],
    },
    fix: Some(
        "an order between grades, said with `reaches`; a whole number or `true` and `false` in quotes; \
         `.route(\"early_help\")` and the like, with the name in capitals",
    ),
};

pub(super) const OUTSIDE_RANGE: Explanation = Explanation {
    severity: Severity::Error,
    title: "a value that its fact can never have",
    meaning: "a value outside its fact's range or list, in a rule or in a case",
    why: "A rule that waits for a value which nobody can record never fires. It reads as a safeguard in the threshold \
          document and protects no child.",
    bad: Example {
        files: &[MANIFEST, file("violence.rhai", rule_file!("f.dash_grade in [\"medium\", \"hihg\"]"))],
    },
    good: Example {
        files: &[MANIFEST, file("violence.rhai", rule_file!("f.dash_grade in [\"medium\", \"high\"]"))],
    },
    fix: Some("a text one slip away from one value of the fact, and from no other; a number never"),
};

pub(super) const UNUSED: Explanation = Explanation {
    severity: Severity::Warning,
    title: "a threshold that no rule reads",
    meaning: "a threshold that no rule of the pack or its bases reads",
    why: "Somebody may move this number, publish the change, and no child's answer will differ. Either a rule was meant \
          to read it, or it is left over.",
    bad: Example {
        files: &[MANIFEST, THRESHOLDS, file("history.rhai", rule_file!("f.previous_contacts_12m >= 3"))],
    },
    good: Example {
        files: &[
            MANIFEST,
            THRESHOLDS,
            file("history.rhai", rule_file!("f.previous_contacts_12m >= threshold::repeat_contacts_12m")),
        ],
    },
    fix: None,
};

pub(super) const CHARACTERISTIC: Explanation = Explanation {
    severity: Severity::Error,
    title: "a characteristic, kept for reporting, that is read or made a fact",
    meaning: "a rule reads, or a fact dictionary adds, a characteristic that is kept for reporting only",
    why: "Rules decide on what happens to a child, never on who the child is. Ethnicity, sex, religion and nationality \
          are kept so that reports can show whether the pack treats groups differently; no rule may decide by them.",
    bad: Example {
        files: &[
            MANIFEST,
            file("exploitation.rhai", rule_file!("f.county_lines_evidence && f.sex == \"M\"")),
        ],
    },
    good: Example { files: &[MANIFEST, file("exploitation.rhai", rule_file!("f.county_lines_evidence"))] },
    fix: None,
};
