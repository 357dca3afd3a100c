//! What does not count any more, and editors: the help in Danish.

/// As [`super::TEXTS`].
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "recover",
        "Det, I har skrevet, som ikke tæller længere: se det, og skriv det igen",
    ),
    (
        "recover list",
        "Dokumenter, hvor noget, I har skrevet, ikke tæller, og hvorfor",
    ),
    (
        "recover show",
        "Hvad det, I skrev i et dokument, siger anderledes end dokumentet nu",
    ),
    (
        "recover show/document",
        "Nummer eller kode, eller id eller begyndelsen af det",
    ),
    (
        "recover apply",
        "Skriv det igen, på sin plads, hvor I må skrive",
    ),
    (
        "recover apply/document",
        "Kun i dette dokument: nummer eller kode, eller id eller begyndelsen af det",
    ),
    (
        "recover apply/private",
        "I nye private kladder, hvor I ikke må skrive længere: kravpakker og krav",
    ),
    (
        "editors",
        "Hvem der må skrive i et dokument ud over ejeren; giv lov, eller tag det tilbage",
    ),
    (
        "editors/document",
        "En kravpakke, et krav eller et redskab: nummer eller kode, eller id eller begyndelsen af det",
    ),
    (
        "editors/grant",
        "Lad denne deltager skrive i det fra nu af: kode, navn eller id; kan angives flere gange",
    ),
    (
        "editors/withdraw",
        "Tag det tilbage fra denne deltager: det, den har skrevet indtil nu, står; kan angives flere gange",
    ),
    (
        "editors/received_before",
        "Lad af det, de har skrevet, kun det tælle, som denne node havde modtaget før: ÅÅÅÅ-MM-DD eller ÅÅÅÅ-MM-DD TT:MM, i UTC",
    ),
    (
        "editors/all",
        "Lad alt tælle, som de har skrevet, og som noden har, så vidt det tæller nu; sådan er det, hvor intet er sagt",
    ),
];
