//! Tickets.

use super::page::{Page, Table};
use crate::data::{Invited, TicketLine};

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
        (page.say("Code", "Kode"), invited.code.clone()),
        (
            page.say("For", "Til"),
            invited.note.clone().unwrap_or_default(),
        ),
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
        "Keep faelled serve running here; faelled members shows who has asked. If it comes into the wrong hands:",
        "Lad faelled serve køre her; faelled members viser, hvem der har spurgt. Kommer den i forkerte hænder:",
    ));
    page.gap();
    page.whole(&format!("  faelled invite revoke {}", invited.code));
}

pub(super) fn tickets(page: &mut Page, lines: &[TicketLine]) {
    if lines.is_empty() {
        page.own(page.say(
            "No ticket was issued here yet. faelled invite makes one for a newcomer.",
            "Der er endnu ikke udstedt nogen billet her. faelled invite laver en til en ny deltager.",
        ));
        return;
    }
    let rows = lines.iter().map(|line| {
        let used_by = match (&line.used_by_name, &line.used_by) {
            (Some(name), Some(member)) => format!("{name} ({member})"),
            (_, member) => member.clone().unwrap_or_default(),
        };
        vec![
            line.code.clone(),
            state(page, line.state).to_owned(),
            line.issued.clone(),
            line.expires.clone(),
            used_by,
            line.note.clone().unwrap_or_default(),
        ]
    });
    let table = Table::of(rows.collect::<Vec<_>>()).keeping_whole(&[1, 2, 3]);
    let english = ["Code", "State", "Issued", "Valid until", "Used by", "For"];
    let danish = [
        "Kode",
        "Tilstand",
        "Udstedt",
        "Gælder til",
        "Brugt af",
        "Til",
    ];
    page.table(&page.say(english, danish), table);
    page.gap();
    page.own(page.say(
        "Take one back: faelled invite revoke CODE",
        "Tag en tilbage: faelled invite revoke KODE",
    ));
}

pub(super) fn revoked(page: &mut Page, line: &TicketLine) {
    let code = &line.code;
    page.line(&page.say(
        format!("Ticket {code} is taken back: nobody can ask to join with it any more."),
        format!("Billetten {code} er taget tilbage: ingen kan længere bede om at deltage med den."),
    ));
}

fn state(page: &Page, state: &str) -> &'static str {
    match state {
        "open" => page.say("open", "åben"),
        "used" => page.say("used", "brugt"),
        "expired" => page.say("expired", "udløbet"),
        _ => page.say("revoked", "taget tilbage"),
    }
}
