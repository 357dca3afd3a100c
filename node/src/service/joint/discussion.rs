//! `question`, `answer`, `comment`: each is its author's own document that points to its target.

use faelled_mirror::Mirror;
use faelled_mirror::read::{DiscussionEntry, DiscussionFilter, Target, Thread};
use faelled_model::discussion::Target as About;
use faelled_model::terms::DiscussionState;
use faelled_model::text::Merging;
use faelled_model::validate;
use faelled_model::{Answer, Comment, Localized, LocalizedText, Question};

use super::about::about;
use super::writing::{Plan, called};
use crate::clock::{date, today};
use crate::data::joint::{CommentShown, Comments, Data, QuestionShown, What};
use crate::failure::{Failure, Said};
use crate::service::{Service, document_id};

impl Service {
    pub(super) async fn questions(
        &self,
        about: Option<&str>,
        only_open: bool,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let mut filter = DiscussionFilter {
            kind: Some("question".to_owned()),
            ..DiscussionFilter::default()
        };
        let mut questions = Vec::new();
        match about {
            None => questions = mirror.discussions(&filter).await?,
            Some(key) => {
                for copy in self.target_copies(&mirror, key).await?.1 {
                    filter.target = Some(copy.document);
                    questions.extend(mirror.discussions(&filter).await?);
                }
                let age = |question: &DiscussionEntry| question.last_claimed.clone();
                questions.sort_by_key(|question| std::cmp::Reverse(age(question)));
            }
        }
        questions.iter_mut().for_each(derive_state);
        if only_open {
            let settled = DiscussionState::Settled.code().to_owned();
            questions.retain(|question| question.state.as_ref() != Some(&settled));
        }
        Ok(Data::Questions(questions))
    }

    pub(super) async fn question(&self, key: &str) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let what = Said::new("question", "et spørgsmål");
        let target = self.target_of(&mirror, key, &["question"], &what).await?;
        let mut question = mirror
            .thread(&target.document)
            .await?
            .ok_or_else(Failure::stopping)?;
        derive_state(&mut question.head);
        let comments = threads(&mirror, &target.document).await?;
        Ok(Data::Question(Box::new(QuestionShown {
            question,
            comments,
        })))
    }

    pub(super) async fn ask(
        &self,
        about: Option<&str>,
        field: String,
        title: Localized,
        text: Localized,
        preview: bool,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let editor = self.editor.lock().await;
        let (place, target, name) = match about {
            Some(key) => {
                let target = self.target(&mirror, key).await?;
                let place = self.place_of(&mirror, &target).await?;
                let name = called(&target);
                (place, self::about(&editor, target, field).await?, name)
            }
            None => (
                self.commons(&mirror).await?,
                About::default(),
                String::new(),
            ),
        };
        let question = Question {
            target,
            title,
            body: merging(text),
            state: DiscussionState::Open,
            ..Question::default()
        };
        let plan = Plan {
            what: What::Question,
            name,
            place,
            earlier: None,
            findings: validate::question(&question),
            value: question,
            preview,
        };
        self.carry_out(&editor, plan).await
    }

    pub(super) async fn settle(
        &self,
        key: &str,
        escalated_to: Option<Localized>,
        preview: bool,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let what = Said::new("question", "et spørgsmål");
        let kinds: &[&str] = match escalated_to {
            Some(_) => &["question"],
            None => &["question", "comment"],
        };
        let target = self.target_of(&mirror, key, kinds, &what).await?;
        self.check_own_words(&target)?;
        let document = document_id(&target.document).ok_or_else(Failure::stopping)?;
        let place = self.place_of(&mirror, &target).await?;
        let editor = self.editor.lock().await;
        if target.kind == "comment" {
            let mut comment: Comment = editor.read(document).await?;
            comment.state = DiscussionState::Settled;
            let plan = Plan {
                what: What::Settled,
                name: called(&target),
                place,
                earlier: Some(document),
                findings: validate::comment(&comment),
                value: comment,
                preview,
            };
            return self.carry_out(&editor, plan).await;
        }
        let mut question: Question = editor.read(document).await?;
        let what = match escalated_to {
            Some(committee) => {
                question.escalated_to = committee;
                question.escalated_on = date(today());
                What::Escalated
            }
            None => {
                question.state = DiscussionState::Settled;
                What::Settled
            }
        };
        let plan = Plan {
            what,
            name: called(&target),
            place,
            earlier: Some(document),
            findings: validate::question(&question),
            value: question,
            preview,
        };
        self.carry_out(&editor, plan).await
    }

    fn check_own_words(&self, target: &Target) -> Result<(), Failure> {
        if target.owner == self.own.as_str() {
            return Ok(());
        }
        let owner = target.owner_name.as_deref().unwrap_or(&target.owner);
        Err(Failure::user(
            "not-yours",
            Said::new(
                format!("{owner} wrote it: only its author settles it or takes it further"),
                format!(
                    "{owner} har skrevet det: kun forfatteren afgør det eller bringer det videre"
                ),
            ),
        )
        .hint(Said::new(
            "answer it: faelled answer ID TEXT",
            "svar på det: faelled answer ID TEKST",
        )))
    }

    pub(super) async fn reply(
        &self,
        key: &str,
        text: Localized,
        preview: bool,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let what = Said::new("question or comment", "et spørgsmål eller en kommentar");
        let target = self
            .target_of(&mirror, key, &["question", "comment"], &what)
            .await?;
        let place = self.place_of(&mirror, &target).await?;
        let answer = Answer {
            question: target.document.clone(),
            body: merging(text),
            ..Answer::default()
        };
        let editor = self.editor.lock().await;
        let plan = Plan {
            what: What::Answer,
            name: called(&target),
            place,
            earlier: None,
            findings: validate::answer(&answer),
            value: answer,
            preview,
        };
        self.carry_out(&editor, plan).await
    }

    pub(super) async fn comment(
        &self,
        key: &str,
        field: String,
        text: Localized,
        preview: bool,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let target = self.target(&mirror, key).await?;
        let place = self.place_of(&mirror, &target).await?;
        let name = called(&target);
        let editor = self.editor.lock().await;
        let comment = Comment {
            target: about(&editor, target, field).await?,
            body: merging(text),
            state: DiscussionState::Open,
            ..Comment::default()
        };
        let plan = Plan {
            what: What::Comment,
            name,
            place,
            earlier: None,
            findings: validate::comment(&comment),
            value: comment,
            preview,
        };
        self.carry_out(&editor, plan).await
    }

    pub(super) async fn comments(&self, key: &str) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let (target, copies) = self.target_copies(&mirror, key).await?;
        let mut comments = Vec::new();
        for copy in copies {
            for thread in threads(&mirror, &copy.document).await? {
                comments.push(CommentShown {
                    thread,
                    copy: copy.clone(),
                });
            }
        }
        Ok(Data::Comments(Comments { target, comments }))
    }
}

/// The comments on a document with their answers: by field, then the oldest first.
pub(super) async fn threads(mirror: &Mirror, document: &str) -> Result<Vec<Thread>, Failure> {
    let filter = DiscussionFilter {
        kind: Some("comment".to_owned()),
        target: Some(document.to_owned()),
        ..DiscussionFilter::default()
    };
    let mut heads = mirror.discussions(&filter).await?;
    heads.sort_by(|a, b| {
        let key = |entry: &DiscussionEntry| {
            (
                entry.target_field.clone(),
                entry.first_claimed.clone(),
                entry.document.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    let mut threads = Vec::with_capacity(heads.len());
    for head in heads {
        let replies = if head.answers == 0 {
            Vec::new()
        } else {
            mirror
                .thread(&head.document)
                .await?
                .map(|thread| thread.replies)
                .unwrap_or_default()
        };
        let mut head = head;
        derive_state(&mut head);
        threads.push(Thread { head, replies });
    }
    Ok(threads)
}

/// Settled where its author says so, else answered where answers are there.
fn derive_state(entry: &mut DiscussionEntry) {
    let state = if entry.state.as_deref() == Some(DiscussionState::Settled.code()) {
        DiscussionState::Settled
    } else if entry.answers > 0 {
        DiscussionState::Answered
    } else {
        DiscussionState::Open
    };
    entry.state = Some(state.code().to_owned());
}

fn merging(text: Localized) -> LocalizedText {
    LocalizedText(
        text.0
            .into_iter()
            .map(|(language, text)| (language, Merging(text)))
            .collect(),
    )
}
