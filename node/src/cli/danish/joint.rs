//! The joint work: projects, participation, questions, resources, following: the help in Danish.

const YES: &str = "Del det uden at spørge";
const PREVIEW: &str = "Vis kun, hvem der ville se det";
const BEGINNING: &str = "Dets id eller begyndelsen af det";
const ON_WHAT: &str = "Hvad det handler om: et nummer, en kode eller et id";
const FIELD: &str = "Feltet i det, f.eks. wording.da";
const LINES: &str = "Linjer højst, 1 til 1000; 50, hvis intet angives";

/// As [`super::TEXTS`].
pub(super) const TEXTS: &[(&str, &str)] = &[
    ("project", "Indsatser: det, kommunerne gør sammen"),
    ("project list", "Vis indsatser"),
    ("project show", "Vis én indsats, og hvem der deltager"),
    (
        "project show/project",
        "Dens kode, ejer/kode eller dokument-id",
    ),
    (
        "project create",
        "Åbn en indsats, som I er tovholder for, eller før den ajour",
    ),
    (
        "project create/code",
        "Koden, som kravpakker og deltagelser nævner den ved, f.eks. cirkulaere-indkoeb",
    ),
    ("project create/title", "Dens titel, på kommandoens sprog"),
    ("project create/title_da", "Dens titel på dansk"),
    ("project create/title_en", "Dens titel på engelsk"),
    (
        "project create/aim",
        "Hvad den skal nå, på kommandoens sprog",
    ),
    ("project create/aim_da", "Hvad den skal nå, på dansk"),
    ("project create/aim_en", "Hvad den skal nå, på engelsk"),
    ("project create/from", "Dens første dag eller år"),
    ("project create/until", "Dens sidste dag eller år"),
    (
        "project create/indicator",
        "Hvordan man ser, om den når det; kan angives flere gange",
    ),
    ("project create/yes", YES),
    ("project create/preview", PREVIEW),
    (
        "project import",
        "Åbn indsatser fra en fil, eller før dem ajour",
    ),
    (
        "project import/file",
        "En fil med indsatser i TOML; - læser standardinput",
    ),
    ("project import/yes", YES),
    ("project import/preview", PREVIEW),
    (
        "participation",
        "Hvem der deltager i hvilken indsats, og hvordan",
    ),
    (
        "participation set",
        "Sig, hvordan I deltager i en indsats; det, I udelader, bliver, som det var",
    ),
    (
        "participation set/project",
        "Indsatsens kode, ejer/kode eller dokument-id",
    ),
    (
        "participation set/speed",
        "Hvor hurtigt: following, trying, implementing eller leading (følger, afprøver, gennemfører, tovholder)",
    ),
    (
        "participation set/priority",
        "Hvor højt I prioriterer den: high, medium eller low (høj, middel, lav)",
    ),
    (
        "participation set/state",
        "Hvor langt I er: not-begun, under-way, paused eller done (ikke begyndt, i gang, sat på pause, færdig)",
    ),
    (
        "participation set/status",
        "Hvordan det går; dateres i dag; - læser standardinput",
    ),
    (
        "participation set/backing",
        "Hvem der bakker op: none-yet, committee, council eller mayors-forum (ingen endnu, udvalg, kommunalbestyrelse, borgmesterforum)",
    ),
    ("participation set/backing_date", "Dagen for den beslutning"),
    (
        "participation set/backing_reference",
        "Hvor beslutningen findes: sags- eller punktnummer",
    ),
    (
        "participation set/goal",
        "Et af jeres egne mål, i stedet for dem før; kan angives flere gange",
    ),
    ("participation set/next_step", "Det næste skridt"),
    ("participation set/next_step_date", "Hvornår det er"),
    (
        "participation set/contact_role",
        "Den rolle, man henvender sig til, aldrig en person",
    ),
    ("participation set/mailbox", "En funktionspostkasse"),
    (
        "participation set/part",
        "I hvilken rolle: participant eller partner (deltager, partner); ellers participant",
    ),
    ("participation set/yes", YES),
    ("participation set/preview", PREVIEW),
    ("participation show", "Vis, hvordan deltagerne deltager"),
    (
        "participation show/member",
        "Kun én deltager: kode, navn eller id",
    ),
    ("participation show/project", "Kun én indsats"),
    ("participation matrix", "Deltagere over for indsatser"),
    ("profile", "Hvad deltagerne siger om sig selv"),
    (
        "profile set",
        "Sig noget om jer selv; det, I udelader, bliver, som det var",
    ),
    ("profile set/name_da", "Jeres navn på dansk"),
    ("profile set/name_en", "Jeres navn på engelsk"),
    ("profile set/mailbox", "En funktionspostkasse"),
    ("profile set/web", "Jeres hjemmeside"),
    ("profile set/cvr", "Jeres CVR-nummer: otte cifre"),
    ("profile set/gln", "Jeres GLN: tretten cifre"),
    (
        "profile set/region",
        "Regionen, I ligger i, i stedet for dem før: kode eller id, med dens dage, hvis de er kendt (1084@2007-01-01/2026-12-31); kan angives flere gange",
    ),
    ("profile set/yes", YES),
    ("profile set/preview", PREVIEW),
    ("profile show", "Vis, hvad deltagerne siger om sig selv"),
    (
        "profile show/member",
        "Kun én deltager: kode, navn eller id",
    ),
    ("question", "Spørgsmål til alle, om hvad som helst"),
    ("question ask", "Stil et spørgsmål"),
    ("question ask/text", "Spørgsmålet; - læser standardinput"),
    ("question ask/title", "Dets titel"),
    ("question ask/about", ON_WHAT),
    ("question ask/field", FIELD),
    ("question ask/yes", YES),
    ("question ask/preview", PREVIEW),
    ("question list", "Vis spørgsmål"),
    ("question list/open", "Kun dem, der ikke er afgjort"),
    (
        "question list/about",
        "Kun dem om én ting: et nummer, en kode eller et id",
    ),
    ("question show", "Vis ét spørgsmål med dets svar"),
    ("question show/id", BEGINNING),
    (
        "question settle",
        "Sig, at et af jeres spørgsmål eller en af jeres kommentarer er afgjort",
    ),
    ("question settle/id", BEGINNING),
    ("question settle/yes", YES),
    ("question settle/preview", PREVIEW),
    (
        "question escalate",
        "Sig, at et af jeres spørgsmål er forelagt for et udvalg",
    ),
    ("question escalate/id", BEGINNING),
    ("question escalate/to", "Udvalget"),
    ("question escalate/yes", YES),
    ("question escalate/preview", PREVIEW),
    ("answer", "Svar på et spørgsmål eller en kommentar"),
    (
        "answer/id",
        "Spørgsmålet eller kommentaren: id eller begyndelsen af det",
    ),
    ("answer/text", "Svaret; - læser standardinput"),
    ("answer/yes", YES),
    ("answer/preview", PREVIEW),
    ("comment", "Kommentér hvad som helst, eller vis kommentarer"),
    ("comment/target", ON_WHAT),
    ("comment/text", "Kommentaren; - læser standardinput"),
    ("comment/field", FIELD),
    ("comment/yes", YES),
    ("comment/preview", PREVIEW),
    ("comment list", "Vis kommentarerne til noget"),
    (
        "comment list/target",
        "Til hvad: et nummer, en kode eller et id",
    ),
    (
        "resource",
        "Redskaber: værktøjer, skabeloner, vejledninger og links",
    ),
    ("resource add", "Stil et redskab til rådighed"),
    (
        "resource add/kind",
        "Hvad det er: tool, template, guide, calculation, reuse-scheme eller link (værktøj, skabelon, vejledning, beregning, intern genbrugsordning, link)",
    ),
    ("resource add/title", "Dets titel"),
    (
        "resource add/description",
        "Hvad det er til, og hvordan det bruges; - læser standardinput",
    ),
    ("resource add/about", ON_WHAT),
    ("resource add/project", "Indsatsen, det hører til"),
    (
        "resource add/category",
        "Hvad der købes med det: packaging, furniture, food, ... (emballage, møbler, fødevarer)",
    ),
    ("resource add/licence", "Dets licens, f.eks. CC BY 4.0"),
    ("resource add/address", "Hvor det er"),
    (
        "resource add/file",
        "En lille fil at lægge i det; kan angives flere gange",
    ),
    ("resource add/yes", YES),
    ("resource add/preview", PREVIEW),
    ("resource list", "Vis redskaber"),
    (
        "resource list/about",
        "Kun dem om én ting: et nummer, en kode eller et id",
    ),
    (
        "resource list/kind",
        "Kun af én art: tool, template, guide, calculation, reuse-scheme eller link",
    ),
    ("resource list/project", "Kun i én indsats"),
    (
        "resource list/category",
        "Kun til det, der købes: packaging, furniture, food, ... (emballage, møbler, fødevarer)",
    ),
    ("resource show", "Vis ét redskab"),
    ("resource show/id", BEGINNING),
    ("resource save", "Gem et redskabs filer på denne maskine"),
    ("resource save/id", BEGINNING),
    (
        "resource save/output",
        "En mappe, eller for én fil dens navn; ellers den nuværende mappe",
    ),
    ("resource save/force", "Skriv over det, der er der"),
    (
        "follow",
        "Følg en kravpakke, et krav, en indsats, en kategori eller en CPV-gren",
    ),
    (
        "follow/target",
        "En kode eller et nummer; project:KODE, category:KODE eller cpv:KODE",
    ),
    ("unfollow", "Følg ikke noget længere"),
    ("unfollow/target", "Som ved follow"),
    ("following", "Hvad I følger"),
    ("inbox", "Hvad der er sket siden sidst og angår jer"),
    ("inbox/all", "Også det, I har læst"),
    ("inbox/limit", LINES),
    ("inbox read", "Vis det nye, og markér det som læst"),
    (
        "inbox read/up_to",
        "Kun op til det nummer, som inbox nævnte",
    ),
    ("inbox read/limit", LINES),
];

/// As [`super::VALUES`].
pub(super) const VALUES: &[(&str, &str)] = &[
    ("DIGITS", "CIFRE"),
    ("FIELD", "FELT"),
    ("MAIL", "MAIL"),
    ("PATH", "STI"),
    ("PROJECT", "INDSATS"),
    ("REGION", "REGION"),
    ("TARGET", "EMNE"),
    ("URL", "ADRESSE"),
];
