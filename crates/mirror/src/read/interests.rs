//! What a member has to do with: what it owns, adopted, adapted, picked and follows.

use super::{MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

rows! {
    /// One thing that a member has to do with.
    pub struct Interest {
        /// own, adopted, adapted, basket or followed.
        pub why: String,
        /// Named as in a follow: `pack:…`, `requirement:…`, `project:…`, `category:…`, `cpv:…`.
        pub target: String,
    }
}

const INTERESTS: &str = "\
     SELECT 'own' AS why, kind || ':' || document AS target FROM document \
       WHERE owner = ?1 AND kind IN ('pack', 'requirement') \
     UNION SELECT 'adopted', 'pack:' || pack FROM adoption_now \
       WHERE member = ?1 AND stance <> 'declined' AND pack IS NOT NULL \
     UNION SELECT 'adopted', 'requirement:' || x.requirement FROM adoption_now a \
       JOIN released_requirement x ON x.pack = a.pack AND x.release = a.release \
       WHERE a.member = ?1 AND a.stance <> 'declined' AND x.requirement IS NOT NULL \
     UNION SELECT 'adapted', 'requirement:' || adapted_from FROM requirement \
       WHERE owner = ?1 AND adapted_from IS NOT NULL \
     UNION SELECT 'adapted', 'pack:' || adapted_from_pack FROM requirement \
       WHERE owner = ?1 AND adapted_from_pack IS NOT NULL \
     UNION SELECT 'basket', 'requirement:' || l.requirement FROM basket_line l \
       JOIN basket b ON b.document = l.document \
       WHERE b.owner = ?1 AND l.requirement IS NOT NULL \
     UNION SELECT 'followed', f.target FROM follow f JOIN document d ON d.document = f.document \
       WHERE d.owner = ?1 AND d.space = 'private' AND f.target IS NOT NULL \
     ORDER BY 1, 2 LIMIT ?2";

impl Mirror {
    /// What a member has to do with.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn interests(&self, member: &str) -> Result<Vec<Interest>, MirrorError> {
        sqlx::query_as(INTERESTS)
            .bind(member)
            .bind(10 * MAX_ROWS)
            .fetch_all(&self.readers)
            .await
            .map_err(|error| self.failed("read", error))
    }
}
