//! Groups, shared drafts, hearings, single edits and conflicts: what the node does.

mod begin;
mod conflict;
pub(super) mod disclosure;
mod edit;
mod group;
mod hearing;
mod share;

pub(super) use group::{name_of as group_name, space_of as group_space};

use super::Service;
use crate::data::drafting::Data;
use crate::failure::Failure;
use crate::request::drafting::Request;

impl Service {
    pub(super) async fn drafting(&self, request: Request) -> Result<Data, Failure> {
        match request {
            Request::GroupNew { name, members } => self.found_group(name, members).await,
            Request::GroupList => self.groups().await,
            Request::GroupShow { group } => self.show_group(&group).await,
            Request::GroupChange { group, change } => self.change_group(&group, change).await,
            Request::PackNew { code, title, group } => {
                self.begin_pack(code, title, group.as_deref()).await
            }
            Request::Share {
                pack,
                group,
                ground,
                preview,
            } => self.share(&pack, &group, ground, preview).await,
            Request::Hearing {
                pack,
                hearing,
                preview,
            } => self.hold_hearing(&pack, hearing, preview).await,
            Request::Edit {
                draft,
                is_pack,
                set,
            } => self.edit_draft(&draft, is_pack, &set).await,
            Request::Conflicts { document } => self.conflicts(document.as_deref()).await,
            Request::Resolve {
                document,
                place,
                take,
            } => self.settle_conflict(&document, &place, take).await,
            Request::Disclosures { code } => self.disclosures(code.as_deref()).await,
        }
    }
}
