//! Words that mean the same, within a language and across both.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::lexicon::KIN;
use super::stem;
use crate::spelling::plain_form;

/// Families of stems, and which family a stem is of.
#[derive(Debug, Default)]
struct Families {
    members: Vec<BTreeSet<String>>,
    of: BTreeMap<String, usize>,
}

static FAMILIES: LazyLock<Families> = LazyLock::new(|| {
    let mut families = Families::default();
    let lines = KIN.lines().filter(|line| !line.starts_with('#'));
    for (danish, english) in lines.filter_map(|line| line.split_once('\t')) {
        let danish = danish
            .split(' ')
            .filter_map(|form| stem::danish(&plain_form(form)));
        let english = english.split(' ').filter_map(stem::english);
        let family: BTreeSet<String> = danish.chain(english).collect();
        for stem in &family {
            families
                .of
                .entry(stem.clone())
                .or_insert(families.members.len());
        }
        families.members.push(family);
    }
    families
});

/// The stems that mean the same as these, which come along.
pub(super) fn with_kin(stems: BTreeSet<String>) -> BTreeSet<String> {
    let families: BTreeSet<usize> = stems
        .iter()
        .filter_map(|stem| FAMILIES.of.get(stem).copied())
        .collect();
    let kin = families
        .into_iter()
        .filter_map(|family| FAMILIES.members.get(family))
        .flatten()
        .cloned();
    let mut all: BTreeSet<String> = kin.collect();
    all.extend(stems);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_loads_and_every_line_has_both_languages() {
        let lines: Vec<&str> = KIN.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.len() >= 40 && lines.len() == FAMILIES.members.len());
        for family in &FAMILIES.members {
            assert!(!family.is_empty());
        }
        for line in lines {
            let (danish, english) = line.split_once('\t').expect(line);
            assert!(!danish.is_empty() && !english.is_empty(), "{line}");
        }
    }

    #[test]
    fn a_word_brings_what_it_is_called_in_the_other_language() {
        let stems = |word: &str| with_kin(BTreeSet::from([word.to_owned()]));
        assert!(stems("packag").contains("emballag"));
        assert!(stems("moebl").contains("furnitur"));
        assert_eq!(stems("beton").len(), 1);
    }
}
