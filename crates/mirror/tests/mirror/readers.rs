//! The readers in `examples/mirror` ask a question that this contract answers.

use faelled_mirror::contract::{APPLICATION_ID, VERSION};
use sqlx::{AssertSqlSafe, Column as _, Row as _};

use crate::fixture::{filled, tool};

const SQL: &str = include_str!("../../../../examples/mirror/reuse-in-packaging.sql");
const PYTHON: &str = include_str!("../../../../examples/mirror/reuse_in_packaging.py");

#[tokio::test]
async fn the_example_question_says_who_tried_what_and_how_it_went() {
    let (_directory, mirror) = filled().await;
    let question: Vec<&str> = SQL.lines().filter(|line| !line.starts_with('.')).collect();
    let mut connection = tool(&mirror).await;
    let rows = sqlx::query(AssertSqlSafe(question.join("\n")))
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let columns: Vec<&str> = rows[0]
        .columns()
        .iter()
        .map(|column| column.name())
        .collect();
    assert_eq!(
        columns,
        [
            "krav",
            "titel",
            "afprøvet af",
            "brugt som",
            "tilbud",
            "pris",
            "vurdering",
            "råd"
        ]
    );
    let answers: Vec<String> = rows
        .iter()
        .map(|row| {
            let cell = |index| row.get::<Option<String>, _>(index).unwrap_or_default();
            (0..row.len()).map(cell).collect::<Vec<_>>().join("|")
        })
        .collect();
    assert_eq!(
        answers,
        [
            "GLX-EMB-001|Genbrugelige kasser på ruten|Albertslund|tildelingskriterium|6|under 5 \
             %|justér|Hold dialog",
            "GLX-EMB-001|Genbrugelige kasser på ruten|Ballerup|teknisk \
             specifikation/mindstekrav|3 (sidst 4)|ingen|behold|Spørg tidligt",
            "GLX-EMB-002|Genbrugelige kasser på ruten|ingen endnu|||||",
        ]
    );
}

#[test]
fn the_python_reader_knows_this_contract() {
    assert!(PYTHON.contains(&format!("\nCONTRACT = {VERSION}\n")));
    assert!(PYTHON.contains(&format!("\nAPPLICATION_ID = 0x{APPLICATION_ID:X}\n")));
}
