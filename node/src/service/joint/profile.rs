//! `profile set|show`: what a member says of itself, beside what the roster says.

use std::collections::BTreeSet;

use faelled_model::profile::InRegion;
use faelled_model::{Profile, validate};

use super::writing::Plan;
use crate::data::joint::{Data, ProfileShown, What};
use crate::failure::Failure;
use crate::request::joint::ProfileGiven;
use crate::service::Service;
use crate::service::look::member_id;

impl Service {
    pub(super) async fn introduce(
        &self,
        given: ProfileGiven,
        preview: bool,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let editor = self.editor.lock().await;
        let held = self
            .own_documents::<Profile>(&mirror, &editor, "commons")
            .await?
            .into_iter()
            .next();
        let (earlier, mut profile) = match held {
            Some((document, profile)) => (Some(document), profile),
            None => (None, Profile::default()),
        };
        fill(&mut profile, given);
        let plan = Plan {
            what: What::Profile,
            name: self.own.to_string(),
            place: self.commons(&mirror).await?,
            earlier,
            findings: validate::profile(&profile),
            value: profile,
            preview,
        };
        self.carry_out(&editor, plan).await
    }

    pub(super) async fn profiles(&self, member: Option<&str>) -> Result<Data, Failure> {
        let member = member.map(member_id).transpose()?;
        let mirror = self.mirror().await?;
        let members = mirror.members().await?;
        let mut seen = BTreeSet::new();
        let mut shown = Vec::new();
        for profile in mirror.profiles(member.as_deref()).await? {
            // Of several of one member the one to go by comes first.
            if profile.head.space == "private" || !seen.insert(profile.head.owner.clone()) {
                continue;
            }
            let known = members
                .iter()
                .find(|member| member.member == profile.head.owner);
            shown.push(ProfileShown {
                member_name: known.and_then(|member| member.name.clone()),
                profile,
            });
        }
        Ok(Data::Profiles(shown))
    }
}

fn fill(profile: &mut Profile, given: ProfileGiven) {
    profile.name.0.extend(given.name.0);
    for (field, said) in [
        (&mut profile.mailbox, given.mailbox),
        (&mut profile.web_page, given.web_page),
        (&mut profile.cvr, given.cvr),
        (&mut profile.gln, given.gln),
    ] {
        if let Some(said) = said {
            *field = said;
        }
    }
    if !given.regions.is_empty() {
        profile.regions = given
            .regions
            .into_iter()
            .map(|region| InRegion {
                region: region.region,
                from: region.from,
                until: region.until,
            })
            .collect();
    }
}
