//! Danish compounds and their parts.

use super::lexicon::Lexicon;
use super::stem;

/// Shorter words are no compounds, longer ones no words.
const LETTERS: std::ops::RangeInclusive<usize> = 6..=60;
const SHORTEST_PART: usize = 3;
/// Parts at one level.
const MAX_PARTS: usize = 4;
/// Levels of compounds within compounds.
const MAX_DEPTH: usize = 3;
/// What may stand between two parts: nothing, a joining s (*genbrugsemballage*) or e (*drengestue*).
const JOINTS: [&str; 3] = ["", "s", "e"];

/// The stems of the parts that a compound consists of, in order; nothing where a word, in its plain
/// spelling, is none.
pub(super) fn split(plain: &str) -> Vec<String> {
    if !LETTERS.contains(&plain.len()) || !plain.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Vec::new();
    }
    let lexicon = Lexicon::get();
    if let Some(own) = stem::danish(plain).and_then(|stem| lexicon.own(&stem)) {
        return own.to_vec();
    }
    best(plain, lexicon)
        .unwrap_or_default()
        .into_iter()
        .filter_map(stem::danish)
        .collect()
}

/// The stems of all parts, also those of parts that are compounds themselves, each once.
pub(super) fn parts(plain: &str) -> Vec<String> {
    let mut found = Vec::new();
    gather(plain, MAX_DEPTH, &mut found);
    found
}

fn gather(plain: &str, depth: usize, found: &mut Vec<String>) {
    if depth == 0 {
        return;
    }
    for part in split(plain) {
        gather(&part, depth - 1, found);
        if !found.contains(&part) {
            found.push(part);
        }
    }
}

/// A way to divide a word up to some place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Division<'a> {
    parts: Vec<&'a str>,
    joints: usize,
}

impl Division<'_> {
    /// Few parts, few joints, a long last part.
    fn cost(&self) -> (usize, usize, std::cmp::Reverse<usize>) {
        let last = self.parts.last().map_or(0, |part| part.len());
        (self.parts.len(), self.joints, std::cmp::Reverse(last))
    }
}

/// The best division into known words, where there is one into two or more.
fn best<'a>(plain: &'a str, lexicon: &Lexicon) -> Option<Vec<&'a str>> {
    let end = plain.len();
    let mut until: Vec<Option<Division<'a>>> = vec![None; end + 1];
    *until.first_mut()? = Some(Division {
        parts: Vec::new(),
        joints: 0,
    });
    for from in 0..end {
        let Some(before) = until.get(from).cloned().flatten() else {
            continue;
        };
        if before.parts.len() == MAX_PARTS {
            continue;
        }
        for to in from + SHORTEST_PART..=end {
            let part = plain.get(from..to)?;
            let ends: &[&str] = if to == end {
                let is_last = from > 0 && lexicon.is_end(part);
                if is_last { &[""] } else { &[] }
            } else if lexicon.is_beginning(part) {
                &JOINTS
            } else {
                &[]
            };
            for joint in ends.iter().filter(|joint| {
                let rest = plain.get(to..).unwrap_or_default();
                rest.starts_with(**joint) && (joint.is_empty() || rest.len() > joint.len())
            }) {
                let mut division = before.clone();
                division.parts.push(part);
                division.joints += usize::from(!joint.is_empty());
                let place = until.get_mut(to + joint.len())?;
                if place
                    .as_ref()
                    .is_none_or(|known| division.cost() < known.cost())
                {
                    *place = Some(division);
                }
            }
        }
    }
    until.pop().flatten().map(|division| division.parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spelling::plain_form;

    #[test]
    fn compounds_are_divided_at_their_joints() {
        for (word, expected) in [
            ("genbrugsemballage", "genbrug emballag"),
            ("genbrugsemballagerne", "genbrug emballag"),
            ("møbelreparation", "moebl reparation"),
            ("madspildsplan", "mad spild madspild plan"),
            ("transportkasser", "transport kas"),
            ("transportemballage", "transport emballag"),
            ("plastaffald", "plast affald"),
            ("mindstekrav", "mindst krav"),
            ("skolemøbler", "skol moebl"),
            ("rammeaftaler", "ram aftal"),
        ] {
            assert_eq!(parts(&plain_form(word)).join(" "), expected, "{word}");
        }
    }

    #[test]
    fn what_is_no_compound_stays_whole() {
        for word in [
            "emballage",
            "genbrug",
            "transporten",
            "leverandør",
            "kommunerne",
            "institution",
            "ordregiver",
            "packaging",
            "reusable",
            "44617100",
            "xyzzyxyzzy",
            "",
        ] {
            assert_eq!(parts(&plain_form(word)), Vec::<String>::new(), "{word}");
        }
        assert_eq!(parts(&"emballage".repeat(50)), Vec::<String>::new());
    }
}
