//! Faults of disclosures and co-signatures.

use faelled_model::{Cosignature, Disclosure, validate};

use crate::{Case, base};

fn disclosure(
    rule: &'static str,
    field: &'static str,
    fault: impl FnOnce(&mut Disclosure),
) -> Case {
    let mut value = base::disclosure();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::disclosure(&value),
    }
}

fn cosignature(
    rule: &'static str,
    field: &'static str,
    fault: impl FnOnce(&mut Cosignature),
) -> Case {
    let mut value = base::cosignature();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::cosignature(&value),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        disclosure("code-missing", "kind", |d| d.kind = Default::default()),
        disclosure("name-missing", "code", |d| d.code.clear()),
        disclosure("id-form", "document", |d| d.document.clear()),
        disclosure("version-form", "version", |d| d.version = "1".to_owned()),
        disclosure("space-form", "space", |d| d.space = "alle".to_owned()),
        disclosure("id-form", "space", |d| {
            d.space = "group:emballage".to_owned()
        }),
        disclosure("recipients-missing", "recipients", |d| d.recipients.clear()),
        disclosure("repeated", "recipients", |d| {
            d.recipients.push("dk-0151".to_owned())
        }),
        disclosure("ground-missing", "ground", |d| d.ground = [].into()),
        disclosure("day-missing", "date", |d| d.date.clear()),
        cosignature("id-form", "release.hash", |c| c.release.hash.clear()),
        cosignature("day-form", "date", |c| c.date = "i dag".to_owned()),
        cosignature("text-missing", "capacity", |c| c.capacity = [].into()),
    ]
}
