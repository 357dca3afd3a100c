//! The joint work: projects, participation, questions, resources, following: how it reads.

mod discussion;
mod inbox;
mod participation;
mod project;
mod resource;
mod written;

use super::page::Page;
use crate::data::joint::Data;

pub(super) fn render(page: &mut Page, data: &Data) {
    match data {
        Data::Projects(projects) => project::projects(page, projects),
        Data::Project(project) => project::project(page, project),
        Data::Participations(participations) => {
            participation::participations(page, participations);
        }
        Data::Matrix(matrix) => participation::matrix(page, matrix),
        Data::Profiles(profiles) => participation::profiles(page, profiles),
        Data::Questions(questions) => discussion::questions(page, questions),
        Data::Question(question) => discussion::question(page, question),
        Data::Comments(comments) => discussion::comments(page, comments),
        Data::Resources(resources) => resource::resources(page, resources),
        Data::Resource(shown) => resource::resource(page, shown),
        Data::Files(files) => resource::files(page, files),
        Data::Written(written) => written::written(page, written),
        Data::Follows(follows) => inbox::follows(page, follows),
        Data::Followed(lines) => inbox::followed(page, lines),
        Data::Inbox(inbox) => inbox::inbox(page, inbox),
    }
}
