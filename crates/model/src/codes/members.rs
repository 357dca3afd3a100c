//! The Danish municipalities and regions, by their official codes.
//!
//! Codes and regions are those in force when the list was made (`data/NOTICE.md`); regions merge, and a
//! roster keeps its own names and dates.

use std::sync::LazyLock;

use faelled_proto::MemberId;

use super::table::rows;
use crate::terms::MemberKind;

/// A Danish municipality or region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DanishMember {
    /// The official code, four digits.
    pub code: &'static str,
    /// Its id in a federation: `dk-0159`.
    pub id: MemberId,
    /// Municipality or region.
    pub kind: MemberKind,
    /// The short name: `Gladsaxe`.
    pub name: &'static str,
    /// The name by which it signs: `Gladsaxe Kommune`.
    pub official_name: String,
    /// The code of the region in which a municipality lies; a region has none.
    pub region: Option<&'static str>,
}

/// Text that names no Danish municipality or region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no Danish municipality or region has the code or name {given:?}{}; write a four-digit code such as 0159, or a name",
    suggestion(near)
)]
pub struct UnknownMember {
    /// What was given.
    pub given: String,
    /// Those with a similar name or code, nearest first.
    pub near: Vec<&'static DanishMember>,
}

/// How many near matches an [`UnknownMember`] names at most.
const MAX_NEAR: usize = 3;
/// Longer names are not compared; the longest real one is far below.
const MAX_NAME_CHARS: usize = 60;

static MEMBERS: LazyLock<Vec<DanishMember>> = LazyLock::new(|| {
    let mut members: Vec<DanishMember> = rows(include_str!("../../data/members-dk.tsv"))
        .filter_map(|[code, kind, name, region]| {
            let kind = MemberKind::from(kind.to_owned());
            Some(DanishMember {
                code,
                id: format!("dk-{code}").parse().ok()?,
                official_name: official_name(&kind, name),
                kind,
                name,
                region: Some(region).filter(|region| !region.is_empty()),
            })
        })
        .collect();
    members.sort_unstable_by_key(|member| member.code);
    members
});

/// All of them, by code.
#[must_use]
pub fn all() -> &'static [DanishMember] {
    &MEMBERS
}

/// The one with this official code of four digits.
#[must_use]
pub fn find(code: &str) -> Option<&'static DanishMember> {
    let index = MEMBERS
        .binary_search_by_key(&code, |member| member.code)
        .ok()?;
    MEMBERS.get(index)
}

/// The one with this id: `dk-0159`.
#[must_use]
pub fn find_id(id: &MemberId) -> Option<&'static DanishMember> {
    find(id.as_str().strip_prefix("dk-")?)
}

/// Finds a municipality or region by what people write: `159`, `0159`, `dk-0159`, `Gladsaxe` or
/// `Gladsaxe Kommune`, in capitals or not.
///
/// # Errors
/// When there is none, with those that come near.
pub fn resolve_member(text: &str) -> Result<&'static DanishMember, UnknownMember> {
    let wanted = folded(text);
    let digits = wanted.strip_prefix("dk-").unwrap_or(&wanted);
    if !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let code = format!("{digits:0>4}");
        return find(&code).ok_or_else(|| unknown(text, near_codes(&code)));
    }
    let named = |member: &&DanishMember| {
        folded(member.name) == wanted || folded(&member.official_name) == wanted
    };
    MEMBERS
        .iter()
        .find(named)
        .ok_or_else(|| unknown(text, near_names(&wanted)))
}

fn unknown(text: &str, near: Vec<&'static DanishMember>) -> UnknownMember {
    UnknownMember {
        given: text.trim().chars().take(MAX_NAME_CHARS).collect(),
        near,
    }
}

fn official_name(kind: &MemberKind, name: &str) -> String {
    match (kind, name) {
        (MemberKind::Municipality, "København") => "Københavns Kommune".to_owned(),
        (MemberKind::Municipality, "Bornholm") => "Bornholms Regionskommune".to_owned(),
        (MemberKind::Municipality, _) => format!("{name} Kommune"),
        _ => name.to_owned(),
    }
}

/// A name in lower case, with æ, ø and å as people without these keys write them.
fn folded(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    lower
        .replace('æ', "ae")
        .replace('ø', "oe")
        .replace('å', "aa")
}

/// Codes that differ in one digit or by two digits in each other's place.
fn near_codes(code: &str) -> Vec<&'static DanishMember> {
    let differing = |other: &str| {
        code.bytes()
            .zip(other.bytes())
            .filter(|(a, b)| a != b)
            .count()
    };
    let sorted = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    let near = |member: &&DanishMember| {
        let differing = differing(member.code);
        differing == 1 || (differing == 2 && sorted(code) == sorted(member.code))
    };
    MEMBERS.iter().filter(near).take(MAX_NEAR).collect()
}

fn near_names(wanted: &str) -> Vec<&'static DanishMember> {
    let wanted: Vec<char> = wanted.trim_end_matches(" kommune").chars().collect();
    if wanted.len() > MAX_NAME_CHARS || wanted.is_empty() {
        return Vec::new();
    }
    let limit = (wanted.len() / 3).max(1);
    let mut near: Vec<(usize, &DanishMember)> = MEMBERS
        .iter()
        .map(|member| {
            let name: Vec<char> = folded(member.name).chars().collect();
            let distance = if wanted.len() >= 3 && name.starts_with(&wanted) {
                0
            } else {
                edit_distance(&wanted, &name)
            };
            (distance, member)
        })
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    near.sort_by_key(|(distance, member)| (*distance, member.code));
    near.into_iter()
        .take(MAX_NEAR)
        .map(|(_, member)| member)
        .collect()
}

/// Levenshtein's distance.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        for (cell, right) in row.iter_mut().skip(1).zip(b) {
            let cost = diagonal + usize::from(left != right);
            diagonal = *cell;
            *cell = cost.min(diagonal + 1).min(before + 1);
            before = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn suggestion(near: &[&DanishMember]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let names: Vec<String> = near
        .iter()
        .map(|member| format!("{} ({})", member.official_name, member.code))
        .collect();
    format!(" (did you mean {}?)", names.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let of_kind = |kind| all().iter().filter(|member| member.kind == kind).count();
        assert_eq!(of_kind(MemberKind::Municipality), 98);
        assert_eq!(of_kind(MemberKind::Region), 5);
        assert_eq!(all().len(), 103);
        assert_eq!(
            all()
                .iter()
                .filter(|member| member.region == Some("1084"))
                .count(),
            29
        );
        assert!(all().is_sorted_by(|a, b| a.code < b.code));
        for member in all()
            .iter()
            .filter(|member| member.kind == MemberKind::Municipality)
        {
            assert!(
                member.region.is_some_and(|region| find(region).is_some()),
                "{}",
                member.name
            );
        }
    }

    #[test]
    fn a_member_is_found_by_code_id_and_name() {
        for text in [
            "159",
            "0159",
            "dk-0159",
            "DK-0159",
            "Gladsaxe",
            "gladsaxe kommune",
            " Gladsaxe ",
        ] {
            let member = resolve_member(text).unwrap();
            assert_eq!(
                (member.id.as_str(), member.official_name.as_str()),
                ("dk-0159", "Gladsaxe Kommune"),
                "{text}"
            );
        }
        assert_eq!(
            find_id(&"dk-0151".parse().unwrap()).map(|member| member.name),
            Some("Ballerup")
        );
        for (text, name) in [
            ("101", "Københavns Kommune"),
            ("Koebenhavn", "Københavns Kommune"),
            ("Bornholm", "Bornholms Regionskommune"),
            ("1084", "Region Hovedstaden"),
        ] {
            assert_eq!(resolve_member(text).unwrap().official_name, name);
        }
    }

    #[test]
    fn an_unknown_code_is_named_with_those_that_come_near() {
        for (text, message) in [
            (
                "0158",
                "no Danish municipality or region has the code or name \"0158\" (did you mean Ballerup Kommune (0151) or \
                 Brøndby Kommune (0153) or Dragør Kommune (0155)?); write a four-digit code such as 0159, or a name",
            ),
            (
                "Gladsakse",
                "no Danish municipality or region has the code or name \"Gladsakse\" (did you mean Gladsaxe Kommune \
                 (0159)?); write a four-digit code such as 0159, or a name",
            ),
            (
                "atlantis",
                "no Danish municipality or region has the code or name \"atlantis\"; write a four-digit code such as \
                 0159, or a name",
            ),
        ] {
            assert_eq!(resolve_member(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn text_of_any_length_is_refused_in_few_words() {
        for text in [
            "",
            "dk-",
            &"x".repeat(1_000_000),
            "dk-cvr-12345678",
            "99999",
        ] {
            let error = resolve_member(text).unwrap_err().to_string();
            assert!(error.len() < 400, "{error}");
        }
    }
}
