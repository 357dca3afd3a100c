//! Stewards, the roster, what waits for a decision, and what members are proven to have done.

use faelled_engine::{JoinState, Standing};

use super::{Findings, Look};
use crate::clock::moment;
use crate::data::trust::Finding;
use crate::failure::Said;
use crate::trust::lacking;

/// With more members than this, fewer stewards than that are too few.
const FEW: usize = 3;
/// Of many things of one kind so many are named.
const MAX_NAMED: usize = 20;

pub(super) fn findings(look: &Look<'_>) -> Vec<Finding> {
    let checks = [
        standing(look),
        stewards(look),
        fork(look),
        votes(look),
        joins(look),
        equivocations(look),
    ];
    checks.into_iter().flat_map(Findings::all).collect()
}

fn standing(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "membership",
        "this node's member is in the roster",
        "nodens deltager står på deltagerlisten",
    );
    match look.core.standing {
        Standing::Member => {}
        Standing::Joining => findings.warning(
            Said::new(
                "this node has asked to join, and no steward has let it in yet",
                "noden har bedt om at deltage, og ingen tovholder har lukket den ind endnu",
            ),
            Said::new(
                "keep faelled serve running, and ask a steward to approve it",
                "lad faelled serve køre, og bed en tovholder godkende den",
            ),
        ),
        Standing::Outside => findings.problem(
            Said::new(
                "this node's member is not in the roster any more, or has another key there",
                "nodens deltager står ikke længere på deltagerlisten eller har en anden nøgle dér",
            ),
            Said::new(
                "ask a steward; with a lost key join anew from another directory, which a steward approves with --rekey",
                "spørg en tovholder; med en tabt nøgle deltager I på ny fra en anden mappe, som en tovholder godkender med --rekey",
            ),
        ),
        Standing::Revoked => findings.problem(
            Said::new(
                "this node's key was revoked by its member: nothing that it writes counts, and nobody connects to it",
                "nodens nøgle er tilbagekaldt af dens deltager: intet, den skriver, tæller, og ingen forbinder sig med den",
            ),
            Said::new(
                "if you did it, remove this directory; else somebody has your identity key: call a steward at once",
                "har I selv gjort det, så fjern mappen; ellers har en anden jeres identitetsnøgle: ring straks til en tovholder",
            ),
        ),
    }
    findings
}

fn stewards(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "stewards",
        "there are stewards enough",
        "der er tovholdere nok",
    );
    if let Some(roster) = look.roster()
        && roster.members.len() > FEW
        && roster.stewards.len() < FEW
    {
        let (members, count) = (roster.members.len(), roster.stewards.len());
        findings.warning(
            Said::new(
                format!("of {members} members only {count} are stewards: who loses the key or falls ill stops all decisions"),
                format!("af {members} deltagere er kun {count} tovholdere: mister én sin nøgle eller bliver syg, kan intet afgøres"),
            ),
            Said::new(
                "propose three or more: faelled members stewards MEMBER MEMBER MEMBER",
                "foreslå tre eller flere: faelled members stewards DELTAGER DELTAGER DELTAGER",
            ),
        );
    }
    findings
}

fn fork(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "roster",
        "the roster is not contradicted",
        "deltagerlisten modsiges ikke",
    );
    if let Some(fork) = look.trust.rosters.fork() {
        let (version, count) = (fork.base_version, fork.heads.len());
        findings.problem(
            Said::new(
                format!("the roster has {count} branches after version {version}: nobody comes in or goes until the stewards resolve it"),
                format!("deltagerlisten har {count} grene efter version {version}: ingen kommer ind eller ud, til tovholderne løser det"),
            ),
            Said::new(
                "faelled members proposals shows them; the stewards agree on one, and then: faelled members resolve HASH",
                "faelled members proposals viser dem; tovholderne enes om én, og derefter: faelled members resolve HASH",
            ),
        );
    }
    findings
}

fn votes(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "votes",
        "no proposal waits for this node's vote",
        "intet forslag venter på en stemme herfra",
    );
    for proposal in look.trust.statements.proposals().iter().take(MAX_NAMED) {
        let has_voted = proposal.approved.contains(look.own)
            || proposal.rejected.iter().any(|(who, _)| who == look.own);
        let waits = lacking(&look.trust.rosters, proposal)
            .stewards
            .contains(look.own);
        if has_voted || !waits {
            continue;
        }
        let (hash, version) = (proposal.hash.short(), proposal.roster.version);
        let when = moment(proposal.roster.claimed_ms);
        findings.warning(
            Said::new(
                format!("proposal {hash} for version {version} of the roster, made {when}, waits for this member's vote"),
                format!("forslag {hash} til version {version} af deltagerlisten, lavet {when}, venter på denne deltagers stemme"),
            ),
            Said::new(
                format!("look at it: faelled members proposals; then: faelled members approve {hash}, or reject"),
                format!("se på det: faelled members proposals; derefter: faelled members approve {hash}, eller reject"),
            ),
        );
    }
    findings
}

fn joins(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "joins",
        "nobody waits to be let in here",
        "ingen venter på at blive lukket ind her",
    );
    let waiting = look
        .core
        .joins
        .iter()
        .filter(|row| row.state == JoinState::Waiting && look.is_steward());
    for row in waiting.take(MAX_NAMED) {
        let (member, when) = (row.member(), moment(row.asked_ms));
        findings.warning(
            Said::new(
                format!("{member} has asked to join since {when} UTC"),
                format!("{member} har bedt om at deltage siden {when} UTC"),
            ),
            Said::new(
                format!("compare the key by telephone (faelled members), then: faelled members approve {member}, or decline"),
                format!("sammenlign nøglen i telefonen (faelled members), og derefter: faelled members approve {member}, eller decline"),
            ),
        );
    }
    findings
}

fn equivocations(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "equivocation",
        "nobody is proven to have signed two entries for one place",
        "ingen er bevist at have skrevet under på to poster på samme plads",
    );
    for shown in look.trust.statements.forks().take(MAX_NAMED) {
        let claim = &shown.opening.certificate.claim;
        let (member, feed) = (&claim.member, shown.common.feed.short());
        let seq = shown.common.seq.saturating_add(1);
        let what = Said::new(
            format!(
                "{member} signed two entries for place {seq} of feed {feed}; from there on it does not count"
            ),
            format!(
                "{member} har skrevet under på to poster på plads {seq} i log {feed}; derfra tæller den ikke"
            ),
        );
        if claim.member != *look.own {
            findings.warning(
                what,
                Said::new(
                    format!("call {member}: its node was copied or restored, or somebody else has its key"),
                    format!("ring til {member}: dens node er kopieret eller gendannet, eller en anden har dens nøgle"),
                ),
            );
        } else if look
            .trust
            .statements
            .is_revoked(&claim.identity_key, &claim.node_key)
        {
            findings.warning(
                what,
                Said::new(
                    "that key is revoked already; faelled recover list shows what of it can be written again",
                    "nøglen er allerede tilbagekaldt; faelled recover list viser, hvad der kan skrives igen",
                ),
            );
        } else {
            findings.problem(
                what,
                Said::new(
                    "make sure that no copy of this directory runs anywhere; if you cannot, replace the key: faelled key rotate. Then: faelled recover list",
                    "sørg for, at ingen kopi af mappen kører noget sted; kan I ikke det, så udskift nøglen: faelled key rotate. Derefter: faelled recover list",
                ),
            );
        }
    }
    findings
}
