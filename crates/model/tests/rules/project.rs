//! Faults of joint projects, participations and profiles.

use faelled_model::terms::{Backing, Speed};
use faelled_model::{Participation, Profile, Project, validate};

use crate::{Case, base};

fn project(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Project)) -> Case {
    let mut value = base::project();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::project(&value),
    }
}

fn participation(
    rule: &'static str,
    field: &'static str,
    fault: impl FnOnce(&mut Participation),
) -> Case {
    let mut value = base::participation();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::participation(&value),
    }
}

fn profile(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Profile)) -> Case {
    let mut value = base::profile();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::profile(&value),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        project("project-missing", "code", |p| p.code.clear()),
        project("project-form", "code", |p| p.code = "Madspild".to_owned()),
        project("text-missing", "title", |p| p.title = [].into()),
        project("text-missing", "aim", |p| p.aim = [].into()),
        project("date-form", "from", |p| p.from = "i fjor".to_owned()),
        project("days-inverted", "until", |p| {
            p.until = "2022-12-31".to_owned()
        }),
        project("text-missing", "indicators[1].what", |p| {
            p.indicators[0].what = [].into()
        }),
        project("not-finite", "indicators[1].target", |p| {
            p.indicators[0].target = Some(f64::NAN)
        }),
        project("unit-unknown", "indicators[1].unit", |p| {
            p.indicators[0].unit = "stk".to_owned()
        }),
    ];
    cases.extend(participations());
    cases.extend(profiles());
    cases
}

fn participations() -> Vec<Case> {
    vec![
        participation("project-missing", "project", |p| p.project.clear()),
        participation("id-form", "project_document", |p| {
            p.project_document = "x".to_owned()
        }),
        participation("code-missing", "speed", |p| p.speed = Speed::default()),
        participation("code-unknown", "part", |p| {
            p.part = "gæst".to_owned().into()
        }),
        participation("code-unknown", "priority", |p| {
            p.priority = "1".to_owned().into()
        }),
        participation("code-unknown", "state", |p| {
            p.state = "næsten".to_owned().into()
        }),
        participation("status-date-missing", "status_date", |p| {
            p.status_date.clear()
        }),
        participation("status-date-missing", "status_date", |p| {
            p.status = [].into();
            p.status_date.clear()
        }),
        participation("day-form", "status_date", |p| {
            p.status_date = "2026".to_owned()
        }),
        participation("code-unknown", "backing", |p| {
            p.backing = "alle".to_owned().into()
        }),
        participation("backing-date-missing", "backing_date", |p| {
            p.backing_date.clear()
        }),
        participation("day-form", "backing_date", |p| {
            p.backing_date = "maj".to_owned()
        }),
        participation("backing-reference-missing", "backing_reference", |p| {
            p.backing_reference.clear()
        }),
        participation("text-missing", "goals[1]", |p| p.goals[0] = [].into()),
        participation("language-missing", "next_step", |p| {
            p.next_step = [("de", "Los")].into()
        }),
        participation("date-form", "next_step_date", |p| {
            p.next_step_date = "snart".to_owned()
        }),
        participation("mail-form", "mailbox", |p| {
            p.mailbox = "udbud.gladsaxe.dk".to_owned()
        }),
        participation("person-mail", "mailbox", |p| {
            p.mailbox = "mette.h@eksempel.dk".to_owned()
        }),
        participation("person-name", "contact_role.da", |p| {
            p.contact_role = [("da", "Kontaktperson: Mette Eksempelsen")].into()
        }),
    ]
}

fn profiles() -> Vec<Case> {
    vec![
        profile("text-missing", "name", |p| p.name = [].into()),
        profile("mail-form", "mailbox", |p| {
            p.mailbox = "indkoeb@gladsaxe".to_owned()
        }),
        profile("person-mail", "mailbox", |p| {
            p.mailbox = "hans@eksempel.dk".to_owned()
        }),
        profile("address-form", "web_page", |p| {
            p.web_page = "gladsaxe.dk".to_owned()
        }),
        profile("cvr-form", "cvr", |p| p.cvr = "6276111".to_owned()),
        profile("gln-form", "gln", |p| p.gln = "62910415002".to_owned()),
        profile("gln-check-digit", "gln", |p| {
            p.gln = "6291041500214".to_owned()
        }),
        profile("member-form", "regions[1].region", |p| {
            p.regions[0].region = "Hovedstaden".to_owned()
        }),
        profile("day-form", "regions[1].until", |p| {
            p.regions[0].until = "2026".to_owned()
        }),
        profile("days-inverted", "regions[1].until", |p| {
            p.regions[0].from = "2027-01-01".to_owned()
        }),
        profile("repeated", "regions", |p| {
            p.regions.push(p.regions[0].clone())
        }),
    ]
}

#[test]
fn no_political_backing_yet_needs_no_decision() {
    let mut participation = base::participation();
    participation.backing_date.clear();
    participation.backing_reference.clear();
    for backing in [Backing::NoneYet, Backing::default()] {
        participation.backing = backing;
        assert_eq!(validate::participation(&participation), []);
    }
}

#[test]
fn a_year_ends_after_every_day_of_it() {
    let mut project = base::project();
    project.from = "2026-05-01".to_owned();
    project.until = "2026".to_owned();
    assert_eq!(validate::project(&project), []);
}
