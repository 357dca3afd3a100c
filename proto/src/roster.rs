//! The roster: the signed, versioned list of members and stewards, after the root role of
//! [TUF](https://theupdateframework.github.io/specification/latest/).

use serde::{Deserialize, Serialize};

use crate::canonical::{DecodeError, decode, encode};
use crate::key::Domain;
use crate::limits::{
    MAX_CUTS, MAX_MEMBERS, MAX_NAME_BYTES, MAX_NOTE_BYTES, MAX_ROSTER_BYTES, MAX_STEWARDS,
};
use crate::{Cut, FederationId, IdentityKey, MemberId, RosterHash, SecretKey, Signature};

/// One version of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// Counts from 1.
    pub version: u64,
    /// The federation; `None` in version 1, whose hash it is.
    pub federation: Option<FederationId>,
    /// The version before: none in version 1, one as a rule, two (sorted) where a fork is resolved.
    pub previous: Vec<RosterHash>,
    /// The federation's name.
    pub name: String,
    /// Milliseconds since 1970 by the proposer's clock: a claim.
    pub claimed_ms: u64,
    /// How many distinct stewards must sign: more than half of them.
    pub threshold: u16,
    /// Members whose identity keys sign rosters, sorted.
    pub stewards: Vec<MemberId>,
    /// All members, sorted by id.
    pub members: Vec<MemberRecord>,
    /// What later versions of the software add, sorted by number. Who does not know an even number passes
    /// over it; who does not know an odd one cannot follow this roster and says so.
    pub extensions: Vec<Extension>,
}

/// A member in the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRecord {
    /// Its id.
    pub id: MemberId,
    /// Its kind, as a code of the model: `municipality`, `region`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its identity key.
    pub identity_key: IdentityKey,
    /// First day of membership, as days since 1970.
    pub valid_from_day: u32,
    /// Last day of membership, where one is set. Shown to people; it decides nothing by itself.
    pub valid_until_day: Option<u32>,
}

/// Something that a later version of the software put into a roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// What it is.
    pub number: u16,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Extension {
    /// How far the feeds in the commons count of members that the version removes, or whose key it replaces:
    /// a list of [`Cut`]s. Who does not understand it cannot follow the roster.
    pub const CUTS: u16 = 1;
    /// What the proposer has to say to the other stewards, as UTF-8.
    pub const NOTE: u16 = 2;
}

/// A roster version as it crosses the wire: the bytes exactly as signed, and the signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedRoster {
    /// The canonical encoding of the [`Roster`].
    pub roster: Vec<u8>,
    /// Stewards' signatures, sorted by member, each member once.
    pub signatures: Vec<(MemberId, Signature)>,
}

impl Roster {
    /// The version's hash.
    #[must_use]
    pub fn hash(&self) -> RosterHash {
        RosterHash::of(&[&encode(self)])
    }

    /// The member with this id.
    #[must_use]
    pub fn member(&self, id: &MemberId) -> Option<&MemberRecord> {
        self.members
            .binary_search_by(|member| member.id.cmp(id))
            .ok()
            .and_then(|index| self.members.get(index))
    }

    /// Whether the member is a steward.
    #[must_use]
    pub fn is_steward(&self, id: &MemberId) -> bool {
        self.stewards.binary_search(id).is_ok()
    }

    /// How many distinct stewards of this roster signed these bytes. A signature of somebody else, a second
    /// one of the same steward and one that does not verify count for nothing.
    #[must_use]
    pub fn valid_signatures(
        &self,
        roster_bytes: &[u8],
        signatures: &[(MemberId, Signature)],
    ) -> usize {
        self.stewards
            .iter()
            .filter(|steward| {
                self.member(steward).is_some_and(|member| {
                    signatures.iter().any(|(signer, signature)| {
                        signer == *steward
                            && member
                                .identity_key
                                .verify(Domain::Roster, &[roster_bytes], signature)
                                .is_ok()
                    })
                })
            })
            .count()
    }

    /// How far the feeds in the commons count of members that this version removes, or whose key it replaces.
    ///
    /// # Errors
    /// When what stands there is no list of cuts.
    pub fn cuts(&self) -> Result<Vec<Cut>, DecodeError> {
        let Some(extension) = self.extension(Extension::CUTS) else {
            return Ok(Vec::new());
        };
        let cuts: Vec<Cut> = decode(&extension.bytes, MAX_ROSTER_BYTES)?;
        let is_sorted =
            |a: &Cut, b: &Cut| (&a.member, a.identity_key) < (&b.member, b.identity_key);
        if cuts.is_empty() || cuts.len() > MAX_CUTS || !cuts.is_sorted_by(is_sorted) {
            return Err(DecodeError::Invalid(
                "a roster's cuts are none, too many, or not sorted by member and key",
            ));
        }
        for cut in &cuts {
            cut.check()?;
            let stays = |key| {
                self.member(&cut.member)
                    .is_some_and(|member| member.identity_key == key)
            };
            match cut.identity_key {
                None => {
                    return Err(DecodeError::Invalid("a roster's cut names no identity key"));
                }
                Some(key) if stays(key) => {
                    return Err(DecodeError::Invalid(
                        "a roster cuts off a key that it names as a member's",
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(cuts)
    }

    /// What the proposer has to say.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        let bytes = &self.extension(Extension::NOTE)?.bytes;
        std::str::from_utf8(bytes)
            .ok()
            .filter(|note| note.len() <= MAX_NOTE_BYTES)
    }

    fn extension(&self, number: u16) -> Option<&Extension> {
        self.extensions
            .iter()
            .find(|extension| extension.number == number)
    }

    /// Checks the rules that a roster must satisfy by itself.
    fn check(&self) -> Result<(), DecodeError> {
        let first = self.version == 1;
        let rules: [(bool, &'static str); 12] = [
            (self.version >= 1, "roster versions count from 1"),
            (
                first == self.federation.is_none(),
                "only the first roster names no federation",
            ),
            (
                first == self.previous.is_empty() && self.previous.len() <= 2,
                "a roster names the one or two before it",
            ),
            (
                self.previous.is_sorted_by(|a, b| a < b),
                "a roster's predecessors are not sorted",
            ),
            (
                self.name.len() <= MAX_NAME_BYTES,
                "the federation's name is too long",
            ),
            (
                !self.stewards.is_empty() && self.stewards.len() <= MAX_STEWARDS,
                "a roster has one to a hundred stewards",
            ),
            (
                self.stewards.is_sorted_by(|a, b| a < b),
                "the stewards are not sorted, each once",
            ),
            (
                self.members.len() <= MAX_MEMBERS,
                "a roster has too many members",
            ),
            (
                self.members.is_sorted_by(|a, b| a.id < b.id),
                "the members are not sorted, each once",
            ),
            (
                self.stewards
                    .iter()
                    .all(|steward| self.member(steward).is_some()),
                "a steward is not a member",
            ),
            (
                usize::from(self.threshold) * 2 > self.stewards.len()
                    && usize::from(self.threshold) <= self.stewards.len(),
                "the threshold is not more than half of the stewards and at most all",
            ),
            (
                self.members
                    .iter()
                    .all(|member| member.name.len() <= MAX_NAME_BYTES && member.kind.len() <= 40),
                "a member's name or kind is too long",
            ),
        ];
        if let Some((_, rule)) = rules.into_iter().find(|(holds, _)| !holds) {
            return Err(DecodeError::Invalid(rule));
        }
        if !self.extensions.is_sorted_by(|a, b| a.number < b.number) {
            return Err(DecodeError::Invalid(
                "a roster's extensions are not sorted, each once",
            ));
        }
        if self
            .extensions
            .iter()
            .any(|extension| extension.number % 2 == 1 && extension.number != Extension::CUTS)
        {
            return Err(DecodeError::Invalid(
                "this roster needs newer software to follow it: update faelled",
            ));
        }
        self.cuts()?;
        let mut keys: Vec<&IdentityKey> = self
            .members
            .iter()
            .map(|member| &member.identity_key)
            .collect();
        keys.sort_unstable();
        if !keys.is_sorted_by(|a, b| a < b) {
            return Err(DecodeError::Invalid("two members have one identity key"));
        }
        Ok(())
    }
}

impl SignedRoster {
    /// Encodes a roster with no signature yet.
    #[must_use]
    pub fn unsigned(roster: &Roster) -> Self {
        Self {
            roster: encode(roster),
            signatures: Vec::new(),
        }
    }

    /// Adds a steward's signature, in its place; one that is there already is replaced.
    pub fn sign(&mut self, steward: MemberId, identity: &SecretKey) {
        let signature = identity.sign(Domain::Roster, &[&self.roster]);
        match self
            .signatures
            .binary_search_by(|(member, _)| member.cmp(&steward))
        {
            Ok(index) => self.signatures[index].1 = signature,
            Err(index) => self.signatures.insert(index, (steward, signature)),
        }
    }

    /// Decodes the roster and checks its rules and the signatures' form. Whether they suffice is the
    /// chain's to say.
    ///
    /// # Errors
    /// When it is too long, not canonical or breaks a rule.
    pub fn decode(&self) -> Result<Roster, DecodeError> {
        let roster: Roster = decode(&self.roster, MAX_ROSTER_BYTES)?;
        roster.check()?;
        if self.signatures.len() > 2 * MAX_STEWARDS {
            return Err(DecodeError::Invalid("a roster carries too many signatures"));
        }
        if !self.signatures.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(DecodeError::Invalid(
                "a roster's signatures are not sorted, each member once",
            ));
        }
        Ok(roster)
    }

    /// The version's hash, of its bytes as received.
    #[must_use]
    pub fn hash(&self) -> RosterHash {
        RosterHash::of(&[&self.roster])
    }

    /// The federation's id, when this is its first version.
    #[must_use]
    pub fn federation(&self) -> FederationId {
        FederationId::of(&[&self.roster])
    }
}
