//! Pilots: what was tried, and what those who tried it say of it.

use faelled_model::pilot::Tried;
use faelled_model::text::InLanguages;

use super::OpenPilot;
use super::node::{Concepts, Node, iri, iri_in_release, iri_of_cpv, iri_of_member};

pub(super) fn nodes(of: &OpenPilot, graph: &mut Vec<Node>, concepts: &mut Concepts) {
    let pilot = &of.pilot;
    let mut node = Node::new(&iri(&of.document), "prov:Activity");
    node.texts("dct:title", &pilot.tender.title);
    node.texts("dct:description", &pilot.lessons);
    node.texts("skos:note", &pilot.first_advice);
    node.text("dct:identifier", &pilot.tender.publication_number);
    node.link("prov:wasAssociatedWith", &iri_of_member(&of.owner));
    for buyer in &pilot.tender.joint_buyers {
        node.link("prov:wasAssociatedWith", &iri_of_member(buyer));
    }
    if let Some(term) = concepts.iri("PilotState", pilot.state.code()) {
        node.link("dct:type", &term);
    }
    for code in pilot.tender.cpv.iter().filter_map(|code| iri_of_cpv(code)) {
        node.link("dct:subject", &code);
    }
    for tried in &pilot.tried {
        node.link("prov:used", &tried_iri(tried));
    }
    graph.push(node);
    for tried in &pilot.tried {
        graph.push(review(of, tried, concepts));
    }
}

fn tried_iri(tried: &Tried) -> String {
    let release = &tried.release;
    iri_in_release(&release.pack, &release.version, &tried.requirement)
}

fn review(of: &OpenPilot, tried: &Tried, concepts: &mut Concepts) -> Node {
    let own = format!(
        "{}:{}",
        iri(&of.document),
        tried
            .number
            .replace(|char: char| !char.is_alphanumeric() && char != '-', "")
    );
    let mut node = Node::new(&own, "schema:Review");
    node.link("schema:itemReviewed", &tried_iri(tried));
    node.link("schema:author", &iri_of_member(&of.owner));
    node.link("dct:isPartOf", &iri(&of.document));
    node.text("dct:identifier", &tried.number);
    for text in [
        &tried.changes,
        &tried.evidence_result,
        &tried.dropped,
        &tried.complaint_outcome,
    ] {
        if !text.is_blank() {
            node.texts("schema:reviewBody", text);
        }
    }
    node.texts("skos:note", &tried.proposed_wording);
    for (list, code) in [
        ("Verdict", tried.verdict.code()),
        ("PriceEffect", tried.price_effect.code()),
    ] {
        if let Some(term) = concepts.iri(list, code) {
            node.link("dct:type", &term);
        }
    }
    node
}
