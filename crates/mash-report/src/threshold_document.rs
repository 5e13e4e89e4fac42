//! The threshold document of a pack: every rule with its source, its reason and the words for a family, for print.
//!
//! In: a [`ThresholdDocument`], texts only, filled by whoever holds the pack. Out: one HTML file under the same
//! style sheet and policy as the what-if report.

use serde::{Deserialize, Serialize};

use crate::html::{ReportError, link, render};
use crate::narrative::{WARNING, says_not_reviewed};
use crate::table::{Cell, Shape, Table};
use crate::what_if::{notice, slug};

/// A pack as a document, in the order in which it is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdDocument {
    /// The pack's title.
    pub title: String,
    /// The pack's version.
    pub version: String,
    /// Who answers for it.
    pub owner: String,
    /// First day in force, as it is to be printed.
    pub effective_from: String,
    /// Who reviewed it and when; absent when no practitioner did.
    pub reviewed: Option<String>,
    /// That the pack decides synthetic and training cases only.
    pub notice: String,
    /// Routes, weakest first, each with its level.
    pub routes: Vec<RouteEntry>,
    /// Ratings, least urgent first.
    pub ratings: Vec<RatingEntry>,
    /// Thresholds in force.
    pub thresholds: Vec<ThresholdEntry>,
    /// Rules by theme.
    pub themes: Vec<Theme>,
    /// What a rule may read.
    pub facts: Vec<FactEntry>,
    /// What the rules cite.
    pub documents: Vec<DocumentEntry>,
}

/// A route and its level.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteEntry {
    /// Id.
    pub id: String,
    /// Name people read.
    pub title: String,
    /// Level number; absent in a pack without levels.
    pub level: Option<u8>,
    /// Name of the level.
    pub level_title: Option<String>,
    /// Position on consent, in words.
    pub consent: String,
    /// Does the contact end here?
    pub closes: bool,
    /// Title of the rating the route has when no rule concludes another.
    pub default_rating: Option<String>,
}

/// A rating and its time limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingEntry {
    /// Id.
    pub id: String,
    /// Name people read.
    pub title: String,
    /// Time limit in words; absent when there is none.
    pub timescale: Option<String>,
    /// Where it comes from.
    pub source: String,
    /// Address of the source.
    pub href: Option<String>,
    /// How good the source is.
    pub mark: String,
}

/// A threshold in force.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdEntry {
    /// Name rules read it by.
    pub name: String,
    /// Name people read.
    pub title: String,
    /// Value in force.
    pub value: String,
    /// Unit of the value.
    pub unit: Option<String>,
    /// Where it comes from.
    pub source: String,
    /// Address of the source.
    pub href: Option<String>,
    /// How good the source is.
    pub mark: String,
    /// Ids of the rules that read it.
    pub rules: Vec<String>,
}

/// Rules on one theme.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theme {
    /// Name people read.
    pub title: String,
    /// Rules, in pack order.
    pub rules: Vec<RuleEntry>,
}

/// One rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleEntry {
    /// Id, unique in the pack and its bases.
    pub id: String,
    /// Title.
    pub title: String,
    /// Stages at which it is asked.
    pub stages: Vec<String>,
    /// Source text of the condition.
    pub condition_text: String,
    /// What it concludes, in words.
    pub conclusion: String,
    /// The professional reason.
    pub because: String,
    /// The same for a family or a lay member.
    pub plain: String,
    /// May the family be told before a strategy discussion? Absent when the rule does not say.
    pub family_may_be_told: Option<bool>,
    /// What it cites.
    pub sources: Vec<RuleSource>,
    /// Title of the pack that holds it.
    pub from_pack: String,
    /// Is it part of the statutory floor?
    pub is_floor: bool,
}

/// What a rule cites.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSource {
    /// Title of the document.
    pub document: String,
    /// Where in it.
    pub paragraph: String,
    /// Its address; only addresses of the web become links.
    pub href: Option<String>,
    /// How good the source is.
    pub mark: String,
}

/// A fact that a rule may read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactEntry {
    /// Id.
    pub id: String,
    /// The question it answers.
    pub question: String,
    /// Its type and values, in words.
    pub values: String,
    /// Agencies that typically hold it.
    pub agencies: Vec<String>,
    /// How good its source is.
    pub mark: String,
}

/// A document that rules cite.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEntry {
    /// Id that rules cite it by.
    pub id: String,
    /// Title.
    pub title: String,
    /// Its address; only addresses of the web become links.
    pub href: Option<String>,
    /// How well it was read.
    pub mark: String,
}

/// Writes the threshold document as one self-contained HTML file.
///
/// # Errors
/// [`ReportError::Template`] when a template fails, which is a defect of this crate.
pub fn threshold_document_html(document: &ThresholdDocument) -> Result<String, ReportError> {
    render("threshold_document.html", &Page::of(document))
}

/// What the template reads.
#[derive(Debug, Serialize)]
struct Page {
    title: String,
    warning: &'static str,
    notice: String,
    version: String,
    owner: String,
    effective_from: String,
    reviewed: Option<String>,
    rule_count: usize,
    routes: Table,
    ratings: Table,
    thresholds: Table,
    themes: Vec<ThemeView>,
    facts: Table,
    documents: Vec<DocumentView>,
}

#[derive(Debug, Serialize)]
struct ThemeView {
    anchor: String,
    title: String,
    rules: Vec<RuleView>,
}

#[derive(Debug, Serialize)]
struct RuleView {
    anchor: String,
    rule: RuleEntry,
    told: &'static str,
    sources: Vec<SourceView>,
}

#[derive(Debug, Serialize)]
struct SourceView {
    document: String,
    paragraph: String,
    link: Option<String>,
    mark: String,
}

#[derive(Debug, Serialize)]
struct DocumentView {
    id: String,
    title: String,
    link: Option<String>,
    mark: String,
}

impl Page {
    fn of(d: &ThresholdDocument) -> Page {
        let mut number = 0;
        let themes = d
            .themes
            .iter()
            .enumerate()
            .map(|(at, theme)| ThemeView {
                anchor: format!("theme-{}", at + 1),
                title: theme.title.clone(),
                rules: theme
                    .rules
                    .iter()
                    .map(|rule| {
                        number += 1;
                        RuleView::of(rule, number)
                    })
                    .collect(),
            })
            .collect();
        Page {
            title: d.title.clone(),
            warning: WARNING,
            notice: notice(&d.notice),
            version: d.version.clone(),
            owner: d.owner.clone(),
            effective_from: d.effective_from.clone(),
            reviewed: d.reviewed.clone().filter(|reviewed| !says_not_reviewed(reviewed)),
            rule_count: d.themes.iter().map(|theme| theme.rules.len()).sum(),
            routes: routes_table(&d.routes),
            ratings: ratings_table(&d.ratings),
            thresholds: thresholds_table(&d.thresholds),
            themes,
            facts: facts_table(&d.facts),
            documents: d
                .documents
                .iter()
                .map(|document| DocumentView {
                    id: document.id.clone(),
                    title: document.title.clone(),
                    link: document.href.as_deref().and_then(link),
                    mark: document.mark.clone(),
                })
                .collect(),
        }
    }
}

impl RuleView {
    /// The number keeps anchors apart when two ids read the same without their punctuation.
    fn of(rule: &RuleEntry, number: usize) -> RuleView {
        RuleView {
            anchor: format!("rule-{number}-{}", slug(&rule.id)),
            told: match rule.family_may_be_told {
                Some(true) => "Yes",
                Some(false) => "No",
                None => "The rule does not say",
            },
            sources: rule
                .sources
                .iter()
                .map(|source| SourceView {
                    document: source.document.clone(),
                    paragraph: source.paragraph.clone(),
                    link: source.href.as_deref().and_then(link),
                    mark: source.mark.clone(),
                })
                .collect(),
            rule: rule.clone(),
        }
    }
}

fn routes_table(routes: &[RouteEntry]) -> Table {
    let mut table = Table::new(
        "routes",
        "Routes, the weakest first",
        &[
            ("Route", false),
            ("Level", false),
            ("Consent", false),
            ("Closes the contact", false),
            ("Rating unless a rule says another", false),
        ],
    );
    for route in routes {
        let level = match (route.level, &route.level_title) {
            (Some(level), Some(title)) => format!("{level}: {title}"),
            (Some(level), None) => level.to_string(),
            (None, _) => "none".into(),
        };
        table.push(
            &route.title,
            vec![
                Cell::words(level),
                Cell::words(&route.consent),
                Cell::words(if route.closes { "yes" } else { "no" }),
                Cell::words(route.default_rating.as_deref().unwrap_or("none")),
            ],
        );
    }
    table
}

fn ratings_table(ratings: &[RatingEntry]) -> Table {
    let mut table = Table::new(
        "ratings",
        "Ratings, the least urgent first",
        &[("Rating", false), ("Time limit", false), ("Mark", false), ("Source", false)],
    );
    for rating in ratings {
        table.push(
            &rating.title,
            vec![
                Cell::words(rating.timescale.as_deref().unwrap_or("none")),
                Cell::mark(&rating.mark),
                source(&rating.source, rating.href.as_deref()),
            ],
        );
    }
    table
}

fn thresholds_table(thresholds: &[ThresholdEntry]) -> Table {
    let mut table = Table::new(
        "thresholds",
        "Thresholds in force",
        &[("Threshold", false), ("Value", false), ("Mark", false), ("Source", false), ("Read by", false)],
    );
    for threshold in thresholds {
        let value = match threshold.unit.as_deref().filter(|unit| !unit.is_empty()) {
            Some(unit) => format!("{} {unit}", threshold.value),
            None => threshold.value.clone(),
        };
        let rules = if threshold.rules.is_empty() { "no rule".into() } else { threshold.rules.join(", ") };
        table.push_with(
            &threshold.title,
            &threshold.name,
            vec![
                Cell::words(value),
                Cell::mark(&threshold.mark),
                source(&threshold.source, threshold.href.as_deref()),
                Cell::words(rules),
            ],
        );
    }
    table
}

fn facts_table(facts: &[FactEntry]) -> Table {
    let mut table = Table::new(
        "facts",
        "Facts a rule may read",
        &[
            ("Fact", false),
            ("Question", false),
            ("Values", false),
            ("Who typically knows", false),
            ("Mark", false),
        ],
    );
    table.shape = Shape::Scrolls;
    for fact in facts {
        table.push(
            &fact.id,
            vec![
                Cell::words(&fact.question),
                Cell::words(&fact.values),
                Cell::words(fact.agencies.join(", ")),
                Cell::mark(&fact.mark),
            ],
        );
    }
    table
}

/// A source with its address as text, so that it survives print.
fn source(title: &str, href: Option<&str>) -> Cell {
    match href.and_then(link) {
        Some(link) => Cell::words_with(title, link),
        None => Cell::words(title),
    }
}

#[cfg(test)]
mod tests;
