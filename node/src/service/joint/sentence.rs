//! What happened, in one sentence, and the command that shows it.

use faelled_mirror::read::ArrivalHead;
use faelled_model::Language;
use faelled_model::terms::Progress;

use super::concern::{Event, Why};
use crate::failure::Said;

impl Event {
    /// A stable name, for programs.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::CosignatureWanted => "co-signature-wanted",
            Self::Disputed => "disputed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Hearing { .. } => "hearing",
            Self::ProposalAnswered { .. } => "proposal-answered",
            Self::Pilot => "pilot",
            Self::Proposal => "proposal",
            Self::Answered => "answered",
            Self::Asked => "asked",
            Self::Commented => "commented",
            Self::Offered => "resource",
            Self::Cosigned => "co-signed",
            Self::Participation => "participation",
            Self::Drafted => "drafted",
        }
    }
}

impl Why {
    /// A stable name, for programs.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Asked => "asked",
            Self::Adopted => "adopted",
            Self::Adapted => "adapted",
            Self::Basket => "basket",
            Self::Followed => "followed",
        }
    }

    /// Behind a sentence: why it is told.
    fn said(self) -> Said {
        match self {
            Self::Own | Self::Asked => Said::new("", ""),
            Self::Adopted => Said::new(" (you adopted it)", " (I har taget det i brug)"),
            Self::Adapted => Said::new(" (you adapted it)", " (I har tilpasset det)"),
            Self::Basket => Said::new(" (it is in a basket of yours)", " (det er i en af jeres kurve)"),
            Self::Followed => Said::new(" (you follow it)", " (I følger det)"),
        }
    }
}

/// What happened.
pub(super) fn sentence(arrival: &ArrivalHead, event: &Event, why: Why) -> Said {
    let what = named(
        arrival.number.as_deref(),
        arrival.title_en.as_deref(),
        arrival.title_da.as_deref(),
        &arrival.document,
    );
    let about = named(
        arrival.about_number.as_deref(),
        arrival.about_en.as_deref(),
        arrival.about_da.as_deref(),
        arrival.about.as_deref().unwrap_or_default(),
    );
    let version = arrival.version.as_deref().unwrap_or_default();
    let said = match event {
        Event::Released => Said::new(
            format!("{} {version} is released", what.en),
            format!("{} {version} er udgivet", what.da),
        ),
        Event::CosignatureWanted => Said::new(
            format!("{} {version} is released and waits for co-signatures", what.en),
            format!("{} {version} er udgivet og mangler medunderskrifter", what.da),
        ),
        Event::Disputed => Said::new(
            format!("{} {version} was released twice with different content: neither may be adopted", what.en),
            format!("{} {version} er udgivet to gange med forskelligt indhold: ingen af dem kan tages i brug", what.da),
        ),
        Event::Withdrawn { version, replaced_by } => withdrawn(&what, version, replaced_by),
        Event::Hearing { until } => Said::new(
            format!("you are asked in a hearing on {} (answers until {until})", what.en),
            format!("I høres om {} (svar senest {until})", what.da),
        ),
        Event::ProposalAnswered { number, version } => answered(&what, number, version),
        Event::Pilot => Said::new(
            format!("{}: {}", changed(arrival, "a pilot is recorded", "a pilot was brought up to date"), what.en),
            format!("{}: {}", changed(arrival, "en afprøvning er skrevet ned", "en afprøvning er ført ajour"), what.da),
        ),
        Event::Proposal => Said::new(
            format!("a pilot proposes a change to your pack: {}", what.en),
            format!("en afprøvning foreslår en ændring i jeres kravpakke: {}", what.da),
        ),
        Event::Answered => Said::new(
            format!("{}: {}", changed(arrival, "you have an answer", "an answer to you was changed"), about.en),
            format!("{}: {}", changed(arrival, "I har fået svar", "et svar til jer er ændret"), about.da),
        ),
        Event::Asked => Said::new(
            format!("{} on {}: {}", changed(arrival, "a question", "a changed question"), about.en, what.en),
            format!("{} om {}: {}", changed(arrival, "et spørgsmål", "et ændret spørgsmål"), about.da, what.da),
        ),
        Event::Commented => Said::new(
            format!("{} on {}", changed(arrival, "a comment", "a changed comment"), about.en),
            format!("{} til {}", changed(arrival, "en kommentar", "en ændret kommentar"), about.da),
        ),
        Event::Offered => Said::new(
            format!("a resource for {}: {}", about.en, what.en),
            format!("et redskab til {}: {}", about.da, what.da),
        ),
        Event::Cosigned => cosigned(arrival, &about),
        Event::Participation => participation(arrival),
        Event::Drafted => Said::new(
            format!("new: {}", what.en),
            format!("nyt: {}", what.da),
        ),
    };
    let why = why.said();
    Said::new(said.en + &why.en, said.da + &why.da)
}

/// The command that shows it.
pub(super) fn show(arrival: &ArrivalHead, event: &Event) -> String {
    let key = |number: Option<&str>, owner: &str, document: &str| match number {
        Some(number) if is_plain(number) => format!("{owner}/{number}"),
        _ => document.to_owned(),
    };
    let (document, number) = (arrival.document.as_str(), arrival.number.as_deref());
    let id = beginning(document);
    match event {
        Event::Released
        | Event::CosignatureWanted
        | Event::Disputed
        | Event::Withdrawn { .. }
        | Event::ProposalAnswered { .. } => {
            format!("faelled pack show {}", key(number, &arrival.owner, document))
        }
        Event::Hearing { .. } => format!("faelled pack show {document}"),
        Event::Pilot | Event::Proposal => format!("faelled pilot show {id}"),
        Event::Asked => format!("faelled question show {id}"),
        Event::Offered => format!("faelled resource show {id}"),
        Event::Answered if arrival.about_kind.as_deref() == Some("question") => format!(
            "faelled question show {}",
            beginning(arrival.about.as_deref().unwrap_or_default())
        ),
        Event::Answered | Event::Commented => format!(
            "faelled comment list {}",
            beginning(arrival.about.as_deref().unwrap_or_default())
        ),
        Event::Cosigned => format!(
            "faelled pack show {}",
            arrival.about.as_deref().unwrap_or_default()
        ),
        Event::Participation => format!("faelled participation show {}", arrival.member),
        Event::Drafted => format!("faelled {} show {document}", arrival.kind),
    }
}

fn withdrawn(what: &Said, version: &str, replaced_by: &str) -> Said {
    if replaced_by.is_empty() {
        return Said::new(
            format!("{} {version} is withdrawn", what.en),
            format!("{} {version} er trukket tilbage", what.da),
        );
    }
    Said::new(
        format!("{} {version} is withdrawn; {replaced_by} replaces it", what.en),
        format!("{} {version} er trukket tilbage; {replaced_by} træder i stedet", what.da),
    )
}

fn answered(what: &Said, number: &str, version: &str) -> Said {
    if version.is_empty() {
        return Said::new(
            format!("your proposal on {number} is answered: {} does not take it up", what.en),
            format!("jeres forslag til {number} er besvaret: {} tager det ikke op", what.da),
        );
    }
    Said::new(
        format!("your proposal on {number} is taken up in {} {version}", what.en),
        format!("jeres forslag til {number} er taget op i {} {version}", what.da),
    )
}

fn cosigned(arrival: &ArrivalHead, about: &Said) -> Said {
    let version = arrival.version.as_deref().unwrap_or_default();
    Said::new(
        format!("your release {} {version} is co-signed", about.en),
        format!("jeres udgivelse {} {version} er medunderskrevet", about.da),
    )
}

fn participation(arrival: &ArrivalHead) -> Said {
    let project = named(
        arrival.about_number.as_deref(),
        arrival.about_en.as_deref(),
        arrival.about_da.as_deref(),
        "",
    );
    let state = Progress::from(arrival.state.clone().unwrap_or_default());
    let with = |language| match state.name(language) {
        "" => String::new(),
        state => format!(": {state}"),
    };
    Said::new(
        format!("{} {}{}", changed(arrival, "takes part in", "told how it goes with"), project.en, with(Language::English)),
        format!("{} {}{}", changed(arrival, "deltager i", "har fortalt, hvordan det går med"), project.da, with(Language::Danish)),
    )
}

/// By its number and title, as far as it has them, else by the beginning of its id.
fn named(number: Option<&str>, en: Option<&str>, da: Option<&str>, document: &str) -> Said {
    let said = |first: Option<&str>, second: Option<&str>| {
        let title = [first, second]
            .into_iter()
            .flatten()
            .find(|title| !title.trim().is_empty());
        let number = number.filter(|number| !number.trim().is_empty());
        match (number, title) {
            (Some(number), Some(title)) => format!("{number} \u{201c}{title}\u{201d}"),
            (Some(number), None) => number.to_owned(),
            (None, Some(title)) => format!("\u{201c}{title}\u{201d}"),
            (None, None) => beginning(document).to_owned(),
        }
    };
    Said::new(said(en, da), said(da, en))
}

fn changed<'a>(arrival: &ArrivalHead, new: &'a str, old: &'a str) -> &'a str {
    if arrival.what == "opened" { new } else { old }
}

/// Enough of an id to name a document within one node.
fn beginning(id: &str) -> &str {
    const SHOWN_DIGITS: usize = 10;
    id.get(..SHOWN_DIGITS).unwrap_or(id)
}

/// A number that can stand in a command as it is: another member chose it.
fn is_plain(number: &str) -> bool {
    number
        .chars()
        .all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '.' | '_'))
        && !number.starts_with('-')
}
