//! What does not count any more, and writing it again: how it is asked for.

use clap::Subcommand;

use super::session::Session;
use crate::failure::Failure;
use crate::request::Request;
use crate::request::trust::Request as Trust;

#[derive(Debug, Subcommand)]
pub(super) enum Recover {
    /// Documents in which something that you wrote does not count, and why
    List,
    /// What you wrote in a document says otherwise than the document does now
    Show {
        /// Its number or code, or its id or the beginning of it
        #[arg(value_name = "DOCUMENT")]
        document: String,
    },
    /// Write it again, in its place where you may write there
    Apply {
        /// Only in this document: its number or code, or its id or the beginning of it
        #[arg(value_name = "DOCUMENT")]
        document: Option<String>,
        /// Into new private drafts, where you may not write any more: packs and requirements
        #[arg(long)]
        private: bool,
    },
}

pub(super) async fn run(session: &Session, command: Recover) -> Result<(), Failure> {
    let request = match command {
        Recover::List => Trust::Voided,
        Recover::Show { document } => Trust::VoidedIn { document },
        Recover::Apply { document, private } => Trust::Recover { document, private },
    };
    session.answer(Request::Trust(request)).await
}
