//! A node's key, replaced: the old one is revoked with all that it wrote kept, and the new one named in its place.
//!
//! The steps, in this order: the new key goes beside the old one; the revocations go into the store, all or none,
//! and from then on the key is replaced; the certificate that they name is put into the settings; the new key takes
//! the old one's place. Whoever opens the node next finishes what was broken off: before the second step the new
//! key is thrown away, after it the rest is done.

use faelled_proto::canonical::{decode, encode};
use faelled_proto::limits::MAX_MESSAGE_BYTES;
use faelled_proto::statement::Revocation;
use faelled_proto::{NodeCertificate, NodeKey, SecretKey, Space, Statement};
use faelled_store::Store;
use zeroize::Zeroizing;

use crate::asked::RevokedKey;
use crate::data::Data;
use crate::data::trust::{Data as Trust, Revocations};
use crate::directory::Directory;
use crate::failure::{Failure, Said};
use crate::keys;
use crate::node::{self, Node, Settings};
use crate::request::{Request, trust};
use crate::steward;

/// What the statements of a plan say; to be signed.
///
/// # Errors
/// When it holds none that can be read.
pub(crate) fn planned(revocations: &[String]) -> Result<Vec<Revocation>, Failure> {
    let read = |text: &String| {
        let bytes = data_encoding::BASE64.decode(text.as_bytes()).ok()?;
        decode::<Revocation>(&bytes, MAX_MESSAGE_BYTES).ok()
    };
    let read: Option<Vec<Revocation>> = revocations.iter().map(read).collect();
    read.filter(|read| !read.is_empty()).ok_or_else(|| {
        Failure::internal(
            "plan",
            Said::new(
                "the node's answer holds no revocation to sign",
                "nodens svar rummer ingen tilbagekaldelse at skrive under på",
            ),
        )
    })
}

/// Replaces a node's key. The node must not run.
///
/// # Errors
/// When it runs, is no member, or something cannot be written; then it has its old key still, or gets the new one
/// when it is opened the next time.
pub(crate) async fn rotate(
    directory: &Directory,
    identity: &SecretKey,
    expires_ms: u64,
) -> Result<NodeCertificate, Failure> {
    let node = open_alone(directory).await?;
    let outcome = replace(&node, directory, identity, expires_ms).await;
    node.stop().await?;
    let certificate = outcome?;
    Node::open(directory, None).await?.stop().await?;
    Ok(certificate)
}

/// Finishes a replacement that was broken off; see the top of this module.
///
/// # Errors
/// When a key cannot be read, or something cannot be written.
pub(crate) async fn finish(directory: &Directory, store: &Store) -> Result<(), Failure> {
    let Some(next) = keys::next_node_key(directory.path())? else {
        return Ok(());
    };
    let present = directory.keys()?.node.node_key();
    match successor(store, present, next.node_key()).await? {
        Some(certificate) => {
            let certificate = encode(&certificate);
            store.set_setting("certificate", &certificate).await?;
            keys::take_next_node_key(directory.path())
        }
        None => keys::drop_next_node_key(directory.path()),
    }
}

/// The certificate with which this node's member put the new key in the old one's place, if it did.
async fn successor(
    store: &Store,
    old: NodeKey,
    new: NodeKey,
) -> Result<Option<NodeCertificate>, Failure> {
    let settings = Settings::read(store).await?;
    let member = settings.certificate.claim.member;
    let said = |statement| match statement {
        Statement::Revocation(signed) => Some(signed.revocation),
        Statement::Equivocation(_) | Statement::Vote(_) => None,
    };
    let statements = store.statements().await?.into_iter();
    Ok(statements
        .filter_map(said)
        .filter(|said| said.space == Space::Commons && said.member == member)
        .filter(|said| said.node_key == old)
        .filter_map(|said| said.successor)
        .find(|certificate| certificate.claim.node_key == new))
}

async fn open_alone(directory: &Directory) -> Result<Node, Failure> {
    Node::open(directory, None)
        .await
        .map_err(|failure| match failure.code.as_str() {
            "locked" => Failure::configuration(
                "running",
                Said::new(
                    "the node runs, and its key cannot be replaced under it",
                    "noden kører, og dens nøgle kan ikke udskiftes imens",
                ),
            )
            .hint(Said::new(
                "stop faelled serve, replace the key, and start it again",
                "stop faelled serve, udskift nøglen, og start den igen",
            )),
            _ => failure,
        })
}

async fn replace(
    node: &Node,
    directory: &Directory,
    identity: &SecretKey,
    expires_ms: u64,
) -> Result<NodeCertificate, Failure> {
    let service = node.service();
    check_member(node).await?;
    let own = directory.keys()?.node.node_key();
    let request = trust::Request::PlanRevocation {
        node_key: own.to_string(),
        received_before_ms: None,
    };
    let Data::Trust(Trust::Revocations(Revocations { revocations, .. })) =
        service.data(Request::Trust(request)).await?
    else {
        return Err(Failure::stopping());
    };
    let planned = planned(&revocations)?;
    let settings = node::settings(directory).await?;
    let asked = RevokedKey {
        federation: settings.federation,
        member: &settings.certificate.claim.member,
        node_key: &own.to_string(),
    };
    asked.of(&planned)?;
    let key = SecretKey::from_seed(&Zeroizing::new(crate::random::<32>()?));
    let Some(Revocation {
        federation, member, ..
    }) = planned.first()
    else {
        return Err(Failure::stopping());
    };
    let (federation, member, node_key) = (*federation, member.clone(), key.node_key());
    let certificate = NodeCertificate::issue(federation, member, identity, node_key, expires_ms);
    let statements: Vec<Statement> = planned
        .into_iter()
        .map(|mut said| {
            if said.space == Space::Commons {
                said.successor = Some(certificate.clone());
            }
            Statement::Revocation(said.sign(identity))
        })
        .collect();
    keys::write_next_node_key(directory.path(), &key)?;
    service
        .data(steward::statements(&statements, false, false))
        .await?;
    Ok(certificate)
}

/// Whoever is no member has no use of a new key, and nobody would take the old one's revocation.
async fn check_member(node: &Node) -> Result<(), Failure> {
    let Data::Status(status) = node.service().data(Request::Status).await? else {
        return Err(Failure::stopping());
    };
    match status.standing {
        "member" => Ok(()),
        "revoked" => Err(faelled_engine::RequestFailure::KeyRevoked.into()),
        _ => Err(faelled_engine::RequestFailure::NotAMember.into()),
    }
}
