//! What the engine asks of the store.

use faelled_engine::{Compared, ConnectionId, Event};
use faelled_proto::{FeedId, SignedEntry, Tip};
use faelled_store::Comparison;

use super::Core;

impl Core {
    /// The entries that are held at these places.
    pub(super) async fn look_up(&self, places: Vec<(FeedId, u64)>) -> Event {
        let mut tips = Vec::with_capacity(places.len());
        for (feed, seq) in places {
            match self.store.entry_id(feed, seq).await {
                Ok(Some(entry)) => tips.push(Tip { feed, seq, entry }),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, %feed, "an entry cannot be looked up"),
            }
        }
        Event::LookedUp { tips }
    }

    pub(super) async fn compare(
        &self,
        connection: ConnectionId,
        feed: FeedId,
        entries: &[SignedEntry],
    ) -> Option<Event> {
        let outcome = match self.store.compare(feed, entries).await {
            Ok(Comparison::EarlierThan { seq }) => Compared::EarlierThan { seq },
            Ok(Comparison::Differs {
                opening,
                held,
                rival,
            }) => Compared::Differs {
                opening,
                held,
                rival,
            },
            Ok(Comparison::Same { .. } | Comparison::NotHeld | Comparison::NoRun) => Compared::Same,
            Err(error) => {
                tracing::error!(%error, %feed, "a branch cannot be compared");
                return None;
            }
        };
        Some(Event::Compared {
            connection,
            feed,
            outcome,
        })
    }
}
