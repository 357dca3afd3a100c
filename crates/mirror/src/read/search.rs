//! Search by words, and by what documents are about.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::requirements::branch;
use super::rows;
use crate::words::{Marker, Namesake, Query, Text, Tongue};
use crate::{Mirror, MirrorError};

/// The most hits that are returned.
const MAX_HITS: u32 = 200;

/// Which documents are asked for; what is not set does not narrow. Values are codes.
///
/// What concerns requirements is asked of a requirement itself, of those that a pack holds, of
/// those that a pilot tried and of those in the release that an adoption pins: one of them must
/// fit all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// The documents' kind, as in [`Hit::kind`].
    pub kind: Option<String>,
    /// The id of the member that owns the document.
    pub owner: Option<String>,
    /// What is bought.
    pub category: Option<String>,
    /// A CPV code or the beginning of one: everything on that branch. A pilot's tender counts too.
    pub cpv: Option<String>,
    /// Where it works on the waste hierarchy.
    pub strategy: Option<String>,
    /// The part it plays in a tender.
    pub r#type: Option<String>,
    /// How far it goes.
    pub level: Option<String>,
    /// A kind of evidence that is asked for.
    pub evidence: Option<String>,
    /// Whether a pilot tried it.
    pub tried: Option<bool>,
    /// A verdict that some pilot came to; of a pilot, that it came to itself.
    pub verdict: Option<String>,
    /// The document or code of a pack that holds it.
    pub pack: Option<String>,
}

/// A document that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The document.
    pub document: String,
    /// pack, requirement, adoption, pilot, question, answer, comment, resource, project or
    /// participation.
    pub kind: String,
    /// Its number or code.
    pub number: Option<String>,
    /// Title in Danish.
    pub title_da: Option<String>,
    /// Title in English.
    pub title_en: Option<String>,
    /// Its owner.
    pub owner: String,
    /// The owner's name.
    pub owner_name: Option<String>,
    /// commons, group or private.
    pub space: String,
    /// Where it matched.
    pub snippet: Vec<SnippetPart>,
    /// In one line, how it did in practice or where it stands; in Danish.
    pub summary_da: String,
    /// The same in English.
    pub summary_en: String,
}

/// A piece of text that matched or stands around a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnippetPart {
    /// The text.
    pub text: String,
    /// Whether it matched.
    pub is_match: bool,
}

rows! {
    /// A hit as it comes from the search table.
    struct FoundRow {
        /// The document.
        document: String,
        /// Its kind.
        kind: String,
        /// Its number.
        number: Option<String>,
        /// Title in Danish.
        title_da: Option<String>,
        /// Title in English.
        title_en: Option<String>,
        /// Its owner.
        owner: String,
        /// The owner's name.
        owner_name: Option<String>,
        /// Its sort of space.
        space: String,
        /// Text in Danish.
        body_da: Option<String>,
        /// Text in English.
        body_en: Option<String>,
        /// Other text.
        body_other: Option<String>,
    }

    /// What the summaries are made of.
    struct Standing {
        /// Pilots, or requirements tried in a pilot, or requirements of a pack.
        count: i64,
        /// Members that ran pilots, or adopters of a pack.
        members: i64,
        /// Verdicts to keep.
        keep: i64,
        /// Verdicts to adjust.
        adjust: i64,
        /// Verdicts to drop.
        drop_it: i64,
        /// Tenders received on average.
        bidders: Option<f64>,
        /// Tenders received last time on average.
        bidders_last_time: Option<f64>,
        /// How often the price rose.
        dearer: i64,
        /// How often it is known what it did.
        price_known: i64,
        /// A version, or what a code is called in Danish.
        state_da: Option<String>,
        /// The same in English.
        state_en: Option<String>,
    }
}

/// Hits that fit the filter: the first part decides which rows of the search table are looked at,
/// the last one their order.
macro_rules! hits {
    ($condition:literal, $order:literal) => {
        concat!(
            "SELECT s.document, s.kind, s.number, s.title_da, s.title_en, \
             d.owner, m.name AS owner_name, d.space, s.body_da, s.body_en, s.body_other \
             FROM search s JOIN document d ON d.document = s.document \
             LEFT JOIN member m ON m.member = d.owner \
             WHERE ",
            $condition,
            " AND (?4 IS NULL OR d.kind = ?4) AND (?5 IS NULL OR d.owner = ?5) \
             AND (NOT ?6 OR EXISTS (SELECT 1 FROM requirement q WHERE q.document IN (\
                 SELECT d.document \
                 UNION ALL SELECT h.requirement FROM pack_requirement h \
                   WHERE h.document = d.document \
                 UNION ALL SELECT t.requirement FROM pilot_tried t \
                   WHERE t.document = d.document \
                 UNION ALL SELECT x.requirement FROM adoption a JOIN released_requirement x \
                   ON x.pack = a.pack AND x.release = a.release WHERE a.document = d.document) \
               AND (?7 IS NULL OR q.category = ?7) \
               AND (?8 IS NULL OR EXISTS (SELECT 1 FROM requirement_cpv c \
                 WHERE c.document = q.document AND c.cpv >= ?8 AND c.cpv < ?8 || ':') \
                 OR EXISTS (SELECT 1 FROM pilot_cpv c \
                 WHERE c.document = d.document AND c.cpv >= ?8 AND c.cpv < ?8 || ':')) \
               AND (?9 IS NULL OR EXISTS (SELECT 1 FROM requirement_strategy y \
                 WHERE y.document = q.document AND y.strategy = ?9)) \
               AND (?10 IS NULL OR q.type = ?10) AND (?11 IS NULL OR q.level = ?11) \
               AND (?12 IS NULL OR EXISTS (SELECT 1 FROM requirement_evidence e \
                 WHERE e.document = q.document AND e.kind = ?12)) \
               AND (?13 IS NULL OR ?13 = EXISTS (SELECT 1 FROM pilot_tried t \
                 JOIN pilot p ON p.document = t.document \
                 WHERE t.requirement = q.document AND p.space <> 'private')) \
               AND (?14 IS NULL OR EXISTS (SELECT 1 FROM pilot_tried t \
                 WHERE t.requirement = q.document AND t.verdict = ?14 \
                 AND (d.kind <> 'pilot' OR t.document = d.document))) \
               AND (?15 IS NULL OR EXISTS (SELECT 1 FROM pack_requirement h \
                 JOIN pack k ON k.document = h.document WHERE h.requirement = q.document \
                 AND (k.document = ?15 OR k.code = ?15 COLLATE NOCASE))))) \
             ORDER BY ",
            $order,
            ", s.document LIMIT ?3",
        )
    };
}

// A number stands before all else. Titles are weighed by themselves: within one sum, a word that a
// long text repeats would make up for them. What was written weighs more than its stem, and a stem
// more than a part of a compound; what was released or tried, a little more than what was not.
const BY_WORDS: &str = hits!(
    "s.search MATCH ?1",
    "coalesce(s.number, '') = ?2 COLLATE NOCASE DESC, \
     (2.0 * bm25(search, 0, 0, 0, 4, 2, 2, 0, 0, 0, 0, 1, 0, 0.7, 0) \
       + bm25(search, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0.5, 0, 0.3)) * (1.0 \
       + 0.1 * (EXISTS (SELECT 1 FROM released_requirement x WHERE x.requirement = s.document) \
         OR EXISTS (SELECT 1 FROM release r WHERE r.pack = s.document)) \
       + 0.1 * (s.kind = 'pilot' \
         OR EXISTS (SELECT 1 FROM pilot_tried t WHERE t.requirement = s.document)))"
);

const BY_FILTER: &str = hits!(
    "?1 IS NULL",
    "s.kind <> 'requirement', s.kind, s.number, s.title_da"
);

const REQUIREMENT: &str = "\
     SELECT pilots AS count, members, keep, adjust, drop_it, bidders_avg AS bidders, \
     bidders_last_time_avg AS bidders_last_time, \
     price_under_5 + price_5_15 + price_over_15 AS dearer, \
     price_lower + price_none + price_under_5 + price_5_15 + price_over_15 AS price_known, \
     NULL AS state_da, NULL AS state_en FROM requirement_in_practice WHERE document = ?1";

const PACK: &str = "\
     SELECT requirements AS count, adopters AS members, 0 AS keep, 0 AS adjust, 0 AS drop_it, \
     NULL AS bidders, NULL AS bidders_last_time, 0 AS dearer, 0 AS price_known, \
     version AS state_da, version AS state_en FROM released_now WHERE pack = ?1";

const PILOT: &str = "\
     SELECT count(t.document) AS count, 0 AS members, \
     count(*) FILTER (WHERE t.verdict = 'keep') AS keep, \
     count(*) FILTER (WHERE t.verdict = 'adjust') AS adjust, \
     count(*) FILTER (WHERE t.verdict = 'drop') AS drop_it, \
     avg(t.bidders) AS bidders, avg(t.bidders_last_time) AS bidders_last_time, \
     0 AS dearer, 0 AS price_known, \
     coalesce(c.name_da, p.state) AS state_da, coalesce(c.name_en, p.state) AS state_en \
     FROM pilot p LEFT JOIN pilot_tried t ON t.document = p.document \
     LEFT JOIN code c ON c.list = 'pilot-state' AND c.code = p.state \
     WHERE p.document = ?1 GROUP BY p.document";

impl Mirror {
    /// Documents that hold all the words and fit the filter, the best match first; with a filter
    /// and no words, all that fit it, requirements first.
    ///
    /// A word also finds its other forms, compounds that it is a part of, words of the same
    /// meaning in both languages and, where it is a member's name, what that member owns; the last
    /// word, and every longer one, also words that begin with it. Words in quotes are looked for
    /// side by side.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn search(
        &self,
        query: &str,
        filter: &SearchFilter,
        limit: u32,
    ) -> Result<Vec<Hit>, MirrorError> {
        let failed = |error| self.failed("search", error);
        let mut words = Query::read(query);
        if words.is_empty() && *filter == SearchFilter::default() {
            return Ok(Vec::new());
        }
        let mut tx = self.readers.begin().await.map_err(failed)?;
        words.name_members(&members(&mut tx).await.map_err(failed)?);
        let found = found(&mut tx, query, &words, filter, limit)
            .await
            .map_err(failed)?;
        let mut marker = Marker::new(&words);
        let mut hits = Vec::with_capacity(found.len());
        for row in found {
            let sql = match row.kind.as_str() {
                "requirement" => Some(REQUIREMENT),
                "pack" => Some(PACK),
                "pilot" => Some(PILOT),
                _ => None,
            };
            let standing: Option<Standing> = match sql {
                Some(sql) => sqlx::query_as(sql)
                    .bind(&row.document)
                    .fetch_optional(&mut *tx)
                    .await
                    .map_err(failed)?,
                None => None,
            };
            hits.push(hit(row, standing.as_ref(), &mut marker));
        }
        Ok(hits)
    }
}

/// The members by whose names documents can be found.
async fn members(connection: &mut SqliteConnection) -> Result<Vec<Namesake>, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT member, name FROM member WHERE name IS NOT NULL ORDER BY member LIMIT 10000",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(member, name)| Namesake { member, name })
        .collect())
}

async fn found(
    connection: &mut SqliteConnection,
    typed: &str,
    words: &Query,
    filter: &SearchFilter,
    limit: u32,
) -> Result<Vec<FoundRow>, sqlx::Error> {
    let expression = words.expression();
    let sql = if expression.is_some() {
        BY_WORDS
    } else {
        BY_FILTER
    };
    sqlx::query_as(sql)
        .bind(expression)
        .bind(typed.trim())
        .bind(limit.min(MAX_HITS))
        .bind(filter.kind.as_deref())
        .bind(filter.owner.as_deref())
        .bind(filter.asks_of_requirements())
        .bind(filter.category.as_deref())
        .bind(filter.cpv.as_deref().map(branch))
        .bind(filter.strategy.as_deref())
        .bind(filter.r#type.as_deref())
        .bind(filter.level.as_deref())
        .bind(filter.evidence.as_deref())
        .bind(filter.tried)
        .bind(filter.verdict.as_deref())
        .bind(filter.pack.as_deref())
        .fetch_all(connection)
        .await
}

impl SearchFilter {
    fn asks_of_requirements(&self) -> bool {
        let of_documents = Self {
            kind: self.kind.clone(),
            owner: self.owner.clone(),
            ..Self::default()
        };
        *self != of_documents
    }
}

fn hit(row: FoundRow, standing: Option<&Standing>, marker: &mut Marker<'_>) -> Hit {
    let (summary_da, summary_en) = summaries(&row, standing);
    let texts: Vec<Text<'_>> = [
        (Tongue::Danish, &row.body_da),
        (Tongue::English, &row.body_en),
        (Tongue::Danish, &row.title_da),
        (Tongue::English, &row.title_en),
        (Tongue::Other, &row.body_other),
    ]
    .into_iter()
    .filter_map(|(tongue, text)| text.as_deref().map(|text| Text { tongue, text }))
    .collect();
    let snippet = marker.snippet(&texts);
    let snippet = snippet
        .into_iter()
        .map(|(text, is_match)| SnippetPart { text, is_match })
        .collect();
    Hit {
        document: row.document,
        kind: row.kind,
        number: row.number,
        title_da: row.title_da,
        title_en: row.title_en,
        owner: row.owner,
        owner_name: row.owner_name,
        space: row.space,
        snippet,
        summary_da,
        summary_en,
    }
}

fn summaries(row: &FoundRow, standing: Option<&Standing>) -> (String, String) {
    let standing = match standing {
        Some(standing) => standing,
        None if row.space == "private" => {
            return (
                "kladde, kun hos jer selv".to_owned(),
                "draft, only with you".to_owned(),
            );
        }
        None if row.kind == "pack" => {
            return (
                "ikke udgivet endnu".to_owned(),
                "not released yet".to_owned(),
            );
        }
        None => return (String::new(), String::new()),
    };
    let state_da = standing.state_da.as_deref().unwrap_or("?");
    let state_en = standing.state_en.as_deref().unwrap_or("?");
    match row.kind.as_str() {
        "pack" => (
            format!(
                "version {state_da}, {} krav, i brug hos {}",
                standing.count, standing.members
            ),
            format!(
                "version {state_en}, {} requirements, in use with {}",
                standing.count, standing.members
            ),
        ),
        "pilot" => (
            format!(
                "{state_da}, {} krav afprøvet{}",
                standing.count,
                outcome_da(standing)
            ),
            format!(
                "{state_en}, {} requirements tried{}",
                standing.count,
                outcome_en(standing)
            ),
        ),
        _ if standing.count == 0 => ("ikke afprøvet endnu".to_owned(), "not tried yet".to_owned()),
        _ => (
            format!(
                "afprøvet {} af {}{}",
                counted(standing.count, "én gang", "gange"),
                counted(standing.members, "én deltager", "deltagere"),
                outcome_da(standing)
            ),
            format!(
                "tried {} by {}{}",
                counted(standing.count, "once", "times"),
                counted(standing.members, "one member", "members"),
                outcome_en(standing)
            ),
        ),
    }
}

/// One of them in words, several by number.
fn counted(count: i64, one: &str, several: &str) -> String {
    if count == 1 {
        one.to_owned()
    } else {
        format!("{count} {several}")
    }
}

fn outcome_da(standing: &Standing) -> String {
    let mut text = verdicts(standing, ["behold", "justér", "drop"]);
    if let Some(bidders) = standing.bidders {
        text.push_str(&format!(
            "; {} tilbud i snit",
            decimal(bidders).replace('.', ",")
        ));
        if let Some(last) = standing.bidders_last_time {
            text.push_str(&format!(" (sidst {})", decimal(last).replace('.', ",")));
        }
    }
    if standing.price_known > 0 {
        text.push_str(&format!(
            "; dyrere i {} af {}",
            standing.dearer, standing.price_known
        ));
    }
    text
}

fn outcome_en(standing: &Standing) -> String {
    let mut text = verdicts(standing, ["keep", "adjust", "drop"]);
    if let Some(bidders) = standing.bidders {
        text.push_str(&format!("; {} tenders on average", decimal(bidders)));
        if let Some(last) = standing.bidders_last_time {
            text.push_str(&format!(" (last time {})", decimal(last)));
        }
    }
    if standing.price_known > 0 {
        text.push_str(&format!(
            "; dearer in {} of {}",
            standing.dearer, standing.price_known
        ));
    }
    text
}

fn verdicts(standing: &Standing, names: [&str; 3]) -> String {
    let counts = [standing.keep, standing.adjust, standing.drop_it];
    let said: Vec<String> = counts
        .iter()
        .zip(names)
        .filter(|(count, _)| **count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    if said.is_empty() {
        String::new()
    } else {
        format!("; {}", said.join(", "))
    }
}

fn decimal(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
