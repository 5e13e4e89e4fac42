//! Findings about rule files: what does not parse, is not whole, or may not be written.

use super::{
    Explanation,
    example::{Example, MANIFEST, THRESHOLDS, file, rule_file},
};
use crate::error::Severity;

pub(super) const SYNTAX: Explanation = Explanation {
    severity: Severity::Error,
    title: "a rule file that does not parse",
    meaning: "Rhai that does not parse",
    why: "Nothing of the file can be read, so none of its rules would protect anyone. Whatever else is wrong in it shows \
          only once it parses.",
    bad: Example {
        files: &[
            MANIFEST,
            file("violence.rhai", rule_file!("f.dash_grade == “high” and f.da_victim_pregnant")),
        ],
    },
    good: Example {
        files: &[
            MANIFEST,
            file("violence.rhai", rule_file!("f.dash_grade == \"high\" && f.da_victim_pregnant")),
        ],
    },
    fix: Some("`and`, `or`, `===` and `!==`; the curled quotes and fixed spaces of a word processor"),
};

pub(super) const INCOMPLETE: Explanation = Explanation {
    severity: Severity::Error,
    title: "a rule, pack or case without a part that it needs",
    meaning: "a rule without source, reason, condition or conclusion; a pack without routes or a first day; a threshold \
              with no value in force. A warning: a case that says neither what decides it nor which rule it restates",
    why: "Whoever is told of a decision may ask what it rests on. A rule without source and reason cannot answer a \
          parent, a court or an inspector, and one without a condition or a conclusion does nothing.",
    bad: Example {
        files: &[
            MANIFEST,
            file(
                "neglect.rhai",
                r#"rule("OU-01", "Chronic neglect")
    .when(|f| reaches(f.neglect_basic_care, "chronic"))
    .route(CHILD_AND_FAMILY_ASSESSMENT)
    .because("Neglect that goes on harms more than any one episode shows.")
    .plain("The child has not been looked after well for a long time.")
    .family_may_be_told(true);
"#,
            ),
        ],
    },
    good: Example {
        files: &[
            MANIFEST,
            file(
                "neglect.rhai",
                r#"rule("OU-01", "Chronic neglect")
    .source("guidance", "3.4")
    .when(|f| reaches(f.neglect_basic_care, "chronic"))
    .route(CHILD_AND_FAMILY_ASSESSMENT)
    .because("Neglect that goes on harms more than any one episode shows.")
    .plain("The child has not been looked after well for a long time.")
    .family_may_be_told(true);
"#,
            ),
        ],
    },
    fix: None,
};

pub(super) const NOT_ALLOWED: Explanation = Explanation {
    severity: Severity::Error,
    title: "a rule file that does what rule files may not",
    meaning: "a rule file that does what rule files may not: top-level variables, loops and imports, a condition that uses \
              a name from outside it, a part of a rule given twice",
    why: "A rule file declares rules and nothing else, so that a number which decides about children stands in \
          thresholds.json with its date and source, where a partnership can see it, argue about it and move it.",
    bad: Example {
        files: &[
            MANIFEST,
            THRESHOLDS,
            file(
                "history.rhai",
                concat!(
                    "const REPEAT_CONTACTS = 3;\n\n",
                    rule_file!("f.previous_contacts_12m >= REPEAT_CONTACTS")
                ),
            ),
        ],
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
