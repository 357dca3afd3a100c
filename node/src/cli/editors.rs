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
}

pub(super) async fn run(session: &Session, editors: Editors) -> Result<(), Failure> {
    let members = |given: &[String]| -> Result<Vec<MemberId>, Failure> {
        given.iter().map(|one| values::member_id(one)).collect()
    };
    let request = Trust::Editors {
        grant: members(&editors.grant)?,
        withdraw: members(&editors.withdraw)?,
        document: editors.document,
    };
    session.answer(Request::Trust(request)).await
}
