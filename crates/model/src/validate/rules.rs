//! Every rule, with what it says in English and Danish.

use super::Severity;

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its code, for programs and for the documentation.
    pub code: &'static str,
    /// How grave it is when a document does not satisfy it.
    pub severity: Severity,
    /// The English message, with the names of its arguments in braces.
    pub english: &'static str,
    /// The Danish message.
    pub danish: &'static str,
}

/// All rules.
#[must_use]
pub fn every_rule() -> &'static [&'static Rule] {
    RULES
}

pub(super) fn find(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code == code)
}

macro_rules! rules {
    ($( $name:ident = $severity:ident, $code:literal, $english:literal, $danish:literal; )*) => {
        $( pub(super) static $name: Rule = Rule {
            code: $code,
            severity: Severity::$severity,
            english: $english,
            danish: $danish,
        }; )*
        static RULES: &[&Rule] = &[$( &$name, )*];
    };
}

rules! {
    TEXT_MISSING = Error, "text-missing",
        "is empty; write it in Danish or English",
        "er tomt; skriv det på dansk eller engelsk";
    LANGUAGE_MISSING = Error, "language-missing",
        "is there only in {languages}; write it in Danish or English too",
        "findes kun på {languages}; skriv det også på dansk eller engelsk";
    LANGUAGE_FORM = Error, "language-form",
        "has the language {language}; write a language code of two or three small letters, such as da or en",
        "har sproget {language}; skriv en sprogkode på to eller tre små bogstaver, fx da eller en";
    TOO_LONG = Error, "too-long",
        "has {chars} characters; at most {limit} are possible",
        "har {chars} tegn; der er plads til højst {limit}";
    TOO_MANY = Error, "too-many",
        "has {items} items; at most {limit} are possible",
        "har {items} punkter; der er plads til højst {limit}";
    CONTROL_CHARACTER = Error, "control-character",
        "has an invisible control character at character {at}; delete it",
        "har et usynligt styretegn som tegn nr. {at}; slet det";
    CODE_MISSING = Error, "code-missing",
        "is not said; choose one of {known}",
        "er ikke angivet; vælg en af {known}";
    CODE_UNKNOWN = Error, "code-unknown",
        "has the code {value}, which is not on the list; choose one of {known}",
        "har koden {value}, som ikke står på listen; vælg en af {known}";
    REPEATED = Warning, "repeated",
        "has {value} twice; delete one",
        "har {value} to gange; slet den ene";
    CPV_FORM = Error, "cpv-form",
        "has {value}, which is not a CPV code; write eight digits, such as 44617100",
        "har {value}, som ikke er en CPV-kode; skriv otte cifre, fx 44617100";
    CPV_CHECK_DIGIT = Error, "cpv-check-digit",
        "has the CPV code {value}, whose check digit should be {expected}; look the code up again",
        "har CPV-koden {value}, hvis kontrolciffer skulle være {expected}; slå koden op igen";
    CPV_UNKNOWN = Error, "cpv-unknown",
        "has the CPV code {value}, which does not exist; look it up by its name",
        "har CPV-koden {value}, som ikke findes; slå den op efter navn";
    CPV_MISSING = Warning, "cpv-missing",
        "is empty; without a CPV code it is not found by what is bought",
        "er tomt; uden en CPV-kode findes det ikke efter, hvad der købes";
    NUMBER_FORM = Error, "number-form",
        "is {value}; write capital letters and digits with dashes between, such as GLX-EMB-014",
        "er {value}; skriv store bogstaver og cifre med bindestreg imellem, fx GLX-EMB-014";
    NUMBER_MISSING = Error, "number-missing",
        "is empty; write capital letters and digits with dashes between, such as GLX-EMB-014",
        "er tomt; skriv store bogstaver og cifre med bindestreg imellem, fx GLX-EMB-014";
    NUMBER_REPEATED = Error, "number-repeated",
        "has the number {number} a second time; every number may be there once",
        "har nummeret {number} for anden gang; hvert nummer må kun stå der én gang";
    NOT_FINITE = Error, "not-finite",
        "is not a finite number; write a number",
        "er ikke et endeligt tal; skriv et tal";
    PERCENT_OUTSIDE = Error, "percent-outside",
        "is {value} %; write a percentage from 0 to 100",
        "er {value} %; skriv en procentsats fra 0 til 100";
    OUTSIDE = Error, "outside",
        "is {value}; write a number from {min} to {max}",
        "er {value}; skriv et tal fra {min} til {max}";
    UNIT_UNKNOWN = Error, "unit-unknown",
        "has the unit {value}, which is not on the list; choose one of {known}",
        "har enheden {value}, som ikke står på listen; vælg en af {known}";
    DATE_FORM = Error, "date-form",
        "is {value}, which is not a date; write 2026-08-12, 2026-08 or 2026",
        "er {value}, som ikke er en dato; skriv 2026-08-12, 2026-08 eller 2026";
    QUARTER_FORM = Error, "quarter-form",
        "is {value}, which is not a quarter; write it as 2027-Q1",
        "er {value}, som ikke er et kvartal; skriv det som 2027-Q1";
    ADDRESS_FORM = Error, "address-form",
        "is {value}; write a web address that begins with https:// or http://",
        "er {value}; skriv en webadresse, der begynder med https:// eller http://";
    SOURCE_MISSING = Warning, "source-missing",
        "is empty; say where the requirement comes from",
        "er tomt; angiv, hvor kravet kommer fra";
    LEVEL_RELATION_MISSING = Warning, "level-relation-missing",
        "is not said; a level above basic adds to the lower one or replaces it",
        "er ikke angivet; et niveau over basis lægges til det lavere eller erstatter det";
    AWARD_MISSING = Warning, "award-missing",
        "is empty; say how the award criterion is scored",
        "er tomt; angiv, hvordan der gives point for tildelingskriteriet";
    AWARD_UNFITTING = Warning, "award-unfitting",
        "says how points are given, but the requirement is not an award criterion",
        "angiver, hvordan der gives point, men kravet er ikke et tildelingskriterium";
    OR_EQUIVALENT = Error, "or-equivalent",
        "asks for a label without the words \"{words}\"; the law requires that equivalents are accepted",
        "beder om et mærke uden ordene \"{words}\"; loven kræver, at tilsvarende accepteres";
    LABEL_UNKNOWN = Warning, "label-unknown",
        "has the label {value}, which is not on the list; check how it is written",
        "har mærket {value}, som ikke står på listen; se efter, hvordan det skrives";
    SUPERSEDES_ITSELF = Error, "supersedes-itself",
        "names the requirement's own number; delete it",
        "nævner kravets eget nummer; slet det";
    PLACEHOLDER_NAME = Error, "placeholder-name",
        "has the name {name}; write small letters, digits and underscores, beginning with a letter",
        "har navnet {name}; skriv små bogstaver, cifre og understreger, og begynd med et bogstav";
    PLACEHOLDER_REPEATED = Error, "placeholder-repeated",
        "has the name {name} a second time; give it another name",
        "har navnet {name} for anden gang; giv det et andet navn";
    PLACEHOLDER_UNDECLARED = Error, "placeholder-undeclared",
        "uses {placeholder}, which is not among the placeholders; declare it or delete the braces",
        "bruger {placeholder}, som ikke er blandt pladsholderne; tilføj den, eller slet parenteserne";
    PLACEHOLDER_UNUSED = Error, "placeholder-unused",
        "declares {name}, which the wording does not use; use it or delete it",
        "angiver {name}, som ordlyden ikke bruger; brug den, eller slet den";
    PLACEHOLDER_LANGUAGES = Error, "placeholder-languages",
        "does not use {placeholder}, which the wording in {other} uses; both must use the same placeholders",
        "bruger ikke {placeholder}, som ordlyden på {other} bruger; begge skal bruge de samme pladsholdere";
    BRACE_UNMATCHED = Error, "brace-unmatched",
        "has a brace without its counterpart; write placeholders as {form} and no other braces",
        "har en krøllet parentes uden modstykke; skriv pladsholdere som {form} og ingen andre krøllede parenteser";
    RANGE_INVERTED = Error, "range-inverted",
        "allows from {min} to {max}, which no number is; exchange them",
        "tillader fra {min} til {max}, og det er intet tal; byt dem om";
    DEFAULT_OUTSIDE = Error, "default-outside",
        "has the default {value}, which is outside the allowed range from {min} to {max}",
        "har standardværdien {value}, som er uden for det tilladte fra {min} til {max}";
    DEFAULT_NOT_A_NUMBER = Error, "default-not-a-number",
        "has the default {value}, which is not a number, but a range is given; write a number",
        "har standardværdien {value}, som ikke er et tal, men der er angivet grænser; skriv et tal";
    WORDING_MISSING = Error, "wording-missing",
        "is empty; a requirement without wording cannot be released",
        "er tomt; et krav uden ordlyd kan ikke frigives";
    MOTIVE_MISSING = Error, "motive-missing",
        "is empty; a requirement without motive cannot be released",
        "er tomt; et krav uden begrundelse kan ikke frigives";
    EVIDENCE_MISSING = Error, "evidence-missing",
        "is empty; a requirement without evidence cannot be released",
        "er tomt; et krav uden dokumentation kan ikke frigives";
    WITHDRAWN = Error, "withdrawn",
        "says that the requirement is withdrawn; a withdrawn requirement cannot be released",
        "siger, at kravet er trukket tilbage; et tilbagetrukket krav kan ikke frigives";
    PACK_EMPTY = Error, "pack-empty",
        "is empty; a pack needs at least one section with requirements",
        "er tomt; en kravpakke skal have mindst ét afsnit med krav";
    SECTION_EMPTY = Error, "section-empty",
        "is empty; place requirements in the section or delete it",
        "er tomt; sæt krav i afsnittet, eller slet det";
    REQUIREMENT_ABSENT = Error, "requirement-absent",
        "names {number}, but the pack has no requirement with this number",
        "nævner {number}, men pakken har intet krav med det nummer";
    REQUIREMENT_UNPLACED = Error, "requirement-unplaced",
        "is in no section of the pack; name {number} in a section",
        "står ikke i noget afsnit af pakken; nævn {number} i et afsnit";
    LICENCE_MISSING = Warning, "licence-missing",
        "is empty; without a licence others do not know what they may do; CC BY 4.0 is usual",
        "er tomt; uden en licens ved andre ikke, hvad de må; CC BY 4.0 er det sædvanlige";
    ID_FORM = Error, "id-form",
        "is {value}, which is not an id of {chars} hexadecimal digits",
        "er {value}, som ikke er et id på {chars} hexadecimale cifre";
    VERSION_FORM = Error, "version-form",
        "is {value}, which is not a version; write it as 1.0.0",
        "er {value}, som ikke er et versionsnummer; skriv det som 1.0.0";
    MEMBER_FORM = Error, "member-form",
        "has {value}, which is not a member's id; write it as dk-0159",
        "har {value}, som ikke er en deltagers id; skriv det som dk-0159";
    REASON_MISSING = Error, "reason-missing",
        "is empty; say why the release was declined",
        "er tomt; skriv, hvorfor udgivelsen blev fravalgt";
    PILOT_EMPTY = Error, "pilot-empty",
        "is empty; a pilot needs at least one requirement that was tried",
        "er tomt; en afprøvning skal have mindst ét krav, der blev afprøvet";
    MORE_THAN_BIDDERS = Error, "more-than-bidders",
        "is {value}, more than the {bidders} tenders received",
        "er {value}, flere end de {bidders} modtagne tilbud";
    PRICE_MISMATCH = Warning, "price-mismatch",
        "is {value} %, which does not fit the price effect {effect}; correct one of them",
        "er {value} %, som ikke passer til prisvirkningen {effect}; ret en af dem";
    VERDICT_MISSING = Warning, "verdict-missing",
        "is not said; say whether the requirement should be kept, adjusted or dropped",
        "er ikke angivet; sig, om kravet bør beholdes, justeres eller droppes";
    PROPOSAL_MISSING = Warning, "proposal-missing",
        "is empty; the verdict is to adjust the requirement, so propose how it should read",
        "er tomt; vurderingen er, at kravet bør justeres, så foreslå, hvordan det skal lyde";
    METHOD_MISSING = Warning, "method-missing",
        "is empty; say how the number was found, so that others can judge it",
        "er tomt; skriv, hvordan tallet er fundet, så andre kan vurdere det";
    BEFORE_STANDSTILL = Warning, "before-standstill",
        "says that the standstill and complaint deadlines are not over; share the results only when you may",
        "siger, at standstill- og klagefristerne ikke er udløbet; del kun resultaterne, hvis I må";
    NAME_MISSING = Error, "name-missing",
        "is empty; give it a name by which it is found again",
        "er tomt; giv det et navn, som det kan findes på";
    BODY_MISSING = Error, "body-missing",
        "is empty; write what you want to ask or say, in Danish or English",
        "er tomt; skriv det, du vil spørge om eller sige, på dansk eller engelsk";
    TARGET_MISSING = Error, "target-missing",
        "is empty; name the document that it is about",
        "er tomt; nævn det dokument, det handler om";
    TARGET_OR_TITLE = Error, "target-or-title",
        "is empty, and so is the title; name the document that the question is about, or give it a title",
        "er tomt, og det er titlen også; nævn det dokument, spørgsmålet handler om, eller giv det en titel";
    FIELD_FORM = Error, "field-form",
        "is {value}, which names no field; write it as wording.da or evidence[1], or leave it empty",
        "er {value}, som ikke er navnet på et felt; skriv det som wording.da eller evidence[1], eller lad det være tomt";
    DAY_MISSING = Error, "day-missing",
        "is empty; write the day as 2026-08-12",
        "er tomt; skriv dagen som 2026-08-12";
    DAY_FORM = Error, "day-form",
        "is {value}, which is not a day; write it as 2026-08-12",
        "er {value}, som ikke er en dag; skriv den som 2026-08-12";
    DAYS_INVERTED = Error, "days-inverted",
        "is {until}, before the beginning {from}; exchange them or correct one",
        "er {until}, før begyndelsen {from}; byt dem om, eller ret den ene";
    GROUND_MISSING = Error, "ground-missing",
        "is empty; say on what ground it is given to others, since it is no longer internal then",
        "er tomt; skriv, på hvilket grundlag det gives til andre, for så er det ikke længere internt";
    RECIPIENTS_MISSING = Error, "recipients-missing",
        "is empty; name who gets it: members' ids or the names of associations",
        "er tomt; nævn, hvem der får det: deltageres id eller foreningers navne";
    SPACE_FORM = Error, "space-form",
        "is {value}; write commons, or group: and the group's id",
        "er {value}; skriv commons, eller group: og gruppens id";
    WITHDRAWAL_REASON = Error, "withdrawal-reason",
        "is empty; say why the release is withdrawn, so that those who use it know what to do",
        "er tomt; skriv, hvorfor udgivelsen trækkes tilbage, så de, der bruger den, ved, hvad de skal gøre";
    REPLACED_BY_LOWER = Error, "replaced-by-lower",
        "is {value}, which is not higher than the withdrawn {version}; name a later version or leave it empty",
        "er {value}, som ikke er højere end den tilbagetrukne {version}; nævn en senere version, eller lad det være tomt";
    ALTERNATIVE_ABSENT = Error, "alternative-absent",
        "is {number}, which is not another requirement of the pack; name one, or leave it empty",
        "er {number}, som ikke er et andet krav i pakken; nævn et, eller lad det være tomt";
    ALTERNATIVE_LEVEL = Error, "alternative-level",
        "is {number}, which has the same level {level}; alternatives differ in level",
        "er {number}, som har samme niveau {level}; alternativer har hver sit niveau";
    ANSWER_MISSING = Error, "answer-missing",
        "is empty; tell who proposed it what came of it, and why",
        "er tomt; skriv til den, der foreslog det, hvad der kom ud af det, og hvorfor";
    CHANGES_MISSING = Error, "changes-missing",
        "is empty; say what was changed from the source, and why",
        "er tomt; skriv, hvad der er ændret i forhold til kilden, og hvorfor";
    SDG_FORM = Error, "sdg-form",
        "is {value}, which is not one of the UN's goals; write a goal from 1 to 17 or a target such as 12.5 or 12.a",
        "er {value}, som ikke er et af FN's verdensmål; skriv et mål fra 1 til 17 eller et delmål som 12.5 eller 12.a";
    STEP = Error, "step",
        "cannot become {to} from {from}; possible now are {possible}",
        "kan ikke gå fra {from} til {to}; nu er der mulighed for {possible}";
    TRIED_ABSENT = Error, "tried-absent",
        "is {number}, which is not among the requirements that were tried; name one of them, or leave it empty",
        "er {number}, som ikke er blandt de afprøvede krav; nævn et af dem, eller lad det være tomt";
    REMEDY_MISSING = Warning, "remedy-missing",
        "is empty, but the supplier did not comply; say what was done about it",
        "er tomt, men leverandøren overholdt det ikke; skriv, hvad der blev gjort ved det";
    CASE_MISSING = Warning, "case-missing",
        "is empty, but there was a complaint to Klagenævnet; give its case number",
        "er tomt, men der var en klage til Klagenævnet; angiv sagens nummer";
    PROJECT_MISSING = Error, "project-missing",
        "is empty; write the project's code, such as circular-procurement",
        "er tomt; skriv indsatsens kode, fx circular-procurement";
    PROJECT_FORM = Error, "project-form",
        "is {value}; write small letters and digits with dashes between, such as circular-procurement",
        "er {value}; skriv små bogstaver og cifre med bindestreg imellem, fx circular-procurement";
    STATUS_DATE_MISSING = Error, "status-date-missing",
        "is empty; say of which day the status is, so that others see how old it is",
        "er tomt; skriv, hvilken dag status er fra, så andre kan se, hvor gammel den er";
    BACKING_DATE_MISSING = Error, "backing-date-missing",
        "is empty; write the day of the political decision, or say that there is none yet",
        "er tomt; skriv dagen for den politiske beslutning, eller angiv, at der ingen er endnu";
    BACKING_REFERENCE_MISSING = Error, "backing-reference-missing",
        "is empty; write where the political decision is found, such as the case number",
        "er tomt; skriv, hvor den politiske beslutning findes, fx sagsnummeret";
    MAIL_FORM = Error, "mail-form",
        "is {value}, which is not a mail address; write a functional mailbox such as udbud@kommune.dk",
        "er {value}, som ikke er en mailadresse; skriv en funktionspostkasse som udbud@kommune.dk";
    CVR_FORM = Error, "cvr-form",
        "is {value}; a CVR number has eight digits",
        "er {value}; et CVR-nummer har otte cifre";
    GLN_FORM = Error, "gln-form",
        "is {value}; a GLN has thirteen digits",
        "er {value}; et GLN har tretten cifre";
    GLN_CHECK_DIGIT = Error, "gln-check-digit",
        "is {value}, whose last digit should be {expected}; look the number up again",
        "er {value}, hvis sidste ciffer skulle være {expected}; slå nummeret op igen";
    RESOURCE_EMPTY = Error, "resource-empty",
        "is empty, and nothing is attached; say where the resource is, or attach it",
        "er tomt, og intet er vedhæftet; angiv, hvor redskabet findes, eller vedhæft det";
    ATTACHMENT_EMPTY = Error, "attachment-empty",
        "has neither a file nor an address; give one of them",
        "har hverken en fil eller en adresse; angiv en af dem";
    ATTACHMENT_BOTH = Error, "attachment-both",
        "has both a file and an address; keep one of them",
        "har både en fil og en adresse; behold en af dem";
    FILE_NAME = Error, "file-name",
        "is {value}, which is not a file's name; write it without folders, such as skabelon.docx",
        "er {value}, som ikke er navnet på en fil; skriv det uden mapper, fx skabelon.docx";
    MEDIA_TYPE = Error, "media-type",
        "is {value}, which is not a media type; write it as application/pdf",
        "er {value}, som ikke er en medietype; skriv den som application/pdf";
    FILE_TOO_LARGE = Error, "file-too-large",
        "has {bytes} bytes; at most {limit} are possible, so put larger files on the web and give the address",
        "har {bytes} byte; der er plads til højst {limit}, så læg større filer på nettet, og angiv adressen";
    FILES_TOO_LARGE = Error, "files-too-large",
        "have {bytes} bytes together; at most {limit} are possible, so put some on the web and give the address",
        "har tilsammen {bytes} byte; der er plads til højst {limit}, så læg nogle på nettet, og angiv adressen";
    FOLLOW_FORM = Error, "follow-form",
        "is {value}; write pack:, requirement:, project:, category: or cpv: and what is followed",
        "er {value}; skriv pack:, requirement:, project:, category: eller cpv: og det, der følges";
    CPV_BRANCH = Error, "cpv-branch",
        "has {value}, with which no CPV code begins; write two to eight digits, such as 39 or 44617",
        "har {value}, som ingen CPV-kode begynder med; skriv to til otte cifre, fx 39 eller 44617";
    VALUE_UNKNOWN = Error, "value-unknown",
        "is not a placeholder of the requirement; known are {known}",
        "er ikke en pladsholder i kravet; der er {known}";
    VALUE_MISSING = Error, "value-missing",
        "has no value and no default; fill it in",
        "har ingen værdi og ingen standardværdi; udfyld den";
    VALUE_NOT_A_NUMBER = Error, "value-not-a-number",
        "is {value}, which is not a number; write a number from {min} to {max}",
        "er {value}, som ikke er et tal; skriv et tal fra {min} til {max}";
    VALUE_OUTSIDE = Error, "value-outside",
        "is {value}, which the requirement does not allow; write a number from {min} to {max}",
        "er {value}, som kravet ikke tillader; skriv et tal fra {min} til {max}";
    VALUE_BRACES = Error, "value-braces",
        "is {value}; leave out the braces, they mark what is still to be filled in",
        "er {value}; udelad de krøllede parenteser, de viser, hvad der endnu skal udfyldes";
    PERSON_CPR = Warning, "person-cpr",
        "has what looks like a CPR number; delete it, personal data may not be shared",
        "har noget, der ligner et CPR-nummer; slet det, persondata må ikke deles";
    PERSON_PHONE = Warning, "person-phone",
        "has what looks like a phone number; name a role or a functional mailbox instead",
        "har noget, der ligner et telefonnummer; skriv en rolle eller en funktionspostkasse i stedet";
    PERSON_MAIL = Warning, "person-mail",
        "has what looks like a person's mail address; write a functional mailbox instead",
        "har noget, der ligner en persons mailadresse; skriv en funktionspostkasse i stedet";
    PERSON_NAME = Warning, "person-name",
        "seems to name a contact person; write a role instead",
        "ser ud til at nævne en kontaktperson; skriv en rolle i stedet";
}
