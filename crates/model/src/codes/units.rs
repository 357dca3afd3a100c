//! Units, in the Unified Code for Units of Measure (UCUM): the ones that requirements and pilots use.

use crate::Language;

/// A unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The UCUM code; `1` counts pieces.
    pub code: &'static str,
    /// The Danish name.
    pub danish: &'static str,
    /// The English name.
    pub english: &'static str,
}

macro_rules! units {
    ($( $code:literal, $english:literal, $danish:literal; )*) => {
        &[$( Unit { code: $code, danish: $danish, english: $english }, )*]
    };
}

static UNITS: &[Unit] = units! {
    "%", "percent", "procent";
    "1", "pieces", "stk.";
    "a", "years", "år";
    "cm", "centimetres", "centimeter";
    "d", "days", "dage";
    "dB", "decibels", "decibel";
    "g", "grams", "gram";
    "h", "hours", "timer";
    "kW.h", "kilowatt hours", "kilowatttimer";
    "kg", "kilograms", "kilogram";
    "km", "kilometres", "kilometer";
    "L", "litres", "liter";
    "m", "metres", "meter";
    "m2", "square metres", "kvadratmeter";
    "m3", "cubic metres", "kubikmeter";
    "mg/kg", "milligrams per kilogram", "milligram pr. kilogram";
    "mg/m3", "milligrams per cubic metre", "milligram pr. kubikmeter";
    "min", "minutes", "minutter";
    "mm", "millimetres", "millimeter";
    "mo", "months", "måneder";
    "t", "tonnes", "ton";
    "ug/m3", "micrograms per cubic metre", "mikrogram pr. kubikmeter";
    "wk", "weeks", "uger";
};

/// All units.
#[must_use]
pub fn all() -> &'static [Unit] {
    UNITS
}

/// The unit with this UCUM code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|unit| unit.code == code)
}

impl Unit {
    /// The name on the screen.
    #[must_use]
    pub fn name(&self, language: Language) -> &'static str {
        language.pick(self.english, self.danish)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_unit_is_found_by_its_code() {
        let codes: BTreeSet<&str> = all().iter().map(|unit| unit.code).collect();
        assert_eq!(codes.len(), all().len());
        assert_eq!(
            find("mo").map(|unit| unit.name(Language::Danish)),
            Some("måneder")
        );
        assert_eq!(find("month"), None);
    }
}
