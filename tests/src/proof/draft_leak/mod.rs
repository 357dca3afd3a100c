//! Everything that a node sends is recorded before it is compressed and encrypted, and every file of the
//! other nodes is read: nothing of a draft is where it does not belong.

mod circle;
mod group;
mod private;
pub(crate) mod sent;
pub(super) mod trace;

use super::Report;
use crate::program::Broken;

pub(super) async fn run(report: Report) -> Result<Report, Broken> {
    let report = private::run(report).await?;
    group::run(report).await
}
