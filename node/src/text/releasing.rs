//! What follows a release: differences, proofs, withdrawals, co-signatures, what moved on, adaptations: how it reads.

use super::page::Page;
use crate::data::releasing::Data;

mod adaptation;
mod comparison;
mod difference;
mod outdated;
mod proof;
mod proposals;
mod shown;
mod standing;

pub(super) fn render(page: &mut Page, data: &Data) {
    match data {
        Data::Difference(difference) => difference::difference(page, difference),
        Data::Checked(checked) => proof::checked(page, checked),
        Data::Withdrawn(withdrawn) => standing::withdrawn(page, withdrawn),
        Data::Cosigned(cosigned) => standing::cosigned(page, cosigned),
        Data::Outdated(outdated) => outdated::outdated(page, outdated),
        Data::Proposals(proposals) => proposals::proposals(page, proposals),
        Data::Answered(answered) => proposals::answered(page, answered),
        Data::Adapted(adapted) => adaptation::adapted(page, adapted),
        Data::Source(source) => adaptation::source(page, source),
        Data::Comparison(comparison) => comparison::comparison(page, comparison),
        Data::PackAt(at) => shown::pack(page, at),
        Data::RequirementAt(at) => shown::requirement(page, at),
    }
}
