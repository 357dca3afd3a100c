//! What follows a release, as it reads: hostile content, and what people have to be told.

use faelled_mirror::read::OutdatedAdaptation;
use faelled_model::Localized;
use faelled_model::compare::{
    Change, FieldDiff, ReleaseDiff, RequirementChange, RequirementFate, words,
};
use faelled_model::pack::Withdrawal;
use faelled_model::requirement::AdaptedFrom;

use super::samples::{HOSTILE, heard_pack, hostile, requirement, said, some};
use super::*;
use crate::data::releasing::{
    Adapted, Answered, At, Checked, Cosigned, Cosigner, Data as Releasing, Difference,
    NewerVersion, Outdated, OutdatedAdoption, Proposal, ProposalAnswer, Proposals, Source,
    Standing, Step, Withdrawn,
};
use crate::service::table;

fn text() -> Localized {
    Localized::from([("da", HOSTILE), ("en", HOSTILE)])
}

fn withdrawal() -> Withdrawal {
    Withdrawal {
        version: hostile(),
        reason: text(),
        replaced_by: hostile(),
        date: hostile(),
    }
}

fn standing() -> Standing {
    Standing {
        pack: hostile(),
        code: hostile(),
        version: hostile(),
        hash: hostile(),
        citation: hostile(),
        counts: false,
        higher: some(),
        cosigners_needed: 2,
        cosigners: vec![Cosigner {
            document: hostile(),
            member: hostile(),
            name: some(),
        }],
        withdrawn: Some(withdrawal()),
        is_equivocated: true,
        is_readable: false,
        notes: text(),
        valid_from: hostile(),
        valid_later: true,
        review_by: hostile(),
        review_passed: true,
    }
}

fn sound() -> Standing {
    Standing {
        code: "GLX-EMB".to_owned(),
        version: "1.0.0".to_owned(),
        counts: true,
        higher: None,
        cosigners_needed: 0,
        cosigners: Vec::new(),
        withdrawn: None,
        is_equivocated: false,
        is_readable: true,
        valid_later: false,
        review_by: "9999-12-31".to_owned(),
        review_passed: false,
        ..standing()
    }
}

fn fields() -> Vec<FieldDiff> {
    let field = |change| FieldDiff {
        field: hostile(),
        language: some(),
        change,
    };
    vec![
        field(Change::Words(words(HOSTILE, "other"))),
        field(Change::Value {
            before: some(),
            after: some(),
        }),
        field(Change::Order {
            before: vec![hostile()],
            after: vec![hostile()],
        }),
    ]
}

fn difference() -> Difference {
    let change = |fate| RequirementChange {
        number: hostile(),
        document: hostile(),
        title: text(),
        fate,
    };
    Difference {
        code: hostile(),
        from: hostile(),
        to: hostile(),
        difference: ReleaseDiff {
            pack: fields(),
            requirements: vec![
                change(RequirementFate::Changed(fields())),
                change(RequirementFate::Added),
                change(RequirementFate::Removed),
                change(RequirementFate::Unchanged),
            ],
        },
    }
}

fn checked(holds: bool) -> Checked {
    Checked {
        holds,
        steps: vec![Step {
            part: "chain",
            holds,
            found: said(),
        }],
        provenance: None,
        standing: standing(),
    }
}

fn withdrawn(preview: bool) -> Withdrawn {
    Withdrawn {
        preview,
        code: hostile(),
        withdrawal: withdrawal(),
        adopters: vec![hostile()],
        visible_to: vec![hostile()],
    }
}

fn cosigned(preview: bool) -> Cosigned {
    Cosigned {
        preview,
        document: some(),
        capacity: text(),
        visible_to: vec![hostile()],
        standing: standing(),
    }
}

fn adaptation() -> OutdatedAdaptation {
    OutdatedAdaptation {
        document: hostile(),
        number: some(),
        owner: hostile(),
        space: hostile(),
        title_da: some(),
        title_en: some(),
        source: some(),
        source_number: some(),
        source_owner: some(),
        pack: hostile(),
        pack_code: some(),
        version: hostile(),
        release: hostile(),
        newest_version: some(),
        newest_release: some(),
        is_withdrawn: true,
        is_gone: true,
        is_changed: Some(true),
    }
}

fn outdated(standing: Option<Standing>) -> Outdated {
    Outdated {
        adaptations: vec![adaptation()],
        adoptions: 2,
        all: true,
        outdated: vec![OutdatedAdoption {
            member: hostile(),
            name: some(),
            stance: hostile(),
            code: hostile(),
            version: hostile(),
            standing,
            newer: vec![NewerVersion {
                version: hostile(),
                notes: text(),
            }],
        }],
    }
}

fn proposal() -> Proposal {
    Proposal {
        pilot: hostile(),
        member: hostile(),
        name: some(),
        tender: text(),
        number: hostile(),
        version: hostile(),
        verdict: hostile(),
        dropped: text(),
        proposed_wording: text(),
        difference: fields(),
        answer: None,
    }
}

fn answer() -> ProposalAnswer {
    ProposalAnswer {
        version: hostile(),
        answer: text(),
    }
}

fn proposals() -> Proposals {
    let unseen = Proposal {
        difference: Vec::new(),
        answer: Some(answer()),
        ..proposal()
    };
    Proposals {
        code: hostile(),
        is_lead: true,
        proposals: vec![proposal(), unseen],
    }
}

fn from() -> AdaptedFrom {
    AdaptedFrom {
        requirement: hostile(),
        number: hostile(),
        owner: hostile(),
        changes: text(),
        ..AdaptedFrom::default()
    }
}

fn source() -> Source {
    Source {
        number: hostile(),
        title: text(),
        adapted_from: from(),
        owner_name: some(),
        standing: Some(standing()),
        local: Some(fields()),
        newest: some(),
        source_dropped: false,
        afterwards: fields(),
    }
}

fn every_answer() -> Vec<Releasing> {
    vec![
        Releasing::Difference(Box::new(difference())),
        Releasing::Checked(Box::new(checked(true))),
        Releasing::Checked(Box::new(checked(false))),
        Releasing::Withdrawn(withdrawn(true)),
        Releasing::Withdrawn(withdrawn(false)),
        Releasing::Cosigned(cosigned(true)),
        Releasing::Cosigned(cosigned(false)),
        Releasing::Outdated(outdated(Some(standing()))),
        Releasing::Outdated(outdated(None)),
        Releasing::Proposals(proposals()),
        Releasing::Answered(Answered {
            code: hostile(),
            pilot: hostile(),
            number: hostile(),
            answer: answer(),
            replaced: true,
        }),
        Releasing::Adapted(Adapted {
            document: hostile(),
            number: hostile(),
            pack: some(),
            in_group: true,
            adapted_from: from(),
            warnings: vec![said()],
            to_do: vec![said()],
        }),
        Releasing::Source(Box::new(source())),
        Releasing::Comparison(table(vec![requirement(), plain_requirement()])),
        Releasing::PackAt(Box::new(At {
            standing: standing(),
            said: heard_pack(),
        })),
        Releasing::RequirementAt(Box::new(At {
            standing: standing(),
            said: requirement(),
        })),
    ]
}

fn plain_requirement() -> read::RequirementDetail {
    let mut plain = requirement();
    plain.summary.document = "other".to_owned();
    plain.summary.number = Some("GLX-EMB-002".to_owned());
    plain.summary.level = Some("advanced".to_owned());
    plain.texts.wording_en = Some("Packaging shall be reusable.".to_owned());
    plain
}

fn shown(data: Releasing, danish: bool, columns: u16) -> String {
    render(&Data::Releasing(data), Screen { danish, columns })
}

#[test]
fn whatever_members_write_about_releases_cannot_steer_the_terminal_or_forge_a_line() {
    for data in every_answer() {
        assert_harmless(&Data::Releasing(data));
    }
}

#[test]
fn nothing_in_use_and_nothing_proposed_say_what_to_do_next() {
    let none = Outdated {
        adoptions: 0,
        all: false,
        outdated: Vec::new(),
        adaptations: Vec::new(),
    };
    let quiet = Proposals {
        code: "GLX-EMB".to_owned(),
        is_lead: true,
        proposals: Vec::new(),
    };
    for danish in [true, false] {
        let text = shown(Releasing::Outdated(none.clone()), danish, 100);
        assert!(text.contains("faelled pack adopt"), "{text}");
        let text = shown(Releasing::Proposals(quiet.clone()), danish, 100);
        assert!(text.contains("faelled pilot list --pack GLX-EMB"), "{text}");
    }
}

#[test]
fn an_adoption_that_is_behind_says_how_far_with_the_notes_and_the_command() {
    let newer = |version: &str, notes: &str| NewerVersion {
        version: version.to_owned(),
        notes: Localized::from([("da", notes)]),
    };
    let outdated = Outdated {
        adoptions: 1,
        all: false,
        outdated: vec![OutdatedAdoption {
            stance: "using".to_owned(),
            code: "GLX-EMB".to_owned(),
            version: "1.0.0".to_owned(),
            newer: vec![newer("1.1.0", "Højere andel"), newer("1.2.0", "")],
            ..outdated(Some(sound())).outdated.remove(0)
        }],
        adaptations: vec![OutdatedAdaptation {
            number: Some("BAL-EMB-001".to_owned()),
            title_da: Some("Kasser".to_owned()),
            source_owner: Some("dk-0159".to_owned()),
            source_number: Some("GLX-EMB-001".to_owned()),
            pack_code: Some("GLX-EMB".to_owned()),
            version: "1.0.0".to_owned(),
            newest_version: Some("1.2.0".to_owned()),
            is_withdrawn: false,
            is_gone: false,
            ..adaptation()
        }],
    };
    let text = shown(Releasing::Outdated(outdated), true, 100);
    for said in [
        "2 nyere versioner",
        "1.1.0: Højere andel",
        "faelled pack diff GLX-EMB 1.0.0 1.2.0",
        "BAL-EMB-001  Kasser: fra dk-0159/GLX-EMB-001, GLX-EMB 1.0.0; 1.2.0 ændrer det",
        "Hvad der er ændret: faelled requirement source BAL-EMB-001",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn co_signatures_that_nobody_needs_are_counted_and_a_later_day_is_told() {
    let later = At {
        standing: Standing {
            cosigners: vec![Cosigner {
                document: String::new(),
                member: "dk-0151".to_owned(),
                name: None,
            }],
            valid_from: "9999-01-01".to_owned(),
            valid_later: true,
            ..sound()
        },
        said: plain_requirement(),
    };
    let text = shown(Releasing::RequirementAt(Box::new(later)), true, 100);
    for said in [
        "Som GLX-EMB 1.0.0 siger det",
        "gælder først fra 9999-01-01",
        "1 medunderskrift: dk-0151",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("af 0"), "{text}");
}

#[test]
fn a_withdrawn_release_says_why_and_what_replaces_it() {
    let gone = Standing {
        counts: false,
        withdrawn: Some(Withdrawal {
            version: "1.0.0".to_owned(),
            reason: Localized::from([("da", "Fejl i enheden")]),
            replaced_by: "1.1.0".to_owned(),
            date: "2026-11-01".to_owned(),
        }),
        ..sound()
    };
    let checked = Checked {
        standing: gone,
        ..checked(true)
    };
    let data = Releasing::Checked(Box::new(checked));
    let danish = shown(data.clone(), true, 100);
    assert!(
        danish.contains("TRUKKET TILBAGE 2026-11-01: Fejl i enheden (erstattes af 1.1.0)"),
        "{danish}"
    );
    let english = shown(data, false, 100);
    assert!(english.contains("(replaced by 1.1.0)"), "{english}");
}

#[test]
fn requirements_stand_side_by_side_on_a_wide_screen_and_below_each_other_on_a_narrow_one() {
    let mut first = plain_requirement();
    first.summary.number = Some("GLX-EMB-001".to_owned());
    first.summary.document = "one".to_owned();
    first.summary.level = Some("basic".to_owned());
    let compared = || Releasing::Comparison(table(vec![first.clone(), plain_requirement()]));
    let wide = shown(compared(), false, 110);
    assert!(
        wide.lines().any(|line| {
            line.contains("Level") && line.contains("basic") && line.contains("advanced")
        }),
        "{wide}"
    );
    assert_eq!(
        wide.matches("Packaging shall be reusable.").count(),
        1,
        "{wide}"
    );
    let narrow = shown(compared(), false, 60);
    assert!(narrow.contains("- GLX-EMB-001: basic\n"), "{narrow}");
    assert!(narrow.contains("- GLX-EMB-002: advanced\n"), "{narrow}");
}
