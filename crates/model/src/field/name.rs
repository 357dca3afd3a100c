//! What people call the fields.

use super::path::{Step, steps};
use crate::Language;

/// `(field, English, Danish)`. A field is named by its record's name and its own where its own alone would be
/// called otherwise there.
const NAMES: &[(&str, &str, &str)] = &[
    ("number", "number", "nummer"),
    ("code", "code", "kode"),
    ("title", "title", "titel"),
    ("name", "name", "navn"),
    ("category", "category", "kategori"),
    ("product_group", "product group", "produktgruppe"),
    ("project", "project", "indsats"),
    ("strategies", "strategies", "strategier"),
    ("cpv", "CPV codes", "CPV-koder"),
    (
        "environmental_impact",
        "environmental impact",
        "miljøpåvirkning",
    ),
    ("social_objectives", "social objectives", "sociale mål"),
    ("sdg", "UN goals", "verdensmål"),
    ("goals", "goals", "mål"),
    ("kle", "KLE codes", "KLE-numre"),
    (
        "gpp_basis",
        "basis of the green criterion",
        "grundlag for det grønne krav",
    ),
    ("type", "type", "type"),
    ("level", "level", "niveau"),
    (
        "level_relation",
        "relation to the lower level",
        "forhold til det lavere niveau",
    ),
    ("wording", "wording", "ordlyd"),
    ("placeholders", "placeholder", "pladsholder"),
    ("placeholders.meaning", "meaning", "betydning"),
    ("unit", "unit", "enhed"),
    ("placeholders.min", "lowest", "mindst"),
    ("placeholders.max", "highest", "højst"),
    ("placeholders.default", "default", "standardværdi"),
    ("measures", "measured value", "måleværdi"),
    ("measures.property", "property", "egenskab"),
    ("measures.comparison", "comparison", "sammenligning"),
    ("measures.number", "value", "tal"),
    ("awards", "award", "pointgivning"),
    ("method", "method", "metode"),
    ("awards.scale", "scale", "skala"),
    ("weight_percent", "weight in percent", "vægt i procent"),
    ("evidence", "evidence", "dokumentation"),
    ("kind", "kind", "art"),
    ("text", "text", "tekst"),
    ("labels", "labels", "mærker"),
    (
        "follow_up",
        "follow-up in the contract",
        "kontraktopfølgning",
    ),
    ("what", "what", "hvad"),
    ("when", "when", "hvornår"),
    ("who", "who", "hvem"),
    ("motive", "motive", "begrundelse"),
    ("readiness", "market readiness", "markedsmodenhed"),
    ("market_dialogue", "market dialogue", "markedsdialog"),
    ("risks", "risk", "risiko"),
    ("legal_basis", "legal basis", "retsgrundlag"),
    ("sources", "source", "kilde"),
    ("address", "address", "adresse"),
    ("version", "version", "version"),
    ("date", "date", "dato"),
    ("supersedes", "replaces", "erstatter"),
    ("adapted_from", "adapted from", "tilpasset fra"),
    ("requirement", "requirement", "krav"),
    ("owner", "owner", "ejer"),
    ("release", "release", "udgivelse"),
    ("pack", "pack", "kravpakke"),
    ("hash", "hash", "hash"),
    ("changes", "changes and why", "ændringer og hvorfor"),
    ("state", "state", "tilstand"),
    ("history", "history", "forløb"),
    ("by", "by", "af"),
    ("note", "note", "bemærkning"),
    ("published_as", "published as", "frigivet som"),
    ("hearing_of", "heard draft", "kladde i høring"),
    ("schema", "shape", "form"),
    ("id", "id", "id"),
    ("purpose", "purpose", "formål"),
    ("introduction", "introduction", "indledning"),
    ("contract_types", "contract types", "kontrakttyper"),
    ("sections", "section", "afsnit"),
    ("requirements", "requirements", "krav"),
    ("document", "document", "dokument"),
    ("alternative_to", "alternative to", "alternativ til"),
    ("how_to_use", "how to use it", "sådan bruges den"),
    ("licence", "licence", "licens"),
    (
        "review_cycle_months",
        "months between reviews",
        "måneder mellem eftersyn",
    ),
    ("hearings", "hearing", "høring"),
    ("from", "from", "fra"),
    ("until", "until", "til"),
    ("recipients", "recipients", "modtagere"),
    ("ground", "ground", "grundlag"),
    (
        "withdrawals",
        "withdrawn release",
        "tilbagetrukket udgivelse",
    ),
    ("reason", "reason", "begrundelse"),
    ("replaced_by", "replaced by", "erstattet af"),
    ("answered", "answered proposal", "besvaret forslag"),
    ("pilot", "pilot", "afprøvning"),
    ("answer", "answer", "svar"),
    ("tender", "tender", "udbud"),
    (
        "publication_number",
        "publication number",
        "bekendtgørelsesnummer",
    ),
    ("procedure", "procedure", "udbudsform"),
    ("framework", "framework", "rammeaftale"),
    ("value_band", "value", "værdi"),
    ("lots", "lots", "delaftaler"),
    ("joint_buyers", "joint buyers", "fælles indkøbere"),
    (
        "duration_months",
        "months of the contract",
        "kontraktens måneder",
    ),
    ("tried", "tried requirement", "afprøvet krav"),
    ("local_wording", "wording as used", "ordlyd som brugt"),
    ("bidders", "tenders", "tilbud"),
    (
        "bidders_last_time",
        "tenders last time",
        "tilbud sidste gang",
    ),
    (
        "bidders_met",
        "tenders that met it",
        "tilbud, der opfyldte det",
    ),
    (
        "small_firms",
        "small and medium-sized firms",
        "små og mellemstore virksomheder",
    ),
    (
        "reasons_not_bidding",
        "reason for not bidding",
        "grund til ikke at byde",
    ),
    ("questions", "questions asked", "stillede spørgsmål"),
    ("tried.changes", "changes", "ændringer"),
    ("price_effect", "effect on price", "virkning på prisen"),
    (
        "price_percent",
        "effect on price in percent",
        "virkning på prisen i procent",
    ),
    ("price_basis", "compared with", "sammenlignet med"),
    ("price_certainty", "certainty", "sikkerhed"),
    ("buyer_hours", "buyer's hours", "indkøberens timer"),
    ("burden", "bidders' burden", "tilbudsgivernes byrde"),
    (
        "evidence_outcome",
        "evidence accepted",
        "dokumentation godtaget",
    ),
    (
        "evidence_result",
        "what became of the evidence",
        "hvad der skete med dokumentationen",
    ),
    ("complaint", "complaint", "klage"),
    ("complaint_case", "case number", "sagsnummer"),
    (
        "complaint_outcome",
        "outcome of the complaint",
        "klagens udfald",
    ),
    ("dropped", "why it was dropped", "hvorfor det blev droppet"),
    ("verdict", "verdict", "vurdering"),
    ("proposed_wording", "proposed wording", "foreslået ordlyd"),
    ("checks", "check", "kontrol"),
    ("how", "how", "hvordan"),
    ("complied", "complied", "overholdt"),
    ("remedy", "remedy", "afhjælpning"),
    ("effects", "effect", "effekt"),
    ("effects.number", "number", "tal"),
    ("measured", "measured", "målt"),
    ("lessons", "lessons", "erfaringer"),
    (
        "first_advice",
        "what to know first",
        "det skal man vide først",
    ),
    ("attachments", "attachment", "bilag"),
    ("file_name", "file name", "filnavn"),
    ("media_type", "media type", "medietype"),
    ("content", "content", "indhold"),
    ("stance", "stance", "stillingtagen"),
    ("planned_quarter", "planned quarter", "planlagt kvartal"),
    ("levels", "chosen level", "valgt niveau"),
    ("deviations", "deviation", "afvigelse"),
    ("target", "about", "om"),
    ("field", "field", "felt"),
    ("body", "text", "tekst"),
    ("escalated_to", "taken to", "løftet til"),
    ("escalated_on", "taken there on", "løftet den"),
    ("question", "question", "spørgsmål"),
    ("description", "description", "beskrivelse"),
    ("aim", "aim", "mål"),
    ("indicators", "indicator", "indikator"),
    ("indicators.target", "target", "måltal"),
    (
        "project_document",
        "project's document",
        "indsatsens dokument",
    ),
    ("part", "part", "rolle"),
    ("speed", "speed", "hastighed"),
    ("priority", "priority", "prioritet"),
    ("status", "status", "status"),
    ("status_date", "day of the status", "statusdato"),
    ("backing", "political backing", "politisk opbakning"),
    ("backing_date", "day of the decision", "beslutningsdato"),
    (
        "backing_reference",
        "reference of the decision",
        "henvisning til beslutningen",
    ),
    ("next_step", "next step", "næste skridt"),
    (
        "next_step_date",
        "day of the next step",
        "dato for næste skridt",
    ),
    ("contact_role", "contact role", "kontaktrolle"),
    ("mailbox", "mailbox", "postkasse"),
    ("web_page", "web page", "hjemmeside"),
    ("cvr", "CVR number", "CVR-nummer"),
    ("gln", "GLN", "GLN"),
    ("regions", "region", "region"),
    ("region", "region", "region"),
    ("capacity", "capacity", "egenskab"),
    ("space", "space", "rum"),
    ("space_name", "name of the space", "rummets navn"),
    ("follows", "followed", "fulgt"),
    ("follows.target", "what", "hvad"),
    ("since", "since", "siden"),
    ("lines", "line", "linje"),
    ("values", "value", "værdi"),
    ("values.value", "value", "værdi"),
];

/// What people call a field, for headings: `placeholders[andel].max` is *pladsholder andel – højst*. A language at
/// the end is left to the reader; ids of items say nothing to people and are left out. A name that is unknown
/// stays as it is.
#[must_use]
pub fn field_name(path: &str, language: Language) -> String {
    let Some(steps) = steps(path) else {
        return path.to_owned();
    };
    let mut name = String::new();
    let mut record = "";
    for step in steps {
        match step {
            Step::Name("da" | "en") if !name.is_empty() => {}
            Step::Name(own) => {
                if !name.is_empty() {
                    name.push_str(" – ");
                }
                name.push_str(own_name(record, own, language));
                record = own;
            }
            Step::Item(item) if is_id(item) => {}
            Step::Item(item) => {
                name.push(' ');
                name.push_str(item);
            }
            Step::Add | Step::Remove => {}
        }
    }
    name
}

fn own_name<'a>(record: &str, own: &'a str, language: Language) -> &'a str {
    let within = format!("{record}.{own}");
    let find = |field: &str| NAMES.iter().find(|(name, ..)| *name == field);
    find(&within)
        .or_else(|| find(own))
        .map_or(own, |(_, english, danish)| language.pick(english, danish))
}

/// An id as [`crate::ids`] makes them.
fn is_id(item: &str) -> bool {
    item.len() == 12
        && item
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Shape, Shaped};

    fn nameless(record: &str, shape: &Shape, missing: &mut Vec<String>) {
        match shape {
            Shape::List(item) => nameless(record, item, missing),
            Shape::Record(fields) => {
                for field in fields.iter() {
                    let within = format!("{record}.{}", field.name);
                    if !NAMES
                        .iter()
                        .any(|(name, ..)| *name == within || *name == field.name)
                    {
                        missing.push(within);
                    }
                    nameless(field.name, field.shape, missing);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_field_of_every_kind_has_a_name_in_both_languages() {
        let mut missing = Vec::new();
        for shape in [
            crate::Requirement::SHAPE,
            crate::Pack::SHAPE,
            crate::Pilot::SHAPE,
            crate::Adoption::SHAPE,
            crate::Question::SHAPE,
            crate::Answer::SHAPE,
            crate::Comment::SHAPE,
            crate::Resource::SHAPE,
            crate::Project::SHAPE,
            crate::Participation::SHAPE,
            crate::Profile::SHAPE,
            crate::Cosignature::SHAPE,
            crate::Disclosure::SHAPE,
            crate::Following::SHAPE,
            crate::Basket::SHAPE,
        ] {
            nameless("", &shape, &mut missing);
        }
        assert_eq!(missing, [""; 0]);
        assert!(
            NAMES
                .iter()
                .all(|(_, english, danish)| !english.is_empty() && !danish.is_empty())
        );
        let distinct: std::collections::BTreeSet<&str> =
            NAMES.iter().map(|(name, ..)| *name).collect();
        assert_eq!(distinct.len(), NAMES.len());
    }

    #[test]
    fn names_are_those_of_people() {
        for (path, danish, english) in [
            ("wording.da", "ordlyd", "wording"),
            (
                "placeholders[andel].max",
                "pladsholder andel – højst",
                "placeholder andel – highest",
            ),
            (
                "evidence[0123456789ab].text",
                "dokumentation – tekst",
                "evidence – text",
            ),
            (
                "measures[1].number",
                "måleværdi 1 – tal",
                "measured value 1 – value",
            ),
            ("number", "nummer", "number"),
            ("from_the_future", "from_the_future", "from_the_future"),
        ] {
            assert_eq!(field_name(path, Language::Danish), danish);
            assert_eq!(field_name(path, Language::English), english);
        }
    }
}
