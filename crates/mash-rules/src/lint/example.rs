//! The packs that examples are made of: a small floor, and an overlay on it that each example changes.

use schemars::JsonSchema;
use serde::Serialize;

/// The files of the pack `ours`, whose base is [`FLOOR`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Example {
    /// Files of the pack's folder.
    pub files: &'static [ExampleFile],
}

/// One file of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExampleFile {
    /// Name in the pack's folder.
    pub name: &'static str,
    /// Text.
    pub text: &'static str,
}

impl Example {
    /// The text of a file, if the example has it.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'static str> {
        self.files.iter().find(|file| file.name == name).map(|file| file.text)
    }

    /// Files whose text differs from the other example's, or that only one of the two has, by name.
    #[must_use]
    pub fn differing(&self, other: &Example) -> Vec<&'static str> {
        let names = self.files.iter().chain(other.files).map(|file| file.name);
        let mut names: Vec<&str> = names.filter(|name| self.text(name) != other.text(name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// A file of an example.
pub(super) const fn file(name: &'static str, text: &'static str) -> ExampleFile {
    ExampleFile { name, text }
}

/// The manifest that most examples keep.
pub(super) const MANIFEST: ExampleFile = file(
    "manifest.json",
    r#"{
  "id": "ours", "title": "Our thresholds", "version": "1.0.0",
  "base": "../floor"
}
"#,
);

/// Thresholds of the examples that read one.
pub(super) const THRESHOLDS: ExampleFile = file(
    "thresholds.json",
    r#"{
  "repeat_contacts_12m": {
    "title": "Contacts in 12 months that call for early help",
    "values": [
      { "from": "2026-04-01", "value": 3, "unit": "contacts", "source": { "title": "Our threshold document" } }
    ]
  }
}
"#,
);

/// A rule file of one rule: what `$when` says, and what it concludes.
macro_rules! rule_file {
    ($when:literal) => {
        rule_file!($when, ".route(EARLY_HELP)")
    };
    ($when:literal, $concludes:literal) => {
        concat!(
            "rule(\"OU-01\", \"Help before it grows\")\n",
            "    .source(\"guidance\", \"2.1\")\n",
            "    .when(|f| ",
            $when,
            ")\n    ",
            $concludes,
            "\n",
            "    .because(\"Help that comes early keeps children from harm.\")\n",
            "    .plain(\"The family may need some help.\")\n",
            "    .family_may_be_told(true);\n",
        )
    };
}
pub(super) use rule_file;

/// The base pack of every example, in the folder `floor` beside `ours`.
pub const FLOOR: Example = Example {
    files: &[
        file(
            "manifest.json",
            r#"{
  "id": "floor", "title": "What the law requires", "version": "1.0.0", "floor": true, "owner": "examples",
  "effective": { "from": "2026-04-01" },
  "documents": { "guidance": { "title": "Guidance made up for examples", "mark": "synthesised" } },
  "routes": [
    { "id": "no_further_action", "title": "No further action", "closes": true, "consent": "not_applicable" },
    { "id": "early_help", "title": "Early help", "consent": "needed" },
    { "id": "child_and_family_assessment", "title": "Child and family assessment", "consent": "needed" },
    { "id": "strategy_discussion", "title": "Strategy discussion", "consent": "not_required" }
  ],
  "ratings": [
    { "id": "green", "title": "Green", "timescale": { "working_days": 3 } },
    { "id": "red", "title": "Red", "timescale": { "hours": 4 } }
  ],
  "duties": [ { "id": "marac", "title": "Refer to MARAC" } ]
}
"#,
        ),
        file(
            "law.rhai",
            r#"rule("FL-01", "A child says that somebody hurt them")
    .source("guidance", "1.1")
    .when(|f| f.disclosure_physical_abuse || f.disclosure_sexual_abuse)
    .not_below(STRATEGY_DISCUSSION).rating(RED)
    .because("What a child discloses is acted on the same day.")
    .plain("A child has told somebody that they were hurt.")
    .family_may_be_told(false);
"#,
        ),
    ],
};
