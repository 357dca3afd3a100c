//! Groups, shared drafts, hearings, single edits and conflicts: how it reads.

use faelled_mirror::read::{Conflict, ConflictValue, Disclosure, Group};
use faelled_model::Language;
use faelled_model::field::field_name;
use faelled_model::terms::DisclosureKind;

use super::page::{Page, Table};
use super::words::{
    counted, disclosure_kind, either, joined, member, moment, number, official, short, typed,
    value_name,
};
use crate::data::drafting::{Begun, Data, Edited, Resolved, Shared, ShownGroup, Unconfirmed};

pub(super) fn render(page: &mut Page, data: &Data) {
    match data {
        Data::Groups(groups) => self::groups(page, groups),
        Data::Group(group) => self::group(page, group),
        Data::Begun(begun) => self::begun(page, begun),
        Data::Shared(shared) => self::shared(page, shared),
        Data::Edited(edited) => self::edited(page, edited),
        Data::Conflicts(conflicts) => self::conflicts(page, conflicts),
        Data::Resolved(resolved) => self::resolved(page, resolved),
        Data::Disclosures(disclosures) => self::disclosures(page, disclosures),
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn groups(page: &mut Page, groups: &[Group]) {
    if groups.is_empty() {
        page.own(page.say("You are in no group.", "I er ikke i nogen gruppe."));
        page.own(page.say(
            "faelled group new NAME --member MEMBER founds one.",
            "faelled group new NAVN --member DELTAGER danner en.",
        ));
        return;
    }
    let rows: Vec<Vec<String>> = groups
        .iter()
        .map(|group| {
            vec![
                group.head.name.clone().unwrap_or_default(),
                group.members.len().to_string(),
                short(&group.head.group_id),
                frozen(page, group).unwrap_or_default().to_owned(),
            ]
        })
        .collect();
    let heads = [
        page.say("Group", "Gruppe"),
        page.say("Members", "Deltagere"),
        "Id",
        "",
    ];
    page.table(&heads, Table::of(rows).keeping_whole(&[1, 2]));
}

fn frozen(page: &Page, group: &Group) -> Option<&'static str> {
    group.head.is_frozen.then(|| {
        page.say(
            "frozen: two charters contradict each other",
            "fastfrosset: to vedtægter modsiger hinanden",
        )
    })
}

fn group(page: &mut Page, shown: &ShownGroup) {
    let group = &shown.group;
    page.line(group.head.name.as_deref().unwrap_or_default());
    if let Some(frozen) = frozen(page, group) {
        page.line(frozen);
    }
    page.gap();
    for one in &group.members {
        let name = member(&one.member, one.name.as_deref());
        let role = if one.is_owner {
            page.say(" (owner)", " (ejer)")
        } else {
            ""
        };
        page.bullet(&format!("{name}{role}"));
    }
    page.copyable("Id", Some(&group.head.group_id));
    if let Some(unconfirmed) = &shown.unconfirmed {
        page.gap();
        self::unconfirmed(page, unconfirmed, &short(&group.head.group_id));
    }
}

fn unconfirmed(page: &mut Page, unconfirmed: &Unconfirmed, group: &str) {
    let Some(says) = &unconfirmed.says else {
        page.line(page.say(
            "Several later charters, signed with keys that are no longer their owners', contradict each other. None of them holds.",
            "Flere senere vedtægter, underskrevet med nøgler, der ikke længere er deres ejeres, modsiger hinanden. Ingen af dem gælder.",
        ));
        page.line(page.say("An owner drops them:", "En ejer dropper dem:"));
        page.whole(&format!("faelled group settle {group} --drop"));
        return;
    };
    let (version, signer) = (says.version, &says.signer);
    page.line(&page.say(
        format!("Charter version {version} does not hold yet: {signer}, who signed it, is out of the federation or has another key."),
        format!("Vedtægt nummer {version} gælder ikke endnu: {signer}, der skrev under, er ude af fællesskabet eller har en anden nøgle."),
    ));
    let lists = [
        (page.say("Would come in", "Ville komme med"), &says.comes),
        (
            page.say("Is out by it already", "Er allerede ude ved den"),
            &says.goes,
        ),
        (
            page.say("Would own it too", "Ville også eje den"),
            &says.appointed,
        ),
    ];
    let facts: Vec<(&str, String)> = lists
        .into_iter()
        .filter(|(_, those)| !those.is_empty())
        .map(|(label, those)| (label, those.join(", ")))
        .collect();
    page.facts(&facts);
    page.gap();
    page.line(page.say(
        "An owner says whether it holds, or not:",
        "En ejer siger, om den gælder eller ej:",
    ));
    page.whole(&format!("faelled group settle {group} --keep"));
    page.whole(&format!("faelled group settle {group} --drop"));
}

fn begun(page: &mut Page, begun: &Begun) {
    let code = &begun.code;
    page.line(&page.say(
        format!("{code} is begun as a draft."),
        format!("{code} er begyndt som kladde."),
    ));
    page.line(&page.say(
        format!("Put requirements into it: faelled requirement adapt NUMBER --as NUMBER --pack {code}, or faelled pack import FILE"),
        format!("Læg krav i den: faelled requirement adapt NUMMER --as NUMMER --pack {code}, eller faelled pack import FIL"),
    ));
}

fn shared(page: &mut Page, shared: &Shared) {
    let code = &shared.code;
    let kind = disclosure_kind(Some(&shared.kind), page.language);
    if shared.preview {
        page.line(&page.say(
            format!("Preview of {code}, {kind}: nothing is shared yet."),
            format!("Forhåndsvisning af {code}, {kind}: intet er delt endnu."),
        ));
    } else {
        page.line(&format!("{code}: {kind}."));
    }
    page.gap();
    let requirements = counted(
        count(shared.requirements.len()),
        ("requirement", "requirements"),
        ("krav", "krav"),
        page.language,
    );
    let mut facts = vec![(
        page.say("Holds", "Rummer"),
        format!("{requirements}: {}", shared.requirements.join(", ")),
    )];
    if let Some(group) = &shared.group {
        facts.push((page.say("Group", "Gruppe"), group.clone()));
    }
    facts.push((page.say("Seen by", "Ses af"), shared.recipients.join(", ")));
    if let Some(until) = &shared.until {
        facts.push((page.say("Answers until", "Svarfrist"), until.clone()));
    }
    page.facts(&facts);
    page.warnings(&shared.warnings);
    if shared.preview {
        return;
    }
    page.gap();
    let code = typed(code, shared.document.as_deref().unwrap_or("?"));
    if shared.kind == DisclosureKind::Shared.code() {
        page.line(&page.say(
            format!("All of them draft it now: faelled requirement edit NUMBER, faelled pack edit {code}"),
            format!("De skriver nu alle på den: faelled requirement edit NUMMER, faelled pack edit {code}"),
        ));
    }
    if shared.group.is_none() {
        page.line(&page.say(
            format!("Send it to them yourselves: faelled pack export {code}@draft --format docx writes the draft as a file."),
            format!("Send den selv til dem: faelled pack export {code}@draft --format docx skriver kladden som fil."),
        ));
    }
}

fn edited(page: &mut Page, edited: &Edited) {
    let number = &edited.number;
    let fields = edited.fields.join(", ");
    page.line(&if edited.changed {
        page.say(
            format!("{number} is changed: {fields}."),
            format!("{number} er ændret: {fields}."),
        )
    } else {
        page.say(
            format!("{number} said so already: nothing is changed."),
            format!("{number} lød sådan i forvejen: intet er ændret."),
        )
    });
    page.warnings(&edited.warnings);
}

fn conflicts(page: &mut Page, conflicts: &[Conflict]) {
    if conflicts.is_empty() {
        page.own(page.say("There are no conflicts.", "Der er ingen konflikter."));
        return;
    }
    for conflict in conflicts {
        let title = either(
            conflict.place.title_en.as_deref(),
            conflict.place.title_da.as_deref(),
            page.language,
        );
        let name = conflict
            .place
            .number
            .clone()
            .unwrap_or_else(|| short(&conflict.place.document));
        page.heading(&format!("{name}  {title}"));
        let path = &conflict.place.path;
        let field = field_name(path, page.language);
        page.line(&if field == *path {
            path.clone()
        } else {
            format!("{path} ({field})")
        });
        for (index, value) in conflict.values.iter().enumerate() {
            let line = value_line(page, path, value);
            page.bullet(&format!("{}: {line}", index + 1));
        }
        let document = typed(&name, &conflict.place.document);
        let place = typed(path, page.say("PLACE", "STED"));
        page.line(&page.say(
            format!("Settle it: faelled conflicts resolve {document} {place} --take NUMBER"),
            format!("Afgør den: faelled conflicts resolve {document} {place} --take NUMMER"),
        ));
    }
}

/// A value, who set it and when, and whether it is the one that is shown until somebody settles it.
fn value_line(page: &Page, path: &str, value: &ConflictValue) -> String {
    let mut said = written(path, &value.value, page.language);
    if !value.is_whole {
        said.push_str(" …");
    }
    let by = value
        .member
        .as_deref()
        .map(|id| member(id, value.member_name.as_deref()))
        .unwrap_or_else(|| {
            page.say(
                "nobody's text: it came of those below",
                "ingens tekst: den opstod af dem nedenfor",
            )
            .to_owned()
        });
    let by = joined([by, moment(value.claimed.as_deref())]);
    let shown = if value.is_shown {
        page.say(" (shown now)", " (vises nu)")
    } else {
        ""
    };
    format!("{said} – {by}{shown}")
}

/// A value of a field as people write it: a code by its name, a text without its quotes.
fn written(path: &str, json: &str, language: Language) -> String {
    match serde_json::from_str::<serde_json::Value>(json) {
        Ok(serde_json::Value::String(text)) => value_name(path, &text, language),
        Ok(serde_json::Value::Number(given)) => given
            .as_f64()
            .map_or_else(|| json.to_owned(), |given| number(given, language)),
        Ok(serde_json::Value::Bool(given)) => {
            let (yes, no) = language.pick(("yes", "no"), ("ja", "nej"));
            if given { yes } else { no }.to_owned()
        }
        _ => json.to_owned(),
    }
}

fn resolved(page: &mut Page, resolved: &Resolved) {
    let place = &resolved.place;
    let value = written(place, &resolved.value, page.language);
    page.line(&page.say(
        format!("{place} is settled: {value}"),
        format!("{place} er afgjort: {value}"),
    ));
    if resolved.left > 0 {
        page.line(&counted(
            count(resolved.left),
            (
                "conflict is left in the document",
                "conflicts are left in the document",
            ),
            (
                "konflikt er tilbage i dokumentet",
                "konflikter er tilbage i dokumentet",
            ),
            page.language,
        ));
    }
}

fn disclosures(page: &mut Page, disclosures: &[Disclosure]) {
    if disclosures.is_empty() {
        page.own(page.say(
            "Nothing was given to others from here.",
            "Intet er givet videre herfra.",
        ));
        return;
    }
    for one in disclosures {
        let title = either(
            one.head.title_en.as_deref(),
            one.head.title_da.as_deref(),
            page.language,
        );
        let kind = disclosure_kind(one.head.kind.as_deref(), page.language);
        let code = one.head.code.as_deref().unwrap_or_default();
        let version = one.head.version.as_deref().unwrap_or_default();
        let name = [code, version].join(" ");
        page.heading(format!("{}  {title}", name.trim()).trim());
        let ground = either(
            one.head.ground_en.as_deref(),
            one.head.ground_da.as_deref(),
            page.language,
        );
        page.facts(&[
            (
                page.say("When", "Hvornår"),
                one.head.date.clone().unwrap_or_default(),
            ),
            (page.say("How", "Hvordan"), kind),
            (page.say("Ground", "Grundlag"), ground),
            (
                page.say("To", "Til"),
                joined(one.recipients.iter().map(|to| official(to).to_owned())),
            ),
        ]);
    }
}
