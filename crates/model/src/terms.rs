//! The project's own small code lists: each term with its code and its Danish and English name.

use autosurgeon::{Hydrate, HydrateError, Reconcile, Reconciler};
use serde::{Deserialize, Serialize};

use crate::Language;

/// What all lists of terms have in common.
pub trait Term {
    /// The codes of the list, in its order.
    const CODES: &'static [&'static str];

    /// The code as stored.
    fn stored(&self) -> &str;
}

macro_rules! terms {
    ($(
        $(#[$meta:meta])*
        $name:ident { $( $variant:ident = $code:literal, $en:literal, $da:literal; )* }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $( #[doc = $en] $variant, )*
            /// A code that this version does not know (kept as it came), or nothing where empty.
            Other(String),
        }

        impl $name {
            /// Every term of this list, in its order.
            #[must_use]
            pub fn all() -> Vec<Self> {
                vec![$( Self::$variant, )*]
            }

            /// The code as stored.
            #[must_use]
            pub fn code(&self) -> &str {
                match self {
                    $( Self::$variant => $code, )*
                    Self::Other(code) => code,
                }
            }

            /// The name on the screen.
            #[must_use]
            pub fn name(&self, language: Language) -> &str {
                match self {
                    $( Self::$variant => language.pick($en, $da), )*
                    Self::Other(code) => code,
                }
            }

            /// Whether the code is on the list.
            #[must_use]
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }

            /// Nothing was said.
            #[must_use]
            pub fn is_unsaid(&self) -> bool {
                matches!(self, Self::Other(code) if code.is_empty())
            }
        }

        impl Term for $name {
            const CODES: &'static [&'static str] = &[$( $code, )*];

            fn stored(&self) -> &str {
                self.code()
            }
        }

        impl crate::shape::Shaped for $name {
            const SHAPE: crate::shape::Shape = crate::shape::Shape::Term(<Self as Term>::CODES);
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl From<String> for $name {
            fn from(code: String) -> Self {
                match code.as_str() {
                    $( $code => Self::$variant, )*
                    _ => Self::Other(code),
                }
            }
        }

        impl From<$name> for String {
            fn from(term: $name) -> Self {
                term.code().to_owned()
            }
        }

        impl Reconcile for $name {
            type Key<'a> = autosurgeon::reconcile::NoKey;

            fn reconcile<R: Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
                reconciler.str(self.code())
            }
        }

        impl Hydrate for $name {
            fn hydrate_string(code: &str) -> Result<Self, HydrateError> {
                Ok(Self::from(code.to_owned()))
            }

            fn hydrate_none() -> Result<Self, HydrateError> {
                Ok(Self::default())
            }
        }
    )*

    /// Every list with its codes and names: `(list, code, English, Danish)`.
        #[must_use]
        pub fn every_term() -> Vec<(&'static str, String, String, String)> {
            let mut rows = Vec::new();
            $( for term in $name::all() {
                rows.push((
                    stringify!($name),
                    term.code().to_owned(),
                    term.name(Language::English).to_owned(),
                    term.name(Language::Danish).to_owned(),
                ));
            } )*
            rows
        }
    };
}

terms! {
    /// What kind of body a member is.
    MemberKind {
        Municipality = "municipality", "municipality", "kommune";
        Region = "region", "region", "region";
        StateBody = "state-body", "state body", "statslig myndighed";
        CentralPurchasingBody = "central-purchasing-body", "central purchasing body", "indkøbscentral";
        Network = "network", "network", "netværk";
    }

    /// What is bought.
    Category {
        Packaging = "packaging", "packaging", "emballage";
        Furniture = "furniture", "furniture", "møbler";
        Food = "food", "food", "fødevarer";
        Transport = "transport-fuels", "transport and fuels", "transport og drivmidler";
        Energy = "energy", "energy", "energi";
        Buildings = "buildings", "buildings", "bygninger";
        Textiles = "textiles", "textiles", "tekstiler";
        It = "it", "IT", "it";
        Cleaning = "cleaning", "cleaning", "rengøring";
        OtherCategory = "other", "other", "andet";
    }

    /// Where a requirement stands on the waste hierarchy, or what else it works on.
    Strategy {
        Avoid = "avoid", "avoid", "undgå";
        Reuse = "reuse", "reuse", "genbrug";
        Repair = "repair", "repair", "reparation";
        Refurbish = "refurbish", "refurbish", "istandsættelse";
        RecycledContent = "recycled-content", "recycled content", "genanvendt indhold";
        BioBased = "bio-based", "bio-based", "biobaseret";
        Recyclable = "recyclable", "recyclable", "genanvendelig";
        Energy = "energy", "energy", "energi";
        Emissions = "emissions", "emissions", "udledning";
        FoodWaste = "food-waste", "food waste", "madspild";
    }

    /// The part a requirement plays in a tender.
    RequirementType {
        ExclusionGround = "exclusion-ground", "exclusion ground", "udelukkelsesgrund";
        SelectionCriterion = "selection-criterion", "selection criterion", "egnethedskrav";
        TechnicalSpecification = "technical-specification", "technical specification", "teknisk specifikation/mindstekrav";
        AwardCriterion = "award-criterion", "award criterion", "tildelingskriterium";
        ContractPerformanceClause = "contract-performance-clause", "contract performance clause", "kontraktvilkår";
    }

    /// How far a requirement goes. EU GPP core is basic, comprehensive is advanced.
    Level {
        Basic = "basic", "basic", "basis";
        Advanced = "advanced", "advanced", "avanceret";
        Spearhead = "spearhead", "spearhead", "spydspids";
    }

    /// What a higher level does to the lower one.
    LevelRelation {
        Adds = "adds", "adds to the lower level", "lægges til det lavere niveau";
        Replaces = "replaces", "replaces the lower level", "erstatter det lavere niveau";
    }

    /// What the green criterion builds on (eForms BT-805).
    GppBasis {
        Eu = "eu", "EU GPP criteria", "EU's kriterier for grønne indkøb";
        National = "national", "national criteria", "nationale kriterier";
        OtherBasis = "other", "other criteria", "andre kriterier";
        NoBasis = "none", "none", "ingen";
    }

    /// What a tenderer shows that it meets the requirement.
    EvidenceKind {
        Declaration = "declaration", "declaration", "erklæring";
        TestReport = "test-report", "test report", "testrapport";
        Label = "label", "label or equivalent", "mærke eller tilsvarende";
        Certificate = "certificate", "certificate", "certifikat";
        Sample = "sample", "sample", "vareprøve";
        Audit = "audit", "audit", "audit";
        TechnicalDossier = "technical-dossier", "technical dossier", "teknisk dokumentation";
    }

    /// How ready the market is.
    Readiness {
        Widely = "widely", "offered widely", "udbudt bredt";
        Several = "several", "several suppliers", "flere leverandører";
        Few = "few", "few suppliers", "få leverandører";
        Emerging = "emerging", "emerging", "på vej";
    }

    /// The state of a requirement's wording.
    WordingState {
        Draft = "draft", "draft", "kladde";
        InternalHearing = "internal-hearing", "internal hearing", "intern høring";
        TradeHearing = "trade-hearing", "trade hearing", "branchehøring";
        Released = "released", "released", "frigivet";
        Withdrawn = "withdrawn", "withdrawn", "tilbagetrukket";
    }

    /// Who is heard.
    HearingKind {
        Internal = "internal", "internal hearing", "intern høring";
        Trade = "trade", "trade hearing", "branchehøring";
    }

    /// How something was shared.
    DisclosureKind {
        Shared = "shared", "shared in a group", "delt i en gruppe";
        InternalHearing = "internal-hearing", "internal hearing", "intern høring";
        TradeHearing = "trade-hearing", "trade hearing", "branchehøring";
        Released = "released", "released", "frigivet";
        Pilot = "pilot", "pilot shared", "afprøvning delt";
    }

    /// How a measured value compares.
    Comparison {
        AtLeast = "at-least", "at least", "mindst";
        AtMost = "at-most", "at most", "højst";
        Equals = "equals", "exactly", "præcis";
    }

    /// What an adopter does with a release.
    Stance {
        Following = "following", "following", "følger";
        Trying = "trying", "trying", "afprøver";
        Using = "using", "using", "bruger";
        Declined = "declined", "declined", "fravalgt";
    }

    /// Where a pilot's tender has come to.
    PilotState {
        Planned = "planned", "planned", "planlagt";
        InTender = "in-tender", "in tender", "i udbud";
        Standstill = "standstill", "standstill", "standstill-periode";
        InContract = "in-contract", "in contract", "i kontrakt";
        Done = "done", "done", "afsluttet";
        Stopped = "stopped", "stopped", "standset";
    }

    /// How the tender was run.
    Framework {
        Own = "own", "own tender", "eget udbud";
        Joint = "joint", "joint tender", "fællesudbud";
        Ski = "ski", "SKI framework", "SKI-aftale";
    }

    /// A band of contract value; exact values are not shared.
    ValueBand {
        Under1 = "under-1m", "below DKK 1 million", "under 1 mio. kr.";
        From1To5 = "1-5m", "DKK 1-5 million", "1-5 mio. kr.";
        From5To20 = "5-20m", "DKK 5-20 million", "5-20 mio. kr.";
        From20To100 = "20-100m", "DKK 20-100 million", "20-100 mio. kr.";
        Over100 = "over-100m", "above DKK 100 million", "over 100 mio. kr.";
    }

    /// What a requirement did to the price.
    PriceEffect {
        Lower = "lower", "lower", "lavere";
        Unchanged = "none", "none", "ingen";
        Under5 = "under-5", "below 5 %", "under 5 %";
        From5To15 = "5-15", "5-15 %", "5-15 %";
        Over15 = "over-15", "above 15 %", "over 15 %";
        Unknown = "unknown", "unknown", "ukendt";
    }

    /// How certain a figure is.
    Certainty {
        Measured = "measured", "measured", "målt";
        Estimated = "estimated", "estimated", "anslået";
        Guessed = "guessed", "guessed", "gættet";
    }

    /// Whether a tender's evidence was accepted.
    EvidenceOutcome {
        Accepted = "accepted", "accepted", "godtaget";
        Partly = "partly", "accepted in part", "delvist godtaget";
        Rejected = "rejected", "rejected", "afvist";
    }

    /// What became of a complaint.
    Complaint {
        NoComplaint = "none", "none", "ingen";
        Clarification = "clarification", "clarification", "afklaring";
        Klagenaevnet = "klagenaevnet", "Complaints Board for Public Procurement", "Klagenævnet for Udbud";
    }

    /// How fast a member goes in a project.
    Speed {
        Following = "following", "following", "følger";
        Trying = "trying", "trying", "afprøver";
        Implementing = "implementing", "implementing", "gennemfører";
        Leading = "leading", "leading", "tovholder";
    }

    /// How much a member gives to a project.
    Priority {
        High = "high", "high", "høj";
        Medium = "medium", "medium", "middel";
        Low = "low", "low", "lav";
    }

    /// Where a member is in a project.
    Progress {
        NotBegun = "not-begun", "not begun", "ikke begyndt";
        UnderWay = "under-way", "under way", "i gang";
        Paused = "paused", "paused", "sat på pause";
        Done = "done", "done", "færdig";
    }

    /// Who stands behind it politically.
    Backing {
        NoneYet = "none-yet", "none yet", "ingen endnu";
        Committee = "committee", "committee", "udvalg";
        Council = "council", "municipal council", "kommunalbestyrelse";
        MayorsForum = "mayors-forum", "mayors' forum", "borgmesterforum";
    }

    /// In what part a body takes part in a project.
    Part {
        Participant = "participant", "participant", "deltager";
        Partner = "partner", "partner", "partner";
    }

    /// Where a question or comment stands.
    DiscussionState {
        Open = "open", "open", "åbent";
        Answered = "answered", "answered", "besvaret";
        Settled = "settled", "settled", "afgjort";
    }

    /// What a resource is.
    ResourceKind {
        Tool = "tool", "tool", "værktøj";
        Template = "template", "template", "skabelon";
        Guide = "guide", "guide", "vejledning";
        Calculation = "calculation", "calculation", "beregning";
        ReuseScheme = "reuse-scheme", "internal reuse scheme", "intern genbrugsordning";
        Link = "link", "link", "link";
    }

    /// What should become of a requirement after a pilot.
    Verdict {
        Keep = "keep", "keep", "behold";
        Adjust = "adjust", "adjust", "justér";
        Drop = "drop", "drop", "drop";
    }
}
