//! The charters that this node holds: which groups there are, and who sees which space.
//!
//! All is a function of the *set* of charters held, of rosters and of revocations, in whatever order they came.
//! Where owners signed two versions after one, a version by a key that was taken from its owner yields to one that
//! was not; else the group is frozen at the version before: nobody can change it any more, and it is seen only by
//! those whom every later version names too, so that nobody who was removed comes back by contradicting it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use faelled_proto::charter::CharterRefusal;
use faelled_proto::id::FrontierDigest;
use faelled_proto::limits::{MAX_CHARTER_VERSIONS, MAX_GROUPS};
use faelled_proto::{Charter, CharterHash, Cut, Frontier, GroupId, MemberId, SignedCharter, Space};

use crate::limits::MAX_GROUPS_PER_FOUNDER;
use crate::roster::RosterChain;
use crate::statements::Statements;

/// All groups.
#[derive(Debug, Clone, Default)]
pub struct Groups(BTreeMap<GroupId, Arc<Group>>);

/// A group's charters.
#[derive(Debug, Clone)]
pub struct Group {
    founder: MemberId,
    charters: BTreeMap<CharterHash, (Charter, SignedCharter)>,
    newest: Charter,
    is_frozen: bool,
    /// Whom the newest charter names, and where it is frozen every later one too. Sorted.
    seen_by: Vec<MemberId>,
    /// The versions that hold, from the first to the newest.
    path: Vec<CharterHash>,
    /// Charters by a revoked key that its revocation does not name: as if they were not there.
    void: BTreeSet<CharterHash>,
    /// Charters by a key that its owner no longer has: they yield.
    yielding: BTreeSet<CharterHash>,
}

/// A group, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupStatus {
    /// Its id.
    pub group: GroupId,
    /// The newest charter that holds.
    pub charter: Charter,
    /// Owners signed two versions after it: nothing follows it any more.
    pub is_frozen: bool,
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
        let held = self.0.get(&id);
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
        let founder = &claim.member;
        let is_full = held.map_or_else(
            || self.0.len() >= MAX_GROUPS || self.founded_by(founder) >= MAX_GROUPS_PER_FOUNDER,
            |group| group.charters.len() >= MAX_CHARTER_VERSIONS,
        );
        if is_full {
            return Err(CharterRefusal::TooMany);
        }
        match self.0.get_mut(&id) {
            Some(group) => Arc::make_mut(group).insert(hash, charter, signed),
            None => {
                self.0.insert(id, Arc::new(Group::new(charter, signed)));
            }
        }
        Ok(true)
    }

    /// Judges all charters anew, after rosters or statements changed.
    pub fn judge(&mut self, rosters: &RosterChain, statements: &Statements) {
        for (id, group) in &mut self.0 {
            let (void, yielding) = group.judged(*id, rosters, statements);
            if void != group.void || yielding != group.yielding {
                let group = Arc::make_mut(group);
                (group.void, group.yielding) = (void, yielding);
                group.settle();
            }
        }
    }

    /// A group.
    #[must_use]
    pub fn get(&self, id: &GroupId) -> Option<&Group> {
        self.0.get(id).map(Arc::as_ref)
    }

    /// All groups, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = (GroupId, &Group)> {
        self.0.iter().map(|(id, group)| (*id, group.as_ref()))
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
                        .is_some_and(|group| group.seen_by.binary_search(member).is_ok())
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
        self.0
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
            newest: first.clone(),
            is_frozen: false,
            seen_by: Vec::new(),
            path: Vec::new(),
            void: BTreeSet::new(),
            yielding: BTreeSet::new(),
        };
        group.insert(signed.hash(), first, signed);
        group
    }

    fn insert(&mut self, hash: CharterHash, charter: Charter, signed: SignedCharter) {
        self.charters.insert(hash, (charter, signed));
        self.settle();
    }

    /// Which charters are void, and which yield.
    fn judged(
        &self,
        id: GroupId,
        rosters: &RosterChain,
        statements: &Statements,
    ) -> (BTreeSet<CharterHash>, BTreeSet<CharterHash>) {
        let space = Space::Group(id);
        let (mut void, mut yielding) = (BTreeSet::new(), BTreeSet::new());
        for (hash, (_, signed)) in &self.charters {
            let claim = &signed.certificate.claim;
            let is_good = statements
                .revocations()
                .map(|(_, said)| said)
                .filter(|said| {
                    said.space == space
                        && said.identity_key == claim.identity_key
                        && said.node_key == claim.node_key
                })
                .all(|said| said.charters.iter().any(|good| self.leads_to(*hash, *good)));
            if !is_good {
                void.insert(*hash);
            }
            let is_owners = rosters
                .member(&claim.member)
                .is_some_and(|member| member.identity_key == claim.identity_key)
                && !statements.is_revoked(&claim.identity_key, &claim.node_key);
            if !is_owners {
                yielding.insert(*hash);
            }
        }
        (void, yielding)
    }

    /// Whether a version is `later` or one that it follows.
    fn leads_to(&self, version: CharterHash, later: CharterHash) -> bool {
        let mut at = Some(later);
        while let Some(hash) = at {
            if hash == version {
                return true;
            }
            let charter = self.charters.get(&hash);
            at = charter.and_then(|(charter, _)| charter.previous);
        }
        false
    }

    /// Goes from the first version to the last one that nothing contradicts.
    fn settle(&mut self) {
        let versions = || {
            self.charters
                .iter()
                .map(|(hash, (charter, _))| (*hash, charter))
                .filter(|(hash, charter)| charter.previous.is_none() || !self.void.contains(hash))
        };
        let Some((mut hash, mut newest)) =
            versions().find(|(_, charter)| charter.previous.is_none())
        else {
            return;
        };
        let mut path = vec![hash];
        let is_frozen = loop {
            let mut next: Vec<_> = versions()
                .filter(|(_, charter)| charter.previous == Some(hash))
                .collect();
            if next.iter().any(|(hash, _)| !self.yielding.contains(hash)) {
                next.retain(|(hash, _)| !self.yielding.contains(hash));
            }
            match next.as_slice() {
                [only] => (hash, newest) = *only,
                following => break !following.is_empty(),
            }
            path.push(hash);
        };
        let mut seen_by = newest.members.clone();
        if is_frozen {
            for (later, charter) in
                versions().filter(|(_, charter)| charter.version > newest.version)
            {
                if self.leads_to(hash, later) {
                    seen_by.retain(|member| charter.names(member));
                }
            }
        }
        self.is_frozen = is_frozen;
        self.path = path;
        self.newest = newest.clone();
        self.seen_by = seen_by;
    }

    /// The newest charter that holds.
    #[must_use]
    pub const fn newest(&self) -> &Charter {
        &self.newest
    }

    /// Whether owners signed two versions after the newest one that holds.
    #[must_use]
    pub const fn is_frozen(&self) -> bool {
        self.is_frozen
    }

    /// How far the feeds count of members that were removed, by all versions that hold.
    pub fn cuts(&self) -> impl Iterator<Item = &Cut> {
        let path = self.path.iter().filter_map(|hash| self.charters.get(hash));
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
