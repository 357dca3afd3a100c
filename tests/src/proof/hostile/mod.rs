//! Members gone bad among honest ones, all as real processes: each misdeed of the table, one after the other.
//!
//! While it goes on, a marker is written at one honest node again and again until another's mirror shows it. Then the
//! honest nodes must have said no for the right reason, show the same, and have stayed within their memory.

mod attack;
mod network;
mod pace;
mod row;
mod stewards;
mod verdict;

use std::time::{Duration, Instant};

use tempfile::TempDir;

use self::attack::Attack;
use self::network::Network;
use self::row::{Row, heading};
use self::verdict::{Marks, converged, judge};
use super::{Report, ensure};
use crate::hostile::{ALL, Case, Setting, visit};
use crate::program::Broken;

/// What a process of an honest node may have of the machine's memory at its peak, in KiB.
const MOST_MEMORY_KIB: u64 = 256 << 10;
/// An undisturbed sync counts as no faster than this for each honest node: all of them and the attackers, who have
/// their own in earnest, share one machine here, and below it its scheduler is measured.
const FLOOR: Duration = Duration::from_millis(50);
/// How many times slower a sync may be under attack.
const MOST_RATIO: f64 = 2.0;
/// How long an honest peer may take to get in.
const MOST_VISIT: Duration = Duration::from_secs(2);
/// Markers after which no more are written, however long the attack goes on.
const MOST_MARKERS: usize = 300;
/// Honest peers that get in, at most.
const MOST_VISITS: usize = 20;
/// Times that a case is played where nothing but the pace is short: the machine may have other work.
const TRIES: usize = 3;
/// Guards against hanging only.
const PATIENCE: Duration = Duration::from_secs(300);
/// Between markers once there are enough for a median.
const BETWEEN: Duration = Duration::from_millis(250);

/// Who is there.
#[derive(Debug, Clone, Copy)]
struct Size {
    honest: usize,
    hostile: usize,
}

const SMALL: Size = Size {
    honest: 3,
    hostile: 1,
};
const LARGE: Size = Size {
    honest: 7,
    hostile: 3,
};

pub(super) async fn run(mut report: Report, quick: bool) -> Result<Report, Broken> {
    let mut rows = play(&report, SMALL, quick).await?;
    if !quick {
        rows.extend(play(&report, LARGE, quick).await?);
    }
    let bad: Vec<String> = rows.iter().filter_map(Row::shortcoming).collect();
    report.figure("cases", ALL.len());
    report.figure("played", rows.len());
    report.figure("short", bad.len());
    let worst = rows.iter().map(|row| row.ratio).fold(0.0, f64::max);
    report.figure("worst_ratio", (worst * 100.0).round() / 100.0);
    let peak = rows.iter().map(|row| row.peak_kib).max().unwrap_or(0);
    report.figure("peak_mib", peak >> 10);
    ensure(bad.is_empty(), || {
        format!(
            "{} of {} fall short:\n  {}",
            bad.len(),
            rows.len(),
            bad.join("\n  ")
        )
    })?;
    let sizes = if quick { 1 } else { 2 };
    ensure(rows.len() == sizes * ALL.len(), || {
        "a case was left out".to_owned()
    })?;
    Ok(report)
}

/// A network and where its directories are.
#[derive(Debug)]
struct Stage {
    place: TempDir,
    network: Network,
}

impl Stage {
    async fn set(size: Size) -> Result<Self, Broken> {
        let place = tempfile::tempdir()?;
        let network = Network::found(place.path(), size.honest, size.hostile).await?;
        Ok(Self { place, network })
    }
}

/// Plays all cases in a network of a size: those in turn and the slow ones in one, those apart in one each.
async fn play(report: &Report, size: Size, quick: bool) -> Result<Vec<Row>, Broken> {
    let of = |setting| ALL.iter().filter(move |case| case.setting == setting);
    report.saw(format!(
        "{} honest nodes, {} hostile",
        size.honest, size.hostile
    ));
    report.saw(heading());
    let mut rows = Vec::new();
    let mut take = |played: Vec<Row>| {
        for row in played {
            report.saw(row.line());
            rows.push(row);
        }
    };
    let stage = Stage::set(size).await?;
    for case in of(Setting::InTurn) {
        let mut best = scene(&stage, &[case], quick).await?;
        for _ in 1..TRIES {
            if best.iter().any(Row::is_merely_slow) {
                best = better(best, scene(&stage, &[case], quick).await?);
            }
        }
        take(best);
    }
    let slow: Vec<&Case> = of(Setting::Slow).collect();
    take(scene(&stage, &slow, quick).await?);
    stage.network.stop()?;
    for case in of(Setting::Apart) {
        let mut best = apart(size, case, quick).await?;
        for _ in 1..TRIES {
            if best.iter().any(Row::is_merely_slow) {
                best = better(best, apart(size, case, quick).await?);
            }
        }
        take(best);
    }
    Ok(rows)
}

async fn apart(size: Size, case: &'static Case, quick: bool) -> Result<Vec<Row>, Broken> {
    let stage = Stage::set(size).await?;
    let rows = scene(&stage, &[case], quick).await?;
    stage.network.stop()?;
    Ok(rows)
}

/// Of two tries of the same the one that a machine with other work disturbed less.
fn better(one: Vec<Row>, other: Vec<Row>) -> Vec<Row> {
    let worst = |rows: &[Row]| rows.iter().map(|row| row.ratio).fold(0.0, f64::max);
    if worst(&other) < worst(&one) || !other.iter().all(Row::is_merely_slow) {
        other
    } else {
        one
    }
}

/// Plays cases at once, and measures an honest sync before, meanwhile and after.
async fn scene(stage: &Stage, cases: &[&'static Case], quick: bool) -> Result<Vec<Row>, Broken> {
    let network = &stage.network;
    if cases.iter().any(|case| case.is_removed) {
        network.remove_hostile().await?;
    }
    if cases.iter().any(|case| case.is_steward) {
        network.appoint_hostile().await?;
    }
    let count = if quick { 3 } else { 7 };
    let mut undisturbed = pace::undisturbed(network, count).await?;
    let marks = Marks::take(network).await?;
    let mut attacks = Vec::new();
    for case in cases {
        for number in 0..network.hostile.len() {
            let ticket = match case.is_invited {
                true => Some(network.invite().await?),
                false => None,
            };
            attacks.push(Attack::start(
                network,
                number,
                case,
                ticket.as_deref(),
                quick,
                stage.place.path(),
            )?);
        }
    }
    let is_visited = cases.iter().any(|case| case.is_visited);
    let disturbed = during(network, &mut attacks, count, is_visited).await;
    let mut deeds = Vec::new();
    for attack in attacks {
        deeds.push(attack.end().await);
    }
    let same = converged(network).await;
    let peak_kib = network.peak_kib()?;
    undisturbed.extend(pace::undisturbed(network, count).await?);
    let mut rows = Vec::new();
    for (case, deeds) in cases.iter().zip(deeds.chunks(network.hostile.len())) {
        let mut row = Row::new(case, network, pace::median(&undisturbed), peak_kib);
        match &disturbed {
            Ok(disturbed) => row.disturbed(disturbed),
            Err(broken) => row.fault(broken.0.clone()),
        }
        match judge(network, &marks, case, deeds).await {
            Ok(answer) => row.answer = answer,
            Err(broken) => row.fault(broken.0),
        }
        if let Err(broken) = &same {
            row.fault(broken.0.clone());
        }
        rows.push(row);
    }
    // What lingers of this one is not the next one's.
    visit(&network.visitor, network.honest[0].address).await?;
    Ok(rows)
}

/// How honest nodes fared meanwhile.
#[derive(Debug, Default)]
struct Disturbed {
    markers: Vec<Duration>,
    visits: Vec<Duration>,
}

/// Writes markers while attacks go on, until each was gone through once and there are enough for a median.
async fn during(
    network: &Network,
    attacks: &mut [Attack],
    wanted: usize,
    is_visited: bool,
) -> Result<Disturbed, Broken> {
    for attack in attacks.iter_mut() {
        attack.under_way().await?;
    }
    let begun = Instant::now();
    let mut disturbed = Disturbed::default();
    let Disturbed { markers, visits } = &mut disturbed;
    loop {
        if is_visited && visits.len() < MOST_VISITS {
            visits.push(visit(&network.visitor, network.honest[0].address).await?);
        }
        if markers.len() < MOST_MARKERS {
            markers.push(network.marker().await?);
        }
        if markers.len() < wanted {
            continue;
        }
        let mut missing = Vec::new();
        for attack in attacks.iter_mut() {
            if !attack.is_done_once().await? {
                missing.push(attack.name);
            }
        }
        if missing.is_empty() {
            return Ok(disturbed);
        }
        if begun.elapsed() > PATIENCE {
            return Err(Broken(format!("never gone through: {missing:?}")));
        }
        tokio::time::sleep(BETWEEN).await;
    }
}
