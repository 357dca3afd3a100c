//! Setting one field of a value.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::fault::{FieldError, FieldFault};
use super::path::{Step, steps};
use crate::shape::{Field, Shape, Shaped};
use crate::validate::number_of;

/// Fields that no hand may set: the program keeps them.
const KEPT: &[&str] = &[
    "schema",
    "id",
    "history",
    "hearings",
    "withdrawals",
    "answered",
    "published_as",
    "hearing_of",
];

/// Sets one field. `path` is `level`, `wording.da`, `placeholders[andel].max`, `evidence[2].text.da` (an item of a
/// list by its key, or by its place counted from 1), `cpv[+]` or `evidence[+].text.da` (a new item), or `cpv[-]`
/// (out with the item that `text` names). An empty text empties the field. Numbers may have a decimal comma.
///
/// New items get their ids when the value is written; see [`crate::schema::prepare`].
///
/// # Errors
/// When there is no such field or it does not take the text, with what is known there. The value is then as it was.
pub fn set_field<T>(value: &mut T, path: &str, text: &str) -> Result<(), FieldError>
where
    T: Serialize + DeserializeOwned + Shaped,
{
    let failed = |fault| FieldError {
        field: path.to_owned(),
        fault,
    };
    let steps = steps(path).ok_or_else(|| failed(FieldFault::Form))?;
    let refused = |error: serde_json::Error| failed(FieldFault::Refused(error.to_string()));
    let mut json = serde_json::to_value(&*value).map_err(refused)?;
    set(&mut json, &T::SHAPE, &steps, text).map_err(failed)?;
    *value = serde_json::from_value(json).map_err(refused)?;
    Ok(())
}

fn set(value: &mut Value, shape: &Shape, steps: &[Step<'_>], text: &str) -> Result<(), FieldFault> {
    match (shape, steps) {
        (Shape::Record(fields), [Step::Name(name), rest @ ..]) => {
            let field = shape
                .field(name)
                .ok_or_else(|| FieldFault::Unknown(names(shape, fields)))?;
            let record = object(value)?;
            if is_kept(shape, name) || is_origin(record, name, rest) {
                return Err(FieldFault::Kept);
            }
            set(
                record.entry(field.name).or_insert(Value::Null),
                field.shape,
                rest,
                text,
            )?;
            // What is not there reads as its default; `null` would not.
            record.retain(|_, inner| !inner.is_null());
            Ok(())
        }
        (Shape::Record(fields), []) => Err(FieldFault::Whole(names(shape, fields))),
        (Shape::Text, [Step::Name(language)]) if is_language(language) => {
            if text.is_empty() {
                object(value)?.remove(*language);
            } else {
                object(value)?.insert((*language).to_owned(), text.into());
            }
            Ok(())
        }
        (Shape::Text, []) => Err(FieldFault::Language),
        (Shape::Text, [Step::Name(_), ..]) => {
            Err(FieldFault::Unknown(vec!["da".to_owned(), "en".to_owned()]))
        }
        (Shape::List(item), _) => set_in_list(list(value)?, item, steps, text),
        (_, []) => scalar(shape, text).map(|new| *value = new),
        (_, [Step::Name(_), ..]) => Err(FieldFault::Unknown(Vec::new())),
        (_, [Step::Item(_) | Step::Add | Step::Remove, ..]) => Err(FieldFault::NotAList),
    }
}

fn set_in_list(
    items: &mut Vec<Value>,
    item: &Shape,
    steps: &[Step<'_>],
    text: &str,
) -> Result<(), FieldFault> {
    let whole = || match item {
        Shape::Term(codes) if text.trim().is_empty() => not_a_term(text, codes),
        _ => FieldFault::List(in_list(item)),
    };
    match steps {
        [Step::Remove] => {
            items.remove(place(items, item, text)?);
        }
        [Step::Add, rest @ ..] => {
            let mut new = Value::Null;
            match item
                .key()
                .filter(|key| rest.is_empty() && !KEPT.contains(&key.name))
            {
                Some(key) => drop(object(&mut new)?.insert(key.name.to_owned(), text.into())),
                None => set(&mut new, item, rest, text)?,
            }
            items.push(Some(new).filter(|new| !new.is_null()).ok_or_else(whole)?);
        }
        [Step::Item(key), rest @ ..] => {
            let at = place(items, item, key)?;
            let there = items.get_mut(at).ok_or_else(whole)?;
            set(there, item, rest, text)?;
            if there.is_null() {
                return Err(whole());
            }
        }
        _ => return Err(whole()),
    }
    Ok(())
}

/// Whether the program keeps the field: one of [`KEPT`], or a state whose steps are recorded.
fn is_kept(record: &Shape, name: &str) -> bool {
    KEPT.contains(&name) || (name == "state" && record.field("history").is_some())
}

/// Where an adapted requirement comes from is what was read when it was adapted; only the account of the changes
/// is written by hand.
fn is_origin(record: &Map<String, Value>, name: &str, rest: &[Step<'_>]) -> bool {
    let is_changes = matches!(rest, [Step::Name("changes"), ..]);
    name == "adapted_from" && (!is_changes || !record.contains_key(name))
}

fn is_language(code: &str) -> bool {
    matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn scalar(shape: &Shape, text: &str) -> Result<Value, FieldFault> {
    let trimmed = text.trim();
    if trimmed.is_empty() && !matches!(shape, Shape::Line) {
        return Ok(Value::Null);
    }
    match shape {
        Shape::Term(codes) if codes.contains(&trimmed) => Ok(trimmed.into()),
        Shape::Term(codes) => Err(not_a_term(text, codes)),
        Shape::Number => {
            let number = number_of(trimmed);
            number
                .map(Value::from)
                .ok_or_else(|| FieldFault::Number(text.to_owned()))
        }
        Shape::Count => {
            let number = trimmed.parse::<u64>().ok();
            number
                .map(Value::from)
                .ok_or_else(|| FieldFault::Number(text.to_owned()))
        }
        Shape::Flag => match trimmed {
            "ja" | "yes" | "true" => Ok(true.into()),
            "nej" | "no" | "false" => Ok(false.into()),
            _ => Err(FieldFault::Flag(text.to_owned())),
        },
        _ => Ok(text.into()),
    }
}

fn not_a_term(text: &str, codes: &[&str]) -> FieldFault {
    let known = codes.iter().map(|code| (*code).to_owned()).collect();
    FieldFault::Term(text.to_owned(), known)
}

/// Where the item stands that a key, a value or a number counted from 1 names.
fn place(items: &[Value], item: &Shape, wanted: &str) -> Result<usize, FieldFault> {
    let name = |value: &Value| match item.key() {
        Some(key) => value
            .get(key.name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        None => value.as_str().unwrap_or_default().to_owned(),
    };
    let by_key = items
        .iter()
        .position(|value| !wanted.is_empty() && name(value) == wanted);
    let by_place = || {
        let number = wanted.parse::<usize>().ok()?;
        number.checked_sub(1).filter(|place| *place < items.len())
    };
    by_key.or_else(by_place).ok_or_else(|| {
        let known = items.iter().enumerate().map(|(place, value)| {
            let name = name(value);
            // Ids say nothing to people.
            if name.is_empty() || item.key().is_some_and(|key| key.name == "id") {
                (place + 1).to_string()
            } else {
                name
            }
        });
        FieldFault::NoItem(known.collect())
    })
}

fn names(record: &Shape, fields: &[Field]) -> Vec<String> {
    fields
        .iter()
        .map(|field| field.name.to_owned())
        .filter(|name| !is_kept(record, name))
        .collect()
}

/// What can be written after the name of a list.
fn in_list(item: &Shape) -> Vec<String> {
    match item {
        Shape::Record(fields) => names(item, fields)
            .into_iter()
            .map(|name| format!("[1].{name}"))
            .collect(),
        Shape::Text => ["[1].da", "[+].da", "[-]"].map(str::to_owned).to_vec(),
        _ => ["[1]", "[+]", "[-]"].map(str::to_owned).to_vec(),
    }
}

/// The record or text that stands here; a new one where nothing does.
fn object(value: &mut Value) -> Result<&mut Map<String, Value>, FieldFault> {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().ok_or(FieldFault::Form)
}

/// The list that stands here; a new one where nothing does.
fn list(value: &mut Value) -> Result<&mut Vec<Value>, FieldFault> {
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
    value.as_array_mut().ok_or(FieldFault::Form)
}
