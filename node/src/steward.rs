//! A steward's signature, given outside of the node: the node says what would be signed, whoever has the identity
//! key signs it, and the vote is handed over. The node itself never holds that key.

use faelled_model::attachment::FileBytes;
use faelled_proto::canonical::encode;
use faelled_proto::statement::Vote;
use faelled_proto::{MemberId, Roster, SecretKey, SignedRoster, Statement};
use serde_json::Value;

use crate::asked::{Asked, Pinned};
use crate::failure::{Failure, Said};
use crate::request::Request;
use crate::request::trust::{self, Change};

/// A roster that waits for a steward's signature.
#[derive(Debug, Clone)]
pub struct ToSign {
    roster: Vec<u8>,
    steward: MemberId,
    identity_key: String,
}

impl ToSign {
    /// What would have to be signed to let in who asked at the node.
    #[must_use]
    pub const fn admission(member: MemberId) -> Request {
        Request::Trust(trust::Request::Plan {
            change: Change::Admit {
                member,
                rekey: false,
            },
            note: None,
        })
    }

    /// Reads the answer to a plan or a proposal of a node in this very process. What another process answers is
    /// read with the commands' `as_asked`.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(planned: &Value) -> Result<Self, Failure> {
        let steward = text(planned, "steward").parse();
        Ok(Self {
            roster: roster(planned)?,
            steward: steward.map_err(|_| nothing_to_sign())?,
            identity_key: text(planned, "identity_key").to_owned(),
        })
    }

    /// Reads the answer of a node that is not trusted: only where its bytes are what was asked for. Gives with it
    /// what they say.
    pub(crate) fn as_asked(
        planned: &Value,
        asked: &Asked,
        pinned: &Pinned,
    ) -> Result<(Self, Roster), Failure> {
        let bytes = roster(planned)?;
        let unsigned = SignedRoster {
            roster: bytes,
            signatures: Vec::new(),
        };
        let roster = unsigned.decode().map_err(|_| nothing_to_sign())?;
        pinned.check(asked, &roster)?;
        let to_sign = Self {
            roster: unsigned.roster,
            steward: pinned.member().clone(),
            identity_key: pinned.steward(&roster)?.identity_key.to_string(),
        };
        Ok((to_sign, roster))
    }

    /// Approves it.
    ///
    /// # Errors
    /// When the key is not the one that the roster knows of the steward.
    pub fn approve(self, identity: &SecretKey) -> Result<Statement, Failure> {
        self.check(identity)?;
        let vote = Vote::approve(self.roster, self.steward, identity);
        Ok(Statement::Vote(vote))
    }

    /// Rejects it.
    ///
    /// # Errors
    /// When the key is not the one that the roster knows of the steward.
    pub fn reject(self, reason: String, identity: &SecretKey) -> Result<Statement, Failure> {
        self.check(identity)?;
        let vote = Vote::reject(self.roster, self.steward, reason, identity);
        Ok(Statement::Vote(vote))
    }

    fn check(&self, identity: &SecretKey) -> Result<(), Failure> {
        if identity.identity_key().to_string() == self.identity_key {
            return Ok(());
        }
        let steward = &self.steward;
        Err(Failure::user(
            "another-identity",
            Said::new(
                format!("this is not the identity key that the roster knows of {steward}"),
                format!("det er ikke den identitetsnøgle, som deltagerlisten kender for {steward}"),
            ),
        )
        .hint(Said::new(
            "name the file with the right one: --identity FILE",
            "angiv filen med den rigtige: --identity FIL",
        )))
    }
}

/// Hands statements over that were signed outside of the node.
#[must_use]
pub fn statements(statements: &[Statement], instead: bool, unmet: bool) -> Request {
    let encoded = |statement| FileBytes(encode(statement));
    Request::Trust(trust::Request::State {
        statements: statements.iter().map(encoded).collect(),
        instead,
        unmet,
    })
}

/// The bytes of the roster that an answer holds.
fn roster(planned: &Value) -> Result<Vec<u8>, Failure> {
    let roster = data_encoding::BASE64.decode(text(planned, "roster").as_bytes());
    let roster = roster.ok().filter(|roster| !roster.is_empty());
    roster.ok_or_else(nothing_to_sign)
}

fn text<'a>(planned: &'a Value, name: &str) -> &'a str {
    let value = planned.get(name).and_then(Value::as_str);
    value.unwrap_or_default()
}

fn nothing_to_sign() -> Failure {
    Failure::internal(
        "plan",
        Said::new(
            "the node's answer holds no roster to sign",
            "nodens svar rummer ingen deltagerliste at skrive under på",
        ),
    )
}
