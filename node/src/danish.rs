//! In Danish what the crates below say in English: why something from another node was not taken.

use faelled_engine::{PlanRefusal, Refusal, RosterRefusal, StatementRefusal};
use faelled_proto::RunRefusal;
use faelled_proto::charter::CharterRefusal;
use faelled_proto::message::{Bye, JoinRefusal};
use faelled_proto::statement::BadStatement;

/// Why a run of entries was refused.
pub(crate) fn run_refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Run(run) => broken_run(run),
        Refusal::UnknownMember(member) => {
            format!("{member} er ikke deltager med denne nøgle ifølge deltagerlisten")
        }
        Refusal::ForeignSpace => {
            "loggen hører til et rum, som den ene af de to noder ikke må se".into()
        }
        Refusal::OutsideSpace => "loggens forfatter hører ikke til dens rum".into(),
        Refusal::Cut { from } => {
            format!("loggen er skåret over: poster fra plads {from} tæller ikke")
        }
        Refusal::NoBody => "en post kom uden sit indhold".into(),
        Refusal::TooManyFeeds => "deltageren har for mange logge".into(),
    }
}

fn broken_run(refusal: &RunRefusal) -> String {
    match refusal {
        RunRefusal::Undecodable { seq, .. } => {
            format!("post {seq} er ikke en gyldig post, eller dens indhold passer ikke til den")
        }
        RunRefusal::Gap { expected, found } => {
            format!("post {found} kom, hvor post {expected} skulle være: der mangler poster")
        }
        RunRefusal::BrokenLink { seq } => format!("post {seq} følger ikke efter posten før den"),
        RunRefusal::OtherFeed { seq } => format!("post {seq} hører til en anden log"),
        RunRefusal::BadSignature { seq } => format!("underskriften på post {seq} passer ikke"),
        RunRefusal::NoOpening => "en log begynder med sin åbning og med intet andet".into(),
        RunRefusal::BadCertificate => "certifikatet i loggens åbning passer ikke".into(),
        RunRefusal::Empty => "der kom ingen poster".into(),
    }
}

/// Why a statement was refused.
pub(crate) fn statement_refusal(refusal: &StatementRefusal) -> String {
    match refusal {
        StatementRefusal::Bad(bad) => match bad {
            BadStatement::Undecodable(_) => "den er ikke en gyldig erklæring".into(),
            BadStatement::OtherFederation => "den er et andet fællesskabs".into(),
            BadStatement::BadSignature => "dens underskrift passer ikke".into(),
            BadStatement::NoFork(_) => "beviset viser ingen tvedeling".into(),
        },
        StatementRefusal::UnknownMember(member) => {
            format!("{member} er ikke deltager med denne nøgle ifølge deltagerlisten")
        }
        StatementRefusal::OutsideSpace(member) => {
            format!("{member} har aldrig hørt til det rum, den handler om")
        }
        StatementRefusal::NotASteward(member) => {
            format!("{member} er ikke tovholder og stemmer ikke om deltagerlisten")
        }
        StatementRefusal::Stale => {
            "stemmen gælder en deltagerliste, der ikke kan følge efter den, noden har".into()
        }
        StatementRefusal::TooMany => "der er for mange erklæringer af den slags".into(),
    }
}

/// Why the next roster cannot be made.
pub(crate) fn plan_refusal(refusal: &PlanRefusal) -> String {
    match refusal {
        PlanRefusal::NoRoster => "noden har endnu ingen deltagerliste".into(),
        PlanRefusal::Frozen { base_version } => {
            format!("to deltagerlister følger efter version {base_version}: løs først tvedelingen")
        }
        PlanRefusal::NotFrozen => "deltagerlisten er ikke tvedelt: der er intet at løse".into(),
        PlanRefusal::NotABranch(hash) => format!(
            "ingen gren, der kan beholdes, ender i deltagerliste {}: vælg en af tvedelingens ender",
            hash.short()
        ),
        PlanRefusal::UnknownMember(member) => format!("{member} er ikke deltager"),
        PlanRefusal::AlreadyMember(member) => format!("{member} er allerede deltager"),
        PlanRefusal::KeyInUse(member) => {
            format!("identitetsnøglen er {member}s: hver deltager har sin egen")
        }
        PlanRefusal::FormerKey(member) => {
            format!("{member} har eller havde allerede denne identitetsnøgle: lav en ny")
        }
        PlanRefusal::LastSteward(member) => {
            format!("{member} er den eneste tovholder: udpeg først en anden")
        }
        PlanRefusal::NoSteward => "et fællesskab skal have mindst én tovholder".into(),
        PlanRefusal::Threshold { least, stewards } => {
            format!("for {stewards} tovholdere er tærsklen {least} til {stewards}")
        }
        PlanRefusal::NothingChanges => "tovholderne og tærsklen er allerede sådan".into(),
        PlanRefusal::TooMany { limit, .. } => {
            format!("det er flere, end en deltagerliste har plads til (højst {limit})")
        }
        PlanRefusal::NoteTooLong { length } => format!(
            "bemærkningen fylder {length} byte; der er plads til {}",
            faelled_proto::limits::MAX_NOTE_BYTES
        ),
        PlanRefusal::Invalid(_) => "den næste deltagerliste ville ikke være gyldig".into(),
    }
}

/// Why a roster was refused.
pub(crate) fn roster_refusal(refusal: &RosterRefusal) -> String {
    match refusal {
        RosterRefusal::Undecodable(_) => "den er ikke en gyldig deltagerliste".into(),
        RosterRefusal::Version { expected, found } => {
            format!("version {found} kom, hvor version {expected} skulle være")
        }
        RosterRefusal::OtherFederation => "den er et andet fællesskabs".into(),
        RosterRefusal::Predecessor => "den følger ikke efter den, noden har".into(),
        RosterRefusal::OldThreshold { needed, found } => {
            format!("{found} af de {needed} nødvendige tovholdere fra versionen før skrev under")
        }
        RosterRefusal::NewThreshold { needed, found } => {
            format!("{found} af de {needed} nødvendige tovholdere i den nye version skrev under")
        }
        RosterRefusal::NoFork => {
            "den løser ingen tvedeling: den ene af de to versioner, den nævner, følger efter den anden".into()
        }
        RosterRefusal::TooManyRivals => "for mange deltagerlister modsiger hinanden".into(),
    }
}

/// Why a group's charter was refused.
pub(crate) fn charter_refusal(refusal: &CharterRefusal) -> String {
    match refusal {
        CharterRefusal::Undecodable(_) => "den er ikke en gyldig vedtægt".into(),
        CharterRefusal::OtherFederation => "den er et andet fællesskabs".into(),
        CharterRefusal::OtherGroup => "den er en anden gruppes".into(),
        CharterRefusal::Predecessor { version } => {
            format!("version {version} kom uden den, den følger efter")
        }
        CharterRefusal::Version { expected, found } => {
            format!("version {found} kom, hvor version {expected} skulle være")
        }
        CharterRefusal::NotAnOwner(member) => {
            format!("{member} ejer ikke gruppen og kan ikke skrive under på dens vedtægt")
        }
        CharterRefusal::UnknownMember(member) => {
            format!("{member} er ikke deltager med denne nøgle ifølge deltagerlisten")
        }
        CharterRefusal::BadSignature => "underskriften passer ikke".into(),
        CharterRefusal::TooMany => {
            "der er for mange grupper, eller for mange vedtægter for denne".into()
        }
    }
}

/// Why a connection ended.
pub(crate) const fn bye(bye: Bye) -> &'static str {
    match bye {
        Bye::NoCommonVersion => "de to noder taler ingen fælles version: en af dem skal opdateres",
        Bye::NotAMember => "noden er ikke en deltagers i dette fællesskab",
        Bye::ExpiredCertificate => "nodens certifikat er udløbet",
        Bye::BadMessage => "der kom en besked, som ikke passer, eller på et forkert tidspunkt",
        Bye::ShuttingDown => "noden lukker ned",
        Bye::Duplicate => "en anden forbindelse til samme node beholdes",
        Bye::Revoked => "nodens nøgle er tilbagekaldt af dens deltager",
    }
}

/// Why a newcomer is not let in.
pub(crate) const fn join_refusal(refusal: JoinRefusal) -> &'static str {
    match refusal {
        JoinRefusal::UnknownTicket => "noden dér kender ikke billetten",
        JoinRefusal::ExpiredTicket => "billetten er udløbet eller taget tilbage",
        JoinRefusal::UsedTicket => "en anden har brugt billetten",
        JoinRefusal::BadRequest => "anmodningen er ikke underskrevet med de nøgler, den nævner",
        JoinRefusal::MemberExists => {
            "en anden vil deltage med dette id, eller noden ville det før med et andet id"
        }
        JoinRefusal::Declined => "en tovholder sagde nej",
        JoinRefusal::Busy => "for mange venter dér i forvejen; prøv igen senere",
    }
}
