//! Winter: what was learned changes the pack, and everybody sees what moved on.

use super::town::Town;
use crate::program::Broken;
use crate::proof::{Report, ensure};

pub(super) async fn answered(town: &mut Town, report: &Report) -> Result<(), Broken> {
    proposed(town, report).await?;
    noticed(town, report).await?;
    withdrawn(town, report).await
}

async fn proposed(town: &Town, report: &Report) -> Result<(), Broken> {
    let proposals = town.gladsaxe.run("pack proposals GLX-EMB")?;
    ensure(proposals.to_string().contains("GLX-EMB-001"), || {
        format!("the lead does not see the pilot's proposal: {proposals}")
    })?;
    let pilot = town
        .gladsaxe
        .rows("SELECT document FROM pilot")
        .await?
        .concat();
    town.gladsaxe.run("requirement edit GLX-EMB-001 --set 'wording.da=Leverandøren skal senest {frist} måneder efter kontraktstart levere mindst {andel} % af leverancerne, opgjort i leverancer, i genbrugelig transportemballage.' --set 'wording.en=No later than {frist} months after the start of the contract, the supplier shall deliver at least {andel} % of the deliveries, counted in deliveries, in reusable transport packaging.'")?;
    town.gladsaxe
        .run("pack publish GLX-EMB --version 1.1.0 --notes 'Counted in deliveries' --yes")?;
    // What the release before needed, this one needs too.
    town.ballerup
        .shows(
            "SELECT version FROM release_standing WHERE NOT counts",
            &["1.1.0"],
        )
        .await?;
    town.ballerup.run("pack cosign GLX-EMB@1.1.0 --yes")?;
    town.gladsaxe.run(&format!("pack answer-proposal '{pilot}' GLX-EMB-001 --version 1.1.0 --answer 'Counted in deliveries now'"))?;
    for node in town.all() {
        node.shows(
            "SELECT version FROM released_now WHERE code = 'GLX-EMB'",
            &["1.1.0"],
        )
        .await?;
        node.shows(
            "SELECT number, answered_version FROM change_proposal WHERE number = 'GLX-EMB-001'",
            &["GLX-EMB-001|1.1.0"],
        )
        .await?;
    }
    let difference = town.ballerup.run("pack diff GLX-EMB 1.0.0 1.1.0")?;
    let changed: Vec<&str> = difference["requirements"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|requirement| requirement["fate"].get("changed").is_some())
        .filter_map(|requirement| requirement["number"].as_str())
        .collect();
    ensure(changed == ["GLX-EMB-001"], || {
        format!("not the one requirement that changed is told, but {changed:?}: {difference}")
    })?;
    town.ballerup.run("pack verify GLX-EMB@1.1.0")?;
    report.saw("a proposal from a pilot is answered by 1.1.0, which differs and verifies");
    Ok(())
}

async fn noticed(town: &mut Town, report: &Report) -> Result<(), Broken> {
    let outdated = town.hilleroed.run("pack outdated")?;
    ensure(outdated.to_string().contains("1.1.0"), || {
        format!("Hillerød does not see that its adoption has been moved on from: {outdated}")
    })?;
    let source = town.hilleroed.run("requirement source HIL-EMB-001")?;
    ensure(source.to_string().contains("1.1.0"), || {
        format!("the adaptation does not tell what changed at its source: {source}")
    })?;
    let inbox = town.hilleroed.run("inbox")?;
    ensure(inbox.to_string().contains("1.1.0"), || {
        format!("the new release is not in the inbox: {inbox}")
    })?;
    town.hilleroed.run("inbox read")?;
    town.hilleroed.go_offline()?;
    town.hilleroed.go_online().await?;
    let left = town.hilleroed.run("inbox")?;
    ensure(!left.to_string().contains("1.1.0"), || {
        format!("what was read is there again after a restart: {left}")
    })?;
    report.saw("adopters see what has moved on; what was read stays read after a restart");
    Ok(())
}

async fn withdrawn(town: &Town, report: &Report) -> Result<(), Broken> {
    town.gladsaxe.run("pack withdraw GLX-EMB@1.0.0 --reason 'Counting in packages misleads' --replaced-by 1.1.0 --yes")?;
    for node in town.all() {
        node.shows(
            "SELECT version, counts, is_newest, replaced_by FROM release_standing ORDER BY version",
            &["1.0.0|0|0|1.1.0", "1.1.0|1|1|-"],
        )
        .await?;
    }
    town.albertslund
        .refused("pack adopt GLX-EMB@1.0.0", "withdrawn")?;
    town.albertslund
        .run("pack adopt GLX-EMB --stance following")?;
    town.gladsaxe
        .shows(
            "SELECT member, version FROM adoption_now ORDER BY member",
            &["dk-0151|1.0.0", "dk-0165|1.1.0", "dk-0219|1.0.0"],
        )
        .await?;
    report.saw("a withdrawn release says what replaces it and can no longer be adopted");
    for node in town.all() {
        let rebuilt = node.run("mirror rebuild")?;
        ensure(rebuilt["differing_tables"] == serde_json::json!([]), || {
            format!(
                "{}: the mirror differs from a rebuild: {rebuilt}",
                node.name
            )
        })?;
    }
    report.saw("every mirror equals a rebuild");
    Ok(())
}
