//! The list of refused inputs.

use serde_json::{Value, json};

use super::{charters, encodings, entries, messages, rosters, signatures, statements, tickets};
use crate::generator::render::hex;
use crate::generator::world::World;

/// What refuses an input.
#[derive(Clone, Copy)]
pub(crate) enum Stage {
    /// It is too long to be read at all.
    Limit,
    /// The bytes are not the canonical encoding of such a value.
    Encoding,
    /// They are, but the value breaks a rule of its kind.
    Rule,
    /// The value is sound, but a signature does not verify.
    Signature,
    /// All of that holds, but the value does not fit to what comes before it.
    Chain,
    /// The text of a ticket is not one.
    Text,
}

impl Stage {
    const fn name(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Encoding => "encoding",
            Self::Rule => "rule",
            Self::Signature => "signature",
            Self::Chain => "chain",
            Self::Text => "text",
        }
    }
}

/// Collects refused inputs.
pub(crate) struct List(Vec<Value>);

impl List {
    /// Adds an input that is bytes alone.
    pub(crate) fn bytes(&mut self, of: &str, stage: Stage, bytes: &[u8], why: &str) {
        self.input(of, stage, json!({ "bytes": hex(bytes) }), why);
    }

    /// Adds an input with what else is needed to judge it.
    pub(crate) fn input(&mut self, of: &str, stage: Stage, mut input: Value, why: &str) {
        input["of"] = json!(of);
        input["stage"] = json!(stage.name());
        input["why"] = json!(why);
        self.0.push(input);
    }
}

/// All refused inputs.
pub(crate) fn vectors(world: &World) -> Value {
    let mut list = List(Vec::new());
    encodings::add(&mut list);
    signatures::add(&mut list, world);
    entries::add(&mut list, world);
    rosters::add(&mut list, world);
    charters::add(&mut list, world);
    statements::add(&mut list, world);
    messages::add(&mut list, world);
    tickets::add(&mut list, world);
    json!({ "federation": world.federation.to_string(), "refused": list.0 })
}
