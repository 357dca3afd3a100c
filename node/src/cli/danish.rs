//! The command line's help in Danish.

mod baskets;
mod drafting;
mod joint;
mod keys;
mod recover;
mod releasing;
mod stewards;

/// Commands by their words, arguments by their command's words, a slash and their name.
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "",
        "Del krav til cirkulære indkøb, og hvad der kom ud af dem, mellem kommuner",
    ),
    (
        "/data",
        "Nodens datamappe; ellers FAELLED_DATA, ellers ~/.local/share/faelled",
    ),
    (
        "/json",
        "Svar i JSON, til programmer; også fejl, på standardfejl",
    ),
    (
        "/lang",
        "Sprog: da eller en; ellers FAELLED_LANG, ellers det, LC_ALL, LC_MESSAGES eller LANG siger",
    ),
    ("/help", "Vis denne hjælp"),
    ("/version", "Vis versionen"),
    ("init", "Grundlæg et fællesskab, i begyndelsen alene"),
    (
        "init/member",
        "Hvem der grundlægger det: en kommunes eller regions kode eller navn, eller id for en anden myndighed (dk-cvr-12345678)",
    ),
    (
        "init/name",
        "Deltagerens navn, hvis det ikke står på nogen liste eller er et andet",
    ),
    (
        "init/kind",
        "Art af en myndighed, der ikke står på nogen liste: state-body, central-purchasing-body, network, ...",
    ),
    ("init/federation", "Fællesskabets navn"),
    (
        "init/listen",
        "Adresse og UDP-port at lytte på; ellers 0.0.0.0:4747",
    ),
    (
        "init/address",
        "Adresse og port, som andre når noden på; kan angives flere gange",
    ),
    ("serve", "Kør noden: hold forbindelsen, og udveksl alt nyt"),
    ("serve/listen", "Adresse og UDP-port at lytte på denne gang"),
    (
        "serve/log_json",
        "Skriv loggen som JSON; FAELLED_LOG siger, hvor meget (error, warn, info, debug)",
    ),
    ("join", "Bed om at deltage i et fællesskab med en billet"),
    ("join/ticket", "Billetten; - læser den fra standardinput"),
    (
        "join/member",
        "Hvem der beder: en kommunes eller regions kode eller navn, eller id for en anden myndighed (dk-cvr-12345678)",
    ),
    (
        "join/name",
        "Deltagerens navn, hvis det ikke står på nogen liste eller er et andet",
    ),
    (
        "join/kind",
        "Art af en myndighed, der ikke står på nogen liste: state-body, central-purchasing-body, network, ...",
    ),
    (
        "join/listen",
        "Adresse og UDP-port at lytte på; ellers 0.0.0.0:4747",
    ),
    (
        "join/address",
        "Adresse og port, som andre når noden på; kan angives flere gange",
    ),
    (
        "join/no_wait",
        "Gør kun anmodningen klar; faelled serve sender den",
    ),
    ("pack", "Kravpakker: kladder, udgivelser, ibrugtagninger"),
    (
        "pack import",
        "Importér pakkefiler som private kladder, eller før tidligere kladder ajour med dem",
    ),
    (
        "pack import/files",
        "Pakkefiler i TOML, Excel (.xlsx) eller CSV; - læser standardinput",
    ),
    (
        "pack import/over",
        "Tag filen over det, andre har skrevet i gruppens kladde, og tag ud, hvad den ikke nævner",
    ),
    (
        "pack import/group",
        "Skriv på den i denne gruppe, ikke privat",
    ),
    ("pack list", "Vis kravpakker"),
    ("pack show", "Vis én kravpakke"),
    (
        "pack show/pack",
        "Dens kode, ejer/kode eller dokument-id eller begyndelsen af det, med @VERSION for det, den udgivelse siger",
    ),
    ("pack publish", "Udgiv en kladde til alle deltagere"),
    ("pack publish/pack", "Kladdens kode eller dokument-id"),
    (
        "pack publish/release",
        "Versionen; ellers 1.0.0 og siden den næste mindre version",
    ),
    (
        "pack publish/notes",
        "Hvad der er nyt, på kommandoens sprog",
    ),
    (
        "pack publish/cosigners",
        "Deltagere ud over jer, der skal medunderskrive, før den gælder; som ved den forrige udgivelse, hvis intet angives",
    ),
    (
        "pack publish/approved_by",
        "Det organ, der har godkendt den, fx en styregruppe",
    ),
    (
        "pack publish/approved_on",
        "Dagen for godkendelsen; i dag, hvis intet angives",
    ),
    (
        "pack publish/valid_from",
        "Dagen, fra hvilken den gælder; i dag, hvis intet angives",
    ),
    (
        "pack publish/review_by",
        "Dagen, inden hvilken den gennemgås; ellers som pakkens cyklus siger",
    ),
    (
        "pack publish/ground",
        "På hvilket grundlag den gives til alle deltagere, på kommandoens sprog; det bliver stående i jeres optegnelse",
    ),
    (
        "pack publish/over",
        "Udgiv det, kladden siger, også hvor redaktører har skrevet noget andet siden den seneste udgivelse",
    ),
    ("pack publish/note_da", "Hvad der er nyt, på dansk"),
    ("pack publish/note_en", "Hvad der er nyt, på engelsk"),
    ("pack publish/yes", "Udgiv uden at spørge"),
    (
        "pack publish/preview",
        "Vis kun, hvad der ville blive synligt for hvem",
    ),
    (
        "pack adopt",
        "Tag en udgivelse i brug: sig, hvad I gør med den",
    ),
    (
        "pack adopt/pack",
        "Pakkens kode eller dokument-id, med @VERSION for en anden udgivelse end den nyeste",
    ),
    (
        "pack adopt/stance",
        "Hvad I gør med den: following, trying, using eller declined (følger, afprøver, bruger, fravalgt); som før, ellers following",
    ),
    (
        "pack adopt/quarter",
        "Kvartal for det planlagte udbud, f.eks. 2027-Q1",
    ),
    (
        "pack adopt/reason",
        "Hvorfor, på kommandoens sprog, hvis den er fravalgt",
    ),
    (
        "pack adopt/level",
        "Det niveau, I vælger for et krav; kan angives flere gange",
    ),
    (
        "pack adopt/deviation",
        "Hvad I gør anderledes, end et krav siger, og hvorfor; kan angives flere gange",
    ),
    ("requirement", "Krav, og hvordan det gik dem i praksis"),
    (
        "requirement list",
        "Vis krav, hvert med hvordan det gik i praksis",
    ),
    (
        "requirement list/category",
        "Hvad der købes: packaging, furniture, food, ... (emballage, møbler, fødevarer)",
    ),
    (
        "requirement list/strategy",
        "Hvor det virker: avoid, reuse, repair, recycled-content, ... (undgå, genbrug, reparation)",
    ),
    (
        "requirement list/cpv",
        "En CPV-kode, eller begyndelsen af en for hele grenen",
    ),
    (
        "requirement list/type",
        "Dets rolle i udbuddet: technical-specification, award-criterion, ... (mindstekrav, tildelingskriterium)",
    ),
    (
        "requirement list/level",
        "Hvor langt det går: basic, advanced eller spearhead (basis, avanceret, spydspids)",
    ),
    ("requirement list/pack", "Kun dem i én kravpakke"),
    (
        "requirement list/tried",
        "Kun dem, som en afprøvning har prøvet",
    ),
    (
        "requirement list/untried",
        "Kun dem, som ingen har prøvet endnu",
    ),
    (
        "requirement show",
        "Vis ét krav med, hvad afprøvninger siger om det",
    ),
    (
        "requirement show/requirement",
        "Dets nummer, ejer/nummer eller dokument-id eller begyndelsen af det, med @VERSION for det, den udgivelse siger",
    ),
    ("pilot", "Afprøvninger: hvad der kom ud af at prøve et krav"),
    (
        "pilot record",
        "Skriv afprøvninger ned fra filer, og del dem med alle deltagere",
    ),
    (
        "pilot record/files",
        "Afprøvningsfiler i TOML, Excel (.xlsx) eller CSV; - læser standardinput",
    ),
    (
        "pilot record/before_standstill",
        "Del, selv om standstill-perioden eller en klagefrist ikke er udløbet",
    ),
    ("pilot list", "Vis resultater af afprøvninger"),
    (
        "pilot list/member",
        "Kun dem fra én deltager: kode, navn eller id",
    ),
    ("pilot list/requirement", "Kun dem af ét krav"),
    ("pilot list/pack", "Kun dem af én kravpakke"),
    (
        "pilot list/verdict",
        "Kun dem med denne vurdering: keep, adjust eller drop (behold, justér, drop)",
    ),
    (
        "pilot show",
        "Vis én afprøvning, med dens oprindelse efterprøvet på ny",
    ),
    (
        "pilot show/pilot",
        "Dens dokument-id eller begyndelsen af det",
    ),
    ("search", "Søg i alt på ord, og på hvad det handler om"),
    (
        "search/words",
        "Ord, der alle skal forekomme; det sidste må være begyndelsen af et. Ingen, hvor et filter er nok",
    ),
    (
        "search/kind",
        "Kun dokumenter af én art: requirement, pack, pilot, question, resource, ... (krav, kravpakke, afprøvning, spørgsmål, redskab)",
    ),
    (
        "search/category",
        "Hvad der købes: packaging, furniture, food, ... (emballage, møbler, fødevarer)",
    ),
    (
        "search/strategy",
        "Hvor det virker: avoid, reuse, repair, recycled-content, ... (undgå, genbrug, reparation)",
    ),
    (
        "search/cpv",
        "En CPV-kode, eller begyndelsen af en for hele grenen",
    ),
    (
        "search/type",
        "Dets rolle i udbuddet: technical-specification, award-criterion, ... (mindstekrav, tildelingskriterium)",
    ),
    (
        "search/level",
        "Hvor langt det går: basic, advanced eller spearhead (basis, avanceret, spydspids)",
    ),
    ("search/pack", "Kun dem i én kravpakke"),
    ("search/tried", "Kun dem, som en afprøvning har prøvet"),
    ("search/untried", "Kun dem, som ingen har prøvet endnu"),
    (
        "search/evidence",
        "Den dokumentation, der kræves: declaration, test-report, label, ... (erklæring, testrapport, mærke)",
    ),
    (
        "search/verdict",
        "Kun det, som afprøvninger har vurderet sådan: keep, adjust eller drop (behold, justér, drop)",
    ),
    (
        "search/member",
        "Kun det fra én deltager: kode, navn eller id",
    ),
    (
        "search/limit",
        "Fund højst, 1 til 200; 20, hvis intet angives",
    ),
    ("status", "Hvordan det står til med noden"),
    ("mirror", "Spejlet: SQLite-filen til andre værktøjer"),
    (
        "mirror rebuild",
        "Byg mirror.db på ny fra node.db, og sammenlign",
    ),
    (
        "mirror schema",
        "De tabeller og visninger, som værktøjer kan regne med",
    ),
    (
        "mirror schema/format",
        "markdown, json eller sql; markdown, hvis intet angives",
    ),
    (
        "demo",
        "Se hele vejen én gang: tre kommuner på denne maskine",
    ),
    ("demo/keep", "Behold de tre datamapper i denne mappe"),
];

/// What stands for a value, in English and Danish.
pub(super) const VALUES: &[(&str, &str)] = &[
    ("ADDRESS", "ADRESSE"),
    ("CODE", "KODE"),
    ("COUNT", "ANTAL"),
    ("CPV", "CPV"),
    ("DAYS", "DAGE"),
    ("DIR", "MAPPE"),
    ("FILE", "FIL"),
    ("FORMAT", "FORMAT"),
    ("HOURS", "TIMER"),
    ("ID", "ID"),
    ("KIND", "ART"),
    ("LANGUAGE", "SPROG"),
    ("MEMBER", "DELTAGER"),
    ("NAME", "NAVN"),
    ("NUMBER", "NUMMER"),
    ("PACK", "PAKKE"),
    ("QUARTER", "KVARTAL"),
    ("STANCE", "STILLING"),
    ("TEXT", "TEKST"),
    ("TICKET", "BILLET"),
    ("VERSION", "VERSION"),
    ("WORD", "ORD"),
];

/// All texts of commands and arguments.
pub(super) fn every_text() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    [
        TEXTS,
        baskets::TEXTS,
        drafting::TEXTS,
        joint::TEXTS,
        keys::TEXTS,
        recover::TEXTS,
        releasing::TEXTS,
        stewards::TEXTS,
    ]
    .into_iter()
    .flatten()
}

/// All names of values.
pub(super) fn every_value() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    [
        VALUES,
        baskets::VALUES,
        drafting::VALUES,
        joint::VALUES,
        keys::VALUES,
        releasing::VALUES,
        stewards::VALUES,
    ]
    .into_iter()
    .flatten()
}

/// The Danish text of a command or argument.
pub(super) fn text(key: &str) -> Option<&'static str> {
    every_text()
        .find(|(known, _)| *known == key)
        .map(|(_, text)| *text)
}

/// What stands for a value in Danish.
pub(super) fn value(english: &str) -> Option<&'static str> {
    every_value()
        .find(|(known, _)| *known == english)
        .map(|(_, danish)| *danish)
}
