//! `project list|show|create|import`.

use faelled_exchange::read_projects;
use faelled_mirror::read::{ProjectDetail, ResourceFilter};
use faelled_model::project::Indicator;
use faelled_model::{Project, validate};
use faelled_proto::{DocId, Space};

use super::writing::{Plan, checked};
use crate::data::joint::{Data, ProjectShown, What, Written};
use crate::failure::{Failure, Said};
use crate::request::joint::ProjectGiven;
use crate::service::import::{file_failure, problem_said};
use crate::service::{Service, only};

impl Service {
    pub(super) async fn projects(&self) -> Result<Data, Failure> {
        Ok(Data::Projects(self.mirror().await?.projects().await?))
    }

    pub(super) async fn project(&self, key: &str) -> Result<Data, Failure> {
        let mut project = self.project_at(key).await?;
        keep_newest(&mut project);
        let resources = match &project.summary.code {
            None => Vec::new(),
            Some(code) => {
                let filter = ResourceFilter {
                    project: Some(code.clone()),
                    ..ResourceFilter::default()
                };
                self.mirror().await?.resources(&filter).await?
            }
        };
        Ok(Data::Project(Box::new(ProjectShown { project, resources })))
    }

    /// A project by its code or document.
    pub(super) async fn project_at(&self, key: &str) -> Result<ProjectDetail, Failure> {
        let found = self.mirror().await?.project(key).await?;
        only(found, key, &Said::new("project", "indsatsen"))
    }

    pub(super) async fn create_project(
        &self,
        given: ProjectGiven,
        preview: bool,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let editor = self.editor.lock().await;
        let held = self
            .own_documents::<Project>(&mirror, &editor, "commons")
            .await?
            .into_iter()
            .find(|(_, project)| project.code == given.code);
        let (earlier, mut project) = match held {
            Some((document, project)) => (Some(document), project),
            None => (None, Project::default()),
        };
        fill(&mut project, given);
        let plan = Plan {
            what: What::Projects,
            name: project.code.clone(),
            place: self.commons(&mirror).await?,
            earlier,
            findings: validate::project(&project),
            value: project,
            preview,
        };
        self.carry_out(&editor, plan).await
    }

    pub(super) async fn import_projects(
        &self,
        file_name: &str,
        text: &str,
        preview: bool,
    ) -> Result<Data, Failure> {
        let file = read_projects(text, file_name).map_err(|error| file_failure(&error))?;
        let mirror = self.mirror().await?;
        let editor = self.editor.lock().await;
        let held = self
            .own_documents::<Project>(&mirror, &editor, "commons")
            .await?;
        let earlier = |code: &str| -> Option<DocId> {
            held.iter()
                .find(|(_, project)| project.code == code)
                .map(|(document, _)| *document)
        };
        let place = self.commons(&mirror).await?;
        let mut written = Written {
            what: What::Projects,
            preview,
            documents: Vec::new(),
            updated: file
                .projects
                .iter()
                .all(|project| earlier(&project.code).is_some()),
            names: file
                .projects
                .iter()
                .map(|project| project.code.clone())
                .collect(),
            space: "commons".to_owned(),
            space_name: None,
            visible_to: place.visible_to,
            warnings: file
                .warnings
                .iter()
                .map(|problem| problem_said(file_name, problem))
                .collect(),
        };
        for project in &file.projects {
            checked(validate::project(project))?;
        }
        if preview {
            return Ok(Data::Written(written));
        }
        let mut edits = editor.edit(Space::Commons).await?;
        for project in &file.projects {
            let document = match earlier(&project.code) {
                Some(document) => {
                    edits.update(document, project).await?;
                    document
                }
                None => edits.create(project)?,
            };
            written.documents.push(document.to_string());
        }
        edits.commit().await?;
        drop(editor);
        self.mirror().await?;
        Ok(Data::Written(written))
    }
}

/// Of each member only what it shared and wrote last: they come so.
fn keep_newest(project: &mut ProjectDetail) {
    let mut seen = std::collections::BTreeSet::new();
    project.participations.retain(|participation| {
        participation.head.space != "private" && seen.insert(participation.head.owner.clone())
    });
}

fn fill(project: &mut Project, given: ProjectGiven) {
    project.code = given.code;
    project.title.0.extend(given.title.0);
    project.aim.0.extend(given.aim.0);
    if !given.from.is_empty() {
        project.from = given.from;
    }
    if !given.until.is_empty() {
        project.until = given.until;
    }
    if !given.indicators.is_empty() {
        project.indicators = given
            .indicators
            .into_iter()
            .map(|what| Indicator {
                what,
                ..Indicator::default()
            })
            .collect();
    }
}
