//! Summer: the draft is heard, by all members and by the trade.

use super::town::Town;
use crate::program::Broken;
use crate::proof::{Report, ensure};

pub(super) async fn held(town: &mut Town, report: &Report) -> Result<(), Broken> {
    among_members(town, report).await?;
    with_the_trade(town, report).await
}

async fn among_members(town: &Town, report: &Report) -> Result<(), Broken> {
    town.gladsaxe.run("group new 'Alle kommuner' --all")?;
    town.gladsaxe.refused(
        "pack hearing internal GLX-EMB --group 'Alle kommuner' --until 2020-01-01 --ground 'intern høring' --yes",
        "until",
    )?;
    town.gladsaxe.run("pack hearing internal GLX-EMB --group 'Alle kommuner' --until 2099-03-01 --ground 'intern høring' --yes")?;
    town.hilleroed
        .shows(
            "SELECT DISTINCT q.state FROM requirement q WHERE q.space = 'group'",
            &["internal-hearing"],
        )
        .await?;
    let inbox = town.hilleroed.run("inbox")?;
    ensure(inbox.to_string().contains("GLX-EMB"), || {
        format!("the hearing is not in Hillerød's inbox: {inbox}")
    })?;
    town.hilleroed
        .run("comment GLX-EMB-001 'Skriv også noget om paller.' --field wording.da --yes")?;
    town.gladsaxe
        .shows(
            "SELECT owner, coalesce(body_da, body_en), target_field FROM comment",
            &["dk-0219|Skriv også noget om paller.|wording.da"],
        )
        .await?;
    let inbox = town.gladsaxe.read("inbox")?;
    ensure(inbox.contains("GLX-EMB-001"), || {
        format!("the comment is not in the lead's inbox:\n{inbox}")
    })?;
    report.saw(
        "an internal hearing reaches a member outside the drafting group, and its answer the lead",
    );
    Ok(())
}

async fn with_the_trade(town: &Town, report: &Report) -> Result<(), Broken> {
    town.gladsaxe.run("pack hearing trade GLX-EMB --to Plastindustrien --until 2099-04-01 --ground branchehøring --yes")?;
    let given = town.gladsaxe.run("disclosures GLX-EMB")?;
    let given = given.as_array().cloned().unwrap_or_default();
    ensure(
        given.len() == 3
            && given
                .iter()
                .any(|one| one["recipients"].to_string().contains("Plastindustrien")),
        || format!("the record does not hold the three sharings: {given:?}"),
    )?;
    for node in [&town.ballerup, &town.albertslund, &town.hilleroed] {
        node.shows("SELECT count(*) FROM disclosure", &["0"])
            .await?;
    }
    report.saw("each sharing stands in the lead's own record, with recipients and ground");
    Ok(())
}
