//! Which steps the state of a wording can take.

use super::finding::Finding;
use super::rules;
use crate::terms::WordingState;

/// The states to which a wording can go from this one. A released wording that is worked on again is a draft, and
/// its release stands; hearings are no duty, and can be held again.
#[must_use]
pub fn steps(from: &WordingState) -> Vec<WordingState> {
    use WordingState::{Draft, InternalHearing, Other, Released, TradeHearing, Withdrawn};
    match from {
        Draft => vec![InternalHearing, TradeHearing, Released],
        InternalHearing => vec![Draft, TradeHearing, Released],
        TradeHearing => vec![Draft, InternalHearing, Released],
        Released => vec![Draft, InternalHearing, TradeHearing, Withdrawn],
        Withdrawn => vec![Draft],
        // Nothing was said yet: as a draft.
        Other(code) if code.is_empty() => vec![Draft, InternalHearing, TradeHearing, Released],
        // A state of a newer version: back to a draft is always possible.
        Other(_) => vec![Draft],
    }
}

/// What stands against a step from one state to another, in the field `state`; nothing where it stays as it is.
#[must_use]
pub fn step(from: &WordingState, to: &WordingState) -> Option<Finding> {
    let possible = steps(from);
    if from == to || possible.contains(to) {
        return None;
    }
    let possible: Vec<&str> = possible.iter().map(WordingState::code).collect();
    let said = |state: &WordingState| match state.code() {
        "" => "–".to_owned(),
        code => super::values::shown(code),
    };
    let args = vec![
        ("from", said(from)),
        ("to", said(to)),
        ("possible", possible.join(", ")),
    ];
    Some(Finding::new(&rules::STEP, "state", args))
}
