//! What stewards decide on, what they are about to sign, and what came of it.

use super::super::page::Page;
use super::super::words::{counted, short};
use crate::data::trust::{Decided, Forked, Proposals, Proposed, Reading, Stated, Voted};
use crate::failure::Said;

pub(super) fn proposals(page: &mut Page, data: &Proposals) {
    let (version, threshold, count) = (data.roster_version, data.threshold, data.stewards.len());
    page.line(&page.say(
        format!("Version {version} of the roster holds"),
        format!("Version {version} af deltagerlisten gælder"),
    ));
    page.facts(&[
        (
            page.say("  Stewards", "  Tovholdere"),
            data.stewards.join(", "),
        ),
        (
            page.say("  Must sign", "  Skriver under"),
            page.say(
                format!("{threshold} of {count}"),
                format!("{threshold} af {count}"),
            ),
        ),
    ]);
    if let Some(fork) = &data.fork {
        forked(page, fork, data.is_steward);
    }
    if data.proposals.is_empty() {
        page.gap();
        page.own(page.say(
            "No proposal waits for a decision.",
            "Intet forslag venter på afgørelse.",
        ));
        return;
    }
    page.heading(page.say("Proposals", "Forslag"));
    for proposal in &data.proposals {
        page.gap();
        page.line(&named(page, proposal));
        facts(page, proposal);
    }
    if data.is_steward {
        page.gap();
        page.own(page.say(
            "Ask whoever proposed it where you are in doubt. Then:",
            "Spørg den, der foreslår det, hvis I er i tvivl. Derefter:",
        ));
        for proposal in &data.proposals {
            let hash = short(&proposal.hash);
            page.whole(&format!("  faelled members approve {hash}"));
            page.whole(&format!("  faelled members reject {hash} --reason \"...\""));
        }
    }
}

pub(super) fn reading(page: &mut Page, reading: &Reading) {
    let Reading {
        steward,
        federation,
        version,
        held,
        ..
    } = reading;
    page.line(&if reading.approves {
        page.say(
            format!("About to be signed for {steward}: version {version} of the roster of \"{federation}\", after version {held}"),
            format!("Skal nu underskrives for {steward}: version {version} af deltagerlisten i \"{federation}\", efter version {held}"),
        )
    } else {
        page.say(
            format!("About to be rejected for {steward}: version {version} of the roster of \"{federation}\", after version {held}"),
            format!("Skal nu forkastes for {steward}: version {version} af deltagerlisten i \"{federation}\", efter version {held}"),
        )
    });
    for change in &reading.changes {
        page.bullet(change.in_language(page.language));
    }
    let signers = |stewards: &[String], threshold: u16| {
        let (count, stewards) = (stewards.len(), stewards.join(", "));
        page.say(
            format!("{threshold} of {count}: {stewards}"),
            format!("{threshold} af {count}: {stewards}"),
        )
    };
    let before = Some(&reading.stewards_before).filter(|before| !before.is_empty());
    page.facts(&[
        (
            page.say("  Sign until now", "  Hidtil underskriver"),
            before.map_or_else(String::new, |before| {
                signers(before, reading.threshold_before)
            }),
        ),
        (
            page.say("  Sign from then on", "  Herefter underskriver"),
            before.map_or_else(String::new, |_| {
                signers(&reading.stewards, reading.threshold)
            }),
        ),
        (
            page.say("  Note", "  Bemærkning"),
            reading.note.clone().unwrap_or_default(),
        ),
        (
            page.say("  Made", "  Lavet"),
            format!("{} UTC", reading.claimed),
        ),
        (page.say("  Hash", "  Hash"), reading.hash.clone()),
    ]);
}

pub(super) fn stated(page: &mut Page, stated: &Stated) {
    for decided in &stated.decided {
        page.line(&outcome(page, decided));
    }
    let undecided = |voted: &&Voted| {
        stated
            .decided
            .iter()
            .all(|decided| decided.hash != voted.hash)
    };
    for voted in stated.voted.iter().filter(undecided) {
        let proposal = stated
            .proposals
            .iter()
            .find(|proposal| proposal.hash == voted.hash);
        page.line(&vote(page, voted, proposal));
    }
    if stated.voted.is_empty() {
        page.own(page.say(
            "It is signed, and travels to the others by itself.",
            "Det er underskrevet og når de andre af sig selv.",
        ));
    }
}

fn outcome(page: &Page, decided: &Decided) -> String {
    let (what, version) = (decided.outcome.in_language(page.language), decided.version);
    page.say(
        format!("{what}, in version {version} of the roster."),
        format!("{what}, i version {version} af deltagerlisten."),
    )
}

fn vote(page: &Page, voted: &Voted, proposal: Option<&Proposed>) -> String {
    let hash = short(&voted.hash);
    if !voted.approved {
        return page.say(
            format!("Proposal {hash} is rejected. The other stewards see it, and why."),
            format!("Forslag {hash} er forkastet. De andre tovholdere ser det, og hvorfor."),
        );
    }
    let Some(proposal) = proposal else {
        return page.say(
            format!("Proposal {hash} is approved."),
            format!("Forslag {hash} er godkendt."),
        );
    };
    let given = i64::try_from(proposal.approved.len()).unwrap_or(i64::MAX);
    let more = counted(
        i64::from(proposal.needed).saturating_sub(given),
        ("more steward", "more stewards"),
        ("tovholder mere", "tovholdere mere"),
        page.language,
    );
    let missing = proposal.missing.join(", ");
    page.say(
        format!("Proposal {hash} is approved; {more} must approve, of {missing}: it travels to them by itself."),
        format!("Forslag {hash} er godkendt; {more} skal godkende, af {missing}: det når dem af sig selv."),
    )
}

fn named(page: &Page, proposal: &Proposed) -> String {
    let (hash, version) = (short(&proposal.hash), proposal.version);
    page.say(
        format!("{hash}, for version {version}"),
        format!("{hash}, til version {version}"),
    )
}

fn facts(page: &mut Page, proposal: &Proposed) {
    let (given, needed) = (proposal.approved.len(), proposal.needed);
    let count = page.say(
        format!("{given} of {needed}"),
        format!("{given} af {needed}"),
    );
    let approved = match proposal.approved.as_slice() {
        [] => count,
        stewards => format!("{count}: {}", stewards.join(", ")),
    };
    let rejected = proposal
        .rejected
        .iter()
        .map(|(steward, reason)| match reason.trim() {
            "" => steward.clone(),
            reason => format!("{steward}: {reason}"),
        });
    let rejected: Vec<String> = rejected.collect();
    page.facts(&[
        (
            page.say("  Changes", "  Ændring"),
            proposal.changes.in_language(page.language).to_owned(),
        ),
        (
            page.say("  Note", "  Bemærkning"),
            proposal.note.clone().unwrap_or_default(),
        ),
        (
            page.say("  Made", "  Lavet"),
            format!("{} UTC", proposal.claimed),
        ),
        (page.say("  Approved", "  Godkendt"), approved),
        (
            page.say("  Missing", "  Mangler"),
            proposal.missing.join(", "),
        ),
        (page.say("  Rejected", "  Forkastet"), rejected.join("; ")),
    ]);
}

fn forked(page: &mut Page, fork: &Forked, is_steward: bool) {
    let version = fork.base_version;
    page.heading(&page.say(
        format!("The roster is forked: its branches contradict each other after version {version}"),
        format!("Deltagerlisten er tvedelt: grenene efter version {version} modsiger hinanden"),
    ));
    page.paragraph(&page.say(
        format!("Members and stewards stay as in version {version} until the stewards resolve it."),
        format!("Deltagere og tovholdere er som i version {version}, til tovholderne løser det."),
    ));
    if !fork.signed_both.is_empty() {
        let stewards = fork.signed_both.join(", ");
        page.paragraph(&page.say(
            format!("{stewards} signed more than one branch: by mistake, or somebody else has the key."),
            format!("{stewards} har skrevet under på mere end én gren: ved en fejl, eller en anden har nøglen."),
        ));
    }
    for head in &fork.heads {
        let (hash, version) = (short(&head.hash), head.version);
        page.gap();
        page.line(&page.say(
            format!("Branch {hash}, up to version {version}"),
            format!("Gren {hash}, til og med version {version}"),
        ));
        let Said { en, da } = &head.changes;
        page.facts(&[(page.say("  Changes", "  Ændring"), page.say(en, da).clone())]);
    }
    page.gap();
    page.own(page.say(
        "The stewards agree by telephone on the branch whose members are kept; then one of them proposes it:",
        "Tovholderne aftaler i telefonen, hvilken grens deltagere der beholdes; så foreslår en af dem det:",
    ));
    let heads = fork.heads.iter().filter(|_| is_steward);
    let mut commands: Vec<String> = heads
        .map(|head| format!("  faelled members resolve {}", short(&head.hash)))
        .collect();
    if commands.is_empty() {
        commands.push("  faelled members resolve HASH".to_owned());
    }
    commands.iter().for_each(|command| page.whole(command));
}
