//! Findings about a pack as a whole: its files, its base, the floor beneath it.

use super::{
    Explanation,
    example::{Example, MANIFEST, file, rule_file},
};
use crate::error::Severity;

pub(super) const FILE: Explanation = Explanation {
    severity: Severity::Error,
    title: "a folder without a manifest",
    meaning: "the pack has no `manifest.json`",
    why: "The manifest says what the pack is called, which version it is, from when it is in force and on what it \
          builds. Without it nobody could say under which thresholds a child was triaged.",
    bad: Example { files: &[file("neglect.rhai", rule_file!("reaches(f.neglect_basic_care, \"regular\")"))] },
    good: Example {
        files: &[MANIFEST, file("neglect.rhai", rule_file!("reaches(f.neglect_basic_care, \"regular\")"))],
    },
    fix: None,
};

pub(super) const JSON: Explanation = Explanation {
    severity: Severity::Error,
    title: "JSON that does not parse, or a field that does not exist",
    meaning: "JSON that does not parse, a field or value that does not exist, a value of another type",
    why: "A field that is read by nobody looks as if it did something: `effective` misspelt would leave the old dates in \
          force. So every field that is not known is an error.",
    bad: Example {
        files: &[file(
            "manifest.json",
            r#"{
  "id": "ours", "title": "Our thresholds", "version": "1.0.0",
  "base": "../floor",
  "efective": { "from": "2026-09-01", }
}
"#,
        )],
    },
    good: Example {
        files: &[file(
            "manifest.json",
            r#"{
  "id": "ours", "title": "Our thresholds", "version": "1.0.0",
  "base": "../floor",
  "effective": { "from": "2026-09-01" }
}
"#,
        )],
    },
    fix: Some(
        "a field or value one slip away from one that exists, and from no other; a comma before a closing bracket; a number or `true` and `false` in quotes",
    ),
};

pub(super) const BASE: Explanation = Explanation {
    severity: Severity::Error,
    title: "a base pack that is not there, or that leads back to itself",
    meaning: "base packs that lead back to themselves, or a base that is not there",
    why: "An overlay is its base and a few changes. Without the base there is no statutory floor beneath it and no rule \
          to change.",
    bad: Example {
        files: &[file(
            "manifest.json",
            r#"{
  "id": "ours", "title": "Our thresholds", "version": "1.0.0",
  "base": "floor"
}
"#,
        )],
    },
    good: Example { files: &[MANIFEST] },
    fix: None,
};

pub(super) const FLOOR_LOWERED: Explanation = Explanation {
    severity: Severity::Error,
    title: "an overlay that would lower the statutory floor",
    meaning: "an overlay that would lower, replace or remove a rule of the statutory floor, or reorder its base's routes",
    why: "The floor holds what law and statutory guidance require. A partnership may ask for more, sooner or earlier; no \
          local threshold may take away what every child is owed.",
    bad: Example {
        files: &[file(
            "manifest.json",
            r#"{
  "id": "ours", "title": "Our thresholds", "version": "1.0.0",
  "base": "../floor",
  "remove": ["FL-01"]
}
"#,
        )],
    },
    good: Example {
        files: &[file(
            "manifest.json",
            r#"{
  "id": "ours", "title": "Our thresholds", "version": "1.0.0",
  "base": "../floor",
  "remove": []
}
"#,
        )],
    },
    fix: None,
};

pub(super) const INCONSISTENT: Explanation = Explanation {
    severity: Severity::Error,
    title: "a constraint, fact or folder's name that contradicts the rest",
    meaning: "a constraint, fact or folder's name that contradicts the rest",
    why: "Constraints say what cannot be true together, and contacts that break one go to a person. One that names a \
          fact which does not exist would catch nothing, and simulated children would be drawn who could not be.",
    bad: Example {
        files: &[
            MANIFEST,
            file(
                "facts.json",
                r#"{
  "facts": [],
  "constraints": [
    {
      "id": "unborn-child-has-no-teeth", "source": "definition",
      "when": { "unborn": [true] },
      "then": { "untreated_dental_deacy": [false] }
    }
  ]
}
"#,
            ),
        ],
    },
    good: Example {
        files: &[
            MANIFEST,
            file(
                "facts.json",
                r#"{
  "facts": [],
  "constraints": [
    {
      "id": "unborn-child-has-no-teeth", "source": "definition",
      "when": { "unborn": [true] },
      "then": { "untreated_dental_decay": [false] }
    }
  ]
}
"#,
            ),
        ],
    },
    fix: Some("a constraint's fact one slip away from one known fact, and from no other"),
};
