//! `participation set|show|matrix`: who takes part in what, and how.

use std::collections::{BTreeMap, BTreeSet};

use faelled_mirror::read::{MatrixCell, ParticipationDetail};
use faelled_model::terms::{Backing, Part, Priority, Progress, Speed};
use faelled_model::{Participation, validate};

use super::writing::Plan;
use crate::clock::{date, today};
use crate::data::joint::{Cell, Data, Matrix, MatrixProject, MatrixRow, ParticipationShown, What};
use crate::failure::Failure;
use crate::request::joint::ParticipationGiven;
use crate::service::Service;
use crate::service::look::member_id;

impl Service {
    pub(super) async fn participate(
        &self,
        key: &str,
        given: ParticipationGiven,
        preview: bool,
    ) -> Result<Data, Failure> {
        let project = self.project_at(key).await?.summary;
        let mirror = self.mirror().await?;
        let editor = self.editor.lock().await;
        let held = self
            .own_documents::<Participation>(&mirror, &editor, "commons")
            .await?
            .into_iter()
            .find(|(_, held)| held.project_document == project.document);
        let (earlier, mut participation) = match held {
            Some((document, held)) => (Some(document), held),
            None => (
                None,
                Participation {
                    part: Part::Participant,
                    ..Participation::default()
                },
            ),
        };
        participation.project = project.code.clone().unwrap_or_default();
        participation.project_document = project.document;
        fill(&mut participation, given);
        let plan = Plan {
            what: What::Participation,
            name: participation.project.clone(),
            place: self.commons(&mirror).await?,
            earlier,
            findings: validate::participation(&participation),
            value: participation,
            preview,
        };
        self.carry_out(&editor, plan).await
    }

    pub(super) async fn participations(
        &self,
        member: Option<&str>,
        project: Option<&str>,
    ) -> Result<Data, Failure> {
        let member = member.map(member_id).transpose()?;
        let project = match project {
            Some(key) => Some(self.project_at(key).await?.summary),
            None => None,
        };
        let mirror = self.mirror().await?;
        let projects = mirror.projects().await?;
        let mut seen = BTreeSet::new();
        let mut shown = Vec::new();
        for participation in mirror.participations(member.as_deref()).await? {
            let head = &participation.head;
            let of = projects.iter().find(|known| belongs(&participation, known));
            let is_wanted = project
                .as_ref()
                .is_none_or(|project| belongs(&participation, project));
            let key = (
                head.owner.clone(),
                of.map(|project| project.document.clone())
                    .or_else(|| head.project.clone()),
            );
            // What a member wrote last of a project comes first.
            if head.space == "private" || !is_wanted || !seen.insert(key) {
                continue;
            }
            shown.push(ParticipationShown {
                project_da: of.and_then(|project| project.title_da.clone()),
                project_en: of.and_then(|project| project.title_en.clone()),
                participation,
            });
        }
        Ok(Data::Participations(shown))
    }

    pub(super) async fn matrix(&self) -> Result<Data, Failure> {
        let cells = self.mirror().await?.participation_matrix(None).await?;
        Ok(Data::Matrix(matrix(cells)))
    }
}

fn belongs(
    participation: &ParticipationDetail,
    project: &faelled_mirror::read::ProjectSummary,
) -> bool {
    match &participation.head.project_document {
        Some(document) => *document == project.document,
        None => participation.head.project == project.code,
    }
}

/// From one cell for each member and project to a row for each member that takes part in any.
fn matrix(cells: Vec<MatrixCell>) -> Matrix {
    let mut projects: BTreeMap<(Option<String>, String), MatrixProject> = BTreeMap::new();
    let mut members: BTreeMap<String, (Option<String>, BTreeMap<String, Cell>)> = BTreeMap::new();
    for cell in cells {
        let member = members
            .entry(cell.member)
            .or_insert_with(|| (cell.member_name, BTreeMap::new()));
        if cell.document.is_some() {
            let said = Cell {
                part: cell.part,
                speed: cell.speed,
                state: cell.state,
                status_date: cell.status_date,
            };
            member.1.insert(cell.project_document.clone(), said);
        }
        projects
            .entry((cell.project.clone(), cell.project_document.clone()))
            .or_insert(MatrixProject {
                document: cell.project_document,
                code: cell.project,
                title_da: cell.project_da,
                title_en: cell.project_en,
            });
    }
    let projects: Vec<MatrixProject> = projects.into_values().collect();
    let mut rows = Vec::new();
    let mut absent = Vec::new();
    for (member, (name, mut said)) in members {
        if said.is_empty() {
            absent.push(name.unwrap_or(member));
            continue;
        }
        let cells = projects
            .iter()
            .map(|project| said.remove(&project.document))
            .collect();
        rows.push(MatrixRow {
            member,
            name,
            cells,
        });
    }
    Matrix {
        projects,
        members: rows,
        absent,
    }
}

fn fill(participation: &mut Participation, given: ParticipationGiven) {
    let says_status = !given.status.0.is_empty() || given.state.is_some();
    if let Some(part) = given.part {
        participation.part = Part::from(part);
    }
    if let Some(speed) = given.speed {
        participation.speed = Speed::from(speed);
    }
    if let Some(priority) = given.priority {
        participation.priority = Priority::from(priority);
    }
    if let Some(state) = given.state {
        participation.state = Progress::from(state);
    }
    // A text in the other language would go on saying what is no longer so: the new text stands alone.
    if !given.status.0.is_empty() {
        participation.status = given.status;
    }
    if says_status {
        participation.status_date = date(today());
    }
    if let Some(backing) = given.backing {
        participation.backing = Backing::from(backing);
    }
    if !given.goals.is_empty() {
        participation.goals = given.goals;
    }
    if !given.next_step.0.is_empty() {
        participation.next_step = given.next_step;
    }
    if !given.contact_role.0.is_empty() {
        participation.contact_role = given.contact_role;
    }
    for (field, said) in [
        (&mut participation.backing_date, given.backing_date),
        (
            &mut participation.backing_reference,
            given.backing_reference,
        ),
        (&mut participation.next_step_date, given.next_step_date),
        (&mut participation.mailbox, given.mailbox),
    ] {
        if let Some(said) = said {
            *field = said;
        }
    }
}

#[cfg(test)]
mod tests {
    use faelled_model::Localized;

    use super::*;

    fn cell(member: &str, project: &str, takes_part: bool) -> MatrixCell {
        MatrixCell {
            member: member.to_owned(),
            member_name: None,
            project: Some(project.to_owned()),
            project_document: format!("d-{project}"),
            project_da: None,
            project_en: None,
            document: takes_part.then(|| "x".to_owned()),
            part: None,
            speed: takes_part.then(|| "trying".to_owned()),
            priority: None,
            state: None,
            status_date: None,
            backing: None,
            next_step_da: None,
            next_step_en: None,
            next_step_date: None,
        }
    }

    #[test]
    fn each_member_stands_once_with_a_cell_for_every_project() {
        let matrix = matrix(vec![
            cell("dk-0151", "mad", false),
            cell("dk-0151", "plast", true),
            cell("dk-0159", "mad", false),
            cell("dk-0159", "plast", false),
        ]);
        assert_eq!(matrix.projects.len(), 2);
        assert_eq!(matrix.members.len(), 1);
        let cells: Vec<bool> = matrix.members[0]
            .cells
            .iter()
            .map(Option::is_some)
            .collect();
        assert_eq!(cells, [false, true]);
        assert_eq!(matrix.absent, ["dk-0159"]);
    }

    #[test]
    fn what_is_not_said_stays_and_a_status_gets_its_day() {
        let mut participation = Participation {
            speed: Speed::Trying,
            mailbox: "klima@gladsaxe.dk".to_owned(),
            status: Localized::from([("en", "old")]),
            ..Participation::default()
        };
        fill(
            &mut participation,
            ParticipationGiven {
                speed: Some("leading".to_owned()),
                ..ParticipationGiven::default()
            },
        );
        assert_eq!(participation.speed, Speed::Leading);
        assert_eq!(participation.mailbox, "klima@gladsaxe.dk");
        assert_eq!(participation.status_date, "");
        fill(
            &mut participation,
            ParticipationGiven {
                status: Localized::from([("da", "nyt")]),
                ..ParticipationGiven::default()
            },
        );
        assert_eq!(participation.status, Localized::from([("da", "nyt")]));
        assert_eq!(participation.status_date, date(today()));
    }
}
