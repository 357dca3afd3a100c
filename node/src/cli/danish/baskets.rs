//! Baskets, and what goes out and in as files: the help in Danish.

const LANGUAGE: &str = "Filens sprog: da eller en; ellers kommandoens";
const OUTPUT: &str =
    "Hvor den skrives; ellers under sit eget navn i denne mappe, - skriver til standardoutput";
const FORCE: &str = "Overskriv en fil, der findes";
const WHICH: &str = "Kurvens navn, hvis der er flere";
const STANDARD_INPUT: &str =
    "Hvad standardinput (-) er: toml, xlsx eller csv; toml, hvis intet er sagt";

/// As [`super::TEXTS`].
pub(super) const TEXTS: &[(&str, &str)] = &[
    ("pack import/format", STANDARD_INPUT),
    ("pilot record/format", STANDARD_INPUT),
    (
        "basket",
        "Kurve: krav, der er valgt til et udbud, med det, I udfylder",
    ),
    ("basket new", "Lav en tom kurv"),
    ("basket new/name", "Dens navn: det udbud, den er til"),
    ("basket list", "Vis kurvene"),
    (
        "basket show",
        "Vis én kurv: hvad der er udfyldt, og hvad der mangler",
    ),
    ("basket show/basket", "Dens navn, hvis der er flere"),
    ("basket add", "Læg krav i en kurv; det første laver en"),
    (
        "basket add/requirements",
        "Deres numre, med @VERSION for en anden udgivelse end den nyeste",
    ),
    ("basket add/basket", WHICH),
    ("basket remove", "Tag et krav ud af en kurv"),
    ("basket remove/requirement", "Dets nummer eller dokument-id"),
    ("basket remove/basket", WHICH),
    ("basket fill", "Udfyld pladsholdere i et krav"),
    ("basket fill/requirement", "Dets nummer eller dokument-id"),
    (
        "basket fill/values",
        "Pladsholdere med deres værdier; intet efter = går tilbage til standarden",
    ),
    ("basket fill/basket", WHICH),
    ("basket delete", "Tøm en kurv, og vis den ikke mere"),
    ("basket delete/basket", "Dens navn eller dokument-id"),
    (
        "basket export",
        "Skriv en kurv som fil til et udbudsmateriale",
    ),
    ("basket export/format", "docx, xlsx, md, csv eller json"),
    ("basket export/motives", "Skriv også begrundelserne"),
    ("basket export/basket", WHICH),
    ("basket export/language", LANGUAGE),
    ("basket export/output", OUTPUT),
    ("basket export/force", FORCE),
    (
        "export",
        "Skriv alle deltageres åbne indhold som fil; kladder og grupper er aldrig med",
    ),
    (
        "export linked-data",
        "Udgivne kravpakker, krav og afprøvninger som JSON-LD i EU's ordforråd for kriterier (CCCEV)",
    ),
    ("export linked-data/output", OUTPUT),
    ("export linked-data/force", FORCE),
    ("export ocds", "Afprøvningernes udbud som OCDS-udgivelser"),
    (
        "export ocds/ocid_prefix",
        "Jeres registrerede præfiks, fx ocds-a1b2c3",
    ),
    ("export ocds/uri", "Hvor filen bliver offentliggjort"),
    ("export ocds/language", LANGUAGE),
    ("export ocds/output", OUTPUT),
    ("export ocds/force", FORCE),
    (
        "pack template",
        "Skriv en tom fil til en kravpakke, til at udfylde",
    ),
    (
        "pack template/format",
        "xlsx eller csv; xlsx, hvis intet er sagt",
    ),
    ("pack template/language", LANGUAGE),
    ("pack template/output", OUTPUT),
    ("pack template/force", FORCE),
    ("pack export", "Skriv en kravpakke med dens krav som fil"),
    (
        "pack export/pack",
        "Dens kode, ejer/kode eller dokument-id, med @VERSION for en anden udgivelse end den nyeste, eller @draft",
    ),
    (
        "pack export/format",
        "xlsx, csv eller toml til at indlæse igen; docx, md eller json",
    ),
    ("pack export/language", LANGUAGE),
    ("pack export/output", OUTPUT),
    ("pack export/force", FORCE),
    (
        "pilot template",
        "Skriv en tom fil til en afprøvning, til at udfylde",
    ),
    (
        "pilot template/format",
        "xlsx eller csv; xlsx, hvis intet er sagt",
    ),
    ("pilot template/language", LANGUAGE),
    ("pilot template/output", OUTPUT),
    ("pilot template/force", FORCE),
    ("pilot export", "Skriv en afprøvning som fil"),
    (
        "pilot export/pilot",
        "Dens dokument-id eller begyndelsen af det",
    ),
    (
        "pilot export/format",
        "xlsx eller csv til at registrere igen; json",
    ),
    ("pilot export/language", LANGUAGE),
    ("pilot export/output", OUTPUT),
    ("pilot export/force", FORCE),
];

/// As [`super::VALUES`].
pub(super) const VALUES: &[(&str, &str)] = &[("NAME=VALUE", "NAVN=VÆRDI"), ("PREFIX", "PRÆFIKS")];
