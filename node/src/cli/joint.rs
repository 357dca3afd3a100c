//! The joint work: projects, participation, questions, resources, following: how it is asked for.

mod arguments;
mod files;
mod participation;
mod sharing;

pub(super) use arguments::Command;

use arguments::{
    Comment, Comments, Inbox, Project, ProjectCreate, Question, Resource, ResourceAdd,
};
use faelled_model::Localized;

use super::session::Session;
use super::values;
use crate::failure::Failure;
use crate::request::Request;
use crate::request::joint::{ProjectGiven, Request as Joint, ResourceGiven};
use sharing::{share, text, text_file};

/// Lines that an inbox shows unless more or fewer are asked for.
const DEFAULT_LINES: u32 = 50;

pub(super) async fn run(session: &Session, command: Command) -> Result<(), Failure> {
    match command {
        Command::Project(command) => project(session, command).await,
        Command::Participation(command) => participation::participation(session, command).await,
        Command::Profile(command) => participation::profile(session, command).await,
        Command::Question(command) => question(session, command).await,
        Command::Answer(answer) => {
            let said = text(session, &answer.text)?;
            share(session, &answer.sharing, |preview| Joint::Answer {
                question: answer.id.clone(),
                text: said.clone(),
                preview,
            })
            .await
        }
        Command::Comment(command) => comment(session, command).await,
        Command::Resource(command) => resource(session, command).await,
        Command::Follow { target } => {
            let target = followed(target)?;
            ask(session, Joint::Follow { target }).await
        }
        Command::Unfollow { target } => {
            let target = followed(target)?;
            ask(session, Joint::Unfollow { target }).await
        }
        Command::Following => ask(session, Joint::Followed).await,
        Command::Inbox(inbox) => self::inbox(session, inbox).await,
    }
}

async fn ask(session: &Session, request: Joint) -> Result<(), Failure> {
    session.answer(Request::Joint(request)).await
}

async fn project(session: &Session, command: Project) -> Result<(), Failure> {
    match command {
        Project::List => ask(session, Joint::Projects).await,
        Project::Show { project } => ask(session, Joint::Project { project }).await,
        Project::Create(create) => create_project(session, *create).await,
        Project::Import { file, sharing } => {
            session.directory.require_node()?;
            let (file_name, text) = text_file(&file)?;
            share(session, &sharing, |preview| Joint::ProjectOpen {
                file_name: file_name.clone(),
                text: text.clone(),
                preview,
            })
            .await
        }
    }
}

async fn create_project(session: &Session, create: ProjectCreate) -> Result<(), Failure> {
    let several = |said: &[(&str, &Option<String>)]| {
        let mut texts = Localized::default();
        for (language, text) in said {
            if let Some(text) = text {
                texts.0.insert((*language).to_owned(), text.clone());
            }
        }
        texts
    };
    let here = session.language().code();
    let given = ProjectGiven {
        code: create.code,
        title: several(&[
            (here, &create.title),
            ("da", &create.title_da),
            ("en", &create.title_en),
        ]),
        aim: several(&[
            (here, &create.aim),
            ("da", &create.aim_da),
            ("en", &create.aim_en),
        ]),
        from: create.from.unwrap_or_default(),
        until: create.until.unwrap_or_default(),
        indicators: create
            .indicator
            .into_iter()
            .map(|what| session.localized(what))
            .collect(),
    };
    share(session, &create.sharing, |preview| Joint::ProjectCreate {
        project: given.clone(),
        preview,
    })
    .await
}

async fn question(session: &Session, command: Question) -> Result<(), Failure> {
    match command {
        Question::List { about, open } => ask(session, Joint::Questions { about, open }).await,
        Question::Show { id } => ask(session, Joint::Question { question: id }).await,
        Question::Ask(asked) => {
            let said = text(session, &asked.text)?;
            let title = asked
                .title
                .map(|title| session.localized(title))
                .unwrap_or_default();
            let field = asked.field.unwrap_or_default();
            share(session, &asked.sharing, |preview| Joint::Ask {
                about: asked.about.clone(),
                field: field.clone(),
                title: title.clone(),
                text: said.clone(),
                preview,
            })
            .await
        }
        Question::Settle { id, sharing } => {
            share(session, &sharing, |preview| Joint::Settle {
                question: id.clone(),
                escalated_to: None,
                preview,
            })
            .await
        }
        Question::Escalate { id, to, sharing } => {
            let to = session.localized(to);
            share(session, &sharing, |preview| Joint::Settle {
                question: id.clone(),
                escalated_to: Some(to.clone()),
                preview,
            })
            .await
        }
    }
}

async fn comment(session: &Session, command: Comment) -> Result<(), Failure> {
    if let Some(Comments::List { target }) = command.command {
        return ask(session, Joint::Comments { target }).await;
    }
    let target = command.target.unwrap_or_default();
    let said = text(session, &command.text.unwrap_or_default())?;
    let field = command.field.unwrap_or_default();
    share(session, &command.sharing, |preview| Joint::Comment {
        target: target.clone(),
        field: field.clone(),
        text: said.clone(),
        preview,
    })
    .await
}

async fn resource(session: &Session, command: Resource) -> Result<(), Failure> {
    match command {
        Resource::List(list) => {
            let request = Joint::Resources {
                about: list.about,
                kind: values::code("ResourceKind", "--kind", list.kind)?,
                project: list.project,
                category: values::code("Category", "--category", list.category)?,
            };
            ask(session, request).await
        }
        Resource::Show { id } => ask(session, Joint::Resource { resource: id }).await,
        Resource::Add(add) => offer(session, add).await,
        Resource::Save { id, output, force } => {
            let request = Joint::ResourceFiles { resource: id };
            let reply = session.ask(Request::Joint(request)).await?;
            files::save(session, &reply.json, output.as_deref(), force)
        }
    }
}

async fn offer(session: &Session, add: ResourceAdd) -> Result<(), Failure> {
    let description = text(session, &add.description)?;
    let given = ResourceGiven {
        kind: values::code("ResourceKind", "--kind", Some(add.kind))?.unwrap_or_default(),
        title: session.localized(add.title),
        description,
        about: add.about,
        project: add.project,
        category: values::code("Category", "--category", add.category)?,
        licence: add.licence.unwrap_or_default(),
        address: add.address.unwrap_or_default(),
        files: files::read(&add.file)?,
    };
    share(session, &add.sharing, |preview| Joint::Offer {
        given: Box::new(given.clone()),
        preview,
    })
    .await
}

async fn inbox(session: &Session, inbox: Inbox) -> Result<(), Failure> {
    let request = match inbox.command {
        None => Joint::Inbox {
            all: inbox.all,
            limit: inbox.limit.unwrap_or(DEFAULT_LINES),
        },
        Some(arguments::InboxCommand::Read { up_to, limit }) => Joint::InboxRead {
            up_to,
            limit: limit.unwrap_or(DEFAULT_LINES),
        },
    };
    ask(session, request).await
}

/// Codes of categories and of the CPV as they are kept; all else is for the node to find.
fn followed(given: String) -> Result<String, Failure> {
    match given.split_once(':') {
        Some(("category", code)) => {
            let code = values::code("Category", "category:", Some(code.to_owned()))?;
            Ok(format!("category:{}", code.unwrap_or_default()))
        }
        Some(("cpv", code)) => Ok(format!("cpv:{}", values::cpv(code)?)),
        _ => Ok(given),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_followed_are_kept_by_their_codes() {
        let kept = |given: &str| followed(given.to_owned());
        assert_eq!(kept("category:Møbler").unwrap(), "category:furniture");
        assert_eq!(kept("cpv:44617100-9").unwrap(), "cpv:44617100");
        assert_eq!(kept("GLX-EMB").unwrap(), "GLX-EMB");
        assert_eq!(kept("category:x").unwrap_err().code, "unknown-code");
        assert_eq!(kept("cpv:4").unwrap_err().code, "cpv");
    }
}
