//! Members and what stewards decide: the help in Danish.

/// As [`super::TEXTS`].
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "members",
        "Hvem der deltager, hvem der beder om det, og hvad tovholderne afgør",
    ),
    ("members list", "Vis deltagere og anmodninger om at deltage"),
    (
        "members approve",
        "Luk en ny deltager ind, eller godkend, hvad en anden tovholder foreslår",
    ),
    (
        "members approve/subject",
        "Den nye deltagers kode, navn eller id; eller begyndelsen af et forslags hash",
    ),
    (
        "members approve/rekey",
        "Det er en deltager, der har mistet sin nøgle og spørger med en ny: den gamle tæller aldrig mere",
    ),
    (
        "members propose",
        "Foreslå de andre tovholdere at lukke en ny deltager ind",
    ),
    (
        "members propose/member",
        "Den nye deltagers kode, navn eller id",
    ),
    (
        "members propose/rekey",
        "Det er en deltager, der har mistet sin nøgle og spørger med en ny: den gamle tæller aldrig mere",
    ),
    (
        "members reject",
        "Stem imod, hvad en anden tovholder foreslår",
    ),
    (
        "members reject/proposal",
        "Begyndelsen af forslagets hash, eller den deltager, det handler om",
    ),
    ("members reject/reason", "Hvorfor, til de andre tovholdere"),
    (
        "members reject/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    ("members reject/yes", "Spørg ikke"),
    (
        "members reject/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    (
        "members decline",
        "Luk ikke en ny deltager ind, som har spurgt hos denne node",
    ),
    (
        "members decline/member",
        "Den nye deltagers kode, navn eller id",
    ),
    (
        "members remove",
        "Foreslå at fjerne en deltager: hvad den har delt, bliver; hvad den skriver herefter, tæller ikke for nogen",
    ),
    ("members remove/member", "Deltagerens kode, navn eller id"),
    ("members stewards", "Foreslå, hvem tovholderne er"),
    ("members stewards/members", "Dem alle: kode, navn eller id"),
    (
        "members stewards/threshold",
        "Hvor mange af dem der skal skrive under; hvis intet angives, det mindste tal over halvdelen",
    ),
    (
        "members resolve",
        "Foreslå, hvilken gren af en tvedelt deltagerliste der fortsætter",
    ),
    (
        "members resolve/keep",
        "Begyndelsen af hash for den gren, hvis deltagere beholdes",
    ),
    (
        "members proposals",
        "Vis, hvad tovholderne er ved at afgøre, og hvem der har stemt",
    ),
    ("members approve/note", "Hvad de andre tovholdere bør vide"),
    (
        "members approve/instead",
        "Godkend, selv om I har godkendt et andet forslag til samme version; den godkendelse kan ikke tages tilbage",
    ),
    (
        "members approve/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    ("members approve/yes", "Spørg ikke"),
    (
        "members approve/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    ("members propose/note", "Hvad de andre tovholdere bør vide"),
    (
        "members propose/instead",
        "Godkend, selv om I har godkendt et andet forslag til samme version; den godkendelse kan ikke tages tilbage",
    ),
    (
        "members propose/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    ("members propose/yes", "Spørg ikke"),
    (
        "members propose/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    ("members remove/note", "Hvad de andre tovholdere bør vide"),
    (
        "members remove/instead",
        "Godkend, selv om I har godkendt et andet forslag til samme version; den godkendelse kan ikke tages tilbage",
    ),
    (
        "members remove/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    ("members remove/yes", "Spørg ikke"),
    (
        "members remove/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    ("members stewards/note", "Hvad de andre tovholdere bør vide"),
    (
        "members stewards/instead",
        "Godkend, selv om I har godkendt et andet forslag til samme version; den godkendelse kan ikke tages tilbage",
    ),
    (
        "members stewards/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    ("members stewards/yes", "Spørg ikke"),
    (
        "members stewards/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    ("members resolve/note", "Hvad de andre tovholdere bør vide"),
    (
        "members resolve/instead",
        "Godkend, selv om I har godkendt et andet forslag til samme version; den godkendelse kan ikke tages tilbage",
    ),
    (
        "members resolve/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    ("members resolve/yes", "Spørg ikke"),
    (
        "members resolve/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
];

/// As [`super::VALUES`].
pub(super) const VALUES: &[(&str, &str)] = &[
    ("HASH", "HASH"),
    ("MEMBER|PROPOSAL", "DELTAGER|FORSLAG"),
    ("PROPOSAL", "FORSLAG"),
];
