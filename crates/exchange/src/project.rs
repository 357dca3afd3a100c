//! Project files: the joint projects of a region.

use faelled_model::{Project, project};
use serde::Serialize;

use crate::limits::MAX_PROJECTS;
use crate::place::{Step, steps_of_field};
use crate::problem::{FileError, Problem};
use crate::tree::Tree;

/// What a project file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectFile {
    /// The projects, in the order of the file.
    pub projects: Vec<Project>,
    /// What a person should look at; none of it stands in the way.
    pub warnings: Vec<Problem>,
}

/// Reads a project file: `[[project]]` as often as needed.
///
/// # Errors
/// As [`read_pack`](crate::read_pack).
pub fn read_projects(text: &str, file_name: &str) -> Result<ProjectFile, FileError> {
    let mut tree = Tree::parse(text, file_name)?;
    tree.only(&["project"]);
    if !tree.has("project") {
        tree.missing("[[project]]", "");
    }
    let entries = tree.entries("project", MAX_PROJECTS);
    let mut projects: Vec<Project> = Vec::with_capacity(entries.len());
    for (index, entry) in entries.into_iter().enumerate() {
        let at = [Step::Key("project".to_owned()), Step::Index(index)];
        let subject = format!("[[project]] {}", index + 1);
        let mut project: Project = tree.read(&subject, &at, entry, &["schema"]);
        project.schema = project::SCHEMA;
        if tree.is_readable() {
            tree.findings(
                &subject,
                faelled_model::validate::project(&project),
                |field| at.iter().cloned().chain(steps_of_field(field)).collect(),
            );
        }
        if projects.iter().any(|other| other.code == project.code) {
            let code: Vec<Step> = at.iter().cloned().chain(steps_of_field("code")).collect();
            tree.file_problem(
                &subject,
                "code",
                &code,
                "repeated",
                "is the code of an earlier project; give it another".to_owned(),
                "er en tidligere indsats' kode; giv den en anden".to_owned(),
            );
        }
        projects.push(project);
    }
    let warnings = FileError::check(file_name, tree.problems)?;
    Ok(ProjectFile { projects, warnings })
}

/// Writes projects as a file that [`read_projects`] reads back.
///
/// # Errors
/// When a value has no TOML form.
pub fn projects_to_toml(projects: &[Project]) -> Result<String, toml::ser::Error> {
    #[derive(Serialize)]
    struct File {
        project: Vec<Project>,
    }
    let mut project = projects.to_vec();
    for project in &mut project {
        project.schema = 0;
    }
    toml::to_string_pretty(&File { project })
}
