//! This member's keys, and what of its own does not count.

use faelled_engine::Ceiling;

use super::{Findings, Look};
use crate::clock::moment;
use crate::core::SentAway;
use crate::data::trust::Finding;
use crate::directory::Directory;
use crate::failure::{Failure, Said};
use crate::keys::Identity;
use crate::lasting::Lasting;

/// Lives of one key that overlap by less do so because a clock was set.
const CLOCK_TOLERANCE_MS: u64 = 60_000;
/// What was longer ago is mended, or nobody can mend it any more.
const LATELY_MS: u64 = 14 * 86_400_000;

/// From when until when one incarnation of this node's key wrote, by its clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    pub(super) first_ms: u64,
    pub(super) last_ms: u64,
}

pub(super) fn findings(look: &Look<'_>) -> Vec<Finding> {
    let checks = [certificate(look), copies(look), voided(look)];
    checks.into_iter().flat_map(Findings::all).collect()
}

fn certificate(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "certificate",
        "this node's certificate holds for a long time yet",
        "nodens certifikat gælder længe endnu",
    );
    let expires_ms = look.certificate.claim.expires_ms;
    let expires = moment(expires_ms);
    let todo = Said::new(
        "renew it: faelled key renew",
        "forny det: faelled key renew",
    );
    match Lasting::of(expires_ms, look.now_ms) {
        Lasting::Long => {}
        Lasting::Short { days } => findings.warning(
            Said::new(
                format!("this node's certificate runs out on {expires} UTC, in {days} days; then nobody connects to it"),
                format!("nodens certifikat udløber {expires} UTC, om {days} dage; derefter forbinder ingen sig med den"),
            ),
            todo,
        ),
        Lasting::Over => findings.problem(
            Said::new(
                format!("this node's certificate ran out on {expires} UTC: nobody connects to it"),
                format!("nodens certifikat udløb {expires} UTC: ingen forbinder sig med den"),
            ),
            todo,
        ),
    }
    findings
}

/// Whether a copy of the directory runs: two nodes with one key.
fn copies(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "copies",
        "nothing is seen of a copy of this directory",
        "intet tyder på, at en kopi af mappen kører",
    );
    let todo = Said::new(
        "make sure that no copy of this directory runs anywhere, then start faelled serve again; if you cannot, replace the key: faelled key rotate",
        "sørg for, at ingen kopi af mappen kører noget sted, og start så faelled serve igen; kan I ikke det, så udskift nøglen: faelled key rotate",
    );
    if let Some(SentAway { at_ms, address, .. }) = look.core.displaced {
        let at = moment(at_ms);
        findings.problem(
            Said::new(
                format!("another node connects with this node's key: the node at {address} gave up its connection with this one for it at {at} UTC"),
                format!("en anden node forbinder sig med denne nodes nøgle: noden på {address} opgav forbindelsen med denne til fordel for den {at} UTC"),
            ),
            todo.clone(),
        );
    }
    // A life that begins after another has ended is what every restart makes.
    let overlap = |one: &Life| {
        let ended = one.last_ms.saturating_sub(CLOCK_TOLERANCE_MS);
        let is_late = one.last_ms.saturating_add(LATELY_MS) > look.now_ms;
        let began = look.lives.iter().map(|other| other.first_ms);
        let within = began.filter(|began| one.first_ms < *began && *began < ended);
        within.max().filter(|_| is_late)
    };
    let meanwhile = look
        .lives
        .iter()
        .find_map(|one| Some((overlap(one)?, one.last_ms)));
    if let Some((began, last)) = meanwhile {
        let (began, last) = (moment(began), moment(last));
        findings.warning(
            Said::new(
                format!("this node's key wrote in two places between {began} and {last} UTC: a copy of this directory ran, or this machine's clock was set back"),
                format!("denne nodes nøgle skrev to steder mellem {began} og {last} UTC: en kopi af mappen har kørt, eller maskinens ur er stillet tilbage"),
            ),
            todo,
        );
    }
    findings
}

fn voided(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "voided",
        "all that this member wrote counts",
        "alt, deltageren har skrevet, tæller",
    );
    let own = look
        .feeds
        .iter()
        .filter(|feed| feed.opening.certificate.claim.member == *look.own);
    let lost = |ceiling, tip: u64| match ceiling {
        Ceiling::Open => 0,
        Ceiling::At(last) => tip.saturating_sub(last.seq),
        // The opening says nothing that could be lost.
        Ceiling::Nothing => tip,
    };
    let mut feeds = 0;
    let mut entries = 0;
    for feed in own {
        let lost = lost(look.trust.ceilings.get(&feed.feed), feed.tip.seq);
        feeds += u64::from(lost > 0);
        entries += lost;
    }
    if entries > 0 {
        findings.warning(
            Said::new(
                format!("{entries} entries of this member's own, in {feeds} feeds, do not count"),
                format!("{entries} af deltagerens egne poster, i {feeds} logge, tæller ikke"),
            ),
            Said::new(
                "see what they said, and write again what is missing: faelled recover list",
                "se, hvad de sagde, og skriv det igen, der mangler: faelled recover list",
            ),
        );
    }
    findings
}

/// How the keys are kept.
pub(super) fn identity(look: &Look<'_>, directory: &Directory) -> Result<Vec<Finding>, Failure> {
    let mut findings = Findings::of(
        "identity-key",
        "the member's identity key is sealed, or kept elsewhere",
        "deltagerens identitetsnøgle er forseglet eller gemt et andet sted",
    );
    let claim = &look.certificate.claim;
    let keys = directory.keys()?;
    match &keys.identity {
        identity if identity.public().is_some_and(|key| key != claim.identity_key) => findings
            .problem(
                Said::new(
                    "the directory holds another identity key than the one that certified this node",
                    "mappen har en anden identitetsnøgle end den, der har godkendt noden",
                ),
                Said::new(
                    "restore the right one from a backup, or keep it elsewhere and take this one away",
                    "gendan den rigtige fra en sikkerhedskopi, eller gem den et andet sted og fjern denne",
                ),
            ),
        Identity::Plain(_) => findings.warning(
            Said::new(
                "the member's identity key lies in the directory in plain: whoever can read it can sign for the member",
                "deltagerens identitetsnøgle ligger åbent i mappen: den, der kan læse den, kan underskrive for deltageren",
            ),
            Said::new(
                "seal it with a passphrase: faelled key seal",
                "forsegl den med en adgangssætning: faelled key seal",
            ),
        ),
        Identity::Sealed(_) | Identity::Absent => {}
    }
    if keys.node.node_key() != claim.node_key {
        findings.problem(
            Said::new(
                "the certificate is not one of the node's key in the directory",
                "certifikatet er ikke til den nodenøgle, der er i mappen",
            ),
            Said::new(
                "node.key and node.db belong together: restore both from one backup",
                "node.key og node.db hører sammen: gendan begge fra den samme sikkerhedskopi",
            ),
        );
    }
    Ok(findings.all())
}
