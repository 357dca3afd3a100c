//! The tables of packs and pilots.

use super::code::CodeList::{Eforms, Labels, Term, Units};
use super::column::Form::{Fields, Items, ItemsOf, Records};
use super::column::Kind::{Count, Cpv, Flag, Key, List, Many, Number, One, Text, Texts};
use super::column::{Column, Kind, OWNER, Table};

/// In which section a requirement stands.
pub(crate) const SECTION: &str = "#section";
/// For which requirement it stands at another level.
pub(crate) const ALTERNATIVE: &str = "#alternative";
/// The number by which requirements name a section.
pub(crate) const ORDER: &str = "#order";
/// The pack, version and member of a pilot, and the release of one requirement that it tried.
pub(crate) const PACK_CODE: &str = "#pack";
pub(crate) const VERSION: &str = "#version";
pub(crate) const MEMBER: &str = "#member";
pub(crate) const RELEASE: &str = "#release";

const fn column(
    field: &'static str,
    kind: Kind,
    english: &'static str,
    danish: &'static str,
    help_english: &'static str,
    help_danish: &'static str,
) -> Column {
    Column {
        field,
        english,
        danish,
        kind,
        help: (help_english, help_danish),
    }
}

const ID: Column = column(
    "id",
    Key,
    "Id",
    "Id",
    "Leave it as it is; leave it empty in new rows.",
    "Lad det stå; lad det være tomt i nye rækker.",
);
const OF_REQUIREMENT: Column = column(
    OWNER,
    Key,
    "Requirement",
    "Krav",
    "The number of the requirement that the row belongs to.",
    "Nummeret på det krav, rækken hører til.",
);

/// The tables of a pack.
pub(crate) static PACK: &[Table] = &[
    Table {
        english: "Pack",
        danish: "Pakke",
        form: Fields,
        about: ("What the pack is.", "Hvad pakken er."),
        columns: PACK_FIELDS,
    },
    Table {
        english: "Sections",
        danish: "Afsnit",
        form: Items("sections"),
        about: (
            "The sections of the pack, in order.",
            "Pakkens afsnit i rækkefølge.",
        ),
        columns: SECTION_COLUMNS,
    },
    Table {
        english: "Requirements",
        danish: "Krav",
        form: Records,
        about: (
            "One row for each requirement; within a section they stand in the order of the rows.",
            "Én række for hvert krav; i et afsnit står de i rækkernes orden.",
        ),
        columns: REQUIREMENT_COLUMNS,
    },
    Table {
        english: "Placeholders",
        danish: "Pladsholdere",
        form: ItemsOf("placeholders"),
        about: (
            "What a buyer fills in: each name stands in braces in the wording.",
            "Hvad indkøberen udfylder: hvert navn står i krøllede parenteser i ordlyden.",
        ),
        columns: PLACEHOLDER_COLUMNS,
    },
    Table {
        english: "Measures",
        danish: "Målinger",
        form: ItemsOf("measures"),
        about: (
            "Measured values, where there are any.",
            "Målte værdier, hvor der er nogen.",
        ),
        columns: MEASURE_COLUMNS,
    },
    Table {
        english: "Awards",
        danish: "Tildeling",
        form: ItemsOf("awards"),
        about: (
            "How award criteria are scored.",
            "Hvordan tildelingskriterier giver point.",
        ),
        columns: AWARD_COLUMNS,
    },
    Table {
        english: "Evidence",
        danish: "Dokumentation",
        form: ItemsOf("evidence"),
        about: (
            "What the tenderer shows. A label is always asked for with the words \"or equivalent\".",
            "Hvad tilbudsgiveren viser. Et mærke kræves altid med ordene \"eller tilsvarende\".",
        ),
        columns: EVIDENCE_COLUMNS,
    },
    Table {
        english: "Follow-up",
        danish: "Opfølgning",
        form: ItemsOf("follow_up"),
        about: (
            "How the contract is followed up.",
            "Hvordan kontrakten følges op.",
        ),
        columns: FOLLOW_UP_COLUMNS,
    },
    Table {
        english: "Risks",
        danish: "Risici",
        form: ItemsOf("risks"),
        about: (
            "Risks: proportionality, competition.",
            "Risici: proportionalitet, konkurrence.",
        ),
        columns: RISK_COLUMNS,
    },
    Table {
        english: "Sources",
        danish: "Kilder",
        form: ItemsOf("sources"),
        about: ("Where requirements come from.", "Hvor kravene kommer fra."),
        columns: SOURCE_COLUMNS,
    },
    Table {
        english: "History",
        danish: "Historik",
        form: ItemsOf("history"),
        about: (
            "How a wording came to its state, oldest first.",
            "Hvordan en ordlyd nåede sin tilstand, ældste først.",
        ),
        columns: HISTORY_COLUMNS,
    },
    Table {
        english: "Hearings",
        danish: "Høringer",
        form: Items("hearings"),
        about: (
            "Hearings on the pack, oldest first.",
            "Høringer om pakken, ældste først.",
        ),
        columns: HEARING_COLUMNS,
    },
    Table {
        english: "Withdrawals",
        danish: "Tilbagetrækninger",
        form: Items("withdrawals"),
        about: (
            "Releases that no longer stand.",
            "Udgivelser, der ikke længere gælder.",
        ),
        columns: WITHDRAWAL_COLUMNS,
    },
    Table {
        english: "Answered proposals",
        danish: "Besvarede forslag",
        form: Items("answered"),
        about: (
            "Proposals from pilots that the lead has dealt with.",
            "Forslag fra afprøvninger, som tovholderen har taget stilling til.",
        ),
        columns: ANSWERED_COLUMNS,
    },
];

/// The tables of a pilot.
pub(crate) static PILOT: &[Table] = &[
    Table {
        english: "Pilot",
        danish: "Afprøvning",
        form: Fields,
        about: (
            "Whose pilot it is, and of which release.",
            "Hvis afprøvning det er, og af hvilken udgivelse.",
        ),
        columns: PILOT_FIELDS,
    },
    Table {
        english: "Tender",
        danish: "Udbud",
        form: Fields,
        about: ("The tender.", "Udbuddet."),
        columns: TENDER_FIELDS,
    },
    Table {
        english: "Tried",
        danish: "Afprøvede krav",
        form: Records,
        about: (
            "One row for each requirement that was tried. No supplier's name and no exact bid.",
            "Én række for hvert krav, der blev afprøvet. Ingen leverandørnavne og ingen præcise tilbud.",
        ),
        columns: TRIED_COLUMNS,
    },
    Table {
        english: "Reasons for not bidding",
        danish: "Grunde til ikke at byde",
        form: ItemsOf("reasons_not_bidding"),
        about: (
            "Reasons that suppliers gave.",
            "Grunde, som leverandører gav.",
        ),
        columns: REASON_COLUMNS,
    },
    Table {
        english: "Checks",
        danish: "Kontroller",
        form: Items("checks"),
        about: (
            "Checks made while the contract runs.",
            "Kontroller, mens kontrakten løber.",
        ),
        columns: CHECK_COLUMNS,
    },
    Table {
        english: "Effects",
        danish: "Effekter",
        form: Items("effects"),
        about: (
            "Measured or estimated effects.",
            "Målte eller anslåede effekter.",
        ),
        columns: EFFECT_COLUMNS,
    },
    Table {
        english: "Attachments",
        danish: "Bilag",
        form: Items("attachments"),
        about: ("What belongs to it.", "Hvad der hører til."),
        columns: ATTACHMENT_COLUMNS,
    },
];

/// A line for each column: its field and kind, its name and what to write there, in English and Danish.
macro_rules! columns {
    ($( $name:ident [$($first:expr),*] [$($last:expr),*] {
        $( $field:expr => $kind:expr, $english:literal, $danish:literal, $help:literal, $hjaelp:literal; )*
    } )*) => {$(
        static $name: &[Column] = &[
            $( $first, )*
            $( column($field, $kind, $english, $danish, $help, $hjaelp), )*
            $( $last, )*
        ];
    )*};
}

columns! {
    PACK_FIELDS [] [] {
        "code" => Key, "Code", "Kode", "Capital letters and digits with dashes, such as GLX-EMB.", "Store bogstaver og cifre med bindestreg, fx GLX-EMB.";
        "title" => Texts, "Title", "Titel", "The pack's title.", "Pakkens titel.";
        "purpose" => Texts, "Purpose", "Formål", "What it is for.", "Hvad den skal bruges til.";
        "introduction" => Texts, "Introduction", "Indledning", "Introduction.", "Indledning.";
        "project" => Key, "Project", "Indsats", "The code of the joint project, where it belongs to one.", "Den fælles indsats' kode, hvis den hører til en.";
        "contract_types" => Many(Eforms("contract-nature")), "Contract types", "Kontrakttyper", "Contract types that it suits, with ; between them.", "Kontrakttyper, den passer til, med ; imellem.";
        "how_to_use" => Texts, "How to use", "Brug", "How the pack is used.", "Hvordan pakken bruges.";
        "licence" => Text, "Licence", "Licens", "CC BY 4.0 is usual.", "CC BY 4.0 er det sædvanlige.";
        "review_cycle_months" => Count, "Months between reviews", "Måneder mellem gennemsyn", "A whole number of months.", "Et helt antal måneder.";
    }
    SECTION_COLUMNS [] [ID] {
        ORDER => Key, "No.", "Nr.", "The number by which requirements name the section.", "Det nummer, som kravene nævner afsnittet med.";
        "title" => Texts, "Title", "Titel", "The section's title.", "Afsnittets titel.";
    }
    REQUIREMENT_COLUMNS [] [] {
        "number" => Key, "Number", "Nummer", "The number that people cite, such as GLX-EMB-014.", "Det nummer, man henviser til, fx GLX-EMB-014.";
        SECTION => Key, "Section", "Afsnit", "The number or title of its section.", "Afsnittets nummer eller titel.";
        ALTERNATIVE => Key, "Alternative to", "Alternativ til", "The number of the requirement for which it stands at another level.", "Nummeret på det krav, det er et andet niveau af.";
        "title" => Texts, "Title", "Titel", "The requirement's title.", "Kravets titel.";
        "category" => One(Term("Category")), "Category", "Kategori", "What is bought.", "Hvad der købes.";
        "product_group" => Texts, "Product group", "Produktgruppe", "The group of products.", "Gruppen af produkter.";
        "project" => Key, "Project", "Indsats", "The code of the joint project, where it belongs to one.", "Den fælles indsats' kode, hvis det hører til en.";
        "strategies" => Many(Term("Strategy")), "Strategies", "Strategier", "Where it works on the waste hierarchy, with ; between them.", "Hvor det virker i affaldshierarkiet, med ; imellem.";
        "cpv" => Cpv, "CPV codes", "CPV-koder", "Eight digits each, with ; between them.", "Otte cifre hver, med ; imellem.";
        "environmental_impact" => Many(Eforms("environmental-impact")), "Environmental impact", "Miljømål", "eForms BT-774, with ; between them.", "eForms BT-774, med ; imellem.";
        "social_objectives" => List, "Social objectives", "Sociale mål", "eForms BT-775 codes, with ; between them.", "Koder fra eForms BT-775, med ; imellem.";
        "sdg" => List, "SDG targets", "Verdensmål", "Targets such as 12.5, with ; between them.", "Delmål som 12.5, med ; imellem.";
        "goals" => List, "Other goals", "Andre mål", "Points of the climate plan, with ; between them.", "Punkter i klimaplanen, med ; imellem.";
        "kle" => List, "KLE", "KLE", "KLE subject codes, with ; between them.", "KLE-emner, med ; imellem.";
        "gpp_basis" => One(Term("GppBasis")), "GPP basis", "Grundlag for grønt indkøb", "What the criterion builds on (BT-805).", "Hvad kravet bygger på (BT-805).";
        "type" => One(Term("RequirementType")), "Type", "Type", "The part that it plays in a tender.", "Den rolle, det har i et udbud.";
        "level" => One(Term("Level")), "Level", "Niveau", "How far it goes.", "Hvor langt det går.";
        "level_relation" => One(Term("LevelRelation")), "Relation to lower level", "Forhold til lavere niveau", "What it does to the lower level.", "Hvad det gør ved det lavere niveau.";
        "wording" => Texts, "Wording", "Ordlyd", "For the tender documents, with {placeholders}.", "Til udbudsmaterialet, med {pladsholdere}.";
        "motive" => Texts, "Motive", "Begrundelse", "Why it is asked.", "Hvorfor det kræves.";
        "readiness" => One(Term("Readiness")), "Market readiness", "Markedets modenhed", "How ready the market is.", "Hvor klar markedet er.";
        "market_dialogue" => Texts, "Market dialogue", "Markedsdialog", "What a market dialogue said.", "Hvad en markedsdialog viste.";
        "legal_basis" => List, "Legal basis", "Hjemmel", "With ; between them.", "Med ; imellem.";
        "supersedes" => List, "Supersedes", "Erstatter", "Numbers of the requirements that it replaces.", "Numre på de krav, det erstatter.";
        "state" => One(Term("WordingState")), "State", "Tilstand", "Draft where nothing stands.", "Kladde, hvor der intet står.";
        "adapted_from.number" => Key, "Adapted from: number", "Tilpasset fra: nummer", "The number of the requirement that it was adapted from.", "Nummeret på det krav, det er tilpasset fra.";
        "adapted_from.owner" => Key, "Adapted from: owner", "Tilpasset fra: ejer", "The member that owns the source.", "Den deltager, der ejer kilden.";
        "adapted_from.release.version" => Key, "Adapted from: version", "Tilpasset fra: version", "The version from which it was taken.", "Den version, det er taget fra.";
        "adapted_from.release.pack" => Key, "Adapted from: pack id", "Tilpasset fra: pakkens id", "Leave it as it is.", "Lad det stå.";
        "adapted_from.release.hash" => Key, "Adapted from: hash", "Tilpasset fra: hash", "Leave it as it is.", "Lad det stå.";
        "adapted_from.requirement" => Key, "Adapted from: id", "Tilpasset fra: id", "Leave it as it is.", "Lad det stå.";
        "adapted_from.changes" => Texts, "Adapted from: changes", "Tilpasset fra: ændringer", "What was changed, and why.", "Hvad der er ændret, og hvorfor.";
    }
    PLACEHOLDER_COLUMNS [OF_REQUIREMENT] [] {
        "name" => Key, "Name", "Navn", "As it stands in braces in the wording.", "Som det står i krøllede parenteser i ordlyden.";
        "meaning" => Texts, "Meaning", "Betydning", "What is filled in.", "Hvad der udfyldes.";
        "unit" => One(Units), "Unit", "Enhed", "A UCUM unit, or nothing.", "En UCUM-enhed eller ingenting.";
        "min" => Number, "Lowest", "Mindst", "The lowest allowed number.", "Det laveste tilladte tal.";
        "max" => Number, "Highest", "Højst", "The highest allowed number.", "Det højeste tilladte tal.";
        "default" => Text, "Default", "Standardværdi", "What stands there when nothing is filled in.", "Hvad der står, når intet er udfyldt.";
    }
    MEASURE_COLUMNS [OF_REQUIREMENT] [ID] {
        "property" => Texts, "Property", "Egenskab", "What is measured.", "Hvad der måles.";
        "comparison" => One(Term("Comparison")), "Comparison", "Sammenligning", "At least, at most or exactly.", "Mindst, højst eller præcis.";
        "number" => Number, "Number", "Tal", "The number.", "Tallet.";
        "unit" => One(Units), "Unit", "Enhed", "A UCUM unit.", "En UCUM-enhed.";
    }
    AWARD_COLUMNS [OF_REQUIREMENT] [ID] {
        "method" => Texts, "Method", "Metode", "How points are given.", "Hvordan der gives point.";
        "scale" => Text, "Scale", "Skala", "Such as 0-10.", "Fx 0-10.";
        "weight_percent" => Number, "Weight (%)", "Vægt (%)", "The weight in percent: 30, not 0.3.", "Vægten i procent: 30, ikke 0,3.";
    }
    EVIDENCE_COLUMNS [OF_REQUIREMENT] [ID] {
        "kind" => One(Term("EvidenceKind")), "Kind", "Slags", "Its kind.", "Hvilken slags.";
        "text" => Texts, "Text", "Tekst", "What is asked for.", "Hvad der kræves.";
        "labels" => Many(Labels), "Labels", "Mærker", "Labels that are accepted among equivalents, with ; between them.", "Mærker, der godtages blandt tilsvarende, med ; imellem.";
    }
    FOLLOW_UP_COLUMNS [OF_REQUIREMENT] [ID] {
        "what" => Texts, "What", "Hvad", "What is checked.", "Hvad der kontrolleres.";
        "when" => Texts, "When", "Hvornår", "When.", "Hvornår.";
        "who" => Texts, "Who", "Hvem", "By which role, never a person.", "Af hvilken rolle, aldrig en person.";
    }
    RISK_COLUMNS [OF_REQUIREMENT] [] {
        "" => Texts, "Risk", "Risiko", "The risk, and what is done about it.", "Risikoen, og hvad der gøres ved den.";
    }
    SOURCE_COLUMNS [OF_REQUIREMENT] [] {
        "title" => Text, "Title", "Titel", "The source's title.", "Kildens titel.";
        "address" => Key, "Address", "Adresse", "A web address.", "En webadresse.";
        "version" => Text, "Version", "Version", "Its version.", "Dens version.";
        "date" => Key, "Date", "Dato", "2026-08-12, 2026-08 or 2026.", "2026-08-12, 2026-08 eller 2026.";
    }
    HISTORY_COLUMNS [OF_REQUIREMENT] [ID] {
        "state" => One(Term("WordingState")), "State", "Tilstand", "The state that it came to.", "Den tilstand, den nåede.";
        "date" => Key, "Date", "Dato", "The day: 2026-08-12.", "Dagen: 2026-08-12.";
        "by" => Key, "By", "Af", "The member's id.", "Deltagerens id.";
        "note" => Texts, "Note", "Note", "What belongs to it.", "Hvad der hører til.";
    }
    HEARING_COLUMNS [] [ID] {
        "kind" => One(Term("HearingKind")), "Kind", "Slags", "Internal, or with the trade.", "Intern eller med branchen.";
        "from" => Key, "From", "Fra", "The day it began: 2026-08-12.", "Dagen, den begyndte: 2026-08-12.";
        "until" => Key, "Until", "Til", "The last day for answers.", "Sidste dag for svar.";
        "recipients" => List, "Recipients", "Modtagere", "Members' ids or associations, with ; between them.", "Deltageres id'er eller foreninger, med ; imellem.";
        "ground" => Texts, "Ground", "Grundlag", "On what ground it was given to them.", "På hvilket grundlag de fik det.";
    }
    WITHDRAWAL_COLUMNS [] [] {
        "version" => Key, "Version", "Version", "The version.", "Versionen.";
        "reason" => Texts, "Reason", "Grund", "Why.", "Hvorfor.";
        "replaced_by" => Key, "Replaced by", "Erstattet af", "The version that replaces it.", "Den version, der erstatter den.";
        "date" => Key, "Date", "Dato", "The day.", "Dagen.";
    }
    ANSWERED_COLUMNS [] [ID] {
        "pilot" => Key, "Pilot", "Afprøvning", "The pilot's id.", "Afprøvningens id.";
        "number" => Key, "Requirement", "Krav", "The requirement's number.", "Kravets nummer.";
        "version" => Key, "Version", "Version", "The version that takes it up.", "Den version, der tager det op.";
        "answer" => Texts, "Answer", "Svar", "What came of it, and why.", "Hvad det førte til, og hvorfor.";
    }
    PILOT_FIELDS [] [] {
        PACK_CODE => Key, "Pack", "Pakke", "The pack's code, such as GLX-EMB or dk-0159/GLX-EMB.", "Pakkens kode, fx GLX-EMB eller dk-0159/GLX-EMB.";
        VERSION => Key, "Version", "Version", "The version that was tried: 1.0.0.", "Den version, der blev afprøvet: 1.0.0.";
        MEMBER => Key, "Member", "Deltager", "The member's id: dk-0151. May be empty.", "Deltagerens id: dk-0151. Må være tomt.";
        "state" => One(Term("PilotState")), "State", "Tilstand", "Where the tender has come to.", "Hvor langt udbuddet er.";
        "lessons" => Texts, "Lessons", "Erfaringer", "What was learned.", "Hvad der blev lært.";
        "first_advice" => Texts, "First advice", "Første råd", "What another municipality should know first.", "Hvad en anden kommune bør vide først.";
        "follow_up" => Texts, "Follow-up", "Opfølgning", "What the check in the contract showed.", "Hvad kontrollen i kontrakten viste.";
    }
    TENDER_FIELDS [] [] {
        "title" => Texts, "Title", "Titel", "The tender's title.", "Udbuddets titel.";
        "publication_number" => Key, "Publication number", "Bekendtgørelsesnummer", "From TED or udbud.dk (BT-04).", "Fra TED eller udbud.dk (BT-04).";
        "procedure" => One(Eforms("procurement-procedure-type")), "Procedure", "Udbudsform", "The eForms procedure type.", "Udbudsformen fra eForms.";
        "framework" => One(Term("Framework")), "Framework", "Ramme", "Own, joint or SKI.", "Eget, fælles eller SKI.";
        "cpv" => Cpv, "CPV codes", "CPV-koder", "Eight digits each, with ; between them.", "Otte cifre hver, med ; imellem.";
        "value_band" => One(Term("ValueBand")), "Value band", "Værdi", "The band of value.", "Værdien i grove træk.";
        "lots" => Count, "Lots", "Delaftaler", "How many.", "Hvor mange.";
        "joint_buyers" => List, "Joint buyers", "Fælles indkøbere", "Members' ids, with ; between them.", "Deltageres id'er, med ; imellem.";
        "duration_months" => Count, "Duration (months)", "Varighed (måneder)", "The contract's duration.", "Kontraktens varighed.";
    }
    TRIED_COLUMNS [] [] {
        "number" => Key, "Number", "Nummer", "The requirement's number: GLX-EMB-014.", "Kravets nummer: GLX-EMB-014.";
        RELEASE => Key, "Release", "Udgivelse", "Only where it is another than that of the sheet Pilot: GLX-MOB@1.0.0.", "Kun hvis det er en anden end den på arket Afprøvning: GLX-MOB@1.0.0.";
        "type" => One(Term("RequirementType")), "Type", "Type", "The part that it played.", "Den rolle, det havde.";
        "level" => One(Term("Level")), "Level", "Niveau", "The level as used.", "Niveauet, som det blev brugt.";
        "weight_percent" => Number, "Weight (%)", "Vægt (%)", "The weight as used: 30, not 0.3.", "Vægten, som den blev brugt: 30, ikke 0,3.";
        "local_wording" => Texts, "Local wording", "Lokal ordlyd", "Where it differs.", "Hvor den afviger.";
        "bidders" => Count, "Tenders", "Tilbud", "Tenders received.", "Modtagne tilbud.";
        "bidders_last_time" => Count, "Tenders last time", "Tilbud sidst", "Tenders received last time.", "Tilbud sidste gang.";
        "bidders_met" => Count, "Tenders that met it", "Tilbud, der opfyldte det", "How many of them met it.", "Hvor mange af dem opfyldte det.";
        "small_firms" => Count, "Small firms", "Små virksomheder", "Small and medium-sized firms among them.", "Små og mellemstore virksomheder blandt dem.";
        "questions" => Count, "Questions", "Spørgsmål", "Questions that were asked.", "Spørgsmål, der blev stillet.";
        "changes" => Texts, "Changes", "Ændringer", "What was changed because of them.", "Hvad der blev ændret på grund af dem.";
        "price_effect" => One(Term("PriceEffect")), "Price effect", "Prisvirkning", "The effect on the price.", "Virkningen på prisen.";
        "price_percent" => Number, "Price effect (%)", "Prisvirkning (%)", "In percent where known: 5, not 0.05.", "I procent, hvor det vides: 5, ikke 0,05.";
        "price_basis" => Texts, "Price basis", "Prisgrundlag", "Against what it was held.", "Hvad det er holdt op imod.";
        "price_certainty" => One(Term("Certainty")), "Price certainty", "Prisens sikkerhed", "How certain it is.", "Hvor sikkert det er.";
        "buyer_hours" => Number, "Buyer's hours", "Indkøbers timer", "Extra hours.", "Ekstra timer.";
        "burden" => Count, "Bidders' burden", "Tilbudsgivers byrde", "From 1 (none) to 5 (heavy).", "Fra 1 (ingen) til 5 (tung).";
        "evidence_outcome" => One(Term("EvidenceOutcome")), "Evidence outcome", "Dokumentation godtaget", "Whether it was accepted.", "Om den blev godtaget.";
        "evidence_result" => Texts, "Evidence result", "Om dokumentationen", "Which was accepted or not, and why.", "Hvad der blev godtaget eller ej, og hvorfor.";
        "complaint" => One(Term("Complaint")), "Complaint", "Klage", "Complaint.", "Klage.";
        "complaint_case" => Text, "Case number", "Sagsnummer", "The complaint's case number.", "Klagens sagsnummer.";
        "complaint_outcome" => Texts, "Complaint outcome", "Klagens udfald", "What became of it.", "Hvad der kom ud af den.";
        "dropped" => Texts, "Dropped", "Droppet", "Why it was dropped on the way.", "Hvorfor det blev droppet undervejs.";
        "verdict" => One(Term("Verdict")), "Verdict", "Vurdering", "Keep, adjust or drop.", "Behold, justér eller drop.";
        "proposed_wording" => Texts, "Proposed wording", "Foreslået ordlyd", "A better wording.", "En bedre ordlyd.";
    }
    REASON_COLUMNS [OF_REQUIREMENT] [] {
        "" => Texts, "Reason", "Grund", "Without naming the supplier.", "Uden at nævne leverandøren.";
    }
    CHECK_COLUMNS [] [ID] {
        "number" => Key, "Requirement", "Krav", "The requirement's number; empty where it concerns all.", "Kravets nummer; tomt, hvis det gælder alle.";
        "how" => Texts, "How", "Hvordan", "How it was checked.", "Hvordan det blev kontrolleret.";
        "complied" => Flag, "Complied", "Overholdt", "Yes or no; empty where it is not known.", "Ja eller nej; tomt, hvis det ikke vides.";
        "remedy" => Texts, "Remedy", "Afhjælpning", "What was done where not.", "Hvad der blev gjort, hvis ikke.";
    }
    EFFECT_COLUMNS [ID] [] {
        "what" => Texts, "What", "Hvad", "CO2e, waste, packaging, items reused.", "CO2e, affald, emballage, genbrugte ting.";
        "number" => Number, "Number", "Tal", "The number.", "Tallet.";
        "unit" => One(Units), "Unit", "Enhed", "A UCUM unit; 1 for pieces.", "En UCUM-enhed; 1 for stk.";
        "measured" => Flag, "Measured", "Målt", "Yes where it was measured, no where estimated.", "Ja, hvis det er målt, nej, hvis det er anslået.";
        "method" => Texts, "Method", "Metode", "How it was found.", "Hvordan det er fundet.";
    }
    ATTACHMENT_COLUMNS [ID] [] {
        "title" => Texts, "Title", "Titel", "What it is.", "Hvad det er.";
        "file_name" => Text, "File name", "Filnavn", "The file's name.", "Filens navn.";
        "media_type" => Key, "Media type", "Medietype", "Such as application/pdf.", "Fx application/pdf.";
        "address" => Key, "Address", "Adresse", "Where it is.", "Hvor det er.";
        "content" => Key, "Content", "Indhold", "Leave it as it is (base64).", "Lad det stå (base64).";
    }
}

#[cfg(test)]
mod tests;
