//! `basket new|list|show|add|remove|fill|delete`.

use faelled_mirror::Mirror;
use faelled_model::adoption::ReleaseRef;
use faelled_model::basket::{BasketLine, Filled};
use faelled_model::validate::{self, Finding, Severity};
use faelled_model::{Basket, Language, Requirement};
use faelled_proto::DocId;

use super::super::{Service, document_id, sort_findings};
use crate::data::baskets::{Changed, Data, Deleted, Done};
use crate::failure::{Failure, Said};

/// What is not filled in is said where the basket is shown; it does not stand in the way of filling in the rest.
const VALUE_MISSING: &str = "value-missing";

/// A basket with its document.
pub(super) struct Held {
    pub(super) document: DocId,
    pub(super) basket: Basket,
}

impl Service {
    pub(super) async fn basket_new(&self, name: &str) -> Result<Data, Failure> {
        let held = self.held_baskets(&self.mirror().await?).await?;
        if held.iter().any(|held| is_named(&held.basket, name)) {
            return Err(Failure::user(
                "basket-exists",
                Said::new(
                    format!("there is a basket {name} already"),
                    format!("der er allerede en kurv {name}"),
                ),
            ));
        }
        let basket = Basket {
            name: name.trim().to_owned(),
            ..Basket::default()
        };
        let document = self.put_basket(None, &basket).await?;
        let held = Held { document, basket };
        self.basket_changed(Done::Made, Vec::new(), true, held)
            .await
    }

    pub(super) async fn basket_list(&self) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let mut shown = Vec::new();
        for held in self.held_baskets(&mirror).await? {
            shown.push(self.shown(&mirror, &held).await?);
        }
        Ok(Data::Baskets(shown))
    }

    pub(super) async fn basket_show(&self, key: Option<&str>) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let held = self.needed_basket(&mirror, key).await?;
        Ok(Data::Basket(Box::new(self.shown(&mirror, &held).await?)))
    }

    pub(super) async fn basket_add(
        &self,
        keys: &[String],
        basket: Option<&str>,
        first_name: &str,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let found = self.some_basket(&mirror, basket).await?;
        let (document, mut basket) = match found {
            Some(held) => (Some(held.document), held.basket),
            None => {
                let name = first_name.to_owned();
                let basket = Basket {
                    name,
                    ..Basket::default()
                };
                (None, basket)
            }
        };
        let mut numbers = Vec::with_capacity(keys.len());
        for key in keys {
            let line = self.picked(&mirror, key).await?;
            numbers.push(line.number.clone());
            match self.same_line(&mut basket, &line).await? {
                // What was filled in stays, wherever it is taken from now.
                Some(held) => {
                    let values = std::mem::take(&mut held.values);
                    *held = BasketLine { values, ..line };
                }
                None => basket.lines.push(line),
            }
        }
        let is_new = document.is_none();
        let document = self.put_basket(document, &basket).await?;
        let held = Held { document, basket };
        self.basket_changed(Done::Added, numbers, is_new, held)
            .await
    }

    /// The line of the same requirement: from another release, or from the draft that became this one.
    async fn same_line<'a>(
        &self,
        basket: &'a mut Basket,
        line: &BasketLine,
    ) -> Result<Option<&'a mut BasketLine>, Failure> {
        for held in &mut basket.lines {
            if held.requirement == line.requirement {
                return Ok(Some(held));
            }
            if held.release == ReleaseRef::default()
                && self.line_content(held).await?.published_as == line.requirement
            {
                return Ok(Some(held));
            }
        }
        Ok(None)
    }

    pub(super) async fn basket_remove(
        &self,
        key: &str,
        basket: Option<&str>,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let mut held = self.needed_basket(&mirror, basket).await?;
        let index = line_at(&held.basket, key)?;
        let removed = held.basket.lines.remove(index);
        self.put_basket(Some(held.document), &held.basket).await?;
        self.basket_changed(Done::Removed, vec![removed.number], false, held)
            .await
    }

    pub(super) async fn basket_fill(
        &self,
        key: &str,
        given: Vec<(String, String)>,
        basket: Option<&str>,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let mut held = self.needed_basket(&mirror, basket).await?;
        let index = line_at(&held.basket, key)?;
        let Some(line) = held.basket.lines.get_mut(index) else {
            return Err(Failure::stopping());
        };
        let requirement = self.line_content(line).await?;
        put_values(line, given);
        check_values(&requirement, line)?;
        let number = line.number.clone();
        self.put_basket(Some(held.document), &held.basket).await?;
        self.basket_changed(Done::Filled, vec![number], false, held)
            .await
    }

    pub(super) async fn basket_delete(&self, key: &str) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let held = self.needed_basket(&mirror, Some(key)).await?;
        // A log only grows: what is left of a basket is an empty document without a name.
        self.write_basket(Some(held.document), &Basket::default())
            .await?;
        Ok(Data::Deleted(Deleted {
            document: held.document.to_string(),
            name: held.basket.name,
        }))
    }

    /// Own baskets that were not deleted, the one written last first.
    async fn held_baskets(&self, mirror: &Mirror) -> Result<Vec<Held>, Failure> {
        let mut held = Vec::new();
        for summary in mirror.baskets().await? {
            let Some(document) = document_id(&summary.document) else {
                continue;
            };
            let basket: Basket = self.value(document).await?;
            if !basket.name.trim().is_empty() {
                held.push(Held { document, basket });
            }
        }
        Ok(held)
    }

    /// The basket that is named, or the only one; nothing where none is named and there is none.
    async fn some_basket(
        &self,
        mirror: &Mirror,
        key: Option<&str>,
    ) -> Result<Option<Held>, Failure> {
        let mut held = self.held_baskets(mirror).await?;
        if let Some(key) = key {
            let named = held
                .into_iter()
                .find(|held| is_named(&held.basket, key) || held.document.to_string() == key);
            return named.map(Some).ok_or_else(|| no_basket(key));
        }
        if held.len() > 1 {
            return Err(several(&held));
        }
        Ok(held.pop())
    }

    /// The same, or a failure that says what to do.
    pub(super) async fn needed_basket(
        &self,
        mirror: &Mirror,
        key: Option<&str>,
    ) -> Result<Held, Failure> {
        let found = self.some_basket(mirror, key).await?;
        found.ok_or_else(|| {
            Failure::user(
                "no-basket",
                Said::new("there is no basket yet", "der er ingen kurv endnu"),
            )
            .hint(Said::new(
                "faelled basket add NUMBER puts a requirement into one",
                "faelled basket add NUMMER lægger et krav i en",
            ))
        })
    }

    /// Checks a basket and writes it.
    async fn put_basket(&self, document: Option<DocId>, basket: &Basket) -> Result<DocId, Failure> {
        let findings = validate::basket(basket);
        let (errors, _) = sort_findings(
            findings
                .into_iter()
                .map(|finding| (String::new(), finding))
                .collect(),
        );
        if !errors.is_empty() {
            return Err(Failure::user(
                "basket",
                Said::new(
                    "the basket cannot be kept like this",
                    "kurven kan ikke gemmes sådan",
                ),
            )
            .details(errors));
        }
        self.write_basket(document, basket).await
    }

    /// Writes a basket into this member's private space.
    async fn write_basket(
        &self,
        document: Option<DocId>,
        basket: &Basket,
    ) -> Result<DocId, Failure> {
        let editor = self.editor.lock().await;
        let mut edits = editor.edit(editor.private()).await?;
        let document = match document {
            Some(document) => {
                edits.update(document, basket).await?;
                document
            }
            None => edits.create(basket)?,
        };
        edits.commit().await?;
        drop(editor);
        self.mirror().await?;
        Ok(document)
    }

    async fn basket_changed(
        &self,
        done: Done,
        numbers: Vec<String>,
        is_new: bool,
        held: Held,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        Ok(Data::Changed(Box::new(Changed {
            done,
            numbers,
            is_new,
            basket: self.shown(&mirror, &held).await?,
        })))
    }
}

fn is_named(basket: &Basket, name: &str) -> bool {
    basket.name.trim().to_lowercase() == name.trim().to_lowercase()
}

/// The place of a requirement in a basket, by its number or document.
fn line_at(basket: &Basket, key: &str) -> Result<usize, Failure> {
    let key = key.trim();
    let found: Vec<usize> = basket
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.requirement == key || line.number.eq_ignore_ascii_case(key))
        .map(|(index, _)| index)
        .collect();
    match found.as_slice() {
        [index] => Ok(*index),
        [] => Err(Failure::user(
            "not-in-basket",
            Said::new(
                format!("{key} is not in the basket {}", basket.name),
                format!("{key} er ikke i kurven {}", basket.name),
            ),
        )
        .hint(Said::new(
            "faelled basket show lists what is in it",
            "faelled basket show viser, hvad der er i den",
        ))),
        several => Err(Failure::user(
            "ambiguous",
            Said::new(
                format!("{key} is in the basket twice, from different members"),
                format!("{key} er i kurven to gange, fra forskellige deltagere"),
            ),
        )
        .hint(Said::new(
            "say which one by its document id",
            "sig hvilket med dets dokument-id",
        ))
        .details(
            several
                .iter()
                .filter_map(|index| basket.lines.get(*index))
                .map(|line| Said::new(line.requirement.clone(), line.requirement.clone()))
                .collect(),
        )),
    }
}

/// Takes in values; an empty one goes back to the default.
fn put_values(line: &mut BasketLine, given: Vec<(String, String)>) {
    for (name, value) in given {
        line.values.retain(|held| held.name != name);
        let value = value.trim().to_owned();
        if !value.is_empty() {
            line.values.push(Filled { name, value });
        }
    }
}

fn check_values(requirement: &Requirement, line: &BasketLine) -> Result<(), Failure> {
    let errors: Vec<Said> = validate::filled(requirement, &line.values)
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error && finding.code != VALUE_MISSING)
        .map(|finding| value_said(&line.number, &finding))
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Failure::user(
        "values",
        Said::new(
            format!("{} cannot be filled in like this", line.number),
            format!("{} kan ikke udfyldes sådan", line.number),
        ),
    )
    .details(errors)
    .hint(Said::new(
        "nothing was filled in; faelled basket show lists what each value means and may be",
        "intet er udfyldt; faelled basket show viser, hvad hver værdi betyder og må være",
    )))
}

/// A finding about a value, with the requirement and the placeholder as people know them.
pub(super) fn value_said(number: &str, finding: &Finding) -> Said {
    let name = finding.field.strip_prefix("values[");
    let name = name.and_then(|name| name.strip_suffix(']'));
    let name = name.unwrap_or(&finding.field);
    Said::new(
        format!("{number} {name}: {}", finding.message(Language::English)),
        format!("{number} {name}: {}", finding.message(Language::Danish)),
    )
}

fn no_basket(key: &str) -> Failure {
    Failure::user(
        "no-basket",
        Said::new(
            format!("there is no basket {key}"),
            format!("der er ingen kurv {key}"),
        ),
    )
    .hint(Said::new(
        "faelled basket list names them; faelled basket new makes one",
        "faelled basket list viser dem; faelled basket new laver en",
    ))
}

fn several(held: &[Held]) -> Failure {
    let names = held
        .iter()
        .map(|held| Said::new(held.basket.name.clone(), held.basket.name.clone()));
    Failure::user(
        "several-baskets",
        Said::new("there are several baskets", "der er flere kurve"),
    )
    .details(names.collect())
    .hint(Said::new(
        "say which one by its name; faelled basket COMMAND --help tells where",
        "sig hvilken med dens navn; faelled basket KOMMANDO --help fortæller hvor",
    ))
}

#[cfg(test)]
mod tests {
    use faelled_model::requirement::Placeholder;

    use super::*;

    fn line(document: &str, number: &str) -> BasketLine {
        BasketLine {
            requirement: document.to_owned(),
            number: number.to_owned(),
            ..BasketLine::default()
        }
    }

    fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_line_is_found_by_number_or_document_and_two_of_one_number_are_told_apart() {
        let basket = Basket {
            lines: vec![line("d1", "A-1"), line("d2", "A-1"), line("d3", "B-1")],
            ..Basket::default()
        };
        assert_eq!(line_at(&basket, "b-1").unwrap(), 2);
        assert_eq!(line_at(&basket, "d2").unwrap(), 1);
        assert_eq!(line_at(&basket, "A-1").unwrap_err().code, "ambiguous");
        assert_eq!(line_at(&basket, "C-1").unwrap_err().code, "not-in-basket");
    }

    #[test]
    fn an_empty_value_goes_back_to_the_default() {
        let mut line = line("d", "A-1");
        put_values(&mut line, given(&[("andel", " 50 "), ("frist", "30")]));
        put_values(&mut line, given(&[("andel", "")]));
        let [left] = line.values.as_slice() else {
            panic!("{:?}", line.values);
        };
        assert_eq!((left.name.as_str(), left.value.as_str()), ("frist", "30"));
    }

    #[test]
    fn a_value_outside_its_range_or_for_nothing_is_refused_with_what_is_allowed() {
        let placeholder = |name: &str| Placeholder {
            name: name.to_owned(),
            min: Some(10.0),
            max: Some(90.0),
            ..Placeholder::default()
        };
        let requirement = Requirement {
            placeholders: vec![placeholder("andel"), placeholder("frist")],
            ..Requirement::default()
        };
        let filled = |pairs: &[(&str, &str)]| {
            let mut line = line("d", "A-1");
            put_values(&mut line, given(pairs));
            check_values(&requirement, &line)
        };
        // The other placeholder may be filled in later.
        assert!(filled(&[("andel", "50,5")]).is_ok());
        for (wrong, word) in [
            (("andel", "5"), "10"),
            (("andel", "many"), "number"),
            (("share", "50"), "andel, frist"),
        ] {
            let failure = filled(&[wrong]).unwrap_err();
            assert_eq!(failure.details.len(), 1, "{failure:?}");
            assert!(failure.details[0].en.contains(word), "{failure:?}");
        }
    }
}
