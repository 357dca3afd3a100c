//! Texts that stand nowhere else, put wherever something is kept from others: then everything that could hold them is read.
//!
//! An author and a colleague in a group have nodes that are recorded; an outsider, who is a member, and a newcomer with a
//! wrong ticket have the product's own. All log all that they can. A packet sniffer listens beside them.

mod capture;
mod needle;
mod outputs;
mod stage;
mod texts;
mod traces;

use std::net::UdpSocket;

use capture::{Capture, Captured};
use needle::Needles;
use stage::Stage;
use texts::Texts;

use super::{Report, ensure};
use crate::program::Broken;

pub(super) async fn run(mut report: Report) -> Result<Report, Broken> {
    let texts = Texts::draw(report.seed());
    let mut stage = Stage::set().await?;
    let capture = Capture::begin();
    if let Err(reason) = &capture {
        report.saw(format!(
            "skipped: no datagrams are captured, since this needs the right to listen to all packets ({reason})"
        ));
    }
    let control = texts.in_datagram.clone();
    UdpSocket::bind("127.0.0.1:0")?.send_to(control.as_bytes(), "127.0.0.1:9")?;

    let turned_away = stage.newcomer_tries().await?;
    stage.speak_openly(&texts).await?;
    stage.draft(&texts).await?;
    stage.work_in_group(&texts).await?;
    stage.outsider_comes_again().await?;
    let turned_away_again = stage.newcomer_tries().await?;
    report.saw("drafted, shared in a group, commented; the outsider came again, the newcomer was turned away twice");

    let kept = Kept::read(&stage, &texts).await?;
    let asked = outputs::of_outsider(&stage, &texts).await?;
    kept.all
        .are_not_in("what the outsider's node answers", asked.as_bytes())?;
    ensure(asked.contains(&texts.open), || {
        "what is told to all is not in the outsider's answers".into()
    })?;
    let oracle = outputs::no_oracle(&stage, &texts).await?;
    report.saw(format!(
        "the outsider asked for {} things: none of it in its answers, and what is there is refused in the same words as what is \
         not ({oracle} pairs)",
        outputs::QUESTIONS
    ));
    for (name, said) in [("before", &turned_away), ("after", &turned_away_again)] {
        kept.all.are_not_in(
            &format!("what the newcomer is told {name}"),
            said.as_bytes(),
        )?;
    }
    sent(&mut stage, &kept, &texts, &mut report)?;
    let captured = capture.ok().map(Capture::end).transpose()?;
    let refused = stage.stop_and_fail(&texts).await?;
    kept.of_texts
        .are_not_in("what a refused file's owner is told", refused.as_bytes())?;
    on_disks(&stage, &kept, &texts, &mut report)?;
    in_logs(&stage, &kept, &mut report)?;
    if let Some(captured) = captured {
        in_datagrams(&captured, &kept, &control, &mut report)?;
    }
    report.figure("looked_for", kept.all.len());
    Ok(report)
}

/// All that is kept from somebody.
struct Kept {
    /// The author's alone.
    of_author: Needles,
    /// The author's and the group's.
    all: Needles,
    /// Texts only: those must not be in anybody's log.
    of_texts: Needles,
}

impl Kept {
    async fn read(stage: &Stage, texts: &Texts) -> Result<Self, Broken> {
        let mut of_author = traces::of_drafts(&stage.author_path()).await?;
        let drafts = of_author.len();
        let mut of_texts = Needles::default();
        for (what, text) in texts.of_author() {
            of_author.text(what, text);
            of_texts.text(what, text);
        }
        let mut of_group = Needles::default();
        for path in [stage.author_path(), stage.colleague_path()] {
            of_group = of_group.and(&traces::of_groups(&path).await?);
        }
        let groups = of_group.len();
        for (what, text) in texts.of_group() {
            of_group.text(what, text);
            of_texts.text(what, text);
        }
        ensure(drafts > 30 && groups > 60, || {
            format!("there is hardly anything to look for: {drafts} and {groups} traces")
        })?;
        Ok(Self {
            all: of_author.and(&of_group),
            of_author,
            of_texts,
        })
    }
}

/// What left the two recorded nodes, in the clear.
fn sent(stage: &mut Stage, kept: &Kept, texts: &Texts, report: &mut Report) -> Result<(), Broken> {
    let sent = stage.sent()?;
    let mut to_others = 0;
    for (way, bytes) in &sent.to_others {
        kept.all.are_not_in(way, bytes)?;
        to_others += bytes.len();
    }
    kept.of_author
        .are_not_in("what the author sent the colleague", &sent.to_colleague)?;
    let mut open = Needles::default();
    open.bytes("what is told to all", texts.open.as_bytes());
    let (_, to_outsider) = &sent.to_others[0];
    ensure(open.find(to_outsider).is_some(), || {
        "what is told to all was not found in what the outsider was sent: the search does not see what is sent".into()
    })?;
    for (what, text) in texts.of_group() {
        let mut one = Needles::default();
        one.bytes(what, text.as_bytes());
        let is_sent = one
            .find(&sent.to_colleague)
            .or_else(|| one.find(&sent.from_colleague));
        ensure(is_sent.is_some(), || {
            format!("{what} did not cross the group: the search does not see it")
        })?;
    }
    report.saw(format!(
        "{to_others} bytes were sent to the outsider and the newcomer, {} within the group: none of {} texts, ids, hashes and \
         lengths where it may not be; what is told to all is found, and each of the group's texts within it",
        sent.to_colleague.len() + sent.from_colleague.len(),
        kept.all.len(),
    ));
    report.figure("bytes_sent_to_others", to_others);
    Ok(())
}

fn on_disks(stage: &Stage, kept: &Kept, texts: &Texts, report: &mut Report) -> Result<(), Broken> {
    let mut open = Needles::default();
    open.bytes("what is told to all", texts.open.as_bytes());
    let mut count = (0, 0);
    for place in stage.places_of_others() {
        let below = kept.all.are_not_below(&place)?;
        count = (count.0 + below.0, count.1 + below.1);
    }
    for place in stage.places_of_colleague() {
        let below = kept.of_author.are_not_below(&place)?;
        count = (count.0 + below.0, count.1 + below.1);
    }
    let below = kept.of_texts.are_not_below(&stage.sealed_place())?;
    count = (count.0 + below.0, count.1 + below.1);
    let outsider = &stage.places_of_others()[0];
    ensure(open.are_not_below(outsider).is_err(), || {
        "what is told to all was not found on the outsider's disk: the search does not see what is there".into()
    })?;
    report.saw(format!(
        "{} files of others, {} bytes: nothing there; what is told to all is found",
        count.0, count.1
    ));
    report.figure("files_of_others", count.0);
    Ok(())
}

fn in_logs(stage: &Stage, kept: &Kept, report: &mut Report) -> Result<(), Broken> {
    let mut bytes = 0;
    for log in stage.logs_of_all()? {
        let content = std::fs::read(&log)?;
        kept.of_texts
            .are_not_in(&log.display().to_string(), &content)?;
        ensure(content.len() > 1000, || {
            format!("{} holds hardly anything", log.display())
        })?;
        bytes += content.len();
    }
    for log in stage.logs_of_others()? {
        kept.all
            .are_not_in(&log.display().to_string(), &std::fs::read(&log)?)?;
    }
    report.saw(format!(
        "{bytes} bytes of logs at the finest level: no text in anybody's, and no id, hash or length in those of others"
    ));
    report.figure("bytes_of_logs", bytes);
    Ok(())
}

fn in_datagrams(
    captured: &Captured,
    kept: &Kept,
    control: &str,
    report: &mut Report,
) -> Result<(), Broken> {
    kept.all
        .are_not_in("a captured datagram", &captured.bytes)?;
    let mut open = Needles::default();
    open.bytes("the control", control.as_bytes());
    ensure(open.find(&captured.bytes).is_some(), || {
        "a datagram that was sent in the clear was not captured".into()
    })?;
    report.saw(format!(
        "{} datagrams, {} bytes captured on loopback: nothing in them; a control in the clear is found",
        captured.datagrams,
        captured.bytes.len()
    ));
    report.figure("datagrams", captured.datagrams);
    Ok(())
}
