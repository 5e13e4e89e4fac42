//! How a session goes: a list of steps, from people gathering to the debrief of the whole.
//!
//! In: how many vignettes and how they are played. Out: the [`Step`]s in their order and a [run sheet](RunSheet) with a
//! time for each. A session stands at one position of the list and moves one step at a time, so that two facilitators
//! who press the same button move it once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happens with one vignette, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// What it is about is said before it is shown; anybody may skip it.
    Note,
    /// The contact is read; everybody answers on it alone.
    First,
    /// Agencies are asked; everybody answers again.
    Informed,
    /// Small groups talk; everybody answers once more.
    Group,
    /// Answers are closed; the room talks about them.
    Talk,
}

impl Phase {
    /// The round of answers that is open in this phase.
    #[must_use]
    pub fn round(self) -> Option<Round> {
        match self {
            Self::First => Some(Round::First),
            Self::Informed => Some(Round::Informed),
            Self::Group => Some(Round::Group),
            Self::Note | Self::Talk => None,
        }
    }

    /// What people read.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Note => "Content note",
            Self::First => "First answer",
            Self::Informed => "Ask agencies and answer again",
            Self::Group => "Talk in small groups and answer once more",
            Self::Talk => "Talk about the answers",
        }
    }
}

/// A round of answers to a vignette.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// On the contact alone.
    First,
    /// After agencies were asked.
    Informed,
    /// After small groups talked.
    Group,
}

impl Round {
    /// All, in their order.
    pub const ALL: [Self; 3] = [Self::First, Self::Informed, Self::Group];

    /// The id used in files and addresses.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Informed => "informed",
            Self::Group => "group",
        }
    }

    /// What people read.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::First => "On the contact alone",
            Self::Informed => "After asking agencies",
            Self::Group => "After talking in small groups",
        }
    }

    /// The round of this id.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|round| round.id() == id)
    }
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Step {
    /// People join.
    Gathering,
    /// A phase of a vignette.
    Vignette {
        /// Position of the vignette in the session, from 0.
        vignette: usize,
        /// The phase.
        phase: Phase,
    },
    /// All vignettes are closed; the debrief of the whole.
    Finished,
}

impl Step {
    /// The vignette and the round of answers that are open.
    #[must_use]
    pub fn open(self) -> Option<(usize, Round)> {
        match self {
            Self::Vignette { vignette, phase } => Some((vignette, phase.round()?)),
            Self::Gathering | Self::Finished => None,
        }
    }

    /// Has the room come to talk about this vignette, or gone past it?
    #[must_use]
    pub fn is_past(self, of: usize) -> bool {
        match self {
            Self::Gathering => false,
            Self::Vignette { vignette, phase } => of < vignette || (of == vignette && phase == Phase::Talk),
            Self::Finished => true,
        }
    }
}

/// The steps of a session of so many vignettes, with or without small groups.
#[must_use]
pub fn steps(vignettes: usize, small_groups: bool) -> Vec<Step> {
    let phases = [Phase::Note, Phase::First, Phase::Informed, Phase::Group, Phase::Talk];
    let of = |vignette: usize| {
        let wanted = phases.into_iter().filter(move |phase| small_groups || *phase != Phase::Group);
        wanted.map(move |phase| Step::Vignette { vignette, phase })
    };
    let mut steps = vec![Step::Gathering];
    steps.extend((0..vignettes).flat_map(of));
    steps.push(Step::Finished);
    steps
}

/// Minutes of a session.
pub const SESSION_MINUTES: u32 = 120;
/// Minutes for welcome, ground rules and joining. `synthesised`.
const WELCOME: u32 = 10;
/// Minutes for the debrief of the whole. `synthesised`.
const CLOSE: u32 = 15;

/// A plan of a session in minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunSheet {
    /// Lines in order.
    pub lines: Vec<RunSheetLine>,
    /// Minutes in all.
    pub minutes: u32,
    /// Does it fit into [`SESSION_MINUTES`]?
    pub fits: bool,
}

/// A line of a run sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunSheetLine {
    /// Minutes from the start.
    pub from: u32,
    /// Minutes that it takes.
    pub minutes: u32,
    /// Position of the vignette, where it is about one.
    pub vignette: Option<usize>,
    /// What happens.
    pub what: String,
    /// What the facilitator sees to.
    pub facilitator: String,
}

/// Minutes of a phase; `synthesised`, to be tried with a group.
#[must_use]
pub fn minutes_of(phase: Phase) -> u32 {
    match phase {
        Phase::Note => 1,
        Phase::First => 3,
        Phase::Informed => 5,
        Phase::Group => 4,
        Phase::Talk => 6,
    }
}

/// The run sheet of a session of vignettes with these titles.
#[must_use]
pub fn run_sheet(titles: &[String], small_groups: bool) -> RunSheet {
    let mut lines: Vec<RunSheetLine> = Vec::new();
    let mut at = 0;
    let mut line = |minutes: u32, vignette: Option<usize>, what: String, facilitator: &str| {
        lines.push(RunSheetLine { from: at, minutes, vignette, what, facilitator: facilitator.to_owned() });
        at += minutes;
    };
    for step in steps(titles.len(), small_groups) {
        match step {
            Step::Gathering => line(
                WELCOME,
                None,
                "Welcome and joining".to_owned(),
                "Say that every case is invented, that nobody is marked, that anybody may skip a vignette or leave \
                 without a reason, and where support is. Put the join page on the screen.",
            ),
            Step::Vignette { vignette, phase } => {
                let title = titles.get(vignette).map_or("", String::as_str);
                let what = format!("{}. {title}: {}", vignette + 1, phase.title().to_lowercase());
                line(minutes_of(phase), Some(vignette), what, advice(phase));
            }
            Step::Finished => line(
                CLOSE,
                None,
                "Debrief of the whole".to_owned(),
                "Ask first what surprised people, then show the figures. Agreement is no mark. Repeat where support is; \
                 write down who takes which question to the threshold document's owners.",
            ),
        }
    }
    RunSheet { minutes: at, fits: at <= SESSION_MINUTES, lines }
}

fn advice(phase: Phase) -> &'static str {
    match phase {
        Phase::Note => "Read it aloud and wait a moment.",
        Phase::First => "No talking yet: what does each person make of the contact alone?",
        Phase::Informed => "Let people choose whom to ask. Open a reply for all when nobody asks for it.",
        Phase::Group => "Threes and fours from different agencies. Nobody has to change their mind.",
        Phase::Talk => {
            "Begin with the reasons of those furthest apart. The pack's answer is the document's, not the right one."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_goes_through_every_phase_of_every_vignette() {
        let all = steps(2, true);
        assert_eq!(all.len(), 1 + 2 * 5 + 1);
        assert_eq!(all[0], Step::Gathering);
        assert_eq!(all[4], Step::Vignette { vignette: 0, phase: Phase::Group });
        assert_eq!(all[11], Step::Finished);
        assert_eq!(steps(2, false).len(), 1 + 2 * 4 + 1);
        let open: Vec<_> = all.iter().filter_map(|step| step.open()).collect();
        assert_eq!(open.len(), 6);
        assert_eq!(open[0], (0, Round::First));
    }

    #[test]
    fn a_vignette_is_past_from_its_talk_on() {
        let at = |vignette, phase| Step::Vignette { vignette, phase };
        assert!(!at(1, Phase::Group).is_past(1) && at(1, Phase::Talk).is_past(1));
        assert!(at(1, Phase::Note).is_past(0) && !at(0, Phase::Talk).is_past(1));
        assert!(Step::Finished.is_past(7) && !Step::Gathering.is_past(0));
    }

    #[test]
    fn five_vignettes_with_groups_fit_two_hours() {
        let titles = |n: usize| (0..n).map(|i| format!("Case {i}")).collect::<Vec<_>>();
        let sheet = run_sheet(&titles(5), true);
        assert_eq!((sheet.minutes, sheet.fits), (10 + 5 * 19 + 15, true));
        assert!(!run_sheet(&titles(6), true).fits && run_sheet(&titles(6), false).fits);
        let ends: Vec<u32> = sheet.lines.iter().map(|line| line.from + line.minutes).collect();
        assert!(
            sheet.lines.iter().skip(1).map(|line| line.from).eq(ends.iter().copied().take(ends.len() - 1))
        );
    }
}
