//! Documents of which nothing is built, and how they come back.

use faelled_mirror::read::SetAside;
use faelled_proto::MemberId;

use super::Findings;
use crate::data::trust::Finding;
use crate::failure::Said;

pub(super) fn findings(own: &MemberId, documents: Vec<SetAside>) -> Vec<Finding> {
    let mut findings = Findings::of(
        "set-aside",
        "no document is set aside",
        "intet dokument er sat til side",
    );
    for found in documents {
        let (id, owner, reason) = (&found.document, &found.owner, &found.reason);
        findings.warning(
            Said::new(
                format!("document {id} of {owner} is set aside: {reason}"),
                format!("dokument {id}, som {owner} ejer, er sat til side: intet af det vises"),
            ),
            todo(own, &found),
        );
    }
    findings.all()
}

fn todo(own: &MemberId, found: &SetAside) -> Said {
    let (id, owner) = (&found.document, &found.owner);
    if found.space == "group" {
        return Said::new(
            "if a member wrote it full, an owner of its group removes that member: faelled group remove GROUP MEMBER --received-before TIME",
            "har en deltager skrevet det fuldt, fjerner en ejer af dens gruppe den deltager: faelled group remove GRUPPE DELTAGER --received-before TID",
        );
    }
    if own.as_str() != owner {
        return Said::new(
            format!("ask {owner} to bring it back: faelled doctor there says how"),
            format!("bed {owner} om at hente det tilbage: faelled doctor siger dér hvordan"),
        );
    }
    Said::new(
        format!(
            "if an editor wrote it full: faelled editors {id} --withdraw MEMBER --received-before TIME; if a node of your own did: faelled key revoke"
        ),
        format!(
            "har en redaktør skrevet det fuldt: faelled editors {id} --withdraw DELTAGER --received-before TID; en af jeres egne noder: faelled key revoke"
        ),
    )
}
