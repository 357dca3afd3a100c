//! What stewards read, with hostile content and as it is.

use super::samples::{hostile, said, some};
use super::*;
use crate::data::trust::{
    Certifying, Data as Answer, Decided, Done, Forked, Head, Proposals, Proposed, Reading, Stated,
    Voted,
};

const HASH: &str = "3f0a91c2ab77d0553f0a91c2ab77d0553f0a91c2ab77d0553f0a91c2ab77d055";

fn hostile_proposal() -> Proposed {
    Proposed {
        hash: hostile(),
        version: 4,
        changes: said(),
        note: some(),
        claimed: hostile(),
        approved: vec![hostile()],
        rejected: vec![(hostile(), hostile()), (hostile(), String::new())],
        needed: 3,
        missing: vec![hostile(), hostile()],
    }
}

fn answers() -> Vec<Data> {
    let proposals = |is_steward, fork| Proposals {
        roster_version: 3,
        stewards: vec![hostile(), hostile()],
        threshold: 2,
        is_steward,
        proposals: vec![hostile_proposal()],
        fork,
    };
    let fork = || Forked {
        base_version: 3,
        heads: vec![Head {
            version: 4,
            hash: hostile(),
            changes: said(),
        }],
        signed_both: vec![hostile()],
    };
    let voted = |approved| Voted {
        hash: hostile(),
        approved,
    };
    let stated = |voted, decided| Stated {
        roster_version: 4,
        voted,
        proposals: vec![hostile_proposal()],
        decided,
    };
    let decided = Decided {
        hash: hostile(),
        version: 4,
        outcome: said(),
    };
    let reading = |approves, before: Vec<String>| Reading {
        steward: hostile(),
        approves,
        federation: hostile(),
        hash: hostile(),
        version: 4,
        held: 3,
        changes: vec![said(), said()],
        stewards_before: before,
        threshold_before: 2,
        stewards: vec![hostile(), hostile()],
        threshold: 2,
        note: some(),
        claimed: hostile(),
    };
    let certifying = |replaces| Certifying {
        member: hostile(),
        node_key: hostile(),
        replaces,
        expires: hostile(),
    };
    [
        Answer::Proposals(proposals(true, None)),
        Answer::Proposals(proposals(true, Some(fork()))),
        Answer::Proposals(proposals(false, Some(fork()))),
        Answer::Reading(reading(true, vec![hostile(), hostile()])),
        Answer::Reading(reading(false, Vec::new())),
        Answer::Certifying(certifying(true)),
        Answer::Certifying(certifying(false)),
        Answer::Done(Done { done: said() }),
        Answer::Stated(stated(vec![voted(true), voted(false)], Vec::new())),
        Answer::Stated(stated(vec![voted(true)], vec![decided])),
        Answer::Stated(stated(Vec::new(), Vec::new())),
    ]
    .map(Data::Trust)
    .into()
}

fn proposal() -> Proposed {
    Proposed {
        hash: HASH.to_owned(),
        version: 4,
        changes: Said::new("removes Ballerup (dk-0151)", "fjerner Ballerup (dk-0151)"),
        note: Some("merged".to_owned()),
        claimed: "2026-12-01 10:00".to_owned(),
        approved: vec!["dk-0159".to_owned()],
        rejected: vec![("dk-0161".to_owned(), "too early".to_owned())],
        needed: 2,
        missing: vec!["dk-0161".to_owned(), "dk-0167".to_owned()],
    }
}

/// Without the places where lines were broken.
fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn no_proposal_and_no_vote_can_steer_the_terminal_or_forge_a_line() {
    for data in answers() {
        assert_harmless(&data);
    }
}

#[test]
fn a_proposal_says_what_it_changes_who_voted_who_is_missing_and_how_to_vote() {
    let of = |is_steward| {
        Data::Trust(Answer::Proposals(Proposals {
            roster_version: 3,
            stewards: ["dk-0159", "dk-0161", "dk-0167"]
                .map(ToOwned::to_owned)
                .into(),
            threshold: 2,
            is_steward,
            proposals: vec![proposal()],
            fork: None,
        }))
    };
    let [danish, english] = both_languages(&of(true));
    for told in [
        "Version 3 of the roster holds",
        "2 of 3",
        "3f0a91c2ab, for version 4",
        "removes Ballerup (dk-0151)",
        "merged",
        "1 of 2: dk-0159",
        "dk-0161, dk-0167",
        "dk-0161: too early",
        "\n  faelled members approve 3f0a91c2ab\n",
        "\n  faelled members reject 3f0a91c2ab --reason",
    ] {
        assert!(english.contains(told), "{told}: {english}");
    }
    assert!(danish.contains("Godkendt    1 af 2: dk-0159"), "{danish}");
    for text in both_languages(&of(false)) {
        assert!(
            !text.contains("members approve"),
            "who has no vote is not told to vote: {text}"
        );
    }
}

#[test]
fn a_fork_names_its_branches_and_the_command_that_keeps_one() {
    let data = Data::Trust(Answer::Proposals(Proposals {
        roster_version: 3,
        stewards: vec!["dk-0159".to_owned()],
        threshold: 1,
        is_steward: true,
        proposals: Vec::new(),
        fork: Some(Forked {
            base_version: 3,
            heads: ["aaaaaaaaaaaa", "bbbbbbbbbbbb"]
                .map(|hash| Head {
                    version: 4,
                    hash: hash.to_owned(),
                    changes: Said::new("names", "kalder"),
                })
                .into(),
            signed_both: vec!["dk-0161".to_owned()],
        }),
    }));
    for text in both_languages(&data) {
        for told in [
            "\n  faelled members resolve aaaaaaaaaa\n",
            "\n  faelled members resolve bbbbbbbbbb",
            "dk-0161",
        ] {
            assert!(text.contains(told), "{told}: {text}");
        }
    }
}

#[test]
fn a_vote_says_what_is_so_now_or_who_must_still_approve() {
    let stated = |decided: Vec<Decided>, approved| {
        Data::Trust(Answer::Stated(Stated {
            roster_version: 3,
            voted: vec![Voted {
                hash: HASH.to_owned(),
                approved,
            }],
            proposals: vec![proposal()],
            decided,
        }))
    };
    let decided = Decided {
        hash: HASH.to_owned(),
        version: 4,
        outcome: Said::new("dk-0151 is a member now", "dk-0151 er nu deltager"),
    };
    let [danish, english] = both_languages(&stated(vec![decided], true));
    assert_eq!(
        english,
        "dk-0151 is a member now, in version 4 of the roster.\n"
    );
    assert_eq!(
        danish,
        "dk-0151 er nu deltager, i version 4 af deltagerlisten.\n"
    );

    let [_, english] = both_languages(&stated(Vec::new(), true));
    let english = in_a_line(&english);
    assert!(
        english.contains("1 more steward must approve, of dk-0161, dk-0167"),
        "{english}"
    );
    let [_, english] = both_languages(&stated(Vec::new(), false));
    assert!(english.contains("is rejected"), "{english}");
}

#[test]
fn who_is_about_to_sign_reads_each_change_and_who_signs_before_and_after() {
    let reading = |approves, before: &[&str]| {
        Data::Trust(Answer::Reading(Reading {
            steward: "dk-0159".to_owned(),
            approves,
            federation: "Cirkulære indkøb".to_owned(),
            hash: HASH.to_owned(),
            version: 4,
            held: 3,
            changes: vec![
                Said::new("removes Ballerup (dk-0151)", "fjerner Ballerup (dk-0151)"),
                Said::new(
                    "makes dk-0151 a steward no longer",
                    "lader dk-0151 holde op som tovholder",
                ),
            ],
            stewards_before: before.iter().map(ToString::to_string).collect(),
            threshold_before: 2,
            stewards: vec!["dk-0159".to_owned()],
            threshold: 1,
            note: None,
            claimed: "2026-12-01 10:00".to_owned(),
        }))
    };
    let [danish, english] = both_languages(&reading(true, &["dk-0151", "dk-0159"]));
    for told in [
        "About to be signed for dk-0159: version 4 of the roster of \"Cirkulære indkøb\", after version 3",
        "- removes Ballerup (dk-0151) - makes dk-0151 a steward no longer",
        "Sign until now 2 of 2: dk-0151, dk-0159",
        "Sign from then on 1 of 1: dk-0159",
        &HASH[..40],
    ] {
        assert!(in_a_line(&english).contains(told), "{told}: {english}");
    }
    for told in [
        "Skal nu underskrives for dk-0159: version 4",
        "- fjerner Ballerup (dk-0151) - lader dk-0151",
        "Hidtil underskriver 2 af 2: dk-0151, dk-0159",
    ] {
        assert!(in_a_line(&danish).contains(told), "{told}: {danish}");
    }
    let [_, english] = both_languages(&reading(false, &[]));
    assert!(
        english.contains("About to be rejected for dk-0159"),
        "{english}"
    );
    assert!(!english.contains("until now"), "{english}");
}

#[test]
fn a_member_that_asks_with_a_new_key_is_told_apart_and_proposals_are_pointed_at() {
    let request = JoinLine {
        member: "dk-0151".to_owned(),
        name: "Ballerup".to_owned(),
        kind: "municipality".to_owned(),
        asked: "2026-12-01 10:00".to_owned(),
        address: "192.0.2.7:1".to_owned(),
        fingerprint: "saft opvasker".to_owned(),
        ticket: "abcdefgh".to_owned(),
        note: None,
        state: "waiting",
        has_new_key: true,
    };
    let members = |has_new_key, proposals| {
        Data::Members(Members {
            federation_name: None,
            members: Vec::new(),
            requests: vec![JoinLine {
                has_new_key,
                ..request.clone()
            }],
            proposals,
        })
    };
    let [danish, english] = both_languages(&members(true, 1));
    assert!(
        in_a_line(&english).contains("asks with a new key"),
        "{english}"
    );
    assert!(
        in_a_line(&danish).contains("spørger med en ny nøgle"),
        "{danish}"
    );
    assert!(
        english.contains("1 proposal waits for the stewards' votes: faelled members proposals"),
        "{english}"
    );
    assert!(
        english.contains("\n  faelled members approve dk-0151 --rekey\n"),
        "{english}"
    );
    let [_, english] = both_languages(&members(false, 0));
    assert!(
        !english.contains("--rekey") && !english.contains("proposals"),
        "{english}"
    );
}
