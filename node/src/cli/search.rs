//! What `search` and `requirement list` ask for.

use super::arguments::{About, Search};
use super::values;
use crate::failure::{Failure, Said};
use crate::request::{RequirementQuery, SearchQuery};

/// Hits that a search shows unless more or fewer are asked for.
const DEFAULT_HITS: u32 = 20;

pub(super) fn requirements(about: About) -> Result<RequirementQuery, Failure> {
    Ok(RequirementQuery {
        category: values::code("Category", "--category", about.category)?,
        strategy: values::code("Strategy", "--strategy", about.strategy)?,
        cpv: about.cpv.as_deref().map(values::cpv).transpose()?,
        r#type: values::code("RequirementType", "--type", about.r#type)?,
        level: values::code("Level", "--level", about.level)?,
        pack: about.pack,
        tried: about
            .tried
            .then_some(true)
            .or(about.untried.then_some(false)),
    })
}

pub(super) fn query(search: Search) -> Result<SearchQuery, Failure> {
    let member = search
        .member
        .as_deref()
        .map(values::member_id)
        .transpose()?;
    let query = SearchQuery {
        words: search.words.join(" ").trim().to_owned(),
        kind: values::document_kind("--kind", search.kind)?,
        member: member.map(|member| member.to_string()),
        about: requirements(search.about)?,
        evidence: values::code("EvidenceKind", "--evidence", search.evidence)?,
        verdict: values::code("Verdict", "--verdict", search.verdict)?,
        limit: search.limit.unwrap_or(DEFAULT_HITS),
    };
    let asks_nothing = SearchQuery {
        limit: query.limit,
        ..SearchQuery::default()
    };
    if query != asks_nothing {
        return Ok(query);
    }
    Err(Failure::user(
        "nothing-asked",
        Said::new("nothing is searched for", "der er intet at søge efter"),
    )
    .hint(Said::new(
        "give words, or a filter: faelled search --category packaging --tried",
        "angiv ord eller et filter: faelled search --category emballage --tried",
    )))
}
