//! Search by words.

use serde::Serialize;

use super::rows;
use crate::spelling::match_expression;
use crate::{Mirror, MirrorError};

/// The most hits that are returned.
const MAX_HITS: u32 = 200;
/// Marks that SQLite puts around what matched. A text may hold them too: then its reader sees a
/// word marked that did not match, and nothing else.
const MARK_BEGIN: char = '\u{2}';
const MARK_END: char = '\u{3}';

/// A document that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The document.
    pub document: String,
    /// pack, requirement, adoption or pilot.
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
        /// Around the match in the Danish title.
        in_title_da: Option<String>,
        /// Around the match in the English title.
        in_title_en: Option<String>,
        /// Around the match in the Danish text.
        in_body_da: Option<String>,
        /// Around the match in the English text.
        in_body_en: Option<String>,
        /// Around the match in other text.
        in_other: Option<String>,
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

const HITS: &str = "\
     SELECT s.document, s.kind, s.number, s.title_da, s.title_en, \
     d.owner, m.name AS owner_name, d.space, \
     snippet(search, 3, char(2), char(3), '…', 12) AS in_title_da, \
     snippet(search, 4, char(2), char(3), '…', 12) AS in_title_en, \
     snippet(search, 5, char(2), char(3), '…', 24) AS in_body_da, \
     snippet(search, 6, char(2), char(3), '…', 24) AS in_body_en, \
     snippet(search, 7, char(2), char(3), '…', 16) AS in_other \
     FROM search s JOIN document d ON d.document = s.document \
     LEFT JOIN member m ON m.member = d.owner \
     WHERE search MATCH ?1 \
     ORDER BY bm25(search, 0, 0, 12, 6, 6, 1, 1, 1, 1), s.document LIMIT ?2";

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
    /// Documents that hold all the words, the best match first. The last word, and every longer
    /// one, also finds words that begin with it.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn search(&self, query: &str, limit: u32) -> Result<Vec<Hit>, MirrorError> {
        let failed = |error| self.failed("search", error);
        let Some(expression) = match_expression(query) else {
            return Ok(Vec::new());
        };
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let found: Vec<FoundRow> = sqlx::query_as(HITS)
            .bind(expression)
            .bind(limit.min(MAX_HITS))
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
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
            hits.push(hit(row, standing.as_ref()));
        }
        Ok(hits)
    }
}

fn hit(row: FoundRow, standing: Option<&Standing>) -> Hit {
    let (summary_da, summary_en) = summaries(&row, standing);
    let texts = [
        &row.in_body_da,
        &row.in_body_en,
        &row.in_title_da,
        &row.in_title_en,
        &row.in_other,
    ];
    let matching = texts
        .iter()
        .find_map(|text| text.as_deref().filter(|text| text.contains(MARK_BEGIN)));
    let snippet = matching
        .or_else(|| texts.iter().find_map(|text| text.as_deref()))
        .map(parts)
        .unwrap_or_default();
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

/// Splits a snippet at its marks.
fn parts(snippet: &str) -> Vec<SnippetPart> {
    let mut parts = Vec::new();
    for (index, piece) in snippet.split(MARK_BEGIN).enumerate() {
        let (matched, rest) = match piece.split_once(MARK_END) {
            Some((matched, rest)) if index > 0 => (matched, rest),
            _ => ("", piece),
        };
        for (text, is_match) in [(matched, true), (rest, false)] {
            if !text.is_empty() {
                parts.push(SnippetPart {
                    text: text.replace([MARK_BEGIN, MARK_END], ""),
                    is_match,
                });
            }
        }
    }
    parts
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_split_at_its_marks_and_loses_stray_ones() {
        let part = |text: &str, is_match| SnippetPart {
            text: text.to_owned(),
            is_match,
        };
        assert_eq!(
            parts("om \u{2}genbrug\u{3} af \u{2}kasser\u{3}"),
            vec![
                part("om ", false),
                part("genbrug", true),
                part(" af ", false),
                part("kasser", true)
            ],
        );
        assert_eq!(
            parts("a\u{3}b\u{2}c"),
            vec![part("ab", false), part("c", false)]
        );
    }
}
