//! Drafting, as it reads: hostile content, and what people have to be told.

use faelled_mirror::read;
use faelled_model::terms::DisclosureKind;

use super::samples::{disclosure, hostile, said, some};
use super::*;
use crate::data::drafting::{
    Data as Drafting, Edited, Resolved, Shared, ShownGroup, Unconfirmed, UnconfirmedCharter,
};

fn group() -> read::Group {
    read::Group {
        head: read::GroupHead {
            space_id: hostile(),
            group_id: hostile(),
            name: some(),
            version: 2,
            is_frozen: true,
            documents: i64::MIN,
        },
        members: vec![read::GroupMember {
            member: hostile(),
            name: some(),
            is_owner: true,
        }],
    }
}

fn shown_group(branches: bool) -> ShownGroup {
    let says = UnconfirmedCharter {
        version: 3,
        signer: hostile(),
        comes: vec![hostile()],
        goes: vec![hostile()],
        appointed: vec![hostile()],
    };
    ShownGroup {
        group: group(),
        unconfirmed: Some(Unconfirmed {
            says: (!branches).then_some(says),
        }),
    }
}

fn shared(preview: bool) -> Shared {
    Shared {
        preview,
        kind: hostile(),
        code: hostile(),
        document: some(),
        group: some(),
        requirements: vec![hostile()],
        recipients: vec![hostile()],
        until: some(),
        warnings: vec![said()],
    }
}

fn conflict() -> read::Conflict {
    let value = |shown: bool| read::ConflictValue {
        value: format!("\"{}\"", hostile()),
        is_whole: !shown,
        member: some(),
        member_name: some(),
        claimed: some(),
        is_shown: shown,
    };
    read::Conflict {
        place: read::ConflictPlace {
            document: hostile(),
            kind: hostile(),
            owner: hostile(),
            space: hostile(),
            path: hostile(),
            number: some(),
            title_da: some(),
            title_en: some(),
        },
        values: vec![value(true), value(false)],
    }
}

#[test]
fn whatever_members_write_while_drafting_cannot_steer_the_terminal_or_forge_a_line() {
    let edited = |changed| Edited {
        document: hostile(),
        number: hostile(),
        changed,
        fields: vec![hostile()],
        warnings: vec![said()],
    };
    let resolved = Resolved {
        document: hostile(),
        place: hostile(),
        value: hostile(),
        left: 2,
    };
    for data in [
        Drafting::Groups(vec![group(), group()]),
        Drafting::Group(shown_group(true)),
        Drafting::Group(shown_group(false)),
        Drafting::Shared(shared(true)),
        Drafting::Shared(shared(false)),
        Drafting::Edited(edited(true)),
        Drafting::Edited(edited(false)),
        Drafting::Conflicts(vec![conflict()]),
        Drafting::Resolved(resolved),
        Drafting::Disclosures(vec![disclosure()]),
    ] {
        assert_harmless(&Data::Drafting(data));
    }
}

#[test]
fn empty_lists_of_drafting_say_so_and_what_to_do_next() {
    for (data, next) in [
        (Drafting::Groups(Vec::new()), "faelled group new"),
        (Drafting::Conflicts(Vec::new()), "."),
        (Drafting::Disclosures(Vec::new()), "."),
    ] {
        for text in both_languages(&Data::Drafting(data)) {
            assert!(text.contains(next), "{text}");
        }
    }
}

#[test]
fn a_preview_says_that_nothing_is_shared_and_a_trade_hearing_that_one_sends_it_oneself() {
    let [danish, english] = both_languages(&Data::Drafting(Drafting::Shared(shared(true))));
    assert!(danish.contains("intet er delt endnu"), "{danish}");
    assert!(english.contains("nothing is shared yet"), "{english}");
    let trade = Shared {
        kind: DisclosureKind::TradeHearing.code().to_owned(),
        code: "GLX-EMB".to_owned(),
        group: None,
        ..shared(false)
    };
    for text in both_languages(&Data::Drafting(Drafting::Shared(trade))) {
        assert!(text.contains("faelled pack export GLX-EMB"), "{text}");
    }
}

#[test]
fn a_conflict_shows_both_values_who_set_them_and_which_is_shown() {
    let mut conflict = conflict();
    conflict.place.path = "level".to_owned();
    for (value, (level, name)) in conflict.values.iter_mut().zip([
        ("\"advanced\"", "Ballerup"),
        ("\"spearhead\"", "Albertslund"),
    ]) {
        value.value = level.to_owned();
        value.member_name = Some(name.to_owned());
    }
    let [danish, english] = both_languages(&Data::Drafting(Drafting::Conflicts(vec![conflict])));
    for text in [&danish, &english] {
        assert!(
            text.contains("Ballerup") && text.contains("Albertslund"),
            "{text}"
        );
        assert!(text.contains("faelled conflicts resolve"), "{text}");
    }
    assert!(
        danish.contains("avanceret") && danish.contains("(vises nu)"),
        "{danish}"
    );
    assert!(
        english.contains("advanced") && english.contains("(shown now)"),
        "{english}"
    );
}
