//! What an item of a list is known by.

use automerge::{AutoCommit, AutomergeError, ObjId, ObjType, ReadDoc, ScalarValue, Value};

use crate::conflict::{KEYS, MAX_PLACES};

/// The key of an item: of the fields in [`KEYS`] the first that holds a text which is not empty.
pub(crate) fn key_of(
    automerge: &AutoCommit,
    item: &ObjId,
) -> Result<Option<String>, AutomergeError> {
    for field in KEYS {
        if let Some((Value::Scalar(scalar), _)) = automerge.get(item, field)?
            && let ScalarValue::Str(text) = scalar.as_ref()
            && !text.is_empty()
        {
            return Ok(Some(text.to_string()));
        }
    }
    Ok(None)
}

/// An item of a list: its place, its id, what it is, and whether there are other values at its place.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) index: usize,
    pub(crate) id: ObjId,
    pub(crate) object: Option<ObjType>,
    pub(crate) is_contested: bool,
    pub(crate) key: Option<String>,
}

/// The items of a list, up to [`MAX_PLACES`].
pub(crate) fn items_of(automerge: &AutoCommit, list: &ObjId) -> Result<Vec<Item>, AutomergeError> {
    let mut items = Vec::new();
    for item in automerge.list_range(list, ..).take(MAX_PLACES) {
        let object = match item.value.clone().into_value() {
            Value::Object(object) => Some(object),
            Value::Scalar(_) => None,
        };
        let id = item.id();
        let key = match object {
            Some(ObjType::Map) => key_of(automerge, &id)?,
            _ => None,
        };
        items.push(Item {
            index: item.index,
            id,
            object,
            is_contested: item.conflict,
            key,
        });
    }
    Ok(items)
}
