//! `requirement compare`: two or three requirements side by side.

use faelled_mirror::read::RequirementDetail;
use serde_json::{Value, json};

use super::super::{Service, only};
use crate::data::releasing::{ComparedRow, Comparison, Data};
use crate::failure::{Failure, Said};

/// More stand side by side on no screen.
const MAX_COMPARED: usize = 3;

impl Service {
    pub(super) async fn compare(&self, keys: &[String]) -> Result<Data, Failure> {
        if !(2..=MAX_COMPARED).contains(&keys.len()) {
            return Err(Failure::user(
                "compare",
                Said::new(
                    format!("two or three requirements are compared, not {}", keys.len()),
                    format!("der sammenlignes to eller tre krav, ikke {}", keys.len()),
                ),
            ));
        }
        let mirror = self.mirror().await?;
        let what = Said::new("requirement", "kravet");
        let mut requirements: Vec<RequirementDetail> = Vec::with_capacity(keys.len());
        for key in keys {
            let found = only(mirror.requirement(key).await?, key, &what)?;
            if requirements
                .iter()
                .any(|other| other.summary.document == found.summary.document)
            {
                return Err(Failure::user(
                    "compare",
                    Said::new(
                        format!("{key} stands twice"),
                        format!("{key} står to gange"),
                    ),
                ));
            }
            requirements.push(found);
        }
        Ok(Data::Comparison(table(requirements)))
    }
}

/// The table of requirements.
pub(crate) fn table(requirements: Vec<RequirementDetail>) -> Comparison {
    let rows = ROWS
        .iter()
        .map(|(row, value)| {
            let values: Vec<Value> = requirements.iter().map(value).collect();
            ComparedRow {
                row,
                differs: values.windows(2).any(|two| two.first() != two.last()),
                values,
            }
        })
        .collect();
    Comparison {
        columns: columns(&requirements),
        rows,
        requirements,
    }
}

/// Numbers, after their owners where two have the same.
fn columns(requirements: &[RequirementDetail]) -> Vec<String> {
    let number = |one: &RequirementDetail| one.summary.number.clone().unwrap_or_default();
    requirements
        .iter()
        .map(|one| {
            let is_shared = requirements.iter().any(|other| {
                other.summary.document != one.summary.document && number(other) == number(one)
            });
            if is_shared {
                format!("{}/{}", one.summary.owner, number(one))
            } else {
                number(one)
            }
        })
        .collect()
}

type Of = fn(&RequirementDetail) -> Value;

/// The rows with what stands in them.
const ROWS: &[(&str, Of)] = &[
    (
        "title",
        |one| json!({ "da": one.summary.title_da, "en": one.summary.title_en }),
    ),
    ("type", |one| json!(one.summary.r#type)),
    ("level", |one| json!(one.summary.level)),
    ("strategy", |one| json!(one.strategies)),
    (
        "wording",
        |one| json!({ "da": one.texts.wording_da, "en": one.texts.wording_en }),
    ),
    ("evidence", |one| json!(one.evidence)),
    ("follow_up", |one| json!(one.follow_up)),
    ("measure", |one| json!(one.measures)),
    ("award", |one| json!(one.awards)),
    ("practice", practice),
];

fn practice(one: &RequirementDetail) -> Value {
    let Some(practice) = one.practice.as_ref().filter(|practice| practice.pilots > 0) else {
        return json!({ "pilots": 0 });
    };
    json!({
        "pilots": practice.pilots,
        "keep": practice.keep,
        "adjust": practice.adjust,
        "drop": practice.drop_it,
        "bidders": practice.bidders_avg,
        "bidders_change": practice.bidders_change_avg,
        "price_lower": practice.price_lower,
        "price_none": practice.price_none,
        "price_under_5": practice.price_under_5,
        "price_5_15": practice.price_5_15,
        "price_over_15": practice.price_over_15,
        "price_unknown": practice.price_unknown,
        "burden": practice.burden_avg,
    })
}
