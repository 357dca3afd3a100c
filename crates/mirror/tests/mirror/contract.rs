//! The contract says what is there, all of it and nothing else.

use std::collections::BTreeMap;

use faelled_mirror::contract::{Sort, contract};
use faelled_mirror::{schema_json, schema_markdown, schema_sql};
use faelled_model::codes::cpv;
use sqlx::{AssertSqlSafe, Row as _};

use crate::complete::complete;
use crate::fixture::{ask, count, filled, tool};

#[tokio::test]
async fn every_real_column_is_documented_and_every_documented_one_is_real() {
    let (_directory, mirror) = filled().await;
    let mut connection = tool(&mirror).await;
    let relations: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE \
         'sqlite_%' \
         AND name NOT IN ('search_data', 'search_idx', 'search_content', 'search_docsize', \
         'search_config')",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut real: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for relation in relations {
        let sql = format!(
            "SELECT name FROM pragma_table_xinfo('{relation}') WHERE hidden IN (0, 2, 3) ORDER BY \
             cid"
        );
        let columns = sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        real.insert(relation, columns.iter().map(|row| row.get(0)).collect());
    }
    let documented: BTreeMap<String, Vec<String>> = contract()
        .relations
        .iter()
        .map(|relation| {
            (
                relation.name.to_owned(),
                relation
                    .columns
                    .iter()
                    .map(|column| column.name.to_owned())
                    .collect(),
            )
        })
        .collect();
    assert_eq!(real, documented);
}

#[test]
fn everything_has_a_danish_name_and_a_sentence() {
    for relation in &contract().relations {
        assert!(
            !relation.danish.is_empty() && relation.description.ends_with(['.', ';'])
                || relation.sort == Sort::Search,
            "{}",
            relation.name
        );
        for column in &relation.columns {
            assert!(
                !column.danish.is_empty(),
                "{}.{}",
                relation.name,
                column.name
            );
            assert!(
                column.description.ends_with('.'),
                "{}.{}: {}",
                relation.name,
                column.name,
                column.description
            );
        }
    }
}

#[test]
fn the_contract_comes_as_sql_json_and_markdown() {
    let relations = contract().relations.len();
    assert_eq!(
        schema_sql().matches("\nCREATE ").count(),
        relations + schema_sql().matches("\nCREATE INDEX").count()
    );
    let json: serde_json::Value = serde_json::from_str(&schema_json()).unwrap();
    assert_eq!(json["relations"].as_array().unwrap().len(), relations);
    assert_eq!(json["relations"][0]["columns"][0]["danish"], "version");
    assert_eq!(schema_markdown().matches("\n## `").count(), relations);
}

#[tokio::test]
async fn shipped_lists_are_there_with_names_in_both_languages() {
    let (_directory, mirror) = filled().await;
    assert_eq!(
        count(&mirror, "cpv").await,
        i64::try_from(cpv::all().len()).unwrap()
    );
    let verdicts = ask(
        &mirror,
        "SELECT code || ' ' || name_da FROM code WHERE list = 'verdict' ORDER BY position",
    )
    .await;
    assert_eq!(verdicts, ["keep behold", "adjust justér", "drop drop"]);
    let nature = ask(
        &mirror,
        "SELECT name_en FROM code WHERE list = 'contract-nature' AND code = 'supplies'",
    )
    .await;
    assert_eq!(nature.len(), 1);
}

#[tokio::test]
async fn every_table_and_view_is_used() {
    let (_directory, mirror) = complete().await;
    for table in contract().relations.iter().map(|relation| relation.name) {
        assert!(count(&mirror, table).await > 0, "{table}");
    }
    let texts = ask(
        &mirror,
        "SELECT texts ->> '$.title.de' FROM requirement WHERE number = 'GLX-EMB-001' AND space = 'commons'",
    )
    .await;
    assert_eq!(texts, ["Mehrwegkisten"]);
    let branch = ask(
        &mirror,
        "SELECT division || cpv_group || class || category FROM requirement_cpv WHERE cpv = '44617100' LIMIT 1",
    )
    .await;
    assert_eq!(branch, ["444464461".to_owned() + "44617"]);
    let times = ask(
        &mirror,
        "SELECT first_claimed || ' ' || last_claimed FROM pack WHERE code = 'GLX-EMB'",
    )
    .await;
    assert_eq!(times, ["2026-01-03T00:00:00.000Z 2026-01-03T00:00:00.001Z"]);
}
