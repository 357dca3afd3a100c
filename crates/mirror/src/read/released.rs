//! What a release says, in the form in which the mirror tells what documents say now.

use faelled_model::codes::cpv;
use faelled_model::text::InLanguages;
use faelled_model::{Language, Pack, ReleaseContent, Requirement};
use serde_json::{Map, Value};

use super::{
    Award, CpvCode, Evidence, FollowUp, Measure, PackDetail, PackEntry, PackSection, PackTexts,
    Placeholder, ReleaseSummary, RequirementDetail, RequirementTexts, Risk, Source, StateChange,
};

impl PackDetail {
    /// The pack with what this release of it says. What became of it since stays: releases, co-signatures, adoptions.
    #[must_use]
    pub fn as_released(mut self, release: &ReleaseSummary, content: &ReleaseContent) -> Self {
        let ReleaseContent { pack, requirements } = content;
        let summary = &mut self.summary;
        summary.code = said(&pack.code);
        summary.title_da = danish(&pack.title);
        summary.title_en = english(&pack.title);
        summary.version = Some(release.version.clone());
        summary.release = Some(release.hash.clone());
        summary.citation = Some(release.citation.clone());
        summary.review_by.clone_from(&release.review_by);
        summary.requirements = i64::try_from(pack.requirement_refs().count()).unwrap_or(i64::MAX);
        self.texts = pack_texts(pack);
        self.sections = pack
            .sections
            .iter()
            .enumerate()
            .map(|(index, section)| PackSection {
                title_da: danish(&section.title),
                title_en: english(&section.title),
                requirements: section
                    .requirements
                    .iter()
                    .map(|reference| {
                        let held = requirements
                            .iter()
                            .find(|released| released.document == reference.document)
                            .map(|released| &released.requirement);
                        PackEntry {
                            section: i64::try_from(index).unwrap_or(i64::MAX),
                            number: said(&reference.number),
                            requirement: said(&reference.document),
                            title_da: held.and_then(|held| danish(&held.title)),
                            title_en: held.and_then(|held| english(&held.title)),
                            r#type: held.and_then(|held| said(held.r#type.code())),
                            level: held.and_then(|held| said(held.level.code())),
                            alternative_to: said(&reference.alternative_to),
                        }
                    })
                    .collect(),
            })
            .collect();
        self
    }
}

impl RequirementDetail {
    /// The requirement with what a release says of it: the version of the pack with this code. What became of it
    /// since stays: releases, pilots.
    #[must_use]
    pub fn as_released(mut self, pack_code: &str, version: &str, released: &Requirement) -> Self {
        let summary = &mut self.summary;
        summary.number = said(&released.number);
        summary.title_da = danish(&released.title);
        summary.title_en = english(&released.title);
        summary.category = said(released.category.code());
        summary.r#type = said(released.r#type.code());
        summary.level = said(released.level.code());
        summary.state = said(released.state.code());
        summary.hearing_of = said(&released.hearing_of);
        summary.pack_code = said(pack_code);
        summary.version = said(version);
        self.texts = requirement_texts(released, self.texts);
        self.strategies = list(released.strategies.iter().map(|strategy| strategy.code()));
        self.cpv = released.cpv.iter().map(|code| cpv_code(code)).collect();
        self.environmental_impact = list(&released.environmental_impact);
        self.social_objectives = list(&released.social_objectives);
        self.sdg = list(&released.sdg);
        self.goals = list(&released.goals);
        self.kle = list(&released.kle);
        self.legal_basis = list(&released.legal_basis);
        self.supersedes = list(&released.supersedes);
        self.asked(released);
        self.shown(released);
        self
    }

    fn asked(&mut self, released: &Requirement) {
        let placeholders = released.placeholders.iter().map(|of| Placeholder {
            name: said(&of.name),
            meaning_da: danish(&of.meaning),
            meaning_en: english(&of.meaning),
            unit: said(&of.unit),
            min: of.min,
            max: of.max,
            default_value: said(&of.default),
        });
        self.placeholders = placeholders.collect();
        let measures = released.measures.iter().map(|measure| Measure {
            property_da: danish(&measure.property),
            property_en: english(&measure.property),
            comparison: said(measure.comparison.code()),
            number: Some(measure.number),
            unit: said(&measure.unit),
        });
        self.measures = measures.collect();
        let awards = released.awards.iter().map(|award| Award {
            method_da: danish(&award.method),
            method_en: english(&award.method),
            scale: said(&award.scale),
            weight_percent: award.weight_percent,
        });
        self.awards = awards.collect();
    }

    fn shown(&mut self, released: &Requirement) {
        let evidence = released.evidence.iter().map(|evidence| Evidence {
            kind: said(evidence.kind.code()),
            text_da: danish(&evidence.text),
            text_en: english(&evidence.text),
            labels: Value::from(evidence.labels.clone()).to_string(),
        });
        self.evidence = evidence.collect();
        let steps = released.follow_up.iter().map(|step| FollowUp {
            what_da: danish(&step.what),
            what_en: english(&step.what),
            when_da: danish(&step.when),
            when_en: english(&step.when),
            who_da: danish(&step.who),
            who_en: english(&step.who),
        });
        self.follow_up = steps.collect();
        let risks = released.risks.iter().map(|risk| Risk {
            risk_da: danish(risk),
            risk_en: english(risk),
        });
        self.risks = risks.collect();
        let sources = released.sources.iter().map(|source| Source {
            title: said(&source.title),
            address: said(&source.address),
            version: said(&source.version),
            date: said(&source.date),
        });
        self.sources = sources.collect();
        let history = released.history.iter().map(|step| StateChange {
            state: said(step.state.code()),
            date: said(&step.date),
            member: said(&step.by),
            note_da: danish(&step.note),
            note_en: english(&step.note),
        });
        self.history = history.collect();
    }
}

fn pack_texts(pack: &Pack) -> PackTexts {
    PackTexts {
        purpose_da: danish(&pack.purpose),
        purpose_en: english(&pack.purpose),
        introduction_da: danish(&pack.introduction),
        introduction_en: english(&pack.introduction),
        how_to_use_da: danish(&pack.how_to_use),
        how_to_use_en: english(&pack.how_to_use),
        project: said(&pack.project),
        licence: said(&pack.licence),
        review_cycle_months: pack
            .review_cycle_months
            .and_then(|months| i64::try_from(months).ok()),
    }
}

fn requirement_texts(released: &Requirement, now: RequirementTexts) -> RequirementTexts {
    let from = released.adapted_from.as_ref();
    RequirementTexts {
        product_group_da: danish(&released.product_group),
        product_group_en: english(&released.product_group),
        project: said(&released.project),
        level_relation: said(released.level_relation.code()),
        gpp_basis: said(released.gpp_basis.code()),
        wording_da: danish(&released.wording),
        wording_en: english(&released.wording),
        motive_da: danish(&released.motive),
        motive_en: english(&released.motive),
        readiness: said(released.readiness.code()),
        market_dialogue_da: danish(&released.market_dialogue),
        market_dialogue_en: english(&released.market_dialogue),
        adapted_from: from.and_then(|from| said(&from.requirement)),
        adapted_from_number: from.and_then(|from| said(&from.number)),
        adapted_from_owner: from.and_then(|from| said(&from.owner)),
        adapted_from_pack: from.and_then(|from| said(&from.release.pack)),
        adapted_from_version: from.and_then(|from| said(&from.release.version)),
        adapted_from_release: from.and_then(|from| said(&from.release.hash)),
        adapted_changes_da: from.and_then(|from| danish(&from.changes)),
        adapted_changes_en: from.and_then(|from| english(&from.changes)),
        published_as: said(&released.published_as),
        texts: other_languages(released),
        ..now
    }
}

/// JSON of what is said in other languages than Danish and English.
fn other_languages(released: &Requirement) -> Option<String> {
    let mut others = Map::new();
    put_others(&mut others, "title", &released.title);
    put_others(&mut others, "product_group", &released.product_group);
    put_others(&mut others, "wording", &released.wording);
    put_others(&mut others, "motive", &released.motive);
    put_others(&mut others, "market_dialogue", &released.market_dialogue);
    if let Some(from) = &released.adapted_from {
        put_others(&mut others, "adapted_changes", &from.changes);
    }
    (!others.is_empty()).then(|| Value::Object(others).to_string())
}

fn put_others(others: &mut Map<String, Value>, field: &str, text: &impl InLanguages) {
    let texts: Map<String, Value> = text
        .languages()
        .into_iter()
        .filter(|language| !["da", "en"].contains(language))
        .map(|language| {
            let said = text.exact(language).unwrap_or_default();
            (language.to_owned(), Value::from(said))
        })
        .collect();
    if !texts.is_empty() {
        others.insert(field.to_owned(), Value::Object(texts));
    }
}

fn cpv_code(code: &str) -> CpvCode {
    let known = cpv::find(code);
    let name = |language| known.map(|known| known.name(language).to_owned());
    CpvCode {
        cpv: said(code),
        name_da: name(Language::Danish),
        name_en: name(Language::English),
    }
}

fn list(values: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    values
        .into_iter()
        .filter_map(|value| said(value.as_ref()))
        .collect()
}

/// What is empty was not said.
fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn danish(text: &impl InLanguages) -> Option<String> {
    text.exact("da").and_then(said)
}

fn english(text: &impl InLanguages) -> Option<String> {
    text.exact("en").and_then(said)
}
