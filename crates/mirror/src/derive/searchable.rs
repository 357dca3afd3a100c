//! What of a document can be found by words.

use faelled_model::language::Language;
use faelled_model::text::InLanguages;
use faelled_model::{Adoption, Pack, Pilot, Requirement};

use crate::delta::{Content, DocumentView};
use crate::row::Row;
use crate::spelling::plain_spellings;

/// A document's row of the search table.
#[derive(Debug, Default)]
pub(crate) struct Searchable {
    number: String,
    title_da: String,
    title_en: String,
    body_da: Vec<String>,
    body_en: Vec<String>,
    body_other: Vec<String>,
}

/// The search row of a document that has text.
pub(crate) fn searchable(document: &DocumentView) -> Option<Searchable> {
    let mut found = Searchable::default();
    match &document.content {
        Content::Pack { pack, .. } => found.pack(pack),
        Content::Requirement(requirement) => found.requirement(requirement),
        Content::Adoption(adoption) => found.adoption(adoption),
        Content::Pilot(pilot) => found.pilot(pilot),
        Content::Unknown | Content::Quarantined { .. } | Content::Void => return None,
    }
    Some(found)
}

macro_rules! name_codes {
    ($found:expr, $( $term:expr ),* $(,)?) => {$(
        $found.body_da.push($term.name(Language::Danish).to_owned());
        $found.body_en.push($term.name(Language::English).to_owned());
    )*};
}

impl Searchable {
    /// The row, without its place.
    pub(crate) fn into_row(self, document: &DocumentView) -> Row {
        let joined = |parts: &[String]| {
            let parts: Vec<&str> = parts
                .iter()
                .map(String::as_str)
                .filter(|part| !part.is_empty())
                .collect();
            parts.join("\n")
        };
        let bodies = [
            joined(&self.body_da),
            joined(&self.body_en),
            joined(&self.body_other),
        ];
        let texts = [&self.number, &self.title_da, &self.title_en]
            .into_iter()
            .chain(&bodies);
        let spellings = plain_spellings(texts.map(String::as_str));
        let [body_da, body_en, body_other] = bodies;
        Row::of("search")
            .set("document", document.id.to_string())
            .set("kind", document.kind.as_str())
            .set("number", self.number)
            .set("title_da", self.title_da)
            .set("title_en", self.title_en)
            .set("body_da", body_da)
            .set("body_en", body_en)
            .set("body_other", body_other)
            .set("spellings", spellings)
    }

    fn pack(&mut self, pack: &Pack) {
        self.number.clone_from(&pack.code);
        self.title(&pack.title);
        self.say(&pack.purpose);
        self.say(&pack.introduction);
        self.say(&pack.how_to_use);
        pack.sections
            .iter()
            .for_each(|section| self.say(&section.title));
        self.body_other.push(pack.project.clone());
        self.body_other.extend(
            pack.requirement_refs()
                .map(|requirement| requirement.number.clone()),
        );
    }

    fn requirement(&mut self, requirement: &Requirement) {
        self.number.clone_from(&requirement.number);
        self.title(&requirement.title);
        self.say(&requirement.wording);
        self.say(&requirement.motive);
        self.say(&requirement.product_group);
        self.say(&requirement.market_dialogue);
        requirement
            .placeholders
            .iter()
            .for_each(|placeholder| self.say(&placeholder.meaning));
        requirement
            .measures
            .iter()
            .for_each(|measure| self.say(&measure.property));
        requirement
            .awards
            .iter()
            .for_each(|award| self.say(&award.method));
        requirement.risks.iter().for_each(|risk| self.say(risk));
        for evidence in &requirement.evidence {
            self.say(&evidence.text);
            self.body_other.extend(evidence.labels.iter().cloned());
            name_codes!(self, evidence.kind);
        }
        for step in &requirement.follow_up {
            self.say(&step.what);
            self.say(&step.when);
            self.say(&step.who);
        }
        for strategy in &requirement.strategies {
            name_codes!(self, strategy);
        }
        name_codes!(
            self,
            requirement.category,
            requirement.r#type,
            requirement.level
        );
        let sources = requirement
            .sources
            .iter()
            .map(|source| source.title.clone());
        self.body_other.extend(sources);
        let plain = [
            &requirement.cpv,
            &requirement.goals,
            &requirement.legal_basis,
            &requirement.supersedes,
        ];
        self.body_other.extend(plain.into_iter().flatten().cloned());
        self.body_other.push(requirement.project.clone());
    }

    fn adoption(&mut self, adoption: &Adoption) {
        self.say(&adoption.reason);
        for deviation in &adoption.deviations {
            self.body_other.push(deviation.number.clone());
            self.say(&deviation.text);
        }
        name_codes!(self, adoption.stance);
    }

    fn pilot(&mut self, pilot: &Pilot) {
        self.number.clone_from(&pilot.tender.publication_number);
        self.title(&pilot.tender.title);
        self.say(&pilot.first_advice);
        self.say(&pilot.lessons);
        self.say(&pilot.follow_up);
        self.body_other.extend(pilot.tender.cpv.iter().cloned());
        for tried in &pilot.tried {
            self.body_other.push(tried.number.clone());
            let texts = [
                &tried.local_wording,
                &tried.changes,
                &tried.price_basis,
                &tried.evidence_result,
                &tried.complaint_outcome,
                &tried.dropped,
                &tried.proposed_wording,
            ];
            texts
                .into_iter()
                .chain(&tried.reasons_not_bidding)
                .for_each(|text| self.say(text));
        }
        for effect in &pilot.effects {
            self.say(&effect.what);
            self.say(&effect.method);
        }
        name_codes!(self, pilot.state);
    }

    fn title(&mut self, title: &impl InLanguages) {
        for language in title.languages() {
            let said = title.exact(language).unwrap_or_default().to_owned();
            match language {
                "da" => self.title_da = said,
                "en" => self.title_en = said,
                _ => self.body_other.push(said),
            }
        }
    }

    fn say(&mut self, text: &impl InLanguages) {
        for language in text.languages() {
            let said = text.exact(language).unwrap_or_default().to_owned();
            match language {
                "da" => self.body_da.push(said),
                "en" => self.body_en.push(said),
                _ => self.body_other.push(said),
            }
        }
    }
}
