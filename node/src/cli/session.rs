//! What every command needs: which node, which language, how to answer.

use std::borrow::Cow;
use std::io::{IsTerminal, stderr, stdout};
use std::path::PathBuf;
use std::time::Duration;

use faelled_model::{Language, Localized};
use indicatif::ProgressBar;

use super::output;
use crate::client;
use crate::data::{Data, trust};
use crate::directory::Directory;
use crate::failure::{Failure, Said};
use crate::request::{Envelope, Reply, Request, Screen};
use crate::text::render;

/// Where nobody says how wide the screen is, such as in a file.
const DEFAULT_COLUMNS: u16 = 100;
const SPINNER_TICK: Duration = Duration::from_millis(120);

/// One run of the command line.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) directory: Directory,
    pub(super) json: bool,
    /// The file descriptor that gives passphrases, where one was named.
    pub(super) passphrase_fd: Option<u32>,
    screen: Screen,
}

/// Shows that something goes on, for as long as it lives; only to people.
pub(super) struct Spinner(Option<ProgressBar>);

impl Session {
    pub(super) fn new(data: Option<PathBuf>, json: bool, language: Language) -> Self {
        let from_environment = || {
            std::env::var_os("FAELLED_DATA")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from)
        };
        let path = data
            .or_else(from_environment)
            .unwrap_or_else(Directory::default_path);
        let screen = Screen {
            danish: language == Language::Danish,
            columns: columns(),
        };
        Self {
            directory: Directory::at(path),
            json,
            passphrase_fd: None,
            screen,
        }
    }

    pub(super) const fn with_passphrase_fd(mut self, number: Option<u32>) -> Self {
        self.passphrase_fd = number;
        self
    }

    pub(super) const fn language(&self) -> Language {
        self.screen.language()
    }

    /// What is said in the session's language.
    pub(super) fn say<'a>(
        &self,
        english: impl Into<Cow<'a, str>>,
        danish: impl Into<Cow<'a, str>>,
    ) -> Cow<'a, str> {
        self.language().pick(english.into(), danish.into())
    }

    /// A text in the session's language.
    pub(super) fn localized(&self, text: impl Into<String>) -> Localized {
        Localized([(self.language().code().to_owned(), text.into())].into())
    }

    /// The same of a text that may be missing.
    pub(super) fn perhaps(&self, text: Option<String>) -> Localized {
        text.map_or_else(Localized::default, |text| self.localized(text))
    }

    /// Asks the node.
    pub(super) async fn ask(&self, request: Request) -> Result<Reply, Failure> {
        client::ask(
            &self.directory,
            Envelope {
                request,
                screen: self.screen,
            },
        )
        .await
    }

    /// Asks the node and prints what it answers.
    pub(super) async fn answer(&self, request: Request) -> Result<(), Failure> {
        let reply = self.ask(request).await?;
        self.print(&reply)
    }

    /// Prints an answer as text or JSON.
    pub(super) fn print(&self, reply: &Reply) -> Result<(), Failure> {
        if self.json {
            output::print_json(&reply.json)
        } else {
            output::print(&reply.text)
        }
    }

    /// Shows a person what is about to be signed; programs are not asked.
    pub(super) fn show(&self, data: trust::Data) {
        if !self.json {
            let page = render(&Data::Trust(data), self.screen);
            output::aside(&format!("{page}\n"));
        }
    }

    pub(super) fn spinner(&self, said: &Said) -> Spinner {
        if self.json || !stderr().is_terminal() {
            return Spinner(None);
        }
        let bar = ProgressBar::new_spinner();
        bar.set_message(said.in_language(self.language()).to_owned());
        bar.enable_steady_tick(SPINNER_TICK);
        Spinner(Some(bar))
    }
}

impl Spinner {
    /// Says what goes on now. Where there is no terminal it becomes a line on standard error.
    pub(super) fn say(&self, text: &str, quiet: bool) {
        match &self.0 {
            Some(bar) => bar.set_message(text.to_owned()),
            None if quiet => {}
            None => output::note(text),
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn columns() -> u16 {
    let from_environment = || std::env::var("COLUMNS").ok()?.parse().ok();
    let from_terminal = || {
        let out = stdout();
        if !out.is_terminal() {
            return None;
        }
        rustix::termios::tcgetwinsize(&out)
            .ok()
            .map(|size| size.ws_col)
    };
    from_terminal()
        .or_else(from_environment)
        .filter(|columns| *columns > 0)
        .unwrap_or(DEFAULT_COLUMNS)
}
