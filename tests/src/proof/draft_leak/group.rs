//! What two members do in a group: the third is told nothing of it, and said nothing else to.
//!
//! What is said to the third is compared byte for byte with what it was said before there was a group.

use faelled::request::drafting::{GroupChange, HearingCall, Request as Drafting};
use faelled::request::joint::Request as Joint;
use faelled::request::{PublishTerms, Request};
use faelled_model::Localized;
use faelled_model::attachment::FileBytes;
use faelled_net::TapContent;
use faelled_proto::canonical::encode;
use faelled_proto::message::Bye;
use faelled_proto::{MemberId, Message, Space};
use faelled_store::Store;
use serde_json::Value;

use super::circle::{Circle, Member};
use super::trace::{contains, search, shown, traces_of};
use crate::program::{Broken, example};
use crate::proof::{Report, ensure};

/// Texts that stand nowhere else. What the group has:
const NAME: &str = "Gulspurv-4d1c8e";
const DRAFT: &str = "Bogfinke-91f0b2";
const EDIT: &str = "Dompap-c07e35";
const HEARING: &str = "Gærdesmutte-5ab2d9";
const COMMENT: &str = "Sanglærke-e8830f";
/// What the lead alone has.
const GROUND: &str = "Rødhals-37cd14";
/// What the group has after it removed somebody.
const EDIT_LATER: &str = "Solsort-b6a941";
const COMMENT_LATER: &str = "Musvit-2f5e70";

const PACK: &str = "GLX-EMB";
const REQUIREMENT: &str = "GLX-EMB-001";
const DISPUTED: &str = "GLX-EMB-003";

pub(super) async fn run(mut report: Report) -> Result<Report, Broken> {
    let mut circle = Circle::found().await?;
    publish(&circle.lead, "packs/furniture.toml", "GLX-MOB").await?;
    for member in [&circle.inside, &circle.outside] {
        let show = Request::PackShow {
            pack: "GLX-MOB".into(),
        };
        member.until("a release", show, |_| true).await?;
    }
    let before = marks(&circle);
    circle.outside_comes_again().await?;
    let usual = Usual::of(&circle, before)?;
    report.saw("three members, each connected to both others; what the third is said is known");

    let before = marks(&circle);
    draft_together(&mut circle).await?;
    circle.outside_comes_again().await?;
    let traces = Traces::read(&circle).await?;
    let said = usual.all_that_was_said(&circle, before)?;
    report.saw(format!(
        "the group drafted, differed, settled, heard, commented: the third was said {said} greetings, summaries and \
         goodbyes in that time, byte for byte as before there was a group, and nothing else"
    ));
    let files = traces.are_not_at_the_outside(&mut circle).await?;
    report.saw(format!(
        "none of {} ids and texts of the group is in what it was ever sent, nor in its {files} files",
        traces.of_group.len() + traces.of_lead.len()
    ));

    added(&circle, &traces).await?;
    report.saw("added, it gets all: each of the group's texts and ids is now in what it was sent");
    removed(&mut circle, &usual).await?;
    report.saw("removed, it gets nothing that was written after, is said as much as before, and not told why");
    traces.of_lead_are_nowhere(&circle)?;
    report.saw("the lead's own draft and its record of the sharings went to nobody");
    report.figure("group_traces", traces.of_group.len());
    report.figure("said_to_the_third", said);
    circle.stop().await?;
    Ok(report)
}

/// All that a member says to the third, whatever happens elsewhere.
struct Usual(Vec<Vec<u8>>);

impl Usual {
    /// As both others greeted it when they had nothing of their own.
    fn of(circle: &Circle, marks: [usize; 2]) -> Result<Self, Broken> {
        let mut usual = vec![Message::Bye(Bye::ShuttingDown).encode()];
        for (member, mark) in [&circle.lead, &circle.inside].into_iter().zip(marks) {
            let said = member.sent.since(mark, circle.outside.key);
            let greeting = said
                .iter()
                .filter(|piece| piece.content == TapContent::Message)
                .find_map(|piece| match Message::decode(&piece.bytes, 4096) {
                    Ok(Message::Hello(hello)) => Some((hello, piece.bytes.clone())),
                    _ => None,
                })
                .ok_or_else(|| Broken::new("the third was not greeted"))?;
            let (hello, bytes) = greeting;
            ensure(
                matches!(hello.summary.digests[..], [(Space::Commons, _)]),
                || format!("the greeting tells of more than the commons: {hello:?}"),
            )?;
            usual.push(bytes);
            for answer in [false, true] {
                let summary = hello.summary.clone();
                usual.push(Message::Summary { summary, answer }.encode());
            }
        }
        Ok(Self(usual))
    }

    /// Fails when the third was said anything else since. Says how much that was.
    fn all_that_was_said(&self, circle: &Circle, marks: [usize; 2]) -> Result<usize, Broken> {
        let mut count = 0;
        for (member, mark) in [&circle.lead, &circle.inside].into_iter().zip(marks) {
            for piece in member.sent.since(mark, circle.outside.key) {
                count += 1;
                let is_usual =
                    piece.content == TapContent::Message && self.0.contains(&piece.bytes);
                ensure(is_usual, || {
                    let message = Message::decode(&piece.bytes, 1 << 20);
                    format!(
                        "{} said something else to the third: {:?} {message:?}",
                        member.id, piece.content
                    )
                })?;
            }
        }
        Ok(count)
    }
}

/// How much each of the two has sent so far.
fn marks(circle: &Circle) -> [usize; 2] {
    [circle.lead.sent.mark(), circle.inside.sent.mark()]
}

/// What would tell of the group.
struct Traces {
    of_group: Vec<Vec<u8>>,
    of_lead: Vec<Vec<u8>>,
}

impl Traces {
    async fn read(circle: &Circle) -> Result<Self, Broken> {
        let texts = [NAME, DRAFT, EDIT, HEARING, COMMENT];
        let mut of_group: Vec<Vec<u8>> = texts.map(|text| text.as_bytes().to_vec()).into();
        for member in [&circle.lead, &circle.inside] {
            of_group
                .extend(traces_of(&member.path, |space| matches!(space, Space::Group(_))).await?);
        }
        let directory = faelled::directory::Directory::at(&circle.lead.path);
        let store = Store::open_read_only(directory.node_db()).await?;
        for signed in store.charters().await? {
            let charter = signed.decode().map_err(|error| Broken(error.to_string()))?;
            of_group.push(charter.group().as_bytes().to_vec());
            of_group.push(signed.hash().as_bytes().to_vec());
            // Single ids stand in the roster; that these stand together tells who is in it.
            of_group.push(encode(&charter.members));
        }
        store.close().await?;
        ensure(of_group.len() > 30, || {
            "the group has hardly anything to look for".into()
        })?;
        of_group.sort();
        of_group.dedup();
        let is_private = |space: &Space| matches!(space, Space::Private(_));
        let mut of_lead = traces_of(&circle.lead.path, is_private).await?;
        of_lead.push(GROUND.as_bytes().to_vec());
        Ok(Self { of_group, of_lead })
    }

    async fn are_not_at_the_outside(&self, circle: &mut Circle) -> Result<u64, Broken> {
        let sent = sent_to_outside(circle, [0, 0]);
        ensure(contains(&sent, b"GLX-MOB"), || {
            "the recording does not see what is sent".into()
        })?;
        circle.outside.go_offline().await?;
        let mut files = 0;
        for trace in self.of_group.iter().chain(&self.of_lead) {
            ensure(!contains(&sent, trace), || {
                format!("the third was sent {}", shown(trace))
            })?;
            files = search(&circle.outside.path, trace, false)?;
        }
        circle.outside.go_online(None).await?;
        circle.connected().await?;
        circle.outside.does_not_know(requirement()).await?;
        let groups = circle
            .outside
            .ask(Request::Drafting(Drafting::GroupList))
            .await?;
        ensure(groups == serde_json::json!([]), || {
            format!("the third has a group: {groups}")
        })?;
        Ok(files)
    }

    fn of_lead_are_nowhere(&self, circle: &Circle) -> Result<(), Broken> {
        let mut sent = circle.lead.sent.bytes();
        sent.extend(circle.inside.sent.bytes());
        for trace in &self.of_lead {
            ensure(!contains(&sent, trace), || {
                format!("the lead's own was sent: {}", shown(trace))
            })?;
        }
        Ok(())
    }
}

fn sent_to_outside(circle: &Circle, marks: [usize; 2]) -> Vec<u8> {
    [&circle.lead, &circle.inside]
        .into_iter()
        .zip(marks)
        .flat_map(|(member, mark)| member.sent.since(mark, circle.outside.key))
        .flat_map(|piece| piece.bytes)
        .collect()
}

/// All that a group does, the lead and one more, while the third is connected.
async fn draft_together(circle: &mut Circle) -> Result<(), Broken> {
    let (lead, inside) = (&circle.lead, &circle.inside);
    let members = vec![inside.id.clone()];
    let name = NAME.to_owned();
    drafting(lead, Drafting::GroupNew { name, members }).await?;
    inside
        .until_it_reads(NAME, Request::Drafting(Drafting::GroupList))
        .await?;
    import(
        lead,
        "packs/packaging.toml",
        "Genbrugelig transportemballage",
    )
    .await?;
    drafting(
        lead,
        Drafting::Share {
            pack: PACK.into(),
            group: NAME.into(),
            ground: danish(GROUND),
            preview: false,
        },
    )
    .await?;
    inside.until_it_reads(DRAFT, pack()).await?;
    append(inside, EDIT).await?;
    lead.until_it_reads(EDIT, requirement()).await?;
    dispute(circle).await?;
    let (lead, inside) = (&circle.lead, &circle.inside);
    drafting(
        lead,
        Drafting::Hearing {
            pack: PACK.into(),
            hearing: HearingCall {
                trade: false,
                group: Some(NAME.into()),
                recipients: Vec::new(),
                until: "2099-03-01".into(),
                ground: danish(HEARING),
            },
            preview: false,
        },
    )
    .await?;
    inside
        .until_it_reads("internal-hearing", requirement())
        .await?;
    comment(inside, COMMENT).await?;
    lead.until_it_reads(COMMENT, comments()).await
}

/// Both set one field while they are apart; the lead settles it when both show both.
async fn dispute(circle: &mut Circle) -> Result<(), Broken> {
    let address = circle.inside.address()?;
    circle.inside.go_offline().await?;
    drafting(&circle.lead, level("advanced")).await?;
    let there = Request::Drafting(level("spearhead"));
    Member::ask_offline(&circle.inside.path, there).await?;
    circle.inside.go_online(Some(address)).await?;
    circle.connected().await?;
    let disputed = |answer: &Value| answer.as_array().is_some_and(|all| all.len() == 1);
    let settled = |answer: &Value| answer.as_array().is_some_and(Vec::is_empty);
    let conflicts = || {
        let document = Some(DISPUTED.to_owned());
        Request::Drafting(Drafting::Conflicts { document })
    };
    for member in [&circle.lead, &circle.inside] {
        member.until("a conflict", conflicts(), disputed).await?;
    }
    let resolve = Drafting::Resolve {
        document: DISPUTED.into(),
        place: "level".into(),
        take: 1,
    };
    drafting(&circle.lead, resolve).await?;
    for member in [&circle.lead, &circle.inside] {
        member.until("a settlement", conflicts(), settled).await?;
    }
    Ok(())
}

/// The third is added, and gets what was there before.
async fn added(circle: &Circle, traces: &Traces) -> Result<(), Broken> {
    change(&circle.lead, &[&circle.outside.id], &[]).await?;
    circle.outside.until_it_reads(EDIT, requirement()).await?;
    circle.outside.until_it_reads(DRAFT, pack()).await?;
    circle.outside.until_it_reads(COMMENT, comments()).await?;
    let sent = sent_to_outside(circle, [0, 0]);
    let missing: Vec<String> = traces
        .of_group
        .iter()
        .filter(|trace| !contains(&sent, trace))
        .map(|trace| shown(trace))
        .collect();
    ensure(missing.is_empty(), || {
        format!("looked for in vain where they must be: {missing:?}")
    })
}

/// The third is removed again; what is written from then on does not reach it.
async fn removed(circle: &mut Circle, usual: &Usual) -> Result<(), Broken> {
    change(&circle.lead, &[], &[&circle.outside.id]).await?;
    let version = |group: &Value| group["version"] == 3;
    for member in [&circle.lead, &circle.inside] {
        member.until("the removal", group(), version).await?;
    }
    let before = marks(circle);
    let (lead, inside) = (&circle.lead, &circle.inside);
    append(lead, EDIT_LATER).await?;
    inside.until_it_reads(EDIT_LATER, requirement()).await?;
    comment(inside, COMMENT_LATER).await?;
    lead.until_it_reads(COMMENT_LATER, comments()).await?;
    circle.outside_comes_again().await?;
    usual.all_that_was_said(circle, before)?;
    let sent = sent_to_outside(circle, [0, 0]);
    circle.outside.go_offline().await?;
    for text in [EDIT_LATER, COMMENT_LATER] {
        ensure(!contains(&sent, text.as_bytes()), || {
            format!("who was removed was sent {text}")
        })?;
        search(&circle.outside.path, text.as_bytes(), false)?;
        search(&circle.inside.path, text.as_bytes(), true)?;
    }
    Ok(())
}

fn danish(text: &str) -> Localized {
    Localized([("da".to_owned(), text.to_owned())].into())
}

fn pack() -> Request {
    Request::PackShow { pack: PACK.into() }
}

fn requirement() -> Request {
    Request::RequirementShow {
        requirement: REQUIREMENT.into(),
    }
}

fn comments() -> Request {
    Request::Joint(Joint::Comments {
        target: REQUIREMENT.into(),
    })
}

fn group() -> Request {
    Request::Drafting(Drafting::GroupShow { group: NAME.into() })
}

fn level(code: &str) -> Drafting {
    edit(DISPUTED, "level", code.to_owned())
}

fn edit(draft: &str, path: &str, value: String) -> Drafting {
    Drafting::Edit {
        draft: draft.into(),
        is_pack: false,
        set: vec![(path.into(), value)],
    }
}

async fn drafting(member: &Member, request: Drafting) -> Result<Value, Broken> {
    member.ask(Request::Drafting(request)).await
}

async fn change(lead: &Member, add: &[&MemberId], remove: &[&MemberId]) -> Result<(), Broken> {
    let ids = |members: &[&MemberId]| members.iter().map(|member| (*member).clone()).collect();
    let request = Drafting::GroupChange {
        group: NAME.into(),
        change: GroupChange {
            add: ids(add),
            remove: ids(remove),
            ..GroupChange::default()
        },
    };
    drafting(lead, request).await?;
    Ok(())
}

/// Adds a sentence to the wording.
async fn append(member: &Member, sentence: &str) -> Result<(), Broken> {
    let held = member.ask(requirement()).await?;
    let wording = held["wording_da"].as_str().unwrap_or_default();
    let longer = format!("{wording} {sentence}.");
    drafting(member, edit(REQUIREMENT, "wording.da", longer)).await?;
    Ok(())
}

async fn comment(member: &Member, text: &str) -> Result<(), Broken> {
    let request = Joint::Comment {
        target: REQUIREMENT.into(),
        field: "wording.da".into(),
        text: danish(text),
        preview: false,
    };
    member.ask(Request::Joint(request)).await?;
    Ok(())
}

/// Imports a file as the lead's own draft, with a text of its own in place of another one.
async fn import(lead: &Member, file: &str, replaced: &str) -> Result<(), Broken> {
    let text = std::fs::read_to_string(example(file))?;
    let text = text.replace(replaced, &format!("{DRAFT} {replaced}"));
    let request = Request::PackImport {
        file_name: file.into(),
        bytes: FileBytes(text.into()),
        group: None,
        over: false,
    };
    lead.ask(request).await?;
    Ok(())
}

async fn publish(lead: &Member, file: &str, code: &str) -> Result<(), Broken> {
    let text = std::fs::read_to_string(example(file))?;
    let request = Request::PackImport {
        file_name: file.into(),
        bytes: FileBytes(text.into()),
        group: None,
        over: false,
    };
    lead.ask(request).await?;
    let request = Request::PackPublish {
        pack: code.into(),
        terms: PublishTerms::default(),
        preview: false,
    };
    lead.ask(request).await?;
    Ok(())
}
