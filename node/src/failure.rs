//! What went wrong, for people: in both languages, with what to do now.

use faelled_engine::PlanRefusal;
use faelled_engine::event::RequestFailure;
use faelled_mirror::MirrorError;
use faelled_model::Language;
use faelled_net::NetError;
use faelled_store::StoreError;
use serde::{Deserialize, Serialize};

use crate::danish;

/// The same thing said in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// In English.
    pub en: String,
    /// In Danish.
    pub da: String,
}

impl Said {
    /// Says a thing in English and in Danish.
    #[must_use]
    pub fn new(en: impl Into<String>, da: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            da: da.into(),
        }
    }

    /// What is said in one language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        language.pick(&self.en, &self.da)
    }
}

/// Whose fault it is; the exit code follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// What was asked cannot be done: exit code 1.
    User,
    /// The node's directory or settings are not as they should be: exit code 3.
    Configuration,
    /// Another node, or the way to it: exit code 4.
    Network,
    /// The disk, or the software itself: exit code 70, as in BSD's `sysexits`.
    Internal,
}

impl FailureKind {
    /// The process's exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::User => 1,
            Self::Configuration => 3,
            Self::Network => 4,
            Self::Internal => 70,
        }
    }
}

/// A failure as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", message.en)]
pub struct Failure {
    /// Whose fault.
    pub kind: FailureKind,
    /// A stable name of it, for programs.
    pub code: String,
    /// What happened, to what.
    pub message: Said,
    /// What to do now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Said>,
    /// Single points, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Said>,
}

impl Failure {
    /// A failure without a hint.
    #[must_use]
    pub fn new(kind: FailureKind, code: &str, message: Said) -> Self {
        Self {
            kind,
            code: code.to_owned(),
            message,
            hint: None,
            details: Vec::new(),
        }
    }

    /// What was asked cannot be done.
    #[must_use]
    pub fn user(code: &str, message: Said) -> Self {
        Self::new(FailureKind::User, code, message)
    }

    /// The node's directory or settings are not as they should be.
    #[must_use]
    pub fn configuration(code: &str, message: Said) -> Self {
        Self::new(FailureKind::Configuration, code, message)
    }

    /// Another node, or the way to it.
    #[must_use]
    pub fn network(code: &str, message: Said) -> Self {
        Self::new(FailureKind::Network, code, message)
    }

    /// The disk, or the software itself.
    #[must_use]
    pub fn internal(code: &str, message: Said) -> Self {
        Self::new(FailureKind::Internal, code, message)
    }

    /// Says what to do now.
    #[must_use]
    pub fn hint(mut self, hint: Said) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Adds single points.
    #[must_use]
    pub fn details(mut self, details: Vec<Said>) -> Self {
        self.details = details;
        self
    }

    /// The node stopped while it was asked.
    #[must_use]
    pub fn stopping() -> Self {
        Self::internal(
            "stopping",
            Said::new("the node is stopping", "noden er ved at stoppe"),
        )
        .hint(Said::new(
            "try again once it is up",
            "prøv igen, når den kører",
        ))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let (kind, code, da) = match &error {
            StoreError::Damaged { path, .. } => (
                FailureKind::Configuration,
                "damaged",
                format!("{} er beskadiget", path.display()),
            ),
            StoreError::NewerVersion { path, .. } => (
                FailureKind::Configuration,
                "newer-version",
                format!(
                    "{} er skrevet af en nyere version af faelled",
                    path.display()
                ),
            ),
            StoreError::Full { path } => (
                FailureKind::Internal,
                "disk-full",
                format!("der er ikke plads til {} på disken", path.display()),
            ),
            StoreError::NotThere { path } | StoreError::Exists { path } => (
                FailureKind::Configuration,
                "store",
                format!("{} er der ikke, eller er der i forvejen", path.display()),
            ),
            _ => (
                FailureKind::Internal,
                "store",
                format!("nodens lager fejlede: {error}"),
            ),
        };
        let hint = match &error {
            StoreError::Damaged { .. } => Some(Said::new(
                "restore the data directory from a backup, or join anew with a new one; what others hold comes back by itself",
                "gendan datamappen fra en sikkerhedskopi, eller deltag på ny med en ny; det, de andre har, kommer af sig selv",
            )),
            StoreError::Full { .. } => Some(Said::new(
                "free some space and try again; nothing was lost",
                "frigør plads, og prøv igen; intet er tabt",
            )),
            StoreError::NewerVersion { .. } => Some(Said::new(
                "install the newest faelled",
                "installér den nyeste faelled",
            )),
            _ => None,
        };
        let mut failure = Self::new(kind, code, Said::new(with_source(&error), da));
        failure.hint = hint;
        failure
    }
}

impl From<MirrorError> for Failure {
    fn from(error: MirrorError) -> Self {
        if error.is_full() {
            return Self::internal(
                "disk-full",
                Said::new(
                    "there is no room left on the disk for the mirror (mirror.db)",
                    "der er ikke plads på disken til spejlet (mirror.db)",
                ),
            )
            .hint(Said::new(
                "free some space and try again; nothing is lost",
                "frigør plads, og prøv igen; intet går tabt",
            ));
        }
        let da = format!("spejlet (mirror.db) fejlede: {error}");
        Self::internal("mirror", Said::new(with_source(&error), da)).hint(Said::new(
            "faelled mirror rebuild makes it anew; nothing is lost with it",
            "faelled mirror rebuild laver det på ny; intet går tabt",
        ))
    }
}

impl From<NetError> for Failure {
    fn from(error: NetError) -> Self {
        let (code, da) = match &error {
            NetError::PortTaken { address } => (
                "port-taken",
                format!("{address} er optaget: et andet program, måske en anden node, lytter dér"),
            ),
            NetError::AddressNotAvailable { address } => (
                "no-such-address",
                format!("{address} er ikke en adresse på denne maskine"),
            ),
            NetError::NotAllowed { address } => (
                "not-allowed",
                format!("denne bruger må ikke lytte på {address}"),
            ),
            _ => ("network", format!("netværket kunne ikke startes: {error}")),
        };
        Self::new(
            FailureKind::Network,
            code,
            Said::new(with_source(&error), da),
        )
        .hint(Said::new(
            "choose another with --listen, or stop the other program",
            "vælg en anden med --listen, eller stop det andet program",
        ))
    }
}

impl From<RequestFailure> for Failure {
    fn from(failure: RequestFailure) -> Self {
        let (kind, code, da) = in_danish(&failure);
        let mut said = Self::new(kind, code, Said::new(failure.to_string(), da));
        said.hint = match failure {
            RequestFailure::NotAMember => Some(Said::new(
                "a steward approves with: faelled members approve; faelled status tells how it stands",
                "en tovholder godkender med: faelled members approve; faelled status fortæller, hvordan det går",
            )),
            RequestFailure::CertificateExpired => Some(Said::new(
                "give it a new one with: faelled key renew",
                "giv den et nyt med: faelled key renew",
            )),
            RequestFailure::KeyRevoked => Some(Said::new(
                "what counts of it is settled; make a new node with: faelled join, and see faelled recover list",
                "hvad der tæller, ligger fast; lav en ny node med: faelled join, og se faelled recover list",
            )),
            RequestFailure::GroupNotMet => Some(Said::new(
                "keep faelled serve running until it is connected to a member of the group (faelled status shows it); where nobody can be reached and this node was not restored from a backup, add --unmet",
                "lad faelled serve køre, til den har forbindelse til en deltager i gruppen (faelled status viser det); kan ingen nås, og er noden ikke gendannet fra en sikkerhedskopi, så tilføj --unmet",
            )),
            RequestFailure::NotInTouch => Some(Said::new(
                "keep faelled serve running until it is connected to another member (faelled status shows it); where nobody can be reached and this node was not restored from a backup, add --unmet",
                "lad faelled serve køre, til den har forbindelse til en anden deltager (faelled status viser det); kan ingen nås, og er noden ikke gendannet fra en sikkerhedskopi, så tilføj --unmet",
            )),
            RequestFailure::ApprovedAnother(_) => Some(Said::new(
                "faelled members proposals shows both; to approve this one too, add --instead: the earlier approval cannot be taken back, so agree with the other stewards that nobody else approves that one",
                "faelled members proposals viser begge; tilføj --instead for også at godkende denne: den tidligere godkendelse kan ikke tages tilbage, så aftal med de andre tovholdere, at ingen andre godkender den",
            )),
            RequestFailure::GroupUnconfirmed => Some(Said::new(
                "faelled group show says what they say; faelled group settle GROUP --keep lets them hold, --drop does not",
                "faelled group show viser, hvad der står i dem; faelled group settle GRUPPE --keep lader dem gælde, --drop gør ikke",
            )),
            RequestFailure::UnconfirmedBranches => Some(Said::new(
                "drop them: faelled group settle GROUP --drop",
                "drop dem: faelled group settle GRUPPE --drop",
            )),
            RequestFailure::UnknownTicket => Some(Said::new(
                "faelled invite list shows them",
                "faelled invite list viser dem",
            )),
            RequestFailure::NotASteward => Some(Said::new(
                "faelled members shows who the stewards are",
                "faelled members viser, hvem der er tovholdere",
            )),
            RequestFailure::Plan(refusal) => plan_hint(&refusal),
            RequestFailure::NoSuchRequest(_) => Some(Said::new(
                "faelled members shows who asks",
                "faelled members viser, hvem der spørger",
            )),
            _ => None,
        };
        said
    }
}

fn plan_hint(refusal: &PlanRefusal) -> Option<Said> {
    match refusal {
        PlanRefusal::Frozen { .. } | PlanRefusal::NotABranch(_) => Some(Said::new(
            "faelled members proposals shows the branches, and how one of them is kept",
            "faelled members proposals viser grenene, og hvordan en af dem beholdes",
        )),
        PlanRefusal::UnknownMember(_) => Some(Said::new(
            "faelled members lists the members; a newcomer comes in by a ticket: faelled invite",
            "faelled members viser deltagerne; en ny kommer ind med en billet: faelled invite",
        )),
        PlanRefusal::LastSteward(_) => Some(Said::new(
            "faelled members stewards names the stewards, all of them at once",
            "faelled members stewards udpeger tovholderne, alle på én gang",
        )),
        PlanRefusal::KeyInUse(_) | PlanRefusal::FormerKey(_) => Some(Said::new(
            "it has to ask anew, with a key that nobody had before: faelled join in a new directory",
            "den må spørge på ny med en nøgle, som ingen har haft før: faelled join i en ny mappe",
        )),
        _ => None,
    }
}

/// Kind, code and Danish text of what the engine does not do.
fn in_danish(failure: &RequestFailure) -> (FailureKind, &'static str, String) {
    match failure {
        RequestFailure::Store(reason) => (
            FailureKind::Internal,
            "store",
            format!("det kunne ikke skrives til disken: {reason}"),
        ),
        RequestFailure::FeedMoved => (
            FailureKind::Internal,
            "feed-moved",
            "noden skriver nu i en anden log".to_owned(),
        ),
        RequestFailure::NotAMember => (
            FailureKind::User,
            "not-a-member",
            "noden er endnu ikke deltager i et fællesskab".to_owned(),
        ),
        RequestFailure::CertificateExpired => (
            FailureKind::Configuration,
            "certificate-expired",
            "nodens certifikat er udløbet".to_owned(),
        ),
        RequestFailure::NotASteward => (
            FailureKind::User,
            "not-a-steward",
            "kun en tovholder for fællesskabet kan gøre dette".to_owned(),
        ),
        RequestFailure::NoSuchRequest(member) => (
            FailureKind::User,
            "no-such-request",
            format!("{member} har ikke bedt om at deltage her"),
        ),
        RequestFailure::TooMany => (
            FailureKind::User,
            "too-many",
            "der er for mange i forvejen".to_owned(),
        ),
        RequestFailure::TooLarge => (
            FailureKind::User,
            "too-large",
            "indholdet er større, end en post må være".to_owned(),
        ),
        of_trust => trust_in_danish(of_trust),
    }
}

fn trust_in_danish(failure: &RequestFailure) -> (FailureKind, &'static str, String) {
    match failure {
        RequestFailure::KeyRevoked => (
            FailureKind::Configuration,
            "key-revoked",
            "nodens nøgle er tilbagekaldt: intet, den skriver, tæller".to_owned(),
        ),
        RequestFailure::Plan(refusal) => {
            (FailureKind::User, "no-such-roster", danish::plan_refusal(refusal))
        }
        RequestFailure::Statement(refusal) => {
            (FailureKind::User, "statement", danish::statement_refusal(refusal))
        }
        RequestFailure::GroupNotMet => (
            FailureKind::Network,
            "group-not-met",
            "noden har ikke mødt nogen anden deltager i gruppen, siden den startede, og ved måske ikke, hvad der er skrevet under på før".to_owned(),
        ),
        RequestFailure::NotInTouch => (
            FailureKind::Network,
            "not-in-touch",
            "noden har ikke mødt nogen anden node, siden den startede, og ved måske ikke, hvad der er skrevet under på før".to_owned(),
        ),
        RequestFailure::ApprovedAnother(hash) => (
            FailureKind::User,
            "approved-another",
            format!(
                "tovholderen har godkendt en anden deltagerliste med samme version ({})",
                hash.short()
            ),
        ),
        RequestFailure::InDoubt(hash) => (
            FailureKind::Internal,
            "in-doubt",
            format!(
                "det vides ikke, om stemmen om {} blev skrevet: gentag den først",
                hash.short()
            ),
        ),
        RequestFailure::NotOurCertificate => (
            FailureKind::User,
            "not-our-certificate",
            "certifikatet er ikke givet til nodens nøgle af deltagerens identitetsnøgle".to_owned(),
        ),
        RequestFailure::UnknownTicket => (
            FailureKind::User,
            "unknown-ticket",
            "ingen sådan billet er udstedt her".to_owned(),
        ),
        of_a_group => group_in_danish(of_a_group),
    }
}

fn group_in_danish(failure: &RequestFailure) -> (FailureKind, &'static str, String) {
    match failure {
        RequestFailure::UnknownGroup(group) => (
            FailureKind::User,
            "unknown-group",
            format!("nodens deltager er ikke med i nogen gruppe {}", group.short()),
        ),
        RequestFailure::NotAnOwner => (
            FailureKind::User,
            "not-an-owner",
            "kun en ejer af gruppen kan ændre, hvem der er med".to_owned(),
        ),
        RequestFailure::UnknownMember(member) => (
            FailureKind::User,
            "unknown-member",
            format!("{member} er ikke deltager i fællesskabet"),
        ),
        RequestFailure::LastOwner => (
            FailureKind::User,
            "last-owner",
            "gruppen ville stå uden ejer".to_owned(),
        ),
        RequestFailure::GroupFrozen => (
            FailureKind::User,
            "group-frozen",
            "gruppens ejere har skrevet under på to vedtægter, der modsiger hinanden: gruppen kan ikke ændres mere, opret en ny".to_owned(),
        ),
        RequestFailure::GroupUnconfirmed => (
            FailureKind::User,
            "group-unconfirmed",
            "gruppens seneste vedtægter er underskrevet med en nøgle, der ikke længere er sin ejers: sig først, om de gælder".to_owned(),
        ),
        RequestFailure::UnconfirmedBranches => (
            FailureKind::User,
            "unconfirmed-branches",
            "gruppens ubekræftede vedtægter modsiger hinanden: de kan kun droppes, ikke beholdes".to_owned(),
        ),
        RequestFailure::NothingUnconfirmed => (
            FailureKind::User,
            "nothing-unconfirmed",
            "ingen af gruppens vedtægter venter på at blive bekræftet".to_owned(),
        ),
        RequestFailure::GroupInDoubt => (
            FailureKind::Internal,
            "group-in-doubt",
            "det vides ikke, om den seneste ændring af gruppen blev skrevet: bed først om den igen".to_owned(),
        ),
        RequestFailure::BadName => (
            FailureKind::User,
            "bad-name",
            "en gruppe skal have et navn på højst 200 byte".to_owned(),
        ),
        other => (FailureKind::Internal, "engine", other.to_string()),
    }
}

/// An error with what caused it.
fn with_source(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
