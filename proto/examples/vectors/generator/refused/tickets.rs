//! Texts that are no tickets.

use data_encoding::BASE32_NOPAD;
use faelled_proto::canonical::encode;
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{RosterHash, Ticket};
use serde_json::json;

use super::list::{List, Stage};
use crate::generator::world::{START_MS, World, key};

pub(crate) fn add(list: &mut List, world: &World) {
    let good = ticket(world, 1);
    let text = good.to_string();
    let mut refuse = |stage: Stage, text: &str, why: &str| {
        list.input("ticket", stage, json!({ "text": text }), why);
    };
    refuse(Stage::Text, "", "there is nothing");
    refuse(
        Stage::Text,
        &text.replace("faelled1-", "faelled2-"),
        "it does not begin with faelled1-",
    );
    refuse(
        Stage::Text,
        &text.replace("faelled1-", "FAELLED1-"),
        "the beginning is lowercase, always",
    );
    refuse(
        Stage::Text,
        "faelled1-",
        "there is nothing behind the beginning",
    );
    refuse(
        Stage::Text,
        "faelled1-aaaa",
        "it is shorter than a checksum",
    );
    refuse(
        Stage::Text,
        &replace_at(&text, 20),
        "a letter is changed, so that the checksum does not fit",
    );
    refuse(
        Stage::Text,
        &text[..text.len() - 2],
        "the last letters are missing",
    );
    refuse(
        Stage::Text,
        &text.replacen('-', "-1", 1),
        "1 is not a letter of base32",
    );
    refuse(
        Stage::Text,
        &format!("{text}==="),
        "base32 is written without padding",
    );
    refuse(
        Stage::Text,
        &unused_bit(&text),
        "a bit of the last letter that stands for nothing is set",
    );
    refuse(
        Stage::Rule,
        &ticket(world, 0).to_string(),
        "it names no address",
    );
    refuse(
        Stage::Rule,
        &ticket(world, 9).to_string(),
        "it names more than eight addresses",
    );
    let mut trailing = encode(&good);
    trailing.push(0);
    refuse(
        Stage::Encoding,
        &written(trailing),
        "a byte follows what the checksum protects",
    );
    let mut longer = encode(&good);
    let count = longer[32];
    longer.splice(32..33, [count | 0x80, 0]);
    refuse(
        Stage::Encoding,
        &written(longer),
        "the count of addresses is written in two bytes",
    );
    refuse(
        Stage::Limit,
        &written(vec![0; 1025]),
        "it is longer than 1024 bytes",
    );
}

fn ticket(world: &World, addresses: u8) -> Ticket {
    let addresses = (0..addresses).map(|last| NodeAddress {
        address: ([192, 0, 2, last], 4040).into(),
        node_key: key(11).node_key(),
    });
    Ticket {
        federation: world.federation,
        roster: RosterHash::of(&[b"the newest roster"]),
        addresses: addresses.collect(),
        secret: [0xc3; 16],
        expires_ms: START_MS + 604_800_000,
    }
}

/// Bytes as a ticket's text, with a checksum that fits.
fn written(mut bytes: Vec<u8>) -> String {
    let checksum = blake3::hash(&bytes);
    bytes.extend_from_slice(&checksum.as_bytes()[..4]);
    format!("faelled1-{}", BASE32_NOPAD.encode(&bytes).to_lowercase())
}

fn replace_at(text: &str, index: usize) -> String {
    let letter = if &text[index..=index] == "a" {
        "b"
    } else {
        "a"
    };
    format!("{}{letter}{}", &text[..index], &text[index + 1..])
}

/// The text with the lowest bit of its last letter set. This length of ticket does not use that bit.
fn unused_bit(text: &str) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
    let (before, last) = text.split_at(text.len() - 1);
    let value = LETTERS
        .iter()
        .position(|letter| last.as_bytes() == [*letter])
        .unwrap_or_default();
    format!("{before}{}", char::from(LETTERS[value | 1]))
}
