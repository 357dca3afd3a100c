use faelled_proto::canonical::encode;
use faelled_proto::roster::Extension;
use faelled_proto::{Cut, EntryId, FeedId, SecretKey, SignedRoster, Space};
use serde_json::json;

use super::*;
use crate::steward::ToSign;

const NOW_MS: u64 = 1_790_000_000_000;

fn member(index: u8) -> MemberId {
    format!("dk-{index:04}").parse().unwrap()
}

fn identity(index: u8) -> SecretKey {
    SecretKey::from_seed(&[100 + index; 32])
}

fn record(index: u8) -> MemberRecord {
    MemberRecord {
        id: member(index),
        kind: "municipality".into(),
        name: format!("Member {index}"),
        identity_key: identity(index).identity_key(),
        valid_from_day: 20_000,
        valid_until_day: None,
    }
}

/// Members 0 to 3, of whom 0 and 1 are stewards.
fn first() -> SignedRoster {
    let mut signed = SignedRoster::unsigned(&Roster {
        version: 1,
        federation: None,
        previous: Vec::new(),
        name: "Cirkulære indkøb".into(),
        claimed_ms: NOW_MS,
        threshold: 2,
        stewards: vec![member(0), member(1)],
        members: (0..4).map(record).collect(),
        extensions: Vec::new(),
    });
    for steward in [0, 1] {
        signed.sign(member(steward), &identity(steward));
    }
    signed
}

/// What member 0 knows by itself.
fn pinned() -> Pinned {
    let first = first();
    let federation = first.federation();
    let key = SecretKey::from_seed(&[1; 32]).node_key();
    Pinned {
        certificate: NodeCertificate::issue(federation, member(0), &identity(0), key, NOW_MS),
        rosters: RosterChain::load(federation, [first]).unwrap(),
    }
}

fn tips() -> Vec<Tip> {
    let tip = |feed, seq| Tip {
        feed: FeedId::from_bytes([feed; 32]),
        seq,
        entry: EntryId::of(&[b"e"]),
    };
    vec![tip(1, 4), tip(2, 6)]
}

fn removal() -> Change {
    Change::Remove { member: member(2) }
}

fn removes(index: u8) -> faelled_engine::Change {
    faelled_engine::Change::Remove {
        member: member(index),
        last_good: tips(),
    }
}

fn plan(change: &faelled_engine::Change, note: Option<&str>) -> Roster {
    pinned().rosters.plan(change, note, NOW_MS + 1).unwrap()
}

/// What a command does with bytes that a node hands over.
fn handed(roster: &Roster, asked: &Asked) -> Result<ToSign, Failure> {
    let planned = json!({
        "roster": data_encoding::BASE64.encode(&encode(roster)),
        // What the node says of it counts for nothing.
        "steward": "dk-0003",
        "identity_key": "00",
        "proposal": { "changes": { "en": "removes Member 2", "da": "fjerner Member 2" } },
    });
    ToSign::as_asked(&planned, asked, &pinned()).map(|(to_sign, _)| to_sign)
}

fn refused(roster: &Roster, asked: &Asked) -> Failure {
    let failure = handed(roster, asked).unwrap_err();
    assert_eq!(failure.code, "not-as-asked", "{failure:?}");
    failure
}

#[test]
fn what_was_asked_for_is_signed() {
    let newcomer = record(7);
    let key = identity(8).identity_key();
    let stewards = vec![member(0), member(2), member(3)];
    let changes = [
        (removes(2), removal()),
        (
            faelled_engine::Change::Admit(newcomer.clone()),
            Change::Admit {
                member: newcomer.id,
                rekey: false,
            },
        ),
        (
            faelled_engine::Change::Rekey {
                member: member(2),
                identity_key: key,
                last_good: tips(),
            },
            Change::Admit {
                member: member(2),
                rekey: true,
            },
        ),
        (
            faelled_engine::Change::Stewards {
                stewards: stewards.clone(),
                threshold: Some(3),
            },
            Change::Stewards {
                stewards,
                threshold: Some(3),
            },
        ),
    ];
    for (planned, change) in changes {
        let roster = plan(&planned, Some("why"));
        let asked = Asked::Change(change.clone(), Some("why".into()));
        let to_sign = handed(&roster, &asked).unwrap();
        let signed = to_sign.approve(&identity(0)).unwrap();
        let faelled_proto::Statement::Vote(vote) = signed else {
            panic!("no vote");
        };
        assert_eq!((vote.roster, vote.steward), (encode(&roster), member(0)));
        handed(&roster, &Asked::Proposed(change)).unwrap();
    }
}

#[test]
fn nothing_else_is_signed_whatever_the_node_says_of_it() {
    let asked = Asked::Change(removal(), None);
    let stewards = faelled_engine::Change::Stewards {
        stewards: vec![member(0)],
        threshold: None,
    };
    refused(&plan(&stewards, None), &asked);
    refused(&plan(&removes(3), None), &asked);
    refused(&plan(&removes(2), Some("not said")), &asked);

    let honest = plan(&removes(2), None);
    let others: [fn(&mut Roster); 7] = [
        |roster| {
            roster.stewards = vec![member(0)];
            roster.threshold = 1;
        },
        |roster| roster.members.retain(|record| record.id != member(3)),
        |roster| roster.members[1].identity_key = identity(9).identity_key(),
        |roster| roster.members[1].name = "Somebody else".into(),
        |roster| roster.name = "Somewhere else".into(),
        |roster| {
            let mut cuts = roster.cuts().unwrap();
            let identity_key = Some(identity(9).identity_key());
            cuts.push(Cut {
                member: member(3),
                identity_key,
                last_good: Vec::new(),
            });
            roster.extensions[0].bytes = encode(&cuts);
        },
        |roster| {
            roster.extensions.push(Extension {
                number: 4,
                bytes: vec![1],
            });
        },
    ];
    for change in others {
        let mut roster = honest.clone();
        change(&mut roster);
        let failure = refused(&roster, &asked);
        assert_eq!(failure.details.len(), 3, "{failure:?}");
    }
    let mut roster = honest;
    roster.stewards = vec![member(0)];
    roster.threshold = 1;
    let failure = refused(&roster, &asked);
    let said: Vec<&str> = failure.details.iter().map(|said| &*said.en).collect();
    assert!(said[0].contains("removes Member 2 (dk-0002)"), "{said:?}");
    assert!(
        said[1].contains("makes dk-0001 a steward no longer"),
        "{said:?}"
    );
    assert_eq!(said[2], "they differ in: threshold, stewards");
}

#[test]
fn a_roster_that_does_not_follow_the_newest_or_is_another_federation_s_is_not_signed() {
    let asked = Asked::Change(removal(), None);
    for change in [
        (|roster| roster.version = 3) as fn(&mut Roster),
        |roster| roster.previous = vec![RosterHash::of(&[b"another"])],
        |roster| roster.federation = Some(FederationId::of(&[b"another"])),
    ] {
        let mut roster = plan(&removes(2), None);
        change(&mut roster);
        refused(&roster, &asked);
        refused(&roster, &Asked::Named(roster.hash().to_string()));
    }
}

#[test]
fn a_proposal_is_the_one_that_was_named() {
    let removal = plan(&removes(2), Some("merged"));
    let hash = removal.hash().to_string();
    handed(&removal, &Asked::Named(hash[..10].to_owned())).unwrap();
    handed(&removal, &Asked::Named(hash.to_uppercase())).unwrap();
    let other = plan(&removes(3), None).hash().to_string();
    refused(&removal, &Asked::Named(other[..10].to_owned()));
    refused(&removal, &Asked::Named(String::new()));
    // Whoever does not look names more of it.
    let unseen = |digits: usize| Asked::Named(hash[..digits].to_owned()).check_unseen();
    assert_eq!(unseen(31).unwrap_err().code, "too-short");
    unseen(32).unwrap();

    let about = |index, rekey| Asked::About {
        member: member(index),
        rekey,
    };
    handed(&removal, &about(2, false)).unwrap();
    refused(&removal, &about(3, true));
    let mut more = removal;
    more.stewards = vec![member(0)];
    more.threshold = 1;
    refused(&more, &about(2, true));

    let rekeyed = plan(
        &faelled_engine::Change::Rekey {
            member: member(2),
            identity_key: identity(8).identity_key(),
            last_good: Vec::new(),
        },
        None,
    );
    handed(&rekeyed, &about(2, true)).unwrap();
    let failure = handed(&rekeyed, &about(2, false)).unwrap_err();
    assert_eq!(failure.code, "gives-another-key");
}

#[test]
fn a_fork_is_resolved_with_the_branch_that_was_named() {
    let mut pinned = pinned();
    let branches = [2, 3].map(|gone| {
        let mut signed = SignedRoster::unsigned(&plan(&removes(gone), None));
        for steward in [0, 1] {
            signed.sign(member(steward), &identity(steward));
        }
        pinned.rosters.accept(signed.clone()).unwrap();
        signed.hash()
    });
    let resolution = |keep| {
        let change = faelled_engine::Change::Resolve { keep };
        pinned.rosters.plan(&change, None, NOW_MS + 2).unwrap()
    };
    let asked = |keep: RosterHash| {
        let keep = keep.to_string()[..12].to_owned();
        Asked::Change(Change::Resolve { keep }, None)
    };
    let [one, other] = branches;
    pinned.check(&asked(one), &resolution(one)).unwrap();
    let failure = pinned.check(&asked(one), &resolution(other)).unwrap_err();
    assert_eq!(failure.code, "not-as-asked");
    let nowhere = RosterHash::of(&[b"nowhere"]);
    let failure = pinned.check(&asked(nowhere), &resolution(one)).unwrap_err();
    assert_eq!(failure.code, "not-as-asked");
    // Nothing else is signed meanwhile.
    let failure = pinned.check(&Asked::Change(removal(), None), &resolution(one));
    assert!(failure.is_err());
}

#[test]
fn only_a_steward_by_its_own_key_signs() {
    let roster = plan(&removes(2), None);
    let asked = Asked::Change(removal(), None);
    let to_sign = || handed(&roster, &asked).unwrap();
    let failure = to_sign().approve(&identity(1)).unwrap_err();
    assert_eq!(failure.code, "another-identity");
    let failure = to_sign().reject(String::new(), &identity(3)).unwrap_err();
    assert_eq!(failure.code, "another-identity");
    let mut pinned = pinned();
    pinned.certificate.claim.member = member(3);
    assert!(pinned.steward(&roster).is_err());
}

#[test]
fn what_is_shown_is_what_the_bytes_say() {
    let shown = pinned().reading(&plan(&removes(1), Some("merged")), true);
    let changes: Vec<&str> = shown.changes.iter().map(|said| &*said.en).collect();
    assert_eq!(
        changes,
        [
            "removes Member 1 (dk-0001); of what it shared, 12 entries count, in 2 feeds",
            "makes dk-0001 a steward no longer",
            "lets 1 of 1 stewards decide",
        ]
    );
    assert_eq!((shown.held, shown.version), (1, 2));
    assert_eq!(shown.stewards_before, ["dk-0000", "dk-0001"]);
    assert_eq!((shown.threshold_before, shown.threshold), (2, 1));
    assert_eq!(shown.stewards, ["dk-0000"]);
    assert_eq!(shown.note.as_deref(), Some("merged"));
    let shown = pinned().reading(&plan(&removes(2), None), true);
    assert!(shown.stewards_before.is_empty(), "they stay the same");
}

#[test]
fn a_revocation_names_this_member_and_the_key_that_was_named() {
    let federation = first().federation();
    let node_key = SecretKey::from_seed(&[5; 32]).node_key();
    let (own, beginning) = (member(0), node_key.to_string()[..10].to_owned());
    let asked = RevokedKey {
        federation,
        member: &own,
        node_key: &beginning,
    };
    let said = |space| Revocation {
        federation,
        member: member(0),
        identity_key: identity(0).identity_key(),
        node_key,
        space,
        last_good: tips(),
        charters: Vec::new(),
        successor: None,
        claimed_ms: NOW_MS,
    };
    let planned = [said(Space::Commons), said(Space::Private(member(0)))];
    let named = asked.of(&planned).unwrap();
    assert_eq!(named, (node_key, identity(0).identity_key()));
    let shown = revoking(&planned, node_key);
    assert_eq!((shown.feeds, shown.entries, shown.is_own), (4, 24, true));

    let other = SecretKey::from_seed(&[6; 32]).node_key();
    let others: [fn(&mut Revocation, NodeKey); 5] = [
        |said, _| said.federation = FederationId::of(&[b"another"]),
        |said, _| said.member = member(1),
        |said, other| said.node_key = other,
        |said, _| said.identity_key = identity(1).identity_key(),
        |said, other| {
            let (federation, member) = (said.federation, said.member.clone());
            let certificate =
                NodeCertificate::issue(federation, member, &identity(0), other, NOW_MS);
            said.successor = Some(certificate);
        },
    ];
    for change in others {
        let mut planned = planned.clone();
        change(&mut planned[1], other);
        assert_eq!(asked.of(&planned).unwrap_err().code, "not-as-asked");
    }
    let mut all_others = planned.clone();
    all_others.iter_mut().for_each(|said| said.node_key = other);
    assert!(asked.of(&all_others).is_err());
    assert!(asked.of(&[]).is_err());
    // Another key that begins alike is another key.
    let first_digit = &beginning[..1];
    let alike = (6..=u8::MAX)
        .map(|seed| SecretKey::from_seed(&[seed; 32]).node_key())
        .find(|key| key.to_string().starts_with(first_digit))
        .unwrap();
    let asked_alike = RevokedKey {
        node_key: first_digit,
        ..asked
    };
    asked_alike.of(&planned).unwrap();
    let mut two_keys = planned.clone();
    two_keys[1].node_key = alike;
    assert!(asked_alike.of(&two_keys).is_err());
    let nameless = RevokedKey {
        node_key: "",
        ..asked
    };
    assert!(nameless.of(&planned).is_err());
}
