//! Faults of what a member follows.

use faelled_model::{Following, validate};

use crate::{Case, base};

fn following(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Following)) -> Case {
    let mut value = base::following();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::following(&value),
    }
}

fn followed(rule: &'static str, target: &str) -> Case {
    Case {
        rule,
        field: "target",
        findings: validate::followed(target),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        following("follow-form", "follows[1].target", |f| {
            f.follows[0].target = "GLX-EMB".to_owned()
        }),
        following("day-form", "follows[1].since", |f| {
            f.follows[0].since = "2026".to_owned()
        }),
        following("repeated", "follows", |f| {
            f.follows.push(f.follows[0].clone())
        }),
        followed("follow-form", "member:dk-0159"),
        followed("id-form", "pack:GLX-EMB"),
        followed("id-form", "requirement:"),
        followed("project-missing", "project:"),
        followed("project-form", "project:Madspild"),
        followed("code-missing", "category:"),
        followed("code-unknown", "category:skruer"),
        followed("cpv-branch", "cpv:4"),
        followed("cpv-branch", "cpv:99"),
        followed("cpv-branch", "cpv:446171000"),
    ]
}
