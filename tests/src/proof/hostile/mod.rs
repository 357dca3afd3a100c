//! Members gone bad among honest ones, all as real processes: each misdeed of the table, one after the other.
//!
//! While it goes on, a marker is written at one honest node again and again until another's mirror shows it. Then the
//! honest nodes must have said no for the right reason, show the same, and have stayed within their memory.

mod attack;
mod network;
mod pace;
mod row;
mod verdict;

use std::path::Path;
use std::time::Duration;

use self::attack::Attack;
use self::network::Network;
use self::pace::Pace;
use self::row::{Row, heading};
use self::verdict::{Marks, converged, judge};
use super::{Report, ensure};
use crate::hostile::{ALL, Case, Setting, visit};
use crate::program::Broken;

/// What a process of an honest node may have of the machine's memory at its peak, in KiB.
const MOST_MEMORY_KIB: u64 = 256 << 10;
/// An undisturbed sync counts as no faster than this: below it the scheduler is measured, not the node.
const FLOOR: Duration = Duration::from_millis(250);
/// How many times slower a sync may be under attack.
const MOST_RATIO: f64 = 2.0;
/// How long an honest peer may take to get in.
const MOST_VISIT: Duration = Duration::from_secs(2);
/// Markers after which no more are written, however long the attack goes on.
const MOST_MARKERS: usize = 300;
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
    let mut rows = play(&report, SMALL, quick, |_| true).await?;
    // Of the large network the quick form sees one of each sort.
    let seen_quickly = [
        "forged-signature",
        "private-to-everybody",
        "zstd-bomb",
        "two-branches",
        "seized-roster",
    ];
    let is_seen = |case: &Case| !quick || seen_quickly.contains(&case.name);
    rows.extend(play(&report, LARGE, quick, is_seen).await?);
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
    Ok(report)
}

/// Plays cases in a network of a size: those in turn and the slow ones in one, those apart in one each.
async fn play(
    report: &Report,
    size: Size,
    quick: bool,
    is_wanted: impl Fn(&Case) -> bool,
) -> Result<Vec<Row>, Broken> {
    let of = |setting| {
        ALL.iter()
            .filter(move |case| case.setting == setting)
            .filter(|case| is_wanted(case))
    };
    let mut scenes: Vec<Vec<Vec<&Case>>> = Vec::new();
    let mut shared: Vec<Vec<&Case>> = of(Setting::InTurn).map(|case| vec![case]).collect();
    let slow: Vec<&Case> = of(Setting::Slow).collect();
    if !slow.is_empty() {
        shared.push(slow);
    }
    scenes.push(shared);
    scenes.extend(of(Setting::Apart).map(|case| vec![vec![case]]));
    let mut rows = Vec::new();
    for (number, scene) in scenes.into_iter().enumerate() {
        let directory = tempfile::tempdir()?;
        let network = Network::found(directory.path(), size.honest, size.hostile).await?;
        let pace = Pace::undisturbed(&network, if quick { 9 } else { 15 }).await?;
        if number == 0 {
            report.saw(format!(
                "{} honest nodes, {} hostile; an undisturbed sync takes {} ms (median of {}; counted as at least {})",
                size.honest,
                size.hostile,
                pace.undisturbed.as_millis(),
                pace.count,
                FLOOR.as_millis()
            ));
            report.saw(heading());
        }
        for cases in scene {
            for row in scene_of(&network, &pace, &cases, quick, directory.path()).await? {
                report.saw(row.line());
                rows.push(row);
            }
        }
        network.stop()?;
    }
    Ok(rows)
}

/// Plays cases at once.
async fn scene_of(
    network: &Network,
    pace: &Pace,
    cases: &[&'static Case],
    quick: bool,
    place: &Path,
) -> Result<Vec<Row>, Broken> {
    if cases.iter().any(|case| case.is_removed) {
        network.remove_hostile().await?;
    }
    let marks = Marks::take(network).await?;
    let mut attacks = Vec::new();
    for case in cases {
        for number in 0..network.hostile.len() {
            attacks.push(Attack::start(network, number, case, quick, place)?);
        }
    }
    let is_visited = cases.iter().any(|case| case.is_visited);
    let disturbed = during(network, &mut attacks, if quick { 3 } else { 7 }, is_visited).await;
    let mut deeds = Vec::new();
    for attack in attacks {
        deeds.push(attack.end().await);
    }
    let same = converged(network).await;
    let peak_kib = network.peak_kib()?;
    let mut rows = Vec::new();
    for (case, deeds) in cases.iter().zip(deeds.chunks(network.hostile.len())) {
        let mut row = Row::new(case, network, pace, peak_kib);
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
    let mut disturbed = Disturbed::default();
    let Disturbed { markers, visits } = &mut disturbed;
    loop {
        if is_visited && visits.len() < wanted {
            visits.push(visit(&network.visitor, network.honest[0].address).await?);
        }
        if markers.len() < MOST_MARKERS {
            markers.push(network.marker().await?);
        }
        if markers.len() < wanted {
            continue;
        }
        let mut is_done = true;
        for attack in attacks.iter_mut() {
            is_done &= attack.is_done_once().await?;
        }
        if is_done {
            return Ok(disturbed);
        }
        tokio::time::sleep(BETWEEN).await;
    }
}
