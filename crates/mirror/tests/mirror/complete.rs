//! Beside the fixture's: Ballerup leads a pack of furniture whose first release it withdrew, and the members
//! talk about it. With the fixture's documents every table and view has something in it.

use faelled_mirror::{
    ConflictValueView, ConflictView, Content, Delta, DocumentView, GroupView, Mirror, ReleaseView,
};
use faelled_model::adoption::{ChosenLevel, Deviation, ReleaseRef};
use faelled_model::attachment::{Attachment, FileBytes};
use faelled_model::basket::{BasketLine, Filled};
use faelled_model::discussion::Target;
use faelled_model::following::Follow;
use faelled_model::pack::{AnsweredProposal, Hearing, RequirementRef, Section, Withdrawal};
use faelled_model::pilot::{Check, Tried};
use faelled_model::profile::InRegion;
use faelled_model::project::Indicator;
use faelled_model::release::ReleasedRequirement;
use faelled_model::requirement::{AdaptedFrom, StateChange};
use faelled_model::terms::{
    Backing, Category, Complaint, DisclosureKind, DiscussionState, EvidenceOutcome, HearingKind,
    Level, PilotState, Priority, Progress, ResourceKind, Speed, Stance, Verdict, WordingState,
};
use faelled_model::{
    Adoption, Answer, Basket, Comment, Cosignature, Disclosure, Following, LocalizedText, Pack,
    Participation, Pilot, Profile, Project, Question, ReleaseContent, Requirement, Resource,
};
use faelled_proto::id::ContentHash;
use faelled_proto::release::Release;
use faelled_proto::{EntryId, GroupId, Space};

use crate::fixture::{
    ALBERTSLUND, BALLERUP, GLADSAXE, NEW_YEAR, both, document, documents, empty, member, pilot,
    roster, view,
};
use crate::trust::{touch, trust};

/// A mirror with everything in it.
pub(crate) async fn complete() -> (tempfile::TempDir, Mirror) {
    let (directory, mirror) = empty().await;
    mirror
        .apply(&Delta {
            row: 1,
            roster: Some(roster()),
            groups: Some(groups()),
            trust: Some(trust()),
            documents: complete_documents(),
        })
        .await
        .unwrap();
    (directory, mirror)
}

/// Takes in documents on top of what a mirror holds.
pub(crate) async fn apply(mirror: &Mirror, documents: Vec<DocumentView>) {
    mirror
        .apply(&Delta {
            row: 2,
            roster: None,
            groups: None,
            trust: None,
            documents,
        })
        .await
        .unwrap();
}

pub(crate) fn groups() -> Vec<GroupView> {
    vec![GroupView {
        id: GroupId::of(&[b"furniture"]),
        name: "Møbler".to_owned(),
        version: 2,
        owners: vec![member(BALLERUP)],
        members: vec![member(BALLERUP), member(GLADSAXE)],
        is_frozen: false,
    }]
}

/// The fixture's documents, and one or more of every other kind.
pub(crate) fn complete_documents() -> Vec<DocumentView> {
    let mut all = documents();
    all.push(furniture(vec![first_release(), second_release()]));
    all.push(cosignature("cosignature", GLADSAXE, &second_release()));
    all.extend(tender_documents());
    all.extend(joint_documents());
    all.extend(own_documents());
    touch(&mut all);
    all
}

/// A requirement on chairs as Ballerup's pack releases it.
pub(crate) fn chairs(wording: &str) -> Requirement {
    Requirement {
        schema: 2,
        number: "BAL-MØB-001".to_owned(),
        title: both("Stole", "Chairs"),
        category: Category::Furniture,
        project: "cirkulaert".to_owned(),
        cpv: vec!["39112000".to_owned()],
        wording: LocalizedText::from([("da", wording)]),
        motive: LocalizedText::from([("da", "Mindre affald")]),
        social_objectives: vec!["acc-all".to_owned()],
        sdg: vec!["12.5".to_owned()],
        kle: vec!["88.08".to_owned()],
        state: WordingState::Released,
        history: vec![StateChange {
            id: "s1".to_owned(),
            state: WordingState::Released,
            date: "2026-02-01".to_owned(),
            by: BALLERUP.to_owned(),
            note: both("1.0.0", "1.0.0"),
        }],
        ..Requirement::default()
    }
}

/// A release of the pack of furniture.
pub(crate) fn furniture_release(
    version: (u32, u32, u32),
    wording: &str,
    cosigners_needed: u8,
) -> ReleaseView {
    let content = ReleaseContent {
        pack: Pack {
            code: "BAL-MØB".to_owned(),
            title: both("Møbler", "Furniture"),
            ..Pack::default()
        },
        requirements: vec![ReleasedRequirement {
            document: document("chairs").to_string(),
            requirement: chairs(wording),
        }],
    };
    let bytes = content.to_bytes().unwrap();
    let release = Release {
        version,
        previous: None,
        notes: [("da".to_owned(), "Ændret".to_owned())].into(),
        valid_from_day: 20_454,
        review_by_day: 20_819,
        approval: None,
        cosigners_needed: cosigners_needed.into(),
        content_hash: ContentHash::of(&[&bytes]),
        content: bytes,
    };
    let body = release.encode();
    ReleaseView {
        hash: Release::hash_of_body(&body),
        release,
        content: Some(content),
        // One of the entries that the pack's view has.
        entry: EntryId::of(&[b"furniture", &u64::from(version.1).to_be_bytes()]),
        member: member(BALLERUP),
        claimed_ms: NEW_YEAR,
    }
}

pub(crate) fn first_release() -> ReleaseView {
    furniture_release((1, 0, 0), "Stole repareres.", 0)
}

/// Needs one co-signature, and has it.
pub(crate) fn second_release() -> ReleaseView {
    furniture_release((1, 1, 0), "Stole repareres inden {dage} dage.", 1)
}

pub(crate) fn pin(release: &ReleaseView) -> ReleaseRef {
    ReleaseRef {
        pack: document("furniture").to_string(),
        version: release.release.version_text(),
        hash: release.hash.to_string(),
    }
}

pub(crate) fn furniture_pack() -> Pack {
    Pack {
        schema: 2,
        code: "BAL-MØB".to_owned(),
        title: both("Møbler", "Furniture"),
        project: "cirkulaert".to_owned(),
        sections: vec![Section {
            id: "a1".to_owned(),
            title: both("Stole", "Chairs"),
            requirements: vec![RequirementRef {
                number: "BAL-MØB-001".to_owned(),
                document: document("chairs").to_string(),
                alternative_to: "BAL-MØB-002".to_owned(),
            }],
        }],
        hearings: vec![Hearing {
            id: "h1".to_owned(),
            kind: HearingKind::Trade,
            from: "2026-01-10".to_owned(),
            until: "2026-01-31".to_owned(),
            recipients: vec!["Dansk Erhverv".to_owned(), GLADSAXE.to_owned()],
            ground: both("Branchehøring", "Trade hearing"),
        }],
        withdrawals: vec![Withdrawal {
            version: "1.0.0".to_owned(),
            reason: both("Fejl i kravet", "A mistake"),
            replaced_by: "1.1.0".to_owned(),
            date: "2026-02-11".to_owned(),
        }],
        answered: vec![AnsweredProposal {
            id: "p1".to_owned(),
            pilot: document("furniture-pilot").to_string(),
            number: "BAL-MØB-001".to_owned(),
            version: "1.1.0".to_owned(),
            answer: both("Taget med", "Taken up"),
        }],
        ..Pack::default()
    }
}

pub(crate) fn furniture(releases: Vec<ReleaseView>) -> DocumentView {
    let content = Content::Pack {
        pack: Box::new(furniture_pack()),
        releases,
    };
    view("furniture", "pack", BALLERUP, Space::Commons, 41, content)
}

pub(crate) fn cosignature(name: &str, signer: &str, release: &ReleaseView) -> DocumentView {
    let content = Content::Cosignature(Box::new(Cosignature {
        schema: 1,
        release: pin(release),
        date: "2026-02-10".to_owned(),
        capacity: both("Styregruppen", "The steering group"),
    }));
    view(name, "cosignature", signer, Space::Commons, 42, content)
}

fn attachment() -> Attachment {
    Attachment {
        id: "f1".to_owned(),
        title: both("Skema", "Form"),
        file_name: "skema.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        content: FileBytes(b"%PDF".to_vec()),
        ..Attachment::default()
    }
}

pub(crate) fn furniture_pilot() -> Pilot {
    let tried = Tried {
        release: pin(&first_release()),
        requirement: document("chairs").to_string(),
        number: "BAL-MØB-001".to_owned(),
        reasons_not_bidding: vec![both("For kort frist", "Too short")],
        small_firms: Some(2),
        questions: Some(5),
        buyer_hours: Some(8.0),
        evidence_outcome: EvidenceOutcome::Partly,
        complaint: Complaint::Klagenaevnet,
        complaint_case: "26/1".to_owned(),
        verdict: Verdict::Adjust,
        proposed_wording: both("Inden 30 dage", "Within 30 days"),
        ..Tried::default()
    };
    Pilot {
        schema: 2,
        state: PilotState::InContract,
        checks: vec![Check {
            id: "c1".to_owned(),
            how: both("Stikprøve", "A sample"),
            complied: Some(false),
            ..Check::default()
        }],
        attachments: vec![attachment()],
        ..pilot("Kontormøbler", vec![tried], "Spørg om frister")
    }
}

/// Around tenders: the requirement, who adopted it, tried it, adapted it.
fn tender_documents() -> Vec<DocumentView> {
    let mut released = view(
        "chairs",
        "requirement",
        BALLERUP,
        Space::Commons,
        40,
        Content::Requirement(Box::new(chairs("Stole repareres inden {dage} dage."))),
    );
    let value = |value: &str, owner: &str, is_shown: bool| ConflictValueView {
        value: format!("\"{value}\""),
        is_whole: true,
        member: Some(member(owner)),
        claimed_ms: NEW_YEAR,
        is_shown,
    };
    released.conflicts = vec![ConflictView {
        path: "level".to_owned(),
        values: vec![
            value("basic", BALLERUP, true),
            value("advanced", GLADSAXE, false),
        ],
    }];
    let mut adapted = chairs("Stole repareres inden 14 dage.");
    adapted.number = "ALB-001".to_owned();
    adapted.adapted_from = Some(AdaptedFrom {
        requirement: document("chairs").to_string(),
        number: "BAL-MØB-001".to_owned(),
        owner: BALLERUP.to_owned(),
        release: pin(&first_release()),
        changes: both("Kortere frist", "Shorter"),
    });
    let adoption = Adoption {
        schema: 1,
        release: pin(&first_release()),
        stance: Stance::Using,
        levels: vec![ChosenLevel {
            number: "BAL-MØB-001".to_owned(),
            level: Level::Advanced,
        }],
        deviations: vec![Deviation {
            number: "BAL-MØB-001".to_owned(),
            text: both("Kun stole", "Chairs only"),
        }],
        ..Adoption::default()
    };
    let albertslund = Space::Private(member(ALBERTSLUND));
    vec![
        released,
        view(
            "adapted",
            "requirement",
            ALBERTSLUND,
            albertslund,
            43,
            Content::Requirement(Box::new(adapted)),
        ),
        view(
            "furniture-adoption",
            "adoption",
            ALBERTSLUND,
            Space::Commons,
            44,
            Content::Adoption(Box::new(adoption)),
        ),
        view(
            "furniture-pilot",
            "pilot",
            GLADSAXE,
            Space::Commons,
            45,
            Content::Pilot(Box::new(furniture_pilot())),
        ),
    ]
}

pub(crate) fn participation(speed: Speed) -> Participation {
    Participation {
        schema: 1,
        project: "cirkulaert".to_owned(),
        project_document: document("project").to_string(),
        speed,
        priority: Priority::High,
        state: Progress::UnderWay,
        status_date: "2026-03-01".to_owned(),
        backing: Backing::Council,
        goals: vec![both("Halvt så meget affald", "Half the waste")],
        ..Participation::default()
    }
}

/// What members say to each other, and the joint work.
fn joint_documents() -> Vec<DocumentView> {
    let about = |name: &str, field: &str| Target {
        document: document(name).to_string(),
        field: field.to_owned(),
    };
    let question = Content::Question(Box::new(Question {
        schema: 1,
        target: about("chairs", "wording.da"),
        title: both("Hvor mange dage?", "How many days?"),
        body: LocalizedText::from([("da", "Er 30 dage rimeligt?")]),
        state: DiscussionState::Open,
        ..Question::default()
    }));
    let answer = Content::Answer(Box::new(Answer {
        schema: 1,
        question: document("question").to_string(),
        body: LocalizedText::from([("da", "Ja, de fleste kan.")]),
    }));
    let comment = Content::Comment(Box::new(Comment {
        schema: 1,
        target: about("furniture", ""),
        body: LocalizedText::from([("da", "Godt tænkt")]),
        state: DiscussionState::Open,
    }));
    let resource = Content::Resource(Box::new(Resource {
        schema: 1,
        kind: ResourceKind::Template,
        title: both("Skema til reparation", "Repair form"),
        target: about("furniture", ""),
        attachments: vec![attachment()],
        ..Resource::default()
    }));
    let project = Content::Project(Box::new(Project {
        schema: 1,
        code: "cirkulaert".to_owned(),
        title: both("Cirkulære indkøb", "Circular procurement"),
        indicators: vec![Indicator {
            id: "i1".to_owned(),
            what: both("Affald", "Waste"),
            target: Some(50.0),
            unit: "%".to_owned(),
        }],
        ..Project::default()
    }));
    let profile = Content::Profile(Box::new(Profile {
        schema: 1,
        name: both("Ballerup Kommune", "Municipality of Ballerup"),
        regions: vec![InRegion {
            region: "dk-1084".to_owned(),
            ..InRegion::default()
        }],
        ..Profile::default()
    }));
    let participation = Content::Participation(Box::new(participation(Speed::Trying)));
    [
        ("question", "question", ALBERTSLUND, 46, question),
        ("answer", "answer", BALLERUP, 47, answer),
        ("comment", "comment", GLADSAXE, 48, comment),
        ("resource", "resource", GLADSAXE, 49, resource),
        ("project", "project", GLADSAXE, 50, project),
        (
            "participation",
            "participation",
            BALLERUP,
            51,
            participation,
        ),
        ("profile", "profile", BALLERUP, 52, profile),
    ]
    .into_iter()
    .map(|(name, kind, owner, day, content)| view(name, kind, owner, Space::Commons, day, content))
    .collect()
}

/// What Ballerup keeps for itself.
fn own_documents() -> Vec<DocumentView> {
    let disclosure = Content::Disclosure(Box::new(Disclosure {
        schema: 1,
        kind: DisclosureKind::TradeHearing,
        code: "BAL-MØB".to_owned(),
        title: both("Møbler", "Furniture"),
        document: document("furniture").to_string(),
        space: "commons".to_owned(),
        recipients: vec!["Dansk Erhverv".to_owned()],
        ground: both("Høring", "Hearing"),
        date: "2026-01-10".to_owned(),
        ..Disclosure::default()
    }));
    let follow = |target: String| Follow {
        target,
        since: "2026-01-02".to_owned(),
    };
    let following = Content::Following(Box::new(Following {
        schema: 1,
        follows: vec![
            follow(format!("pack:{}", document("pack"))),
            follow("project:cirkulaert".to_owned()),
            follow("category:furniture".to_owned()),
            follow("cpv:3911".to_owned()),
        ],
    }));
    let basket = Content::Basket(Box::new(Basket {
        schema: 1,
        name: "Stole 2027".to_owned(),
        lines: vec![BasketLine {
            requirement: document("chairs").to_string(),
            number: "BAL-MØB-001".to_owned(),
            release: pin(&second_release()),
            values: vec![Filled {
                name: "dage".to_owned(),
                value: "30".to_owned(),
            }],
        }],
    }));
    [
        ("disclosure", disclosure, 53),
        ("following", following, 54),
        ("basket", basket, 55),
    ]
    .into_iter()
    .map(|(kind, content, day)| {
        let own = Space::Private(member(BALLERUP));
        view(kind, kind, BALLERUP, own, day, content)
    })
    .collect()
}
