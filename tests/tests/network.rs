//! Real daemons over QUIC: they find each other again, and nobody is needed for the others to go on.

use faelled::request::{PublishTerms, Request};
use faelled_tests::daemon::Daemon;
use faelled_tests::member::{founder, joined, make_founder};
use faelled_tests::program::{Broken, example};
use serde_json::Value;

fn block_on(test: impl Future<Output = Result<(), Broken>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if let Err(broken) = runtime.block_on(test) {
        panic!("{broken}");
    }
}

async fn publish(daemon: &Daemon, file: &str, code: &str) -> Result<(), Broken> {
    let text = std::fs::read_to_string(example(file))?;
    daemon
        .ask(Request::PackImport {
            file_name: file.into(),
            bytes: faelled_model::attachment::FileBytes(text.into()),
            group: None,
            over: false,
        })
        .await?;
    let notes = faelled_model::Localized::default();
    daemon
        .ask(Request::PackPublish {
            pack: code.into(),
            terms: PublishTerms {
                notes,
                ..PublishTerms::default()
            },
            preview: false,
        })
        .await?;
    Ok(())
}

fn packs(count: u64) -> impl Fn(&Value) -> bool {
    move |status| status["figures"]["packs"].as_u64() == Some(count)
}

#[test]
fn a_daemon_that_was_gone_is_dialled_again_and_gets_what_it_missed() {
    block_on(async {
        let directory = tempfile::tempdir()?;
        let lead = founder(&directory.path().join("lead"), "0159").await?;
        let other = joined(&directory.path().join("other"), "0151", &lead).await?;
        let address = lead.status().await?["listening"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let path = lead.path();
        lead.kill()?;
        other
            .until("the loss", |status| {
                status["peers"].as_array().is_some_and(Vec::is_empty)
            })
            .await?;
        publish(&other, "packs/packaging.toml", "GLX-EMB").await?;
        let lead = Daemon::start_at(&path, &address).await?;
        lead.until("the other's pack", packs(1)).await?;
        publish(&lead, "packs/furniture.toml", "GLX-MOB").await?;
        other.until("the lead's pack", packs(2)).await?;
        other.stop()?;
        lead.stop()
    });
}

#[test]
fn a_node_killed_in_the_middle_of_its_first_sync_goes_on_where_it_was() {
    block_on(async {
        let directory = tempfile::tempdir()?;
        let lead = founder(&directory.path().join("lead"), "0159").await?;
        publish(&lead, "packs/packaging.toml", "GLX-EMB").await?;
        publish(&lead, "packs/furniture.toml", "GLX-MOB").await?;
        let other = joined(&directory.path().join("other"), "0151", &lead).await?;
        let path = other.path();
        other.kill()?;
        let other = Daemon::start(&path).await?;
        other.until("both packs", packs(2)).await?;
        let entries = |status: &Value| status["entries"].as_u64().unwrap_or(0);
        let shared = entries(&other.status().await?);
        assert!(shared > 50, "{shared} entries");
        other.stop()?;
        lead.stop()
    });
}

#[test]
fn an_own_entry_after_a_restore_never_takes_a_place_twice() {
    block_on(async {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("node");
        make_founder(&path, "0159").await?;
        let daemon = Daemon::start(&path).await?;
        publish(&daemon, "packs/packaging.toml", "GLX-EMB").await?;
        daemon.stop()?;
        let backup = std::fs::read(path.join("node.db"))?;
        let daemon = Daemon::start(&path).await?;
        let feeds = daemon.status().await?["feeds"].as_u64();
        assert_eq!(feeds, Some(2), "the commons and the drafts");
        let other = joined(&directory.path().join("other"), "0151", &daemon).await?;
        publish(&daemon, "packs/furniture.toml", "GLX-MOB").await?;
        assert_eq!(
            daemon.status().await?["feeds"].as_u64(),
            Some(2),
            "an unbroken life goes on in its feeds"
        );
        other.until("both packs", packs(2)).await?;
        daemon.stop()?;
        for name in ["node.db-wal", "node.db-shm"] {
            let file = path.join(name);
            if file.exists() {
                std::fs::remove_file(file)?;
            }
        }
        std::fs::write(path.join("node.db"), backup)?;
        // The restored node does not know of the newcomer: it is admitted again, by the same roster version.
        let daemon = Daemon::start(&path).await?;
        let before = daemon.status().await?["feeds"].as_u64();
        publish(&daemon, "packs/furniture.toml", "GLX-MOB").await?;
        let after = daemon.status().await?["feeds"].as_u64();
        assert_eq!(
            (before, after),
            (Some(2), Some(4)),
            "a restored store begins a new incarnation"
        );
        let rebuilt = daemon.ask(Request::MirrorRebuild).await?;
        assert_eq!(
            rebuilt["differing_tables"],
            serde_json::json!([]),
            "the mirror went back with its store"
        );
        other.stop()?;
        daemon.stop()
    });
}
