//! Answers and failures as people read them in a terminal, in Danish or English.

use faelled_model::Language;

use crate::data::Data;
use crate::failure::Failure;
use crate::request::Screen;

mod baskets;
mod drafting;
mod handling;
mod joint;
mod key;
mod members;
mod packs;
mod page;
mod pilots;
mod plain;
mod practice;
mod releasing;
mod requirements;
mod search;
mod status;
mod tickets;
mod tried;
mod trust;
mod words;

use page::Page;
pub(crate) use plain::{plain, steers};
pub(crate) use words::DOCUMENT_KINDS;

/// An answer as text.
pub(crate) fn render(data: &Data, screen: Screen) -> String {
    let mut page = Page::new(screen);
    match data {
        Data::Status(status) => status::status(&mut page, status),
        Data::Rebuilt(rebuilt) => status::rebuilt(&mut page, rebuilt),
        Data::Members(members) => members::members(&mut page, members),
        Data::Invited(invited) => tickets::invited(&mut page, invited),
        Data::Tickets(lines) => tickets::tickets(&mut page, lines),
        Data::Revoked(line) => tickets::revoked(&mut page, line),
        Data::Imported(imported) => handling::imported(&mut page, imported),
        Data::Packs(packs) => packs::packs(&mut page, packs),
        Data::Pack(pack) => packs::pack(&mut page, pack),
        Data::Published(published) => handling::published(&mut page, published),
        Data::Adopted(adopted) => handling::adopted(&mut page, adopted),
        Data::Requirements(requirements) => requirements::requirements(&mut page, requirements),
        Data::Requirement(requirement) => requirements::requirement(&mut page, requirement),
        Data::Recorded(recorded) => pilots::recorded(&mut page, recorded),
        Data::Pilots(results) => pilots::results(&mut page, results),
        Data::Pilot(pilot) => pilots::pilot(&mut page, pilot),
        Data::Hits(hits) => search::hits(&mut page, hits),
        Data::Drafting(data) => drafting::render(&mut page, data),
        Data::Releasing(data) => releasing::render(&mut page, data),
        Data::Joint(data) => joint::render(&mut page, data),
        Data::Baskets(data) => baskets::render(&mut page, data),
        Data::Key(data) => key::render(&mut page, data),
        Data::Trust(data) => trust::render(&mut page, data),
    }
    page.finish()
}

/// A failure as text: what happened, its points, what to do now. Not wrapped, so that whoever reads logs
/// finds each on one line.
pub(crate) fn render_failure(failure: &Failure, language: Language) -> String {
    let said = |said: &crate::failure::Said| plain(said.in_language(language)).into_owned();
    let mut text = format!(
        "{}: {}\n",
        language.pick("error", "fejl"),
        said(&failure.message)
    );
    for detail in &failure.details {
        text.push_str(&format!("  - {}\n", said(detail)));
    }
    if let Some(hint) = &failure.hint {
        text.push_str(&format!(
            "{}: {}\n",
            language.pick("hint", "råd"),
            said(hint)
        ));
    }
    text
}

#[cfg(test)]
mod tests;
