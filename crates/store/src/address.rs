//! Where other nodes were reached, or are said to be.

use faelled_proto::MemberId;
use faelled_proto::ticket::NodeAddress;

use crate::column::{id, integer, member, unsigned};
use crate::error::{Failure, StoreError};
use crate::store::Store;
use crate::writer::Writing;

/// How many addresses are kept for a node. Of more, those that served longest ago go.
pub const MAX_ADDRESSES_PER_NODE: u32 = 8;

/// Where a node was reached, or is said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRow {
    /// The address, and the key that the node there must show.
    pub node: NodeAddress,
    /// The member for which the node acts, where known.
    pub member: Option<MemberId>,
    /// Milliseconds since 1970 when it was last reached there; `None` if it never was.
    pub last_ok_ms: Option<u64>,
}

impl Store {
    /// Keeps an address. What is known already of the same address is completed, never unlearned.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put_address(&self, row: &AddressRow) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        let result = put(&mut writing, row).await;
        writing.finish(result).await
    }

    /// All addresses, the one that served last first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn addresses(&self) -> Result<Vec<AddressRow>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT node_key, address, member, last_ok_ms FROM address \
             ORDER BY last_ok_ms DESC NULLS LAST, node_key, address",
        )
        .fetch_all(self.readers())
        .await
        .map_err(|error| self.failed(error))?;
        rows.into_iter()
            .map(of_columns)
            .collect::<Result<_, _>>()
            .map_err(|f| f.at(self.path()))
    }
}

async fn put(writing: &mut Writing<'_>, row: &AddressRow) -> Result<(), Failure> {
    let node_key = row.node.node_key.as_bytes().to_vec();
    let statement = sqlx::query(
        "INSERT INTO address (node_key, address, member, last_ok_ms) VALUES (?, ?, ?, ?) \
         ON CONFLICT (node_key, address) DO UPDATE SET \
         member = coalesce(excluded.member, member), \
         last_ok_ms = nullif(max(coalesce(excluded.last_ok_ms, -1), coalesce(last_ok_ms, -1)), -1)",
    )
    .bind(node_key.clone())
    .bind(row.node.address.to_string())
    .bind(row.member.as_ref().map(MemberId::as_str))
    .bind(row.last_ok_ms.map(integer).transpose()?);
    writing.run(statement).await?;
    // The new one stays in any case: it may be the only one that works now.
    let statement = sqlx::query(
        "DELETE FROM address WHERE node_key = ?1 AND address <> ?2 AND address NOT IN \
         (SELECT address FROM address WHERE node_key = ?1 AND address <> ?2 \
          ORDER BY last_ok_ms DESC NULLS LAST, address LIMIT ?3)",
    )
    .bind(node_key)
    .bind(row.node.address.to_string())
    .bind(MAX_ADDRESSES_PER_NODE - 1);
    writing.run(statement).await.map(drop)
}

type Columns = (Vec<u8>, String, Option<String>, Option<i64>);

fn of_columns(columns: Columns) -> Result<AddressRow, Failure> {
    let (node_key, address, member_id, last_ok_ms) = columns;
    let address = address
        .parse()
        .map_err(|_| Failure::Damaged("a node's address is not one".to_owned()))?;
    Ok(AddressRow {
        node: NodeAddress {
            address,
            node_key: id(&node_key)?,
        },
        member: member_id.as_deref().map(member).transpose()?,
        last_ok_ms: last_ok_ms.map(unsigned).transpose()?,
    })
}
