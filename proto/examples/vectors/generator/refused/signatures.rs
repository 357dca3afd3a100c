//! Signatures and certificates that do not verify.

use faelled_proto::canonical::encode;
use faelled_proto::key::Domain;
use faelled_proto::{FederationId, IdentityKey, NodeCertificate, Signature};
use serde_json::json;

use super::list::{List, Stage};
use crate::generator::render::hex;
use crate::generator::world::{World, key};

/// The order of Ed25519's base point, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
/// The encoding of the neutral point.
const NEUTRAL: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes
};
/// The neutral point's encoding with y = p + 1, which is not canonical.
const NEUTRAL_UNREDUCED: [u8; 32] = {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xee;
    bytes[31] = 0x7f;
    bytes
};
/// s = k·a for the key of seed 1, R = [`NEUTRAL`] and [`message`]: it satisfies the equation, with an R of
/// small order.
const S_OF_NEUTRAL_R: [u8; 32] = [
    0xd8, 0xac, 0x85, 0xee, 0x58, 0xc0, 0x35, 0xd2, 0x82, 0x39, 0x24, 0x6e, 0x4b, 0x83, 0xc3, 0x78,
    0x5f, 0xb1, 0x93, 0xbf, 0x88, 0x77, 0xf9, 0x8a, 0xc9, 0x64, 0x2b, 0xc2, 0x44, 0xca, 0x81, 0x01,
];
const PREFIX: &[u8] = b"faelled/1 entry\0";
const PARTS: [&[u8]; 2] = [&[7; 32], b"what is signed"];

pub(crate) fn add(list: &mut List, world: &World) {
    bare(list);
    certificates(list, world);
}

fn message() -> Vec<u8> {
    [PREFIX, PARTS[0], PARTS[1]].concat()
}

/// The same signature with s + L in place of s.
pub(crate) fn malleated(signature: &Signature) -> Signature {
    let mut bytes = *signature.as_bytes();
    let mut carry = 0;
    for (byte, add) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    Signature::from_bytes(bytes)
}

fn joined(r: [u8; 32], s: [u8; 32]) -> Signature {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&r);
    bytes[32..].copy_from_slice(&s);
    Signature::from_bytes(bytes)
}

fn bare(list: &mut List) {
    let public = *key(1).identity_key().as_bytes();
    let good = key(1).sign(Domain::Entry, &PARTS);
    let mut flipped = *good.as_bytes();
    flipped[0] ^= 1;
    let mut off_curve = [0; 32];
    off_curve[0] = 2;
    let cases: [([u8; 32], Signature, &str); 8] = [
        (
            public,
            Signature::from_bytes(flipped),
            "a bit of R is changed",
        ),
        (
            public,
            malleated(&good),
            "s is not below the group's order: s + L in place of s",
        ),
        (
            public,
            key(1).sign(Domain::Roster, &PARTS),
            "the signature was made under another domain",
        ),
        (
            public,
            key(2).sign(Domain::Entry, &PARTS),
            "the signature was made by another key",
        ),
        (
            public,
            joined(NEUTRAL, S_OF_NEUTRAL_R),
            "R is of small order, though the equation holds",
        ),
        (
            NEUTRAL,
            joined(NEUTRAL, [0; 32]),
            "the key is of small order: it would sign anything",
        ),
        (
            NEUTRAL_UNREDUCED,
            joined(NEUTRAL, [0; 32]),
            "the key is of small order, in an encoding that is not canonical",
        ),
        (off_curve, good, "the key is no point of the curve"),
    ];
    for (public_key, signature, why) in cases {
        let input = json!({
            "public_key": hex(&public_key),
            "message": hex(&message()),
            "prefix": hex(PREFIX),
            "parts": PARTS.map(hex),
            "signature": hex(signature.as_bytes()),
        });
        list.input("signature", Stage::Signature, input, why);
    }
}

fn certificates(list: &mut List, world: &World) {
    let mut refuse = |certificate: &NodeCertificate, why: &str| {
        list.bytes("certificate", Stage::Signature, &encode(certificate), why);
    };
    let good = &world.certificate;

    let mut longer = good.clone();
    longer.claim.expires_ms += 1;
    refuse(
        &longer,
        "the certificate's expiry was changed after it was signed",
    );

    let mut other_node = good.clone();
    other_node.claim.node_key = key(13).node_key();
    refuse(
        &other_node,
        "the certificate's node key was changed after it was signed",
    );

    let mut other_identity = good.clone();
    other_identity.claim.identity_key = key(3).identity_key();
    refuse(
        &other_identity,
        "the certificate names an identity key that did not sign it",
    );

    let other = FederationId::of(&[b"another federation"]);
    let claim = &good.claim;
    refuse(
        &NodeCertificate::issue(
            other,
            claim.member.clone(),
            &key(2),
            claim.node_key,
            claim.expires_ms,
        ),
        "the certificate was signed for another federation",
    );

    let mut without_federation = good.clone();
    without_federation.signature = key(2).sign(Domain::NodeCertificate, &[&encode(claim)]);
    refuse(
        &without_federation,
        "the signature does not cover the federation's id",
    );

    let mut other_domain = good.clone();
    other_domain.signature =
        key(2).sign(Domain::Join, &[world.federation.as_bytes(), &encode(claim)]);
    refuse(
        &other_domain,
        "the certificate was signed under another domain",
    );

    let mut malleable = good.clone();
    malleable.signature = malleated(&good.signature);
    refuse(
        &malleable,
        "the certificate's signature has s + L in place of s",
    );

    let mut small = good.clone();
    small.claim.identity_key = IdentityKey::from_bytes(NEUTRAL);
    small.signature = joined(NEUTRAL, [0; 32]);
    refuse(&small, "the identity key is of small order");

    let mut trailing = encode(good);
    trailing.push(0);
    list.bytes(
        "certificate",
        Stage::Encoding,
        &trailing,
        "a byte follows the certificate",
    );
}
