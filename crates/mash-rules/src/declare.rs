//! What rule files say: the `rule(...)` calls, collected as drafts with their places.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, INT, NativeCallContext, Position};

/// One rule as its file declares it, before names are resolved.
#[derive(Debug, Clone, Default)]
pub(crate) struct RuleDraft {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) position: Position,
    pub(crate) sources: Vec<(String, String, Position)>,
    pub(crate) stages: Vec<(String, Position)>,
    pub(crate) condition: Option<(FnPtr, Position)>,
    pub(crate) route: Option<(String, Position)>,
    pub(crate) at_least: Option<(String, Position)>,
    pub(crate) not_below: Option<(String, Position)>,
    pub(crate) rating: Option<(String, Position)>,
    pub(crate) outcome: Option<(String, Position)>,
    pub(crate) duties: Vec<(String, Position)>,
    pub(crate) ask: Vec<(String, Position)>,
    pub(crate) raise: Option<u8>,
    pub(crate) lower: Option<u8>,
    pub(crate) firm: bool,
    pub(crate) because: Option<String>,
    pub(crate) plain: Option<String>,
    pub(crate) family_may_be_told: Option<bool>,
}

/// A handle that the chained calls pass on.
#[derive(Debug, Clone)]
pub(crate) struct Draft(Arc<Mutex<RuleDraft>>);

/// A route, rating, outcome, duty, stage or agency: an id in capitals.
#[derive(Debug, Clone)]
pub(crate) struct Name(pub(crate) String);

/// The drafts of one file, in the order declared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drafts(Arc<Mutex<Vec<Draft>>>);

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock means a panic elsewhere, which the core crates do not do; the data is plain and still good.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drafts {
    /// The drafts collected so far; the list is empty afterwards.
    pub(crate) fn take(&self) -> Vec<RuleDraft> {
        std::mem::take(&mut *lock(&self.0)).iter().map(|draft| lock(&draft.0).clone()).collect()
    }
}

/// Methods of a draft, for "did you mean".
pub(crate) const METHODS: [&str; 17] = [
    "source",
    "stage",
    "when",
    "route",
    "at_least",
    "not_below",
    "raise",
    "lower",
    "firm",
    "rating",
    "duty",
    "outcome",
    "ask",
    "because",
    "plain",
    "family_may_be_told",
    "rule",
];

/// Methods that take a name in capitals.
pub(crate) const NAME_METHODS: [&str; 8] =
    ["route", "at_least", "not_below", "rating", "outcome", "stage", "duty", "ask"];

type Declared = Result<Draft, Box<EvalAltResult>>;

fn refuse(message: &str, position: Position) -> Declared {
    Err(Box::new(EvalAltResult::ErrorRuntime(message.into(), position)))
}

/// Sets a part that may be given once.
fn once<T>(
    place: &mut Option<T>,
    value: T,
    part: &str,
    position: Position,
) -> Result<(), Box<EvalAltResult>> {
    if place.is_some() {
        return refuse(&format!("`.{part}(...)` is given twice"), position).map(|_| ());
    }
    *place = Some(value);
    Ok(())
}

/// Teaches an engine `rule(...)` and its chained calls; drafts go to `drafts`.
pub(crate) fn register(engine: &mut Engine, drafts: &Drafts) {
    engine.register_type_with_name::<Draft>("rule").register_type_with_name::<Name>("name");
    let drafts = drafts.clone();
    engine.register_fn("rule", move |context: NativeCallContext<'_>, id: &str, title: &str| -> Draft {
        let draft = Draft(Arc::new(Mutex::new(RuleDraft {
            id: id.to_owned(),
            title: title.to_owned(),
            position: context.call_position(),
            ..RuleDraft::default()
        })));
        lock(&drafts.0).push(draft.clone());
        draft
    });
    register_names(engine);
    register_texts(engine);
    engine.register_fn(
        "when",
        |context: NativeCallContext<'_>, draft: Draft, condition: FnPtr| -> Declared {
            let position = context.call_position();
            once(&mut lock(&draft.0).condition, (condition, position), "when", position)?;
            Ok(draft)
        },
    );
    engine.register_fn("raise", |context: NativeCallContext<'_>, draft: Draft, steps: INT| -> Declared {
        once(&mut lock(&draft.0).raise, steps_of(steps, &context)?, "raise", context.call_position())?;
        Ok(draft)
    });
    engine.register_fn("lower", |context: NativeCallContext<'_>, draft: Draft, steps: INT| -> Declared {
        once(&mut lock(&draft.0).lower, steps_of(steps, &context)?, "lower", context.call_position())?;
        Ok(draft)
    });
    engine.register_fn("firm", |draft: Draft| -> Draft {
        lock(&draft.0).firm = true;
        draft
    });
    engine.register_fn(
        "family_may_be_told",
        |context: NativeCallContext<'_>, draft: Draft, told: bool| -> Declared {
            let position = context.call_position();
            once(&mut lock(&draft.0).family_may_be_told, told, "family_may_be_told", position)?;
            Ok(draft)
        },
    );
}

fn steps_of(steps: INT, context: &NativeCallContext<'_>) -> Result<u8, Box<EvalAltResult>> {
    match u8::try_from(steps) {
        Ok(steps) if steps > 0 => Ok(steps),
        _ => Err(Box::new(EvalAltResult::ErrorRuntime(
            format!("a number of steps is a whole number from 1, not {steps}").into(),
            context.call_position(),
        ))),
    }
}

fn register_names(engine: &mut Engine) {
    fn one(
        engine: &mut Engine,
        part: &'static str,
        place: fn(&mut RuleDraft) -> &mut Option<(String, Position)>,
    ) {
        engine.register_fn(
            part,
            move |context: NativeCallContext<'_>, draft: Draft, name: Name| -> Declared {
                let position = context.call_position();
                once(place(&mut lock(&draft.0)), (name.0, position), part, position)?;
                Ok(draft)
            },
        );
    }
    fn many(
        engine: &mut Engine,
        part: &'static str,
        place: fn(&mut RuleDraft) -> &mut Vec<(String, Position)>,
    ) {
        engine.register_fn(part, move |context: NativeCallContext<'_>, draft: Draft, name: Name| -> Draft {
            place(&mut lock(&draft.0)).push((name.0, context.call_position()));
            draft
        });
        engine.register_fn(
            part,
            move |context: NativeCallContext<'_>, draft: Draft, names: Array| -> Declared {
                let position = context.call_position();
                for name in names {
                    match name.try_cast::<Name>() {
                        Some(name) => place(&mut lock(&draft.0)).push((name.0, position)),
                        None => {
                            return refuse(&format!("`.{part}([...])` takes names in capitals"), position);
                        }
                    }
                }
                Ok(draft)
            },
        );
    }
    one(engine, "route", |draft| &mut draft.route);
    one(engine, "at_least", |draft| &mut draft.at_least);
    one(engine, "not_below", |draft| &mut draft.not_below);
    one(engine, "rating", |draft| &mut draft.rating);
    one(engine, "outcome", |draft| &mut draft.outcome);
    many(engine, "stage", |draft| &mut draft.stages);
    many(engine, "duty", |draft| &mut draft.duties);
    many(engine, "ask", |draft| &mut draft.ask);
}

fn register_texts(engine: &mut Engine) {
    engine.register_fn(
        "source",
        |context: NativeCallContext<'_>, draft: Draft, document: &str, paragraph: &str| -> Draft {
            lock(&draft.0).sources.push((document.to_owned(), paragraph.to_owned(), context.call_position()));
            draft
        },
    );
    engine.register_fn("because", |context: NativeCallContext<'_>, draft: Draft, text: &str| -> Declared {
        once(&mut lock(&draft.0).because, text.to_owned(), "because", context.call_position())?;
        Ok(draft)
    });
    engine.register_fn("plain", |context: NativeCallContext<'_>, draft: Draft, text: &str| -> Declared {
        once(&mut lock(&draft.0).plain, text.to_owned(), "plain", context.call_position())?;
        Ok(draft)
    });
}

/// The constant under which an id is written in rule files: `strategy_discussion` is `STRATEGY_DISCUSSION`.
pub(crate) fn constant_name(id: &str) -> String {
    id.to_uppercase().replace(['-', ' '], "_")
}

/// The value of such a constant.
pub(crate) fn constant_value(id: &str) -> Dynamic {
    Dynamic::from(Name(id.to_owned()))
}
