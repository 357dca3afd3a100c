//! Counts.

use super::rows;
use crate::{Mirror, MirrorError};

rows! {
    /// How much there is. Packs, requirements, pilots and adoptions count what every member sees.
    pub struct Figures {
        /// Members of the federation.
        pub members: i64,
        /// Documents of all kinds and spaces.
        pub documents: i64,
        /// Those among them that only this member has.
        pub private_documents: i64,
        /// Those among them that are in groups.
        pub group_documents: i64,
        /// Groups that this member is in.
        pub groups: i64,
        /// Places that were set to different values at once and wait for a person.
        pub conflicts: i64,
        /// Shared packs.
        pub packs: i64,
        /// Releases of shared packs.
        pub releases: i64,
        /// Shared requirements.
        pub requirements: i64,
        /// Shared pilots.
        pub pilots: i64,
        /// Requirements tried in shared pilots.
        pub tried: i64,
        /// Shared adoptions in force.
        pub adoptions: i64,
        /// Entries that count.
        pub entries: i64,
        /// Entries that were refused.
        pub refused: i64,
        /// Documents that could not be built safely.
        pub quarantined: i64,
        /// Documents of kinds that newer software made.
        pub unknown_kind: i64,
    }
}

impl Mirror {
    /// All counts at one moment.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn figures(&self) -> Result<Figures, MirrorError> {
        let sql = "SELECT \
            (SELECT count(*) FROM member) AS members, \
            (SELECT count(*) FROM document) AS documents, \
            (SELECT count(*) FROM document WHERE space = 'private') AS private_documents, \
            (SELECT count(*) FROM document WHERE space = 'group') AS group_documents, \
            (SELECT count(*) FROM group_space) AS groups, \
            (SELECT count(*) FROM (SELECT DISTINCT document, path FROM conflict)) AS conflicts, \
            (SELECT count(*) FROM pack WHERE space = 'commons') AS packs, \
            (SELECT count(*) FROM release r JOIN document d ON d.document = r.pack \
              AND d.space = 'commons') AS releases, \
            (SELECT count(*) FROM requirement WHERE space = 'commons') AS requirements, \
            (SELECT count(*) FROM pilot WHERE space = 'commons') AS pilots, \
            (SELECT count(*) FROM pilot_tried t JOIN pilot p ON p.document = t.document \
              AND p.space = 'commons') AS tried, \
            (SELECT count(*) FROM adoption_now) AS adoptions, \
            (SELECT coalesce(sum(entries), 0) FROM document) AS entries, \
            (SELECT coalesce(sum(refused), 0) FROM document) AS refused, \
            (SELECT count(*) FROM document WHERE state = 'quarantined') AS quarantined, \
            (SELECT count(*) FROM document WHERE state = 'unknown-kind') AS unknown_kind";
        sqlx::query_as(sql)
            .fetch_one(&self.readers)
            .await
            .map_err(|error| self.failed("read", error))
    }
}
