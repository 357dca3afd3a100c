//! Members, tickets and decisions.

use super::page::{Page, Table};
use super::words::{counted, member_kind};
use crate::data::{Decided, Invited, JoinLine, Members};

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
}

pub(super) fn invited(page: &mut Page, invited: &Invited) {
    page.whole(&invited.ticket);
    page.gap();
    let addresses: Vec<String> = invited.addresses.iter().map(ToString::to_string).collect();
    page.facts(&[
        (
            page.say("Valid until", "Gælder til"),
            format!("{} UTC", invited.expires),
        ),
        (page.say("Asks at", "Spørger hos"), addresses.join(", ")),
    ]);
    page.gap();
    page.own(page.say(
        "Send it to one newcomer by a way that only the newcomer reads: whoever holds it may ask to join. The newcomer types:",
        "Send den til én ny deltager ad en vej, som kun modtageren læser: den, der har den, kan bede om at deltage. Den nye deltager skriver:",
    ));
    page.gap();
    page.whole(page.say(
        "  faelled join TICKET --member CODE",
        "  faelled join BILLET --member KODE",
    ));
    page.gap();
    page.own(page.say(
        "Keep faelled serve running here; faelled members shows who has asked.",
        "Lad faelled serve køre her; faelled members viser, hvem der har spurgt.",
    ));
}

pub(super) fn decided(page: &mut Page, decided: &Decided) {
    let member = &decided.member;
    let text = match (decided.admitted, decided.roster_version) {
        (true, Some(version)) => page.say(
            format!("{member} is a member now, in version {version} of the roster."),
            format!("{member} er nu deltager, i version {version} af deltagerlisten."),
        ),
        (true, None) => page.say(
            format!("{member} is let in; the new roster follows."),
            format!("{member} er lukket ind; den nye deltagerliste følger."),
        ),
        (false, _) => page.say(
            format!("{member} was declined and is told so."),
            format!("{member} er afvist og får det at vide."),
        ),
    };
    page.line(&text);
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
            (page.say("  Key", "  Nøgle"), request.fingerprint.clone()),
        ]);
    }
    if let Some(waiting) = requests.iter().find(|request| request.state == "waiting") {
        page.gap();
        page.own(page.say(
            "Call the newcomer on a number that you know already, and compare the key. Then:",
            "Ring til den nye deltager på et nummer, I kender i forvejen, og sammenlign nøglen. Derefter:",
        ));
        page.whole(&format!("  faelled members approve {}", waiting.member));
        page.whole(&format!("  faelled members decline {}", waiting.member));
    }
}

fn period(from: Option<&str>, until: Option<&str>) -> String {
    match (from, until) {
        (Some(from), Some(until)) => format!("{from} - {until}"),
        (from, _) => from.unwrap_or_default().to_owned(),
    }
}
