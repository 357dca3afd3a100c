//! What does not count any more, and editors, as it reads: hostile content, and what people have to be told.

use faelled_mirror::read;

use super::samples::{hostile, said, some};
use super::*;
use crate::data::trust::{Data as Trust, Difference, Editors, Recovered, Voided, VoidedIn};

fn voided(may_write: bool) -> Voided {
    Voided {
        document: hostile(),
        kind: some(),
        title: said(),
        grounds: vec![said(), said()],
        entries: 2,
        may_write,
        refused: Some(said()).filter(|_| !may_write),
        may_draft: !may_write,
    }
}

fn difference(contested: bool, stays: bool) -> Difference {
    Difference {
        field: hostile(),
        now: String::new(),
        written: hostile(),
        contested,
        stays,
    }
}

fn voided_in() -> VoidedIn {
    VoidedIn {
        head: voided(true),
        reopens: true,
        differences: vec![
            difference(false, false),
            difference(true, false),
            difference(true, true),
        ],
        by_hand: vec![said()],
        unreadable: 1,
    }
}

fn recovered() -> Recovered {
    Recovered {
        document: hostile(),
        into: some(),
        title: said(),
        is_private: false,
        by_hand: vec![said()],
        kept: vec![hostile()],
        refused: None,
        may_draft: false,
    }
}

fn editors(by: &'static str) -> Editors {
    let editor = |is_withdrawn| read::Editor {
        member: hostile(),
        member_name: some(),
        granted: some(),
        is_withdrawn,
    };
    Editors {
        document: hostile(),
        title: said(),
        owner: hostile(),
        is_own: true,
        by,
        editors: vec![editor(false), editor(true)],
    }
}

#[test]
fn whatever_members_wrote_that_does_not_count_cannot_steer_the_terminal_or_forge_a_line() {
    let refused = Recovered {
        refused: Some(said()),
        may_draft: true,
        into: None,
        ..recovered()
    };
    let private = Recovered {
        is_private: true,
        ..recovered()
    };
    for data in [
        Trust::Voided(vec![voided(true), voided(false)]),
        Trust::VoidedIn(Box::new(voided_in())),
        Trust::Recovered(vec![recovered(), refused, private]),
        Trust::Editors(editors("granted")),
        Trust::Editors(editors("members")),
        Trust::Editors(editors("owner-only")),
    ] {
        assert_harmless(&Data::Trust(data));
    }
}

#[test]
fn what_is_lost_says_what_to_do_in_both_languages() {
    let [danish, english] = both_languages(&Data::Trust(Trust::Voided(vec![voided(false)])));
    assert!(
        english.contains("faelled recover apply --private"),
        "{english}"
    );
    assert!(
        danish.contains("Det kan ikke skrives igen på sin plads"),
        "{danish}"
    );
    let [danish, english] = both_languages(&Data::Trust(Trust::VoidedIn(Box::new(voided_in()))));
    assert!(english.contains("that stays; edit the field"), "{english}");
    assert!(danish.contains("træder det i stedet"), "{danish}");
    for (data, en, da) in [
        (
            Trust::Voided(Vec::new()),
            "Everything that you wrote counts",
            "Alt, hvad I har skrevet",
        ),
        (
            Trust::Recovered(Vec::new()),
            "nothing to write again",
            "intet at skrive igen",
        ),
    ] {
        let [danish, english] = both_languages(&Data::Trust(data));
        assert!(
            english.contains(en) && danish.contains(da),
            "{english}{danish}"
        );
    }
}
