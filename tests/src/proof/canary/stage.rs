//! Who is there, and what they do.

use std::ffi::OsString;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use faelled::directory::Directory;
use faelled::request::Request;
use faelled::request::baskets::Request as Baskets;
use faelled::request::drafting::{HearingCall, Request as Drafting};
use faelled::request::joint::Request as Joint;
use faelled_model::Localized;
use faelled_model::attachment::FileBytes;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{NodeKey, Ticket};
use faelled_store::{AddressRow, Store};
use serde_json::Value;

use super::texts::Texts;
use crate::daemon::Daemon;
use crate::member::{ask, joined, make_founder, municipality};
use crate::program::{self, Broken, example};
use crate::proof::ensure;
use crate::tapped::Tapped;

const AUTHOR: &str = "0159";
const COLLEAGUE: &str = "0151";
const OUTSIDER: &str = "0165";
const NEWCOMER: &str = "0219";
/// Has a node that meets nobody, with a sealed key.
const SEALED: &str = "0253";
pub(super) const PACK: &str = "GLX-EMB";
pub(super) const REQUIREMENT: &str = "GLX-EMB-001";

/// All four, and where their things lie: each has a directory with `data`, `run` (what a reboot takes away) and `log`.
pub(super) struct Stage {
    author: Option<Tapped>,
    colleague: Option<Tapped>,
    outsider: Option<Daemon>,
    wrong_ticket: Ticket,
    listen: [String; 2],
    starts: usize,
    directory: tempfile::TempDir,
}

/// What the two recorded nodes sent.
pub(super) struct Sent {
    /// To the outsider and the newcomer; the author's to the outsider first.
    pub(super) to_others: Vec<(String, Vec<u8>)>,
    pub(super) to_colleague: Vec<u8>,
    pub(super) from_colleague: Vec<u8>,
}

impl Stage {
    /// Three members who are connected, and a newcomer whose ticket is wrong.
    pub(super) async fn set() -> Result<Self, Broken> {
        let directory = tempfile::tempdir()?;
        for code in [AUTHOR, COLLEAGUE, OUTSIDER, NEWCOMER] {
            for sort in ["run", "log"] {
                std::fs::create_dir_all(directory.path().join(code).join(sort))?;
            }
        }
        let listen = [free_address()?, free_address()?];
        let data = |code: &str| directory.path().join(code).join("data");
        make_founder(&data(AUTHOR), AUTHOR).await?;
        let lead = Daemon::start_at(&data(AUTHOR), &listen[0]).await?;
        for code in [COLLEAGUE, OUTSIDER] {
            joined(&data(code), code, &lead).await?.stop()?;
        }
        let invite = Request::Invite {
            hours: 24,
            addresses: Vec::new(),
            note: None,
        };
        let invited = lead.ask(invite).await?;
        let ticket: Result<Ticket, _> = invited["ticket"].as_str().unwrap_or_default().parse();
        let mut wrong_ticket = ticket.map_err(|error| Broken(error.to_string()))?;
        wrong_ticket.secret[0] ^= 1;
        lead.stop()?;
        ask(&data(NEWCOMER), NEWCOMER, &wrong_ticket.to_string()).await?;
        knows(&data(OUTSIDER), &data(COLLEAGUE), &listen[1]).await?;
        let mut stage = Self {
            author: None,
            colleague: None,
            outsider: None,
            wrong_ticket,
            listen,
            starts: 0,
            directory,
        };
        stage.author = Some(stage.tapped(AUTHOR, &stage.listen[0])?);
        stage.colleague = Some(stage.tapped(COLLEAGUE, &stage.listen[1])?);
        stage.outsider_starts().await?;
        Ok(stage)
    }

    fn place(&self, code: &str, sort: &str) -> PathBuf {
        self.directory.path().join(code).join(sort)
    }

    pub(super) fn author_path(&self) -> PathBuf {
        self.place(AUTHOR, "data")
    }

    pub(super) fn colleague_path(&self) -> PathBuf {
        self.place(COLLEAGUE, "data")
    }

    pub(super) fn outsider(&self) -> Result<&Daemon, Broken> {
        let gone = || Broken::new("the outsider is not there");
        self.outsider.as_ref().ok_or_else(gone)
    }

    fn author(&mut self) -> Result<&mut Tapped, Broken> {
        let gone = || Broken::new("the author is not there");
        self.author.as_mut().ok_or_else(gone)
    }

    fn colleague(&mut self) -> Result<&mut Tapped, Broken> {
        let gone = || Broken::new("the colleague is not there");
        self.colleague.as_mut().ok_or_else(gone)
    }

    fn tapped(&self, code: &str, listen: &str) -> Result<Tapped, Broken> {
        let log = self.place(code, "log").join("node");
        Tapped::start(
            &self.place(code, "data"),
            listen,
            &log,
            &self.place(code, "run"),
        )
    }

    async fn outsider_starts(&mut self) -> Result<(), Broken> {
        let environment = [
            (
                "RUNTIME_DIRECTORY",
                OsString::from(self.place(OUTSIDER, "run")),
            ),
            ("FAELLED_LOG", OsString::from("trace")),
        ];
        let data = self.place(OUTSIDER, "data");
        let daemon = Daemon::start_with(&data, "127.0.0.1:0", &environment).await?;
        let both = |status: &Value| {
            let peers = status["peers"].as_array().cloned().unwrap_or_default();
            let is_there = |code: &str| {
                let id = format!("dk-{code}");
                peers.iter().any(|peer| peer["member"] == id.as_str())
            };
            is_there(AUTHOR) && is_there(COLLEAGUE)
        };
        daemon.until("both others", both).await?;
        self.outsider = Some(daemon);
        Ok(())
    }

    /// The outsider leaves and greets both anew.
    pub(super) async fn outsider_comes_again(&mut self) -> Result<(), Broken> {
        self.outsider_stops()?;
        self.outsider_starts().await
    }

    fn outsider_stops(&mut self) -> Result<(), Broken> {
        if let Some(outsider) = self.outsider.take() {
            outsider.stop()?;
            self.starts += 1;
            let log = self
                .place(OUTSIDER, "log")
                .join(format!("node-{}", self.starts));
            std::fs::rename(self.place(OUTSIDER, "data").join("serve.log"), log)?;
        }
        Ok(())
    }

    /// The newcomer asks to join until it is told that its ticket is none. Returns what it was told.
    pub(super) async fn newcomer_tries(&mut self) -> Result<String, Broken> {
        self.starts += 1;
        let data = self.place(NEWCOMER, "data");
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--json"];
        let output = self.command(NEWCOMER, &arguments, &data, &[])?;
        let said = said(&output);
        ensure(said.contains("unknown-ticket"), || {
            format!(
                "a wrong ticket ({}) was answered with {said}",
                self.wrong_ticket
            )
        })?;
        Ok(said)
    }

    /// Runs the product's command line at a node, logging all; its log is kept with the node's.
    pub(super) fn command(
        &self,
        code: &str,
        arguments: &[&str],
        data: &Path,
        more: &[&std::ffi::OsStr],
    ) -> Result<Output, Broken> {
        let output = Command::new(program::faelled()?)
            .args(arguments)
            .args(more)
            .arg("--data")
            .arg(data)
            .env("FAELLED_LANG", "en")
            .env("FAELLED_LOG", "trace")
            .env("RUNTIME_DIRECTORY", self.place(code, "run"))
            .env("CREDENTIALS_DIRECTORY", program::CREDENTIALS)
            .env_remove("FAELLED_DATA")
            .stdin(Stdio::null())
            .output()?;
        Ok(output)
    }

    /// A question to all: the control.
    pub(super) async fn speak_openly(&mut self, texts: &Texts) -> Result<(), Broken> {
        let open = texts.open.clone();
        self.author()?.ask(Request::Joint(Joint::Ask {
            about: None,
            field: String::new(),
            title: danish(&open),
            text: danish(&open),
            preview: false,
        }))?;
        let begun = std::time::Instant::now();
        let questions = || {
            Request::Joint(Joint::Questions {
                about: None,
                open: false,
            })
        };
        while !self
            .outsider()?
            .ask(questions())
            .await?
            .to_string()
            .contains(&open)
        {
            crate::daemon::patience(begun, "the question at the outsider").await?;
        }
        Ok(())
    }

    /// What the author does alone.
    pub(super) async fn draft(&mut self, texts: &Texts) -> Result<(), Broken> {
        let pack = std::fs::read_to_string(example("packs/furniture.toml"))?;
        let pack = pack
            .replacen(
                "Møbler: brug dem",
                &format!("{}: brug dem", texts.draft_title),
                1,
            )
            .replacen(" skal ", &format!(" {} skal ", texts.draft), 4);
        ensure(
            pack.contains(&texts.draft) && pack.contains(&texts.draft_title),
            || "the example pack has no place for the draft's text".into(),
        )?;
        let file_name = format!("{}.toml", texts.file_name);
        let name = texts.basket.clone();
        let author = self.author()?;
        author.ask(import(file_name, pack, None))?;
        author.ask(Request::Baskets(Baskets::New { name }))?;
        Ok(())
    }

    /// What the author and the colleague do in their group.
    pub(super) async fn work_in_group(&mut self, texts: &Texts) -> Result<(), Broken> {
        let name = texts.group_name.clone();
        let members = vec![municipality(COLLEAGUE)?.id];
        let found = Request::Drafting(Drafting::GroupNew { name, members });
        let pack = std::fs::read_to_string(example("packs/packaging.toml"))?;
        let place = "Genbrugelig transportemballage";
        let pack = pack.replace(place, &format!("{} {place}", texts.shared));
        let share = Drafting::Share {
            pack: PACK.into(),
            group: texts.group_name.clone(),
            ground: danish(&texts.ground),
            preview: false,
        };
        let hearing = HearingCall {
            trade: false,
            group: Some(texts.group_name.clone()),
            recipients: Vec::new(),
            until: "2099-03-01".into(),
            ground: danish(&texts.hearing),
        };
        let hearing = Drafting::Hearing {
            pack: PACK.into(),
            hearing,
            preview: false,
        };
        let author = self.author()?;
        author.ask(found)?;
        author.ask(import("packaging.toml".into(), pack, None))?;
        author.ask(Request::Drafting(share))?;
        author.ask(Request::Drafting(hearing))?;
        self.talk(texts).await
    }

    /// The colleague comments on the draft; the author answers.
    async fn talk(&mut self, texts: &Texts) -> Result<(), Broken> {
        let show = || Request::RequirementShow {
            requirement: REQUIREMENT.into(),
        };
        let is_heard = |answer: &Value| answer.to_string().contains("internal-hearing");
        let colleague = self.colleague()?;
        colleague.until("the hearing", show(), is_heard).await?;
        for text in [&texts.long_comment, &texts.comment] {
            colleague.ask(Request::Joint(Joint::Comment {
                target: REQUIREMENT.into(),
                field: "wording.da".into(),
                text: danish(text),
                preview: false,
            }))?;
        }
        let comments = || {
            Request::Joint(Joint::Comments {
                target: REQUIREMENT.into(),
            })
        };
        let has = |text: String| move |answer: &Value| answer.to_string().contains(&text);
        let author = self.author()?;
        let held = author
            .until("the comment", comments(), has(texts.comment.clone()))
            .await?;
        let comment = find_document(&held, &texts.comment)
            .ok_or_else(|| Broken(format!("no comment to answer in {held}")))?;
        author.ask(Request::Joint(Joint::Answer {
            question: comment,
            text: danish(&texts.answer),
            preview: false,
        }))?;
        let colleague = self.colleague()?;
        colleague
            .until("the answer", comments(), has(texts.answer.clone()))
            .await?;
        Ok(())
    }

    /// All that was sent by the two, by recipient.
    pub(super) fn sent(&mut self) -> Result<Sent, Broken> {
        let keys = [OUTSIDER, NEWCOMER, AUTHOR, COLLEAGUE];
        let [outsider, newcomer, own, other] = keys.map(|code| self.node_key(code));
        let into = self.directory.path().join("sent");
        let (outsider, newcomer, own, other) = (outsider?, newcomer?, own?, other?);
        let author = self.author()?;
        let mut to_others = vec![
            (
                "what the author sent the outsider".to_owned(),
                author.sent_to(outsider, &into)?,
            ),
            (
                "what the author sent the newcomer".to_owned(),
                author.sent_to(newcomer, &into)?,
            ),
        ];
        let to_colleague = author.sent_to(other, &into)?;
        let colleague = self.colleague()?;
        let bytes = colleague.sent_to(outsider, &into)?;
        to_others.push(("what the colleague sent the outsider".to_owned(), bytes));
        let from_colleague = colleague.sent_to(own, &into)?;
        std::fs::remove_file(into)?;
        Ok(Sent {
            to_others,
            to_colleague,
            from_colleague,
        })
    }

    fn node_key(&self, code: &str) -> Result<NodeKey, Broken> {
        Ok(Directory::at(self.place(code, "data"))
            .keys()?
            .node
            .node_key())
    }

    /// Ends all nodes. Then the author's commands fail on purpose: returns what they say.
    pub(super) async fn stop_and_fail(&mut self, texts: &Texts) -> Result<String, Broken> {
        self.outsider_stops()?;
        for node in [self.colleague.take(), self.author.take()]
            .into_iter()
            .flatten()
        {
            node.stop()?;
        }
        let file = self.directory.path().join("refused.toml");
        let pack = std::fs::read_to_string(example("packs/packaging.toml"))?;
        let pack = pack
            .replacen(" skal ", &format!(" {} skal ", texts.refused), 4)
            .replacen("level = \"basic\"", "level = \"heroic\"", 1);
        ensure(pack.contains(&texts.refused), || {
            "the example pack has no place for the text".into()
        })?;
        std::fs::write(&file, pack)?;
        let data = self.author_path();
        let refused = self.command(
            AUTHOR,
            &["pack", "import", "--json"],
            &data,
            &[file.as_os_str()],
        )?;
        let missing = self.command(AUTHOR, &["pack", "show", "NO-SUCH", "--json"], &data, &[])?;
        let again = self.command(AUTHOR, &["pack", "publish", "NO-SUCH", "--yes"], &data, &[])?;
        let wrong = self.seal(texts)?;
        std::fs::remove_file(file)?;
        let mut said = String::new();
        for output in [refused, missing, again, wrong] {
            ensure(!output.status.success(), || "a command did not fail".into())?;
            said.push_str(&self::said(&output));
        }
        ensure(said.contains("heroic"), || {
            format!("the fault is not named: {said}")
        })?;
        Ok(said)
    }

    /// A node whose key is sealed with the passphrase, and then a command with another one. Returns what both said; the
    /// node's own files do not hold either.
    fn seal(&self, texts: &Texts) -> Result<Output, Broken> {
        let passphrases = self.directory.path().join("passphrase");
        std::fs::create_dir_all(&passphrases)?;
        let data = self.directory.path().join(SEALED).join("data");
        let with = |passphrase: &str, arguments: &[&str]| -> Result<Output, Broken> {
            let lines = passphrases.join("lines");
            std::fs::write(&lines, format!("{passphrase}\n{passphrase}\n"))?;
            std::fs::write(passphrases.join("faelled-passphrase"), passphrase)?;
            Ok(Command::new(program::faelled()?)
                .args(arguments)
                .arg("--json")
                .arg("--data")
                .arg(&data)
                .env("FAELLED_LANG", "en")
                .env("FAELLED_LOG", "trace")
                .env("RUNTIME_DIRECTORY", self.directory.path().join(SEALED))
                .env("CREDENTIALS_DIRECTORY", &passphrases)
                .stdin(std::fs::File::open(lines)?)
                .output()?)
        };
        let made = with(&texts.passphrase, &["init", "--member", SEALED])?;
        let sealed = std::fs::read_to_string(data.join("identity.key")).unwrap_or_default();
        ensure(
            made.status.success() && sealed.starts_with("faelled-sealed-key"),
            || format!("the key was not sealed: {}", said(&made)),
        )?;
        let mut refused = with(
            &texts.other_passphrase,
            &["key", "seal", "--passphrase-fd", "0"],
        )?;
        ensure(said(&refused).contains("wrong-passphrase"), || {
            format!("a wrong passphrase was answered with {}", said(&refused))
        })?;
        refused.stdout.extend(made.stdout);
        refused.stderr.extend(made.stderr);
        std::fs::remove_dir_all(passphrases)?;
        Ok(refused)
    }

    /// Directories of those who may see nothing.
    pub(super) fn places_of_others(&self) -> Vec<PathBuf> {
        let sorts = ["data", "run"];
        let of = |code: &'static str| sorts.map(|sort| self.place(code, sort));
        [of(OUTSIDER), of(NEWCOMER)].concat()
    }

    /// Of the node whose key is sealed: not even its own files hold the passphrase.
    pub(super) fn sealed_place(&self) -> PathBuf {
        self.directory.path().join(SEALED)
    }

    pub(super) fn places_of_colleague(&self) -> Vec<PathBuf> {
        ["data", "run"]
            .map(|sort| self.place(COLLEAGUE, sort))
            .into()
    }

    /// Logs of every node.
    pub(super) fn logs_of_all(&self) -> Result<Vec<PathBuf>, Broken> {
        let mut logs = self.logs_of_others()?;
        logs.extend([AUTHOR, COLLEAGUE].map(|code| self.place(code, "log").join("node")));
        Ok(logs)
    }

    /// Logs of those who may see nothing. The newcomer's are in what it was told.
    pub(super) fn logs_of_others(&self) -> Result<Vec<PathBuf>, Broken> {
        let logs = std::fs::read_dir(self.place(OUTSIDER, "log"))?;
        let mut paths = Vec::new();
        for log in logs {
            paths.push(log?.path());
        }
        Ok(paths)
    }
}

/// Standard output and standard error, its log among it.
pub(super) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// The document of the innermost object that says a text.
fn find_document(answer: &Value, text: &str) -> Option<String> {
    let inner = match answer {
        Value::Array(all) => all.iter().find_map(|one| find_document(one, text)),
        Value::Object(all) => all.values().find_map(|one| find_document(one, text)),
        _ => None,
    };
    inner.or_else(|| {
        let document = answer.get("document")?.as_str()?;
        answer
            .to_string()
            .contains(text)
            .then(|| document.to_owned())
    })
}

fn danish(text: &str) -> Localized {
    Localized([("da".to_owned(), text.to_owned())].into())
}

fn import(file_name: String, text: String, group: Option<String>) -> Request {
    Request::PackImport {
        file_name,
        bytes: FileBytes(text.into()),
        group,
        over: false,
    }
}

fn free_address() -> Result<String, Broken> {
    Ok(UdpSocket::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

/// Tells a node that is off where another one is reached.
async fn knows(node: &Path, other: &Path, address: &str) -> Result<(), Broken> {
    let address = address.parse();
    let node_key = Directory::at(other).keys()?.node.node_key();
    let address = address.map_err(|error| Broken(format!("{error}")))?;
    let store = Store::open(Directory::at(node).node_db()).await?;
    let row = AddressRow {
        node: NodeAddress { address, node_key },
        member: None,
        last_ok_ms: None,
    };
    store.put_address(&row).await?;
    store.close().await?;
    Ok(())
}
