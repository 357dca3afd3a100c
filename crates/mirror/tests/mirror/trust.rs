//! What decides which entries count is shown whole, with its grounds, and its texts are data.

use std::collections::BTreeMap;

use faelled_mirror::{
    CutView, Delta, DocumentView, EditorView, EquivocationView, Ground, Mirror, ProposalView,
    RefusedView, RevocationView, RosterForkView, TrustView,
};
use faelled_proto::{EntryId, FeedId, IdentityKey, NodeKey, RosterHash, Space};

use crate::complete::{apply, complete, complete_documents, groups};
use crate::fixture::{
    ALBERTSLUND, BALLERUP, GLADSAXE, NEW_YEAR, ask, document, empty, filled, member,
};
use crate::hostile::TEXTS;

/// Was a member.
const LYNGBY: &str = "dk-0173";

fn feed(name: &str) -> FeedId {
    FeedId::of(&[name.as_bytes()])
}

fn entry(name: &str) -> EntryId {
    EntryId::of(&[name.as_bytes()])
}

fn key(byte: u8) -> NodeKey {
    NodeKey::from_bytes([byte; 32])
}

fn cut(name: &str, of: &str, last_seq: Option<u64>, grounds: &[Ground]) -> CutView {
    CutView {
        feed: feed(name),
        member: member(of),
        node_key: key(9),
        space: Space::Commons,
        last_seq,
        grounds: grounds.to_vec(),
    }
}

fn equivocation(seq: u64, entries: [&str; 2]) -> EquivocationView {
    EquivocationView {
        feed: feed("lyngby-twice"),
        member: member(LYNGBY),
        node_key: key(9),
        space: Space::Group(groups()[0].id),
        seq,
        entries: entries.map(entry),
    }
}

fn revocation(space: Space, successor: Option<NodeKey>) -> RevocationView {
    RevocationView {
        node_key: key(8),
        space,
        claimed_ms: NEW_YEAR,
        member: member(BALLERUP),
        identity_key: IdentityKey::from_bytes([1; 32]),
        successor,
    }
}

fn proposal(name: &str, note: &str, reason: &str) -> ProposalView {
    ProposalView {
        roster_hash: RosterHash::of(&[name.as_bytes()]),
        version: 4,
        summary_da: "Optag Lyngby-Taarbæk".to_owned(),
        summary_en: "Admit Lyngby-Taarbæk".to_owned(),
        note: note.to_owned(),
        approvals: vec![member(GLADSAXE), member(ALBERTSLUND)],
        rejections: vec![(member(BALLERUP), reason.to_owned())],
        needed: 3,
        claimed_ms: NEW_YEAR,
    }
}

/// Lyngby was removed and had signed twice before; Ballerup lost a key; the stewards signed two
/// next rosters.
pub(crate) fn trust() -> TrustView {
    let mut in_group = cut("lyngby-twice", LYNGBY, Some(4), &[]);
    in_group.space = Space::Group(groups()[0].id);
    in_group.grounds = vec![Ground::Equivocation, Ground::RemovedMember];
    TrustView {
        statements: 5,
        cuts: vec![
            in_group,
            cut("lyngby", LYNGBY, None, &[Ground::RemovedMember]),
            cut("lost", BALLERUP, Some(30), &[Ground::RevokedKey]),
        ],
        equivocations: vec![equivocation(5, ["one", "other"])],
        revocations: vec![
            revocation(Space::Commons, Some(key(7))),
            revocation(Space::Group(groups()[0].id), None),
        ],
        fork: Some(RosterForkView {
            base_version: 3,
            base_hash: RosterHash::of(&[b"base"]),
            heads: vec![
                (4, RosterHash::of(&[b"left"])),
                (5, RosterHash::of(&[b"right"])),
            ],
            signed_both: vec![member(GLADSAXE), member(ALBERTSLUND)],
        }),
        proposals: vec![
            proposal("admit", "Aftalt på mødet", "Ikke endnu"),
            proposal("other", "", ""),
        ],
    }
}

/// The same in another order, and some of it twice.
pub(crate) fn reversed() -> TrustView {
    let mut trust = trust();
    trust.cuts.reverse();
    trust.cuts.push(trust.cuts[0].clone());
    for cut in &mut trust.cuts {
        cut.grounds.reverse();
        cut.grounds.extend(cut.grounds.clone());
    }
    trust.equivocations[0].entries.reverse();
    trust.equivocations.extend(trust.equivocations.clone());
    trust.revocations.reverse();
    trust.revocations.push(trust.revocations[1].clone());
    trust.proposals.reverse();
    trust.proposals[1].approvals.reverse();
    trust.proposals[1].approvals.push(member(GLADSAXE));
    let fork = trust.fork.as_mut().unwrap();
    fork.heads.reverse();
    fork.signed_both.reverse();
    fork.signed_both.push(member(GLADSAXE));
    trust
}

/// What an earlier state of the node said.
pub(crate) fn earlier_trust() -> TrustView {
    let mut trust = trust();
    trust.statements = 2;
    trust.cuts = vec![
        cut(
            "lyngby-twice",
            LYNGBY,
            Some(9),
            &[Ground::RemovedFromGroup, Ground::ReplacedKey],
        ),
        cut("forgotten", ALBERTSLUND, None, &[]),
    ];
    trust.fork = None;
    trust.proposals = vec![proposal("forgotten", "", "")];
    trust
}

/// Entries of the complete fixture that a cut voided, and editors.
pub(crate) fn touch(documents: &mut [DocumentView]) {
    let voided = |seq: u64, of: &str, name: &str, ground: Ground| RefusedView {
        entry: EntryId::of(&[name.as_bytes(), &seq.to_be_bytes()]),
        feed: feed(name),
        seq,
        member: member(of),
        reason: "after the feed's last entry that counts".to_owned(),
        ground: Some(ground),
    };
    let editor = |of: &str, is_withdrawn| EditorView {
        member: member(of),
        granted_ms: NEW_YEAR,
        is_withdrawn,
    };
    let furniture = of_name(documents, "furniture");
    furniture.refused = vec![
        voided(31, BALLERUP, "lost", Ground::RevokedKey),
        voided(32, BALLERUP, "lost", Ground::RevokedKey),
        voided(8, ALBERTSLUND, "albertslund", Ground::WithdrawnEditor),
    ];
    furniture.editors = vec![editor(GLADSAXE, false), editor(ALBERTSLUND, true)];
    let void = of_name(documents, "void");
    void.refused = vec![
        voided(1, LYNGBY, "lyngby", Ground::RemovedMember),
        voided(33, BALLERUP, "lost", Ground::RevokedKey),
    ];
}

fn of_name<'a>(documents: &'a mut [DocumentView], name: &str) -> &'a mut DocumentView {
    let id = document(name);
    documents
        .iter_mut()
        .find(|document| document.id == id)
        .unwrap()
}

async fn given(mirror: &Mirror, row: i64, trust: Option<TrustView>) {
    mirror
        .apply(&Delta {
            row,
            roster: None,
            groups: None,
            trust,
            documents: Vec::new(),
        })
        .await
        .unwrap();
}

async fn dumped(trust: TrustView) -> String {
    let (_directory, mirror) = empty().await;
    given(&mirror, 1, Some(trust)).await;
    mirror.verify().await.unwrap();
    mirror.dump_digest().await.unwrap()
}

#[tokio::test]
async fn cuts_are_told_by_member_with_their_grounds_and_what_they_voided() {
    let (_directory, mirror) = complete().await;
    let told = mirror.trust().await.unwrap();
    let members: Vec<_> = told
        .cuts
        .iter()
        .map(|cut| {
            let head = &cut.head;
            let counts = (head.voided_entries, head.voided_documents);
            (
                head.member.as_str(),
                head.is_member,
                counts,
                cut.feeds.len(),
            )
        })
        .collect();
    assert_eq!(
        members,
        [
            (BALLERUP, true, (3, 2), 1),
            (ALBERTSLUND, true, (1, 1), 0),
            (LYNGBY, false, (1, 1), 2),
        ]
    );
    let lost = &told.cuts[0].feeds[0];
    assert_eq!(lost.feed, feed("lost").to_string());
    assert_eq!((lost.last_seq, lost.voided_entries), (Some(30), 3));
    assert_eq!(lost.grounds.0, ["revoked-key"]);
    let twice = told.cuts[2]
        .feeds
        .iter()
        .find(|cut| cut.space == "group")
        .unwrap();
    assert_eq!(twice.space_name.as_deref(), Some("Møbler"));
    assert_eq!(twice.grounds.0, ["equivocation", "removed-member"]);
    let whole = told.cuts[2]
        .feeds
        .iter()
        .find(|cut| cut.space == "commons")
        .unwrap();
    assert_eq!((whole.last_seq, whole.voided_entries), (None, 1));
}

#[tokio::test]
async fn equivocations_revocations_a_fork_and_proposals_are_told() {
    let (_directory, mirror) = complete().await;
    let told = mirror.trust().await.unwrap();
    let twice = &told.equivocations[0];
    let mut entries = [entry("one").to_string(), entry("other").to_string()];
    entries.sort();
    assert_eq!(
        [&twice.entry, &twice.other_entry],
        [&entries[0], &entries[1]]
    );
    assert_eq!((twice.seq, twice.member_name.as_deref()), (5, None));
    let revoked: Vec<_> = told
        .revocations
        .iter()
        .map(|revoked| (revoked.space.as_str(), revoked.successor.clone()))
        .collect();
    assert_eq!(
        revoked,
        [("commons", Some(key(7).to_string())), ("group", None)]
    );
    let fork = told.fork.unwrap();
    assert_eq!((fork.base.base_version, fork.branches.len()), (3, 2));
    assert_eq!(
        fork.signed_both[1].member_name.as_deref(),
        Some("Albertslund")
    );
    let hash = RosterHash::of(&[b"admit"]).to_string();
    let admit = told
        .proposals
        .iter()
        .find(|proposal| proposal.head.roster_hash == hash)
        .unwrap();
    assert_eq!((admit.head.approvals, admit.head.needed), (2, 3));
    assert_eq!(admit.head.note.as_deref(), Some("Aftalt på mødet"));
    let votes: Vec<_> = admit
        .votes
        .iter()
        .map(|vote| {
            (
                vote.member.as_str(),
                vote.vote.as_str(),
                vote.reason.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        votes,
        [
            (BALLERUP, "reject", Some("Ikke endnu")),
            (GLADSAXE, "approve", None),
            (ALBERTSLUND, "approve", None),
        ]
    );
}

#[tokio::test]
async fn trust_is_the_same_in_whatever_order_it_is_listed() {
    assert_eq!(dumped(trust()).await, dumped(reversed()).await);
}

#[tokio::test]
async fn where_two_cuts_name_a_feed_the_lower_holds_and_all_grounds_are_told() {
    let lower = cut("f", LYNGBY, Some(3), &[Ground::RevokedKey]);
    let higher = cut("f", LYNGBY, Some(7), &[Ground::Equivocation]);
    let nothing = cut("f", LYNGBY, None, &[Ground::RemovedMember]);
    for (cuts, holds) in [
        (vec![lower.clone(), higher.clone()], Some(3)),
        (vec![higher.clone(), lower.clone()], Some(3)),
        (vec![higher, lower, nothing], None),
    ] {
        let (_directory, mirror) = empty().await;
        let mut trust = trust();
        let grounds = cuts.len();
        trust.cuts = cuts;
        given(&mirror, 1, Some(trust)).await;
        assert_eq!(
            mirror.current_cuts().await.unwrap(),
            BTreeMap::from([(feed("f"), holds)])
        );
        let told = mirror.trust().await.unwrap().cuts.remove(0).feeds.remove(0);
        assert_eq!(told.grounds.0.len(), grounds);
    }
}

#[tokio::test]
async fn current_cuts_are_those_that_were_given_last() {
    let (_directory, mirror) = empty().await;
    assert!(mirror.current_cuts().await.unwrap().is_empty());
    given(&mirror, 1, Some(earlier_trust())).await;
    // Also a cut for which no ground is named is one.
    let earlier = [(feed("lyngby-twice"), Some(9)), (feed("forgotten"), None)];
    assert_eq!(mirror.current_cuts().await.unwrap(), earlier.into());
    given(&mirror, 2, Some(trust())).await;
    given(&mirror, 3, None).await;
    let now = [
        (feed("lyngby-twice"), Some(4)),
        (feed("lyngby"), None),
        (feed("lost"), Some(30)),
    ];
    assert_eq!(mirror.current_cuts().await.unwrap(), now.into());
    assert_eq!(mirror.trust().await.unwrap().proposals.len(), 2);
}

#[tokio::test]
async fn the_watermark_says_from_how_many_changes_of_statements_trust_was_taken() {
    let (_directory, mirror) = filled().await;
    assert_eq!(mirror.watermark().await.unwrap().statements, 0);
    given(&mirror, 2, Some(trust())).await;
    assert_eq!(mirror.watermark().await.unwrap().statements, 5);
    given(&mirror, 3, None).await;
    let watermark = mirror.watermark().await.unwrap();
    assert_eq!((watermark.row, watermark.statements), (3, 5));
}

#[tokio::test]
async fn documents_with_void_entries_of_a_member_are_listed_for_it() {
    let (_directory, mirror) = complete().await;
    let listed: Vec<_> = mirror
        .voided_of(BALLERUP)
        .await
        .unwrap()
        .into_iter()
        .map(|void| {
            let grounds = void.grounds.0;
            (void.document, void.state, void.voided_entries, grounds)
        })
        .collect();
    let revoked = vec!["revoked-key".to_owned()];
    let id = |name: &str| document(name).to_string();
    assert_eq!(
        listed,
        [
            (id("furniture"), "read".to_owned(), 2, revoked.clone()),
            (id("void"), "void".to_owned(), 1, revoked),
        ]
    );
    assert_eq!(mirror.voided_of(ALBERTSLUND).await.unwrap().len(), 1);
    assert!(mirror.voided_of(GLADSAXE).await.unwrap().is_empty());
    let provenance = mirror.provenance(&id("furniture")).await.unwrap().unwrap();
    let grounds = provenance
        .refused
        .iter()
        .map(|entry| entry.ground.as_deref());
    assert_eq!(grounds.flatten().count(), 3);
    // What was refused for another reason is not void by a cut.
    let refused = ask(&mirror, "SELECT CAST(count(*) AS TEXT) FROM refused_entry").await;
    let voided = ask(&mirror, "SELECT CAST(count(*) AS TEXT) FROM voided_entry").await;
    assert_eq!((refused[0].as_str(), voided[0].as_str()), ("6", "5"));
}

#[tokio::test]
async fn what_is_given_again_leaves_no_void_entry_and_no_editor() {
    let (_directory, mirror) = complete().await;
    let furniture = document("furniture").to_string();
    let editors: Vec<_> = mirror
        .editors(&furniture)
        .await
        .unwrap()
        .into_iter()
        .map(|editor| (editor.member, editor.is_withdrawn))
        .collect();
    let expected = [(GLADSAXE, false), (ALBERTSLUND, true)]
        .map(|(member, is_withdrawn)| (member.to_owned(), is_withdrawn));
    assert_eq!(editors, expected);
    let mut documents = complete_documents();
    for document in &mut documents {
        document.refused.clear();
        document.editors.clear();
    }
    apply(&mirror, documents).await;
    assert!(mirror.editors(&furniture).await.unwrap().is_empty());
    assert!(mirror.voided_of(BALLERUP).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_editor_named_twice_is_the_one_granted_last() {
    let granted = |day: u64, is_withdrawn| EditorView {
        member: member(GLADSAXE),
        granted_ms: NEW_YEAR + day * 86_400_000,
        is_withdrawn,
    };
    let (first, again) = (granted(1, true), granted(2, false));
    for editors in [vec![first.clone(), again.clone()], vec![again, first]] {
        let (_directory, mirror) = complete().await;
        let mut documents = complete_documents();
        of_name(&mut documents, "furniture").editors = editors;
        apply(&mirror, documents).await;
        let furniture = document("furniture").to_string();
        let told = mirror.editors(&furniture).await.unwrap();
        assert_eq!(told.len(), 1);
        assert!(!told[0].is_withdrawn);
        assert_eq!(told[0].granted.as_deref(), Some("2026-01-03T00:00:00.000Z"));
    }
}

#[tokio::test]
async fn hostile_texts_in_votes_and_notes_are_data() {
    for text in TEXTS {
        let (_directory, mirror) = complete().await;
        let mut trust = trust();
        let mut hostile = proposal("admit", text, text);
        text.clone_into(&mut hostile.summary_da);
        text.clone_into(&mut hostile.summary_en);
        trust.proposals = vec![hostile];
        given(&mirror, 2, Some(trust)).await;
        let mut documents = complete_documents();
        for refused in &mut of_name(&mut documents, "void").refused {
            text.clone_into(&mut refused.reason);
        }
        apply(&mirror, documents).await;
        let told = mirror.trust().await.unwrap().proposals.remove(0);
        assert_eq!(told.head.note.as_deref(), Some(text));
        assert_eq!(told.head.summary_da.as_deref(), Some(text));
        assert_eq!(told.head.summary_en.as_deref(), Some(text));
        assert_eq!(told.votes[0].reason.as_deref(), Some(text));
        let reasons = ask(
            &mirror,
            "SELECT reason FROM voided_entry WHERE state = 'void'",
        )
        .await;
        assert_eq!(reasons, [text, text]);
        assert!(mirror.voided_of(text).await.unwrap().is_empty());
        assert!(mirror.editors(text).await.unwrap().is_empty());
        mirror.verify().await.unwrap();
    }
}

#[tokio::test]
async fn absurd_places_and_times_in_statements_stop_nothing() {
    let beyond = i64::MAX.unsigned_abs() + 1;
    let mut absurd = trust();
    absurd.equivocations = vec![
        equivocation(u64::MAX, ["one", "other"]),
        equivocation(beyond, ["third", "fourth"]),
    ];
    absurd.cuts[0].last_seq = Some(u64::MAX);
    absurd.revocations[0].claimed_ms = u64::MAX;
    // A key that is revoked twice in one space, with other words each time.
    let mut again = absurd.revocations[0].clone();
    again.claimed_ms = beyond;
    absurd.revocations.push(again);
    absurd.proposals[0].version = u64::MAX;
    absurd.proposals[0].claimed_ms = u64::MAX;
    // A steward that signs its approval, and a rejection too.
    let approves = absurd.proposals[0].approvals[0].clone();
    absurd.proposals[0].rejections = vec![
        (approves.clone(), "Alligevel ikke".to_owned()),
        (approves, "Anden grund".to_owned()),
    ];
    let mut turned = absurd.clone();
    turned.equivocations.reverse();
    turned.revocations.reverse();
    turned.proposals[0].rejections.reverse();
    let (_directory, mirror) = empty().await;
    given(&mirror, 1, Some(absurd.clone())).await;
    let told = mirror.trust().await.unwrap();
    assert_eq!(told.equivocations.len(), 1);
    assert_eq!(told.equivocations[0].seq, i64::MAX);
    assert_eq!(told.revocations.len(), 3);
    let hash = absurd.proposals[0].roster_hash.to_string();
    let absurd_one = told
        .proposals
        .iter()
        .find(|one| one.head.roster_hash == hash);
    assert_eq!(absurd_one.unwrap().votes.len(), 3);
    assert_eq!(dumped(absurd).await, dumped(turned).await);
}

#[tokio::test]
async fn every_ground_and_vote_has_a_name_in_both_languages() {
    let (_directory, mirror) = complete().await;
    let unnamed = ask(
        &mirror,
        "SELECT ground FROM (SELECT ground FROM cut UNION SELECT ground FROM refused_entry) \
         WHERE ground IS NOT NULL \
         AND ground NOT IN (SELECT code FROM code WHERE list = 'cut-ground') \
         UNION SELECT vote FROM roster_vote \
         WHERE vote NOT IN (SELECT code FROM code WHERE list = 'roster-vote')",
    )
    .await;
    assert_eq!(unnamed, Vec::<String>::new());
    for ground in Ground::ALL {
        assert_eq!(Ground::from_code(ground.code()), Some(*ground));
    }
    assert_eq!(Ground::from_code("'; DROP TABLE cut; --"), None);
}

#[tokio::test]
async fn feeds_that_count_to_their_end_are_in_no_table_of_trust() {
    let (_directory, mirror) = complete().await;
    let calm = TrustView {
        statements: 9,
        cuts: Vec::new(),
        equivocations: Vec::new(),
        revocations: Vec::new(),
        fork: None,
        proposals: Vec::new(),
    };
    given(&mirror, 2, Some(calm)).await;
    let told = mirror.trust().await.unwrap();
    assert!(told.equivocations.is_empty() && told.revocations.is_empty());
    assert!(told.fork.is_none() && told.proposals.is_empty());
    assert!(told.cuts.iter().all(|cut| cut.feeds.is_empty()));
    assert!(mirror.current_cuts().await.unwrap().is_empty());
    let signers = "SELECT member FROM roster_fork_signer UNION SELECT member FROM roster_vote";
    assert!(ask(&mirror, signers).await.is_empty());
}
