//! How typed values are written: autosurgeon on a document, mended in three places.
//!
//! - A scalar that already shows as it is to be is left alone. Automerge takes writing it again as settling
//!   the place, so that any edit of a document would silently drop the values that others wrote at all places
//!   that are in conflict.
//! - An item that moved in its list is taken out and put in anew, with what the type knows. What was in the old
//!   one besides is carried over.
//! - A text is written by whole words, see [`crate::words`].

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use automerge::iter::{ListRange, MapRange};
use automerge::transaction::Transactable;
use automerge::{
    AutoCommit, AutomergeError, ChangeHash, ObjId, ObjType, Parents, Prop, ReadDoc, ScalarValue,
    Value,
};
use autosurgeon::{Reconcile, ReconcileError};

use crate::change::{MAX_CHANGE_BYTES, MAX_OPERATIONS};
use crate::content::{Budget, Content};
use crate::item::{items_of, key_of};
use crate::words;

/// Writes what differs between the document and the value.
pub(crate) fn write<T: Reconcile>(
    automerge: &mut AutoCommit,
    value: &T,
) -> Result<(), ReconcileError> {
    let mut writer = Writer {
        automerge,
        removed: Vec::new(),
        added: Vec::new(),
    };
    autosurgeon::reconcile(&mut writer, value)?;
    // What was carried over has also entries that the value does not have any more, in maps whose keys
    // are data: the second round takes them out.
    if writer.carry_over()? {
        autosurgeon::reconcile(&mut writer, value)?;
    }
    Ok(())
}

/// An item and its list.
struct Placed {
    list: ObjId,
    item: ObjId,
}

struct Writer<'a> {
    automerge: &'a mut AutoCommit,
    removed: Vec<Placed>,
    added: Vec<Placed>,
}

impl Writer<'_> {
    /// Puts what removed items had besides into the items that took their place. Says whether there was any.
    fn carry_over(&mut self) -> Result<bool, AutomergeError> {
        let mut budget = carrying_budget();
        let mut did_carry = false;
        let mut removed: BTreeMap<(ObjId, String), Vec<ObjId>> = BTreeMap::new();
        for Placed { list, item } in std::mem::take(&mut self.removed).into_iter().rev() {
            if let Some(key) = key_of(self.automerge, &item)? {
                removed.entry((list, key)).or_default().push(item);
            }
        }
        for Placed { list, item } in std::mem::take(&mut self.added) {
            let Some(key) = key_of(self.automerge, &item)? else {
                continue;
            };
            if let Some(from) = removed.get_mut(&(list, key)).and_then(Vec::pop) {
                did_carry |= carry_map(self.automerge, &from, &item, &mut budget)?;
            }
        }
        Ok(did_carry)
    }
}

/// As much as one change can hold: a carry that is over it makes a change that is refused.
const fn carrying_budget() -> Budget {
    #[expect(clippy::cast_possible_truncation, reason = "far below 32 bits")]
    let operations = MAX_OPERATIONS as usize;
    Budget::new(operations, MAX_CHANGE_BYTES)
}

/// Goes as deep as the item that was put in, which is as deep as its type.
fn carry_map(
    automerge: &mut AutoCommit,
    from: &ObjId,
    to: &ObjId,
    budget: &mut Budget,
) -> Result<bool, AutomergeError> {
    let entries: Vec<(String, Value<'static>, ObjId)> = automerge
        .map_range(from, ..)
        .map(|entry| {
            let id = entry.id();
            (entry.key.into_owned(), entry.value.into_value(), id)
        })
        .collect();
    let mut did_carry = false;
    for (key, value, id) in entries {
        let there = automerge
            .get(to, key.as_str())?
            .map(|(value, id)| (value.into_owned(), id));
        did_carry |= match (there, &value) {
            (None, _) => {
                let content = Content::read(automerge, &value, &id, budget)?;
                content.put(automerge, to, Prop::Map(key))?;
                true
            }
            (Some((Value::Object(ObjType::Map), inner)), Value::Object(ObjType::Map)) => {
                carry_map(automerge, &id, &inner, budget)?
            }
            (Some((Value::Object(ObjType::List), inner)), Value::Object(ObjType::List)) => {
                carry_list(automerge, &id, &inner, budget)?
            }
            _ => false,
        };
    }
    Ok(did_carry)
}

fn carry_list(
    automerge: &mut AutoCommit,
    from: &ObjId,
    to: &ObjId,
    budget: &mut Budget,
) -> Result<bool, AutomergeError> {
    let old: BTreeMap<String, ObjId> = items_of(automerge, from)?
        .into_iter()
        .filter_map(|item| Some((item.key?, item.id)))
        .collect();
    let mut did_carry = false;
    for item in items_of(automerge, to)? {
        if let Some(from) = item.key.and_then(|key| old.get(&key)) {
            did_carry |= carry_map(automerge, from, &item.id, budget)?;
        }
    }
    Ok(did_carry)
}

impl autosurgeon::ReadDoc for Writer<'_> {
    type Parents<'b>
        = Parents<'b>
    where
        Self: 'b;

    fn get_heads(&self) -> Vec<ChangeHash> {
        self.automerge.base_heads()
    }

    fn get<P: Into<Prop>>(
        &self,
        obj: &ObjId,
        prop: P,
    ) -> Result<Option<(Value<'_>, ObjId)>, AutomergeError> {
        ReadDoc::get(self.automerge, obj, prop)
    }

    fn object_type<O: AsRef<ObjId>>(&self, obj: O) -> Option<ObjType> {
        ReadDoc::object_type(self.automerge, obj).ok()
    }

    fn map_range<'b, O: AsRef<ObjId>, R: RangeBounds<String> + 'b>(
        &'b self,
        obj: O,
        range: R,
    ) -> MapRange<'b> {
        ReadDoc::map_range(self.automerge, obj, range)
    }

    fn list_range<O: AsRef<ObjId>, R: RangeBounds<usize>>(
        &self,
        obj: O,
        range: R,
    ) -> ListRange<'_> {
        ReadDoc::list_range(self.automerge, obj, range)
    }

    fn length<O: AsRef<ObjId>>(&self, obj: O) -> usize {
        ReadDoc::length(self.automerge, obj)
    }

    fn text<O: AsRef<ObjId>>(&self, obj: O) -> Result<String, AutomergeError> {
        ReadDoc::text(self.automerge, obj)
    }

    fn parents<O: AsRef<ObjId>>(&self, obj: O) -> Result<Parents<'_>, AutomergeError> {
        ReadDoc::parents(self.automerge, obj)
    }

    fn is_empty(&self) -> bool {
        autosurgeon::ReadDoc::is_empty(self.automerge)
    }
}

impl autosurgeon::Doc for Writer<'_> {
    fn put<O: AsRef<ObjId>, P: Into<Prop>, V: Into<ScalarValue>>(
        &mut self,
        obj: O,
        prop: P,
        value: V,
    ) -> Result<(), AutomergeError> {
        let (prop, value) = (prop.into(), value.into());
        if let Some((Value::Scalar(shown), _)) = ReadDoc::get(self.automerge, &obj, prop.clone())?
            && *shown == value
        {
            return Ok(());
        }
        Transactable::put(self.automerge, obj, prop, value)
    }

    fn put_object<O: AsRef<ObjId>, P: Into<Prop>>(
        &mut self,
        obj: O,
        prop: P,
        value: ObjType,
    ) -> Result<ObjId, AutomergeError> {
        Transactable::put_object(self.automerge, obj, prop, value)
    }

    fn insert<O: AsRef<ObjId>, V: Into<ScalarValue>>(
        &mut self,
        obj: O,
        index: usize,
        value: V,
    ) -> Result<(), AutomergeError> {
        Transactable::insert(self.automerge, obj, index, value)
    }

    fn insert_object<O: AsRef<ObjId>>(
        &mut self,
        obj: O,
        index: usize,
        value: ObjType,
    ) -> Result<ObjId, AutomergeError> {
        Transactable::insert_object(self.automerge, obj, index, value)
    }

    fn increment<O: AsRef<ObjId>, P: Into<Prop>>(
        &mut self,
        obj: O,
        prop: P,
        value: i64,
    ) -> Result<(), AutomergeError> {
        Transactable::increment(self.automerge, obj, prop, value)
    }

    fn delete<O: AsRef<ObjId>, P: Into<Prop>>(
        &mut self,
        obj: O,
        prop: P,
    ) -> Result<(), AutomergeError> {
        let prop = prop.into();
        if let Prop::Seq(index) = prop
            && let Some((Value::Object(ObjType::Map), item)) =
                ReadDoc::get(self.automerge, &obj, index)?
        {
            let list = obj.as_ref().clone();
            self.removed.push(Placed { list, item });
        }
        Transactable::delete(self.automerge, obj, prop)
    }

    fn splice_text<O: AsRef<ObjId>>(
        &mut self,
        obj: O,
        pos: usize,
        del: isize,
        text: &str,
    ) -> Result<(), AutomergeError> {
        Transactable::splice_text(self.automerge, obj, pos, del, text)
    }

    fn update_text<O: AsRef<ObjId>>(&mut self, obj: O, text: &str) -> Result<(), AutomergeError> {
        words::write(self.automerge, obj.as_ref(), text)?;
        Ok(())
    }

    fn batch_create<O: AsRef<ObjId>, P: Into<Prop>>(
        &mut self,
        obj: O,
        prop: P,
        value: automerge::hydrate::Value,
        insert: bool,
    ) -> Result<(), AutomergeError> {
        let prop = prop.into();
        if let automerge::hydrate::Value::Scalar(scalar) = value {
            return match prop {
                Prop::Seq(index) if insert => {
                    Transactable::insert(self.automerge, obj, index, scalar)
                }
                prop => autosurgeon::Doc::put(self, obj, prop, scalar),
            };
        }
        let is_item = insert && matches!(prop, Prop::Seq(_));
        let item = Transactable::batch_create_object(self.automerge, &obj, prop, &value, insert)?;
        if is_item {
            let list = obj.as_ref().clone();
            self.added.push(Placed { list, item });
        }
        Ok(())
    }

    fn init_root_from_hydrate(
        &mut self,
        value: &automerge::hydrate::Map,
    ) -> Result<(), AutomergeError> {
        Transactable::init_root_from_hydrate(self.automerge, value)
    }
}
