//! The joint work: projects, participation, questions, resources, following: what the node does.

mod about;
mod concern;
mod discussion;
mod following;
mod inbox;
mod participation;
mod profile;
mod project;
mod resource;
mod sentence;
mod writing;

use super::Service;
use crate::data::joint::Data;
use crate::failure::Failure;
use crate::request::joint::Request;

impl Service {
    pub(super) async fn joint(&self, request: Request) -> Result<Data, Failure> {
        match request {
            Request::Projects => self.projects().await,
            Request::Project { project } => self.project(&project).await,
            Request::ProjectOpen {
                file_name,
                text,
                preview,
            } => self.import_projects(&file_name, &text, preview).await,
            Request::ProjectCreate { project, preview } => {
                self.create_project(project, preview).await
            }
            Request::Participations { member, project } => {
                self.participations(member.as_deref(), project.as_deref())
                    .await
            }
            Request::Matrix => self.matrix().await,
            Request::Participate {
                project,
                given,
                preview,
            } => self.participate(&project, *given, preview).await,
            Request::Profiles { member } => self.profiles(member.as_deref()).await,
            Request::Introduce { given, preview } => self.introduce(given, preview).await,
            request => self.talk(request).await,
        }
    }

    async fn talk(&self, request: Request) -> Result<Data, Failure> {
        match request {
            Request::Questions { about, open } => self.questions(about.as_deref(), open).await,
            Request::Question { question } => self.question(&question).await,
            Request::Ask {
                about,
                field,
                title,
                text,
                preview,
            } => {
                self.ask(about.as_deref(), field, title, text, preview)
                    .await
            }
            Request::Settle {
                question,
                escalated_to,
                preview,
            } => self.settle(&question, escalated_to, preview).await,
            Request::Answer {
                question,
                text,
                preview,
            } => self.reply(&question, text, preview).await,
            Request::Comment {
                target,
                field,
                text,
                preview,
            } => self.comment(&target, field, text, preview).await,
            Request::Comments { target } => self.comments(&target).await,
            request => self.rest(request).await,
        }
    }

    async fn rest(&self, request: Request) -> Result<Data, Failure> {
        match request {
            Request::Offer { given, preview } => self.offer(*given, preview).await,
            Request::Resources {
                about,
                kind,
                project,
                category,
            } => self.resources(about, kind, project, category).await,
            Request::Resource { resource } => self.resource(&resource).await,
            Request::ResourceFiles { resource } => self.resource_files(&resource).await,
            Request::Follow { target } => self.follow(&target, true).await,
            Request::Unfollow { target } => self.follow(&target, false).await,
            Request::Followed => self.followed().await,
            Request::Inbox { all, limit } => self.inbox(all, limit).await,
            Request::InboxRead { up_to, limit } => self.inbox_read(up_to, limit).await,
            _ => Err(Failure::stopping()),
        }
    }
}
