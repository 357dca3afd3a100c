//! Baskets, and what goes out and in as files: how it reads.

use faelled_model::text::InLanguages;

use super::page::Page;
use super::words::{counted, official, quantity, requirement_type};
use crate::data::baskets::{Basket, Changed, Data, Deleted, Done, File, Line, Place};
use crate::failure::Said;

pub(super) fn render(page: &mut Page, data: &Data) {
    match data {
        Data::Baskets(baskets) => self::baskets(page, baskets),
        Data::Basket(basket) => self::basket(page, basket),
        Data::Changed(changed) => self::changed(page, changed),
        Data::Deleted(deleted) => self::deleted(page, deleted),
        Data::File(file) => self::file(page, file),
    }
}

fn baskets(page: &mut Page, baskets: &[Basket]) {
    if baskets.is_empty() {
        page.own(page.say("There is no basket yet.", "Der er ingen kurv endnu."));
        page.own(page.say(
            "faelled basket add NUMBER puts a requirement into one.",
            "faelled basket add NUMMER lægger et krav i en.",
        ));
        return;
    }
    for basket in baskets {
        let holds = holding(page, basket);
        page.line(&format!("{}  {holds}", basket.name));
        let numbers: Vec<&str> = basket
            .lines
            .iter()
            .map(|line| line.number.as_str())
            .collect();
        if !numbers.is_empty() {
            page.paragraph(&numbers.join(", "));
        }
    }
}

fn holding(page: &Page, basket: &Basket) -> String {
    counted(
        i64::try_from(basket.lines.len()).unwrap_or(i64::MAX),
        ("requirement", "requirements"),
        ("krav", "krav"),
        page.language,
    )
}

fn basket(page: &mut Page, basket: &Basket) {
    let holds = holding(page, basket);
    page.line(&format!("{}: {holds}", basket.name));
    if basket.lines.is_empty() {
        page.own(page.say(
            "faelled basket add NUMBER puts one into it.",
            "faelled basket add NUMMER lægger et i den.",
        ));
        return;
    }
    basket.lines.iter().for_each(|line| self::line(page, line));
    let warnings: Vec<Said> = basket
        .lines
        .iter()
        .flat_map(|line| line.warnings.iter().cloned())
        .collect();
    page.warnings(&warnings);
    page.gap();
    let places = basket.lines.iter().flat_map(|line| &line.places);
    let missing = places.filter(|place| !place.wrong.is_empty()).count();
    if missing == 0 {
        page.own(page.say(
            "Write it as a file: faelled basket export --format docx",
            "Skriv den som fil: faelled basket export --format docx",
        ));
    } else {
        page.own(page.say(
            "Fill in what is missing: faelled basket fill NUMBER NAME=VALUE",
            "Udfyld det, der mangler: faelled basket fill NUMMER NAVN=VÆRDI",
        ));
    }
}

fn line(page: &mut Page, line: &Line) {
    let language = page.language;
    page.gap();
    page.line(&format!(
        "{}  {}",
        line.number,
        line.title.best(language.code())
    ));
    let kind = requirement_type(Some(line.r#type.as_str()), language);
    let from = match (&line.pack, &line.release) {
        (_, None) => page.say("own draft", "egen kladde").to_owned(),
        (Some(pack), Some(release)) => format!("{pack} {}", release.version),
        (None, Some(release)) => release.version.clone(),
    };
    let about: Vec<&str> = [kind.as_str(), from.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    page.paragraph(&about.join(", "));
    if let Some(from) = &line.adapted_from {
        let (owner, number) = (official(&from.owner), &from.number);
        let version = &from.release.version;
        page.paragraph(&page.say(
            format!("Adapted from {owner}, {number}, version {version}"),
            format!("Tilpasset efter {owner}, {number}, version {version}"),
        ));
    }
    if !line.is_here {
        page.paragraph(page.say(
            "Its content is not here, so it cannot be exported.",
            "Indholdet er ikke her, så det kan ikke eksporteres.",
        ));
    }
    for place in &line.places {
        self::place(page, place);
    }
}

fn place(page: &mut Page, place: &Place) {
    let language = page.language;
    let value = match (&place.value, &place.default) {
        (Some(value), _) => format!("{} = {value}", place.name),
        (None, Some(default)) => page.say(
            format!("{} = {default} (default)", place.name),
            format!("{} = {default} (standard)", place.name),
        ),
        (None, None) => format!("{} = ?", place.name),
    };
    let mut about = place.meaning.best(language.code()).to_owned();
    let bound = |number: f64| quantity(number, Some(&place.unit), language);
    let range = match (place.min, place.max) {
        (Some(min), Some(max)) => page.say(
            format!("{} to {}", bound(min), bound(max)),
            format!("{} til {}", bound(min), bound(max)),
        ),
        (Some(min), None) => page.say(
            format!("at least {}", bound(min)),
            format!("mindst {}", bound(min)),
        ),
        (None, Some(max)) => page.say(
            format!("at most {}", bound(max)),
            format!("højst {}", bound(max)),
        ),
        (None, None) => String::new(),
    };
    for part in [range].into_iter().chain(
        place
            .wrong
            .iter()
            .map(|wrong| wrong.in_language(language).to_owned()),
    ) {
        if !part.is_empty() {
            if !about.is_empty() {
                about.push_str("; ");
            }
            about.push_str(&part);
        }
    }
    if about.is_empty() {
        page.bullet(&value);
    } else {
        page.bullet(&format!("{value}: {about}"));
    }
}

fn changed(page: &mut Page, changed: &Changed) {
    let name = &changed.basket.name;
    let numbers = changed.numbers.join(", ");
    if changed.is_new && changed.done != Done::Made {
        page.line(&page.say(
            format!("There was no basket: {name} is a new one."),
            format!("Der var ingen kurv: {name} er ny."),
        ));
    }
    let said = match changed.done {
        Done::Made => page.say(
            format!("The basket {name} is there. Only your own nodes have it."),
            format!("Kurven {name} er oprettet. Kun jeres egne noder har den."),
        ),
        Done::Added => page.say(
            format!("Put into {name}: {numbers}."),
            format!("Lagt i {name}: {numbers}."),
        ),
        Done::Removed => page.say(
            format!("Taken out of {name}: {numbers}."),
            format!("Taget ud af {name}: {numbers}."),
        ),
        Done::Filled => page.say(
            format!("Filled in: {numbers}."),
            format!("Udfyldt: {numbers}."),
        ),
    };
    page.line(&said);
    page.gap();
    basket(page, &changed.basket);
}

fn deleted(page: &mut Page, deleted: &Deleted) {
    let name = &deleted.name;
    page.line(&page.say(
        format!("The basket {name} is emptied, and shown no more."),
        format!("Kurven {name} er tømt og vises ikke mere."),
    ));
}

/// What there is to say of a file besides where it was written.
fn file(page: &mut Page, file: &File) {
    let defaults: Vec<String> = file
        .defaults
        .iter()
        .map(|(number, name, value)| format!("{number}: {name} = {value}"))
        .collect();
    page.bullets(
        page.say("Left at their default", "Ikke udfyldt, står som standard"),
        &defaults,
    );
    page.warnings(&file.warnings);
}

#[cfg(test)]
mod tests {
    use faelled_model::Localized;
    use faelled_model::adoption::ReleaseRef;

    use super::super::steers;
    use super::*;
    use crate::request::Screen;

    const HOSTILE: &str = "\u{1b}[2J\u{202e}x\nverified: y";

    fn both(data: &Data) -> [String; 2] {
        [true, false].map(|danish| {
            let mut page = Page::new(Screen {
                danish,
                columns: 80,
            });
            render(&mut page, data);
            page.finish()
        })
    }

    fn place(value: Option<&str>, default: Option<&str>) -> Place {
        Place {
            name: "andel".to_owned(),
            meaning: Localized::from([("da", "Andel"), ("en", "Share")]),
            unit: "%".to_owned(),
            min: Some(10.0),
            max: Some(90.0),
            value: value.map(str::to_owned),
            default: default.map(str::to_owned),
            wrong: Vec::new(),
        }
    }

    fn basket(text: &str, places: Vec<Place>) -> Basket {
        Basket {
            document: "d".to_owned(),
            name: text.to_owned(),
            lines: vec![Line {
                requirement: "r".to_owned(),
                number: "GLX-EMB-001".to_owned(),
                title: Localized::from([("da", text), ("en", text)]),
                r#type: "technical-specification".to_owned(),
                pack: Some("GLX-EMB".to_owned()),
                release: Some(ReleaseRef {
                    version: "1.0.0".to_owned(),
                    ..ReleaseRef::default()
                }),
                adapted_from: None,
                is_here: true,
                places,
                warnings: vec![Said::new(text, text)],
            }],
        }
    }

    #[test]
    fn no_basket_yet_says_what_to_do() {
        for text in both(&Data::Baskets(Vec::new())) {
            assert!(text.contains("faelled basket add"), "{text}");
        }
    }

    #[test]
    fn each_value_is_shown_with_what_it_means_and_may_be() {
        let places = vec![place(Some("50"), Some("40")), place(None, Some("40"))];
        let [danish, english] = both(&Data::Basket(Box::new(basket("Kurv", places))));
        assert!(
            danish.contains("- andel = 50: Andel; 10 % til 90 %"),
            "{danish}"
        );
        assert!(
            english.contains("- andel = 40 (default): Share; 10 % to 90 %"),
            "{english}"
        );
        assert!(danish.contains("faelled basket export"), "{danish}");
    }

    #[test]
    fn what_is_missing_is_asked_for_before_the_export() {
        let missing = Place {
            wrong: vec![Said::new("has no value", "har ingen værdi")],
            ..place(None, None)
        };
        let [danish, english] = both(&Data::Basket(Box::new(basket("Kurv", vec![missing]))));
        assert!(
            english.contains("andel = ?: Share; 10 % to 90 %; has no value"),
            "{english}"
        );
        assert!(
            danish.contains("faelled basket fill NUMMER NAVN=VÆRDI"),
            "{danish}"
        );
        assert!(!danish.contains("faelled basket export"), "{danish}");
    }

    #[test]
    fn whatever_members_write_cannot_steer_the_terminal() {
        let held = || basket(HOSTILE, vec![place(Some(HOSTILE), None)]);
        let changed = |done| {
            Data::Changed(Box::new(Changed {
                done,
                numbers: vec![HOSTILE.to_owned()],
                is_new: true,
                basket: held(),
            }))
        };
        let file = File {
            name: "x.docx".to_owned(),
            media_type: String::new(),
            bytes: faelled_model::attachment::FileBytes(Vec::new()),
            defaults: vec![(HOSTILE.to_owned(), HOSTILE.to_owned(), HOSTILE.to_owned())],
            warnings: vec![Said::new(HOSTILE, HOSTILE)],
        };
        for data in [
            Data::Baskets(vec![held()]),
            Data::Basket(Box::new(held())),
            changed(Done::Made),
            changed(Done::Added),
            changed(Done::Removed),
            changed(Done::Filled),
            Data::Deleted(Deleted {
                document: String::new(),
                name: HOSTILE.to_owned(),
            }),
            Data::File(Box::new(file)),
        ] {
            for text in both(&data) {
                let harmful = |letter: char| letter != '\n' && steers(letter);
                assert!(!text.chars().any(harmful), "{text:?}");
                assert!(
                    !text.lines().any(|line| line.starts_with("verified")),
                    "{text}"
                );
            }
        }
    }
}
