//! `mash explain`: the trace of one contact.

use std::{fmt::Write as _, io::Cursor, path::Path};

use mash_io::{
    Issue,
    contact_columns::{ContactImport, ImportedBlock},
    contact_file::{Format, OpenError},
};
use mash_model::{Contact, FactDictionary, calendar::WorkingCalendar};
use mash_rules::{
    RulePack,
    explain::{self, RuleTrace, StageTrace, Trace},
    fold::FoldStepKind,
};

use crate::{
    exit_code::Failure,
    input,
    terminal::{self, WIDTH, wrap},
};

pub(crate) fn run(path: &Path, case: &str, all_rules: bool, json: bool) -> Result<(), Failure> {
    let pack = input::pack(path)?;
    let contact = contact(&pack, case)?;
    let trace = explain::explain(&pack, &WorkingCalendar::default(), &contact);
    if json {
        terminal::json(&trace);
    } else {
        terminal::out(&text(&trace, all_rules));
    }
    Ok(())
}

/// Undetermined rules listed for a stage before the rest are only counted.
const UNDETERMINED_LISTED: usize = 8;

/// One of the pack's cases by id, or the one contact of a file.
fn contact(pack: &RulePack, case: &str) -> Result<Contact, Failure> {
    if let Some(found) = pack.cases.iter().find(|known| known.entry.id == case) {
        return Ok(found.contact.clone());
    }
    let path = Path::new(case);
    if case != "-" && !path.exists() {
        let names: Vec<&str> = pack.cases.iter().map(|known| known.entry.id.as_str()).collect();
        let near = mash_rules::error::nearest(case, names)
            .map_or_else(String::new, |near| format!("; did you mean the case `{near}`?"));
        return Err(Failure::Misuse(format!("`{case}` is neither a file nor a case of the pack{near}")));
    }
    let format = Format::of(path)?;
    // A contact on several lines is as good as one on one line when it is the only one.
    let one = (format == Format::JsonLines && case != "-").then(|| mash_io::text_file::read(path, 1 << 20));
    let one = one
        .transpose()?
        .and_then(|text| serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}')).ok());
    let import = match one {
        Some(value) => ContactImport::new(Cursor::new(value.to_string()), path, format, &pack.dictionary),
        None => ContactImport::open(path, format, &pack.dictionary),
    };
    let mut first = None;
    // The import ends as soon as there is a row.
    let take = |block, ()| {
        first = first_of(block, &pack.dictionary);
        if first.is_some() { Err(()) } else { Ok(()) }
    };
    import.map_err(opening)?.run(|_| (), take).ok();
    let first = first.ok_or_else(|| Failure::Misuse(format!("`{case}` holds no contact")))?;
    first.map_err(rows)
}

/// The first row of a block: a contact, or everything that is wrong with it.
fn first_of(block: ImportedBlock, dictionary: &FactDictionary) -> Option<Result<Contact, Vec<Issue>>> {
    let (contact, issue) =
        (block.contacts.row(0).map(|row| row.line), block.issues.first().map(|issue| issue.line));
    match (contact, issue) {
        (contact, Some(line)) if contact.is_none_or(|contact| line < contact) => {
            Some(Err(block.issues.into_iter().filter(|issue| issue.line == line).collect()))
        }
        _ => block.contacts.contact(0, dictionary).map(Ok),
    }
}

pub(super) fn opening(error: OpenError) -> Failure {
    match error {
        OpenError::File(error) => error.into(),
        OpenError::Header(issues) => rows(issues),
    }
}

fn rows(issues: Vec<Issue>) -> Failure {
    Failure::Rows { all: issues.len() as u64, shown: issues }
}

fn text(trace: &Trace, all_rules: bool) -> String {
    let decision = &trace.decision;
    let heading = format!("{}: {}", decision.id, decision.notice);
    let mut text = wrap(&heading, WIDTH, "  ") + "\n";
    let rating =
        decision.rating.as_ref().map_or_else(|| "no rating".to_owned(), |rating| format!("rated {rating}"));
    let level = decision.level.map_or_else(String::new, |level| format!(", level {level}"));
    let due =
        decision.due.map_or_else(String::new, |due| format!(", due {}", due.strftime("%d %B %Y %H:%M")));
    let _ = writeln!(text, "outcome: {}{level}, {rating}{due}", decision.outcome);
    let _ = writeln!(text, "route: {}, could still be {}", decision.route, decision.could_still_be);
    if !decision.duties.is_empty() {
        let duties: Vec<&str> = decision.duties.iter().map(mash_model::DutyId::as_str).collect();
        let _ = writeln!(text, "duties: {}", duties.join(", "));
    }
    if !decision.family_may_be_told {
        let _ = writeln!(text, "the family may not be told before a strategy discussion");
    }
    if !decision.ask.is_empty() {
        let asks: Vec<&str> = decision.ask.iter().map(|ask| ask.agency.id()).collect();
        let _ =
            writeln!(text, "{}", wrap(&format!("ask, most useful first: {}", asks.join(", ")), WIDTH, "  "));
    }
    for stage in &trace.stages {
        stage_text(&mut text, stage, all_rules);
    }
    text
}

fn stage_text(text: &mut String, stage: &StageTrace, all_rules: bool) {
    let _ = writeln!(text, "\n== {}", stage.stage.id());
    let facts: Vec<String> =
        stage.facts_read.iter().map(|(fact, value)| format!("{fact} = {value}")).collect();
    if !facts.is_empty() && all_rules {
        let _ = writeln!(text, "{}", wrap(&format!("facts read: {}", facts.join(", ")), WIDTH, "  "));
    }
    if !stage.facts_not_known.is_empty() && all_rules {
        let line = format!("asked for and not known: {}", stage.facts_not_known.join(", "));
        let _ = writeln!(text, "{}", wrap(&line, WIDTH, "  "));
    }
    for rule in &stage.fired {
        rule_text(text, "fired", rule);
        if let Some(because) = &rule.because {
            let _ = writeln!(text, "{}", wrap(&format!("    {because}"), WIDTH, "    "));
        }
    }
    for rule in &stage.failed {
        rule_text(text, "FAILED", rule);
        if let Some(failure) = &rule.failure {
            let _ = writeln!(text, "{}", wrap(&format!("    {failure}"), WIDTH, "    "));
        }
    }
    let open: Vec<&RuleTrace> =
        stage.undetermined.iter().filter(|rule| all_rules || rule.could_strengthen).collect();
    let listed = if all_rules { open.len() } else { UNDETERMINED_LISTED };
    for rule in open.iter().take(listed) {
        rule_text(text, "undetermined", rule);
        let line = format!("    needs {}; ask {}", rule.needs.join(", "), rule.ask.join(", "));
        let _ = writeln!(text, "{}", wrap(&line, WIDTH, "    "));
    }
    if open.len() > listed {
        let _ = writeln!(
            text,
            "and {} more undetermined that could; --all-rules lists them",
            open.len() - listed
        );
    }
    if all_rules {
        for rule in &stage.not_fired {
            rule_text(text, "not fired", rule);
        }
    }
    let hidden = stage.undetermined.len() - open.len();
    let _ = writeln!(
        text,
        "{}",
        wrap(
            &format!(
                "{} fired, {} not fired, {} undetermined ({hidden} of them could not strengthen the answer), {} failed",
                stage.fired.len(),
                stage.not_fired.len(),
                stage.undetermined.len(),
                stage.failed.len()
            ),
            WIDTH,
            "  "
        )
    );
    for step in &stage.steps {
        let kind = match step.kind {
            FoldStepKind::Base => "base",
            FoldStepKind::Lift => "lift",
            FoldStepKind::Raise => "raise",
            FoldStepKind::Lower => "lower",
            FoldStepKind::Floor => "floor",
        };
        let rule = step.rule.as_deref().unwrap_or("no rule");
        let _ = writeln!(text, "{kind}: {} -> {} ({rule})", step.from, step.to);
    }
    if !stage.missing_for_closing.is_empty() {
        let line = format!("must be known before closing: {}", stage.missing_for_closing.join(", "));
        let _ = writeln!(text, "{}", wrap(&line, WIDTH, "  "));
    }
    if !stage.asked.is_empty() {
        let _ = writeln!(text, "{}", wrap(&format!("asks: {}", stage.asked.join(", ")), WIDTH, "  "));
    }
}

fn rule_text(text: &mut String, what: &str, rule: &RuleTrace) {
    let _ = writeln!(
        text,
        "{}",
        wrap(&format!("{what} {} {} ({})", rule.rule, rule.title, rule.at), WIDTH, "  ")
    );
}
