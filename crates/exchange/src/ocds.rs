//! Pilots' tenders as an OCDS 1.1 release package.
//!
//! Only what the standard's own schema knows is written, without extensions. No supplier and no bid is named.

use std::collections::BTreeMap;

use faelled_model::codes::{cpv, eforms};
use faelled_model::terms::PilotState;
use faelled_model::text::InLanguages;
use faelled_model::{Language, Pilot};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clean::clean;

/// A prefix for contracting processes that stands in where none was registered. The Open Contracting
/// Partnership gives out prefixes; data under this one must not be published.
pub const UNREGISTERED_PREFIX: &str = "ocds-faelld";

/// Who publishes, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The registered prefix: `ocds-` and six letters or digits.
    pub prefix: String,
    /// The address of the package.
    pub address: String,
    /// The publisher's name.
    pub publisher: String,
    /// When it is published, in milliseconds since 1970.
    pub published_ms: i64,
    /// The licence's address, or nothing.
    pub licence: String,
    /// The language of titles.
    pub language: Language,
}

/// A pilot's tender.
#[derive(Debug, Clone, PartialEq)]
pub struct PilotTender<'a> {
    /// The pilot's document, hexadecimal.
    pub document: &'a str,
    /// The id of the member that bought.
    pub owner: &'a str,
    /// When the pilot was last changed, in milliseconds since 1970.
    pub changed_ms: i64,
    /// What it holds.
    pub pilot: &'a Pilot,
}

/// Why no package can be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcdsError {
    /// A package without releases is none.
    #[error("there is no tender to write; record a pilot first")]
    Nothing,
    /// The prefix.
    #[error(
        "{0} is no OCDS prefix; write ocds- and the six letters or digits that were registered"
    )]
    Prefix(String),
    /// The package's address.
    #[error("{0} is no web address; write one that begins with https://")]
    Address(String),
    /// A time outside the calendar.
    #[error("{0} ms is no time that can be written")]
    Time(i64),
}

/// Tenders as a release package; `names` are the members' names by id.
///
/// # Errors
/// When there is nothing to write, or the publication cannot be named.
pub fn ocds(
    publication: &Publication,
    tenders: &[PilotTender<'_>],
    names: &BTreeMap<String, String>,
) -> Result<Value, OcdsError> {
    if tenders.is_empty() {
        return Err(OcdsError::Nothing);
    }
    let registered = publication.prefix.strip_prefix("ocds-");
    let is_prefix = registered.is_some_and(|rest| {
        rest.len() == 6
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    });
    if !is_prefix {
        return Err(OcdsError::Prefix(publication.prefix.clone()));
    }
    if !is_address(&publication.address) {
        return Err(OcdsError::Address(publication.address.clone()));
    }
    let releases = tenders
        .iter()
        .map(|tender| release(publication, tender, names))
        .collect::<Result<Vec<Value>, OcdsError>>()?;
    let mut package = json!({
        "uri": publication.address,
        "version": "1.1",
        "publishedDate": time(publication.published_ms)?,
        "publisher": { "name": clean(&publication.publisher) },
        "releases": releases,
    });
    if is_address(&publication.licence)
        && let Value::Object(package) = &mut package
    {
        package.insert("license".to_owned(), publication.licence.as_str().into());
    }
    Ok(package)
}

fn is_address(address: &str) -> bool {
    let host = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty())
        && address
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&byte))
}

fn time(ms: i64) -> Result<String, OcdsError> {
    Timestamp::from_millisecond(ms)
        .map(|time| time.to_string())
        .map_err(|_| OcdsError::Time(ms))
}

fn release(
    publication: &Publication,
    of: &PilotTender<'_>,
    names: &BTreeMap<String, String>,
) -> Result<Value, OcdsError> {
    let language = publication.language;
    let mut members = vec![of.owner];
    for buyer in &of.pilot.tender.joint_buyers {
        if !buyer.trim().is_empty() && !members.contains(&buyer.as_str()) {
            members.push(buyer);
        }
    }
    let parties: Vec<Value> = members
        .iter()
        .map(|member| party(member, *member == of.owner, names))
        .collect();
    let document: String = of
        .document
        .chars()
        .filter(char::is_ascii_hexdigit)
        .collect();
    let tag = match of.pilot.state {
        PilotState::Stopped => "tenderCancellation",
        _ => "tender",
    };
    Ok(json!({
        "ocid": format!("{}-{document}", publication.prefix),
        "id": format!("{document}-{}", of.changed_ms),
        "date": time(of.changed_ms)?,
        "tag": [tag],
        "initiationType": "tender",
        "language": language.code(),
        "parties": parties,
        "buyer": reference(of.owner, names),
        "tender": tender(of, &document, names, language),
    }))
}

fn name_of(member: &str, names: &BTreeMap<String, String>) -> String {
    clean(names.get(member).map_or(member, String::as_str))
}

fn reference(member: &str, names: &BTreeMap<String, String>) -> Value {
    json!({ "id": clean(member), "name": name_of(member, names) })
}

fn party(member: &str, is_owner: bool, names: &BTreeMap<String, String>) -> Value {
    let roles = if is_owner {
        json!(["buyer", "procuringEntity"])
    } else {
        json!(["buyer"])
    };
    let mut party = json!({
        "id": clean(member),
        "name": name_of(member, names),
        "roles": roles,
    });
    let cvr = member.strip_prefix("dk-cvr-");
    if let (Some(cvr), Value::Object(party)) = (cvr, &mut party) {
        let identifier = json!({ "scheme": "DK-CVR", "id": clean(cvr) });
        party.insert("identifier".to_owned(), identifier);
    }
    party
}

fn tender(
    of: &PilotTender<'_>,
    document: &str,
    names: &BTreeMap<String, String>,
    language: Language,
) -> Value {
    let pilot = of.pilot;
    let id = match pilot.tender.publication_number.trim() {
        "" => document.to_owned(),
        number => clean(number),
    };
    let mut tender = Map::new();
    let mut set = |key: &str, value: Value| {
        tender.insert(key.to_owned(), value);
    };
    set("id", id.into());
    let title = clean(pilot.tender.title.best(language.code()));
    if !title.trim().is_empty() {
        set("title", title.into());
    }
    if let Some(status) = status(&pilot.state) {
        set("status", status.into());
    }
    set("procuringEntity", reference(of.owner, names));
    let numbers: Vec<String> = pilot
        .tried
        .iter()
        .map(|tried| clean(&tried.number))
        .collect();
    if !numbers.is_empty() {
        let tried = language.pick("Requirements tried: ", "Afprøvede krav: ");
        set(
            "description",
            format!("{tried}{}", numbers.join(", ")).into(),
        );
    }
    let codes: Vec<&cpv::Cpv> = pilot
        .tender
        .cpv
        .iter()
        .filter_map(|code| cpv::find(code))
        .collect();
    let items: Vec<Value> = (1..)
        .zip(&codes)
        .map(|(index, code): (usize, _)| {
            let name = code.name(language);
            json!({
                "id": index.to_string(),
                "description": name,
                "classification": { "scheme": "CPV", "id": code.code, "description": name },
            })
        })
        .collect();
    if let Some(code) = codes.first() {
        set("mainProcurementCategory", category(code).into());
    }
    if !items.is_empty() {
        set("items", items.into());
    }
    if let Some(method) = method(&pilot.tender.procedure) {
        set("procurementMethod", method.into());
    }
    if let Some(procedure) = eforms::find(eforms::PROCEDURE_TYPE, &pilot.tender.procedure) {
        set("procurementMethodDetails", procedure.name(language).into());
    }
    if let Some(count) = tenderers(pilot) {
        set("numberOfTenderers", count.into());
    }
    Value::Object(tender)
}

/// The status of the tender; a contract that runs or is over means that the tender is complete.
const fn status(state: &PilotState) -> Option<&'static str> {
    match state {
        PilotState::Planned => Some("planned"),
        PilotState::InTender | PilotState::Standstill => Some("active"),
        PilotState::InContract | PilotState::Done => Some("complete"),
        PilotState::Stopped => Some("cancelled"),
        PilotState::Other(_) => None,
    }
}

/// How many bid, once the tender is complete and where all that was tried says the same.
fn tenderers(pilot: &Pilot) -> Option<u64> {
    if !matches!(pilot.state, PilotState::InContract | PilotState::Done) {
        return None;
    }
    let mut counts: Vec<u64> = pilot
        .tried
        .iter()
        .filter_map(|tried| tried.bidders)
        .collect();
    counts.sort_unstable();
    counts.dedup();
    match counts.as_slice() {
        [count] => Some(*count),
        _ => None,
    }
}

/// Works are CPV division 45, services 50 and above, goods the rest.
fn category(code: &cpv::Cpv) -> &'static str {
    let division: u8 = code
        .code
        .get(..2)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    match division {
        45 => "works",
        50.. => "services",
        _ => "goods",
    }
}

fn method(procedure: &str) -> Option<&'static str> {
    match procedure {
        "open" => Some("open"),
        "restricted" | "comp-dial" | "innovation" | "neg-w-call" => Some("selective"),
        "neg-wo-call" => Some("limited"),
        _ => None,
    }
}
