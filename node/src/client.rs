//! The way from a command to its node: through the daemon's socket, or, where none runs, by opening the
//! directory itself.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

use crate::directory::Directory;
use crate::failure::{Failure, Said};
use crate::node::{Daemon, Node};
use crate::request::{Envelope, Reply};
use crate::service::Service;

/// A request or an answer on the socket, in bytes.
const MAX_MESSAGE_BYTES: u64 = 64 << 20;
/// How often a directory that another command holds is tried again, and how long between.
const TRIES: u32 = 30;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
/// Silence of the daemon after which one is told that it is still waited for.
const SILENCE: Duration = Duration::from_secs(15);
/// Commands that the daemon answers at a time.
const MAX_COMMANDS: usize = 64;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Ok(Reply),
    Failed(Failure),
}

/// Asks the node in a directory.
///
/// # Errors
/// When no node is there or another command keeps holding it; what the node says.
pub async fn ask(directory: &Directory, envelope: Envelope) -> Result<Reply, Failure> {
    directory.require_node()?;
    let mut tries = 0;
    loop {
        if let Some(stream) = connect(directory).await {
            return converse(stream, &envelope).await;
        }
        match Node::open(directory, None).await {
            Ok(node) => {
                let answer = node.service().answer(envelope).await;
                node.stop().await?;
                return answer;
            }
            Err(failure) if failure.code == "locked" && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// Asks the daemon of a directory; `None` where none runs.
///
/// # Errors
/// What the daemon says.
pub async fn ask_daemon(
    directory: &Directory,
    envelope: &Envelope,
) -> Result<Option<Reply>, Failure> {
    match connect(directory).await {
        Some(stream) => converse(stream, envelope).await.map(Some),
        None => Ok(None),
    }
}

/// Opens the node as a daemon. A command that holds the directory for a moment is waited for; another
/// daemon is not.
pub(crate) async fn open_daemon(
    directory: &Directory,
    listen: Option<SocketAddr>,
) -> Result<Node, Failure> {
    let mut tries = 0;
    loop {
        match Node::open(directory, Some(Daemon { listen, tap: None })).await {
            Err(failure)
                if failure.code == "locked"
                    && tries < TRIES
                    && connect(directory).await.is_none() =>
            {
                tries += 1;
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            opened => return opened,
        }
    }
}

async fn connect(directory: &Directory) -> Option<UnixStream> {
    UnixStream::connect(directory.socket()).await.ok()
}

async fn converse(mut stream: UnixStream, envelope: &Envelope) -> Result<Reply, Failure> {
    let broken = |error: io::Error| {
        Failure::internal(
            "socket",
            Said::new(
                format!("the daemon did not answer: {error}"),
                format!("dæmonen svarede ikke: {error}"),
            ),
        )
        .hint(Said::new(
            "see whether it still runs; try again",
            "se, om den stadig kører, og prøv igen",
        ))
    };
    let request = serde_json::to_vec(envelope).map_err(|error| broken(error.into()))?;
    stream.write_all(&request).await.map_err(broken)?;
    stream.shutdown().await.map_err(broken)?;
    let reading = read_all(&mut stream);
    tokio::pin!(reading);
    let answer = tokio::select! {
        answer = &mut reading => answer,
        () = tokio::time::sleep(SILENCE) => {
            let said = Said::new(
                "the daemon has not answered yet; still waiting (Ctrl-C stops)",
                "dæmonen har ikke svaret endnu; venter stadig (Ctrl-C stopper)",
            );
            eprintln!("{}", said.in_language(envelope.screen.language()));
            reading.await
        }
    };
    let answer = answer.map_err(broken)?;
    match serde_json::from_slice(&answer).map_err(|error| broken(error.into()))? {
        Answer::Ok(reply) => Ok(reply),
        Answer::Failed(failure) => Err(failure),
    }
}

/// Reads to the end, within the bound.
async fn read_all(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream
        .take(MAX_MESSAGE_BYTES + 1)
        .read_to_end(&mut bytes)
        .await?;
    if bytes.len() as u64 > MAX_MESSAGE_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "more than a request or answer may be",
        ));
    }
    Ok(bytes)
}

/// The daemon's end of the socket.
#[derive(Debug)]
pub(crate) struct CommandSocket {
    listener: UnixListener,
}

impl CommandSocket {
    /// Listens in a directory that this process holds the lock of.
    pub(crate) fn listen(directory: &Directory) -> Result<Self, Failure> {
        let path = directory.socket();
        let listen = || -> io::Result<UnixListener> {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let listener = UnixListener::bind(&path)?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
            Ok(listener)
        };
        let listener = listen().map_err(|error| {
            let path = path.display();
            Failure::configuration(
                "socket",
                Said::new(
                    format!("cannot listen for commands at {path}: {error}"),
                    format!("kan ikke lytte efter kommandoer på {path}: {error}"),
                ),
            )
        })?;
        Ok(Self { listener })
    }

    /// Answers commands until it is dropped; those under way are then broken off.
    pub(crate) async fn serve(&self, service: &Service) {
        let mut commands = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if commands.len() < MAX_COMMANDS => match accepted {
                    Ok((stream, _)) => {
                        commands.spawn(answer(stream, service.clone()));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a command could not connect");
                        tokio::time::sleep(BETWEEN_TRIES).await;
                    }
                },
                Some(ended) = commands.join_next(), if !commands.is_empty() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "a command broke off");
                    }
                }
            }
        }
    }
}

async fn answer(mut stream: UnixStream, service: Service) {
    let result = async {
        let request = read_all(&mut stream).await?;
        let answer = match serde_json::from_slice::<Envelope>(&request) {
            Ok(envelope) => match service.answer(envelope).await {
                Ok(reply) => Answer::Ok(reply),
                Err(failure) => Answer::Failed(failure),
            },
            Err(error) => Answer::Failed(
                Failure::user(
                    "request",
                    Said::new(
                        format!("the daemon does not know this request: {error}"),
                        format!("dæmonen kender ikke denne anmodning: {error}"),
                    ),
                )
                .hint(Said::new(
                    "the daemon may be of another version than the command: restart it",
                    "dæmonen er måske af en anden version end kommandoen: genstart den",
                )),
            ),
        };
        stream.write_all(&serde_json::to_vec(&answer)?).await?;
        stream.shutdown().await
    };
    if let Err(error) = result.await {
        tracing::debug!(%error, "a command left before its answer");
    }
}
