//! Every field of the model has its place in a table.

use std::collections::BTreeSet;

use faelled_model::attachment::Attachment;
use faelled_model::pack::{AnsweredProposal, Hearing, Section, Withdrawal};
use faelled_model::pilot::{Check, Effect, Tender, Tried};
use faelled_model::requirement::{
    AdaptedFrom, Award, Evidence, FollowUp, Measure, Placeholder, Source, StateChange,
};
use faelled_model::{Pack, Pilot, Requirement};
use serde::de::value::{Error, MapDeserializer};
use serde::de::{Deserialize, Deserializer, Visitor};

use super::*;

/// Hands an empty record to a type, and notes which fields it asks for.
struct Asked<'a>(&'a mut BTreeSet<&'static str>);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.extend(fields);
        visitor.visit_map(MapDeserializer::<_, Error>::new(std::iter::empty::<(
            &str,
            &str,
        )>()))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom("not a record"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn fields_of<T: for<'de> Deserialize<'de>>() -> BTreeSet<&'static str> {
    let mut fields = BTreeSet::new();
    T::deserialize(Asked(&mut fields)).unwrap();
    fields
}

fn columns_of(tables: &[Table], english: &str) -> BTreeSet<&'static str> {
    let table = tables
        .iter()
        .find(|table| table.english == english)
        .unwrap();
    let fields = table.columns.iter().map(|column| column.field);
    fields
        .filter(|field| !field.starts_with('#'))
        .map(|field| field.split('.').next().unwrap())
        .collect()
}

fn lists_of(tables: &[Table]) -> BTreeSet<&'static str> {
    let lists = tables.iter().filter_map(|table| match table.form {
        Items(list) | ItemsOf(list) => Some(list),
        Fields | Records => None,
    });
    lists.collect()
}

#[test]
fn every_field_has_a_column_or_a_table_of_its_own() {
    let set_by_software = BTreeSet::from(["schema", "published_as", "hearing_of"]);
    for (tables, sheet, fields) in [
        (PACK, "Pack", fields_of::<Pack>()),
        (PACK, "Requirements", fields_of::<Requirement>()),
        (PACK, "Sections", fields_of::<Section>()),
        (PACK, "Placeholders", fields_of::<Placeholder>()),
        (PACK, "Measures", fields_of::<Measure>()),
        (PACK, "Awards", fields_of::<Award>()),
        (PACK, "Evidence", fields_of::<Evidence>()),
        (PACK, "Follow-up", fields_of::<FollowUp>()),
        (PACK, "Sources", fields_of::<Source>()),
        (PACK, "History", fields_of::<StateChange>()),
        (PACK, "Hearings", fields_of::<Hearing>()),
        (PACK, "Withdrawals", fields_of::<Withdrawal>()),
        (PACK, "Answered proposals", fields_of::<AnsweredProposal>()),
        (PILOT, "Pilot", fields_of::<Pilot>()),
        (PILOT, "Tender", fields_of::<Tender>()),
        (PILOT, "Tried", fields_of::<Tried>()),
        (PILOT, "Checks", fields_of::<Check>()),
        (PILOT, "Effects", fields_of::<Effect>()),
        (PILOT, "Attachments", fields_of::<Attachment>()),
    ] {
        let columns = columns_of(tables, sheet);
        let lists = lists_of(tables);
        // Those stand on the sheet of what they hold, or are looked up.
        let elsewhere: &[&str] = match sheet {
            "Sections" => &["requirements"],
            "Pilot" => &["tender", "tried"],
            "Tried" => &["release", "requirement"],
            _ => &[],
        };
        for field in fields.difference(&set_by_software) {
            let has_place =
                columns.contains(field) || lists.contains(field) || elsewhere.contains(field);
            assert!(has_place, "{sheet}: {field}");
        }
        assert!(columns.is_subset(&fields), "{sheet}: {columns:?}");
    }
    let requirements = &PACK[2];
    for field in fields_of::<AdaptedFrom>().difference(&BTreeSet::from(["release"])) {
        let path = format!("adapted_from.{field}");
        assert!(
            requirements
                .columns
                .iter()
                .any(|column| column.field == path),
            "{path}"
        );
    }
}

#[test]
fn no_two_columns_or_tables_have_one_name() {
    for tables in [PACK, PILOT] {
        for table in tables {
            for column in table.columns {
                for name in [column.english, column.danish] {
                    let named = table.columns.iter().filter(|other| other.is_named(name));
                    assert_eq!(named.count(), 1, "{}: {name}", table.english);
                }
            }
            for name in [table.english, table.danish] {
                assert_eq!(
                    tables.iter().filter(|other| other.is_named(name)).count(),
                    1,
                    "{name}"
                );
                assert!(
                    name.chars().count() <= 31,
                    "Excel takes no longer names: {name}"
                );
            }
        }
    }
}
