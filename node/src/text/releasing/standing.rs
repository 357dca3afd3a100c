//! How a release stands, and what changes that: withdrawals and co-signatures.

use faelled_model::text::InLanguages;

use super::super::packs::review;
use super::super::page::Page;
use super::super::words::counted;
use crate::data::releasing::{Cosigned, Standing, Withdrawn};

/// How a release stands, in lines.
pub(super) fn standing_lines(page: &Page, standing: &Standing) -> Vec<String> {
    let mut lines = vec![counting(page, standing)];
    if standing.valid_later {
        let day = &standing.valid_from;
        lines.push(page.say(
            format!("is valid from {day} only"),
            format!("gælder først fra {day}"),
        ));
    }
    let (needed, there) = (standing.cosigners_needed, standing.cosigners.len());
    if needed > 0 || there > 0 {
        let names: Vec<&str> = standing
            .cosigners
            .iter()
            .map(|cosigner| cosigner.name.as_deref().unwrap_or(&cosigner.member))
            .collect();
        let names = if names.is_empty() {
            String::new()
        } else {
            format!(": {}", names.join(", "))
        };
        lines.push(format!("{}{names}", cosigned_of(page, there, needed)));
    }
    lines.push(review(page, &standing.review_by));
    if let Some(higher) = &standing.higher {
        let (code, version) = (&standing.code, &standing.version);
        lines.push(page.say(
            format!(
                "a higher version counts: {higher} (faelled pack diff {code} {version} {higher})"
            ),
            format!(
                "en højere version gælder: {higher} (faelled pack diff {code} {version} {higher})"
            ),
        ));
    }
    lines
}

/// Co-signatures that are there, beside those that are needed where any is.
fn cosigned_of(page: &Page, there: usize, needed: usize) -> String {
    if needed == 0 {
        let count = i64::try_from(there).unwrap_or(i64::MAX);
        return counted(
            count,
            ("co-signature", "co-signatures"),
            ("medunderskrift", "medunderskrifter"),
            page.language,
        );
    }
    page.say(
        format!("{there} of {needed} co-signatures"),
        format!("{there} af {needed} medunderskrifter"),
    )
}

/// Whether it counts, and else why not.
pub(super) fn counting(page: &Page, standing: &Standing) -> String {
    if let Some(withdrawal) = &standing.withdrawn {
        let (day, reason) = (
            &withdrawal.date,
            withdrawal.reason.best(page.language.code()),
        );
        let mut line = page.say(
            format!("WITHDRAWN {day}: {reason}"),
            format!("TRUKKET TILBAGE {day}: {reason}"),
        );
        if !withdrawal.replaced_by.is_empty() {
            let version = &withdrawal.replaced_by;
            line.push_str(&page.say(
                format!(" (replaced by {version})"),
                format!(" (erstattes af {version})"),
            ));
        }
        return line;
    }
    let line = if standing.is_equivocated {
        page.say(
            "does not count: released with two contents",
            "gælder ikke: udgivet med to indhold",
        )
    } else if !standing.is_readable {
        page.say(
            "does not count here: its content cannot be read",
            "gælder ikke her: indholdet kan ikke læses",
        )
    } else if standing.cosigners_missing() > 0 {
        page.say(
            "does not count yet: co-signatures are missing",
            "gælder ikke endnu: der mangler medunderskrifter",
        )
    } else {
        page.say("counts", "gælder")
    };
    line.to_owned()
}

pub(super) fn withdrawn(page: &mut Page, withdrawn: &Withdrawn) {
    let withdrawal = &withdrawn.withdrawal;
    let name = format!("{} {}", withdrawn.code, withdrawal.version);
    page.line(&if withdrawn.preview {
        page.say(
            format!("Preview: {name} is not withdrawn yet."),
            format!("Forhåndsvisning: {name} er ikke trukket tilbage endnu."),
        )
    } else {
        page.say(
            format!("{name} is withdrawn."),
            format!("{name} er trukket tilbage."),
        )
    });
    page.gap();
    page.facts(&[
        (
            page.say("Why", "Hvorfor"),
            withdrawal.reason.best(page.language.code()).to_owned(),
        ),
        (
            page.say("Replaced by", "Erstattes af"),
            withdrawal.replaced_by.clone(),
        ),
        (
            page.say("In use with", "I brug hos"),
            people(page, &withdrawn.adopters),
        ),
        (
            page.say("Visible to", "Synlig for"),
            people(page, &withdrawn.visible_to),
        ),
    ]);
    if withdrawn.preview {
        page.gap();
        page.own(page.say(
            "It stays readable for whoever has it, and nobody can adopt it any more. A withdrawal stands for good.",
            "Den kan stadig læses hos dem, der har den, men ingen kan tage den i brug længere. En tilbagetrækning står ved magt.",
        ));
    }
}

pub(super) fn cosigned(page: &mut Page, cosigned: &Cosigned) {
    let standing = &cosigned.standing;
    let name = format!("{} {}", standing.code, standing.version);
    page.line(&if cosigned.preview {
        page.say(
            format!("Preview: {name} is not co-signed yet."),
            format!("Forhåndsvisning: {name} er ikke medunderskrevet endnu."),
        )
    } else {
        page.say(
            format!("{name} is co-signed."),
            format!("{name} er medunderskrevet."),
        )
    });
    page.gap();
    page.facts(&[
        (
            page.say("In capacity of", "I egenskab af"),
            cosigned.capacity.best(page.language.code()).to_owned(),
        ),
        (page.say("Hash", "Hash"), standing.hash.clone()),
        (
            page.say("Visible to", "Synlig for"),
            people(page, &cosigned.visible_to),
        ),
    ]);
    let heading = page.say("How it stands", "Hvordan den står");
    let lines = standing_lines(page, standing);
    page.bullets(heading, &lines);
    if cosigned.preview {
        page.gap();
        page.own(page.say(
            "You put your member's signature to exactly this content. Read it first: faelled pack show. A co-signature cannot be taken back.",
            "I sætter jeres underskrift på netop dette indhold. Læs det først: faelled pack show. En medunderskrift kan ikke tages tilbage.",
        ));
    }
}

/// Members, counted and named.
fn people(page: &Page, names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let count = counted(
        i64::try_from(names.len()).unwrap_or(i64::MAX),
        ("member", "members"),
        ("deltager", "deltagere"),
        page.language,
    );
    format!("{count}: {}", names.join(", "))
}
