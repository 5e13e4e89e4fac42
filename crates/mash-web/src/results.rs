//! The results of a room as files: nobody's answers can be told from them, and the attendance record stands apart.

use std::collections::BTreeMap;

use mash_exercise::{
    agreement::{Agreement, Coefficient},
    debrief::{self, Debrief, VignetteDebrief},
    small_groups,
};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    clock,
    error::WebError,
    gathered::{Gathered, SEED},
    routes::print::{Attended, attended},
    state::App,
    store::Room,
};

/// What a room decided.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Results {
    /// That every child is invented.
    pub(crate) notice: &'static str,
    /// Title of the exercise.
    pub(crate) title: String,
    /// When the room was made, Europe/London.
    pub(crate) created: String,
    /// Title and version of the pack that answered.
    pub(crate) pack: String,
    /// Vignettes in order.
    pub(crate) vignettes: Vec<VignetteDebrief>,
    /// The whole.
    pub(crate) debrief: Debrief,
    /// Answers of individuals.
    pub(crate) answers: Vec<AnswerRow>,
    #[serde(skip)]
    #[schemars(skip)]
    attendance: Vec<Attended>,
    #[serde(skip)]
    #[schemars(skip)]
    routes: Vec<String>,
}

/// An answer. The number of a person says nothing of who they are, and holds within this file only.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AnswerRow {
    /// Number of the person.
    pub(crate) person: usize,
    /// Sector, or the group that it was merged into; empty where one group would be left.
    pub(crate) sector: String,
    /// Id of the vignette.
    pub(crate) vignette: String,
    /// `first`, `informed` or `group`.
    pub(crate) round: &'static str,
    /// Id of the route.
    pub(crate) route: String,
    /// Level.
    pub(crate) level: Option<u8>,
    /// Id of the rating.
    pub(crate) rating: Option<String>,
    /// Per cent.
    pub(crate) probability: Option<u8>,
    /// 1 to 5.
    pub(crate) confidence: Option<u8>,
    /// Ids of the replies that this person had read, with spaces between.
    pub(crate) told: String,
}

impl Results {
    /// The results of a room as it stands.
    pub(crate) fn of(app: &App, room: &Room) -> Result<Self, WebError> {
        let gathered = Gathered::of(&app.store, room)?;
        let pack = app.pack_of(room)?;
        let made_of = gathered.room(room, pack);
        let groups = groups(&gathered);
        // The order of joining is in the attendance record, so numbers follow another.
        let mut order: Vec<usize> = (0..gathered.people.len()).collect();
        order.sort_by_cached_key(|at| {
            let id = gathered.people.get(*at).map_or(0, |person| person.id);
            Sha256::new().chain_update(app.key).chain_update(id.to_le_bytes()).finalize().to_vec()
        });
        let number: BTreeMap<usize, usize> =
            order.iter().enumerate().map(|(new, old)| (*old, new + 1)).collect();
        let mut answers: Vec<AnswerRow> = gathered
            .cast
            .iter()
            .filter_map(|cast| {
                Some(AnswerRow {
                    person: *number.get(&cast.voter)?,
                    sector: groups.get(&cast.voter).cloned().unwrap_or_default(),
                    vignette: room.deck.get(cast.vignette)?.id.to_string(),
                    round: cast.round.id(),
                    route: cast.ballot.route.to_string(),
                    level: cast.ballot.level,
                    rating: cast.ballot.rating.as_ref().map(ToString::to_string),
                    probability: cast.ballot.probability,
                    confidence: cast.ballot.confidence,
                    told: cast.told.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
                })
            })
            .collect();
        answers.sort_by(|a, b| (&a.vignette, a.round, a.person).cmp(&(&b.vignette, b.round, b.person)));
        Ok(Self {
            notice: "Every child here is invented. A score of agreement is no mark for anybody.",
            title: room.title.clone(),
            created: clock::shown(room.created),
            pack: format!("{} {}", pack.manifest.title, pack.manifest.version),
            vignettes: (0..room.deck.len()).filter_map(|at| debrief::of_vignette(&made_of, at)).collect(),
            debrief: debrief::debrief(&made_of, SEED),
            answers,
            attendance: attended(&gathered.people),
            routes: pack.manifest.routes.iter().map(|route| route.title.clone()).collect(),
        })
    }

    /// Answers as CSV.
    pub(crate) fn answers_csv(&self) -> Result<Vec<u8>, WebError> {
        csv(&self.answers)
    }

    /// The attendance record as CSV.
    pub(crate) fn attendance_csv(&self) -> Result<Vec<u8>, WebError> {
        let safe = self.attendance.iter().map(|it| Attended {
            pseudonym: no_formula(&it.pseudonym),
            role: no_formula(&it.role),
            ..it.clone()
        });
        csv(&safe.collect::<Vec<_>>())
    }

    /// Everything but the attendance record as JSON.
    pub(crate) fn json(&self) -> Result<Vec<u8>, WebError> {
        serde_json::to_vec_pretty(self).map_err(|error| WebError::Misuse(error.to_string()))
    }

    /// The room's variation as a scenario that extends the shipped one.
    pub(crate) fn variation(&self) -> Result<Vec<u8>, WebError> {
        let Some(variation) = &self.debrief.variation else {
            return Err(WebError::Misuse(format!(
                "the room's variation needs {} answers, and {} people who answered two vignettes or more",
                mash_exercise::variation::LEAST_ANSWERS,
                mash_exercise::variation::LEAST_PEOPLE
            )));
        };
        let scenario =
            variation.scenario("herefordshire-like-2023.json", "people-decide-as-this-room", &self.title);
        serde_json::to_vec_pretty(&scenario).map_err(|error| WebError::Misuse(error.to_string()))
    }

    /// A workbook: what was decided, how far people agreed, answers.
    pub(crate) fn xlsx(&self) -> Result<Vec<u8>, WebError> {
        self.workbook().map_err(|error| WebError::Misuse(format!("the workbook could not be made: {error}")))
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let bold = Format::new().set_bold();
        let mut sheet = |name: &str, head: &[&str], rows: &[Vec<Cell>]| -> Result<(), XlsxError> {
            let sheet = book.add_worksheet().set_name(name)?;
            sheet.write(0, 0, self.notice)?;
            for (column, title) in (0..).zip(head) {
                sheet.write_with_format(2, column, *title, &bold)?;
            }
            for (row, cells) in (3..).zip(rows) {
                for (column, cell) in (0..).zip(cells) {
                    match cell {
                        // Written as text, so that nothing typed in the room becomes a formula.
                        Cell::Text(text) => sheet.write_string(row, column, text)?,
                        Cell::Number(number) => sheet.write_number(row, column, *number)?,
                        Cell::Empty => sheet,
                    };
                }
            }
            sheet.set_freeze_panes(3, 1)?;
            sheet.autofit();
            Ok(())
        };
        let mut head = vec!["Vignette", "Round", "Votes"];
        head.extend(self.routes.iter().map(String::as_str));
        head.extend(["Share as the pack", "Share that can be defended", "Percent agreement"]);
        sheet("Decided", &head, &self.decided())?;
        let head = ["Round", "Who", "Figure", "Value", "From", "To"];
        sheet("Agreement", &head, &self.agreed())?;
        let head = [
            "Person",
            "Sector",
            "Vignette",
            "Round",
            "Route",
            "Level",
            "Rating",
            "Probability",
            "Confidence",
            "Told",
        ];
        sheet("Answers", &head, &self.answered())?;
        book.save_to_buffer()
    }

    fn decided(&self) -> Vec<Vec<Cell>> {
        let rows = self
            .vignettes
            .iter()
            .flat_map(|vignette| vignette.rounds.iter().map(move |round| (vignette, round)));
        let one = |(vignette, round): (&VignetteDebrief, &debrief::RoundSpread)| {
            let mut cells = vec![Cell::text(&vignette.title), Cell::text(round.round.title())];
            cells.push(Cell::Number(f64::from(round.all.votes.iter().sum::<u32>())));
            cells.extend(round.all.votes.iter().map(|votes| Cell::Number(f64::from(*votes))));
            cells.extend([
                Cell::of(round.as_the_pack),
                Cell::Number(round.accepted),
                Cell::of(round.percent_agreement),
            ]);
            cells
        };
        rows.map(one).collect()
    }

    fn agreed(&self) -> Vec<Vec<Cell>> {
        let mut rows = Vec::new();
        for round in &self.debrief.agreement {
            let title = round.round.title();
            let groups = round.by_agency.iter().map(|(name, it)| (name.as_str(), it));
            for (who, agreement) in std::iter::once(("everybody", &round.all)).chain(groups) {
                for (figure, value) in figures(agreement) {
                    let Some(value) = value else { continue };
                    rows.push(vec![
                        Cell::text(title),
                        Cell::text(who),
                        Cell::text(figure),
                        Cell::Number(value.value),
                        Cell::of(value.low),
                        Cell::of(value.high),
                    ]);
                }
            }
        }
        rows
    }

    fn answered(&self) -> Vec<Vec<Cell>> {
        let one = |row: &AnswerRow| {
            let number = |value: Option<u8>| Cell::of(value.map(f64::from));
            vec![
                Cell::of(u32::try_from(row.person).ok().map(f64::from)),
                Cell::text(&row.sector),
                Cell::text(&row.vignette),
                Cell::text(row.round),
                Cell::text(&row.route),
                number(row.level),
                row.rating.as_deref().map_or(Cell::Empty, Cell::text),
                number(row.probability),
                number(row.confidence),
                Cell::text(&row.told),
            ]
        };
        self.answers.iter().map(one).collect()
    }
}

/// A cell of the workbook.
enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

impl Cell {
    fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn of(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

/// The coefficients of an agreement by name.
pub(crate) fn figures(agreement: &Agreement) -> [(&'static str, Option<Coefficient>); 7] {
    [
        ("Share of pairs that agree", agreement.percent),
        ("Krippendorff's alpha, ordinal", agreement.alpha_ordinal),
        ("Gwet's AC2", agreement.ac2),
        ("Fleiss' kappa", agreement.fleiss_kappa),
        ("Cohen's kappa", agreement.cohen_kappa),
        ("Krippendorff's alpha, nominal", agreement.alpha_nominal),
        ("Gwet's AC1", agreement.ac1),
    ]
}

/// The group of each person that may be shown.
fn groups(gathered: &Gathered) -> BTreeMap<usize, String> {
    let sectors: Vec<String> = gathered.voters.iter().map(|voter| voter.agency.clone()).collect();
    let shown = small_groups::shown(&sectors);
    shown
        .into_iter()
        .flat_map(|(name, people)| people.into_iter().map(move |at| (at, name.clone())))
        .collect()
}

fn csv<R: Serialize>(rows: &[R]) -> Result<Vec<u8>, WebError> {
    let wrong = |error: String| WebError::Misuse(format!("the table could not be made: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|error| wrong(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| wrong(error.to_string()))
}

/// Text that a spreadsheet would take for a formula, made plain.
fn no_formula(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
