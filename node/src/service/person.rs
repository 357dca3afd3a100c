//! What looks like a CPR number is never shared, and nobody can confirm it away.

use faelled_model::validate::Finding;

use super::said;
use crate::failure::{Failure, Said};

/// The rule of the model that suspects a CPR number, and the code of the failure.
const CPR: &str = "person-cpr";

/// Fails where a text that is about to be shared has what looks like a CPR number. Findings come with what they are
/// about, which may be empty.
pub(in crate::service) fn check_person(findings: &[(String, Finding)]) -> Result<(), Failure> {
    let places: Vec<Said> = findings
        .iter()
        .filter(|(_, finding)| finding.code == CPR)
        .map(|(subject, finding)| said(subject, finding))
        .collect();
    if places.is_empty() {
        return Ok(());
    }
    Err(Failure::user(
        CPR,
        Said::new(
            "there is what looks like a CPR number in it: that is never shared",
            "der er noget i det, som ligner et CPR-nummer: det bliver aldrig delt",
        ),
    )
    .details(places)
    .hint(Said::new(
        "delete it and try again; nothing was shared",
        "slet det, og prøv igen; intet er delt",
    )))
}

#[cfg(test)]
mod tests {
    use faelled_model::text::Merging;
    use faelled_model::{Comment, LocalizedText, validate};

    use super::*;

    fn findings(said: &str) -> Vec<(String, Finding)> {
        let body = [("da".to_owned(), Merging(said.to_owned()))];
        let comment = Comment {
            body: LocalizedText(body.into_iter().collect()),
            ..Comment::default()
        };
        validate::comment(&comment)
            .into_iter()
            .map(|finding| ("GLX-EMB-001".to_owned(), finding))
            .collect()
    }

    #[test]
    fn a_cpr_number_is_refused_with_its_place_and_other_suspicions_are_not() {
        let refused = check_person(&findings("Ringet til 010180-1234")).unwrap_err();
        assert_eq!(refused.code, "person-cpr");
        assert!(
            refused.details[0].da.starts_with("GLX-EMB-001 body.da: "),
            "{:?}",
            refused.details
        );
        assert!(refused.hint.is_some_and(|hint| hint.en.contains("delete")));
        let suspected = findings("Kontaktperson: Lene Jensen");
        assert!(suspected.iter().any(|(_, one)| one.code == "person-name"));
        assert_eq!(
            check_person(&suspected).err().map(|failure| failure.code),
            None
        );
    }
}
