//! Who sees what is put into the commons, or into a group.

use std::collections::BTreeMap;

use faelled_mirror::Mirror;
use faelled_mirror::read::Group;

use super::Service;
use crate::failure::Failure;

impl Service {
    /// Every member of the federation: its id.
    pub(in crate::service) async fn everybody(&self) -> Result<Vec<String>, Failure> {
        let members = self.mirror().await?.members().await?;
        Ok(members.into_iter().map(|member| member.member).collect())
    }

    /// Every member of the federation: its name, else its id.
    pub(in crate::service) async fn everybodys_names(
        &self,
        mirror: &Mirror,
    ) -> Result<Vec<String>, Failure> {
        let members = mirror.members().await?;
        Ok(members
            .into_iter()
            .map(|member| member.name.unwrap_or(member.member))
            .collect())
    }

    /// Members' names by their ids.
    pub(in crate::service) async fn names(
        &self,
        mirror: &Mirror,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let members = mirror.members().await?;
        Ok(members
            .into_iter()
            .filter_map(|member| Some((member.member, member.name?)))
            .collect())
    }
}

/// The members of a group, by id.
pub(super) fn ids_in(group: &Group) -> Vec<String> {
    let members = group.members.iter();
    members.map(|member| member.member.clone()).collect()
}

/// The members of a group, as people read them.
pub(super) fn names_in(group: &Group) -> Vec<String> {
    let members = group.members.iter();
    members
        .map(|member| member.name.clone().unwrap_or_else(|| member.member.clone()))
        .collect()
}
