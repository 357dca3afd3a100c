//! Releases and their requirements.

use faelled_model::release::ReleasedRequirement;
use faelled_model::requirement::{Evidence, FollowUp, Measure, Placeholder, Source};
use faelled_model::terms::Comparison;
use faelled_model::text::InLanguages;

use super::OpenRelease;
use super::node::{Concepts, Node, iri, iri_in_release, iri_in_version, iri_of_cpv, iri_of_member};

pub(super) fn nodes(release: &OpenRelease, graph: &mut Vec<Node>, concepts: &mut Concepts) {
    let pack = &release.content.pack;
    let own = iri_in_version(&release.pack, &release.version);
    let mut node = Node::new(&own, "adms:Asset");
    node.link("dct:isVersionOf", &iri(&release.pack));
    node.text("dct:identifier", &pack.code);
    node.text("owl:versionInfo", &release.version);
    node.text(
        "skos:notation",
        &format!(
            "faelled:{}@{}#{}",
            release.pack, release.version, release.hash
        ),
    );
    node.texts("dct:title", &pack.title);
    node.texts("dct:description", &pack.purpose);
    node.texts("skos:note", &pack.introduction);
    node.texts("skos:scopeNote", &pack.how_to_use);
    node.texts("adms:versionNotes", &release.notes);
    node.link("dct:publisher", &iri_of_member(&release.owner));
    node.date("dct:issued", &release.issued);
    if !release.previous.is_empty() {
        node.link(
            "dct:replaces",
            &iri_in_version(&release.pack, &release.previous),
        );
    }
    if pack.licence.eq_ignore_ascii_case("CC BY 4.0") {
        node.link(
            "dct:license",
            "https://creativecommons.org/licenses/by/4.0/",
        );
    } else {
        node.text("dct:license", &pack.licence);
    }
    for released in &release.content.requirements {
        node.link(
            "dct:hasPart",
            &iri_in_release(&release.pack, &release.version, &released.document),
        );
    }
    graph.push(node);
    for released in &release.content.requirements {
        graph.push(requirement(released, release, &own, concepts));
    }
}

fn requirement(
    released: &ReleasedRequirement,
    release: &OpenRelease,
    pack: &str,
    concepts: &mut Concepts,
) -> Node {
    let requirement = &released.requirement;
    let own = iri_in_release(&release.pack, &release.version, &released.document);
    let mut node = Node::new(&own, "m8g:Criterion");
    node.link("dct:isVersionOf", &iri(&released.document));
    node.link("dct:isPartOf", pack);
    node.link("dct:publisher", &iri_of_member(&release.owner));
    node.text("dct:identifier", &requirement.number);
    node.texts("dct:title", &requirement.title);
    node.texts("dct:description", &requirement.wording);
    node.texts("skos:note", &requirement.motive);
    node.texts("skos:scopeNote", &requirement.market_dialogue);
    for (list, code) in [
        ("RequirementType", requirement.r#type.code()),
        ("Level", requirement.level.code()),
    ] {
        if let Some(term) = concepts.iri(list, code) {
            node.link("dct:type", &term);
        }
    }
    let strategies = requirement.strategies.iter();
    let subjects = strategies.map(|strategy| ("Strategy", strategy.code()));
    for (list, code) in subjects.chain([("Category", requirement.category.code())]) {
        if let Some(term) = concepts.iri(list, code) {
            node.link("dct:subject", &term);
        }
    }
    for code in requirement.cpv.iter().filter_map(|code| iri_of_cpv(code)) {
        node.link("dct:subject", &code);
    }
    for (index, placeholder) in requirement.placeholders.iter().enumerate() {
        node.node("m8g:hasConcept", concept(&own, index + 1, placeholder));
    }
    for (index, measure) in requirement.measures.iter().enumerate() {
        node.node("m8g:hasRequirement", constraint(&own, index + 1, measure));
    }
    for step in &requirement.follow_up {
        node.node("m8g:hasRequirement", follow_up(step));
    }
    if !requirement.evidence.is_empty() {
        node.node(
            "m8g:hasEvidenceTypeList",
            evidence(&requirement.evidence, concepts),
        );
    }
    for award in &requirement.awards {
        node.texts("m8g:weightingConsiderationDescription", &award.method);
        if let Some(percent) = award.weight_percent {
            // The vocabulary's weights lie between 0 and 1.
            node.decimal("m8g:weight", percent / 100.0);
        }
    }
    for source in &requirement.sources {
        node.node("m8g:isDerivedFrom", framework(source));
    }
    for basis in &requirement.legal_basis {
        let mut framework = Node::unnamed("m8g:ReferenceFramework");
        framework.text("dct:title", basis);
        node.node("m8g:isDerivedFrom", framework);
    }
    if let Some(adapted) = &requirement.adapted_from {
        let from = &adapted.release;
        let source = iri_in_release(&from.pack, &from.version, &adapted.requirement);
        node.link("dct:source", &source);
    }
    node
}

/// A value that a buyer fills in.
fn concept(requirement: &str, number: usize, placeholder: &Placeholder) -> Node {
    let iri = format!("{requirement}:value:{number}");
    let mut node = Node::new(&iri, "m8g:InformationConcept");
    node.text("dct:identifier", &placeholder.name);
    node.texts("skos:prefLabel", &placeholder.meaning);
    let bounds = [(">=", placeholder.min), ("<=", placeholder.max)];
    for (sign, bound) in bounds {
        if let Some(bound) = bound {
            let expected = format!("{sign} {bound} {}", placeholder.unit);
            node.text("m8g:expressionOfExpectedValue", expected.trim());
        }
    }
    node
}

/// A measured value.
fn constraint(requirement: &str, number: usize, measure: &Measure) -> Node {
    let sign = match measure.comparison {
        Comparison::AtLeast => ">=",
        Comparison::AtMost => "<=",
        Comparison::Equals | Comparison::Other(_) => "=",
    };
    let mut concept = Node::new(
        &format!("{requirement}:measure:{number}"),
        "m8g:InformationConcept",
    );
    concept.texts("skos:prefLabel", &measure.property);
    let expected = format!("{sign} {} {}", measure.number, measure.unit);
    concept.text("m8g:expressionOfExpectedValue", expected.trim());
    let mut node = Node::unnamed("m8g:Constraint");
    node.texts("dct:title", &measure.property);
    node.node("m8g:constrains", concept);
    node
}

/// What the supplier shows while the contract runs.
fn follow_up(step: &FollowUp) -> Node {
    let mut node = Node::unnamed("m8g:InformationRequirement");
    node.texts("dct:description", &step.what);
    for text in [&step.when, &step.who] {
        if !text.is_blank() {
            node.texts("skos:note", text);
        }
    }
    node
}

/// All of the evidence is asked for together: one list.
fn evidence(evidence: &[Evidence], concepts: &mut Concepts) -> Node {
    let mut list = Node::unnamed("m8g:EvidenceTypeList");
    for evidence in evidence {
        let mut node = Node::unnamed("m8g:EvidenceType");
        node.texts("dct:description", &evidence.text);
        for label in &evidence.labels {
            node.text("skos:notation", label);
        }
        if let Some(term) = concepts.iri("EvidenceKind", evidence.kind.code()) {
            node.link("m8g:evidenceTypeClassification", &term);
        }
        list.node("m8g:specifiesEvidenceType", node);
    }
    list
}

fn framework(source: &Source) -> Node {
    let mut node = Node::unnamed("m8g:ReferenceFramework");
    node.text("dct:title", &source.title);
    node.text("owl:versionInfo", &source.version);
    node.date("dct:issued", &source.date);
    node.page("dct:relation", &source.address);
    node
}
