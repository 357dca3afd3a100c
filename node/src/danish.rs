//! In Danish what the crates below say in English: why something from another node was not taken.

use faelled_engine::{Refusal, RosterRefusal};
use faelled_proto::RunRefusal;
use faelled_proto::charter::CharterRefusal;
use faelled_proto::message::{Bye, JoinRefusal};

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
        RosterRefusal::Fork { version } => {
            format!(
                "to forskellige deltagerlister har version {version}: en tovholder skrev under på begge"
            )
        }
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
    }
}

/// Why a newcomer is not let in.
pub(crate) const fn join_refusal(refusal: JoinRefusal) -> &'static str {
    match refusal {
        JoinRefusal::UnknownTicket => "noden dér kender ikke billetten",
        JoinRefusal::ExpiredTicket => "billetten er udløbet",
        JoinRefusal::UsedTicket => "en anden har brugt billetten",
        JoinRefusal::BadRequest => "anmodningen er ikke underskrevet med de nøgler, den nævner",
        JoinRefusal::MemberExists => "der er allerede en deltager med dette id, med en anden nøgle",
        JoinRefusal::Declined => "en tovholder sagde nej",
        JoinRefusal::Busy => "for mange venter dér i forvejen; prøv igen senere",
    }
}
