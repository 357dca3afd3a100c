//! Who is trusted: how it reads.

mod doctor;
mod editors;
mod keys;
mod recover;
mod stewards;

use super::page::Page;
use crate::data::trust::Data;

pub(super) fn render(page: &mut Page, data: &Data) {
    match data {
        Data::Proposals(proposals) => stewards::proposals(page, proposals),
        // Whoever is to sign it reads its bytes.
        Data::Planned(_) => {}
        Data::Reading(reading) => stewards::reading(page, reading),
        Data::Certifying(certifying) => keys::certifying(page, certifying),
        Data::Done(done) => page.line(done.done.in_language(page.language)),
        Data::Stated(stated) => stewards::stated(page, stated),
        Data::Revocations(revocations) => keys::revocations(page, revocations),
        Data::Voided(voided) => recover::voided(page, voided),
        Data::VoidedIn(voided) => recover::voided_in(page, voided),
        Data::Recovered(recovered) => recover::recovered(page, recovered),
        Data::Editors(editors) => editors::editors(page, editors),
        Data::Doctor(checkup) => doctor::checkup(page, checkup),
    }
}
