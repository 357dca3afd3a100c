//! What is about to be signed of a node's key: that it counts no longer, or how long it holds.

use super::super::page::Page;
use super::super::words::{counted, whole};
use crate::data::trust::{Certifying, Revocations};
use crate::fingerprint::fingerprint;

pub(super) fn certifying(page: &mut Page, certifying: &Certifying) {
    let member = &certifying.member;
    page.line(&if certifying.replaces {
        page.say(
            format!("About to be signed for {member}: this node gets a new key, and this one is revoked for good; all that it wrote counts"),
            format!("Skal nu underskrives for {member}: noden får en ny nøgle, og denne tilbagekaldes for altid; alt, den har skrevet, tæller"),
        )
    } else {
        page.say(
            format!("About to be signed for {member}: a certificate for this node's key"),
            format!("Skal nu underskrives for {member}: et certifikat for denne nodes nøgle"),
        )
    });
    page.facts(&[
        (
            page.say("  Fingerprint", "  Fingeraftryk"),
            fingerprint(&certifying.node_key),
        ),
        (page.say("  Key", "  Nøgle"), certifying.node_key.clone()),
        (
            if certifying.replaces {
                page.say("  New key holds until", "  Ny nøgle gælder til")
            } else {
                page.say("  Valid until", "  Gælder til")
            },
            format!("{} UTC", certifying.expires),
        ),
    ]);
}

pub(super) fn revocations(page: &mut Page, revocations: &Revocations) {
    page.line(page.say(
        "About to be revoked for good: the key of a node",
        "Skal nu tilbagekaldes for altid: nøglen til en node",
    ));
    let language = page.language;
    let feeds = counted(
        i64::try_from(revocations.feeds).unwrap_or(i64::MAX),
        ("feed", "feeds"),
        ("log", "logge"),
        language,
    );
    let (entries, voided) = (
        whole(revocations.entries, language),
        whole(revocations.voided, language),
    );
    page.facts(&[
        (
            page.say("  Fingerprint", "  Fingeraftryk"),
            fingerprint(&revocations.node_key),
        ),
        (page.say("  Key", "  Nøgle"), revocations.node_key.clone()),
        (
            page.say("  Received before", "  Modtaget før"),
            revocations
                .received_before
                .as_ref()
                .map_or_else(String::new, |time| format!("{time} UTC")),
        ),
        (
            page.say("  Counts", "  Tæller"),
            page.say(
                format!("{entries} entries in {feeds}"),
                format!("{entries} poster i {feeds}"),
            ),
        ),
        (
            page.say("  Counts no longer", "  Tæller ikke mere"),
            page.say(
                format!("{voided} entries that are held here, as the node counts"),
                format!("{voided} poster, som er her, som noden tæller"),
            ),
        ),
    ]);
    page.gap();
    page.own(page.say(
        "What the node writes and this one has not received does not count either.",
        "Hvad noden skriver, og denne ikke har modtaget, tæller heller ikke.",
    ));
    if revocations.received_before.is_some() && revocations.charters > 0 {
        let charters = revocations.charters;
        page.paragraph(&page.say(
            format!("It changed who is in groups, in {charters} charters. When these came is not known: all of them count. Look at the groups: faelled group list"),
            format!("Den har ændret, hvem der er i grupper, i {charters} vedtægter. Hvornår de kom, vides ikke: de tæller alle. Se på grupperne: faelled group list"),
        ));
    }
    if revocations.is_own {
        page.own(page.say(
            "It is the key of this very node: from then on the node exchanges nothing.",
            "Det er nøglen til denne node selv: derefter udveksler noden ikke noget.",
        ));
    }
}
