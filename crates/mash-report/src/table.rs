//! One table of a report, as both the HTML templates and the terminal read it.

use mash_stats::Estimate;
use serde::Serialize;

use crate::number::{Figures, Shown};

/// A table: its first column heads the rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Table {
    /// Unique in the document; the caption's id is built on it.
    pub(crate) id: String,
    /// What the table holds, with its unit.
    pub(crate) caption: String,
    /// How wide it is, and so whether it needs a region of its own to scroll in.
    pub(crate) shape: Shape,
    /// Headings, that of the row heads first.
    pub(crate) columns: Vec<Column>,
    /// Rows, each with one cell fewer than there are columns.
    pub(crate) rows: Vec<Row>,
    /// What stands beneath it, numbered from 1.
    pub(crate) notes: Notes,
}

/// How a table meets a narrow screen and a printed page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    /// Fits a narrow screen.
    Fits,
    /// Scrolls in its own region on a narrow screen.
    Scrolls,
    /// Scrolls on a narrow screen, takes a landscape page in print.
    Landscape,
}

/// A column heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) numeric: bool,
}

/// A row with its head.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Row {
    pub(crate) title: String,
    pub(crate) detail: Option<String>,
    pub(crate) cells: Vec<Cell>,
}

/// A cell: a figure or words, and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Cell {
    /// The figure or the words.
    pub(crate) text: String,
    /// The interval, printed in brackets.
    pub(crate) interval: Option<String>,
    /// A second line.
    pub(crate) detail: Option<String>,
    /// How it is set.
    pub(crate) kind: Kind,
    /// Numbers of notes beneath the table.
    pub(crate) notes: Vec<usize>,
}

/// Texts that many rows refer to by number, each held once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Notes(Vec<String>);

impl Notes {
    /// The number of a text, counted from 1.
    pub(crate) fn number(&mut self, text: &str) -> usize {
        if let Some(at) = self.0.iter().position(|known| known == text) {
            return at + 1;
        }
        self.0.push(text.to_owned());
        self.0.len()
    }
}

/// How a cell is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A figure.
    Figure,
    /// Words.
    Words,
    /// Code, for example a hash.
    Code,
    /// One of the marks that say how good a source is.
    Mark,
    /// Numbers of notes.
    Notes,
    /// Nothing to show.
    Empty,
    /// A cell of the flip matrix where nothing changed.
    Unchanged,
    /// A cell of the flip matrix where something changed.
    Changed,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(id: &str, caption: impl Into<String>, columns: &[(&str, bool)]) -> Table {
        let columns: Vec<Column> = columns
            .iter()
            .map(|(title, numeric)| Column { title: (*title).to_owned(), numeric: *numeric })
            .collect();
        let shape = if columns.len() <= 3 { Shape::Fits } else { Shape::Scrolls };
        Table {
            id: id.to_owned(),
            caption: caption.into(),
            shape,
            columns,
            rows: Vec::new(),
            notes: Notes::default(),
        }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, title: &str, cells: Vec<Cell>) {
        self.rows.push(Row { title: title.to_owned(), detail: None, cells });
    }

    /// Adds a row whose head has a second line.
    pub(crate) fn push_with(&mut self, title: &str, detail: &str, cells: Vec<Cell>) {
        self.rows.push(Row { title: title.to_owned(), detail: Some(detail.to_owned()), cells });
    }
}

impl Cell {
    fn figure(shown: Shown) -> Cell {
        Cell { interval: shown.interval, ..Cell::number(shown.figure) }
    }

    /// A count with its interval.
    pub(crate) fn count(figures: Figures, estimate: &Estimate) -> Cell {
        Cell::figure(figures.count(estimate))
    }

    /// A percentage with its interval.
    pub(crate) fn percent(figures: Figures, estimate: &Estimate) -> Cell {
        Cell::figure(figures.percent(estimate))
    }

    /// A signed difference with its interval.
    pub(crate) fn difference(figures: Figures, estimate: &Estimate) -> Cell {
        Cell::figure(figures.difference(estimate))
    }

    /// A bare number already formatted, set as a figure.
    pub(crate) fn number(text: impl Into<String>) -> Cell {
        Cell { kind: Kind::Figure, ..Cell::words(text) }
    }

    /// Words.
    pub(crate) fn words(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), interval: None, detail: None, kind: Kind::Words, notes: Vec::new() }
    }

    /// Words with a second line.
    pub(crate) fn words_with(text: &str, detail: String) -> Cell {
        Cell { detail: Some(detail), ..Cell::words(text) }
    }

    /// Code, for example a hash or a command.
    pub(crate) fn code(text: &str) -> Cell {
        Cell { kind: Kind::Code, ..Cell::words(text) }
    }

    /// Numbers of notes beneath the table.
    pub(crate) fn notes(notes: Vec<usize>) -> Cell {
        Cell { notes, ..Cell::words("").set(Kind::Notes) }
    }

    /// A mark: how good a source is.
    pub(crate) fn mark(text: &str) -> Cell {
        Cell { kind: Kind::Mark, ..Cell::words(text) }
    }

    /// An empty cell of the flip matrix.
    pub(crate) fn empty() -> Cell {
        Cell { kind: Kind::Empty, ..Cell::words("") }
    }

    /// The same cell, set otherwise.
    pub(crate) fn set(self, kind: Kind) -> Cell {
        Cell { kind, ..self }
    }
}
