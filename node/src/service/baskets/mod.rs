//! Baskets, and what goes out and in as files: what the node does.

mod basket;
mod content;
mod file;
mod open;
mod pack;
mod tender;

use super::Service;
use crate::data::baskets::Data;
use crate::failure::Failure;
use crate::request::baskets::Request;

impl Service {
    pub(super) async fn baskets(&self, request: Request) -> Result<Data, Failure> {
        match request {
            Request::New { name } => self.basket_new(&name).await,
            Request::List => self.basket_list().await,
            Request::Show { basket } => self.basket_show(basket.as_deref()).await,
            Request::Add {
                requirements,
                basket,
                first_name,
            } => {
                self.basket_add(&requirements, basket.as_deref(), &first_name)
                    .await
            }
            Request::Remove {
                requirement,
                basket,
            } => self.basket_remove(&requirement, basket.as_deref()).await,
            Request::Fill {
                requirement,
                values,
                basket,
            } => {
                self.basket_fill(&requirement, values, basket.as_deref())
                    .await
            }
            Request::Delete { basket } => self.basket_delete(&basket).await,
            Request::Export {
                basket,
                form,
                motives,
            } => self.basket_export(basket.as_deref(), &form, motives).await,
            Request::Template { is_pilot, form } => file::template(is_pilot, &form),
            Request::PackExport {
                pack,
                version,
                form,
            } => self.pack_export(&pack, version.as_deref(), &form).await,
            Request::PilotExport { pilot, form } => self.pilot_export(&pilot, &form).await,
            Request::LinkedData => self.linked_data().await,
            Request::Ocds { prefix, uri, form } => self.ocds(prefix, uri, &form).await,
        }
    }
}
