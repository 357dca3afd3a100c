//! A pack or a requirement as a release says it.

use super::super::page::Page;
use super::super::{packs, requirements};
use super::standing::standing_lines;
use crate::data::releasing::{At, Standing};
use faelled_mirror::read::{PackDetail, RequirementDetail};

pub(super) fn pack(page: &mut Page, at: &At<PackDetail>) {
    head(page, &at.standing);
    packs::pack(page, &at.said);
}

pub(super) fn requirement(page: &mut Page, at: &At<RequirementDetail>) {
    head(page, &at.standing);
    requirements::requirement(page, &at.said);
}

/// Which release it is, and how that stands.
fn head(page: &mut Page, standing: &Standing) {
    let name = format!("{} {}", standing.code, standing.version);
    let heading = page.say(
        format!("As {name} says it. That release"),
        format!("Som {name} siger det. Den udgivelse"),
    );
    let lines = standing_lines(page, standing);
    page.bullets(&heading, &lines);
    page.gap();
}
