//! `pack hearing`: a draft is heard, among members or with the trade.
//!
//! Members that draft already are asked where they draft. A wider group gets a copy, so that what is written in
//! the drafting group afterwards stays there; answers are comments on what those who were asked see.

use std::collections::BTreeMap;

use faelled_mirror::read::Group;
use faelled_model::pack::Hearing;
use faelled_model::terms::{DisclosureKind, HearingKind, WordingState};
use faelled_model::validate::{self, Finding};
use faelled_model::{Localized, Pack, Requirement};
use faelled_proto::{DocId, Space};

use super::disclosure::{Giving, disclose};
use super::group::{name_of, space_of};
use super::share::{check_ground, numbers, warnings};
use crate::clock::{date, today};
use crate::data::drafting::{Data, Shared};
use crate::editor::{Editor, Edits};
use crate::failure::{Failure, Said};
use crate::request::drafting::HearingCall;
use crate::service::draft::{Draft, documents_of, link, move_to, without_drafting};
use crate::service::everybody::{ids_in, names_in};
use crate::service::{Service, document_id, said, sort_findings};

/// Who is asked, and where they see it.
enum Asked {
    /// The draft's own group.
    Drafters(Group),
    /// Another group, which gets a copy.
    Wider(Group, Space),
    /// Associations; the network carries nothing.
    Trade(Vec<String>),
}

impl Asked {
    fn recipients(&self) -> Vec<String> {
        match self {
            Self::Drafters(group) | Self::Wider(group, _) => ids_in(group),
            Self::Trade(names) => names.clone(),
        }
    }

    fn named(&self) -> Vec<String> {
        match self {
            Self::Drafters(group) | Self::Wider(group, _) => names_in(group),
            Self::Trade(names) => names.clone(),
        }
    }

    fn group(&self) -> Option<String> {
        match self {
            Self::Drafters(group) | Self::Wider(group, _) => Some(name_of(group)),
            Self::Trade(_) => None,
        }
    }

    /// Where it is seen, and what that is called; nothing where the network carries nothing.
    fn space<'a>(&'a self, draft: &'a Draft) -> Option<(&'a Space, String)> {
        match self {
            Self::Drafters(group) => Some((&draft.space, name_of(group))),
            Self::Wider(group, space) => Some((space, name_of(group))),
            Self::Trade(_) => None,
        }
    }

    const fn kinds(&self) -> (HearingKind, DisclosureKind, WordingState) {
        match self {
            Self::Drafters(_) | Self::Wider(..) => (
                HearingKind::Internal,
                DisclosureKind::InternalHearing,
                WordingState::InternalHearing,
            ),
            Self::Trade(_) => (
                HearingKind::Trade,
                DisclosureKind::TradeHearing,
                WordingState::TradeHearing,
            ),
        }
    }
}

impl Service {
    pub(super) async fn hold_hearing(
        &self,
        key: &str,
        call: HearingCall,
        preview: bool,
    ) -> Result<Data, Failure> {
        check_ground(&call.ground)?;
        check_until(&call.until)?;
        let editor = self.editor.lock().await;
        let draft = self.needed_draft(&editor, key).await?;
        self.check_lead(&draft)?;
        let asked = self.asked(&draft, &call).await?;
        let (pack, drafted) = self.heard(&editor, &draft, &asked, &call).await?;
        let disclosure = asked.kinds().1;
        let mut shared = Shared {
            preview,
            kind: disclosure.code().to_owned(),
            code: pack.code.clone(),
            document: None,
            group: asked.group(),
            requirements: numbers(&drafted),
            recipients: asked.named(),
            until: Some(call.until.clone()),
            warnings: warnings(&pack, &drafted)?,
        };
        if preview {
            return Ok(Data::Shared(shared));
        }
        let copy = match &asked {
            Asked::Wider(_, space) => {
                let mut edits = editor.edit(space.clone()).await?;
                let earlier = self.earlier_copy(&editor, &draft, space).await?;
                let document = copy_to(&mut edits, &draft, &pack, &drafted, earlier).await?;
                Some((edits, document))
            }
            Asked::Drafters(_) | Asked::Trade(_) => None,
        };
        let document = match &asked {
            Asked::Drafters(_) => Some(draft.document),
            Asked::Wider(..) => copy.as_ref().map(|(_, document)| *document),
            // The network carries nothing: what they get is the draft itself.
            Asked::Trade(_) => Some(draft.document),
        };
        let giving = Giving {
            kind: disclosure,
            code: &pack.code,
            title: pack.title.clone(),
            document,
            version: String::new(),
            space: asked.space(&draft),
            recipients: asked.recipients(),
            ground: call.ground,
        };
        disclose(&editor, giving).await?;
        if let Some((edits, _)) = copy {
            edits.commit().await?;
        }
        let mut edits = editor.edit(draft.space.clone()).await?;
        for (document, requirement) in &drafted {
            edits.update(*document, requirement).await?;
        }
        edits.update(draft.document, &pack).await?;
        edits.commit().await?;
        drop(editor);
        self.mirror().await?;
        shared.document = document.map(|document| document.to_string());
        Ok(Data::Shared(shared))
    }

    /// The draft as it is once it is heard.
    async fn heard(
        &self,
        editor: &Editor,
        draft: &Draft,
        asked: &Asked,
        call: &HearingCall,
    ) -> Result<(Pack, Vec<(DocId, Requirement)>), Failure> {
        let (kind, _, state) = asked.kinds();
        let mut pack = draft.pack.clone();
        let mut drafted = draft.read(editor).await?;
        for (_, requirement) in &mut drafted {
            check_step(requirement, &state)?;
            let note = until_note(&call.until);
            move_to(requirement, state.clone(), &self.own, note);
        }
        pack.hearings.push(Hearing {
            id: String::new(),
            kind,
            from: date(today()),
            until: call.until.clone(),
            recipients: asked.recipients(),
            ground: call.ground.clone(),
        });
        check(&pack)?;
        Ok((pack, drafted))
    }

    async fn asked(&self, draft: &Draft, call: &HearingCall) -> Result<Asked, Failure> {
        if call.trade {
            if call.recipients.is_empty() {
                return Err(Failure::user(
                    "nobody-asked",
                    Said::new(
                        "say who is asked in the trade hearing",
                        "sig, hvem der høres i branchehøringen",
                    ),
                )
                .hint(Said::new(
                    "--to \"NAME\", once for each association or firm",
                    "--to \"NAVN\", én gang for hver forening eller virksomhed",
                )));
            }
            return Ok(Asked::Trade(call.recipients.clone()));
        }
        let own = match &draft.space {
            Space::Group(id) => Some(self.group(&id.to_string()).await?),
            Space::Private(_) | Space::Commons => None,
        };
        match (&call.group, own) {
            (None, Some(group)) => Ok(Asked::Drafters(group)),
            (Some(key), own) => {
                let group = self.group(key).await?;
                if own.is_some_and(|own| own.head.group_id == group.head.group_id) {
                    return Ok(Asked::Drafters(group));
                }
                let space = space_of(&group)?;
                Ok(Asked::Wider(group, space))
            }
            (None, None) => Err(Failure::user(
                "nobody-asked",
                Said::new(
                    "the draft is private: say which group is asked",
                    "kladden er privat: sig, hvilken gruppe der høres",
                ),
            )
            .hint(Said::new(
                "--group GROUP; faelled group new NAME --all founds one with every member",
                "--group GRUPPE; faelled group new NAVN --all danner en med alle deltagere",
            ))),
        }
    }

    /// The copy that an earlier hearing of this draft left in the group.
    async fn earlier_copy(
        &self,
        editor: &Editor,
        draft: &Draft,
        space: &Space,
    ) -> Result<Option<(DocId, Pack)>, Failure> {
        for pack in self.mirror().await?.packs().await? {
            if pack.space != "group" || pack.owner != self.own.as_str() {
                continue;
            }
            let Some(document) = document_id(&pack.document) else {
                continue;
            };
            let held: Pack = editor.read(document).await?;
            let opening = editor.load(document).await?.opening;
            if held.hearing_of == draft.document.to_string()
                && opening.is_some_and(|opening| opening.space == *space)
            {
                return Ok(Some((document, held)));
            }
        }
        Ok(None)
    }
}

/// Writes the present content of a draft as a copy for a hearing.
async fn copy_to(
    edits: &mut Edits<'_>,
    draft: &Draft,
    pack: &Pack,
    drafted: &[(DocId, Requirement)],
    earlier: Option<(DocId, Pack)>,
) -> Result<DocId, Failure> {
    let held = earlier
        .as_ref()
        .map(|(_, pack)| documents_of(pack))
        .unwrap_or_default();
    let mut documents = BTreeMap::new();
    for (source, requirement) in drafted {
        let mut copy = requirement.clone();
        copy.hearing_of = source.to_string();
        copy.published_as = String::new();
        copy.history = without_drafting(requirement);
        let document = match held.get(&copy.number) {
            Some(document) => {
                edits.update(*document, &copy).await?;
                *document
            }
            None => edits.create(&copy)?,
        };
        documents.insert(copy.number.clone(), document);
    }
    let mut copy = pack.clone();
    copy.hearing_of = draft.document.to_string();
    copy.published_as = String::new();
    link(&mut copy, &documents);
    match earlier {
        Some((document, _)) => {
            edits.update(document, &copy).await?;
            Ok(document)
        }
        None => edits.create(&copy),
    }
}

fn until_note(until: &str) -> Localized {
    Localized::from([
        ("da", format!("svarfrist {until}").as_str()),
        ("en", format!("answers until {until}").as_str()),
    ])
}

fn check_until(until: &str) -> Result<(), Failure> {
    if until >= date(today()).as_str() {
        return Ok(());
    }
    Err(Failure::user(
        "until",
        Said::new(
            format!("the hearing would have ended on {until}"),
            format!("høringen ville være slut den {until}"),
        ),
    )
    .hint(Said::new(
        "give a day that is to come: --until 2027-02-01",
        "angiv en kommende dag: --until 2027-02-01",
    )))
}

fn check_step(requirement: &Requirement, to: &WordingState) -> Result<(), Failure> {
    let Some(finding) = validate::step(&requirement.state, to) else {
        return Ok(());
    };
    Err(Failure::user(
        "state",
        Said::new(
            format!("{} cannot be heard now", requirement.number),
            format!("{} kan ikke høres nu", requirement.number),
        ),
    )
    .details(vec![said(&requirement.number, &finding)])
    .hint(Said::new(
        "a change of the draft makes it a draft again: faelled requirement edit",
        "en ændring gør det til kladde igen: faelled requirement edit",
    )))
}

fn check(pack: &Pack) -> Result<(), Failure> {
    let findings: Vec<(String, Finding)> = validate::pack(pack)
        .into_iter()
        .filter(|finding| finding.field.starts_with("hearings"))
        .map(|finding| (pack.code.clone(), finding))
        .collect();
    let (errors, _) = sort_findings(findings);
    if errors.is_empty() {
        return Ok(());
    }
    Err(Failure::user(
        "hearing",
        Said::new(
            "the hearing cannot be held like this",
            "høringen kan ikke holdes sådan",
        ),
    )
    .details(errors))
}
