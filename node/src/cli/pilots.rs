//! `faelled pilot`.

use faelled_model::attachment::FileBytes;

use super::arguments::Pilot;
use super::input::Paths;
use super::session::Session;
use super::{batch, values};
use crate::failure::{Failure, Said};
use crate::request::{PilotQuery, Request};

pub(super) async fn pilot(session: &Session, command: Pilot) -> Result<(), Failure> {
    match command {
        Pilot::Record {
            files,
            before_standstill,
            format,
        } => {
            let given = Paths {
                paths: &files,
                format: format.as_deref(),
            };
            record(session, given, before_standstill).await
        }
        Pilot::List(list) => {
            let member = list.member.as_deref().map(values::member_id).transpose()?;
            let query = PilotQuery {
                member: member.map(|member| member.to_string()),
                requirement: list.requirement,
                pack: list.pack,
                verdict: values::code("Verdict", "--verdict", list.verdict)?,
            };
            session.answer(Request::PilotList(query)).await
        }
        Pilot::Show { pilot } => session.answer(Request::PilotShow { pilot }).await,
        Pilot::Baskets(command) => super::baskets::pilot(session, command).await,
    }
}

async fn record(
    session: &Session,
    files: Paths<'_>,
    before_standstill: bool,
) -> Result<(), Failure> {
    let doing = Said::new("recording", "skriver ned");
    batch::give(session, &doing, files, batch::is_pilot, |file| {
        Request::PilotRecord {
            file_name: file.name,
            bytes: FileBytes(file.bytes),
            before_standstill,
        }
    })
    .await
}
