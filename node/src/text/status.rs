//! How a node stands.

use super::page::{Page, Table};
use super::words::{bytes, counted, joined, member, whole};
use crate::data::Status;
use crate::follower::Rebuilt;

pub(super) fn status(page: &mut Page, status: &Status) {
    page.line(&member(&status.member, status.name.as_deref()));
    page.line(&standing(page, status));
    page.gap();
    let facts = facts(page, status);
    page.facts(&facts);
    peers(page, status);
    notices(page, status);
    next(page, status);
}

pub(super) fn rebuilt(page: &mut Page, rebuilt: &Rebuilt) {
    let documents = i64::try_from(rebuilt.documents).unwrap_or(i64::MAX);
    let documents = counted(
        documents,
        ("document", "documents"),
        ("dokument", "dokumenter"),
        page.language,
    );
    page.line(&page.say(
        format!("The mirror was built anew from node.db: {documents}."),
        format!("Spejlet er bygget på ny fra node.db: {documents}."),
    ));
    let compared = match &rebuilt.differing_tables {
        None => page.say(
            "There was no readable mirror to compare it with.".to_owned(),
            "Der var intet læsbart spejl at sammenligne med.".to_owned(),
        ),
        Some(tables) if tables.is_empty() => page.say(
            "It is the same as the mirror that was there before.".to_owned(),
            "Det er det samme som spejlet, der var der før.".to_owned(),
        ),
        Some(tables) => page.say(
            format!(
                "It differs from the mirror that was there before, in: {}.",
                tables.join(", ")
            ),
            format!(
                "Det afviger fra spejlet, der var der før, i: {}.",
                tables.join(", ")
            ),
        ),
    };
    page.line(&compared);
    page.line(&format!(
        "{}: {}",
        page.say("Digest", "Kontrolsum"),
        rebuilt.digest
    ));
}

fn standing(page: &Page, status: &Status) -> String {
    let federation = status
        .federation_name
        .as_deref()
        .unwrap_or(status.federation.as_str());
    match status.standing {
        "member" => page.say(
            format!("is a member of {federation}"),
            format!("er deltager i {federation}"),
        ),
        "joining" => page.say(
            format!("has asked to join {federation}; a steward has not decided yet"),
            format!("har bedt om at deltage i {federation}; en tovholder har endnu ikke svaret"),
        ),
        "revoked" => page.say(
            format!("is a member of {federation}, but this node's key is revoked: nothing that it writes counts"),
            format!("er deltager i {federation}, men nodens nøgle er tilbagekaldt: intet, den skriver, tæller"),
        ),
        _ => page.say(
            format!("is not in the roster of {federation}"),
            format!("står ikke på deltagerlisten for {federation}"),
        ),
    }
}

fn facts<'a>(page: &Page, status: &Status) -> Vec<(&'a str, String)> {
    let language = page.language;
    let size = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let figures = &status.figures;
    let members = counted(
        size(status.members),
        ("member", "members"),
        ("deltager", "deltagere"),
        language,
    );
    let stewards = counted(
        size(status.stewards),
        ("steward", "stewards"),
        ("tovholder", "tovholdere"),
        language,
    );
    vec![
        (
            page.say("Federation", "Fællesskab"),
            status.federation.clone(),
        ),
        (
            page.say("Roster", "Deltagerliste"),
            format!("version {}: {members}, {stewards}", status.roster_version),
        ),
        (page.say("Daemon", "Dæmon"), daemon(page, status)),
        (page.say("Directory", "Mappe"), status.directory.clone()),
        (page.say("Shared", "Delt"), shared(page, status)),
        (page.say("Groups", "Grupper"), groups(page, status)),
        (
            page.say("Only with you", "Kun hos jer"),
            counted(
                figures.private_documents,
                ("document", "documents"),
                ("dokument", "dokumenter"),
                language,
            ),
        ),
        (page.say("Entries", "Poster"), entries(page, status)),
        (page.say("Mirror", "Spejl"), mirror(page, status)),
        (page.say("Traffic", "Trafik"), traffic(page, status)),
        (page.say("Not shown", "Ikke vist"), left_out(page, status)),
    ]
}

fn daemon(page: &Page, status: &Status) -> String {
    match status.listening {
        Some(address) => page.say(
            format!("listens on {address}"),
            format!("lytter på {address}"),
        ),
        None => page.say(
            "is not running; faelled serve starts it".to_owned(),
            "kører ikke; faelled serve starter den".to_owned(),
        ),
    }
}

fn entries(page: &Page, status: &Status) -> String {
    let language = page.language;
    page.say(
        format!(
            "{} in {} feeds, {}",
            whole(status.entries, language),
            status.feeds,
            bytes(status.bytes, language)
        ),
        format!(
            "{} i {} logge, {}",
            whole(status.entries, language),
            status.feeds,
            bytes(status.bytes, language)
        ),
    )
}

fn traffic(page: &Page, status: &Status) -> String {
    if status.listening.is_none() {
        return String::new();
    }
    let language = page.language;
    page.say(
        format!(
            "{} sent, {} received",
            bytes(status.bytes_sent, language),
            bytes(status.bytes_received, language)
        ),
        format!(
            "{} sendt, {} modtaget",
            bytes(status.bytes_sent, language),
            bytes(status.bytes_received, language)
        ),
    )
}

fn shared(page: &Page, status: &Status) -> String {
    let figures = &status.figures;
    let language = page.language;
    joined([
        counted(
            figures.packs,
            ("pack", "packs"),
            ("kravpakke", "kravpakker"),
            language,
        ),
        counted(
            figures.releases,
            ("release", "releases"),
            ("udgivelse", "udgivelser"),
            language,
        ),
        counted(
            figures.requirements,
            ("requirement", "requirements"),
            ("krav", "krav"),
            language,
        ),
        counted(
            figures.pilots,
            ("pilot", "pilots"),
            ("afprøvning", "afprøvninger"),
            language,
        ),
        counted(
            figures.adoptions,
            ("adoption", "adoptions"),
            ("ibrugtagning", "ibrugtagninger"),
            language,
        ),
    ])
}

fn mirror(page: &Page, status: &Status) -> String {
    if let Some(problem) = &status.mirror_problem {
        return page.say(
            format!("does not follow: {problem}; faelled mirror rebuild makes it anew"),
            format!("følger ikke med: {problem}; faelled mirror rebuild laver det på ny"),
        );
    }
    if status.mirror_behind <= 0 {
        return page.say("shows everything", "viser alt").to_owned();
    }
    let behind = counted(
        status.mirror_behind,
        ("entry", "entries"),
        ("post", "poster"),
        page.language,
    );
    page.say(format!("{behind} behind"), format!("{behind} bagud"))
}

fn groups(page: &Page, status: &Status) -> String {
    let figures = &status.figures;
    if figures.groups == 0 {
        return String::new();
    }
    let documents = counted(
        figures.group_documents,
        ("document", "documents"),
        ("dokument", "dokumenter"),
        page.language,
    );
    page.say(
        format!("{}, with {documents}", figures.groups),
        format!("{} med {documents}", figures.groups),
    )
}

/// What is on the disk and not shown as content: each is a reason to look closer.
fn left_out(page: &Page, status: &Status) -> String {
    let figures = &status.figures;
    let language = page.language;
    let runs = i64::try_from(status.refused_runs).unwrap_or(i64::MAX);
    let said = [
        (
            runs,
            ("run of entries refused", "runs of entries refused"),
            ("række poster afvist", "rækker poster afvist"),
        ),
        (
            figures.refused,
            ("refused entry", "refused entries"),
            ("afvist post", "afviste poster"),
        ),
        (
            figures.quarantined,
            ("document in quarantine", "documents in quarantine"),
            ("dokument i karantæne", "dokumenter i karantæne"),
        ),
        (
            figures.unknown_kind,
            ("document of newer software", "documents of newer software"),
            (
                "dokument fra nyere programmer",
                "dokumenter fra nyere programmer",
            ),
        ),
    ];
    joined(
        said.into_iter()
            .filter(|(count, _, _)| *count > 0)
            .map(|(count, english, danish)| counted(count, english, danish, language)),
    )
}

fn peers(page: &mut Page, status: &Status) {
    if status.listening.is_none() {
        return;
    }
    page.heading(page.say("Connections", "Forbindelser"));
    if status.peers.is_empty() {
        let none = page.say(
            "None right now; the node keeps trying those that it knows.",
            "Ingen lige nu; noden bliver ved at prøve dem, den kender.",
        );
        page.paragraph(none);
        return;
    }
    let direction = |dialled| {
        if dialled {
            page.say("from here", "herfra")
        } else {
            page.say("from there", "derfra")
        }
    };
    let rows = status.peers.iter().map(|peer| {
        let who = match &peer.member {
            Some(id) => member(id, peer.name.as_deref()),
            None => page.say("not shown yet", "endnu ukendt").to_owned(),
        };
        let waits = match peer.wanted_feeds {
            0 => "-".to_owned(),
            feeds => feeds.to_string(),
        };
        let cells = [
            &peer.address.to_string(),
            direction(peer.dialled),
            &peer.since,
            &peer.software,
            &waits,
        ];
        std::iter::once(who)
            .chain(cells.into_iter().map(|cell| (*cell).to_owned()))
            .collect()
    });
    let table = Table::of(rows.collect::<Vec<Vec<String>>>()).keeping_whole(&[1, 3]);
    let english = [
        "Member",
        "Address",
        "Dialled",
        "Since (UTC)",
        "Software",
        "Feeds awaited",
    ];
    let danish = [
        "Deltager",
        "Adresse",
        "Ringet op",
        "Siden (UTC)",
        "Program",
        "Logge ventes",
    ];
    page.table(&page.say(english, danish), table);
}

fn notices(page: &mut Page, status: &Status) {
    let points: Vec<String> = status
        .notices
        .iter()
        .map(|notice| format!("{}  {}", notice.at, notice.what.in_language(page.language)))
        .collect();
    page.bullets(
        page.say("Noticed lately (UTC)", "Bemærket for nylig (UTC)"),
        &points,
    );
}

fn next(page: &mut Page, status: &Status) {
    if status.certificate_expires_soon {
        let expires = &status.certificate_expires;
        page.gap();
        page.line(&page.say(
            format!("Look out: this node's certificate runs out {expires} UTC. Renew it: faelled key renew"),
            format!("Pas på: nodens certifikat udløber {expires} UTC. Forny det: faelled key renew"),
        ));
    }
    waiting(page, status);
    if status.joins_waiting > 0 {
        page.gap();
        let waiting = i64::try_from(status.joins_waiting).unwrap_or(i64::MAX);
        let requests = counted(
            waiting,
            ("request to join waits", "requests to join wait"),
            (
                "anmodning om at deltage venter",
                "anmodninger om at deltage venter",
            ),
            page.language,
        );
        page.line(&format!("{requests}: faelled members"));
    }
    if status.standing == "joining" {
        page.gap();
        page.own(page.say(
            "Keep faelled serve running, and ask a steward to approve: faelled members approve.",
            "Lad faelled serve køre, og bed en tovholder om at godkende: faelled members approve.",
        ));
    }
}

/// What somebody should see to: places to settle, and what came.
fn waiting(page: &mut Page, status: &Status) {
    let conflicts = status.figures.conflicts;
    let unread = status
        .unread
        .and_then(|unread| i64::try_from(unread).ok())
        .unwrap_or(0);
    let language = page.language;
    if conflicts > 0 || unread > 0 {
        page.gap();
    }
    if conflicts > 0 {
        let conflicts = counted(
            conflicts,
            (
                "conflict waits to be settled",
                "conflicts wait to be settled",
            ),
            (
                "konflikt venter på at blive afgjort",
                "konflikter venter på at blive afgjort",
            ),
            language,
        );
        page.line(&format!("{conflicts}: faelled conflicts list"));
    }
    if unread > 0 {
        let unread = counted(
            unread,
            (
                "thing in the inbox is unread",
                "things in the inbox are unread",
            ),
            (
                "nyhed i indbakken er ulæst",
                "nyheder i indbakken er ulæste",
            ),
            language,
        );
        page.line(&format!("{unread}: faelled inbox"));
    }
}
