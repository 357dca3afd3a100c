//! Groups that this node's member is in.

use faelled_engine::{Following, Group};
use faelled_proto::{GroupId, MemberId};

use super::{Findings, Look};
use crate::data::trust::Finding;
use crate::failure::Said;

/// Of many members so many are named.
const MAX_NAMED: usize = 20;

pub(super) fn findings(look: &Look<'_>) -> Vec<Finding> {
    let mut frozen = Findings::of("groups", "no group is frozen", "ingen gruppe ligger fast");
    let mut unconfirmed = Findings::of(
        "group-charters",
        "no group's charter waits to be confirmed",
        "ingen gruppes vedtægter venter på at blive bekræftet",
    );
    let mut owners = Findings::of(
        "group-owners",
        "every group has an owner that is a member",
        "hver gruppe har en ejer, der er deltager",
    );
    let mut members = Findings::of(
        "group-members",
        "everybody in this member's groups is in the roster",
        "alle i deltagerens egne grupper står på deltagerlisten",
    );
    let seen = |(_, group): &(GroupId, &Group)| group.newest().names(look.own);
    for (id, group) in look.trust.groups.iter().filter(seen) {
        let charter = group.newest();
        let (name, short) = (&charter.name, id.short());
        if group.is_frozen() {
            frozen.problem(
                Said::new(
                    format!("the owners of group \"{name}\" ({short}) contradicted each other: nobody can change who is in it"),
                    format!("ejerne af gruppen \"{name}\" ({short}) har modsagt hinanden: ingen kan ændre, hvem der er i den"),
                ),
                Said::new(
                    "found a new one, and copy what is needed: faelled group new NAME --member MEMBER; where somebody did it on purpose, the stewards can remove that member, and the group goes on: faelled members remove MEMBER",
                    "opret en ny, og kopiér, hvad I skal bruge: faelled group new NAVN --member DELTAGER; har nogen gjort det med vilje, kan fællesskabets tovholdere fjerne den deltager, og gruppen går videre: faelled members remove DELTAGER",
                ),
            );
        }
        if matches!(group.following(), Following::Unconfirmed { .. }) {
            unconfirmed.warning(
                Said::new(
                    format!("group \"{name}\" ({short}): a charter after version {} does not hold, because who signed it is out of the federation or has another key; whom it takes out sees the group no longer, whom it lets in does not see it yet", charter.version),
                    format!("gruppen \"{name}\" ({short}): en vedtægt efter nummer {} gælder ikke, fordi den, der skrev under, er ude af fællesskabet eller har en anden nøgle; den, den tager ud, ser ikke længere gruppen, og den, den lukker ind, ser den ikke endnu", charter.version),
                ),
                Said::new(
                    format!("see what it says: faelled group show {short}; an owner lets it hold or drops it: faelled group settle {short} --keep, or --drop"),
                    format!("se, hvad der står i den: faelled group show {short}; en ejer lader den gælde eller dropper den: faelled group settle {short} --keep eller --drop"),
                ),
            );
        }
        let later = group.unconfirmed().map(|(charter, _)| &charter.owners);
        let mut may_settle = charter.owners.iter().chain(later.into_iter().flatten());
        if !may_settle.any(|owner| look.is_member(owner)) {
            owners.warning(
                Said::new(
                    format!("no owner of group \"{name}\" ({short}) is in the roster any more: nobody can change who is in it"),
                    format!("ingen ejer af gruppen \"{name}\" ({short}) står på deltagerlisten længere: ingen kan ændre, hvem der er i den"),
                ),
                Said::new(
                    "found a new one, and copy what is needed: faelled group new NAME --member MEMBER; where somebody did it on purpose, the stewards can remove that member, and the group goes on: faelled members remove MEMBER",
                    "opret en ny, og kopiér, hvad I skal bruge: faelled group new NAVN --member DELTAGER; har nogen gjort det med vilje, kan fællesskabets tovholdere fjerne den deltager, og gruppen går videre: faelled members remove DELTAGER",
                ),
            );
        }
        let gone = removed(look, &charter.members);
        if charter.owners.contains(look.own) && !gone.is_empty() {
            let all = gone.join(", ");
            let named = gone.join(" ");
            members.warning(
                Said::new(
                    format!("group \"{name}\" ({short}) still names who is not in the roster: {all}"),
                    format!("gruppen \"{name}\" ({short}) nævner stadig nogen, der ikke står på deltagerlisten: {all}"),
                ),
                Said::new(
                    format!("they see nothing new, but what they still write counts where it reaches somebody; take them out, and say how far it does: faelled group remove {short} {named} --received-before TIME"),
                    format!("de ser intet nyt, men hvad de stadig skriver, tæller, hvis det når nogen; tag dem ud, og sig, hvor langt det gør: faelled group remove {short} {named} --received-before TID"),
                ),
            );
        }
    }
    [frozen, unconfirmed, owners, members]
        .into_iter()
        .flat_map(Findings::all)
        .collect()
}

fn removed(look: &Look<'_>, members: &[MemberId]) -> Vec<String> {
    members
        .iter()
        .filter(|member| !look.is_member(member))
        .take(MAX_NAMED)
        .map(ToString::to_string)
        .collect()
}
