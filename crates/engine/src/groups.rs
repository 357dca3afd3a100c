//! The charters that this node holds: which groups there are, and who sees which space.
//!
//! All is a function of the *set* of charters held, of rosters and of revocations, in whatever order they came;
//! which of a group's charters hold is said in [`path`].

mod path;

use std::collections::BTreeMap;
use std::sync::Arc;

use faelled_proto::charter::CharterRefusal;
use faelled_proto::id::FrontierDigest;
use faelled_proto::limits::{MAX_CHARTER_VERSIONS, MAX_GROUPS};
use faelled_proto::{
    Charter, CharterHash, Cut, Frontier, GroupId, IdentityKey, MemberId, SignedCharter, Space,
};

use crate::limits::{MAX_CHARTER_BYTES_PER_SIGNER, MAX_GROUPS_PER_FOUNDER};
use crate::roster::RosterChain;
use crate::statements::Statements;

use path::{Judged, Path};

pub use path::Following;

/// All groups.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    held: BTreeMap<GroupId, Arc<Group>>,
    /// The bytes of all charters that were signed for a member, by its identity key.
    signed_bytes: BTreeMap<IdentityKey, usize>,
}

/// A group's charters.
#[derive(Debug, Clone)]
pub struct Group {
    founder: MemberId,
    charters: BTreeMap<CharterHash, (Charter, SignedCharter)>,
    judged: Judged,
    path: Path,
}

/// A group, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupStatus {
    /// Its id.
    pub group: GroupId,
    /// The newest charter that holds.
    pub charter: Charter,
    /// Owners signed versions after it that contradict each other: nothing follows it any more.
    pub is_frozen: bool,
    /// Versions after it are by a key that its owner no longer has, and nobody bore them out.
    pub is_unconfirmed: bool,
    /// Whether this node's member sees it.
    pub is_member: bool,
}

impl Groups {
    /// Takes in what was stored. What is over a bound stays out.
    ///
    /// # Errors
    /// When a charter does not hold: the store is damaged.
    pub fn load(
        rosters: &RosterChain,
        stored: impl IntoIterator<Item = SignedCharter>,
    ) -> Result<Self, CharterRefusal> {
        let mut groups = Self::default();
        for signed in stored {
            match groups.accept(rosters, signed) {
                Ok(_) | Err(CharterRefusal::TooMany | CharterRefusal::Predecessor { .. }) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(groups)
    }

    /// Takes a charter. Says whether it was not here yet.
    ///
    /// # Errors
    /// See [`CharterRefusal`]; all stays as it was.
    pub fn accept(
        &mut self,
        rosters: &RosterChain,
        signed: SignedCharter,
    ) -> Result<bool, CharterRefusal> {
        let decoded = signed.decode()?;
        let (id, hash) = (decoded.group(), signed.hash());
        let held = self.held.get(&id);
        if held.is_some_and(|group| group.charters.contains_key(&hash)) {
            return Ok(false);
        }
        let before = match decoded.previous {
            None => None,
            Some(previous) => Some(
                held.and_then(|group| group.charters.get(&previous))
                    .map(|(charter, _)| charter)
                    .ok_or(CharterRefusal::Predecessor {
                        version: decoded.version,
                    })?,
            ),
        };
        let charter = signed.check(rosters.federation(), before)?;
        let claim = &signed.certificate.claim;
        if !rosters.ever_had_key(&claim.member, &claim.identity_key) {
            return Err(CharterRefusal::UnknownMember(claim.member.clone()));
        }
        if self.is_full(id, &signed) {
            return Err(CharterRefusal::TooMany);
        }
        *self.signed_bytes.entry(claim.identity_key).or_default() += size(&signed);
        match self.held.get_mut(&id) {
            Some(group) => Arc::make_mut(group).insert(hash, charter, signed),
            None => {
                self.held.insert(id, Arc::new(Group::new(charter, signed)));
            }
        }
        Ok(true)
    }

    /// Whether there is no room for a charter. But for the number of groups everybody has room of its own: whoever
    /// was removed, or stole a key that was replaced, takes it from nobody else.
    fn is_full(&self, id: GroupId, signed: &SignedCharter) -> bool {
        let claim = &signed.certificate.claim;
        let bytes = self.signed_bytes.get(&claim.identity_key);
        let bytes = bytes.copied().unwrap_or_default() + size(signed);
        bytes > MAX_CHARTER_BYTES_PER_SIGNER
            || self.get(&id).map_or_else(
                || {
                    self.held.len() >= MAX_GROUPS
                        || self.founded_by(&claim.member) >= MAX_GROUPS_PER_FOUNDER
                },
                |group| group.signed_for(&claim.identity_key) >= MAX_CHARTER_VERSIONS,
            )
    }

    /// Judges all charters anew, after rosters or statements changed.
    pub fn judge(&mut self, rosters: &RosterChain, statements: &Statements) {
        for (id, group) in &mut self.held {
            let judged = Judged::of(*id, &group.charters, rosters, statements);
            if judged != group.judged {
                let group = Arc::make_mut(group);
                group.judged = judged;
                group.settle();
            }
        }
    }

    /// A group.
    #[must_use]
    pub fn get(&self, id: &GroupId) -> Option<&Group> {
        self.held.get(id).map(Arc::as_ref)
    }

    /// All groups, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = (GroupId, &Group)> {
        self.held.iter().map(|(id, group)| (*id, group.as_ref()))
    }

    /// Whether a member's nodes may see a space: the one place that says so.
    #[must_use]
    pub fn sees(&self, rosters: &RosterChain, member: &MemberId, space: &Space) -> bool {
        match space {
            Space::Commons => true,
            Space::Private(owner) => owner == member,
            Space::Group(id) => {
                rosters.member(member).is_some()
                    && self
                        .get(id)
                        .is_some_and(|group| group.seen_by().binary_search(member).is_ok())
            }
        }
    }

    /// Whether a member's feeds may stand in a space. In a group they do when any charter names the member:
    /// what somebody wrote who left it stays readable.
    #[must_use]
    pub fn ever_saw(&self, member: &MemberId, space: &Space) -> bool {
        match space {
            Space::Commons => true,
            Space::Private(owner) => owner == member,
            Space::Group(id) => self.get(id).is_some_and(|group| {
                let mut charters = group.charters.values();
                charters.any(|(charter, _)| charter.names(member))
            }),
        }
    }

    /// Groups that a member founded.
    #[must_use]
    pub fn founded_by(&self, member: &MemberId) -> usize {
        self.held
            .values()
            .filter(|group| group.founder == *member)
            .count()
    }
}

impl Group {
    fn new(first: Charter, signed: SignedCharter) -> Self {
        let mut group = Self {
            founder: signed.signer().clone(),
            charters: BTreeMap::new(),
            judged: Judged::default(),
            path: Path::of_first(&first),
        };
        group.insert(signed.hash(), first, signed);
        group
    }

    fn signed_for(&self, identity_key: &IdentityKey) -> usize {
        let signed = self.charters.values();
        let signed = signed.filter(|(_, one)| one.certificate.claim.identity_key == *identity_key);
        signed.count()
    }

    fn insert(&mut self, hash: CharterHash, charter: Charter, signed: SignedCharter) {
        self.charters.insert(hash, (charter, signed));
        self.settle();
    }

    fn settle(&mut self) {
        if let Some(path) = Path::through(&self.charters, &self.judged) {
            self.path = path;
        }
    }

    /// The newest charter that holds.
    #[must_use]
    pub const fn newest(&self) -> &Charter {
        &self.path.newest
    }

    /// What comes after the newest charter that holds.
    #[must_use]
    pub const fn following(&self) -> &Following {
        &self.path.following
    }

    /// Whether owners signed two versions after the newest one that holds.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.path.following == Following::Contradiction
    }

    /// Who sees the group, as far as the roster has them: whom the newest charter names that holds, and every one
    /// that follows it too. Sorted.
    #[must_use]
    pub fn seen_by(&self) -> &[MemberId] {
        &self.path.seen_by
    }

    /// The last of the charters that nobody confirmed, where they are one line.
    #[must_use]
    pub fn unconfirmed(&self) -> Option<&(Charter, SignedCharter)> {
        match &self.path.following {
            Following::Unconfirmed { end } => self.charters.get(end.as_ref()?),
            Following::Nothing | Following::Contradiction => None,
        }
    }

    /// Whether a member may sign what comes after a charter, which holds, or is the end of what nobody confirmed: it
    /// owns the group there, and what it signs would bear out what it follows.
    #[must_use]
    pub fn may_follow(&self, member: &MemberId, charter: &Charter) -> bool {
        let first = self.charters.values().find(|(after, signed)| {
            after.previous == Some(self.path.newest.hash())
                && path::leads(&self.charters, signed.hash(), charter.hash())
        });
        let signer = first.map(|(_, signed)| signed.signer());
        charter.is_owner(member) && self.judged.may_bear_out(member, &self.path.newest, signer)
    }

    /// How far the feeds count of members that were removed, by all versions that hold.
    pub fn cuts(&self) -> impl Iterator<Item = &Cut> {
        let path = self.path.hashes.iter();
        let path = path.filter_map(|hash| self.charters.get(hash));
        path.flat_map(|(charter, _)| &charter.removed)
    }

    /// The hashes of charters that a node key signed, ascending.
    pub fn signed_with(&self, key: faelled_proto::NodeKey) -> impl Iterator<Item = CharterHash> {
        self.charters
            .iter()
            .filter(move |(_, (_, signed))| signed.certificate.claim.node_key == key)
            .map(|(hash, _)| *hash)
    }

    /// The hashes of all charters, ascending.
    pub fn hashes(&self) -> impl Iterator<Item = CharterHash> {
        self.charters.keys().copied()
    }

    /// A digest of which charters are held.
    #[must_use]
    pub fn charters_digest(&self) -> FrontierDigest {
        Frontier::default().digest_with(self.hashes(), [])
    }

    /// All charters, each behind the one that it follows.
    #[must_use]
    pub fn charters(&self) -> Vec<&SignedCharter> {
        let mut charters: Vec<_> = self.charters.values().collect();
        charters.sort_by_key(|(charter, _)| charter.version);
        charters.into_iter().map(|(_, signed)| signed).collect()
    }
}

/// The bytes of a charter: its certificate and signature are small.
const fn size(signed: &SignedCharter) -> usize {
    signed.charter.len()
}
