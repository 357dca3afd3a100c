//! Members and decisions.

use super::page::{Page, Table};
use super::words::{counted, member_kind};
use crate::data::{JoinLine, Members};

pub(super) fn members(page: &mut Page, members: &Members) {
    let language = page.language;
    let count = i64::try_from(members.members.len()).unwrap_or(i64::MAX);
    let counted = counted(
        count,
        ("member", "members"),
        ("deltager", "deltagere"),
        language,
    );
    match &members.federation_name {
        Some(name) => page.line(&format!("{name}: {counted}")),
        None => page.line(&counted),
    }
    if members.members.is_empty() {
        page.paragraph(page.say(
            "The roster has not arrived yet: it comes once a steward has let this node in.",
            "Deltagerlisten er ikke kommet endnu: den kommer, når en tovholder har lukket noden ind.",
        ));
    }
    let rows = members.members.iter().map(|member| {
        let steward = if member.is_steward {
            page.say("yes", "ja")
        } else {
            ""
        };
        vec![
            member.member.clone(),
            member.name.clone().unwrap_or_default(),
            member_kind(member.kind.as_deref(), language),
            steward.to_owned(),
            member.packs.to_string(),
            member.pilots.to_string(),
            period(member.valid_from.as_deref(), member.valid_until.as_deref()),
        ]
    });
    let table = Table::of(rows.collect::<Vec<_>>()).keeping_whole(&[6]);
    let english = [
        "Id",
        "Name",
        "Kind",
        "Steward",
        "Packs",
        "Pilots",
        "Member since",
    ];
    let danish = [
        "Id",
        "Navn",
        "Art",
        "Tovholder",
        "Kravpakker",
        "Afprøvninger",
        "Deltager siden",
    ];
    if !members.members.is_empty() {
        page.gap();
    }
    page.table(&page.say(english, danish), table);
    requests(page, &members.requests);
    proposals(page, members.proposals);
}

fn proposals(page: &mut Page, count: usize) {
    if count == 0 {
        return;
    }
    let count = counted(
        i64::try_from(count).unwrap_or(i64::MAX),
        ("proposal waits", "proposals wait"),
        ("forslag venter", "forslag venter"),
        page.language,
    );
    page.gap();
    page.line(&page.say(
        format!("{count} for the stewards' votes: faelled members proposals"),
        format!("{count} på tovholdernes stemmer: faelled members proposals"),
    ));
}

fn requests(page: &mut Page, requests: &[JoinLine]) {
    if requests.is_empty() {
        page.gap();
        page.own(page.say(
            "Nobody waits to be let in. faelled invite makes a ticket for a newcomer.",
            "Ingen venter på at blive lukket ind. faelled invite laver en billet til en ny deltager.",
        ));
        return;
    }
    page.heading(page.say("Requests to join", "Anmodninger om at deltage"));
    for request in requests {
        page.gap();
        page.line(&format!("{} ({})", request.name, request.member));
        let state = match request.state {
            "waiting" if request.has_new_key => page.say(
                "waits for a decision; is a member already, and asks with a new key",
                "venter på svar; er allerede deltager og spørger med en ny nøgle",
            ),
            "waiting" => page.say("waits for a decision", "venter på svar"),
            "admitted" => page.say("let in", "lukket ind"),
            _ => page.say("declined", "afvist"),
        };
        page.facts(&[
            (page.say("  State", "  Tilstand"), state.to_owned()),
            (
                page.say("  Kind", "  Art"),
                member_kind(Some(&request.kind), page.language),
            ),
            (
                page.say("  Asked", "  Spurgte"),
                page.say(
                    format!("{} UTC, from {}", request.asked, request.address),
                    format!("{} UTC, fra {}", request.asked, request.address),
                ),
            ),
            (
                page.say("  Ticket", "  Billet"),
                match &request.note {
                    Some(note) => format!("{}: {note}", request.ticket),
                    None => request.ticket.clone(),
                },
            ),
            (
                if request.has_new_key {
                    page.say("  New key", "  Ny nøgle")
                } else {
                    page.say("  Key", "  Nøgle")
                },
                request.fingerprint.clone(),
            ),
        ]);
    }
    if let Some(waiting) = requests.iter().find(|request| request.state == "waiting") {
        page.gap();
        page.own(page.say(
            "Call the newcomer on a number that you know already, and have the eight words of the key read aloud. Where they are the same:",
            "Ring til den nye deltager på et nummer, I kender i forvejen, og få nøglens otte ord læst op. Er de ens:",
        ));
        let rekey = if waiting.has_new_key { " --rekey" } else { "" };
        page.whole(&format!(
            "  faelled members approve {}{rekey}",
            waiting.member
        ));
        page.whole(&format!("  faelled members decline {}", waiting.member));
    }
}

fn period(from: Option<&str>, until: Option<&str>) -> String {
    match (from, until) {
        (Some(from), Some(until)) => format!("{from} - {until}"),
        (from, _) => from.unwrap_or_default().to_owned(),
    }
}
