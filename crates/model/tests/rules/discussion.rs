//! Faults of questions, answers and comments.

use faelled_model::{Answer, Comment, Question, validate};

use crate::{Case, base};

fn question(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Question)) -> Case {
    let mut value = base::question();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::question(&value),
    }
}

fn answer(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Answer)) -> Case {
    let mut value = base::answer();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::answer(&value),
    }
}

fn comment(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Comment)) -> Case {
    let mut value = base::comment();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::comment(&value),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        question("target-or-title", "target", |q| {
            q.target = Default::default();
            q.title = [].into();
        }),
        question("id-form", "target.document", |q| {
            q.target.document = "GLX-EMB-001".to_owned()
        }),
        question("field-form", "target.field", |q| {
            q.target.field = "ordlyden, anden linje".replace(' ', "..")
        }),
        question("target-missing", "target.document", |q| {
            q.target.document.clear()
        }),
        question("body-missing", "body", |q| q.body = [("da", " ")].into()),
        question("language-missing", "body", |q| {
            q.body = [("sv", "Vem?")].into()
        }),
        question("code-unknown", "state", |q| {
            q.state = "lukket".to_owned().into()
        }),
        question("day-missing", "escalated_on", |q| q.escalated_on.clear()),
        question("day-form", "escalated_on", |q| {
            q.escalated_on = "3/9".to_owned()
        }),
        question("text-missing", "escalated_to", |q| {
            q.escalated_to = [].into()
        }),
        question("person-mail", "body.da", |q| {
            q.body = [("da", "Skriv til mette.h@eksempel.dk")].into()
        }),
        answer("target-missing", "question", |a| a.question.clear()),
        answer("id-form", "question", |a| a.question = "1".to_owned()),
        answer("body-missing", "body", |a| a.body = [].into()),
        comment("target-missing", "target", |c| {
            c.target = Default::default()
        }),
        comment("body-missing", "body", |c| c.body = [].into()),
        comment("code-unknown", "state", |c| {
            c.state = "lukket".to_owned().into()
        }),
    ]
}

#[test]
fn a_question_needs_a_target_or_a_title_and_not_both() {
    let mut question = base::question();
    question.title = [].into();
    assert_eq!(validate::question(&question), []);
    question = base::question();
    question.target = Default::default();
    assert_eq!(validate::question(&question), []);
}
