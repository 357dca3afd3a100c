//! Steps of a wording that cannot be taken.

use faelled_model::terms::WordingState::{self, *};
use faelled_model::validate;

use crate::Case;

fn case(from: WordingState, to: WordingState) -> Case {
    Case {
        rule: "step",
        field: "state",
        findings: validate::step(&from, &to).into_iter().collect(),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![case(Draft, Withdrawn), case(Withdrawn, Released)]
}

#[test]
fn every_step_is_either_allowed_or_refused_as_the_rules_say() {
    let allowed = [
        (Draft, "draft internal-hearing trade-hearing released"),
        (
            InternalHearing,
            "draft internal-hearing trade-hearing released",
        ),
        (
            TradeHearing,
            "draft internal-hearing trade-hearing released",
        ),
        (
            Released,
            "draft internal-hearing trade-hearing released withdrawn",
        ),
        (Withdrawn, "draft withdrawn"),
        (
            WordingState::default(),
            "draft internal-hearing trade-hearing released",
        ),
        (Other("frozen".to_owned()), "draft"),
    ];
    for (from, expected) in allowed {
        let to: Vec<String> = WordingState::all()
            .into_iter()
            .filter(|to| validate::step(&from, to).is_none())
            .map(String::from)
            .collect();
        assert_eq!(to.join(" "), expected, "{from:?}");
    }
    assert!(validate::step(&Draft, &Other("frozen".to_owned())).is_some());
}
