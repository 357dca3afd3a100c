//! What is followed, and what happened.

use super::super::page::Page;
use super::super::words::{either, whole};
use crate::data::joint::{FollowLine, Follows, Inbox, InboxLine};

pub(super) fn follows(page: &mut Page, follows: &Follows) {
    let name = called(page, &follows.follow);
    let text = match (follows.is_followed, follows.is_changed) {
        (true, true) => page.say(format!("You follow {name}."), format!("I følger {name}.")),
        (true, false) => page.say(
            format!("You follow {name} already."),
            format!("I følger allerede {name}."),
        ),
        (false, true) => page.say(
            format!("You do not follow {name} any more."),
            format!("I følger ikke længere {name}."),
        ),
        (false, false) => page.say(
            format!("You did not follow {name}."),
            format!("I fulgte ikke {name}."),
        ),
    };
    page.line(&text);
    page.own(page.say(
        "Nobody else sees what you follow. What happens stands in faelled inbox.",
        "Ingen andre ser, hvad I følger. Det, der sker, står i faelled inbox.",
    ));
}

pub(super) fn followed(page: &mut Page, lines: &[FollowLine]) {
    if lines.is_empty() {
        page.own(page.say("You follow nothing yet.", "I følger ikke noget endnu."));
        page.own(page.say(
            "Follow something: faelled follow GLX-EMB, faelled follow category:packaging",
            "Følg noget: faelled follow GLX-EMB, faelled follow category:packaging",
        ));
        return;
    }
    for line in lines {
        let name = called(page, line);
        page.bullet(&page.say(
            format!("{name}, since {}", line.since),
            format!("{name}, siden {}", line.since),
        ));
    }
}

pub(super) fn inbox(page: &mut Page, inbox: &Inbox) {
    if inbox.lines.is_empty() {
        page.own(page.say(
            "Nothing new concerns you.",
            "Der er intet nyt, som angår jer.",
        ));
        if !inbox.all {
            page.own(page.say(
                "faelled inbox --all shows what was before; faelled follow adds what you want to hear of.",
                "faelled inbox --all viser det tidligere; faelled follow tilføjer det, I vil høre om.",
            ));
        }
        return;
    }
    for line in &inbox.lines {
        one(page, line);
    }
    page.gap();
    if inbox.more > 0 {
        let more = whole(u64::try_from(inbox.more).unwrap_or(u64::MAX), page.language);
        let text = if inbox.all {
            page.say(
                format!("{more} older ones are not listed; --limit lists more."),
                format!("{more} ældre er ikke vist; --limit viser flere."),
            )
        } else {
            page.say(
                format!("{more} newer ones are not listed; --limit lists more."),
                format!("{more} nyere er ikke vist; --limit viser flere."),
            )
        };
        page.line(&text);
    }
    if inbox.is_read {
        page.own(page.say("This is marked as read.", "Dette er markeret som læst."));
    } else if !inbox.all {
        let up_to = inbox.up_to;
        page.line(&page.say(
            format!("Mark it as read: faelled inbox read --up-to {up_to}"),
            format!("Markér det som læst: faelled inbox read --up-to {up_to}"),
        ));
    }
}

fn one(page: &mut Page, line: &InboxLine) {
    const DATE_COLUMNS: usize = 10;
    let who = line
        .member_name
        .as_deref()
        .filter(|name| !name.trim().is_empty())
        .unwrap_or(&line.member);
    let said = line.said.in_language(page.language);
    let lines = [format!("{who}: {said}"), line.show.clone()];
    page.item(line.date.as_deref().unwrap_or("-"), DATE_COLUMNS, &lines);
}

fn called(page: &Page, line: &FollowLine) -> String {
    let title = either(
        line.title_en.as_deref(),
        line.title_da.as_deref(),
        page.language,
    );
    let sort = match line.target.split_once(':').map(|(sort, _)| sort) {
        Some("pack") => page.say("the pack", "kravpakken"),
        Some("requirement") => page.say("the requirement", "kravet"),
        Some("project") => page.say("the project", "indsatsen"),
        Some("category") => page.say("the category", "kategorien"),
        Some("cpv") => page.say("the CPV branch", "CPV-grenen"),
        _ => "",
    };
    // A category is known by its name.
    let is_named = line.target.starts_with("category:") && !title.is_empty();
    let name = if is_named { "" } else { &line.name };
    [sort, name, &title]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
