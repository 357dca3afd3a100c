//! Autumn: the pack is released, co-signed, adopted, adapted and tried.

use super::town::Town;
use crate::program::{Broken, example};
use crate::proof::{Report, ensure};

const STANDING: &str = "SELECT version, counts, is_newest FROM release_standing ORDER BY version";

pub(super) async fn released(town: &mut Town, report: &Report) -> Result<(), Broken> {
    co_signed(town, report).await?;
    adopted(town, report).await?;
    tried(town, report).await
}

async fn co_signed(town: &Town, report: &Report) -> Result<(), Broken> {
    town.ballerup
        .refused("pack publish GLX-EMB --yes", "not-the-lead")?;
    town.gladsaxe.run("pack publish GLX-EMB --version 1.0.0 --notes 'First release' --cosigners 1 --approved-by Styregruppen --yes")?;
    for node in town.all() {
        node.shows(STANDING, &["1.0.0|0|0"]).await?;
        node.shows(
            "SELECT count(*) FROM requirement WHERE space = 'commons' AND state <> 'released'",
            &["0"],
        )
        .await?;
    }
    town.hilleroed
        .refused("pack adopt GLX-EMB@1.0.0", "not-co-signed")?;
    town.ballerup
        .run("pack cosign GLX-EMB@1.0.0 --capacity Styregruppen --yes")?;
    for node in town.all() {
        node.shows(STANDING, &["1.0.0|1|1"]).await?;
    }
    report.saw("a release counts once another member has co-signed it, at every node");
    Ok(())
}

async fn adopted(town: &Town, report: &Report) -> Result<(), Broken> {
    town.ballerup.run("pack adopt GLX-EMB --stance trying")?;
    town.hilleroed.run("pack adopt GLX-EMB --stance using")?;
    town.hilleroed
        .run("requirement adapt GLX-EMB-001 --as HIL-EMB-001 --changes 'Smaller share at first'")?;
    town.hilleroed
        .shows(
            "SELECT adapted_from_number, adapted_from_version FROM requirement WHERE number = 'HIL-EMB-001'",
            &["GLX-EMB-001|1.0.0"],
        )
        .await?;
    town.gladsaxe
        .shows(
            "SELECT member, version, stance FROM adoption_now ORDER BY member",
            &["dk-0151|1.0.0|trying", "dk-0219|1.0.0|using"],
        )
        .await?;
    town.gladsaxe
        .shows(
            "SELECT count(*) FROM requirement WHERE number = 'HIL-EMB-001'",
            &["0"],
        )
        .await?;
    report.saw("two members adopt it; an adaptation stays with who made it, and knows its source");
    Ok(())
}

async fn tried(town: &Town, report: &Report) -> Result<(), Broken> {
    let pilot = example("pilots/0151-ballerup-kontorartikler.toml");
    town.ballerup
        .run(&format!("pilot record '{}'", pilot.display()))?;
    for node in town.all() {
        node.shows(
            "SELECT number, member FROM pilot_result WHERE number = 'GLX-EMB-001'",
            &["GLX-EMB-001|dk-0151"],
        )
        .await?;
    }
    let shown = town.hilleroed.read("requirement show GLX-EMB-001")?;
    ensure(shown.contains("dk-0151"), || {
        format!("the requirement does not say who tried it:\n{shown}")
    })?;
    report.saw("a pilot against the exact release reaches all four");
    Ok(())
}
