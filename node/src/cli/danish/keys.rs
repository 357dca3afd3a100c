//! Keys and tickets: the help in Danish.

/// As [`super::TEXTS`].
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "/passphrase_fd",
        "Læs identitetsnøglens adgangssætning fra denne filbeskrivelse i stedet for at spørge ved terminalen",
    ),
    (
        "init/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    (
        "init/unsealed",
        "Gem den nye identitetsnøgle åbent, uden adgangssætning: den, der kan læse mappen, kan underskrive som deltageren",
    ),
    (
        "join/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    (
        "join/unsealed",
        "Gem den nye identitetsnøgle åbent, uden adgangssætning: den, der kan læse mappen, kan underskrive som deltageren",
    ),
    (
        "invite",
        "Lav en billet, som en ny deltager kan bede om at deltage med",
    ),
    (
        "invite/days",
        "Dage, til den udløber, 1 til 365; 14, hvis intet angives",
    ),
    ("invite/hours", "Timer, til den udløber, 1 til 8760"),
    (
        "invite/address",
        "Adresse og port i billetten i stedet for dem i indstillingerne; kan angives flere gange",
    ),
    (
        "invite/note",
        "Hvem den er til: en note, som kun I ser, og som vises ved den anmodning, der kommer af den",
    ),
    (
        "invite/qr",
        "Tegn den også som QR-kode, selv om ingen ser en terminal",
    ),
    (
        "invite list",
        "Vis billetter: åbne, brugte og af hvem, udløbne, taget tilbage",
    ),
    (
        "invite revoke",
        "Tag en billet tilbage, så ingen længere kan spørge med den",
    ),
    (
        "invite revoke/code",
        "Dens kode: otte bogstaver og tal, som invite og invite list viser dem",
    ),
    (
        "key",
        "Deltagerens identitetsnøgle og nodens nøgler: vis, forsegl, gem et andet sted",
    ),
    ("key show", "Hvilke nøgler der er, og hvor længe de gælder"),
    (
        "key seal",
        "Sæt eller skift den adgangssætning, som identitetsnøglen er forseglet med",
    ),
    (
        "key seal/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    (
        "key export",
        "Skriv en forseglet kopi af identitetsnøglen til en fil, der gemmes et andet sted",
    ),
    (
        "key export/file",
        "Den nye fil; aldrig over en, der er der i forvejen",
    ),
    (
        "key export/take_out",
        "Tag nøglen ud af datamappen, når kopien er læst tilbage",
    ),
    (
        "key export/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    (
        "key renew",
        "Giv noden et nyt certifikat til den samme nøgle, før det nuværende udløber",
    ),
    (
        "key renew/days",
        "Dage, certifikatet gælder, 1 til 3650; to år, hvis intet angives",
    ),
    ("key renew/yes", "Spørg ikke"),
    (
        "key renew/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    (
        "key rotate",
        "Giv noden en ny nøgle: hvad den gamle har skrevet, bliver, og en kopi af den er intet værd",
    ),
    (
        "key rotate/days",
        "Dage, certifikatet gælder, 1 til 3650; to år, hvis intet angives",
    ),
    ("key rotate/yes", "Spørg ikke"),
    (
        "key rotate/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    (
        "key revoke",
        "Tilbagekald nøglen til en node, der er tabt eller stjålet: hvad den skriver herefter, tæller ikke for nogen",
    ),
    (
        "key revoke/node_key",
        "Nodens nøgle eller begyndelsen af den, som key show viser den",
    ),
    (
        "key revoke/received_before",
        "Lad kun det tælle, som denne node havde modtaget før: ÅÅÅÅ-MM-DD eller ÅÅÅÅ-MM-DD TT:MM, i UTC",
    ),
    (
        "key revoke/own",
        "Tilbagekald denne nodes egen nøgle uden noget i stedet",
    ),
    ("key revoke/yes", "Spørg ikke"),
    (
        "key revoke/identity",
        "Deltagerens identitetsnøgle, hvis den er gemt et andet sted end i datamappen",
    ),
    (
        "doctor",
        "Hvad der er galt med noden og fællesskabet, og hvad I kan gøre",
    ),
];

/// As [`super::VALUES`].
pub(super) const VALUES: &[(&str, &str)] = &[
    ("FD", "FD"),
    ("NODE-KEY", "NODENØGLE"),
    ("TIME", "TIDSPUNKT"),
];
