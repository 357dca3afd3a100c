//! This node's certificate, renewed; and what a member would have to sign so that one of its node keys counts no
//! longer.

use std::collections::{BTreeMap, BTreeSet};

use faelled_engine::limits::MAX_REVOKED_NODE_KEYS;
use faelled_engine::{Ceiling, Event, Group};
use faelled_proto::canonical::{decode, encode};
use faelled_proto::limits::{MAX_CUT_FEEDS, MAX_REVOKED_CHARTERS};
use faelled_proto::statement::Revocation;
use faelled_proto::{
    CharterHash, FeedId, IdentityKey, MemberId, NodeCertificate, NodeKey, SignedCharter, Space, Tip,
};
use faelled_store::FeedRow;

use super::Service;
use crate::clock::{moment, now_ms};
use crate::data::trust::{Data, Done, Revocations};
use crate::failure::{Failure, Said};
use crate::lasting::Lasting;
use crate::node::{MAX_CERTIFICATE_BYTES, Settings};
use crate::trust::Trust;

/// Of a node key at least so much is named.
const MIN_KEY_DIGITS: usize = 6;

/// A node key of this node's member, and the identity key that certified it.
type Certified = (NodeKey, IdentityKey);

/// How much counts, and how much no longer.
#[derive(Default)]
struct Counted {
    feeds: usize,
    entries: u64,
    voided: u64,
}

impl Service {
    /// The certificate that holds: another than at the start, where it was renewed since.
    pub(in crate::service) async fn certificate(&self) -> Result<NodeCertificate, Failure> {
        Ok(Settings::read(&self.store).await?.certificate)
    }

    /// How long it holds yet.
    pub(crate) async fn lasting(&self) -> Result<Lasting, Failure> {
        let certificate = self.certificate().await?;
        Ok(Lasting::of(certificate.claim.expires_ms, now_ms()))
    }

    pub(super) async fn renew(&self, certificate: &[u8]) -> Result<Data, Failure> {
        let certificate: NodeCertificate =
            decode(certificate, MAX_CERTIFICATE_BYTES).map_err(|error| {
                Failure::user(
                    "certificate",
                    Said::new(
                        format!("the certificate is not one: {error}"),
                        "det er ikke et gyldigt certifikat",
                    ),
                )
            })?;
        let expires = moment(certificate.claim.expires_ms);
        self.core
            .ask(move |request| Event::Renew {
                request,
                certificate,
            })
            .await?;
        Ok(Data::Done(Done {
            done: Said::new(
                format!("This node's certificate is renewed: it holds until {expires} UTC."),
                format!("Nodens certifikat er fornyet: det gælder til {expires} UTC."),
            ),
        }))
    }

    pub(super) async fn plan_revocation(
        &self,
        node_key: &str,
        received_before_ms: Option<u64>,
    ) -> Result<Data, Failure> {
        let feeds = self.store.feeds().await?;
        let (key, identity_key) = self.own_key(node_key, &feeds).await?;
        let of_key = feeds.iter().filter(|feed| {
            let claim = &feed.opening.certificate.claim;
            claim.node_key == key && claim.identity_key == identity_key
        });
        let before = match received_before_ms {
            None => None,
            Some(ms) => {
                let tips = self.store.tips_received_before(&key, ms).await?;
                Some(tips.into_iter().collect::<BTreeMap<FeedId, Tip>>())
            }
        };
        let trust = self.core.trust();
        let mut counted = Counted::default();
        // Also where nothing is known of the key: what nobody speaks for there does not count.
        let groups = trust.groups.iter().map(|(id, _)| Space::Group(id));
        let mut spaces: BTreeMap<Space, Vec<Tip>> =
            [Space::Commons, Space::Private(self.own.clone())]
                .into_iter()
                .chain(groups.filter(|space| trust.groups.ever_saw(&self.own, space)))
                .map(|space| (space, Vec::new()))
                .collect();
        for feed in of_key {
            let good = counted.last_good(&trust, feed, before.as_ref());
            let listed = spaces.entry(feed.opening.space.clone()).or_default();
            listed.extend(good);
        }
        let claimed_ms = now_ms();
        let revocations = spaces.into_iter().map(|(space, mut last_good)| {
            last_good.sort_unstable();
            self.check_room(&trust, (&identity_key, &space), last_good.len())?;
            Ok(Revocation {
                federation: self.settings.federation,
                member: self.own.clone(),
                identity_key,
                node_key: key,
                charters: charters(&trust, &space, key),
                space,
                last_good,
                successor: None,
                claimed_ms,
            })
        });
        let revocations = revocations.collect::<Result<Vec<_>, Failure>>()?;
        let charters = revocations.iter().map(|said| said.charters.len()).sum();
        let encoded = |said: &Revocation| data_encoding::BASE64.encode(&encode(said));
        Ok(Data::Revocations(Revocations {
            node_key: key.to_string(),
            identity_key: identity_key.to_string(),
            revocations: revocations.iter().map(encoded).collect(),
            received_before: received_before_ms.map(moment),
            feeds: counted.feeds,
            entries: counted.entries,
            voided: counted.voided,
            charters,
            is_own: key == self.settings.certificate.claim.node_key,
        }))
    }

    /// The one node key of this member that is meant. One that nothing was heard of has to be written out.
    async fn own_key(&self, text: &str, feeds: &[FeedRow]) -> Result<Certified, Failure> {
        let present = self.certificate().await?.claim;
        let text = text.trim().to_ascii_lowercase();
        let mut known: BTreeMap<NodeKey, BTreeSet<IdentityKey>> = BTreeMap::new();
        known
            .entry(present.node_key)
            .or_default()
            .insert(present.identity_key);
        for feed in feeds {
            let claim = &feed.opening.certificate.claim;
            if claim.member == self.own {
                let keys = known.entry(claim.node_key).or_default();
                keys.insert(claim.identity_key);
            }
        }
        for peer in self.core.status().await?.peers {
            if peer.member.as_ref() == Some(&self.own) {
                let keys = known.entry(peer.node_key).or_default();
                keys.insert(present.identity_key);
            }
        }
        if let Some(key) = written_out(&text) {
            let keys = known.entry(key).or_default();
            if keys.is_empty() {
                keys.insert(present.identity_key);
            }
        }
        let found: Vec<_> = known
            .into_iter()
            .filter(|(key, _)| text.len() >= MIN_KEY_DIGITS && key.to_string().starts_with(&text))
            .collect();
        match found.as_slice() {
            [(key, identities)] if identities.contains(&present.identity_key) => {
                Ok((*key, present.identity_key))
            }
            [(key, identities)] => {
                let last = identities.last().copied();
                Ok((*key, last.unwrap_or(present.identity_key)))
            }
            [] => Err(no_such_key(&text, &self.own)),
            several => Err(Failure::user(
                "ambiguous",
                Said::new(
                    format!("{} node keys begin with {text}", several.len()),
                    format!("{} nodenøgler begynder med {text}", several.len()),
                ),
            )
            .hint(Said::new("give more of the key", "angiv mere af nøglen"))),
        }
    }

    /// Fails where the statement would not be taken, or another would have to give way to it.
    fn check_room(
        &self,
        trust: &Trust,
        (identity_key, space): (&IdentityKey, &Space),
        feeds: usize,
    ) -> Result<(), Failure> {
        let alike = trust.statements.revoked_keys(identity_key, space);
        if alike < MAX_REVOKED_NODE_KEYS && feeds <= MAX_CUT_FEEDS {
            return Ok(());
        }
        let own = &self.own;
        Err(Failure::user(
            "too-many-revocations",
            Said::new(
                format!("{own} cannot revoke this key by itself: it has revoked {alike} keys already, or the key wrote in too many feeds ({feeds})"),
                format!("{own} kan ikke selv tilbagekalde nøglen: {alike} nøgler er allerede tilbagekaldt, eller nøglen har skrevet i for mange logge ({feeds})"),
            ),
        )
        .hint(Said::new(
            "let the stewards replace the member's identity key: join with a new directory and key, and let them approve with --rekey",
            "lad tovholderne udskifte deltagerens identitetsnøgle: bed om at deltage med en ny mappe og nøgle, og lad dem godkende med --rekey",
        )))
    }
}

impl Counted {
    /// The last entry of a feed that counts, and how many.
    fn last_good(
        &mut self,
        trust: &Trust,
        feed: &FeedRow,
        before: Option<&BTreeMap<FeedId, Tip>>,
    ) -> Option<Tip> {
        let places = |good: Ceiling| match good {
            Ceiling::Open => feed.tip.seq + 1,
            Ceiling::At(tip) => tip.seq.min(feed.tip.seq) + 1,
            Ceiling::Nothing => 0,
        };
        let present = trust.ceilings.get(&feed.feed);
        let received = match before {
            None => Ceiling::At(feed.tip),
            Some(before) => before
                .get(&feed.feed)
                .map_or(Ceiling::Nothing, |tip| Ceiling::At(*tip)),
        };
        let good = present.lowest(received);
        self.entries += places(good);
        self.voided += places(present) - places(good);
        match good {
            Ceiling::At(tip) => {
                self.feeds += 1;
                Some(tip)
            }
            Ceiling::Open | Ceiling::Nothing => None,
        }
    }
}

/// The charters of a group that a key signed: when they came is not kept, so all that are held count. Where they
/// are too many, the newest, which those before lead to.
fn charters(trust: &Trust, space: &Space, key: NodeKey) -> Vec<CharterHash> {
    let group: Option<&Group> = match space {
        Space::Group(id) => trust.groups.get(id),
        Space::Commons | Space::Private(_) => None,
    };
    let Some(group) = group else {
        return Vec::new();
    };
    let signed: BTreeSet<CharterHash> = group.signed_with(key).collect();
    let newest_first = group.charters().into_iter().rev();
    let mut charters: Vec<CharterHash> = newest_first
        .map(SignedCharter::hash)
        .filter(|hash| signed.contains(hash))
        .take(MAX_REVOKED_CHARTERS)
        .collect();
    charters.sort_unstable();
    charters
}

fn written_out(text: &str) -> Option<NodeKey> {
    let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
    let bytes: [u8; 32] = bytes.try_into().ok()?;
    Some(NodeKey::from_bytes(bytes))
}

fn no_such_key(text: &str, member: &MemberId) -> Failure {
    if text.len() < MIN_KEY_DIGITS {
        return Failure::user(
            "too-short",
            Said::new(
                format!("{text} is too short for a node key"),
                format!("{text} er for kort til en nodenøgle"),
            ),
        )
        .hint(Said::new(
            format!("give at least its first {MIN_KEY_DIGITS} characters: faelled key show lists the nodes that were seen here"),
            format!("angiv mindst de første {MIN_KEY_DIGITS} tegn: faelled key show viser de noder, der er set her"),
        ));
    }
    Failure::user(
        "no-such-key",
        Said::new(
            format!("no node key of {member} that begins with {text} is known here"),
            format!("ingen nodenøgle hos {member}, der begynder med {text}, er kendt her"),
        ),
    )
    .hint(Said::new(
        "faelled key show lists the nodes that were seen here; of another one write the key out in full",
        "faelled key show viser de noder, der er set her; skriv en anden nøgle helt ud",
    ))
}
