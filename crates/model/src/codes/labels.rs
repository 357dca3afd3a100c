//! Labels that a tenderer may show, each of them "or equivalent".

/// A label or certification scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// The code as stored.
    pub code: &'static str,
    /// Its name, which is the same in both languages save where it has a Danish one.
    pub english: &'static str,
    /// The Danish name.
    pub danish: &'static str,
}

macro_rules! labels {
    ($( $code:literal, $english:literal, $danish:literal; )*) => {
        &[$( Label { code: $code, english: $english, danish: $danish }, )*]
    };
}

static LABELS: &[Label] = labels! {
    "blauer-engel", "Blauer Engel", "Blauer Engel";
    "cradle-to-cradle", "Cradle to Cradle Certified", "Cradle to Cradle Certified";
    "epeat", "EPEAT", "EPEAT";
    "eu-ecolabel", "EU Ecolabel", "EU-Blomsten";
    "eu-organic", "EU organic logo", "EU's økologimærke";
    "eucertplast", "EuCertPlast", "EuCertPlast";
    "fairtrade", "Fairtrade", "Fairtrade";
    "fsc", "FSC", "FSC";
    "fsc-recycled", "FSC Recycled", "FSC Recycled";
    "gots", "Global Organic Textile Standard (GOTS)", "Global Organic Textile Standard (GOTS)";
    "grs", "Global Recycled Standard (GRS)", "Global Recycled Standard (GRS)";
    "indoor-climate-label", "Danish Indoor Climate Labelling", "Dansk Indeklima Mærkning";
    "moebelfakta", "Möbelfakta", "Möbelfakta";
    "msc", "MSC", "MSC";
    "nordic-swan", "Nordic Swan Ecolabel", "Svanemærket";
    "oeko-tex-100", "OEKO-TEX Standard 100", "OEKO-TEX Standard 100";
    "pefc", "PEFC", "PEFC";
    "recyclass", "RecyClass", "RecyClass";
    "tco", "TCO Certified", "TCO Certified";
};

/// All labels, by code.
#[must_use]
pub fn all() -> &'static [Label] {
    LABELS
}

/// The label with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Label> {
    LABELS.iter().find(|label| label.code == code)
}

impl Label {
    /// The name on the screen.
    #[must_use]
    pub fn name(&self, language: crate::Language) -> &'static str {
        language.pick(self.english, self.danish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_has_a_code_of_its_own() {
        assert!(all().is_sorted_by(|a, b| a.code < b.code));
        assert_eq!(
            find("nordic-swan").map(|label| label.name(crate::Language::Danish)),
            Some("Svanemærket")
        );
        assert_eq!(find("swan"), None);
    }
}
