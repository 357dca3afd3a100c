//! A federation of any size, made at once: its roster, its members' feeds, and data directories of nodes that hold them.

use std::net::SocketAddr;
use std::path::Path;

use faelled::directory::Directory;
use faelled::keys::NewIdentity;
use faelled::node::{Addresses, ask_to_join};
use faelled_documents::Document;
use faelled_model::requirement::SCHEMA;
use faelled_model::terms::{Category, Level, RequirementType, Strategy};
use faelled_model::{DocumentKind, Localized, LocalizedText, Requirement};
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::opening::{DocumentOpening, Editors, FeedOpening};
use faelled_proto::roster::MemberRecord;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{
    FederationId, FeedId, Kind, NodeCertificate, Roster, SecretKey, SignedEntry, SignedRoster,
    Space, Ticket, VerifiedEntry,
};
use faelled_store::{Append, SignedRosterAtVersion, Store};

use crate::member::municipality;
use crate::program::Broken;

/// Milliseconds of 2026-01-01.
const NEW_YEAR_MS: u64 = 1_767_225_600_000;
/// Milliseconds of 2100-01-01, at which every certificate ends.
const FAR_MS: u64 = 4_102_444_800_000;
const ENTRIES_PER_COMMIT: usize = 5_000;

/// A federation in which every member's keys are known.
#[derive(Debug)]
pub struct Country {
    federation: FederationId,
    roster: SignedRoster,
}

/// What documents a feed has.
#[derive(Debug, Clone, Copy)]
pub struct Content {
    /// How many.
    pub documents: usize,
    /// Changes of each.
    pub changes: usize,
    /// Of so many documents one has a text of 2 kB; 0 for none.
    pub text_in: usize,
}

/// A feed of the commons.
#[derive(Debug, Clone)]
pub struct Feed {
    opening: FeedOpening,
    /// Its entries, the opening first.
    pub entries: Vec<VerifiedEntry>,
}

impl Feed {
    /// Its entries, as they are sent.
    pub fn signed(&self) -> impl Iterator<Item = &SignedEntry> {
        self.entries.iter().map(VerifiedEntry::signed)
    }

    /// Its id.
    ///
    /// # Errors
    /// When it has no entry.
    pub fn id(&self) -> Result<FeedId, Broken> {
        let first = self.entries.first().map(VerifiedEntry::feed);
        first.ok_or_else(|| Broken::new("a feed without entries"))
    }

    /// The same without its last entries.
    #[must_use]
    pub fn without_last(&self, count: usize) -> Self {
        let mut feed = self.clone();
        feed.entries.truncate(self.entries.len() - count);
        feed
    }
}

impl Country {
    /// So many members; the first one is the steward.
    ///
    /// # Errors
    /// When there are too many.
    pub fn new(members: usize) -> Result<Self, Broken> {
        let record = |index: usize| -> Result<MemberRecord, Broken> {
            let member = municipality(&code(index))?;
            Ok(MemberRecord {
                id: member.id,
                kind: member.kind,
                name: member.name,
                identity_key: identity(index).identity_key(),
                valid_from_day: 20_000,
                valid_until_day: None,
            })
        };
        let members = (0..members).map(record).collect::<Result<Vec<_>, _>>()?;
        let steward = members.first().map(|first| first.id.clone());
        let steward = steward.ok_or_else(|| Broken::new("a federation has members"))?;
        let roster = Roster {
            version: 1,
            federation: None,
            previous: Vec::new(),
            name: "Proof".into(),
            claimed_ms: NEW_YEAR_MS,
            threshold: 1,
            stewards: vec![steward.clone()],
            members,
            extensions: Vec::new(),
        };
        let mut roster = SignedRoster::unsigned(&roster);
        roster.sign(steward, &identity(0));
        Ok(Self {
            federation: roster.federation(),
            roster,
        })
    }

    /// Its id.
    #[must_use]
    pub const fn federation(&self) -> FederationId {
        self.federation
    }

    /// A data directory of a member's node that holds these feeds, and dials another one.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn node(
        &self,
        path: &Path,
        index: usize,
        feeds: &[Feed],
        dials: Option<NodeAddress>,
    ) -> Result<(), Broken> {
        // Where it dials nobody, an address at which nobody answers.
        let nobody = NodeAddress {
            address: SocketAddr::from(([127, 0, 0, 1], 9)),
            node_key: node_key(index).node_key(),
        };
        let ticket = Ticket {
            federation: self.federation,
            roster: self.roster.hash(),
            addresses: vec![dials.unwrap_or(nobody)],
            secret: [0; 16],
            expires_ms: FAR_MS,
        };
        let directory = Directory::at(path);
        ask_to_join(
            &directory,
            &ticket,
            &municipality(&code(index))?,
            &Addresses::default(),
            &NewIdentity::Elsewhere(identity(index)),
        )
        .await?;
        let store = Store::open(directory.node_db()).await?;
        let rosters = vec![SignedRosterAtVersion {
            version: 1,
            signed: self.roster.clone(),
        }];
        let mut batch = Append {
            rosters,
            received_ms: NEW_YEAR_MS,
            ..Append::default()
        };
        for feed in feeds {
            let id = feed.entries.first().map(VerifiedEntry::feed);
            batch
                .openings
                .extend(id.map(|id| (id, feed.opening.clone())));
            batch.entries.extend(feed.entries.iter().cloned());
            if batch.entries.len() > ENTRIES_PER_COMMIT {
                store.append(&std::mem::take(&mut batch)).await?;
                batch.received_ms = NEW_YEAR_MS;
            }
        }
        store.append(&batch).await?;
        store.close().await?;
        Ok(())
    }

    /// A feed of each of these authors and incarnations, made on all cores. Authors have no data directory.
    ///
    /// # Errors
    /// When a document cannot be made.
    pub fn feeds(&self, of: &[(usize, u32)], content: Content) -> Result<Vec<Feed>, Broken> {
        let threads = std::thread::available_parallelism()?.get();
        let share = of.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let write = |part: &[(usize, u32)]| -> Result<Vec<Feed>, Broken> {
                let feeds = part.iter();
                feeds
                    .map(|(author, incarnation)| self.feed(*author, *incarnation, content))
                    .collect()
            };
            let parts: Vec<_> = of
                .chunks(share)
                .map(|part| scope.spawn(move || write(part)))
                .collect();
            let mut feeds = Vec::with_capacity(of.len());
            for part in parts {
                let part = part.join();
                feeds.extend(part.map_err(|_| Broken::new("a feed could not be made"))??);
            }
            Ok(feeds)
        })
    }

    fn feed(&self, author: usize, incarnation: u32, content: Content) -> Result<Feed, Broken> {
        let member = municipality(&code(author))?.id;
        let key = node_key(author);
        let mut random = [0; 16];
        random[..4].copy_from_slice(&incarnation.to_be_bytes());
        let opening = FeedOpening {
            certificate: NodeCertificate::issue(
                self.federation,
                member.clone(),
                &identity(author),
                key.node_key(),
                FAR_MS,
            ),
            space: Space::Commons,
            incarnation: random,
            known_tips: Vec::new(),
        };
        let mut writer = Writer::new(self.federation, &key, None);
        let mut entries = vec![writer.open(&opening, NEW_YEAR_MS)];
        let feed = entries[0].feed();
        for number in 0..content.documents {
            let mut nonce = [0; 16];
            nonce[..8].copy_from_slice(&(number as u64).to_be_bytes());
            nonce[8..12].copy_from_slice(&incarnation.to_be_bytes());
            let opening = DocumentOpening {
                kind: DocumentKind::Requirement.code().to_owned(),
                owner: member.clone(),
                space: Space::Commons,
                editors: Editors::OwnerOnly,
                nonce,
            };
            let id = opening.id();
            entries.push(writer.write(
                Kind::DOCUMENT_OPENING,
                Some(id),
                encode(&opening),
                NEW_YEAR_MS,
            ));
            let has_text = content.text_in > 0 && number % content.text_in == 0;
            for change in changes(feed, &opening, content.changes, has_text)? {
                entries.push(writer.write(Kind::CHANGE, Some(id), change, NEW_YEAR_MS));
            }
        }
        Ok(Feed { opening, entries })
    }
}

/// A document's changes: it is made, and then edited in one field after the other.
fn changes(
    feed: FeedId,
    opening: &DocumentOpening,
    count: usize,
    has_text: bool,
) -> Result<Vec<Vec<u8>>, Broken> {
    let mut document = Document::new(opening.id());
    let mut requirement = requirement(opening.nonce[7], has_text);
    let mut changes = Vec::with_capacity(count);
    for number in 0..count {
        if number > 0 {
            let title = format!("Recycled plastic in packaging, {number}");
            requirement.title.0.insert("en".to_owned(), title);
        }
        let change = document.edit(feed, &requirement, NEW_YEAR_MS);
        let change = change.map_err(|error| Broken(error.to_string()))?;
        changes.push(change.ok_or_else(|| Broken::new("an edit changed nothing"))?);
    }
    Ok(changes)
}

fn requirement(number: u8, has_text: bool) -> Requirement {
    let both = |danish: &str, english: &str| Localized::from([("da", danish), ("en", english)]);
    let sentence = "Mindst halvdelen af plasten i emballagen skal være genanvendt. ";
    let text = sentence.repeat(2_000 / sentence.len() + 1);
    let wording = if has_text { text.as_str() } else { "" };
    Requirement {
        schema: SCHEMA,
        number: format!("BEN-EMB-{number:03}"),
        title: both(
            "Genanvendt plast i emballage",
            "Recycled plastic in packaging",
        ),
        category: Category::Packaging,
        product_group: both("Transportemballage", "Transport packaging"),
        project: "circular-procurement".into(),
        strategies: vec![Strategy::RecycledContent],
        cpv: vec!["44617100".into()],
        r#type: RequirementType::TechnicalSpecification,
        level: Level::Basic,
        wording: LocalizedText::from([("da", wording)]),
        ..Requirement::default()
    }
}

fn code(index: usize) -> String {
    format!("{:04}", 1_000 + index)
}

fn identity(index: usize) -> SecretKey {
    key(index, 1)
}

/// The key of an author without a data directory.
fn node_key(index: usize) -> SecretKey {
    key(index, 2)
}

fn key(index: usize, purpose: u8) -> SecretKey {
    let mut seed = [purpose; 32];
    seed[..8].copy_from_slice(&(index as u64).to_be_bytes());
    SecretKey::from_seed(&seed)
}
