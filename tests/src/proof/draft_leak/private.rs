//! A draft of one's own: nothing of it is anywhere else before it is published.

use std::path::Path;

use faelled::Node;
use faelled::data::Data;
use faelled::request::{PublishTerms, Request};
use faelled::steward::ToSign;
use faelled_model::Localized;
use faelled_proto::Space;

use super::sent::{Sent, open};
use super::trace::{contains, search, shown, traces_of};
use crate::daemon::Daemon;
use crate::member::{approval, ask, make_founder};
use crate::program::{Broken, example};
use crate::proof::{Report, ensure};

/// A text that stands nowhere else.
const CANARY: &str = "Kanariefugl-7f3a9c";

pub(super) async fn run(mut report: Report) -> Result<Report, Broken> {
    let directory = tempfile::tempdir()?;
    let path = |name: &str| directory.path().join(name);
    make_founder(&path("lead"), "0159").await?;
    let sent = Sent::default();
    let lead = open(&path("lead"), &sent, None).await?;
    let mut others = Vec::new();
    for code in ["0151", "0165"] {
        others.push(join(&lead, &path("lead"), &path(code), code).await?);
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

async fn join(lead: &Node, lead_path: &Path, path: &Path, code: &str) -> Result<Daemon, Broken> {
    let Data::Invited(invited) = lead
        .service()
        .data(Request::Invite {
            hours: 24,
            addresses: Vec::new(),
            note: None,
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
    let planned = loop {
        match lead.service().data(ToSign::admission(member.clone())).await {
            Ok(planned) => break serde_json::to_value(planned)?,
            Err(_) => crate::daemon::patience(begun, "a request to join").await?,
        }
    };
    lead.service().data(approval(&planned, lead_path)?).await?;
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
            over: false,
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
            over: false,
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
    let mut traces = traces_of(lead, |space| *space != Space::Commons).await?;
    ensure(traces.len() > 9, || "there is no draft to look for".into())?;
    traces.insert(0, CANARY.as_bytes().to_vec());
    Ok(traces)
}
