//! Projects.

use faelled_mirror::read::{ProjectIndicator, ProjectSummary};

use super::super::page::Page;
use super::super::words::{counted, either, joined, member, progress, quantity, short, speed};
use super::participation::part_of;
use crate::data::joint::ProjectShown;

pub(super) fn projects(page: &mut Page, projects: &[ProjectSummary]) {
    if projects.is_empty() {
        page.own(page.say(
            "There are no projects yet.",
            "Der er ingen indsatser endnu.",
        ));
        page.own(page.say(
            "The lead opens them: faelled project import FILE, or faelled project create CODE",
            "Tovholderen åbner dem: faelled project import FIL eller faelled project create KODE",
        ));
        return;
    }
    for project in projects {
        page.gap();
        heading(page, project);
    }
    page.gap();
    page.own(page.say(
        "Read one: faelled project show CODE. Take part: faelled participation set CODE --speed following",
        "Læs en: faelled project show KODE. Deltag: faelled participation set KODE --speed following",
    ));
}

fn heading(page: &mut Page, project: &ProjectSummary) {
    let title = either(
        project.title_en.as_deref(),
        project.title_da.as_deref(),
        page.language,
    );
    let code = project.code.as_deref().unwrap_or("?");
    page.line(&format!("{code}  {title}"));
    let lead = member(&project.owner, project.owner_name.as_deref());
    let participants = counted(
        project.participants,
        ("takes part", "take part"),
        ("deltager", "deltager"),
        page.language,
    );
    page.facts(&[
        (page.say("  Lead", "  Tovholder"), lead),
        (page.say("  Period", "  Periode"), period(project)),
        (page.say("  Members", "  Deltagelse"), participants),
    ]);
}

pub(super) fn project(page: &mut Page, shown: &ProjectShown) {
    let language = page.language;
    let summary = &shown.project.summary;
    heading(page, summary);
    let aim = either(
        summary.aim_en.as_deref(),
        summary.aim_da.as_deref(),
        language,
    );
    page.section(page.say("Aim", "Mål"), Some(&aim));
    let indicators: Vec<String> = shown
        .project
        .indicators
        .iter()
        .map(|one| indicator(page, one))
        .collect();
    page.bullets(
        page.say(
            "How it is seen whether it gets there",
            "Sådan ses det, om den når det",
        ),
        &indicators,
    );
    let taking_part: Vec<String> = shown
        .project
        .participations
        .iter()
        .map(|participation| {
            let head = &participation.head;
            let state = joined([
                speed(head.speed.as_deref(), language),
                part_of(head.part.as_deref(), language),
                progress(head.state.as_deref(), language),
                head.status_date.clone().unwrap_or_default(),
            ]);
            format!(
                "{}: {state}",
                member(&head.owner, head.owner_name.as_deref())
            )
        })
        .collect();
    page.bullets(
        page.say("Who takes part", "Hvem der deltager"),
        &taking_part,
    );
    let resources: Vec<String> = shown
        .resources
        .iter()
        .map(|resource| {
            let title = either(
                resource.title_en.as_deref(),
                resource.title_da.as_deref(),
                language,
            );
            format!("{}  {title}", short(&resource.document))
        })
        .collect();
    page.bullets(page.say("Resources", "Redskaber"), &resources);
    page.gap();
    let packs = counted(
        summary.packs,
        ("shared pack belongs to it", "shared packs belong to it"),
        (
            "delt kravpakke hører til den",
            "delte kravpakker hører til den",
        ),
        language,
    );
    page.line(&packs);
}

fn indicator(page: &Page, indicator: &ProjectIndicator) -> String {
    let what = either(
        indicator.what_en.as_deref(),
        indicator.what_da.as_deref(),
        page.language,
    );
    match indicator.target {
        Some(target) => {
            let number = quantity(target, indicator.unit.as_deref(), page.language);
            page.say(
                format!("{what}: target {number}"),
                format!("{what}: målet er {number}"),
            )
        }
        None => what,
    }
}

fn period(project: &ProjectSummary) -> String {
    match (project.begins.as_deref(), project.ends.as_deref()) {
        (Some(begins), Some(ends)) => format!("{begins} - {ends}"),
        (Some(begins), None) => format!("{begins} -"),
        (None, Some(ends)) => format!("- {ends}"),
        (None, None) => String::new(),
    }
}
