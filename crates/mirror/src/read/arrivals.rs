//! What came since last time.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{MAX_ROWS, rows};
use crate::{Mirror, MirrorError};

/// Something that happened in the commons or in a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arrival {
    /// What happened.
    #[serde(flatten)]
    pub head: ArrivalHead,
    /// What the document, and what it is about, belong to, as in what people follow: `pack:…`,
    /// `requirement:…`, `project:…`, `category:…`, `cpv:…` with whole codes.
    pub concerns: Vec<String>,
}

rows! {
    /// What happened, enough to say it in one line.
    pub struct ArrivalHead {
        /// The last arrival that it consists of.
        pub arrival: i64,
        /// opened (a new document), changed, released or withdrawn.
        pub what: String,
        /// Who signed it; of several entries, the last.
        pub member: String,
        /// That member's name.
        pub member_name: Option<String>,
        /// When, by the author's clock.
        pub claimed: Option<String>,
        /// The document.
        pub document: String,
        /// Its kind.
        pub kind: String,
        /// Its owner.
        pub owner: String,
        /// commons or group.
        pub space: String,
        /// Which space of that sort.
        pub space_id: String,
        /// What it is cited by.
        pub number: Option<String>,
        /// Its title in Danish.
        pub title_da: Option<String>,
        /// Its title in English.
        pub title_en: Option<String>,
        /// The version that was released or withdrawn, adopted or co-signed.
        pub version: Option<String>,
        /// A code that says more: an adoption's stance, a pilot's or participation's or question's or comment's state,
        /// a resource's kind.
        pub state: Option<String>,
        /// The beginning of what a question, comment or answer says, in Danish.
        pub said_da: Option<String>,
        /// The same in English.
        pub said_en: Option<String>,
        /// The document that it is about.
        pub about: Option<String>,
        /// That document's kind, where it is here.
        pub about_kind: Option<String>,
        /// Its owner.
        pub about_owner: Option<String>,
        /// What it is cited by.
        pub about_number: Option<String>,
        /// Its title in Danish.
        pub about_da: Option<String>,
        /// Its title in English.
        pub about_en: Option<String>,
    }
}

// A withdrawal is part of its pack's document, so that no entry is it: it is told with entries of about its day and
// before, sooner twice than never.
const ARRIVALS: &str = "\
     SELECT x.arrival, x.what, x.member, m.name AS member_name, x.claimed, d.document, d.kind, \
     d.owner, d.space, d.space_id, d.number, d.title_da, d.title_en, \
     coalesce(x.version, a.version, c.version) AS version, \
     coalesce(a.stance, p.state, t.state, q.state, o.state, r.kind) AS state, \
     substr(coalesce(q.body_da, o.body_da, w.body_da), 1, 200) AS said_da, \
     substr(coalesce(q.body_en, o.body_en, w.body_en), 1, 200) AS said_en, \
     b.document AS about, b.kind AS about_kind, b.owner AS about_owner, b.number AS about_number, \
     b.title_da AS about_da, b.title_en AS about_en FROM (\
       SELECT document, max(arrival) AS arrival, \
         iif(sum(kind = 'document-opening'), 'opened', 'changed') AS what, member, claimed, \
         NULL AS version FROM entry \
         WHERE arrival > ?1 AND kind <> 'release' AND (?2 IS NULL OR member <> ?2) \
         GROUP BY document \
       UNION ALL SELECT e.document, e.arrival, 'released', e.member, e.claimed, r.version \
         FROM entry e JOIN release r ON r.pack = e.document AND r.entry = e.entry \
         WHERE e.arrival > ?1 AND (?2 IS NULL OR e.member <> ?2) \
       UNION ALL SELECT e.document, max(e.arrival), 'withdrawn', e.member, e.claimed, w.version \
         FROM entry e JOIN pack_withdrawal w ON w.document = e.document \
           AND coalesce(w.date, '9999') >= date(e.claimed, '-1 day') \
         WHERE e.arrival > ?1 AND e.kind = 'change' AND (?2 IS NULL OR e.member <> ?2) \
         GROUP BY w.document, w.position) x \
     JOIN document d ON d.document = x.document AND d.state = 'read' AND d.space <> 'private' \
     LEFT JOIN member m ON m.member = x.member \
     LEFT JOIN adoption a ON a.document = d.document \
     LEFT JOIN cosignature c ON c.document = d.document \
     LEFT JOIN pilot p ON p.document = d.document \
     LEFT JOIN participation t ON t.document = d.document \
     LEFT JOIN question q ON q.document = d.document \
     LEFT JOIN comment o ON o.document = d.document \
     LEFT JOIN answer w ON w.document = d.document \
     LEFT JOIN resource r ON r.document = d.document \
     LEFT JOIN document b ON b.document = coalesce(a.pack, c.pack, t.project_document, q.target, \
       o.target, w.question, r.target) \
     ORDER BY x.arrival DESC, x.what, d.document, version LIMIT ?3";

const CONCERNS: &str = "SELECT DISTINCT document, target FROM concern \
     WHERE document IN (SELECT value FROM json_each(?1)) AND target IS NOT NULL \
     ORDER BY document, target";

impl Mirror {
    /// What came after an arrival, the newest first; without what one member wrote, where it is given. What is
    /// private is left out. The newest arrival of all is [`crate::Watermark::row`].
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn arrivals(
        &self,
        after: i64,
        except: Option<&str>,
    ) -> Result<Vec<Arrival>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let heads: Vec<ArrivalHead> = sqlx::query_as(ARRIVALS)
            .bind(after)
            .bind(except)
            .bind(MAX_ROWS)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        let documents: BTreeSet<&str> = heads.iter().flat_map(ArrivalHead::documents).collect();
        let documents = serde_json::to_string(&documents).unwrap_or_default();
        let pairs: Vec<(String, String)> = sqlx::query_as(CONCERNS)
            .bind(documents)
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
        let mut targets_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (document, target) in pairs {
            targets_of.entry(document).or_default().push(target);
        }
        let arrival = |head: ArrivalHead| {
            let targets: BTreeSet<&String> = head
                .documents()
                .filter_map(|document| targets_of.get(document))
                .flatten()
                .collect();
            Arrival {
                concerns: targets.into_iter().cloned().collect(),
                head,
            }
        };
        Ok(heads.into_iter().map(arrival).collect())
    }
}

impl ArrivalHead {
    /// The document, and what it is about.
    fn documents(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.document.as_str()).chain(self.about.as_deref())
    }
}
