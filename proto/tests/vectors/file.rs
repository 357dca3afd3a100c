//! The vectors' files, and plain values out of their JSON.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde_json::Value;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

pub(crate) fn names() -> Vec<String> {
    let files = std::fs::read_dir(directory()).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub(crate) fn text(name: &str) -> String {
    std::fs::read_to_string(directory().join(name)).unwrap()
}

pub(crate) fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    let list = value.as_array().unwrap();
    list.as_slice()
}

pub(crate) fn string(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    data_encoding::HEXLOWER
        .decode(value.as_str().unwrap().as_bytes())
        .unwrap()
}

pub(crate) fn array<const LENGTH: usize>(value: &Value) -> [u8; LENGTH] {
    bytes(value).try_into().unwrap()
}

pub(crate) fn number<T: TryFrom<u64>>(value: &Value) -> T {
    T::try_from(value.as_u64().unwrap()).ok().unwrap()
}

/// What is written as text: ids, members, addresses.
pub(crate) fn parsed<T: FromStr>(value: &Value) -> T {
    value.as_str().unwrap().parse().ok().unwrap()
}

pub(crate) fn option<T>(value: &Value, read: impl Fn(&Value) -> T) -> Option<T> {
    if value.is_null() {
        None
    } else {
        Some(read(value))
    }
}

pub(crate) fn each<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    list(value).iter().map(read).collect()
}
