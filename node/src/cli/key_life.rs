//! `faelled key renew`, `rotate` and `revoke`: how long a node's key counts.
//!
//! What the member's identity key signs is signed here, in the command's own process.

use std::path::Path;

use clap::{Args, Subcommand};
use faelled_model::attachment::FileBytes;
use faelled_proto::canonical::encode;
use faelled_proto::certificate::NodeClaim;
use faelled_proto::statement::Revocation;
use faelled_proto::{IdentityKey, NodeCertificate, SecretKey, Statement};
use serde_json::{Value, json};

use super::identity::{self, Signing, unsealed_identity};
use super::session::Session;
use super::{consent, output, values};
use crate::asked::{RevokedKey, revoking};
use crate::clock::{moment, now_ms};
use crate::data::trust::{Certifying, Data, Revocations};
use crate::failure::{Failure, Said};
use crate::fingerprint::fingerprint;
use crate::node::{self, CERTIFICATE_LIFE_MS};
use crate::request::{Request, trust};
use crate::{rotation, steward};

const DAY_MS: u64 = 86_400_000;

#[derive(Debug, Subcommand)]
pub(super) enum KeyLife {
    /// Give this node a new certificate for the same key, before the present one runs out
    Renew(Lasting),
    /// Give this node a new key: what the old one wrote stays, and a copy of the old one is worth nothing
    Rotate(Lasting),
    /// Revoke the key of a node that is lost or stolen: what it writes from now on counts for nobody
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Lasting {
    /// Days that the certificate holds, 1 to 3650; two years unless said
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=3650))]
    days: Option<u64>,
    #[command(flatten)]
    signing: Signing,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The node's key, or the beginning of it, as key show shows it
    #[arg(value_name = "NODE-KEY")]
    node_key: String,
    /// Count only what this node had received before: YYYY-MM-DD, or YYYY-MM-DD HH:MM, in UTC
    #[arg(long, value_name = "TIME")]
    received_before: Option<String>,
    /// Revoke this node's own key, with nothing in its place
    #[arg(long)]
    own: bool,
    #[command(flatten)]
    signing: Signing,
}

impl Lasting {
    fn expires_ms(&self) -> u64 {
        let life = self.days.map_or(CERTIFICATE_LIFE_MS, |days| days * DAY_MS);
        now_ms().saturating_add(life)
    }
}

pub(super) async fn run(session: &Session, command: KeyLife) -> Result<(), Failure> {
    match command {
        KeyLife::Renew(lasting) => renew(session, &lasting).await,
        KeyLife::Rotate(lasting) => rotate(session, &lasting).await,
        KeyLife::Revoke(revoke) => self::revoke(session, &revoke).await,
    }
}

async fn renew(session: &Session, lasting: &Lasting) -> Result<(), Failure> {
    let pinned = node::pinned(&session.directory).await?;
    let (claim, expires_ms) = (&pinned.certificate.claim, lasting.expires_ms());
    if !certifies(session, lasting, claim, false, expires_ms)? {
        return Ok(());
    }
    let identity = signing(
        session,
        lasting.signing.identity.identity.as_deref(),
        claim.identity_key,
    )
    .await?;
    let certificate = NodeCertificate::issue(
        pinned.federation(),
        claim.member.clone(),
        &identity,
        claim.node_key,
        expires_ms,
    );
    let certificate = FileBytes(encode(&certificate));
    session
        .answer(Request::Trust(trust::Request::Renew { certificate }))
        .await
}

/// Whether a person agrees to what is signed for this node's key.
fn certifies(
    session: &Session,
    lasting: &Lasting,
    claim: &NodeClaim,
    replaces: bool,
    expires_ms: u64,
) -> Result<bool, Failure> {
    session.show(Data::Certifying(Certifying {
        member: claim.member.to_string(),
        node_key: claim.node_key.to_string(),
        replaces,
        expires: moment(expires_ms),
    }));
    let question = if replaces {
        session.say("Replace the key? [y/N]", "Udskift nøglen? [j/N]")
    } else {
        session.say("Sign it? [y/N]", "Skriv under? [j/N]")
    };
    consent::signs(session, lasting.signing.yes, &question)
}

async fn rotate(session: &Session, lasting: &Lasting) -> Result<(), Failure> {
    let present = node::pinned(&session.directory).await?.certificate.claim;
    let (old, expires_ms) = (present.node_key, lasting.expires_ms());
    if !certifies(session, lasting, &present, true, expires_ms)? {
        return Ok(());
    }
    let file = lasting.signing.identity.identity.as_deref();
    let identity = unsealed_identity(session, file).await?;
    let certificate = rotation::rotate(&session.directory, &identity, expires_ms).await?;
    let claim = certificate.claim;
    let (words, expires) = (fingerprint(&claim.node_key), moment(claim.expires_ms));
    if session.json {
        return output::print_json(&json!({
            "node_key": claim.node_key.to_string(),
            "fingerprint": words,
            "expires": expires,
            "revoked": old.to_string(),
        }));
    }
    output::print(&session.say(
        format!(
            "This node has a new key. The old one is revoked; all that it wrote counts.\n\
             Key          {words}\n\
             Valid until  {expires} UTC\n\n\
             Start the node again: faelled serve. Tickets that you gave out name the old key: give new ones with faelled invite.\n"
        ),
        format!(
            "Noden har en ny nøgle. Den gamle er tilbagekaldt; alt, den har skrevet, tæller.\n\
             Nøgle       {words}\n\
             Gælder til  {expires} UTC\n\n\
             Start noden igen: faelled serve. Billetter, I har givet ud, nævner den gamle nøgle: giv nye med faelled invite.\n"
        ),
    ))
}

async fn revoke(session: &Session, revoke: &Revoke) -> Result<(), Failure> {
    let received_before_ms = revoke
        .received_before
        .as_deref()
        .map(values::moment_of)
        .transpose()?;
    let plan = trust::Request::PlanRevocation {
        node_key: revoke.node_key.clone(),
        received_before_ms,
    };
    let plan = session.ask(Request::Trust(plan)).await?;
    let pinned = node::pinned(&session.directory).await?;
    let claim = &pinned.certificate.claim;
    let planned = planned(&plan.json)?;
    let asked = RevokedKey {
        federation: pinned.federation(),
        member: &claim.member,
        node_key: &revoke.node_key,
    };
    let (node_key, identity_key) = asked.of(&planned)?;
    if node_key == claim.node_key && !revoke.own {
        return Err(own_key());
    }
    session.show(Data::Revocations(Revocations {
        received_before: received_before_ms.map(moment),
        // Only the node knows what it holds, and nothing hangs on it.
        voided: plan.json["voided"].as_u64().unwrap_or_default(),
        ..revoking(&planned, claim.node_key)
    }));
    let question = session.say("Revoke the key? [y/N]", "Tilbagekald nøglen? [j/N]");
    if !consent::signs(session, revoke.signing.yes, &question)? {
        return Ok(());
    }
    let file = revoke.signing.identity.identity.as_deref();
    let identity = signing(session, file, identity_key).await?;
    let statements: Vec<Statement> = planned
        .into_iter()
        .map(|said| Statement::Revocation(said.sign(&identity)))
        .collect();
    session
        .answer(steward::statements(&statements, false, false))
        .await
}

/// What the node hands over to be signed.
fn planned(plan: &Value) -> Result<Vec<Revocation>, Failure> {
    let revocations = plan["revocations"].as_array();
    let revocations: Vec<String> = revocations
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(ToOwned::to_owned))
        .collect();
    rotation::planned(&revocations)
}

/// The identity key that certified the node key: the member's present one, or one that it had, in a file.
async fn signing(
    session: &Session,
    file: Option<&Path>,
    wanted: IdentityKey,
) -> Result<SecretKey, Failure> {
    let present = node::certificate(&session.directory).await?.claim;
    if present.identity_key == wanted {
        return unsealed_identity(session, file).await;
    }
    let own = session.directory.identity_path();
    let path = file.unwrap_or(&own);
    let identity = identity::found(session, path)?;
    if identity.public() == Some(wanted) {
        return identity::open(session, &identity, path);
    }
    let words = fingerprint(&wanted);
    Err(Failure::user(
        "another-identity-key",
        Said::new(
            format!("the node's key was certified with an identity key that the member had before: {words}"),
            format!("nodens nøgle er godkendt med en identitetsnøgle, deltageren havde før: {words}"),
        ),
    )
    .hint(Said::new(
        "name the file with that key: --identity FILE",
        "angiv filen med den nøgle: --identity FIL",
    )))
}

fn own_key() -> Failure {
    Failure::user(
        "own-key",
        Said::new(
            "this is the key of this very node: without it the node exchanges nothing any more",
            "det er nøglen til denne node selv: uden den udveksler noden ikke mere noget",
        ),
    )
    .hint(Said::new(
        "faelled key rotate gives the node a new key and revokes this one; to end the node for good add --own",
        "faelled key rotate giver noden en ny nøgle og tilbagekalder denne; tilføj --own for at lukke noden for altid",
    ))
}
