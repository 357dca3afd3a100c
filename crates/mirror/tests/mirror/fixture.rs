//! A small federation: Gladsaxe leads a pack of two requirements, Ballerup and Albertslund tried
//! them.

use faelled_mirror::{
    Content, Delta, DocumentView, EntryView, Mirror, RefusedView, ReleaseView, RosterView,
};
use faelled_model::adoption::ReleaseRef;
use faelled_model::pack::{RequirementRef, Section};
use faelled_model::pilot::{Effect, Tender, Tried};
use faelled_model::release::ReleasedRequirement;
use faelled_model::requirement::{Award, Evidence, FollowUp, Measure, Placeholder, Source};
use faelled_model::terms::{
    Category, Comparison, EvidenceKind, Level, PilotState, PriceEffect, RequirementType, Stance,
    Strategy, Verdict,
};
use faelled_model::{Adoption, Localized, LocalizedText, Pack, Pilot, ReleaseContent, Requirement};
use faelled_proto::id::ContentHash;
use faelled_proto::release::Release;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{
    DocId, EntryId, FederationId, FeedId, IdentityKey, Kind, MemberId, NodeKey, ReleaseHash,
    Roster, RosterHash, Space,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};
use tempfile::TempDir;

pub(crate) const GLADSAXE: &str = "dk-0159";
pub(crate) const BALLERUP: &str = "dk-0151";
pub(crate) const ALBERTSLUND: &str = "dk-0165";

/// Milliseconds of 2026-01-01.
pub(crate) const NEW_YEAR: u64 = 1_767_225_600_000;

pub(crate) fn member(id: &str) -> MemberId {
    id.parse().unwrap()
}

pub(crate) fn document(name: &str) -> DocId {
    DocId::of(&[name.as_bytes()])
}

pub(crate) fn both(danish: &str, english: &str) -> Localized {
    Localized::from([("da", danish), ("en", english)])
}

pub(crate) async fn empty() -> (TempDir, Mirror) {
    let directory = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(directory.path().join("mirror.db"))
        .await
        .unwrap();
    (directory, mirror)
}

/// A mirror with the whole fixture in it.
pub(crate) async fn filled() -> (TempDir, Mirror) {
    let (directory, mirror) = empty().await;
    mirror
        .apply(&Delta {
            row: 1,
            roster: Some(roster()),
            groups: None,
            trust: None,
            documents: documents(),
        })
        .await
        .unwrap();
    (directory, mirror)
}

/// A connection of a local tool.
pub(crate) async fn tool(mirror: &Mirror) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(mirror.path())
        .read_only(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// What a local tool reads: one text for each row, cells separated by bars.
pub(crate) async fn ask(mirror: &Mirror, sql: &str) -> Vec<String> {
    let mut connection = tool(mirror).await;
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(&mut connection)
        .await
        .unwrap()
}

pub(crate) async fn count(mirror: &Mirror, table: &str) -> i64 {
    let mut connection = tool(mirror).await;
    let sql = format!("SELECT count(*) FROM {table}");
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

pub(crate) fn roster() -> RosterView {
    let record = |id: &str, name: &str, key: u8| MemberRecord {
        id: member(id),
        kind: "municipality".to_owned(),
        name: name.to_owned(),
        identity_key: IdentityKey::from_bytes([key; 32]),
        valid_from_day: 20_454,
        valid_until_day: None,
    };
    let roster = Roster {
        version: 3,
        federation: Some(FederationId::of(&[b"fixture"])),
        previous: vec![RosterHash::of(&[b"2"])],
        name: "Grønne indkøb".to_owned(),
        claimed_ms: NEW_YEAR,
        threshold: 1,
        stewards: vec![member(GLADSAXE)],
        members: vec![
            record(BALLERUP, "Ballerup", 1),
            record(GLADSAXE, "Gladsaxe", 2),
            record(ALBERTSLUND, "Albertslund", 3),
        ],
        extensions: Vec::new(),
    };
    RosterView {
        federation: FederationId::of(&[b"fixture"]),
        hash: roster.hash(),
        roster,
    }
}

/// A document with one opening and one change, whose times follow from `day`.
pub(crate) fn view(
    name: &str,
    kind: &str,
    owner: &str,
    space: Space,
    day: u64,
    content: Content,
) -> DocumentView {
    let feed = FeedId::of(&[owner.as_bytes()]);
    let entry = |seq: u64, kind: Kind| EntryView {
        entry: EntryId::of(&[name.as_bytes(), &seq.to_be_bytes()]),
        feed,
        seq: day * 10 + seq,
        kind,
        member: member(owner),
        node_key: NodeKey::from_bytes([7; 32]),
        claimed_ms: NEW_YEAR + day * 86_400_000 + seq,
        received_ms: NEW_YEAR + day * 86_400_000 + 5_000,
        arrival: i64::try_from(day * 10 + seq).unwrap(),
    };
    DocumentView {
        id: document(name),
        kind: kind.to_owned(),
        owner: member(owner),
        space,
        content,
        conflicts: Vec::new(),
        entries: vec![entry(0, Kind::DOCUMENT_OPENING), entry(1, Kind::CHANGE)],
        refused: Vec::new(),
        editors: Vec::new(),
    }
}

pub(crate) fn requirement(number: &str) -> Requirement {
    Requirement {
        schema: 1,
        number: number.to_owned(),
        title: Localized::from([
            ("da", "Genbrugelige kasser på ruten"),
            ("en", "Reusable crates"),
            ("de", "Mehrwegkisten"),
        ]),
        category: Category::Packaging,
        product_group: both("Transportemballage", "Transport packaging"),
        project: "circular-procurement".to_owned(),
        strategies: vec![Strategy::Reuse, Strategy::Avoid],
        cpv: vec!["44617100".to_owned(), "44619000".to_owned()],
        environmental_impact: vec!["circ-econ".to_owned()],
        goals: vec!["SDG 12.5".to_owned()],
        r#type: RequirementType::ContractPerformanceClause,
        level: Level::Basic,
        wording: LocalizedText::from([
            ("da", "Mindst {andel} % leveres i kasser, der tages retur."),
            ("en", "At least {andel} %."),
        ]),
        placeholders: vec![Placeholder {
            name: "andel".to_owned(),
            unit: "%".to_owned(),
            min: Some(10.0),
            ..Placeholder::default()
        }],
        measures: vec![Measure {
            property: both("andel", "share"),
            comparison: Comparison::AtLeast,
            number: 40.0,
            unit: "%".to_owned(),
            ..Measure::default()
        }],
        awards: vec![Award {
            method: both("Point", "Points"),
            scale: "0-10".to_owned(),
            weight_percent: Some(12.5),
            ..Award::default()
        }],
        evidence: vec![Evidence {
            kind: EvidenceKind::Label,
            text: both("Mærke", "Label"),
            labels: vec!["Svanemærket".to_owned(), "EU Ecolabel".to_owned()],
            ..Evidence::default()
        }],
        follow_up: vec![FollowUp {
            what: both("Andel", "Share"),
            when: both("Hvert år", "Yearly"),
            who: both("Køber", "Buyer"),
            ..FollowUp::default()
        }],
        motive: LocalizedText::from([("da", "Mindre affald"), ("en", "Less waste")]),
        risks: vec![both("Små firmaer", "Small firms")],
        legal_basis: vec!["Udbudsloven § 2".to_owned()],
        sources: vec![Source {
            title: "EU 2025/40".to_owned(),
            ..Source::default()
        }],
        supersedes: vec!["GLX-EMB-000".to_owned()],
        ..Requirement::default()
    }
}

pub(crate) fn pack() -> Pack {
    let reference = |number: &str| RequirementRef {
        number: number.to_owned(),
        document: document(number).to_string(),
        ..RequirementRef::default()
    };
    Pack {
        schema: 1,
        code: "GLX-EMB".to_owned(),
        title: both("Emballage", "Packaging"),
        introduction: LocalizedText::from([("da", "Spørg først, om emballagen kan undværes.")]),
        contract_types: vec!["supplies".to_owned()],
        sections: vec![Section {
            title: both("Genbrug", "Reuse"),
            requirements: vec![reference("GLX-EMB-001"), reference("GLX-EMB-002")],
            ..Section::default()
        }],
        ..Pack::default()
    }
}

/// A release of [`pack`]; another `twist` gives another content.
pub(crate) fn release(version: (u32, u32, u32), twist: &str) -> ReleaseView {
    let mut pack = pack();
    twist.clone_into(&mut pack.project);
    let released = |number: &str| ReleasedRequirement {
        document: document(number).to_string(),
        requirement: requirement(number),
    };
    let content = ReleaseContent {
        pack,
        requirements: vec![released("GLX-EMB-001"), released("GLX-EMB-002")],
    };
    let bytes = content.to_bytes().unwrap();
    let release = Release {
        version,
        previous: None,
        notes: [("da".to_owned(), "Første udgave".to_owned())].into(),
        valid_from_day: 20_454,
        review_by_day: 20_819,
        approval: Some(("Klimaudvalget".to_owned(), 20_450)),
        cosigners_needed: 0,
        content_hash: ContentHash::of(&[&bytes]),
        content: bytes,
    };
    let body = release.encode();
    ReleaseView {
        hash: Release::hash_of_body(&body),
        release,
        content: Some(content),
        entry: EntryId::of(&[&body]),
        member: member(GLADSAXE),
        claimed_ms: NEW_YEAR,
    }
}

pub(crate) fn pinned(hash: ReleaseHash) -> ReleaseRef {
    ReleaseRef {
        pack: document("pack").to_string(),
        version: "1.0.0".to_owned(),
        hash: hash.to_string(),
    }
}

pub(crate) fn tried(number: &str) -> Tried {
    Tried {
        release: pinned(release((1, 0, 0), "").hash),
        requirement: document(number).to_string(),
        number: number.to_owned(),
        r#type: RequirementType::TechnicalSpecification,
        bidders: Some(3),
        bidders_last_time: Some(4),
        price_effect: PriceEffect::Unchanged,
        burden: Some(2),
        verdict: Verdict::Keep,
        reasons_not_bidding: vec![both("For få kasser", "Too few crates")],
        ..Tried::default()
    }
}

pub(crate) fn pilot(title: &str, tried: Vec<Tried>, advice: &str) -> Pilot {
    Pilot {
        schema: 1,
        state: PilotState::Done,
        tender: Tender {
            title: both(title, title),
            cpv: vec!["30192000".to_owned()],
            joint_buyers: vec![ALBERTSLUND.to_owned()],
            ..Tender::default()
        },
        tried,
        effects: vec![Effect {
            what: both("Kasser", "Crates"),
            number: 1200.0,
            unit: "1".to_owned(),
            measured: true,
            ..Effect::default()
        }],
        lessons: LocalizedText::from([("da", "Begynd med de største leverandører.")]),
        first_advice: both(advice, advice),
        ..Pilot::default()
    }
}

/// Everything that the fixture's members share, and a draft of Gladsaxe.
pub(crate) fn documents() -> Vec<DocumentView> {
    let requirement_view = |name: &str, number: &str, space: Space| {
        view(
            name,
            "requirement",
            GLADSAXE,
            space,
            1,
            Content::Requirement(Box::new(requirement(number))),
        )
    };
    let pilot_view = |name: &str, owner: &str, day: u64, pilot: Pilot| {
        view(
            name,
            "pilot",
            owner,
            Space::Commons,
            day,
            Content::Pilot(Box::new(pilot)),
        )
    };
    let content = Content::Pack {
        pack: Box::new(pack()),
        releases: vec![release((1, 0, 0), "")],
    };
    let mut packs = view("pack", "pack", GLADSAXE, Space::Commons, 2, content);
    packs.refused.push(RefusedView {
        entry: EntryId::of(&[b"refused"]),
        feed: FeedId::of(&[BALLERUP.as_bytes()]),
        seq: 3,
        member: member(BALLERUP),
        reason: "only the owner may write this document".to_owned(),
        ground: None,
    });
    let adoption = Adoption {
        schema: 1,
        release: pinned(release((1, 0, 0), "").hash),
        stance: Stance::Trying,
        planned_quarter: "2027-Q1".to_owned(),
        ..Adoption::default()
    };
    let mut weighed = tried("GLX-EMB-001");
    weighed.r#type = RequirementType::AwardCriterion;
    weighed.verdict = Verdict::Adjust;
    weighed.bidders = Some(6);
    weighed.bidders_last_time = None;
    weighed.price_effect = PriceEffect::Under5;
    weighed.burden = Some(3);
    vec![
        packs,
        requirement_view("GLX-EMB-001", "GLX-EMB-001", Space::Commons),
        requirement_view("GLX-EMB-002", "GLX-EMB-002", Space::Commons),
        requirement_view("draft", "GLX-EMB-001", Space::Private(member(GLADSAXE))),
        pilot_view(
            "pilot-a",
            BALLERUP,
            5,
            pilot(
                "Kontorartikler",
                vec![tried("GLX-EMB-001")],
                "Spørg tidligt",
            ),
        ),
        pilot_view(
            "pilot-b",
            ALBERTSLUND,
            9,
            pilot("Rengøringsmidler", vec![weighed], "Hold dialog"),
        ),
        view(
            "adoption",
            "adoption",
            BALLERUP,
            Space::Commons,
            4,
            Content::Adoption(Box::new(adoption)),
        ),
        view(
            "later",
            "a-newer-kind",
            BALLERUP,
            Space::Commons,
            6,
            Content::Unknown,
        ),
        view(
            "broken",
            "pilot",
            BALLERUP,
            Space::Commons,
            7,
            Content::Quarantined {
                reason: "entry 12 of dk-0151".to_owned(),
            },
        ),
        view("void", "pilot", BALLERUP, Space::Commons, 8, Content::Void),
    ]
}
