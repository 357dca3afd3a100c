use faelled_engine::{Config, Engine, Loaded, PeerStatus, Standing};
use faelled_net::Traffic;
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::opening::FeedOpening;
use faelled_proto::roster::MemberRecord;
use faelled_proto::statement::{Equivocation, Vote};
use faelled_proto::{
    Charter, FederationId, Kind, NodeCertificate, SecretKey, SignedCharter, SignedRoster, Space,
    Statement,
};

use super::*;

const NOW_MS: u64 = 1_790_000_000_000;
const DAY_MS: u64 = 86_400_000;

fn member(index: u8) -> MemberId {
    format!("dk-{index:04}").parse().unwrap()
}

fn identity(index: u8) -> SecretKey {
    SecretKey::from_seed(&[100 + index; 32])
}

fn node(index: u8) -> SecretKey {
    SecretKey::from_seed(&[1 + index; 32])
}

fn certificate(federation: FederationId, index: u8, expires_ms: u64) -> NodeCertificate {
    let key = node(index).node_key();
    NodeCertificate::issue(federation, member(index), &identity(index), key, expires_ms)
}

/// A roster of members 0 to `count`, of which the first `stewards` are stewards and sign.
fn roster(count: u8, stewards: u8, before: Option<&SignedRoster>, name: &str) -> Roster {
    let record = |index| MemberRecord {
        id: member(index),
        kind: "municipality".into(),
        name: format!("Member {index}"),
        identity_key: identity(index).identity_key(),
        valid_from_day: 20_000,
        valid_until_day: None,
    };
    Roster {
        version: 1 + u64::from(before.is_some()),
        federation: before.map(SignedRoster::federation),
        previous: before.map(SignedRoster::hash).into_iter().collect(),
        name: name.into(),
        claimed_ms: NOW_MS,
        threshold: u16::from(stewards) / 2 + 1,
        stewards: (0..stewards).map(member).collect(),
        members: (0..count).map(record).collect(),
        extensions: Vec::new(),
    }
}

fn signed(roster: &Roster) -> SignedRoster {
    let mut signed = SignedRoster::unsigned(roster);
    for index in 0..u8::try_from(roster.stewards.len()).unwrap() {
        signed.sign(member(index), &identity(index));
    }
    signed
}

/// What member 0 holds.
struct Held {
    rosters: Vec<SignedRoster>,
    charters: Vec<SignedCharter>,
    statements: Vec<Statement>,
    expires_ms: u64,
}

impl Held {
    fn of(first: SignedRoster) -> Self {
        Self {
            rosters: vec![first],
            charters: Vec::new(),
            statements: Vec::new(),
            expires_ms: NOW_MS + 365 * DAY_MS,
        }
    }

    fn federation(&self) -> FederationId {
        self.rosters[0].federation()
    }

    /// A group that a member founded.
    fn found(&mut self, owner: u8, members: &[u8], nonce: u8) -> Charter {
        let charter = Charter {
            version: 1,
            federation: self.federation(),
            group: None,
            previous: None,
            name: format!("Group {nonce}"),
            owners: vec![member(owner)],
            members: members.iter().copied().map(member).collect(),
            removed: Vec::new(),
            claimed_ms: NOW_MS,
            nonce: [nonce; 16],
        };
        self.charter(&charter, owner);
        charter
    }

    fn charter(&mut self, charter: &Charter, owner: u8) {
        let certificate = certificate(self.federation(), owner, NOW_MS + DAY_MS);
        let signed = SignedCharter::sign(charter, certificate, &node(owner));
        self.charters.push(signed);
    }

    /// The proof that a member's feed has two branches.
    fn equivocate(&mut self, index: u8) {
        let federation = self.federation();
        let opening = FeedOpening {
            certificate: certificate(federation, index, NOW_MS + DAY_MS),
            space: Space::Commons,
            incarnation: [index; 16],
            known_tips: Vec::new(),
        };
        let key = node(index);
        let first = Writer::new(federation, &key, None).open(&opening, NOW_MS);
        let branch = |text: &str| {
            let mut writer = Writer::new(federation, &key, Some(first.tip()));
            let body = text.as_bytes().to_vec();
            let entry = writer.write(Kind::CHANGE, None, body, NOW_MS);
            vec![entry.signed().clone()]
        };
        let proof = Equivocation::make(
            federation,
            first.signed().clone(),
            branch("one"),
            branch("other"),
        );
        self.statements
            .push(Statement::Equivocation(proof.unwrap()));
    }

    fn vote(&mut self, roster: &Roster, index: u8) {
        let vote = Vote::approve(encode(roster), member(index), &identity(index));
        self.statements.push(Statement::Vote(vote));
    }

    fn look(self, own: &MemberId) -> Look<'_> {
        let certificate = certificate(self.federation(), 0, self.expires_ms);
        let config = Config {
            seed: [0; 32],
            node_key: node(0),
            certificate: certificate.clone(),
            software: String::new(),
            incarnation: None,
            join_request: None,
            targets: Vec::new(),
        };
        let loaded = Loaded {
            federation: self.federation(),
            rosters: self.rosters,
            charters: self.charters,
            anchor: None,
            anchor_candidate: None,
            statements: self.statements,
            expired: Vec::new(),
            feeds: Vec::new(),
            tickets: Vec::new(),
            joins: Vec::new(),
        };
        let engine = Engine::new(config, loaded).unwrap();
        Look {
            own,
            now_ms: NOW_MS,
            trust: Arc::new(Trust::of(&engine, 1)),
            core: CoreStatus {
                standing: engine.standing(),
                member: own.clone(),
                roster: None,
                peers: Vec::new(),
                traffic: Traffic::default(),
                listening: None,
                notices: Vec::new(),
                refused_runs: 0,
                sent_away: None,
                displaced: None,
                joins: Vec::new(),
            },
            feeds: Vec::new(),
            lives: Vec::new(),
            certificate,
        }
    }
}

/// What is found of a kind of thing.
fn of<'a>(found: &'a [Finding], code: &str) -> Vec<&'a Finding> {
    found
        .iter()
        .filter(|finding| finding.code == code)
        .collect()
}

fn severity(found: &[Finding], code: &str) -> FindingSeverity {
    of(found, code)[0].severity
}

#[test]
fn a_small_federation_that_agrees_has_nothing_to_be_told() {
    let own = member(0);
    let mut held = Held::of(signed(&roster(3, 1, None, "A")));
    held.found(0, &[0, 1], 1);
    let look = held.look(&own);
    let mut found = federation::findings(&look);
    found.extend(groups::findings(&look));
    found.extend(own::findings(&look));
    for finding in &found {
        assert_eq!(finding.severity, FindingSeverity::Good, "{finding:?}");
        assert!(finding.todo.is_none());
    }
}

#[test]
fn few_stewards_a_proposal_and_equivocations_are_told() {
    let own = member(0);
    let first = signed(&roster(4, 2, None, "A"));
    let mut held = Held::of(first.clone());
    held.vote(&roster(4, 2, Some(&first), "B"), 1);
    held.equivocate(1);
    let look = held.look(&own);
    let found = federation::findings(&look);
    assert_eq!(severity(&found, "stewards"), FindingSeverity::Warning);
    assert_eq!(severity(&found, "votes"), FindingSeverity::Warning);
    assert_eq!(severity(&found, "roster"), FindingSeverity::Good);
    assert_eq!(severity(&found, "equivocation"), FindingSeverity::Warning);

    // Who has voted is not asked again, and one's own equivocation is a problem.
    let mut held = Held::of(first.clone());
    held.vote(&roster(4, 2, Some(&first), "B"), 0);
    held.equivocate(0);
    let found = federation::findings(&held.look(&own));
    assert_eq!(severity(&found, "votes"), FindingSeverity::Good);
    assert_eq!(severity(&found, "equivocation"), FindingSeverity::Problem);
}

#[test]
fn a_forked_roster_and_a_frozen_group_are_problems() {
    let own = member(0);
    let first = signed(&roster(3, 1, None, "A"));
    let mut held = Held::of(first.clone());
    for name in ["B", "C"] {
        held.rosters.push(signed(&roster(3, 1, Some(&first), name)));
    }
    let charter = held.found(0, &[0, 1, 2], 1);
    for gone in [1, 2] {
        let mut next = charter.clone();
        next.version = 2;
        next.group = Some(charter.group());
        next.previous = Some(charter.hash());
        next.members.retain(|id| *id != member(gone));
        held.charter(&next, 0);
    }
    let look = held.look(&own);
    let found = federation::findings(&look);
    assert_eq!(severity(&found, "roster"), FindingSeverity::Problem);
    assert_eq!(
        severity(&groups::findings(&look), "groups"),
        FindingSeverity::Problem
    );
}

#[test]
fn a_charter_by_an_owner_that_left_waits_to_be_settled() {
    let own = member(0);
    let first = signed(&roster(3, 1, None, "A"));
    for (removed, severe) in [
        (false, FindingSeverity::Good),
        (true, FindingSeverity::Warning),
    ] {
        let mut held = Held::of(first.clone());
        let charter = held.found(2, &[0, 1, 2], 1);
        let mut next = charter.clone();
        next.version = 2;
        next.group = Some(charter.group());
        next.previous = Some(charter.hash());
        next.members = vec![member(0), member(2)];
        held.charter(&next, 2);
        if removed {
            held.rosters.push(signed(&roster(2, 1, Some(&first), "A")));
        }
        let found = groups::findings(&held.look(&own));
        assert_eq!(severity(&found, "group-charters"), severe);
    }
}

#[test]
fn members_that_left_are_told_of_in_the_groups_that_still_name_them() {
    let own = member(0);
    let first = signed(&roster(3, 1, None, "A"));
    let mut held = Held::of(first.clone());
    held.rosters.push(signed(&roster(2, 1, Some(&first), "A")));
    held.found(0, &[0, 2], 1);
    held.found(2, &[0, 2], 2);
    held.found(2, &[1, 2], 3);
    let look = held.look(&own);
    let found = groups::findings(&look);
    let named = of(&found, "group-members");
    assert_eq!(named.len(), 1, "only where this member can take them out");
    let todo = named[0].todo.as_ref().unwrap();
    assert!(todo.en.contains(" dk-0002 --"), "{}", todo.en);
    let orphaned = of(&found, "group-owners");
    assert_eq!(orphaned.len(), 1, "only where this member is");
    assert!(orphaned[0].what.en.contains("Group 2"));
}

#[test]
fn a_certificate_that_ended_is_a_problem_and_one_that_ends_soon_a_warning() {
    let own = member(0);
    for (days, severe) in [
        (61, FindingSeverity::Good),
        (59, FindingSeverity::Warning),
        (0, FindingSeverity::Problem),
    ] {
        let mut held = Held::of(signed(&roster(1, 1, None, "A")));
        held.expires_ms = NOW_MS + days * DAY_MS;
        let found = own::findings(&held.look(&own));
        assert_eq!(severity(&found, "certificate"), severe, "{days}");
    }
}

#[test]
fn clocks_that_disagree_are_told_and_whose_is_wrong_where_that_is_plain() {
    let own = member(0);
    let place = tempfile::tempdir().unwrap();
    let directory = crate::directory::Directory::at(place.path());
    let written = |index: u8, claimed_ms| machine::Written {
        member: member(index),
        node_key: node(index).node_key(),
        claimed_ms,
    };
    let found = |written: &[machine::Written]| {
        let look = Held::of(signed(&roster(3, 1, None, "A"))).look(&own);
        machine::findings(&look, &directory, written)
    };
    let hours = |count: u64| NOW_MS + count * 3_600_000;
    let good = found(&[written(0, NOW_MS), written(1, hours(1))]);
    assert_eq!(severity(&good, "clock"), FindingSeverity::Good);
    let one = found(&[written(1, hours(2)), written(1, hours(3))]);
    assert_eq!(of(&one, "clock").len(), 1);
    assert_eq!(severity(&one, "clock"), FindingSeverity::Warning);
    assert!(
        of(&one, "clock")[0]
            .todo
            .as_ref()
            .unwrap()
            .en
            .contains("dk-0001")
    );
    let both = found(&[written(1, hours(2)), written(2, u64::MAX)]);
    assert!(
        of(&both, "clock")[0]
            .todo
            .as_ref()
            .unwrap()
            .en
            .contains("timedatectl")
    );
    let own_behind = found(&[written(0, hours(1))]);
    assert_eq!(severity(&own_behind, "clock"), FindingSeverity::Problem);
}

#[test]
fn newer_software_elsewhere_is_told() {
    let own = member(0);
    let place = tempfile::tempdir().unwrap();
    let directory = crate::directory::Directory::at(place.path());
    for (software, severe) in [
        ("faelled 999.0.0", FindingSeverity::Warning),
        ("faelled 0.0.0", FindingSeverity::Good),
        ("something else 999", FindingSeverity::Good),
    ] {
        let mut look = Held::of(signed(&roster(2, 1, None, "A"))).look(&own);
        look.core.listening = Some("127.0.0.1:4747".parse().unwrap());
        look.core.peers = vec![PeerStatus {
            connection: faelled_engine::ConnectionId(1),
            member: Some(member(1)),
            node_key: node(1).node_key(),
            address: "127.0.0.1:4748".parse().unwrap(),
            dialled: true,
            since_ms: NOW_MS,
            software: software.to_owned(),
            wanted_feeds: 0,
        }];
        let found = machine::findings(&look, &directory, &[]);
        assert_eq!(severity(&found, "software"), severe, "{software}");
        assert_eq!(severity(&found, "peers"), FindingSeverity::Good);
    }
}

#[test]
fn a_node_outside_of_the_roster_has_a_problem() {
    let own = member(0);
    let mut look = Held::of(signed(&roster(1, 1, None, "A"))).look(&own);
    for (standing, severe) in [
        (Standing::Member, FindingSeverity::Good),
        (Standing::Joining, FindingSeverity::Warning),
        (Standing::Outside, FindingSeverity::Problem),
        (Standing::Revoked, FindingSeverity::Problem),
    ] {
        look.core.standing = standing;
        let found = federation::findings(&look);
        assert_eq!(severity(&found, "membership"), severe);
    }
}

#[test]
fn a_copy_that_runs_is_a_problem_and_lives_that_overlap_are_a_warning() {
    let own = member(0);
    let first = || Held::of(signed(&roster(1, 1, None, "A")));
    let minutes = |count: u64| NOW_MS - DAY_MS + count * 60_000;
    let life = |from, to| own::Life {
        first_ms: minutes(from),
        last_ms: minutes(to),
    };
    for (lives, severe) in [
        (
            vec![life(0, 10), life(10, 20), life(21, 30)],
            FindingSeverity::Good,
        ),
        (vec![life(0, 10), life(10, 10)], FindingSeverity::Good),
        (vec![life(5, 15), life(0, 10)], FindingSeverity::Warning),
        (vec![life(0, 30), life(10, 20)], FindingSeverity::Warning),
    ] {
        let mut look = first().look(&own);
        look.lives = lives;
        assert_eq!(severity(&own::findings(&look), "copies"), severe);
        look.now_ms += 20 * DAY_MS;
        let later = own::findings(&look);
        assert_eq!(severity(&later, "copies"), FindingSeverity::Good);
    }
    let mut look = first().look(&own);
    look.core.displaced = Some(crate::core::SentAway {
        at_ms: NOW_MS,
        address: "192.0.2.7:4747".parse().unwrap(),
        bye: faelled_proto::message::Bye::Duplicate,
    });
    let found = own::findings(&look);
    assert_eq!(severity(&found, "copies"), FindingSeverity::Problem);
    let what = &of(&found, "copies")[0].what;
    assert!(what.en.contains("192.0.2.7:4747"), "{}", what.en);
}
