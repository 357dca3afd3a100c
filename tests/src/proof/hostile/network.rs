//! Honest members whose daemons run, and hostile ones whose nodes stopped.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use faelled::request::Request;
use faelled::request::drafting::Request as Drafting;
use faelled::request::joint::Request as Joint;
use faelled_model::Localized;
use faelled_model::attachment::FileBytes;
use faelled_proto::MemberId;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::daemon::{Daemon, patience};
use crate::member::{Credentials, founder, joined, municipality};
use crate::memory::peak_kib;
use crate::program::{Broken, example};

/// Municipalities: the honest ones, the hostile ones, the visitor.
pub(super) const CODES: [&str; 11] = [
    "0159", "0151", "0157", "0161", "0163", "0167", "0169", "0165", "0173", "0175", "0183",
];
const GROUP: &str = "Arbejdsgruppe";
const LEADS_QUESTIONS: usize = 4;
/// Between two looks at a mirror.
const POLL: Duration = Duration::from_millis(2);

/// An honest node.
#[derive(Debug)]
pub(super) struct Honest {
    pub(super) daemon: Daemon,
    pub(super) address: SocketAddr,
}

/// The nodes.
#[derive(Debug)]
pub(super) struct Network {
    /// Running daemons; the first one is whom the others know.
    pub(super) honest: Vec<Honest>,
    /// Data directories of stopped nodes.
    pub(super) hostile: Vec<PathBuf>,
    /// The municipalities' codes of these.
    pub(super) hostile_codes: Vec<&'static str>,
    /// An honest member whose node is stopped.
    pub(super) visitor: Credentials,
    pub(super) visitor_path: PathBuf,
}

impl Network {
    /// Founds a federation of so many honest and hostile members, and a visitor. The first honest member has private
    /// drafts, and a group with the hostile ones.
    pub(super) async fn found(place: &Path, honest: usize, hostile: usize) -> Result<Self, Broken> {
        let path = |number: usize| place.join(number.to_string());
        let lead = founder(&path(0), CODES[0]).await?;
        let mut others = Vec::new();
        for (number, code) in CODES.iter().enumerate().take(honest).skip(1) {
            let daemon = joined(&path(number), code, &lead).await?;
            ask(&daemon, &format!("Spørgsmål fra {number}")).await?;
            others.push(daemon);
        }
        // More than the others: whose feed is short, writes nothing further.
        for number in 0..LEADS_QUESTIONS {
            ask(&lead, &format!("Spørgsmål {number} fra den første")).await?;
        }
        import(&lead, "packs/furniture.toml", None).await?;
        let bad_codes = &CODES[7..7 + hostile];
        let mut bad = Vec::new();
        for (number, code) in bad_codes.iter().enumerate() {
            let daemon = joined(&path(7 + number), code, &lead).await?;
            ask(&daemon, "Et spørgsmål, da jeg var ærlig").await?;
            bad.push(daemon);
        }
        found_group(&lead, bad_codes).await?;
        import(&lead, "packs/packaging.toml", Some(GROUP)).await?;
        let visitor = joined(&path(10), CODES[10], &lead).await?;
        let drafted = lead.status().await?["figures"]["group_documents"].as_u64();
        let questions = LEADS_QUESTIONS + honest - 1 + hostile;
        for daemon in &bad {
            daemon
                .until("the group's drafts and everybody's questions", |status| {
                    let figure = |name: &str| status["figures"][name].as_u64();
                    let shared = figure("documents").zip(figure("group_documents"));
                    figure("group_documents") == drafted
                        && shared.is_some_and(|(all, group)| all - group >= questions as u64)
                })
                .await?;
        }
        let mut paths = Vec::new();
        for daemon in bad {
            paths.push(daemon.path());
            daemon.stop()?;
        }
        let visitor_path = visitor.path();
        visitor.stop()?;
        let mut network = Self {
            honest: Vec::new(),
            hostile: paths,
            hostile_codes: bad_codes.to_vec(),
            visitor: Credentials::read(&visitor_path).await?,
            visitor_path,
        };
        for daemon in std::iter::once(lead).chain(others) {
            network.honest.push(Honest::anew(daemon).await?);
        }
        network.is_connected().await?;
        // The first one opens a feed, which later ones do not.
        network.marker().await?;
        Ok(network)
    }

    /// A ticket of the first node's.
    pub(super) async fn invite(&self) -> Result<String, Broken> {
        let invited = self.honest[0]
            .daemon
            .ask(Request::Invite {
                hours: 24,
                addresses: Vec::new(),
                note: None,
            })
            .await?;
        let ticket = invited["ticket"].as_str();
        let ticket = ticket.ok_or_else(|| Broken::new("no ticket"))?;
        Ok(ticket.to_owned())
    }

    async fn is_connected(&self) -> Result<(), Broken> {
        let others = self.honest.len() - 1;
        let lead = &self.honest[0].daemon;
        let all = |status: &serde_json::Value| {
            let peers = status["peers"].as_array();
            peers.is_some_and(|peers| {
                peers
                    .iter()
                    .filter(|peer| peer["member"].is_string())
                    .count()
                    >= others
            })
        };
        lead.until("the others", all).await?;
        Ok(())
    }

    /// Writes a marker at the first node, and waits until the last one's mirror shows it. Says how long that took.
    pub(super) async fn marker(&self) -> Result<Duration, Broken> {
        let last = &self.honest[self.honest.len() - 1];
        let mut mirror = last.mirror().await?;
        let begun = Instant::now();
        let document = ask(&self.honest[0].daemon, "Et mærke").await?;
        loop {
            let there = sqlx::query("SELECT 1 FROM question WHERE document = ?")
                .bind(&document)
                .fetch_optional(&mut mirror)
                .await?;
            if there.is_some() {
                let took = begun.elapsed();
                mirror.close().await?;
                return Ok(took);
            }
            if begun.elapsed() > Duration::from_secs(2) {
                // A mirror that was built anew is another file.
                mirror = last.mirror().await?;
                patience(begun, "a marker").await?;
            } else {
                tokio::time::sleep(POLL).await;
            }
        }
    }

    /// The most memory that an honest node had since the last [`Self::forget_peaks`], in KiB.
    pub(super) fn peak_kib(&self) -> Result<u64, Broken> {
        let mut peak = 0;
        for honest in &self.honest {
            peak = peak.max(honest.peak_kib()?);
        }
        Ok(peak)
    }

    /// Begins to measure memory anew.
    pub(super) fn forget_peaks(&self) -> Result<(), Broken> {
        for honest in &self.honest {
            let pid = honest.daemon.pid()?.as_raw_nonzero();
            std::fs::write(format!("/proc/{pid}/clear_refs"), "5")?;
        }
        Ok(())
    }

    /// Ends all.
    pub(super) fn stop(self) -> Result<(), Broken> {
        for honest in self.honest {
            honest.daemon.stop()?;
        }
        Ok(())
    }
}

impl Honest {
    /// Starts the daemon anew where it was, with a log that says why connections end.
    async fn anew(daemon: Daemon) -> Result<Self, Broken> {
        let status = daemon.status().await?;
        let listening = status["listening"].as_str().unwrap_or_default().to_owned();
        let path = daemon.path();
        daemon.stop()?;
        let environment = [
            ("FAELLED_LOG", OsString::from("warn,faelled_net=debug")),
            ("NO_COLOR", OsString::from("1")),
        ];
        let address = listening
            .parse()
            .map_err(|_| Broken::new("a daemon that listens nowhere"))?;
        Ok(Self {
            daemon: Daemon::start_with(&path, &listening, &environment).await?,
            address,
        })
    }

    /// Its mirror, as any tool reads it.
    pub(super) async fn mirror(&self) -> Result<SqliteConnection, Broken> {
        let options = SqliteConnectOptions::new()
            .filename(self.daemon.path().join("mirror.db"))
            .read_only(true)
            .busy_timeout(Duration::from_secs(30));
        Ok(SqliteConnection::connect_with(&options).await?)
    }

    /// Its log so far.
    pub(super) fn log(&self) -> Result<Vec<u8>, Broken> {
        Ok(std::fs::read(self.daemon.path().join("serve.log"))?)
    }

    fn peak_kib(&self) -> Result<u64, Broken> {
        peak_kib(self.daemon.pid()?)
    }
}

/// Asks a question of everybody; says its document.
async fn ask(daemon: &Daemon, title: &str) -> Result<String, Broken> {
    let text = Localized([("da".to_owned(), title.to_owned())].into());
    let asked = daemon
        .ask(Request::Joint(Joint::Ask {
            about: None,
            field: String::new(),
            title: text.clone(),
            text,
            preview: false,
        }))
        .await?;
    let document = asked["documents"][0].as_str();
    document
        .map(str::to_owned)
        .ok_or_else(|| Broken(format!("a question without a document: {asked}")))
}

async fn import(daemon: &Daemon, file: &str, group: Option<&str>) -> Result<(), Broken> {
    let text = std::fs::read_to_string(example(file))?;
    daemon
        .ask(Request::PackImport {
            file_name: file.to_owned(),
            bytes: FileBytes(text.into()),
            group: group.map(str::to_owned),
            over: false,
        })
        .await?;
    Ok(())
}

async fn found_group(lead: &Daemon, codes: &[&str]) -> Result<(), Broken> {
    let members: Result<Vec<MemberId>, Broken> = codes
        .iter()
        .map(|code| Ok(municipality(code)?.id))
        .collect();
    let name = GROUP.to_owned();
    let members = members?;
    lead.ask(Request::Drafting(Drafting::GroupNew { name, members }))
        .await?;
    Ok(())
}
