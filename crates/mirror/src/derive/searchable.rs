//! What of a document can be found by words.

use faelled_model::codes::cpv;
use faelled_model::language::Language;
use faelled_model::text::InLanguages;
use faelled_model::{Adoption, Pack, Participation, Pilot, Project, Requirement, Resource};

use crate::delta::{Content, DocumentView};
use crate::row::Row;
use crate::spelling::plain_spellings;
use crate::words::{Derived, Tongue};

/// A document's row of the search table.
#[derive(Debug, Default)]
pub(crate) struct Searchable {
    members: Vec<String>,
    number: String,
    title_da: String,
    title_en: String,
    body_da: Vec<String>,
    body_en: Vec<String>,
    body_other: Vec<String>,
}

/// The search row of a document that has text.
pub(crate) fn searchable(document: &DocumentView) -> Option<Searchable> {
    let mut found = Searchable {
        members: vec![document.owner.to_string()],
        ..Searchable::default()
    };
    match &document.content {
        Content::Pack { pack, .. } => found.pack(pack),
        Content::Requirement(requirement) => found.requirement(requirement),
        Content::Adoption(adoption) => found.adoption(adoption),
        Content::Pilot(pilot) => found.pilot(pilot),
        Content::Question(question) => {
            found.title(&question.title);
            found.say(&question.body);
            found.say(&question.escalated_to);
        }
        Content::Answer(answer) => found.say(&answer.body),
        Content::Comment(comment) => found.say(&comment.body),
        Content::Resource(resource) => found.resource(resource),
        Content::Project(project) => found.project(project),
        Content::Participation(participation) => found.participation(participation),
        // Basket, disclosure and the rest are a member's own papers, found by lists of their own.
        _ => return None,
    }
    Some(found)
}

/// Stems and parts of what is said in both languages.
fn derived(danish: &str, english: &str) -> Derived {
    let mut derived = Derived::default();
    derived.read(danish, Tongue::Danish);
    derived.read(english, Tongue::English);
    derived
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
        let title = derived(&self.title_da, &self.title_en);
        let body = derived(&body_da, &body_en);
        Row::of("search")
            .set("document", document.id.to_string())
            .set("kind", document.kind.as_str())
            .set("members", self.members.join(" "))
            .set("number", self.number)
            .set("title_da", self.title_da)
            .set("title_en", self.title_en)
            .set("body_da", body_da)
            .set("body_en", body_en)
            .set("body_other", body_other)
            .set("spellings", spellings)
            .set("title_stems", title.stems.join(" "))
            .set("body_stems", body.stems.join(" "))
            .set("title_parts", title.parts.join(" "))
            .set("body_parts", body.parts.join(" "))
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
        if let Some(source) = &requirement.adapted_from {
            self.body_other.push(source.number.clone());
            self.say(&source.changes);
        }
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
        self.cpv(&requirement.cpv);
        let plain = [
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
        self.members
            .extend(pilot.tender.joint_buyers.iter().cloned());
        self.cpv(&pilot.tender.cpv);
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

    /// Codes, and what they are called.
    fn cpv(&mut self, codes: &[String]) {
        for code in codes {
            self.body_other.push(code.clone());
            if let Some(known) = cpv::find(code) {
                self.body_da.push(known.danish.to_owned());
                self.body_en.push(known.english.to_owned());
            }
        }
    }

    fn resource(&mut self, resource: &Resource) {
        self.title(&resource.title);
        self.say(&resource.description);
        self.body_other.push(resource.project.clone());
        name_codes!(self, resource.kind, resource.category);
    }

    fn project(&mut self, project: &Project) {
        self.number.clone_from(&project.code);
        self.title(&project.title);
        self.say(&project.aim);
        project
            .indicators
            .iter()
            .for_each(|indicator| self.say(&indicator.what));
    }

    fn participation(&mut self, participation: &Participation) {
        self.body_other.push(participation.project.clone());
        self.say(&participation.status);
        self.say(&participation.next_step);
        participation.goals.iter().for_each(|goal| self.say(goal));
        name_codes!(self, participation.speed, participation.state);
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
