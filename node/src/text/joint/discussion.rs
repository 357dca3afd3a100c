//! Questions, answers and comments.

use faelled_mirror::read::{AnswerEntry, DiscussionEntry, Target, TargetCopy, Thread};

use super::super::page::Page;
use super::super::words::{counted, discussion_state, either, joined, member, moment, short};
use crate::data::joint::{Comments, QuestionShown};

pub(super) fn questions(page: &mut Page, questions: &[DiscussionEntry]) {
    if questions.is_empty() {
        page.own(page.say(
            "There are no such questions.",
            "Der er ingen sådanne spørgsmål.",
        ));
        page.own(page.say(
            "Ask one: faelled question ask TEXT --title TEXT",
            "Stil et: faelled question ask TEKST --title TEKST",
        ));
        return;
    }
    for question in questions {
        page.gap();
        let about = match about(page, question) {
            name if name.is_empty() => name,
            name => page.say(format!("about {name}"), format!("om {name}")),
        };
        let answers = counted(
            question.answers,
            ("answer", "answers"),
            ("svar", "svar"),
            page.language,
        );
        let state = joined([
            discussion_state(question.state.as_deref(), page.language),
            answers,
            escalated(page, question),
        ]);
        let by = joined([
            member(&question.owner, question.owner_name.as_deref()),
            moment(question.first_claimed.as_deref()),
            in_group(page, &question.space),
        ]);
        let title = title(page, question);
        page.item(
            &short(&question.document),
            short(&question.document).len(),
            &[title, about, by, state],
        );
    }
    page.gap();
    page.own(page.say(
        "Read one: faelled question show ID. Answer: faelled answer ID TEXT",
        "Læs et: faelled question show ID. Svar: faelled answer ID TEKST",
    ));
}

pub(super) fn question(page: &mut Page, shown: &QuestionShown) {
    let question = &shown.question.head;
    page.line(&title(page, question));
    page.gap();
    page.facts(&[
        (
            page.say("Asked by", "Stillet af"),
            joined([
                member(&question.owner, question.owner_name.as_deref()),
                moment(question.first_claimed.as_deref()),
                in_group(page, &question.space),
            ]),
        ),
        (page.say("About", "Om"), about(page, question)),
        (
            page.say("State", "Tilstand"),
            joined([
                discussion_state(question.state.as_deref(), page.language),
                escalated(page, question),
            ]),
        ),
        (page.say("Id", "Id"), question.document.clone()),
    ]);
    let body = either(
        question.body_en.as_deref(),
        question.body_da.as_deref(),
        page.language,
    );
    page.section(page.say("Question", "Spørgsmål"), Some(&body));
    answers(page, &shown.question.replies);
    threads(page, &shown.comments);
    if shown.question.replies.is_empty() {
        page.gap();
        page.own(page.say(
            "Nobody has answered yet: faelled answer ID TEXT",
            "Ingen har svaret endnu: faelled answer ID TEKST",
        ));
    }
}

pub(super) fn comments(page: &mut Page, comments: &Comments) {
    let target = &comments.target;
    let title = either(
        target.title_en.as_deref(),
        target.title_da.as_deref(),
        page.language,
    );
    let name = target
        .number
        .clone()
        .unwrap_or_else(|| short(&target.document));
    if comments.comments.is_empty() {
        page.line(&page.say(
            format!("There are no comments on {name} {title}."),
            format!("Der er ingen kommentarer til {name} {title}."),
        ));
        page.own(page.say(
            "Make one: faelled comment TARGET TEXT",
            "Skriv en: faelled comment EMNE TEKST",
        ));
        return;
    }
    page.line(&format!("{name}  {title}"));
    for comment in &comments.comments {
        let on = copy(page, target, &comment.copy);
        thread(page, &comment.thread, on);
    }
    page.gap();
    page.own(page.say(
        "Answer one: faelled answer ID TEXT",
        "Svar på en: faelled answer ID TEKST",
    ));
}

/// Comments with what was answered.
pub(super) fn threads(page: &mut Page, threads: &[Thread]) {
    for one in threads {
        let place = in_group(page, &one.head.space);
        thread(page, one, place);
    }
}

fn thread(page: &mut Page, thread: &Thread, place: String) {
    let comment = &thread.head;
    page.gap();
    let by = joined([
        member(&comment.owner, comment.owner_name.as_deref()),
        moment(comment.first_claimed.as_deref()),
        place,
        comment.target_field.clone().unwrap_or_default(),
        discussion_state(comment.state.as_deref(), page.language),
    ]);
    let id = short(&comment.document);
    page.line(&page.say(
        format!("Comment {id}: {by}"),
        format!("Kommentar {id}: {by}"),
    ));
    page.paragraph(&either(
        comment.body_en.as_deref(),
        comment.body_da.as_deref(),
        page.language,
    ));
    answers(page, &thread.replies);
}

/// On which of the documents with one number a comment is; only packs and requirements are drafted and released.
fn copy(page: &Page, target: &Target, copy: &TargetCopy) -> String {
    if !matches!(target.kind.as_str(), "pack" | "requirement") {
        return in_group(page, &copy.space);
    }
    let group = copy.group_name.as_deref().unwrap_or("?");
    match copy.space.as_str() {
        "commons" => page
            .say("on what is released", "til det udgivne")
            .to_owned(),
        "group" if copy.hearing_of.is_some() => page.say(
            format!("on the copy for a hearing with the group {group}"),
            format!("til kopien til høring hos gruppen {group}"),
        ),
        "group" => page.say(
            format!("on the draft of the group {group}"),
            format!("til kladden hos gruppen {group}"),
        ),
        _ => page
            .say("on your own draft", "til jeres egen kladde")
            .to_owned(),
    }
}

fn answers(page: &mut Page, answers: &[AnswerEntry]) {
    for answer in answers {
        page.gap();
        let by = joined([
            member(&answer.owner, answer.owner_name.as_deref()),
            moment(answer.first_claimed.as_deref()),
        ]);
        page.line(&page.say(format!("Answer: {by}"), format!("Svar: {by}")));
        page.paragraph(&either(
            answer.body_en.as_deref(),
            answer.body_da.as_deref(),
            page.language,
        ));
    }
}

/// A question's title, else the beginning of what it says.
fn title(page: &Page, question: &DiscussionEntry) -> String {
    const SHOWN_CHARS: usize = 80;
    let title = either(
        question.title_en.as_deref(),
        question.title_da.as_deref(),
        page.language,
    );
    if !title.is_empty() {
        return title;
    }
    let body = either(
        question.body_en.as_deref(),
        question.body_da.as_deref(),
        page.language,
    );
    let line = body.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

fn about(page: &Page, question: &DiscussionEntry) -> String {
    let Some(target) = &question.target else {
        return String::new();
    };
    let title = either(
        question.target_en.as_deref(),
        question.target_da.as_deref(),
        page.language,
    );
    let name = question
        .target_number
        .clone()
        .unwrap_or_else(|| short(target));
    let field = question.target_field.clone().unwrap_or_default();
    joined([format!("{name} {title}").trim().to_owned(), field])
}

fn escalated(page: &Page, question: &DiscussionEntry) -> String {
    let to = either(
        question.escalated_to_en.as_deref(),
        question.escalated_to_da.as_deref(),
        page.language,
    );
    if to.is_empty() {
        return to;
    }
    let on = question.escalated_on.as_deref().unwrap_or_default();
    page.say(
        format!("taken to {to} on {on}"),
        format!("forelagt for {to} den {on}"),
    )
}

fn in_group(page: &Page, space: &str) -> String {
    match space {
        "group" => page.say("in a group", "i en gruppe").to_owned(),
        _ => String::new(),
    }
}
