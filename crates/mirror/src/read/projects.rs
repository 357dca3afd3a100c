//! Joint projects, and how members take part.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::found::resolve;
use super::{Found, MAX_ROWS, rows, rows_of};
use crate::{Mirror, MirrorError};

/// A project with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectDetail {
    /// As in the list.
    #[serde(flatten)]
    pub summary: ProjectSummary,
    /// How it is seen whether it gets there.
    pub indicators: Vec<ProjectIndicator>,
    /// How members take part, by member; own drafts are marked by their space.
    pub participations: Vec<ParticipationDetail>,
}

/// How a member takes part in a project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParticipationDetail {
    /// The participation.
    #[serde(flatten)]
    pub head: ParticipationHead,
    /// The member's own goals.
    pub goals: Vec<ParticipationGoal>,
}

rows! {
    /// A project.
    pub struct ProjectSummary {
        /// Its document.
        pub document: String,
        /// The lead.
        pub owner: String,
        /// The lead's name.
        pub owner_name: Option<String>,
        /// commons, group or private.
        pub space: String,
        /// Its code.
        pub code: Option<String>,
        /// Title in Danish.
        pub title_da: Option<String>,
        /// Title in English.
        pub title_en: Option<String>,
        /// What it is to reach, in Danish.
        pub aim_da: Option<String>,
        /// What it is to reach, in English.
        pub aim_en: Option<String>,
        /// Its first day or year.
        pub begins: Option<String>,
        /// Its last day or year.
        pub ends: Option<String>,
        /// Members that take part.
        pub participants: i64,
        /// Shared packs of it.
        pub packs: i64,
    }

    /// An indicator.
    pub struct ProjectIndicator {
        /// What is counted or measured, in Danish.
        pub what_da: Option<String>,
        /// The same in English.
        pub what_en: Option<String>,
        /// The number to reach.
        pub target: Option<f64>,
        /// Its unit.
        pub unit: Option<String>,
    }

    /// A participation, without its goals.
    pub struct ParticipationHead {
        /// Its document.
        pub document: String,
        /// The member.
        pub owner: String,
        /// Its name.
        pub owner_name: Option<String>,
        /// commons, group or private.
        pub space: String,
        /// The project's code.
        pub project: Option<String>,
        /// The project's document.
        pub project_document: Option<String>,
        /// As a participant or as a partner.
        pub part: Option<String>,
        /// How fast.
        pub speed: Option<String>,
        /// How much is given to it.
        pub priority: Option<String>,
        /// Where it is.
        pub state: Option<String>,
        /// What there is to say about that, in Danish.
        pub status_da: Option<String>,
        /// The same in English.
        pub status_en: Option<String>,
        /// The day of that status.
        pub status_date: Option<String>,
        /// Who stands behind it.
        pub backing: Option<String>,
        /// The day of the decision.
        pub backing_date: Option<String>,
        /// Where the decision is found.
        pub backing_reference: Option<String>,
        /// The next step, in Danish.
        pub next_step_da: Option<String>,
        /// The next step, in English.
        pub next_step_en: Option<String>,
        /// When that is.
        pub next_step_date: Option<String>,
        /// The role to turn to, in Danish.
        pub contact_role_da: Option<String>,
        /// The role to turn to, in English.
        pub contact_role_en: Option<String>,
        /// A functional mailbox.
        pub mailbox: Option<String>,
        /// When it was written last, by its author's clock.
        pub last_claimed: Option<String>,
    }

    /// A goal.
    pub struct ParticipationGoal {
        /// In Danish.
        pub goal_da: Option<String>,
        /// In English.
        pub goal_en: Option<String>,
    }

    /// A member and a project: how the one takes part in the other, if it does.
    pub struct MatrixCell {
        /// The member.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// The project's code.
        pub project: Option<String>,
        /// The project's document.
        pub project_document: String,
        /// The project's title in Danish.
        pub project_da: Option<String>,
        /// The project's title in English.
        pub project_en: Option<String>,
        /// The participation's document; nothing where the member takes no part.
        pub document: Option<String>,
        /// As a participant or as a partner.
        pub part: Option<String>,
        /// How fast.
        pub speed: Option<String>,
        /// How much is given to it.
        pub priority: Option<String>,
        /// Where it is.
        pub state: Option<String>,
        /// The day of that status.
        pub status_date: Option<String>,
        /// Who stands behind it.
        pub backing: Option<String>,
        /// The next step, in Danish.
        pub next_step_da: Option<String>,
        /// The next step, in English.
        pub next_step_en: Option<String>,
        /// When that is.
        pub next_step_date: Option<String>,
    }
}

const SUMMARY: &str = "\
     SELECT j.*, m.name AS owner_name, \
     (SELECT count(DISTINCT p.owner) FROM participation p WHERE p.space <> 'private' \
       AND (p.project_document = j.document OR p.project_document IS NULL AND p.project = j.code)) \
       AS participants, \
     (SELECT count(*) FROM pack k WHERE k.space <> 'private' AND k.project = j.code) AS packs \
     FROM project j LEFT JOIN member m ON m.member = j.owner \
     WHERE ?1 IS NULL OR j.document = ?1 ORDER BY j.code, j.space, j.document LIMIT 10000";

// One of each owner, so that nobody crowds others out.
const CANDIDATES: &str = "\
     SELECT document, owner, space, code AS number, title_da, title_en FROM (\
       SELECT j.*, row_number() OVER (PARTITION BY j.space, j.owner \
         ORDER BY j.document <> ?1, j.last_claimed_ms DESC, j.document) AS place \
       FROM project j WHERE j.document = ?1 \
       OR (j.code = ?2 COLLATE NOCASE AND (?3 IS NULL OR j.owner = ?3))) \
     WHERE place = 1 ORDER BY document <> ?1, \
     CASE space WHEN 'commons' THEN 0 WHEN 'group' THEN 1 ELSE 2 END, owner LIMIT 20";

const PARTICIPATIONS: &str = "\
     SELECT p.*, m.name AS owner_name FROM participation p \
     LEFT JOIN member m ON m.member = p.owner \
     WHERE (?1 IS NULL OR p.project_document = ?1 OR p.project_document IS NULL AND p.project = \
       (SELECT j.code FROM project j WHERE j.document = ?1)) AND (?2 IS NULL OR p.owner = ?2) \
     ORDER BY p.owner, p.project, p.last_claimed_ms DESC, p.document LIMIT ?3";

const GOALS: &str =
    "SELECT * FROM participation_goal WHERE document = ?1 ORDER BY position LIMIT 1000";

impl Mirror {
    /// All projects, by code; own drafts are marked by their space.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn projects(&self) -> Result<Vec<ProjectSummary>, MirrorError> {
        let projects = sqlx::query_as(SUMMARY)
            .bind(None::<String>)
            .fetch_all(&self.readers)
            .await;
        projects.map_err(|error| self.failed("read", error))
    }

    /// A project by code, `owner/code` or document id.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn project(&self, key: &str) -> Result<Found<ProjectDetail>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        match resolve(&mut tx, CANDIDATES, key).await.map_err(failed)? {
            Found::Nothing => Ok(Found::Nothing),
            Found::Several(candidates) => Ok(Found::Several(candidates)),
            Found::One(document) => {
                let project = detail(&mut tx, &document).await.map_err(failed)?;
                Ok(project.map_or(Found::Nothing, |project| Found::One(Box::new(project))))
            }
        }
    }

    /// How a member takes part in projects; of all members where none is given. Own drafts are marked by
    /// their space.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn participations(
        &self,
        member: Option<&str>,
    ) -> Result<Vec<ParticipationDetail>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        participations(&mut tx, None, member).await.map_err(failed)
    }

    /// Every member beside every shared project; beside one where its document is given.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn participation_matrix(
        &self,
        project: Option<&str>,
    ) -> Result<Vec<MatrixCell>, MirrorError> {
        let sql = "SELECT * FROM participation_matrix WHERE ?1 IS NULL OR project_document = ?1 \
            ORDER BY member, project, project_document LIMIT ?2";
        let cells = sqlx::query_as(sql)
            .bind(project)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        cells.map_err(|error| self.failed("read", error))
    }
}

async fn detail(
    connection: &mut SqliteConnection,
    document: &str,
) -> Result<Option<ProjectDetail>, sqlx::Error> {
    let Some(summary) = rows_of(connection, SUMMARY, document).await?.pop() else {
        return Ok(None);
    };
    let indicators =
        "SELECT * FROM project_indicator WHERE document = ?1 ORDER BY position LIMIT 1000";
    Ok(Some(ProjectDetail {
        summary,
        indicators: rows_of(connection, indicators, document).await?,
        participations: participations(connection, Some(document), None).await?,
    }))
}

async fn participations(
    connection: &mut SqliteConnection,
    project: Option<&str>,
    member: Option<&str>,
) -> Result<Vec<ParticipationDetail>, sqlx::Error> {
    let heads: Vec<ParticipationHead> = sqlx::query_as(PARTICIPATIONS)
        .bind(project)
        .bind(member)
        .bind(MAX_ROWS)
        .fetch_all(&mut *connection)
        .await?;
    let mut details = Vec::with_capacity(heads.len());
    for head in heads {
        let goals = rows_of(connection, GOALS, &head.document).await?;
        details.push(ParticipationDetail { head, goals });
    }
    Ok(details)
}
