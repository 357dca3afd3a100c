//! How far feeds count and why, and what the stewards are deciding.

use std::collections::BTreeMap;

use faelled_proto::FeedId;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, SqliteConnection};

use super::{Grounds, MAX_ROWS, rows, rows_of};
use crate::{Mirror, MirrorError};

/// Everything that decides what counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trust {
    /// The members with feeds that are cut, or entries that a cut voided, by id.
    pub cuts: Vec<CutMember>,
    /// Feeds that are proven to have two branches.
    pub equivocations: Vec<Equivocation>,
    /// Revoked node keys.
    pub revocations: Vec<Revocation>,
    /// Where the roster has two branches.
    pub fork: Option<RosterFork>,
    /// Proposed next versions of the roster.
    pub proposals: Vec<RosterProposal>,
}

/// A member whose entries do not all count.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CutMember {
    /// Who, and how much of it.
    #[serde(flatten)]
    pub head: CutMemberHead,
    /// Its feeds that are cut. None where only documents took it off their editors.
    pub feeds: Vec<CutFeed>,
}

/// Two branches of the roster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RosterFork {
    /// The version after which they part.
    #[serde(flatten)]
    pub base: ForkBase,
    /// The branches.
    pub branches: Vec<ForkBranch>,
    /// Stewards that signed more than one of them.
    pub signed_both: Vec<ForkSigner>,
}

/// A proposed next version of the roster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RosterProposal {
    /// What is proposed.
    #[serde(flatten)]
    pub head: RosterProposalHead,
    /// How stewards voted, by id.
    pub votes: Vec<CastVote>,
}

rows! {
    /// A member whose entries do not all count.
    pub struct CutMemberHead {
        /// Its id.
        pub member: String,
        /// Its name, where it still is a member.
        pub member_name: Option<String>,
        /// Whether it still is a member.
        pub is_member: bool,
        /// How many of its entries a cut voided.
        pub voided_entries: i64,
        /// In how many documents.
        pub voided_documents: i64,
    }

    /// A feed that does not count to its end.
    pub struct CutFeed {
        /// The feed.
        pub feed: String,
        /// Whose it is.
        pub member: String,
        /// The key that signs it.
        pub node_key: String,
        /// Its sort of space.
        pub space: String,
        /// Which space of that sort.
        pub space_id: String,
        /// The group's name.
        pub space_name: Option<String>,
        /// The place of the last entry that counts; `None` where nothing does.
        pub last_seq: Option<i64>,
        /// Why; none where it is not known.
        pub grounds: Grounds,
        /// How many of its entries a cut voided.
        pub voided_entries: i64,
    }

    /// A feed that is proven to have two branches.
    pub struct Equivocation {
        /// The feed.
        pub feed: String,
        /// The first place that has two entries.
        pub seq: i64,
        /// Whose it is.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// The key that signed both.
        pub node_key: String,
        /// Its sort of space.
        pub space: String,
        /// Which space of that sort.
        pub space_id: String,
        /// The group's name.
        pub space_name: Option<String>,
        /// One of the two entries.
        pub entry: String,
        /// The other.
        pub other_entry: String,
    }

    /// A revoked node key.
    pub struct Revocation {
        /// The key.
        pub node_key: String,
        /// Whose it is.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// The identity key that signed the revocation.
        pub identity_key: String,
        /// The sort of space that it is about.
        pub space: String,
        /// Which space of that sort.
        pub space_id: String,
        /// The group's name.
        pub space_name: Option<String>,
        /// The key that takes its place.
        pub successor: Option<String>,
        /// When, by the signer's clock.
        pub claimed: Option<String>,
    }

    /// The last version on which the branches of the roster agree.
    pub struct ForkBase {
        /// The version.
        pub base_version: i64,
        /// Its hash.
        pub base_hash: String,
    }

    /// The newest version of a branch.
    pub struct ForkBranch {
        /// The version.
        pub version: i64,
        /// Its hash.
        pub hash: String,
    }

    /// A steward that signed more than one branch.
    pub struct ForkSigner {
        /// Its id.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
    }

    /// What is proposed.
    pub struct RosterProposalHead {
        /// The proposed version's hash.
        pub roster_hash: String,
        /// The version.
        pub version: i64,
        /// What it changes, in Danish.
        pub summary_da: Option<String>,
        /// What it changes, in English.
        pub summary_en: Option<String>,
        /// What its proposer has to say.
        pub note: Option<String>,
        /// How many stewards must approve it.
        pub needed: i64,
        /// How many do.
        pub approvals: i64,
        /// When it was made, by its proposer's clock.
        pub claimed: Option<String>,
    }

    /// How a steward voted.
    pub struct CastVote {
        /// The steward.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// A code of [`crate::RosterVote`].
        pub vote: String,
        /// Why it rejects.
        pub reason: Option<String>,
    }
}

impl Mirror {
    /// Cuts with what they voided, equivocations, revocations, a fork of the roster, and proposals.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn trust(&self) -> Result<Trust, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        Ok(Trust {
            cuts: cut_members(&mut tx).await.map_err(failed)?,
            equivocations: all(&mut tx, EQUIVOCATIONS).await.map_err(failed)?,
            revocations: all(&mut tx, REVOCATIONS).await.map_err(failed)?,
            fork: fork(&mut tx).await.map_err(failed)?,
            proposals: roster_proposals(&mut tx).await.map_err(failed)?,
        })
    }

    /// How far the feeds counted that the mirror was last built with: the place of the last entry
    /// that did, `None` where nothing did; feeds that are not named count to their end. A place
    /// beyond 2^63 - 1 is told as that.
    ///
    /// # Errors
    /// When the mirror cannot be read, or holds no feed where one should be named.
    pub async fn current_cuts(&self) -> Result<BTreeMap<FeedId, Option<u64>>, MirrorError> {
        let cuts: Vec<(String, Option<i64>)> =
            sqlx::query_as("SELECT DISTINCT feed, last_seq FROM cut")
                .fetch_all(&self.readers)
                .await
                .map_err(|error| self.failed("read", error))?;
        cuts.into_iter()
            .map(|(feed, last_seq)| {
                let feed = feed.parse().map_err(|_| MirrorError::Damaged {
                    path: self.path().to_owned(),
                    reason: "a cut names no feed".to_owned(),
                })?;
                Ok((
                    feed,
                    last_seq.map(|seq| u64::try_from(seq).unwrap_or_default()),
                ))
            })
            .collect()
    }
}

const MEMBERS: &str = "WITH voided AS ( \
      SELECT member, count(*) AS entries, count(DISTINCT document) AS documents \
      FROM refused_entry WHERE ground IS NOT NULL GROUP BY member), \
    affected AS (SELECT member FROM cut UNION SELECT member FROM voided) \
    SELECT a.member, m.name AS member_name, m.member IS NOT NULL AS is_member, \
      coalesce(v.entries, 0) AS voided_entries, coalesce(v.documents, 0) AS voided_documents \
    FROM affected a LEFT JOIN member m ON m.member = a.member \
    LEFT JOIN voided v ON v.member = a.member ORDER BY a.member LIMIT ?1";

const FEEDS: &str = "WITH voided AS ( \
      SELECT feed, count(*) AS entries FROM refused_entry WHERE ground IS NOT NULL GROUP BY feed) \
    SELECT c.feed, c.member, c.node_key, c.space, c.space_id, g.name AS space_name, c.last_seq, \
      coalesce(group_concat(c.ground), '') AS grounds, coalesce(v.entries, 0) AS voided_entries \
    FROM cut c LEFT JOIN group_space g ON g.space_id = c.space_id \
    LEFT JOIN voided v ON v.feed = c.feed GROUP BY c.feed ORDER BY c.member, c.feed LIMIT ?1";

const EQUIVOCATIONS: &str = "SELECT e.*, m.name AS member_name, g.name AS space_name \
    FROM equivocation e LEFT JOIN member m ON m.member = e.member \
    LEFT JOIN group_space g ON g.space_id = e.space_id \
    ORDER BY e.member, e.feed, e.seq LIMIT ?1";

const REVOCATIONS: &str = "SELECT r.*, m.name AS member_name, g.name AS space_name \
    FROM revocation r LEFT JOIN member m ON m.member = r.member \
    LEFT JOIN group_space g ON g.space_id = r.space_id \
    ORDER BY r.member, r.node_key, r.space_id, r.position LIMIT ?1";

const SIGNERS: &str = "SELECT s.member, m.name AS member_name FROM roster_fork_signer s \
    LEFT JOIN member m ON m.member = s.member ORDER BY s.member LIMIT ?1";

const PROPOSALS: &str = "SELECT p.*, (SELECT count(*) FROM roster_vote v \
      WHERE v.roster_hash = p.roster_hash AND v.vote = 'approve') AS approvals \
    FROM roster_proposal p ORDER BY p.version, p.roster_hash LIMIT ?1";

const VOTES: &str = "SELECT v.*, m.name AS member_name FROM roster_vote v \
    LEFT JOIN member m ON m.member = v.member WHERE v.roster_hash = ?1 \
    ORDER BY v.member, v.vote LIMIT 10000";

async fn all<T>(connection: &mut SqliteConnection, sql: &'static str) -> Result<Vec<T>, sqlx::Error>
where
    T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
{
    sqlx::query_as(sql)
        .bind(MAX_ROWS)
        .fetch_all(connection)
        .await
}

async fn cut_members(connection: &mut SqliteConnection) -> Result<Vec<CutMember>, sqlx::Error> {
    let members: Vec<CutMemberHead> = all(connection, MEMBERS).await?;
    let feeds: Vec<CutFeed> = all(connection, FEEDS).await?;
    let mut of_member: BTreeMap<String, Vec<CutFeed>> = BTreeMap::new();
    for feed in feeds {
        of_member.entry(feed.member.clone()).or_default().push(feed);
    }
    Ok(members
        .into_iter()
        .map(|head| CutMember {
            feeds: of_member.remove(&head.member).unwrap_or_default(),
            head,
        })
        .collect())
}

async fn fork(connection: &mut SqliteConnection) -> Result<Option<RosterFork>, sqlx::Error> {
    let base = "SELECT * FROM roster_fork";
    let Some(base) = sqlx::query_as(base)
        .fetch_optional(&mut *connection)
        .await?
    else {
        return Ok(None);
    };
    let branches = "SELECT * FROM roster_fork_head ORDER BY version, hash LIMIT ?1";
    Ok(Some(RosterFork {
        base,
        branches: all(connection, branches).await?,
        signed_both: all(connection, SIGNERS).await?,
    }))
}

async fn roster_proposals(
    connection: &mut SqliteConnection,
) -> Result<Vec<RosterProposal>, sqlx::Error> {
    let heads: Vec<RosterProposalHead> = all(connection, PROPOSALS).await?;
    let mut proposals = Vec::with_capacity(heads.len());
    for head in heads {
        let votes = rows_of(connection, VOTES, &head.roster_hash).await?;
        proposals.push(RosterProposal { head, votes });
    }
    Ok(proposals)
}
