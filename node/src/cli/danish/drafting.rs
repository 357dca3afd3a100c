//! Groups, shared drafts, hearings, single edits and conflicts: the help in Danish.

/// As [`super::TEXTS`].
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "group",
        "Grupper: deltagere, der skriver sammen, uden at andre ser det",
    ),
    ("group new", "Dan en gruppe; I ejer den"),
    ("group new/name", "Dens navn"),
    (
        "group new/member",
        "En deltager i den: kode, navn eller id; kan angives flere gange",
    ),
    ("group new/all", "Alle fællesskabets deltagere"),
    ("group list", "Vis jeres grupper"),
    ("group show", "Vis én gruppe"),
    ("group show/group", "Dens navn eller begyndelsen af dens id"),
    (
        "group add",
        "Føj deltagere til en gruppe; de får alt, hvad der er i den",
    ),
    ("group add/group", "Dens navn eller begyndelsen af dens id"),
    ("group add/member", "Deltagere: kode, navn eller id"),
    (
        "group add/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden i gruppen, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    (
        "group appoint/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden i gruppen, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    (
        "group remove/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden i gruppen, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    (
        "group settle/unmet",
        "Skriv under, selv om noden ikke har mødt nogen anden i gruppen, siden maskinen startede: kun hvis den ikke er gendannet",
    ),
    (
        "group remove",
        "Tag deltagere ud af en gruppe; de får intet nyt, og hvad de skriver herefter, tæller ikke for nogen",
    ),
    (
        "group appoint",
        "Lad deltagere i en gruppe eje den også: de må ændre, hvem der er med",
    ),
    (
        "group appoint/group",
        "Dens navn eller begyndelsen af dens id",
    ),
    ("group appoint/member", "Deltagere: kode, navn eller id"),
    (
        "group remove/group",
        "Dens navn eller begyndelsen af dens id",
    ),
    ("group remove/member", "Deltagere: kode, navn eller id"),
    (
        "group remove/received_before",
        "Lad af det, de har skrevet, kun det tælle, som denne node havde modtaget før: ÅÅÅÅ-MM-DD eller ÅÅÅÅ-MM-DD TT:MM, i UTC",
    ),
    (
        "group remove/all",
        "Lad alt tælle, som de har skrevet, og som noden har, selv om de allerede har forladt fællesskabet",
    ),
    (
        "group settle",
        "Sig, om vedtægter gælder, som ingen har bekræftet: den, der skrev under, er ude af fællesskabet eller har en anden nøgle",
    ),
    (
        "group settle/group",
        "Dens navn eller begyndelsen af dens id",
    ),
    ("group settle/keep", "De gælder"),
    (
        "group settle/drop",
        "De gælder ikke: alt er, som det var før dem",
    ),
    (
        "group settle/remove",
        "Tag en deltager ud i samme ombæring; kan angives flere gange",
    ),
    (
        "group settle/received_before",
        "Lad af det, en udtaget deltager har skrevet, kun det tælle, som denne node havde modtaget før",
    ),
    (
        "group settle/all",
        "Lad alt tælle, som en udtaget deltager har skrevet, og som noden har",
    ),
    (
        "conflicts",
        "Steder, som to har skrevet på samtidig, indtil nogen afgør dem",
    ),
    (
        "conflicts list",
        "Vis dem, hver med værdierne, og hvem der skrev dem",
    ),
    (
        "conflicts list/document",
        "Kun i ét dokument: dets nummer, kode eller id",
    ),
    ("conflicts resolve", "Afgør en: tag en af værdierne"),
    (
        "conflicts resolve/document",
        "Dokumentet: dets nummer, kode eller id",
    ),
    (
        "conflicts resolve/place",
        "Stedet i det, som conflicts list viser det",
    ),
    (
        "conflicts resolve/take",
        "Hvilken værdi, efter dens plads på listen",
    ),
    (
        "disclosures",
        "Hvad I har givet videre til hvem, hvornår og på hvilket grundlag",
    ),
    ("disclosures/pack", "Kun af én kravpakke, efter dens kode"),
    ("pack new", "Begynd en tom kravpakke som kladde"),
    ("pack new/pack", "Dens kode, fx GLX-EMB"),
    ("pack new/title", "Dens titel, på kommandoens sprog"),
    ("pack new/group", "Skriv på den i denne gruppe, ikke privat"),
    (
        "pack share",
        "Giv en privat kladde til en gruppe, som skriver videre på den",
    ),
    ("pack share/pack", "Kladdens kode eller dokument-id"),
    (
        "pack share/group",
        "Gruppen: dens navn eller begyndelsen af dens id",
    ),
    (
        "pack share/ground",
        "På hvilket grundlag den gives, på kommandoens sprog; det bliver stående i jeres optegnelse",
    ),
    ("pack share/yes", "Giv den uden at spørge"),
    ("pack share/preview", "Vis kun, hvem der ville se den"),
    ("pack hearing", "Hold en høring om en kladde"),
    (
        "pack hearing internal",
        "Spørg deltagere: dem, der skriver med, eller en bredere gruppe, som får en kopi",
    ),
    (
        "pack hearing internal/pack",
        "Kladdens kode eller dokument-id",
    ),
    (
        "pack hearing internal/group",
        "Gruppen, der høres; ellers den, der skriver",
    ),
    ("pack hearing internal/until", "Sidste dag for svar"),
    (
        "pack hearing internal/ground",
        "På hvilket grundlag den gives, på kommandoens sprog; det bliver stående i jeres optegnelse",
    ),
    ("pack hearing internal/yes", "Giv den uden at spørge"),
    (
        "pack hearing internal/preview",
        "Vis kun, hvem der ville se den",
    ),
    (
        "pack hearing trade",
        "Spørg branchen: I sender den, Fælled fører optegnelsen",
    ),
    ("pack hearing trade/pack", "Kladdens kode eller dokument-id"),
    (
        "pack hearing trade/to",
        "Hvem der høres: en forening eller virksomhed; kan angives flere gange",
    ),
    ("pack hearing trade/until", "Sidste dag for svar"),
    (
        "pack hearing trade/ground",
        "På hvilket grundlag den gives, på kommandoens sprog; det bliver stående i jeres optegnelse",
    ),
    ("pack hearing trade/yes", "Giv den uden at spørge"),
    (
        "pack hearing trade/preview",
        "Vis kun, hvem der ville se den",
    ),
    ("pack edit", "Ret enkelte felter i en kravpakkes kladde"),
    ("pack edit/pack", "Kladdens kode eller dokument-id"),
    (
        "pack edit/set",
        "Et felt og dets nye værdi, fx title.da=...; kan angives flere gange",
    ),
    (
        "requirement edit",
        "Ret enkelte felter i et krav under udarbejdelse",
    ),
    (
        "requirement edit/requirement",
        "Dets nummer eller dokument-id",
    ),
    (
        "requirement edit/set",
        "Et felt og dets nye værdi, fx wording.da=... eller level=advanced; kan angives flere gange",
    ),
];

/// As [`super::VALUES`].
pub(super) const VALUES: &[(&str, &str)] = &[
    ("DATE", "DATO"),
    ("DOCUMENT", "DOKUMENT"),
    ("FIELD=VALUE", "FELT=VÆRDI"),
    ("GROUP", "GRUPPE"),
    ("PLACE", "STED"),
];
