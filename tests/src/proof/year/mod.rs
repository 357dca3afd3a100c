//! A year of the packaging project with four municipalities: what each one's mirror says at each step.
//!
//! Gladsaxe leads; Ballerup and Albertslund draft with it; Hillerød only uses what is released. Nothing here
//! is known to the nodes beforehand: each step is a command that people type.

mod drafting;
mod hearing;
mod learning;
mod town;
mod using;

use super::Report;
use crate::program::Broken;
use town::Town;

pub(super) async fn run(mut report: Report) -> Result<Report, Broken> {
    let mut town = Town::found().await?;
    report.saw("four municipalities have joined one federation");
    drafting::together(&mut town, &report).await?;
    hearing::held(&mut town, &report).await?;
    using::released(&mut town, &report).await?;
    learning::answered(&mut town, &report).await?;
    report.figure("municipalities", town.all().len());
    report.figure("mirror_checks", town.checks());
    Ok(report)
}
