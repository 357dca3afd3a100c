//! Cells to values and back.

use faelled_model::Language;
use serde_json::{Map, Value};

use super::book::Cell;
use super::column::Kind;
use super::list;

/// Why a cell does not hold what its column asks for, in English and Danish.
pub(crate) type Misfit = (&'static str, String, String);

/// What a cell says; `None` where it says nothing.
pub(crate) fn read(kind: Kind, cell: &Cell) -> Result<Option<Value>, Misfit> {
    if cell.is_empty() {
        return Ok(None);
    }
    match cell {
        Cell::Fault(fault) => {
            return Err((
                "cell-error",
                format!("holds the error {fault} of a formula; write the value"),
                format!("indeholder formelfejlen {fault}; skriv værdien"),
            ));
        }
        Cell::Uncomputed => {
            return Err((
                "cell-error",
                "holds a formula without its value; open the file in a spreadsheet program and save it, or write the value".to_owned(),
                "indeholder en formel uden værdi; åbn filen i et regneark, og gem den, eller skriv værdien".to_owned(),
            ));
        }
        _ => {}
    }
    let items = |items: Vec<String>| {
        Some(Value::from(items)).filter(|items| items.as_array().is_some_and(|all| !all.is_empty()))
    };
    let said = |text: String| (!text.is_empty()).then(|| Value::from(text));
    Ok(match kind {
        Kind::Text | Kind::Texts => said(text_of(cell)),
        Kind::Key => said(text_of(cell).trim().to_owned()),
        Kind::List => items(list::split(&text_of(cell), false)),
        Kind::Cpv => items(cpv(cell)),
        Kind::One(codes) => said(codes.code_of(&text_of(cell))),
        Kind::Many(codes) => items(
            list::split(&text_of(cell), true)
                .iter()
                .map(|item| codes.code_of(item))
                .collect(),
        ),
        Kind::Number => {
            number(cell)?.and_then(|number| serde_json::Number::from_f64(number).map(Value::Number))
        }
        Kind::Count => count(cell)?.map(Value::from),
        Kind::Flag => flag(cell)?.map(Value::from),
    })
}

/// The cell that says a value.
pub(crate) fn write(kind: Kind, value: &Value, language: Language) -> Cell {
    let texts = || {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    };
    match kind {
        Kind::Number | Kind::Count => value.as_f64().map_or(Cell::Empty, Cell::Number),
        Kind::Flag => value.as_bool().map_or(Cell::Empty, |flag| {
            Cell::text(match flag {
                true => language.pick("yes", "ja"),
                false => language.pick("no", "nej"),
            })
        }),
        Kind::One(codes) => value.as_str().map_or(Cell::Empty, |code| {
            Cell::text(codes.name_of(code, language))
        }),
        Kind::Many(codes) => {
            let names: Vec<String> = texts().map(|code| codes.name_of(code, language)).collect();
            Cell::text(list::join(names.iter().map(String::as_str)))
        }
        Kind::List | Kind::Cpv => Cell::text(list::join(texts())),
        Kind::Key | Kind::Text | Kind::Texts => Cell::text(value.as_str().unwrap_or_default()),
    }
}

/// The value of a field, with dots into records inside; the record itself where the field is empty.
pub(crate) fn get<'a>(record: &'a Value, field: &str) -> Option<&'a Value> {
    field
        .split('.')
        .filter(|name| !name.is_empty())
        .try_fold(record, |value, name| value.get(name))
}

/// Sets the value of a field.
pub(crate) fn set(record: &mut Map<String, Value>, field: &str, value: Value) {
    match field.split_once('.') {
        Some((first, rest)) => {
            let inner = record
                .entry(first)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                set(inner, rest, value);
            }
        }
        None => {
            record.insert(field.to_owned(), value);
        }
    }
}

/// Takes a field out.
pub(crate) fn take(record: &mut Map<String, Value>, field: &str) -> String {
    match record.remove(field) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    }
}

/// What a person reads in the cell.
pub(crate) fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Day(text) | Cell::Fault(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Empty | Cell::Uncomputed => String::new(),
    }
}

/// Spreadsheet programs drop the zero at the beginning of a code that they take for a number.
fn cpv(cell: &Cell) -> Vec<String> {
    match cell {
        Cell::Number(code) if code.fract() == 0.0 => vec![format!("{code:08}")],
        cell => list::split(&text_of(cell), true),
    }
}

fn number(cell: &Cell) -> Result<Option<f64>, Misfit> {
    let given = text_of(cell);
    let number = match cell {
        Cell::Number(number) => Some(*number),
        Cell::Text(text) if text.trim().is_empty() => return Ok(None),
        // Danish decimals have a comma.
        Cell::Text(text) => text.trim().replace(',', ".").parse().ok(),
        _ => None,
    };
    match number.filter(|number: &f64| number.is_finite()) {
        Some(number) => Ok(Some(number)),
        None => Err((
            "wrong-kind",
            format!("is \"{}\"; write a number, such as 12.5", short(&given)),
            format!("er \"{}\"; skriv et tal, fx 12,5", short(&given)),
        )),
    }
}

fn count(cell: &Cell) -> Result<Option<u64>, Misfit> {
    // Numbers up to here are whole and exact.
    const MAX: f64 = 9_007_199_254_740_992.0;
    match number(cell)? {
        None => Ok(None),
        Some(number) if number.fract() == 0.0 && (0.0..=MAX).contains(&number) => {
            Ok(format!("{number:.0}").parse().ok())
        }
        Some(number) => Err((
            "wrong-kind",
            format!("is {number}; write a whole number"),
            format!("er {number}; skriv et helt tal"),
        )),
    }
}

fn flag(cell: &Cell) -> Result<Option<bool>, Misfit> {
    let given = text_of(cell);
    match given.trim().to_lowercase().as_str() {
        "" => Ok(None),
        "ja" | "yes" | "true" | "sand" | "1" | "x" => Ok(Some(true)),
        "nej" | "no" | "false" | "falsk" | "0" => Ok(Some(false)),
        _ => Err((
            "wrong-kind",
            format!("is \"{}\"; write yes or no", short(&given)),
            format!("er \"{}\"; skriv ja eller nej", short(&given)),
        )),
    }
}

fn short(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    text.chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::super::code::CodeList;
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::text(text)
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (cell, number) in [
            (Cell::Number(12.5), 12.5),
            (text(" 12,5 "), 12.5),
            (text("-3"), -3.0),
        ] {
            assert_eq!(read(Kind::Number, &cell), Ok(Some(Value::from(number))));
        }
        for cell in [
            text("NaN"),
            text("inf"),
            text("ti"),
            text("40 %"),
            text("1.000,5"),
            Cell::Flag(true),
        ] {
            assert_eq!(
                read(Kind::Number, &cell).unwrap_err().0,
                "wrong-kind",
                "{cell:?}"
            );
        }
        assert_eq!(
            read(Kind::Count, &Cell::Number(4.0)),
            Ok(Some(Value::from(4_u64)))
        );
        assert!(read(Kind::Count, &Cell::Number(4.5)).is_err());
        assert!(read(Kind::Count, &text("-1")).is_err());
        assert_eq!(read(Kind::Number, &text("  ")), Ok(None));
    }

    #[test]
    fn a_cpv_code_keeps_its_leading_zero() {
        assert_eq!(
            read(Kind::Cpv, &Cell::Number(3_000_000.0)),
            Ok(Some(Value::from(vec!["03000000"])))
        );
        assert_eq!(
            read(Kind::Cpv, &text("44617100-9, 03000000")),
            Ok(Some(Value::from(vec!["44617100-9", "03000000"])))
        );
    }

    #[test]
    fn codes_are_read_by_their_names() {
        let kind = Kind::Many(CodeList::Term("Strategy"));
        assert_eq!(
            read(kind, &text("Genbrug, recycled content; bio-based")),
            Ok(Some(Value::from(vec![
                "reuse",
                "recycled-content",
                "bio-based"
            ])))
        );
    }

    #[test]
    fn a_formula_that_failed_is_refused() {
        for cell in [Cell::Fault("#REF!".to_owned()), Cell::Uncomputed] {
            assert_eq!(read(Kind::Text, &cell).unwrap_err().0, "cell-error");
        }
    }

    #[test]
    fn yes_and_no_are_read_in_both_languages() {
        for (given, flag) in [("Ja", true), ("no", false), ("FALSK", false)] {
            assert_eq!(read(Kind::Flag, &text(given)), Ok(Some(Value::from(flag))));
        }
        assert_eq!(
            read(Kind::Flag, &Cell::Flag(true)),
            Ok(Some(Value::from(true)))
        );
        assert!(read(Kind::Flag, &text("måske")).is_err());
    }
}
