//! Spring: three municipalities draft together, each for itself at first.

use super::town::Town;
use crate::program::{Broken, example};
use crate::proof::{Report, ensure};

const WORDING: &str =
    "SELECT wording_da FROM requirement WHERE number = 'GLX-EMB-001' AND space = 'group'";
const LEVEL_CONFLICT: &str = "SELECT c.path, count(*) FROM conflict c JOIN requirement q ON q.document = c.document \
     WHERE q.number = 'GLX-EMB-003' GROUP BY c.path";

pub(super) async fn together(town: &mut Town, report: &Report) -> Result<(), Broken> {
    given(town, report).await?;
    apart(town, report).await?;
    settled(town, report).await
}

async fn given(town: &Town, report: &Report) -> Result<(), Broken> {
    let pack = example("packs/packaging.toml");
    let pack = pack.to_string_lossy();
    town.gladsaxe.run(&format!("pack import '{pack}'"))?;
    town.gladsaxe
        .run("group new Emballagegruppen --member 0151 --member 0165")?;
    town.gladsaxe.refused(
        "pack share GLX-EMB --group Emballagegruppen --ground 'fælles udarbejdelse'",
        "not-confirmed",
    )?;
    town.gladsaxe
        .run("pack share GLX-EMB --group Emballagegruppen --ground 'fælles udarbejdelse' --yes")?;
    for node in town.drafters() {
        node.shows(
            "SELECT name FROM group_space ORDER BY name",
            &["Emballagegruppen"],
        )
        .await?;
        node.shows(
            "SELECT count(*) > 10 FROM requirement WHERE space = 'group'",
            &["1"],
        )
        .await?;
    }
    report.saw("a private draft is given to a group of three; all three have it");
    Ok(())
}

async fn apart(town: &mut Town, report: &Report) -> Result<(), Broken> {
    for node in [
        &mut town.gladsaxe,
        &mut town.ballerup,
        &mut town.albertslund,
    ] {
        node.go_offline()?;
    }
    let before = town.gladsaxe.rows(WORDING).await?.concat();
    let first = format!("wording.da=Alle leverancer: {before}");
    let last = format!("wording.da={before} Kasserne er af ét materiale.");
    town.gladsaxe
        .run(&format!("requirement edit GLX-EMB-001 --set '{first}'"))?;
    town.ballerup
        .run(&format!("requirement edit GLX-EMB-001 --set '{last}'"))?;
    town.ballerup
        .run("requirement edit GLX-EMB-003 --set level=advanced")?;
    town.albertslund
        .run("requirement edit GLX-EMB-003 --set level=spearhead")?;
    for node in [
        &mut town.gladsaxe,
        &mut town.ballerup,
        &mut town.albertslund,
    ] {
        node.go_online().await?;
    }
    let merged = format!("Alle leverancer: {before} Kasserne er af ét materiale.");
    for node in town.drafters() {
        node.shows(WORDING, &[&merged]).await?;
        node.shows(LEVEL_CONFLICT, &["level|2"]).await?;
    }
    report
        .saw("offline edits of one wording merge; two levels are shown as a conflict on all three");
    Ok(())
}

async fn settled(town: &Town, report: &Report) -> Result<(), Broken> {
    let listed = town.gladsaxe.run("conflicts list GLX-EMB-003")?;
    let values = listed[0]["values"].as_array().cloned().unwrap_or_default();
    let place = values.iter().position(|value| {
        value["value"]
            .as_str()
            .is_some_and(|text| text.contains("advanced"))
    });
    let by: Vec<_> = values.iter().map(|value| value["member"].clone()).collect();
    ensure(
        by.contains(&"dk-0151".into()) && by.contains(&"dk-0165".into()),
        || format!("the conflict does not name who set which value: {listed}"),
    )?;
    let take = place
        .map(|place| (place + 1).to_string())
        .ok_or_else(|| Broken(format!("no value advanced in {listed}")))?;
    town.gladsaxe.run(&format!(
        "conflicts resolve GLX-EMB-003 level --take '{take}'"
    ))?;
    for node in town.drafters() {
        node.shows("SELECT count(*) FROM conflict", &["0"]).await?;
        node.shows(
            "SELECT level FROM requirement WHERE number = 'GLX-EMB-003' AND space = 'group'",
            &["advanced"],
        )
        .await?;
    }
    report.saw("a person settles the conflict at one node; it is settled at all three");
    nothing_outside(town).await?;
    report.saw("the fourth knows nothing of it");
    Ok(())
}

/// Who is not in the group has no row of it.
async fn nothing_outside(town: &Town) -> Result<(), Broken> {
    for sql in [
        "SELECT count(*) FROM group_space",
        "SELECT count(*) FROM document WHERE kind IN ('pack', 'requirement')",
        "SELECT count(*) FROM conflict",
    ] {
        town.hilleroed.shows(sql, &["0"]).await?;
    }
    Ok(())
}
