//! Keys.

use super::page::Page;
use crate::data::key::{Data, OtherNode, Shown};

pub(super) fn render(page: &mut Page, data: &Data) {
    match data {
        Data::Shown(keys) => shown(page, keys),
    }
}

fn shown(page: &mut Page, keys: &Shown) {
    let kept = match keys.kept {
        "sealed" => page.say(
            "sealed with a passphrase",
            "forseglet med en adgangssætning",
        ),
        "plain" => page.say(
            "in plain in the data directory: whoever can read it can sign for the member",
            "åbent i datamappen: den, der kan læse den, kan underskrive for deltageren",
        ),
        "elsewhere" => page.say(
            "kept elsewhere, not in the data directory",
            "gemt et andet sted, ikke i datamappen",
        ),
        _ => page.say(
            "the data directory holds another key than the one that this node is certified with",
            "datamappen har en anden nøgle end den, noden er godkendt med",
        ),
    };
    page.line(&page.say(
        format!("Identity key of {}", keys.member),
        format!("Identitetsnøgle for {}", keys.member),
    ));
    page.facts(&[
        (
            page.say("  Fingerprint", "  Fingeraftryk"),
            keys.fingerprint.clone(),
        ),
        (page.say("  Kept", "  Opbevaring"), kept.to_owned()),
        (page.say("  Key", "  Nøgle"), keys.identity_key.clone()),
    ]);
    page.heading(page.say("This node's key", "Denne nodes nøgle"));
    let days = keys.days_left;
    page.facts(&[
        (
            page.say("  Fingerprint", "  Fingeraftryk"),
            keys.node_fingerprint.clone(),
        ),
        (
            page.say("  Valid until", "  Gælder til"),
            page.say(
                format!("{} UTC, {days} days more", keys.expires),
                format!("{} UTC, {days} dage endnu", keys.expires),
            ),
        ),
        (
            page.say("  Revoked", "  Tilbagekaldt"),
            revoked(page, keys.revoked),
        ),
        (page.say("  Key", "  Nøgle"), keys.node_key.clone()),
    ]);
    advice(page, keys);
    if !keys.other_nodes.is_empty() {
        page.heading(page.say(
            "Other nodes of this member that were seen here",
            "Andre noder hos denne deltager, som er set her",
        ));
    }
    for node in &keys.other_nodes {
        page.gap();
        other(page, node);
    }
    if !keys.other_nodes.is_empty() {
        page.gap();
        page.own(page.say(
            "If you do not know one of them, somebody else signs for you.",
            "Kender I ikke en af dem, underskriver en anden for jer.",
        ));
    }
}

/// Nothing where a key is not revoked.
fn revoked(page: &Page, is_revoked: bool) -> String {
    if !is_revoked {
        return String::new();
    }
    let said = page.say(
        "yes, for good: what it writes counts for nobody",
        "ja, for altid: hvad den skriver, tæller ikke for nogen",
    );
    said.to_owned()
}

fn advice(page: &mut Page, keys: &Shown) {
    if keys.expires_soon {
        page.gap();
        page.own(page.say(
            "Look out: this node's certificate soon runs out. Then other nodes no longer connect to it.",
            "Pas på: nodens certifikat udløber snart. Derefter får den ikke forbindelse til andre noder.",
        ));
    }
    let next = match keys.kept {
        "sealed" => page.say(
            "Keep a sealed copy elsewhere: faelled key export FILE",
            "Gem en forseglet kopi et andet sted: faelled key export FIL",
        ),
        "plain" => page.say(
            "Seal it with a passphrase: faelled key seal",
            "Forsegl den med en adgangssætning: faelled key seal",
        ),
        _ => page.say(
            "Commands that sign for the member take it with --identity FILE.",
            "Kommandoer, der underskriver for deltageren, får den med --identity FIL.",
        ),
    };
    page.gap();
    page.own(next);
}

fn other(page: &mut Page, node: &OtherNode) {
    let written = match &node.last_written {
        Some(written) => format!("{written} UTC"),
        None => page.say("never", "aldrig").to_owned(),
    };
    let connected = if node.connected {
        page.say("yes, now", "ja, nu")
    } else {
        page.say("no", "nej")
    };
    let expires = node.expires.as_ref();
    page.facts(&[
        (
            page.say("  Fingerprint", "  Fingeraftryk"),
            node.fingerprint.clone(),
        ),
        (page.say("  Wrote last", "  Skrev sidst"), written),
        (
            page.say("  Valid until", "  Gælder til"),
            expires.map_or_else(String::new, |expires| format!("{expires} UTC")),
        ),
        (page.say("  Connected", "  Forbundet"), connected.to_owned()),
        (
            page.say("  Revoked", "  Tilbagekaldt"),
            revoked(page, node.revoked),
        ),
        (page.say("  Key", "  Nøgle"), node.node_key.clone()),
    ]);
}
