//! What nodes of this process send, in the clear.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use faelled::Node;
use faelled::directory::Directory;
use faelled::node::Daemon as Options;
use faelled_net::TapContent;
use faelled_proto::NodeKey;

use crate::program::Broken;

/// What a node sent.
#[derive(Debug, Default, Clone)]
pub(crate) struct Sent(Arc<Mutex<Vec<Piece>>>);

/// A message, or a part of a run.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    to: NodeKey,
    pub(crate) content: TapContent,
    pub(crate) bytes: Vec<u8>,
}

impl Sent {
    /// All of it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let all = |pieces: &Vec<Piece>| {
            pieces
                .iter()
                .flat_map(|piece| piece.bytes.clone())
                .collect()
        };
        self.0.lock().map(|pieces| all(&pieces)).unwrap_or_default()
    }

    /// How many pieces so far.
    pub(crate) fn mark(&self) -> usize {
        self.0.lock().map(|pieces| pieces.len()).unwrap_or_default()
    }

    /// What went to a node after a mark.
    pub(crate) fn since(&self, mark: usize, to: NodeKey) -> Vec<Piece> {
        let to_it = |pieces: &Vec<Piece>| {
            let later = pieces.iter().skip(mark);
            later.filter(|piece| piece.to == to).cloned().collect()
        };
        self.0
            .lock()
            .map(|pieces| to_it(&pieces))
            .unwrap_or_default()
    }
}

/// Opens a node of which all that it sends is recorded, at a free port where none is given.
pub(crate) async fn open(
    path: &Path,
    sent: &Sent,
    listen: Option<SocketAddr>,
) -> Result<Node, Broken> {
    let record = Arc::clone(&sent.0);
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let options = Options {
        listen: Some(listen.unwrap_or(free)),
        tap: Some(Arc::new(move |event| {
            if let Ok(mut pieces) = record.lock() {
                pieces.push(Piece {
                    to: event.peer,
                    content: event.content,
                    bytes: event.bytes.to_vec(),
                });
            }
        })),
    };
    Ok(Node::open(&Directory::at(path), Some(options)).await?)
}
