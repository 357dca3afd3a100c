//! What follows a release: differences, proofs, withdrawals, co-signatures, what moved on, adaptations: the help in Danish.

/// As [`super::TEXTS`].
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "pack diff",
        "Vis, hvad én version siger anderledes end en anden, ord for ord",
    ),
    ("pack diff/pack", "Dens kode, ejer/kode eller dokument-id"),
    (
        "pack diff/from",
        "Versionen før; den før den anden, hvis intet angives",
    ),
    (
        "pack diff/to",
        "Versionen efter, eller draft for jeres egen kladde; den nyeste, hvis intet angives",
    ),
    (
        "pack verify",
        "Efterprøv en udgivelse på ny fra dens bytes: underskrifter, kæde, hasher, medunderskrifter",
    ),
    (
        "pack verify/release",
        "En kravpakke, med @VERSION for en anden udgivelse end den gældende, eller en henvisning i anførselstegn",
    ),
    (
        "pack withdraw",
        "Sig, at en udgivelse ikke gælder længere, og hvorfor; kun tovholderen kan",
    ),
    ("pack withdraw/release", "Kravpakken med @VERSION"),
    ("pack withdraw/reason", "Hvorfor, på kommandoens sprog"),
    (
        "pack withdraw/replaced_by",
        "Den version, der erstatter den",
    ),
    ("pack withdraw/yes", "Gør det uden at spørge"),
    (
        "pack withdraw/preview",
        "Vis kun, hvad der ville blive synligt for hvem",
    ),
    ("pack cosign", "Medunderskriv en anden deltagers udgivelse"),
    (
        "pack cosign/release",
        "Kravpakken, med @VERSION for en anden udgivelse end den højeste",
    ),
    (
        "pack cosign/capacity",
        "I hvilken egenskab, f.eks. styregruppen, på kommandoens sprog",
    ),
    ("pack cosign/yes", "Gør det uden at spørge"),
    (
        "pack cosign/preview",
        "Vis kun, hvad der ville blive synligt for hvem",
    ),
    (
        "pack outdated",
        "Vis, hvilke udgivelser i brug der er sket noget nyt for",
    ),
    ("pack outdated/all", "Alle deltageres"),
    (
        "pack proposals",
        "Vis, hvad afprøvninger foreslår at ændre, og hvad der blev svaret",
    ),
    (
        "pack proposals/pack",
        "Dens kode, ejer/kode eller dokument-id",
    ),
    (
        "pack answer-proposal",
        "Besvar et forslag fra en afprøvning; kun kravpakkens tovholder kan",
    ),
    (
        "pack answer-proposal/pilot",
        "Afprøvningens dokument-id eller begyndelsen af det",
    ),
    ("pack answer-proposal/number", "Kravets nummer"),
    (
        "pack answer-proposal/taken_up_in",
        "Den version, der imødekommer det",
    ),
    (
        "pack answer-proposal/declined",
        "Ingen version vil imødekomme det",
    ),
    (
        "pack answer-proposal/answer",
        "Hvad der kom ud af det, på kommandoens sprog",
    ),
    (
        "requirement adapt",
        "Lav en egen kladde af et udgivet krav, som husker, hvor den kommer fra",
    ),
    (
        "requirement adapt/requirement",
        "Dets nummer, med @VERSION for en anden udgivelse end den nyeste",
    ),
    ("requirement adapt/number", "Det nummer, jeres krav får"),
    (
        "requirement adapt/changes",
        "Hvad I ændrer og hvorfor, på kommandoens sprog",
    ),
    ("requirement adapt/wording_da", "Jeres ordlyd på dansk"),
    ("requirement adapt/wording_en", "Jeres ordlyd på engelsk"),
    (
        "requirement adapt/set",
        "Et felt og dets nye værdi, f.eks. level=advanced; kan angives flere gange",
    ),
    (
        "requirement adapt/pack",
        "Sæt det sidst i denne kladde til en kravpakke",
    ),
    (
        "requirement source",
        "Vis, hvor et tilpasset krav kommer fra, og hvad der er ændret siden",
    ),
    (
        "requirement source/requirement",
        "Dets nummer, ejer/nummer eller dokument-id",
    ),
    ("requirement compare", "Vis to eller tre krav side om side"),
    (
        "requirement compare/requirements",
        "Deres numre, ejer/nummer eller dokument-id",
    ),
];

/// As [`super::VALUES`].
pub(super) const VALUES: &[(&str, &str)] = &[
    ("NUMBER=LEVEL", "NUMMER=NIVEAU"),
    ("NUMBER=TEXT", "NUMMER=TEKST"),
    ("RELEASE", "UDGIVELSE"),
];
