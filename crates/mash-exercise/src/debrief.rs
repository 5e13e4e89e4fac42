//! What a room decided, against what the pack answers: the figures and words of a debrief.
//!
//! In: a [`Room`]: the pack, the vignettes in their order, who voted, what they answered, and tallies that were counted by
//! hand. Out: [`of_vignette`] for one vignette, [`debrief`] for the whole session, [`mine`] for one person alone.
//!
//! The pack's answer is the document's, not the right one: a vignette names the routes that can be defended and may carry
//! a panel's view, and both stand beside it.

mod besides;

use std::collections::BTreeMap;

use mash_model::{RouteId, StageId, VignetteId};
use mash_rules::RulePack;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use besides::mean_of_enough;
pub use besides::{BANDS, Counted};

use crate::{
    agreement::{
        self, Agreement, Spread, Votes,
        change::{BeforeAfter, Change, change},
    },
    answer::{VignetteAnswer, answer_after},
    ballot::Ballot,
    foresight::{Foresight, Stated, foresight},
    session::Round,
    small_groups,
    variation::{Departure, Variation, variation},
    vignette::{Pair, PairKind, Vignette},
};

/// Somebody who votes, as far as figures need to know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voter {
    /// Agency as people read it.
    pub agency: String,
    /// Role as typed.
    pub role: String,
}

/// One person's answer to one vignette in one round.
#[derive(Debug, Clone, PartialEq)]
pub struct Cast {
    /// Position in [`Room::voters`].
    pub voter: usize,
    /// Position in [`Room::vignettes`].
    pub vignette: usize,
    /// The round.
    pub round: Round,
    /// The answer.
    pub ballot: Ballot,
    /// Stages that had been told to that person, beside the first.
    pub told: Vec<StageId>,
}

/// Hands counted by a facilitator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Position in [`Room::vignettes`].
    pub vignette: usize,
    /// The round.
    pub round: Round,
    /// Agency as people read it.
    pub agency: String,
    /// What they voted for.
    pub what: Counted,
    /// How many.
    pub count: u32,
}

/// Everything that a debrief is made of.
#[derive(Debug)]
pub struct Room<'r> {
    /// The pack that answers.
    pub pack: &'r RulePack,
    /// The vignettes in the order of the session.
    pub vignettes: &'r [Vignette],
    /// Who votes.
    pub voters: &'r [Voter],
    /// Their answers.
    pub cast: &'r [Cast],
    /// Hands counted.
    pub tallies: &'r [Tally],
}

/// A route with what people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteTitle {
    /// Id.
    pub id: RouteId,
    /// Title.
    pub title: String,
}

/// The debrief of one vignette.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VignetteDebrief {
    /// The vignette.
    pub id: VignetteId,
    /// Its title.
    pub title: String,
    /// Routes, weakest first; spreads count them in this order.
    pub routes: Vec<RouteTitle>,
    /// Levels of need as people read them; rounds count them in this order.
    pub levels: Vec<String>,
    /// Ratings as people read them, least urgent first; rounds count them in this order.
    pub ratings: Vec<String>,
    /// Bands of probability in per cent; rounds count them in this order.
    pub bands: Vec<String>,
    /// What the room decided, by round; rounds without a vote are left out.
    pub rounds: Vec<RoundSpread>,
    /// Positions of the routes that can be defended.
    pub accepted: Vec<usize>,
    /// A panel's votes by route, where a panel sat.
    pub panel: Option<Vec<u32>>,
    /// The pack's answer on the contact alone.
    pub pack_first: VignetteAnswer,
    /// The pack's answer when everything is told.
    pub pack: VignetteAnswer,
    /// Rules that fired when everything was told, with their paragraphs.
    pub paragraphs: Vec<Paragraph>,
    /// What to talk about.
    pub learning_points: Vec<Learning>,
    /// What the vignette says was later found.
    pub later_found: Option<String>,
    /// The failure that it shows, and where it was named.
    pub shows: Option<String>,
    /// What asking did to the answers.
    pub by_asking: Change,
    /// What talking did to them.
    pub by_talking: Change,
    /// Reasons, without who gave them, in an order that says nothing of who answered first; last round of each person.
    pub reasons: Vec<Reason>,
}

/// A reason that somebody gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Position of the route that it was given for.
    pub route: usize,
    /// In the person's words.
    pub text: String,
}

/// The votes of a round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundSpread {
    /// The round.
    pub round: Round,
    /// All votes.
    pub all: Spread,
    /// Votes by agency; groups under five merged, empty where that leaves one.
    pub by_agency: BTreeMap<String, Spread>,
    /// The same by role.
    pub by_role: BTreeMap<String, Spread>,
    /// Share of pairs of votes that agree, 0 to 1; none below two votes.
    pub percent_agreement: Option<f64>,
    /// Share of votes for the pack's own route.
    pub as_the_pack: Option<f64>,
    /// Share of votes for a route that can be defended.
    pub accepted: f64,
    /// Mean stated probability of harm, per cent, and how many stated one; from five statements on. Hands are counted in
    /// bands and have no part in it.
    pub probability: Option<(f64, usize)>,
    /// How many gave each level, hands among them.
    pub levels: Vec<u32>,
    /// How many gave each rating, hands among them.
    pub ratings: Vec<u32>,
    /// How many stated a probability in each band, hands among them.
    pub probabilities: Vec<u32>,
    /// Mean of how sure people were, 1 to 5, and how many said so; from five on.
    pub confidence: Option<(f64, usize)>,
}

/// A rule in plain words, with where it stands in the threshold document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paragraph {
    /// Id of the rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// In plain words.
    pub plain: String,
    /// Document and paragraph, one an entry.
    pub sources: Vec<Source>,
}

/// A paragraph of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Document and paragraph.
    pub text: String,
    /// Address of the document.
    pub href: Option<String>,
}

/// A learning point, with the rule's paragraph where it names one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Learning {
    /// In a sentence or two.
    pub text: String,
    /// The paragraph.
    pub paragraph: Option<Paragraph>,
}

/// Two vignettes of the session that differ in one thing, and what the same people answered to both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairDebrief {
    /// Titles, in the order of the session.
    pub titles: [String; 2],
    /// What differs.
    pub differs_in: String,
    /// What kind of thing differs. Of ethnicity and source no rule of the pack makes a difference.
    pub kind: PairKind,
    /// Answers on the contact alone: `before` is the first vignette, `after` the second, each of one person.
    pub answers: Change,
    /// The pack's routes when everything is told.
    pub pack: [String; 2],
}

/// The debrief of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Debrief {
    /// How far the room agreed, by round.
    pub agreement: Vec<RoundAgreement>,
    /// Pairs of vignettes that the session plays both of.
    pub pairs: Vec<PairDebrief>,
    /// How well stated probabilities met what the vignettes say was found; last answer of each person, from 20 on.
    pub foresight: Option<Foresight>,
    /// Stated probabilities so far, for vignettes that say what was found.
    pub stated: usize,
    /// What asking did to the answers.
    pub by_asking: Change,
    /// What talking did to them.
    pub by_talking: Change,
    /// How people depart from the pack; the last round in which they answered.
    pub variation: Option<Variation>,
}

/// How far the room agreed in a round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundAgreement {
    /// The round.
    pub round: Round,
    /// All.
    pub all: Agreement,
    /// By agency; groups under five merged.
    pub by_agency: BTreeMap<String, Agreement>,
    /// By role; groups under five merged.
    pub by_role: BTreeMap<String, Agreement>,
}

/// One person's answers beside the pack's and the room's, for that person alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mine {
    /// The vignettes that the room has closed, in order.
    pub vignettes: Vec<MyVignette>,
    /// How well stated probabilities met what was found, from 20 on.
    pub foresight: Option<Foresight>,
    /// Stated probabilities so far.
    pub stated: usize,
}

/// One person's answers to a vignette.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MyVignette {
    /// Its title.
    pub title: String,
    /// Answers by round.
    pub answers: Vec<(Round, Ballot)>,
    /// Title of the last answer's route.
    pub mine: Option<String>,
    /// Title of the pack's route when everything is told.
    pub pack: String,
    /// Can the last answer be defended?
    pub accepted: Option<bool>,
    /// Share of the room's votes for the same route in that round, 0 to 1; from five votes on.
    pub same: Option<f64>,
    /// What was found, where the vignette says so.
    pub later_found: Option<String>,
}

/// Fewest votes of which one person is told a share.
const LEAST_VOTES: u32 = 5;

impl Room<'_> {
    fn routes(&self) -> usize {
        self.pack.manifest.routes.len()
    }

    fn route(&self, id: &RouteId) -> Option<usize> {
        self.pack.manifest.route_index(id.as_str())
    }

    fn of(&self, vignette: usize, round: Round) -> impl Iterator<Item = &Cast> {
        self.cast.iter().filter(move |cast| cast.vignette == vignette && cast.round == round)
    }

    /// Votes of a round: a row a vignette, a column a person; counted hands have columns of their own, by agency. The
    /// second list names the agency of each column, the third its role.
    fn votes(&self, round: Round) -> (Votes, Vec<String>, Vec<String>) {
        let mut agencies: Vec<String> = self.voters.iter().map(|voter| voter.agency.clone()).collect();
        let mut roles: Vec<String> = self.voters.iter().map(|voter| voter.role.clone()).collect();
        let mut rows: Vec<Vec<Option<usize>>> = vec![vec![None; self.voters.len()]; self.vignettes.len()];
        for cast in self.cast.iter().filter(|cast| cast.round == round) {
            let place = rows.get_mut(cast.vignette).and_then(|row| row.get_mut(cast.voter));
            if let Some(place) = place {
                *place = self.route(&cast.ballot.route);
            }
        }
        // Nobody knows whose hand was whose from one vignette to the next; within a vignette the order says nothing.
        let mut by_agency: BTreeMap<&str, Vec<Vec<usize>>> = BTreeMap::new();
        for tally in self.tallies.iter().filter(|tally| tally.round == round) {
            let Counted::Route(route) = &tally.what else { continue };
            let Some(route) = self.route(route) else { continue };
            let hands =
                by_agency.entry(&tally.agency).or_insert_with(|| vec![Vec::new(); self.vignettes.len()]);
            if let Some(hands) = hands.get_mut(tally.vignette) {
                hands.extend(std::iter::repeat_n(route, usize::try_from(tally.count).unwrap_or(0)));
            }
        }
        for (agency, hands) in by_agency {
            for column in 0..hands.iter().map(Vec::len).max().unwrap_or(0) {
                agencies.push(agency.to_owned());
                roles.push(COUNTED.to_owned());
                for (row, hands) in rows.iter_mut().zip(&hands) {
                    row.push(hands.get(column).copied());
                }
            }
        }
        // INVARIANT: every row got the same columns, and every vote is a position in the list of routes.
        let votes = Votes::new(self.routes(), rows).unwrap_or_default();
        (votes, agencies, roles)
    }

    fn changes(&self, vignette: Option<usize>, before: Round, after: Round) -> Change {
        let wanted = |cast: &&Cast| cast.round == after && vignette.is_none_or(|it| it == cast.vignette);
        let pairs = self.cast.iter().filter(wanted).filter_map(|cast| {
            let earlier = self.of(cast.vignette, before).find(|earlier| earlier.voter == cast.voter)?;
            let accepted = &self.vignettes.get(cast.vignette)?.accepted;
            Some(BeforeAfter {
                before: self.route(&earlier.ballot.route)?,
                after: self.route(&cast.ballot.route)?,
                before_accepted: accepted.contains(&earlier.ballot.route),
                after_accepted: accepted.contains(&cast.ballot.route),
            })
        });
        change(&pairs.collect::<Vec<_>>())
    }

    fn pairs(&self) -> Vec<PairDebrief> {
        let all = self.vignettes.iter().enumerate();
        let pairs = all.flat_map(|(at, first)| {
            let later = self.vignettes.iter().enumerate().skip(at + 1);
            later.filter_map(move |(other, second)| {
                let pair = first.pair.as_ref().filter(|pair| pair.with == second.id)?;
                Some((at, first, other, second, pair))
            })
        });
        let debrief = |(at, first, other, second, pair): (usize, &Vignette, usize, &Vignette, &Pair)| {
            let both = self.of(at, Round::First).filter_map(|cast| {
                let later = self.of(other, Round::First).find(|later| later.voter == cast.voter)?;
                Some(BeforeAfter {
                    before: self.route(&cast.ballot.route)?,
                    after: self.route(&later.ballot.route)?,
                    before_accepted: first.accepted.contains(&cast.ballot.route),
                    after_accepted: second.accepted.contains(&later.ballot.route),
                })
            });
            let answer = |vignette| self.title(&self.answer(vignette, true).decision.route);
            PairDebrief {
                titles: [first, second].map(|it| it.title.clone()),
                differs_in: pair.differs_in.clone(),
                kind: pair.kind,
                answers: change(&both.collect::<Vec<_>>()),
                pack: [first, second].map(answer),
            }
        };
        pairs.map(debrief).collect()
    }

    /// The last answer of each person to each vignette.
    fn last(&self) -> Vec<&Cast> {
        let mut last: BTreeMap<(usize, usize), &Cast> = BTreeMap::new();
        for cast in self.cast {
            let place = last.entry((cast.vignette, cast.voter)).or_insert(cast);
            if cast.round > place.round {
                *place = cast;
            }
        }
        last.into_values().collect()
    }

    fn stated(&self, voter: Option<usize>) -> Vec<Stated> {
        let last = self.last().into_iter().filter(|cast| voter.is_none_or(|voter| voter == cast.voter));
        let stated = last.filter_map(|cast| {
            let found = self.vignettes.get(cast.vignette)?.later_found.as_ref()?.harm;
            Some(Stated { probability: f64::from(cast.ballot.probability?) / 100.0, found })
        });
        stated.collect()
    }

    fn paragraph(&self, rule: &str) -> Option<Paragraph> {
        let (_, rule) = self.pack.find_rule(rule)?;
        let source = |citation: &mash_model::SourceCitation| {
            let document = self.pack.manifest.documents.get(&citation.document);
            let title = document.map_or(citation.document.as_str(), |document| document.title.as_str());
            Source {
                text: format!("{title}, {}", citation.paragraph),
                href: document.and_then(|document| document.href.clone()),
            }
        };
        Some(Paragraph {
            rule: rule.id.to_string(),
            title: rule.title.clone(),
            plain: rule.plain.clone(),
            sources: rule.source.iter().map(source).collect(),
        })
    }

    fn answer(&self, vignette: &Vignette, everything: bool) -> VignetteAnswer {
        let stages = if everything { vignette.stage_ids() } else { Vec::new() };
        answer_after(self.pack, &self.pack.compiled(), vignette, &stages)
    }

    fn title(&self, route: &RouteId) -> String {
        let found = self.pack.manifest.routes.iter().find(|it| it.id == *route);
        found.map_or_else(|| route.to_string(), |it| it.title.clone())
    }
}

/// The role of those whose hands were counted.
const COUNTED: &str = "counted by hand";

/// The debrief of one vignette; `None` where there is none at this position.
#[must_use]
pub fn of_vignette(room: &Room<'_>, position: usize) -> Option<VignetteDebrief> {
    let vignette = room.vignettes.get(position)?;
    let pack = room.answer(vignette, true);
    let accepted: Vec<usize> = vignette.accepted.iter().filter_map(|route| room.route(route)).collect();
    let own = room.route(&pack.decision.route);
    let rounds = Round::ALL.into_iter().filter_map(|round| {
        let (votes, agencies, roles) = room.votes(round);
        let counts = votes.counts();
        let counts = counts.get(position)?;
        let all = Spread::of(counts);
        let number: u32 = all.votes.iter().sum();
        let share = |of: &dyn Fn(usize) -> bool| {
            let votes = all.votes.iter().enumerate().filter(|(route, _)| of(*route));
            f64::from(votes.map(|(_, count)| *count).sum::<u32>()) / f64::from(number)
        };
        let by = |group_of: &[String]| -> BTreeMap<String, Spread> {
            // Only those who voted on this vignette make up its groups.
            let row = votes.rows().get(position);
            let voted: Vec<usize> =
                row.into_iter().flatten().enumerate().filter_map(|(at, vote)| vote.map(|_| at)).collect();
            let names: Vec<String> = voted.iter().filter_map(|at| group_of.get(*at).cloned()).collect();
            let groups = small_groups::shown(&names).into_iter();
            let spread = |people: &[usize]| {
                let people: Vec<usize> = people.iter().filter_map(|at| voted.get(*at).copied()).collect();
                let counts = votes.of_people(&people).counts();
                counts.get(position).map(|counts| Spread::of(counts))
            };
            groups.filter_map(|(name, people)| Some((name, spread(&people)?))).collect()
        };
        let stated: Vec<f64> =
            room.of(position, round).filter_map(|cast| cast.ballot.probability).map(f64::from).collect();
        let sure: Vec<f64> =
            room.of(position, round).filter_map(|cast| cast.ballot.confidence).map(f64::from).collect();
        let besides = room.besides(position, round);
        let as_the_pack = own.map(|own| share(&|route| route == own));
        let defended = share(&|route| accepted.contains(&route));
        (number > 0).then(|| RoundSpread {
            round,
            by_agency: by(&agencies),
            by_role: by(&roles),
            percent_agreement: agreement::pairwise::agreement(&[counts], agreement::Weights::Nominal),
            as_the_pack,
            accepted: defended,
            probability: mean_of_enough(&stated),
            confidence: mean_of_enough(&sure),
            levels: besides.levels,
            ratings: besides.ratings,
            probabilities: besides.bands,
            all,
        })
    });
    let panel = vignette.panel.as_ref().map(|panel| {
        let routes = room.pack.manifest.routes.iter();
        routes.map(|route| panel.routes.get(&route.id).copied().unwrap_or(0)).collect()
    });
    let of_this = room.last().into_iter().filter(|cast| cast.vignette == position);
    let mut reasons: Vec<Reason> = of_this
        .filter(|cast| !cast.ballot.reason.is_empty())
        .filter_map(|cast| {
            Some(Reason { route: room.route(&cast.ballot.route)?, text: cast.ballot.reason.clone() })
        })
        .collect();
    reasons.sort();
    let learning = vignette.learning_points.iter().map(|point| Learning {
        text: point.text.clone(),
        paragraph: point.rule.as_ref().and_then(|rule| room.paragraph(rule.as_str())),
    });
    let route =
        |route: &mash_rules::manifest::Route| RouteTitle { id: route.id.clone(), title: route.title.clone() };
    let manifest = &room.pack.manifest;
    Some(VignetteDebrief {
        id: vignette.id.clone(),
        title: vignette.title.clone(),
        routes: manifest.routes.iter().map(route).collect(),
        levels: manifest.levels.iter().map(|it| format!("{}, {}", it.level, it.title)).collect(),
        ratings: manifest.ratings.iter().map(|it| it.title.clone()).collect(),
        bands: BANDS.iter().map(|(from, to)| format!("{from} to {to}")).collect(),
        rounds: rounds.collect(),
        accepted,
        panel,
        pack_first: room.answer(vignette, false),
        paragraphs: pack.decision.fired.iter().filter_map(|rule| room.paragraph(rule.as_str())).collect(),
        pack,
        learning_points: learning.collect(),
        later_found: vignette.later_found.as_ref().map(|found| found.what.clone()),
        shows: vignette
            .shows
            .as_ref()
            .map(|shows| format!("{} Source ({}): {}.", shows.failure, shows.mark, shows.source)),
        by_asking: room.changes(Some(position), Round::First, Round::Informed),
        by_talking: room.changes(Some(position), Round::Informed, Round::Group),
        reasons,
    })
}

/// The debrief of the session; `seed` is that of the resampling of intervals.
#[must_use]
pub fn debrief(room: &Room<'_>, seed: u64) -> Debrief {
    let agreement = Round::ALL.into_iter().filter_map(|round| {
        let (votes, agencies, roles) = room.votes(round);
        let all = agreement::agreement(&votes, seed);
        (all.votes > 0).then(|| RoundAgreement {
            round,
            all,
            by_agency: agreement::by_group(&votes, &agencies, seed),
            by_role: agreement::by_group(&votes, &roles, seed),
        })
    });
    let stated = room.stated(None);
    let departures = room.last().into_iter().filter_map(|cast| {
        let vignette = room.vignettes.get(cast.vignette)?;
        let own = room.route(&room.answer(vignette, true).decision.route)?;
        let steps = i32::try_from(room.route(&cast.ballot.route)?).ok()? - i32::try_from(own).ok()?;
        Some(Departure { person: cast.voter, steps })
    });
    Debrief {
        agreement: agreement.collect(),
        pairs: room.pairs(),
        foresight: foresight(&stated),
        stated: stated.len(),
        by_asking: room.changes(None, Round::First, Round::Informed),
        by_talking: room.changes(None, Round::Informed, Round::Group),
        variation: variation(&departures.collect::<Vec<_>>()),
    }
}

/// One person's answers to the vignettes that `closed` says the room is past.
#[must_use]
pub fn mine(room: &Room<'_>, voter: usize, closed: &dyn Fn(usize) -> bool) -> Mine {
    let vignettes = room.vignettes.iter().enumerate().filter(|(position, _)| closed(*position));
    let one = |(position, vignette): (usize, &Vignette)| {
        let answers = room.cast.iter().filter(|cast| cast.vignette == position && cast.voter == voter);
        let mut answers: Vec<(Round, Ballot)> =
            answers.map(|cast| (cast.round, cast.ballot.clone())).collect();
        answers.sort_by_key(|(round, _)| *round);
        let last = answers.last().cloned();
        let same = last.as_ref().and_then(|(round, ballot)| {
            let counts = room.votes(*round).0.counts();
            let spread = Spread::of(counts.get(position)?);
            let all: u32 = spread.votes.iter().sum();
            let mine = *spread.votes.get(room.route(&ballot.route)?)?;
            (all >= LEAST_VOTES).then(|| f64::from(mine) / f64::from(all))
        });
        MyVignette {
            title: vignette.title.clone(),
            mine: last.as_ref().map(|(_, ballot)| room.title(&ballot.route)),
            pack: room.title(&room.answer(vignette, true).decision.route),
            accepted: last.as_ref().map(|(_, ballot)| vignette.accepted.contains(&ballot.route)),
            same,
            later_found: vignette.later_found.as_ref().map(|found| found.what.clone()),
            answers,
        }
    };
    let stated = room.stated(Some(voter));
    Mine { vignettes: vignettes.map(one).collect(), foresight: foresight(&stated), stated: stated.len() }
}
