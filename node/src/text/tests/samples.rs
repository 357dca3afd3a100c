//! Answers with hostile content.

use faelled_mirror::read;
use faelled_model::Localized;
use faelled_model::adoption::{ChosenLevel, Deviation};
use faelled_model::terms::Level;

use crate::data::*;
use crate::failure::Said;
use crate::follower::Rebuilt;

mod pilots;

use pilots::{pilot, practice, result};

/// Escape sequence, C1, direction override, zero width, backspace and a line break to forge a line with.
pub(super) const HOSTILE: &str =
    "Tur\u{1b}[2J\u{9b}31m\u{202e}\u{200b}\u{8}\nverified: signed by nobody";

pub(super) fn hostile() -> String {
    HOSTILE.to_owned()
}

pub(super) fn said() -> Said {
    Said::new(HOSTILE, HOSTILE)
}

pub(super) fn some() -> Option<String> {
    Some(hostile())
}

pub(super) fn disclosure() -> read::Disclosure {
    read::Disclosure {
        head: read::DisclosureHead {
            document: hostile(),
            owner: hostile(),
            kind: some(),
            code: some(),
            title_da: some(),
            title_en: some(),
            shared: some(),
            version: some(),
            shared_in: some(),
            shared_in_name: some(),
            ground_da: some(),
            ground_en: some(),
            date: some(),
        },
        recipients: vec![hostile(), hostile()],
    }
}

/// One answer of every kind, with hostile text wherever a text can stand.
pub(super) fn every_answer() -> Vec<Data> {
    let mut answers = written();
    answers.extend([
        Data::Status(Box::new(status())),
        Data::Members(members()),
        Data::Tickets(vec![ticket()]),
        Data::Revoked(ticket()),
        Data::Key(keys()),
        Data::Packs(["commons", "private", "group"].map(pack_summary).to_vec()),
        Data::Pack(Box::new(pack())),
        Data::Pack(Box::new(heard_pack())),
        Data::Requirements(vec![requirement_summary(), heard_requirement().summary]),
        Data::Requirement(Box::new(requirement())),
        Data::Requirement(Box::new(heard_requirement())),
        Data::Pilots(vec![result()]),
        Data::Pilot(Box::new(pilot())),
        Data::Hits(vec![hit()]),
    ]);
    answers
}

/// Answers to what changes something.
fn written() -> Vec<Data> {
    let invited = Invited {
        code: hostile(),
        note: some(),
        ticket: hostile(),
        expires: hostile(),
        addresses: Vec::new(),
    };
    let imported = Imported {
        document: hostile(),
        code: hostile(),
        group: some(),
        created: 1,
        changed: 1,
        unchanged: 1,
        warnings: vec![said()],
    };
    let published = |preview| Published {
        preview,
        pack: some(),
        code: hostile(),
        version: hostile(),
        release: some(),
        citation: some(),
        requirements: vec![hostile()],
        visible_to: vec![hostile()],
        review_by: hostile(),
        cosigners_needed: 2,
        approval: Some((hostile(), hostile())),
        warnings: vec![said()],
    };
    let adopted = Adopted {
        document: hostile(),
        code: hostile(),
        version: hostile(),
        release: hostile(),
        stance: "trying".to_owned(),
        levels: vec![ChosenLevel {
            number: hostile(),
            level: Level::from(hostile()),
        }],
        deviations: vec![Deviation {
            number: hostile(),
            text: Localized::from([("da", HOSTILE), ("en", HOSTILE)]),
        }],
        warnings: vec![said()],
    };
    let recorded = Recorded {
        document: hostile(),
        updated: false,
        requirements: vec![hostile()],
        visible_to: vec![hostile()],
        warnings: vec![said()],
    };
    let rebuilt = Rebuilt {
        documents: 2,
        row: 2,
        digest: hostile(),
        differing_tables: Some(vec![hostile()]),
    };
    vec![
        Data::Invited(invited),
        Data::Imported(imported),
        Data::Published(published(true)),
        Data::Published(published(false)),
        Data::Adopted(adopted),
        Data::Recorded(recorded),
        Data::Rebuilt(rebuilt),
    ]
}

pub(super) fn status() -> Status {
    Status {
        standing: "member",
        member: "dk-0159".to_owned(),
        name: some(),
        federation: hostile(),
        federation_name: some(),
        roster_version: 3,
        members: 3,
        stewards: 1,
        joins_waiting: 1,
        certificate_expires: hostile(),
        certificate_expires_soon: true,
        directory: hostile(),
        listening: "127.0.0.1:4747".parse().ok(),
        peers: vec![Peer {
            member: some(),
            name: some(),
            node_key: hostile(),
            address: "127.0.0.1:1".parse().unwrap(),
            dialled: true,
            since: hostile(),
            software: hostile(),
            wanted_feeds: 2,
        }],
        entries: 1234,
        feeds: 5,
        documents: 40,
        bytes: 1_250_000,
        mirror_behind: 2,
        mirror_problem: some(),
        figures: read::Figures {
            members: 3,
            documents: 40,
            private_documents: 1,
            group_documents: 14,
            groups: 1,
            conflicts: 2,
            packs: 2,
            releases: 2,
            requirements: 24,
            pilots: 6,
            tried: 12,
            adoptions: 1,
            entries: 1234,
            refused: 1,
            quarantined: 1,
            unknown_kind: 1,
        },
        unread: Some(3),
        refused_runs: 1,
        bytes_sent: 10,
        bytes_received: 20,
        notices: vec![NoticeLine {
            at: hostile(),
            what: said(),
        }],
    }
}

pub(super) fn requirement_summary() -> read::RequirementSummary {
    read::RequirementSummary {
        document: hostile(),
        number: some(),
        owner: hostile(),
        owner_name: some(),
        space: "commons".to_owned(),
        group_name: some(),
        title_da: some(),
        title_en: some(),
        category: some(),
        r#type: some(),
        level: some(),
        state: some(),
        hearing_of: None,
        pack_code: some(),
        version: some(),
        pilots: 2,
        keep: 1,
        adjust: 1,
        drop_it: 0,
    }
}

pub(super) fn requirement() -> read::RequirementDetail {
    read::RequirementDetail {
        summary: requirement_summary(),
        texts: requirement_texts(),
        strategies: vec![hostile()],
        cpv: vec![read::CpvCode {
            cpv: some(),
            name_da: some(),
            name_en: some(),
        }],
        environmental_impact: vec![hostile()],
        social_objectives: vec![hostile()],
        sdg: vec![hostile()],
        goals: vec![hostile()],
        kle: vec![hostile()],
        placeholders: vec![read::Placeholder {
            name: some(),
            meaning_da: some(),
            meaning_en: some(),
            unit: some(),
            min: Some(1.0),
            max: Some(f64::MAX),
            default_value: some(),
        }],
        measures: vec![read::Measure {
            property_da: some(),
            property_en: some(),
            comparison: some(),
            number: Some(-1.5),
            unit: some(),
        }],
        awards: vec![read::Award {
            method_da: some(),
            method_en: some(),
            scale: some(),
            weight_percent: Some(10.0),
        }],
        evidence: vec![read::Evidence {
            kind: some(),
            text_da: some(),
            text_en: some(),
            labels: serde_json::to_string(&[HOSTILE]).unwrap(),
        }],
        follow_up: vec![read::FollowUp {
            what_da: some(),
            what_en: some(),
            when_da: some(),
            when_en: some(),
            who_da: some(),
            who_en: some(),
        }],
        risks: vec![read::Risk {
            risk_da: some(),
            risk_en: some(),
        }],
        legal_basis: vec![hostile()],
        sources: vec![read::Source {
            title: some(),
            address: some(),
            version: some(),
            date: some(),
        }],
        supersedes: vec![hostile()],
        history: vec![read::StateChange {
            state: some(),
            date: some(),
            member: some(),
            note_da: some(),
            note_en: some(),
        }],
        releases: vec![released_in()],
        practice: Some(practice()),
        supplier_reasons: vec![read::SupplierReason {
            pilot: hostile(),
            member: hostile(),
            member_name: some(),
            reason_da: some(),
            reason_en: some(),
        }],
        pilots: vec![result()],
    }
}

pub(super) fn pack_summary(space: &str) -> read::PackSummary {
    read::PackSummary {
        document: hostile(),
        code: some(),
        title_da: some(),
        title_en: some(),
        owner: hostile(),
        owner_name: some(),
        space: space.to_owned(),
        group_name: some(),
        hearing_of: None,
        published_as: some(),
        version: some(),
        release: some(),
        citation: some(),
        review_by: some(),
        disputed_version: some(),
        requirements: 13,
        adopters: 2,
        last_claimed: some(),
    }
}

/// A copy that was given to a hearing.
pub(super) fn heard_pack() -> read::PackDetail {
    let mut pack = pack();
    pack.summary.space = "group".to_owned();
    pack.summary.hearing_of = some();
    pack
}

/// A requirement in such a copy.
pub(super) fn heard_requirement() -> read::RequirementDetail {
    let mut requirement = requirement();
    requirement.summary.space = "group".to_owned();
    requirement.summary.hearing_of = some();
    requirement
}

fn pack() -> read::PackDetail {
    read::PackDetail {
        summary: pack_summary("commons"),
        texts: read::PackTexts {
            purpose_da: some(),
            purpose_en: some(),
            introduction_da: some(),
            introduction_en: some(),
            how_to_use_da: some(),
            how_to_use_en: some(),
            project: some(),
            licence: some(),
            review_cycle_months: Some(12),
        },
        sections: vec![read::PackSection {
            title_da: some(),
            title_en: some(),
            requirements: vec![read::PackEntry {
                section: 0,
                number: some(),
                requirement: some(),
                title_da: some(),
                title_en: some(),
                r#type: some(),
                level: some(),
                alternative_to: some(),
            }],
        }],
        hearings: vec![read::Hearing {
            head: read::HearingHead {
                position: 0,
                kind: some(),
                begins: some(),
                ends: some(),
                ground_da: some(),
                ground_en: some(),
            },
            recipients: vec![hostile()],
        }],
        cosignatures: vec![read::CosignatureSummary {
            document: hostile(),
            member: hostile(),
            member_name: some(),
            version: some(),
            release: some(),
            date: some(),
            capacity_da: some(),
            capacity_en: some(),
        }],
        disclosures: vec![disclosure()],
        releases: vec![read::ReleaseSummary {
            pack: hostile(),
            hash: hostile(),
            version: hostile(),
            previous: some(),
            code: some(),
            notes_da: some(),
            notes_en: some(),
            valid_from: some(),
            review_by: some(),
            cosigners_needed: 2,
            cosigned: 1,
            is_withdrawn: true,
            withdrawn_on: some(),
            withdrawn_reason_da: some(),
            withdrawn_reason_en: some(),
            replaced_by: some(),
            counts: false,
            is_readable: false,
            is_equivocated: true,
            is_newest: true,
            citation: hostile(),
            requirements: 13,
            entry: hostile(),
            member: hostile(),
            claimed: some(),
        }],
        adoptions: vec![read::AdoptionSummary {
            document: hostile(),
            member: hostile(),
            member_name: some(),
            pack: some(),
            pack_code: some(),
            pack_da: some(),
            pack_en: some(),
            version: some(),
            release: some(),
            is_newest: None,
            stance: some(),
            planned_quarter: some(),
            last_claimed: some(),
        }],
    }
}

fn members() -> Members {
    Members {
        federation_name: some(),
        members: vec![read::Member {
            member: hostile(),
            kind: some(),
            name: some(),
            is_steward: true,
            identity_key: hostile(),
            valid_from: some(),
            valid_until: some(),
            packs: 1,
            pilots: 2,
        }],
        requests: vec![JoinLine {
            member: hostile(),
            name: hostile(),
            kind: hostile(),
            asked: hostile(),
            address: hostile(),
            fingerprint: hostile(),
            ticket: hostile(),
            note: some(),
            state: "waiting",
            has_new_key: true,
        }],
        proposals: 2,
    }
}

fn ticket() -> TicketLine {
    TicketLine {
        code: hostile(),
        state: "used",
        issued: hostile(),
        expires: hostile(),
        used_by: some(),
        used_by_name: some(),
        note: some(),
    }
}

fn keys() -> key::Data {
    key::Data::Shown(key::Shown {
        member: hostile(),
        identity_key: hostile(),
        fingerprint: hostile(),
        kept: "sealed",
        node_key: hostile(),
        node_fingerprint: hostile(),
        expires: hostile(),
        days_left: 59,
        expires_soon: true,
        revoked: true,
        other_nodes: vec![key::OtherNode {
            node_key: hostile(),
            fingerprint: hostile(),
            expires: some(),
            last_written: some(),
            connected: true,
            revoked: true,
        }],
    })
}

fn hit() -> read::Hit {
    read::Hit {
        document: hostile(),
        kind: hostile(),
        number: some(),
        title_da: some(),
        title_en: some(),
        owner: hostile(),
        owner_name: some(),
        space: "commons".to_owned(),
        snippet: vec![read::SnippetPart {
            text: hostile(),
            is_match: true,
        }],
        summary_da: hostile(),
        summary_en: hostile(),
    }
}

fn requirement_texts() -> read::RequirementTexts {
    read::RequirementTexts {
        product_group_da: some(),
        product_group_en: some(),
        project: some(),
        level_relation: some(),
        gpp_basis: some(),
        wording_da: some(),
        wording_en: None,
        motive_da: some(),
        motive_en: some(),
        readiness: some(),
        market_dialogue_da: some(),
        market_dialogue_en: some(),
        adapted_from: some(),
        adapted_from_number: some(),
        adapted_from_owner: some(),
        adapted_from_pack: some(),
        adapted_from_version: some(),
        adapted_from_release: some(),
        adapted_changes_da: some(),
        adapted_changes_en: some(),
        published_as: some(),
        texts: some(),
        first_claimed: some(),
        last_claimed: some(),
    }
}

fn released_in() -> read::ReleasedIn {
    read::ReleasedIn {
        pack: hostile(),
        code: some(),
        version: hostile(),
        hash: hostile(),
        is_newest: true,
        is_equivocated: true,
        is_withdrawn: true,
    }
}
