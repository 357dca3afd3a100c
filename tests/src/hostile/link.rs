//! One connection of the hostile node: whatever bytes it likes, in whatever order.

use std::net::SocketAddr;
use std::time::Duration;

use faelled_proto::canonical::{decode, encode};
use faelled_proto::feed::{RunHeader, encode_frame, frame_bytes_of};
use faelled_proto::limits::MAX_FRAME_BYTES;
use faelled_proto::message::{Bye, Hello};
use faelled_proto::{FeedId, Message, RosterHash, SignedEntry};
use quinn::{Connection, ConnectionError, RecvStream, SendStream, VarInt};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::broken;
use super::deeds::Deeds;
use super::mask::Mask;
use super::villain::summary;
use crate::program::Broken;

/// Messages that wait to be looked at; more are read and passed over.
const HEARD: usize = 4096;
/// How long an answer may take before it counts as none. Long, since a machine may be slow.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a run of many frames may take.
const LONG_PATIENCE: Duration = Duration::from_secs(240);
/// How long a peer that says nothing is given to say no.
const PAUSE: Duration = Duration::from_millis(80);
/// Entries in one frame, at most.
const FRAME_ENTRIES: usize = 4_000;
/// Room in a frame for what is around the entries.
const FRAME_MARGIN_BYTES: usize = 64;
/// From here on close codes are goodbyes.
const CODE_BYE: u64 = 0x100;

/// A connection whose control stream is open.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) connection: Connection,
    pub(super) control: SendStream,
    heard: mpsc::Receiver<Message>,
}

impl Link {
    /// Dials and opens the control stream. Nothing is said on it yet.
    pub(super) async fn open(mask: &Mask, peer: SocketAddr) -> Result<Self, Broken> {
        let connection = mask.dial(peer).await?;
        let (control, incoming) = connection.open_bi().await.map_err(broken)?;
        let (sender, heard) = mpsc::channel(HEARD);
        tokio::spawn(listen(incoming, sender));
        tokio::spawn(drain(connection.clone()));
        Ok(Self {
            connection,
            control,
            heard,
        })
    }

    /// Dials and opens the control stream, of which nothing is ever read, nor of any run.
    pub(super) async fn open_deaf(
        mask: &Mask,
        peer: SocketAddr,
    ) -> Result<(Self, RecvStream), Broken> {
        let connection = mask.dial(peer).await?;
        let (control, incoming) = connection.open_bi().await.map_err(broken)?;
        let (_, heard) = mpsc::channel(1);
        let link = Self {
            connection,
            control,
            heard,
        };
        Ok((link, incoming))
    }

    /// Greets, and waits to be greeted: from here on it is a member's connection.
    pub(super) async fn greet(&mut self, hello: Hello) -> Result<(), Broken> {
        self.say(&Message::Hello(hello)).await?;
        loop {
            match self.next().await {
                Some(Message::Hello(_)) => return Ok(()),
                Some(_) => {}
                None => return Err(Broken(format!("not greeted: {}", self.ended().await))),
            }
        }
    }

    /// Says a message.
    pub(super) async fn say(&mut self, message: &Message) -> Result<(), Broken> {
        let bytes = piece(&message.encode());
        self.control.write_all(&bytes).await.map_err(broken)
    }

    /// The next message; nothing once the connection is gone.
    pub(super) async fn next(&mut self) -> Option<Message> {
        timeout(PATIENCE, self.heard.recv()).await.ok().flatten()
    }

    /// Sends entries as a run, in one frame, and waits until the peer's transport has it.
    pub(super) async fn run(
        &self,
        feed: FeedId,
        from: u64,
        entries: &[SignedEntry],
    ) -> Result<(), Broken> {
        let frame = zstd::bulk::compress(&encode_frame(entries), 1)?;
        let bytes = [header(feed, from), piece(&frame)].concat();
        self.stream(&bytes, true).await
    }

    /// Sends a whole feed as one run of full frames, as fast as the peer takes them. Says how many entries those were.
    pub(super) async fn feed(&self, feed: FeedId, entries: &[SignedEntry]) -> Result<u64, Broken> {
        let mut stream = self.connection.open_uni().await.map_err(broken)?;
        stream.write_all(&header(feed, 0)).await.map_err(broken)?;
        let mut rest = entries;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fit = rest
                .iter()
                .take(FRAME_ENTRIES)
                .take_while(|entry| {
                    bytes += frame_bytes_of(entry);
                    bytes < MAX_FRAME_BYTES - FRAME_MARGIN_BYTES
                })
                .count()
                .max(1);
            let (frame, after) = rest.split_at(fit);
            let frame = zstd::bulk::compress(&encode_frame(frame), 1)?;
            stream.write_all(&piece(&frame)).await.map_err(broken)?;
            rest = after;
        }
        stream.finish().map_err(broken)?;
        timeout(LONG_PATIENCE, stream.stopped())
            .await
            .map_err(|_| Broken::new("a long run is not taken"))?
            .map_err(broken)?;
        Ok(entries.len() as u64)
    }

    /// Waits until the peer has dealt with all that was said before: it answers in order.
    pub(super) async fn heard_out(&mut self) -> Result<(), Broken> {
        let question = Message::Summary {
            summary: summary(0, RosterHash::ZERO),
            answer: false,
        };
        self.say(&question).await?;
        self.until(|message| matches!(message, Message::Summary { answer: true, .. }))
            .await
    }

    /// Waits for a message.
    pub(super) async fn until(
        &mut self,
        is_wanted: impl Fn(&Message) -> bool,
    ) -> Result<(), Broken> {
        loop {
            match self.next().await {
                Some(message) if is_wanted(&message) => return Ok(()),
                Some(_) => {}
                None => return Err(Broken::new("what was waited for was never said")),
            }
        }
    }

    /// Sends bytes on a stream of their own. Says nothing of a peer that stops reading.
    pub(super) async fn stream(&self, bytes: &[u8], finish: bool) -> Result<(), Broken> {
        let Ok(mut stream) = self.connection.open_uni().await else {
            return Ok(());
        };
        if stream.write_all(bytes).await.is_err() {
            return Ok(());
        }
        if finish && stream.finish().is_ok() {
            // A connection that closed meanwhile is seen where its end is looked at.
            drop(timeout(PATIENCE, stream.stopped()).await);
        } else {
            // Held open: dropped, it would end.
            let connection = self.connection.clone();
            tokio::spawn(async move {
                connection.closed().await;
                drop(stream);
            });
        }
        Ok(())
    }

    /// Waits until the peer ends the connection, and says how.
    pub(super) async fn ended(&self) -> String {
        match timeout(PATIENCE, self.connection.closed()).await {
            Ok(error) => name(&error),
            Err(_) => "not ended".to_owned(),
        }
    }

    /// Gives the peer a moment to say no, notes what was heard and how it ended, and leaves.
    pub(super) async fn leave(mut self, deeds: &mut Deeds) {
        sleep(PAUSE).await;
        while let Ok(message) = self.heard.try_recv() {
            deeds.hear(&message);
        }
        if let Some(error) = self.connection.close_reason() {
            deeds.end(&name(&error));
        }
        self.connection.close(VarInt::from_u32(0), b"");
    }
}

/// A piece as it goes over the wire: its length and its bytes.
pub(super) fn piece(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

/// The header of a run as it goes over the wire.
pub(super) fn header(feed: FeedId, from: u64) -> Vec<u8> {
    piece(&encode(&RunHeader { feed, from }))
}

/// How a connection ended, in a word.
pub(super) fn name(error: &ConnectionError) -> String {
    match error {
        ConnectionError::ApplicationClosed(close) => {
            let code = close.error_code.into_inner();
            let bye = code
                .checked_sub(CODE_BYE)
                .and_then(|place| u8::try_from(place).ok())
                .and_then(|place| decode::<Bye>(&[place], 1).ok());
            match (bye, code) {
                (Some(bye), _) => format!("{bye:?}"),
                (None, 0) => "Left".to_owned(),
                (None, 1) => "SlowReader".to_owned(),
                (None, 2) => "CrowdedOut".to_owned(),
                (None, code) => format!("code {code}"),
            }
        }
        ConnectionError::ConnectionClosed(close) => format!("refused: {}", close.error_code),
        ConnectionError::TimedOut => "TimedOut".to_owned(),
        ConnectionError::Reset => "Reset".to_owned(),
        ConnectionError::LocallyClosed => "left by itself".to_owned(),
        other => format!("{other}"),
    }
}

async fn listen(mut stream: RecvStream, heard: mpsc::Sender<Message>) {
    loop {
        let mut length = [0; 4];
        if stream.read_exact(&mut length).await.is_err() {
            return;
        }
        let length = u32::from_be_bytes(length) as usize;
        if length > faelled_proto::limits::MAX_MESSAGE_BYTES {
            return;
        }
        let mut bytes = vec![0; length];
        if stream.read_exact(&mut bytes).await.is_err() {
            return;
        }
        let Ok(message) = Message::decode(&bytes, length) else {
            return;
        };
        if let Err(mpsc::error::TrySendError::Closed(_)) = heard.try_send(message) {
            return;
        }
    }
}

/// Reads whatever runs the peer sends, so that it may send more.
async fn drain(connection: Connection) {
    while let Ok(mut stream) = connection.accept_uni().await {
        tokio::spawn(
            async move { while let Ok(Some(_)) = stream.read_chunk(1 << 20, true).await {} },
        );
    }
}
