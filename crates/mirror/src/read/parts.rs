//! The parts of a requirement.

use super::rows;

rows! {
    /// A CPV code with its names, where it is on the list.
    pub struct CpvCode {
        /// The code.
        pub cpv: Option<String>,
        /// Name in Danish.
        pub name_da: Option<String>,
        /// Name in English.
        pub name_en: Option<String>,
    }

    /// A value that a buyer fills in.
    pub struct Placeholder {
        /// The name in braces.
        pub name: Option<String>,
        /// Meaning in Danish.
        pub meaning_da: Option<String>,
        /// Meaning in English.
        pub meaning_en: Option<String>,
        /// Unit.
        pub unit: Option<String>,
        /// Lowest number.
        pub min: Option<f64>,
        /// Highest number.
        pub max: Option<f64>,
        /// What stands there when nothing is filled in.
        pub default_value: Option<String>,
    }

    /// A measured value.
    pub struct Measure {
        /// What is measured, in Danish.
        pub property_da: Option<String>,
        /// What is measured, in English.
        pub property_en: Option<String>,
        /// How it compares.
        pub comparison: Option<String>,
        /// The number.
        pub number: Option<f64>,
        /// Unit.
        pub unit: Option<String>,
    }

    /// How an award criterion is scored.
    pub struct Award {
        /// Method in Danish.
        pub method_da: Option<String>,
        /// Method in English.
        pub method_en: Option<String>,
        /// Scale.
        pub scale: Option<String>,
        /// Weight in percent.
        pub weight_percent: Option<f64>,
    }

    /// Evidence.
    pub struct Evidence {
        /// Its kind.
        pub kind: Option<String>,
        /// Text in Danish.
        pub text_da: Option<String>,
        /// Text in English.
        pub text_en: Option<String>,
        /// Labels as a JSON list, among equivalents.
        pub labels: String,
    }

    /// A step of follow-up.
    pub struct FollowUp {
        /// What, in Danish.
        pub what_da: Option<String>,
        /// What, in English.
        pub what_en: Option<String>,
        /// When, in Danish.
        pub when_da: Option<String>,
        /// When, in English.
        pub when_en: Option<String>,
        /// Who, in Danish.
        pub who_da: Option<String>,
        /// Who, in English.
        pub who_en: Option<String>,
    }

    /// A risk.
    pub struct Risk {
        /// In Danish.
        pub risk_da: Option<String>,
        /// In English.
        pub risk_en: Option<String>,
    }

    /// A source.
    pub struct Source {
        /// Title.
        pub title: Option<String>,
        /// Address, unchecked.
        pub address: Option<String>,
        /// Version.
        pub version: Option<String>,
        /// Date.
        pub date: Option<String>,
    }

    /// A step in the life of a wording.
    pub struct StateChange {
        /// The state that it came to.
        pub state: Option<String>,
        /// The day.
        pub date: Option<String>,
        /// The member that said so.
        pub member: Option<String>,
        /// What belongs to it, in Danish.
        pub note_da: Option<String>,
        /// The same in English.
        pub note_en: Option<String>,
    }

    /// Why a supplier did not bid.
    pub struct SupplierReason {
        /// The pilot's document.
        pub pilot: String,
        /// The member that ran it.
        pub member: String,
        /// Its name.
        pub member_name: Option<String>,
        /// The reason in Danish.
        pub reason_da: Option<String>,
        /// The reason in English.
        pub reason_en: Option<String>,
    }

    /// A release that holds the requirement.
    pub struct ReleasedIn {
        /// The pack's document.
        pub pack: String,
        /// The pack's code.
        pub code: Option<String>,
        /// The version.
        pub version: String,
        /// The release's hash.
        pub hash: String,
        /// Whether it is the pack's newest.
        pub is_newest: bool,
        /// Whether the lead released something else under the same version.
        pub is_equivocated: bool,
        /// Whether the lead withdrew it.
        pub is_withdrawn: bool,
    }
}
