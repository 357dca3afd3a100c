//! Everything that a node sends is recorded before it is compressed and encrypted, and every file of the
//! other nodes is read: nothing of a draft is there before it is published.

use std::path::Path;
use std::sync::{Arc, Mutex};

use faelled::Node;
use faelled::data::Data;
use faelled::directory::Directory;
use faelled::node::Daemon as Options;
use faelled::request::{PublishTerms, Request};
use faelled_model::Localized;
use faelled_store::Store;

use super::{Report, ensure};
use crate::daemon::Daemon;
use crate::member::{ask, make_founder};
use crate::program::{Broken, example};

/// A text that stands nowhere else.
const CANARY: &str = "Kanariefugl-7f3a9c";

pub(super) async fn run(mut report: Report) -> Result<Report, Broken> {
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name);
    make_founder(&path("lead"), "0159").await?;
    let sent = Sent::default();
    let lead = open(&path("lead"), &sent).await?;
    let mut others = Vec::new();
    for code in ["0151", "0165"] {
        others.push(join(&lead, &path(code), code).await?);
    }
    // A control: something public goes out, so that what is recorded is what is sent.
    publish(&lead, "packs/furniture.toml", "GLX-MOB").await?;
    everywhere(&others, 1).await?;

    import(
        &lead,
        "packs/packaging.toml",
        "Genbrugelig transportemballage",
    )
    .await?;
    others = talk_again(others, &report).await?;
    let traces = traces(&path("lead")).await?;
    report.saw(format!(
        "the draft is in {} private documents and feeds at the lead",
        traces.len() - 1
    ));
    let recorded = sent.bytes();
    for trace in &traces {
        ensure(!contains(&recorded, trace), || {
            format!("the lead sent a trace of its draft: {}", shown(trace))
        })?;
    }
    report.saw(format!(
        "{} bytes left the lead: no trace of it",
        recorded.len()
    ));
    report.figure("bytes_before", recorded.len());
    let mut files = 0;
    for other in &others {
        for trace in &traces {
            files = search(&other.path(), trace, false)?;
        }
    }
    report.saw(format!(
        "{files} files at each of the others: no trace of it"
    ));

    publish_draft(&lead, "GLX-EMB").await?;
    everywhere(&others, 2).await?;
    ensure(contains(&sent.bytes(), CANARY.as_bytes()), || {
        "after the release the text was not among the bytes sent: the recording does not see what is sent".into()
    })?;
    for other in &others {
        search(&other.path(), CANARY.as_bytes(), true)?;
    }
    report.saw("after its release the text is in what was sent, and in the others' files");
    // The drafting history stays: private documents are still unknown to others.
    for trace in traces
        .iter()
        .filter(|trace| trace.as_slice() != CANARY.as_bytes())
    {
        ensure(!contains(&sent.bytes(), trace), || {
            format!("the release carried {}", shown(trace))
        })?;
    }
    report.figure("bytes_after", sent.bytes().len());
    report.figure("traces", traces.len());
    for other in others {
        other.stop()?;
    }
    lead.stop().await?;
    Ok(report)
}

/// What the lead sent, in the clear.
#[derive(Default, Clone)]
struct Sent(Arc<Mutex<Vec<u8>>>);

impl Sent {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().map(|bytes| bytes.clone()).unwrap_or_default()
    }
}

async fn open(path: &Path, sent: &Sent) -> Result<Node, Broken> {
    let record = Arc::clone(&sent.0);
    let options = Options {
        listen: Some(std::net::SocketAddr::from(([127, 0, 0, 1], 0))),
        tap: Some(Arc::new(move |event| {
            if let Ok(mut bytes) = record.lock() {
                bytes.extend_from_slice(event.bytes);
            }
        })),
    };
    Ok(Node::open(&Directory::at(path), Some(options)).await?)
}

async fn join(lead: &Node, path: &Path, code: &str) -> Result<Daemon, Broken> {
    let Data::Invited(invited) = lead
        .service()
        .data(Request::Invite {
            hours: 24,
            addresses: Vec::new(),
        })
        .await?
    else {
        return Err(Broken::new("no ticket"));
    };
    ask(path, code, &invited.ticket).await?;
    let daemon = Daemon::start(path).await?;
    let member: faelled_proto::MemberId = format!("dk-{code}")
        .parse()
        .map_err(|error| Broken(format!("{error}")))?;
    let begun = std::time::Instant::now();
    while lead
        .service()
        .data(Request::Decide {
            member: member.clone(),
            admit: true,
        })
        .await
        .is_err()
    {
        crate::daemon::patience(begun, "a request to join").await?;
    }
    daemon
        .until("its admission", |status| status["standing"] == "member")
        .await?;
    Ok(daemon)
}

async fn import(lead: &Node, file: &str, replaced: &str) -> Result<(), Broken> {
    let text = std::fs::read_to_string(example(file))?;
    let text = text.replace(replaced, &format!("{CANARY} {replaced}"));
    let text = text.replacen("skal senest", &format!("{CANARY} skal senest"), 1);
    lead.service()
        .data(Request::PackImport {
            file_name: file.into(),
            bytes: faelled_model::attachment::FileBytes(text.into()),
            group: None,
        })
        .await?;
    Ok(())
}

async fn publish(lead: &Node, file: &str, code: &str) -> Result<(), Broken> {
    let text = std::fs::read_to_string(example(file))?;
    lead.service()
        .data(Request::PackImport {
            file_name: file.into(),
            bytes: faelled_model::attachment::FileBytes(text.into()),
            group: None,
        })
        .await?;
    publish_draft(lead, code).await
}

async fn publish_draft(lead: &Node, code: &str) -> Result<(), Broken> {
    let notes = Localized::default();
    let request = Request::PackPublish {
        pack: code.into(),
        terms: PublishTerms {
            notes,
            ..PublishTerms::default()
        },
        preview: false,
    };
    lead.service().data(request).await?;
    Ok(())
}

async fn everywhere(others: &[Daemon], packs: i64) -> Result<(), Broken> {
    for other in others {
        other
            .until("a pack", |status| status["figures"]["packs"] == packs)
            .await?;
    }
    Ok(())
}

/// Lets the others come again, so that greetings, digests and frontiers are exchanged after the draft is
/// there.
async fn talk_again(others: Vec<Daemon>, report: &Report) -> Result<Vec<Daemon>, Broken> {
    let mut again = Vec::new();
    for other in others {
        let path = other.path();
        other.stop()?;
        let other = Daemon::start(&path).await?;
        let member = |peer: &serde_json::Value| peer["member"] == "dk-0159";
        other
            .until("the lead", |status| {
                status["peers"]
                    .as_array()
                    .is_some_and(|peers| peers.iter().any(member))
            })
            .await?;
        again.push(other);
    }
    report.saw("the others left, came again and compared with the lead what each holds");
    Ok(again)
}

/// What would give the draft away: its text, its documents' ids, its feeds' ids.
async fn traces(lead: &Path) -> Result<Vec<Vec<u8>>, Broken> {
    let store = Store::open_read_only(Directory::at(lead).node_db()).await?;
    let mut traces = vec![CANARY.as_bytes().to_vec()];
    for feed in store.feeds().await? {
        if feed.opening.space != faelled_proto::Space::Commons {
            traces.push(feed.feed.as_bytes().to_vec());
            traces.push(feed.tip.entry.as_bytes().to_vec());
        }
    }
    for (document, opening, _) in store.document_openings().await? {
        if opening.space != faelled_proto::Space::Commons {
            traces.push(document.as_bytes().to_vec());
        }
    }
    store.close().await?;
    ensure(traces.len() > 10, || "there is no draft to look for".into())?;
    Ok(traces)
}

/// Reads every file of a node. Fails where a trace is and should not be, or is not and should be.
fn search(directory: &Path, trace: &[u8], expected: bool) -> Result<u64, Broken> {
    let mut files = 0;
    let mut found = false;
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if !path.is_file() {
            continue;
        }
        files += 1;
        let here = contains(&std::fs::read(&path)?, trace);
        ensure(!here || expected, || {
            format!(
                "{} holds a trace of the draft: {}",
                path.display(),
                shown(trace)
            )
        })?;
        found |= here;
    }
    ensure(found == expected, || {
        format!("{} does not hold what was released", directory.display())
    })?;
    Ok(files)
}

fn contains(bytes: &[u8], trace: &[u8]) -> bool {
    bytes.windows(trace.len()).any(|window| window == trace)
}

fn shown(trace: &[u8]) -> String {
    trace.iter().map(|byte| format!("{byte:02x}")).collect()
}
