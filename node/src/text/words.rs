//! How single values are written: codes by their names, counts, numbers, times.

use faelled_model::Language;
use faelled_model::codes::{eforms, labels, resolve_member, units};
use faelled_model::terms;

/// A code of one of the model's lists by its name; a code that is not on the list as it is.
macro_rules! names {
    ($($name:ident: $list:ident),* $(,)?) => {$(
        pub(super) fn $name(code: Option<&str>, language: Language) -> String {
            let code = code.unwrap_or_default().to_owned();
            terms::$list::from(code).name(language).to_owned()
        }
    )*};
}

names! {
    member_kind: MemberKind,
    category: Category,
    strategy: Strategy,
    requirement_type: RequirementType,
    level: Level,
    level_relation: LevelRelation,
    gpp_basis: GppBasis,
    evidence_kind: EvidenceKind,
    readiness: Readiness,
    wording_state: WordingState,
    comparison: Comparison,
    stance: Stance,
    pilot_state: PilotState,
    framework: Framework,
    value_band: ValueBand,
    price_effect: PriceEffect,
    complaint: Complaint,
    verdict: Verdict,
    speed: Speed,
    priority: Priority,
    progress: Progress,
    backing: Backing,
    part: Part,
    discussion_state: DiscussionState,
    resource_kind: ResourceKind,
    hearing_kind: HearingKind,
    certainty: Certainty,
    evidence_outcome: EvidenceOutcome,
    disclosure_kind: DisclosureKind,
}

/// Kinds of documents that are searched, each with its English and Danish name.
pub(crate) const DOCUMENT_KINDS: [(&str, &str, &str); 10] = [
    ("requirement", "requirement", "krav"),
    ("pack", "pack", "kravpakke"),
    ("adoption", "adoption", "ibrugtagning"),
    ("pilot", "pilot", "afprøvning"),
    ("question", "question", "spørgsmål"),
    ("answer", "answer", "svar"),
    ("comment", "comment", "kommentar"),
    ("resource", "resource", "redskab"),
    ("project", "project", "indsats"),
    ("participation", "participation", "deltagelse"),
];

/// A kind of document by its name.
pub(super) fn document_kind(code: &str, language: Language) -> String {
    DOCUMENT_KINDS
        .iter()
        .find(|(known, ..)| *known == code)
        .map_or(code, |(_, english, danish)| language.pick(english, danish))
        .to_owned()
}

/// A code of an eForms list by its name.
pub(super) fn eforms_name(list: &str, code: &str, language: Language) -> String {
    eforms::find(list, code)
        .map_or(code, |found| found.name(language))
        .to_owned()
}

/// A label by its name.
pub(super) fn label(code: &str, language: Language) -> String {
    labels::find(code)
        .map_or(code, |found| found.name(language))
        .to_owned()
}

/// A number with its unit.
pub(super) fn quantity(value: f64, unit: Option<&str>, language: Language) -> String {
    let is_one = (value - 1.0).abs() < f64::EPSILON;
    let value = number(value, language);
    match unit.unwrap_or_default() {
        // What is counted says itself what it is.
        "" | "1" => value,
        "%" => format!("{value} %"),
        code => {
            let unit = match single(code, language).filter(|_| is_one) {
                Some(unit) => unit,
                None => units::find(code).map_or(code, |unit| unit.name(language)),
            };
            format!("{value} {unit}")
        }
    }
}

/// The name of a unit beside the number one, where it is another than beside more.
fn single(code: &str, language: Language) -> Option<&'static str> {
    let (english, danish) = match code {
        "a" => ("year", "år"),
        "cm" => ("centimetre", "centimeter"),
        "d" => ("day", "dag"),
        "dB" => ("decibel", "decibel"),
        "g" => ("gram", "gram"),
        "h" => ("hour", "time"),
        "kW.h" => ("kilowatt hour", "kilowatttime"),
        "kg" => ("kilogram", "kilogram"),
        "km" => ("kilometre", "kilometer"),
        "L" => ("litre", "liter"),
        "m" => ("metre", "meter"),
        "m2" => ("square metre", "kvadratmeter"),
        "m3" => ("cubic metre", "kubikmeter"),
        "mg/kg" => ("milligram per kilogram", "milligram pr. kilogram"),
        "mg/m3" => ("milligram per cubic metre", "milligram pr. kubikmeter"),
        "min" => ("minute", "minut"),
        "mm" => ("millimetre", "millimeter"),
        "mo" => ("month", "måned"),
        "t" => ("tonne", "ton"),
        "ug/m3" => ("microgram per cubic metre", "mikrogram pr. kubikmeter"),
        "wk" => ("week", "uge"),
        _ => return None,
    };
    Some(language.pick(english, danish))
}

/// A number with two decimals at most.
pub(super) fn number(value: f64, language: Language) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    language.pick(text.to_owned(), text.replace('.', ","))
}

/// A whole number, its thousands set apart.
pub(super) fn whole(value: u64, language: Language) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(language.pick(',', '.'));
        }
        text.push(digit);
    }
    text
}

/// How many of something, the noun fitting the number.
pub(super) fn counted(
    count: i64,
    english: (&str, &str),
    danish: (&str, &str),
    language: Language,
) -> String {
    let (one, many) = language.pick(english, danish);
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", whole(count.max(0).unsigned_abs(), language))
}

/// A size in bytes.
pub(super) fn bytes(count: u64, language: Language) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    for (unit, size) in UNITS {
        if count >= size {
            let tenths = (u128::from(count) * 10 / u128::from(size)).min(u128::from(u64::MAX));
            let comma = language.pick('.', ',');
            return format!("{}{comma}{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{count} B")
}

/// An ISO time as `YYYY-MM-DD HH:MM`; the seconds of a claimed time say nothing to a person.
pub(super) fn moment(iso: Option<&str>) -> String {
    let iso = iso.unwrap_or_default();
    match (iso.get(..10), iso.get(10..11), iso.get(11..16)) {
        (Some(day), Some("T"), Some(time)) => format!("{day} {time}"),
        _ => iso.to_owned(),
    }
}

/// The beginning of an id: enough to cite it within one node.
pub(super) fn short(id: &str) -> String {
    id.chars().take(10).collect()
}

/// A member by its name, with its id.
pub(super) fn member(id: &str, name: Option<&str>) -> String {
    match name.filter(|name| !name.trim().is_empty()) {
        Some(name) => format!("{name} ({id})"),
        None => id.to_owned(),
    }
}

/// A member's id by its official name, where it is on the list; anything else as it is.
pub(super) fn official(id: &str) -> &str {
    Some(id)
        .filter(|id| id.starts_with("dk-"))
        .and_then(|id| resolve_member(id).ok())
        .map_or(id, |known| known.official_name.as_str())
}

/// A number or code as a word of a command that people copy; what a shell would read otherwise gives way to
/// the document's id.
pub(super) fn typed<'a>(number: &'a str, document: &'a str) -> &'a str {
    let is_harmless =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/');
    if !number.is_empty() && !number.starts_with('-') && number.chars().all(is_harmless) {
        number
    } else {
        document
    }
}

/// The text in the page's language, else in the other one, with whether it is the other one.
pub(super) fn in_either<'a>(
    english: Option<&'a str>,
    danish: Option<&'a str>,
    language: Language,
) -> Option<(&'a str, bool)> {
    let said = |text: Option<&'a str>| text.filter(|text| !text.trim().is_empty());
    let (first, second) = language.pick((english, danish), (danish, english));
    said(first)
        .map(|text| (text, false))
        .or_else(|| said(second).map(|text| (text, true)))
}

/// The text in the page's language, else in the other one; empty where there is none.
pub(super) fn either(english: Option<&str>, danish: Option<&str>, language: Language) -> String {
    in_either(english, danish, language).map_or_else(String::new, |(text, _)| text.to_owned())
}

/// What is not empty, with commas between.
pub(super) fn joined(parts: impl IntoIterator<Item = String>) -> String {
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A code by its name, where the field holds codes of a list.
pub(super) fn value_name(field: &str, code: &str, language: Language) -> String {
    let last = field.rsplit('.').next().unwrap_or(field);
    let last = last.split('[').next().unwrap_or(last);
    let named = Some(code);
    match last {
        "category" => category(named, language),
        "strategies" => strategy(named, language),
        "type" => requirement_type(named, language),
        "level" => level(named, language),
        "level_relation" => level_relation(named, language),
        "gpp_basis" => gpp_basis(named, language),
        "readiness" => readiness(named, language),
        "comparison" => comparison(named, language),
        "labels" => label(code, language),
        "kind" => evidence_kind(named, language),
        "number" | "min" | "max" | "weight_percent" => code
            .parse()
            .map_or_else(|_| code.to_owned(), |value| number(value, language)),
        _ => code.to_owned(),
    }
}

/// How a requirement did, from its verdicts, in one line.
pub(super) fn practice_line(
    pilots: i64,
    [keep, adjust, drop_it]: [i64; 3],
    language: Language,
) -> String {
    if pilots <= 0 {
        return language
            .pick("not tried yet", "ikke afprøvet endnu")
            .to_owned();
    }
    let tried = language.pick(
        format!(
            "tried {}",
            counted(pilots, ("time", "times"), ("gang", "gange"), language)
        ),
        format!(
            "afprøvet {}",
            counted(pilots, ("time", "times"), ("gang", "gange"), language)
        ),
    );
    let verdicts = verdicts([keep, adjust, drop_it], language);
    if verdicts.is_empty() {
        tried
    } else {
        format!("{tried}: {verdicts}")
    }
}

/// Verdicts that were given, counted.
pub(super) fn verdicts([keep, adjust, drop_it]: [i64; 3], language: Language) -> String {
    let said = [(keep, "keep"), (adjust, "adjust"), (drop_it, "drop")];
    joined(
        said.into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, code)| format!("{count} {}", verdict(Some(code), language))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        assert_eq!(number(4.5, Language::Danish), "4,5");
        assert_eq!(number(4.0, Language::English), "4");
        assert_eq!(number(-0.25, Language::English), "-0.25");
        assert_eq!(whole(1_234_567, Language::Danish), "1.234.567");
        assert_eq!(whole(999, Language::Danish), "999");
        assert_eq!(bytes(1_250_000, Language::Danish), "1,2 MB");
        assert_eq!(bytes(999, Language::Danish), "999 B");
        assert_eq!(quantity(30.0, Some("%"), Language::Danish), "30 %");
        assert_eq!(quantity(6.0, Some("mo"), Language::Danish), "6 måneder");
        assert_eq!(quantity(1.0, Some("a"), Language::English), "1 year");
        assert_eq!(quantity(1.0, Some("d"), Language::Danish), "1 dag");
        assert_eq!(quantity(2.0, Some("a"), Language::English), "2 years");
        assert_eq!(quantity(50_000.0, Some("1"), Language::English), "50000");
        for unit in units::all()
            .iter()
            .filter(|unit| !["%", "1"].contains(&unit.code))
        {
            let one = single(unit.code, Language::English).unwrap();
            assert_ne!(one, unit.english);
        }
    }

    #[test]
    fn times_of_any_text_are_shown() {
        assert_eq!(moment(Some("2026-01-01T12:30:00.005Z")), "2026-01-01 12:30");
        for odd in ["", "æøåæøåæøåæøåæøå", "2026"] {
            assert_eq!(moment(Some(odd)), odd);
        }
    }

    #[test]
    fn what_a_member_wrote_is_no_command_where_people_copy_one() {
        let document = "ab".repeat(32);
        for number in ["GLX-EMB-001", "dk-0159/Ø.1_a"] {
            assert_eq!(typed(number, &document), number);
        }
        for number in [
            "",
            "--yes",
            "X;reboot",
            "$(reboot)",
            "a b",
            "a\nb",
            "`x`",
            "a|b",
            "a*",
        ] {
            assert_eq!(typed(number, &document), document, "{number}");
        }
    }

    #[test]
    fn members_of_the_list_are_named_and_others_are_left_as_they_are() {
        assert_eq!(official("dk-0159"), "Gladsaxe Kommune");
        for other in ["0159", "DI", "dk-9999", ""] {
            assert_eq!(official(other), other);
        }
    }

    #[test]
    fn practice_fits_in_a_line() {
        assert_eq!(
            practice_line(0, [0, 0, 0], Language::English),
            "not tried yet"
        );
        assert_eq!(
            practice_line(1, [1, 0, 0], Language::English),
            "tried 1 time: 1 keep"
        );
        assert_eq!(
            practice_line(3, [1, 2, 0], Language::Danish),
            "afprøvet 3 gange: 1 behold, 2 justér"
        );
    }
}
