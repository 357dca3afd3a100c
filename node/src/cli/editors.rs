//! Who may write a document besides its owner: how it is asked for.

use clap::Args;
use faelled_proto::MemberId;

use super::session::Session;
use super::values;
use crate::failure::Failure;
use crate::request::Request;
use crate::request::trust::Request as Trust;

#[derive(Debug, Args)]
pub(super) struct Editors {
    /// A pack, requirement or resource: its number or code, or its id or the beginning of it
    #[arg(value_name = "DOCUMENT")]
    document: String,
    /// Let this member write it from now on: code, name or id; may be given several times
    #[arg(long, value_name = "MEMBER")]
    grant: Vec<String>,
    /// Take that back from this member: what it wrote so far stays; may be given several times
    #[arg(long, value_name = "MEMBER")]
    withdraw: Vec<String>,
    /// Count of what they wrote only what this node had received before: YYYY-MM-DD or YYYY-MM-DD HH:MM, in UTC
    #[arg(long, value_name = "TIME", requires = "withdraw")]
    received_before: Option<String>,
    /// Count all that they wrote and this node holds, as far as it counts now; so it is where nothing is said
    #[arg(long, requires = "withdraw", conflicts_with = "received_before")]
    all: bool,
}

pub(super) async fn run(session: &Session, editors: Editors) -> Result<(), Failure> {
    let members = |given: &[String]| -> Result<Vec<MemberId>, Failure> {
        given.iter().map(|one| values::member_id(one)).collect()
    };
    let request = Trust::Editors {
        grant: members(&editors.grant)?,
        withdraw: members(&editors.withdraw)?,
        counts: values::counts(editors.received_before.as_deref(), editors.all)?,
        document: editors.document,
    };
    session.answer(Request::Trust(request)).await
}
