//! `faelled participation` and `faelled profile`.

use faelled_model::Localized;

use super::super::session::Session;
use super::super::values;
use super::arguments::{Participation, ParticipationSet, Profile, ProfileSet};
use super::ask;
use super::sharing::{share, text};
use crate::failure::{Failure, Said};
use crate::request::joint::{ParticipationGiven, ProfileGiven, RegionGiven, Request as Joint};

pub(super) async fn participation(
    session: &Session,
    command: Participation,
) -> Result<(), Failure> {
    match command {
        Participation::Matrix => ask(session, Joint::Matrix).await,
        Participation::Show { member, project } => {
            let member = member.as_deref().map(values::member_id).transpose()?;
            let request = Joint::Participations {
                member: member.map(|member| member.to_string()),
                project,
            };
            ask(session, request).await
        }
        Participation::Set(set) => {
            let project = set.project.clone();
            let sharing = set.sharing.clone();
            let given = given(session, *set)?;
            share(session, &sharing, |preview| Joint::Participate {
                project: project.clone(),
                given: Box::new(given.clone()),
                preview,
            })
            .await
        }
    }
}

fn given(session: &Session, set: ParticipationSet) -> Result<ParticipationGiven, Failure> {
    let said = |text: Option<String>| text.map(|text| session.localized(text)).unwrap_or_default();
    Ok(ParticipationGiven {
        part: values::code("Part", "--part", set.part)?,
        speed: values::code("Speed", "--speed", set.speed)?,
        priority: values::code("Priority", "--priority", set.priority)?,
        state: values::code("Progress", "--state", set.state)?,
        status: match &set.status {
            Some(status) => text(session, status)?,
            None => Localized::default(),
        },
        backing: values::code("Backing", "--backing", set.backing)?,
        backing_date: set.backing_date,
        backing_reference: set.backing_reference,
        goals: set
            .goal
            .into_iter()
            .map(|goal| session.localized(goal))
            .collect(),
        next_step: said(set.next_step),
        next_step_date: set.next_step_date,
        contact_role: said(set.contact_role),
        mailbox: set.mailbox,
    })
}

pub(super) async fn profile(session: &Session, command: Profile) -> Result<(), Failure> {
    match command {
        Profile::Show { member } => {
            let member = member.as_deref().map(values::member_id).transpose()?;
            let member = member.map(|member| member.to_string());
            ask(session, Joint::Profiles { member }).await
        }
        Profile::Set(set) => {
            let given = introduction(&set)?;
            share(session, &set.sharing, |preview| Joint::Introduce {
                given: given.clone(),
                preview,
            })
            .await
        }
    }
}

fn introduction(set: &ProfileSet) -> Result<ProfileGiven, Failure> {
    let mut name = Localized::default();
    for (language, said) in [("da", &set.name_da), ("en", &set.name_en)] {
        if let Some(said) = said {
            name.0.insert(language.to_owned(), said.clone());
        }
    }
    Ok(ProfileGiven {
        name,
        mailbox: set.mailbox.clone(),
        web_page: set.web.clone(),
        cvr: set.cvr.clone(),
        gln: set.gln.clone(),
        regions: set
            .region
            .iter()
            .map(|given| region(given))
            .collect::<Result<_, _>>()?,
    })
}

/// A region with the days between which it holds: `1084`, `1084@2007-01-01/2026-12-31`, `1090@2027-01-01/`.
fn region(given: &str) -> Result<RegionGiven, Failure> {
    let (name, days) = given.split_once('@').unwrap_or((given, ""));
    let (from, until) = days.split_once('/').unwrap_or((days, ""));
    let wrong = || {
        Failure::user(
            "region",
            Said::new(
                format!("{given:?} is no region with the days between which it holds"),
                format!("{given:?} er ikke en region med de dage, den gælder imellem"),
            ),
        )
        .hint(Said::new(
            "write the region's code or id, and its days where they are known: 1084@2007-01-01/2026-12-31",
            "skriv regionens kode eller id, og dens dage, hvis de er kendt: 1084@2007-01-01/2026-12-31",
        ))
    };
    // A region that is to come is on no list yet.
    let region = values::member_id(name)
        .or_else(|_| name.trim().to_lowercase().parse())
        .map_err(|_| wrong())?;
    Ok(RegionGiven {
        region: region.to_string(),
        from: from.to_owned(),
        until: until.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_read_with_its_days() {
        let read = |given: &str| {
            let region = region(given).unwrap();
            (region.region, region.from, region.until)
        };
        let of = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(read("1084"), of("dk-1084", "", ""));
        assert_eq!(
            read("1084@2007-01-01/2026-12-31"),
            of("dk-1084", "2007-01-01", "2026-12-31")
        );
        assert_eq!(read("1084@/2026-12-31"), of("dk-1084", "", "2026-12-31"));
        assert_eq!(read("dk-1090@2027-01-01"), of("dk-1090", "2027-01-01", ""));
        assert_eq!(region("?").unwrap_err().code, "region");
    }
}
