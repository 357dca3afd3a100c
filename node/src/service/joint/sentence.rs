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
            Self::Basket => Said::new(
                " (it is in a basket of yours)",
                " (det er i en af jeres kurve)",
            ),
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
        "",
    );
    let text = excerpt(arrival);
    // A question need not have a title.
    let what = Said::new(
        if what.en.is_empty() {
            text.en.clone()
        } else {
            what.en
        },
        if what.da.is_empty() {
            text.da.clone()
        } else {
            what.da
        },
    );
    let about = named(
        arrival.about_number.as_deref(),
        arrival.about_en.as_deref(),
        arrival.about_da.as_deref(),
        arrival.about.as_deref().unwrap_or_default(),
    );
    let said = match event {
        Event::Released | Event::CosignatureWanted | Event::Disputed => {
            released(event, &what, arrival.version.as_deref().unwrap_or_default())
        }
        Event::Withdrawn {
            version,
            replaced_by,
        } => withdrawn(&what, version, replaced_by),
        Event::Hearing { until } => Said::new(
            format!(
                "you are asked in a hearing on {} (answers until {until})",
                what.en
            ),
            format!("I høres om {} (svar senest {until})", what.da),
        ),
        Event::ProposalAnswered { number, version } => answered(&what, number, version),
        Event::Pilot | Event::Proposal => piloted(arrival, event, &what),
        Event::Answered | Event::Asked | Event::Commented | Event::Offered => {
            talked(arrival, event, &what, &about, &text)
        }
        Event::Cosigned => cosigned(arrival, &about),
        Event::Participation => participation(arrival),
        Event::Drafted => Said::new(format!("new: {}", what.en), format!("nyt: {}", what.da)),
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
            format!(
                "faelled pack show {}",
                key(number, &arrival.owner, document)
            )
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

fn released(event: &Event, what: &Said, version: &str) -> Said {
    let (en, da) = match event {
        Event::CosignatureWanted => (
            "is released and waits for co-signatures",
            "er udgivet og mangler medunderskrifter",
        ),
        Event::Disputed => (
            "was released twice with different content: neither may be adopted",
            "er udgivet to gange med forskelligt indhold: ingen af dem kan tages i brug",
        ),
        _ => ("is released", "er udgivet"),
    };
    Said::new(
        format!("{} {version} {en}", what.en),
        format!("{} {version} {da}", what.da),
    )
}

fn piloted(arrival: &ArrivalHead, event: &Event, what: &Said) -> Said {
    let (en, da) = if *event == Event::Proposal {
        (
            "a pilot proposes a change to your pack",
            "en afprøvning foreslår en ændring i jeres kravpakke",
        )
    } else {
        (
            changed(
                arrival,
                "a pilot is recorded",
                "a pilot was brought up to date",
            ),
            changed(
                arrival,
                "en afprøvning er skrevet ned",
                "en afprøvning er ført ajour",
            ),
        )
    };
    Said::new(format!("{en}: {}", what.en), format!("{da}: {}", what.da))
}

/// Questions, answers, comments and resources: about what, and what is said.
fn talked(arrival: &ArrivalHead, event: &Event, what: &Said, about: &Said, text: &Said) -> Said {
    let (en, da, said) = match event {
        Event::Answered => (
            changed(arrival, "an answer to", "a changed answer to"),
            changed(arrival, "et svar på", "et ændret svar på"),
            text,
        ),
        Event::Asked => (
            changed(arrival, "a question on", "a changed question on"),
            changed(arrival, "et spørgsmål om", "et ændret spørgsmål om"),
            what,
        ),
        Event::Commented => (
            changed(arrival, "a comment on", "a changed comment on"),
            changed(arrival, "en kommentar til", "en ændret kommentar til"),
            text,
        ),
        _ if about.en.is_empty() => {
            return Said::new(
                format!("a resource: {}", what.en),
                format!("et redskab: {}", what.da),
            );
        }
        _ => ("a resource for", "et redskab til", what),
    };
    Said::new(
        format!("{en} {}: {}", about.en, said.en),
        format!("{da} {}: {}", about.da, said.da),
    )
}

fn withdrawn(what: &Said, version: &str, replaced_by: &str) -> Said {
    if replaced_by.is_empty() {
        return Said::new(
            format!("{} {version} is withdrawn", what.en),
            format!("{} {version} er trukket tilbage", what.da),
        );
    }
    Said::new(
        format!(
            "{} {version} is withdrawn; {replaced_by} replaces it",
            what.en
        ),
        format!(
            "{} {version} er trukket tilbage; {replaced_by} træder i stedet",
            what.da
        ),
    )
}

fn answered(what: &Said, number: &str, version: &str) -> Said {
    if version.is_empty() {
        return Said::new(
            format!(
                "your proposal on {number} is answered: {} does not take it up",
                what.en
            ),
            format!(
                "jeres forslag til {number} er besvaret: {} tager det ikke op",
                what.da
            ),
        );
    }
    Said::new(
        format!(
            "your proposal on {number} is taken up in {} {version}",
            what.en
        ),
        format!(
            "jeres forslag til {number} er taget op i {} {version}",
            what.da
        ),
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
        format!(
            "{} {}{}",
            changed(arrival, "takes part in", "told how it goes with"),
            project.en,
            with(Language::English)
        ),
        format!(
            "{} {}{}",
            changed(arrival, "deltager i", "har fortalt, hvordan det går med"),
            project.da,
            with(Language::Danish)
        ),
    )
}

/// The beginning of what is said, else of the document's id.
fn excerpt(arrival: &ArrivalHead) -> Said {
    const SHOWN_CHARS: usize = 80;
    let said = |first: Option<&str>, second: Option<&str>| {
        let text = [first, second]
            .into_iter()
            .flatten()
            .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
            .find(|text| !text.is_empty());
        let Some(text) = text else {
            return beginning(&arrival.document).to_owned();
        };
        match text.char_indices().nth(SHOWN_CHARS) {
            Some((end, _)) => format!("\u{201c}{}…\u{201d}", text.get(..end).unwrap_or_default()),
            None => format!("\u{201c}{text}\u{201d}"),
        }
    };
    let (en, da) = (arrival.said_en.as_deref(), arrival.said_da.as_deref());
    Said::new(said(en, da), said(da, en))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(kind: &str) -> ArrivalHead {
        let some = |text: &str| Some(text.to_owned());
        ArrivalHead {
            arrival: 7,
            what: "opened".to_owned(),
            member: "dk-0151".to_owned(),
            member_name: None,
            claimed: None,
            document: "d".repeat(64),
            kind: kind.to_owned(),
            owner: "dk-0159".to_owned(),
            space: "commons".to_owned(),
            space_id: "commons".to_owned(),
            number: some("GLX-EMB"),
            title_da: some("Emballage"),
            title_en: None,
            version: some("1.1.0"),
            state: None,
            said_da: None,
            said_en: some("May the boxes\nbe of wood?"),
            about: some(&"a".repeat(64)),
            about_kind: some("question"),
            about_owner: some("dk-0159"),
            about_number: None,
            about_da: None,
            about_en: some("Boxes"),
        }
    }

    #[test]
    fn a_sentence_says_what_happened_to_what_and_why_it_is_told() {
        let release = sentence(&arrival("pack"), &Event::Released, Why::Adopted);
        assert_eq!(
            release.en,
            "GLX-EMB \u{201c}Emballage\u{201d} 1.1.0 is released (you adopted it)"
        );
        assert_eq!(
            release.da,
            "GLX-EMB \u{201c}Emballage\u{201d} 1.1.0 er udgivet (I har taget det i brug)"
        );
        let gone = Event::Withdrawn {
            version: "1.0.0".to_owned(),
            replaced_by: "1.1.0".to_owned(),
        };
        let gone = sentence(&arrival("pack"), &gone, Why::Followed);
        assert!(
            gone.en
                .ends_with("1.0.0 is withdrawn; 1.1.0 replaces it (you follow it)"),
            "{}",
            gone.en
        );
        let answer = sentence(&arrival("answer"), &Event::Answered, Why::Own);
        assert_eq!(
            answer.en,
            "an answer to \u{201c}Boxes\u{201d}: \u{201c}May the boxes be of wood?\u{201d}"
        );
    }

    #[test]
    fn a_resource_that_is_about_nothing_else_is_told_by_itself() {
        let mut offered = arrival("resource");
        (offered.number, offered.about, offered.about_en) = (None, None, None);
        let said = sentence(&offered, &Event::Offered, Why::Followed);
        assert_eq!(
            said.en,
            "a resource: \u{201c}Emballage\u{201d} (you follow it)"
        );
        assert_eq!(
            said.da,
            "et redskab: \u{201c}Emballage\u{201d} (I følger det)"
        );
    }

    #[test]
    fn a_question_without_a_title_is_told_by_what_it_asks() {
        let mut asked = arrival("question");
        (asked.number, asked.title_da) = (None, None);
        let said = sentence(&asked, &Event::Asked, Why::Own);
        assert!(
            said.en
                .ends_with(": \u{201c}May the boxes be of wood?\u{201d}"),
            "{}",
            said.en
        );
        asked.said_en = Some("å".repeat(500));
        let said = sentence(&asked, &Event::Asked, Why::Own);
        assert!(
            said.en.ends_with("…\u{201d}") && said.en.chars().count() < 150,
            "{}",
            said.en
        );
    }

    #[test]
    fn a_command_never_holds_what_another_member_could_have_made_of_it() {
        let mut head = arrival("pack");
        assert_eq!(
            show(&head, &Event::Released),
            "faelled pack show dk-0159/GLX-EMB"
        );
        for hostile in ["X; rm -rf ~", "-y", "$(x)", "a b", "x\ny"] {
            head.number = Some(hostile.to_owned());
            let command = show(&head, &Event::Released);
            assert_eq!(
                command,
                format!("faelled pack show {}", "d".repeat(64)),
                "{hostile}"
            );
        }
    }
}
