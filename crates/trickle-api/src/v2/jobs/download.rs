//! `GET /u/exports/{token}/{file}`: the file of an export.

use std::io::Write as _;

use axum::{
    body::Body,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use futures::stream::try_unfold;
use serde_json::Value;
use trickle_engine::Engine;
use trickle_model::UserId;
use trickle_store::{Job, Store, UserDocument};

use super::fields::Columns;
use crate::host::Site;
use crate::v2::Error;
use crate::v2::fields::FieldFilter;
use crate::v2::users::{
    answer::whole,
    view::{ConnectionNames, connections, text},
};

/// Users read at once.
const PAGE: u64 = 500;
/// Of the file, that go out together: a page of large users is written piece by piece.
const PIECE_BYTES: usize = 64 << 10;

/// What a browser should call the file; the token is all that counts.
pub(super) fn file_name(job: &Job) -> String {
    format!("{}.{}.gz", job.id, format_of(job))
}

fn format_of(job: &Job) -> &str {
    match job.details.get("format").and_then(Value::as_str) {
        Some("csv") => "csv",
        _ => "json",
    }
}

/// Writes the users as they are now, page by page.
pub(crate) async fn handler(
    site: Site,
    State(engine): State<Engine>,
    Path((token, _)): Path<(String, String)>,
) -> Result<Response, Error> {
    let store = engine.store();
    let now = engine.clock().now();
    let id = store.open_link(&site.tenant.id, &token, now);
    let id = id.ok_or(Error::NoJob)?;
    let job = store.job(&site.tenant.id, &id).await?.ok_or(Error::NoJob)?;
    let is_csv = format_of(&job) == "csv";
    let named = job.details.get("fields").filter(|value| !value.is_null());
    let columns = match named {
        Some(named) => Some(Columns::parse(named, is_csv).map_err(Error::Body)?),
        None => is_csv.then(Columns::usual),
    };
    let name = file_name(&job);
    let limit = job.details.get("limit").and_then(Value::as_u64);
    let export = Export {
        store: store.clone(),
        left: limit.unwrap_or(u64::MAX),
        packer: GzEncoder::new(Vec::new(), Compression::fast()),
        place: Place::Begin,
        users: Vec::new().into_iter(),
        names: ConnectionNames::default(),
        is_csv,
        columns,
        job,
    };
    let headers = [
        (header::CONTENT_TYPE, "application/gzip".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let body = Body::from_stream(try_unfold(export, Export::next));
    Ok((StatusCode::OK, headers, body).into_response())
}

struct Export {
    store: Store,
    job: Job,
    columns: Option<Columns>,
    is_csv: bool,
    left: u64,
    packer: GzEncoder<Vec<u8>>,
    place: Place,
    /// Of the page, those that are not written, and the names of their connections.
    users: std::vec::IntoIter<UserDocument>,
    names: ConnectionNames,
}

enum Place {
    Begin,
    After(UserId),
    End,
}

/// A file that ends early lacks its last bytes, by which whoever unpacks it sees that.
#[derive(Debug, thiserror::Error)]
#[error("write an export")]
struct Failed;

impl Export {
    async fn next(mut self) -> Result<Option<(Vec<u8>, Self)>, Failed> {
        if let Place::End = self.place {
            return Ok(None);
        }
        while self.packer.get_ref().len() < PIECE_BYTES {
            if let Some(document) = self.users.next() {
                let document = whole(&self.store, document).await;
                let document = document.map_err(|error| log(&error))?;
                let line = self.line(text(&document, &self.names, &FieldFilter::all()))?;
                self.write(&line)?;
            } else if !self.turn().await? {
                break;
            }
        }
        let bytes = std::mem::take(self.packer.get_mut());
        Ok(Some((bytes, self)))
    }

    /// Reads the next page; false where there is none.
    async fn turn(&mut self) -> Result<bool, Failed> {
        let after = match &self.place {
            Place::End => return Ok(false),
            Place::Begin => {
                if let Some(columns) = self.columns.as_ref().filter(|_| self.is_csv) {
                    let header = columns.header();
                    self.write(&header)?;
                }
                None
            }
            Place::After(id) => Some(id.clone()),
        };
        let most = PAGE.min(self.left);
        let (tenant, connection) = (&self.job.tenant, self.job.connection.as_ref());
        let users = self
            .store
            .users_after(tenant, connection, after.as_ref(), most)
            .await
            .map_err(|error| log(&error))?;
        let names = ConnectionNames::of(&self.store, tenant, connections(&users)).await;
        self.names = names.map_err(|_| Failed)?;
        self.left -= users.len() as u64;
        let Some(last) = users.last() else {
            self.packer.try_finish().map_err(|_| Failed)?;
            self.place = Place::End;
            return Ok(false);
        };
        self.place = Place::After(last.user.id.clone());
        self.users = users.into_iter();
        Ok(true)
    }

    fn line(&self, user: String) -> Result<String, Failed> {
        let Some(columns) = &self.columns else {
            return Ok(user + "\n");
        };
        let user = serde_json::from_str(&user).map_err(|_| Failed)?;
        Ok(if self.is_csv {
            columns.line(&user)
        } else {
            columns.pick(&user).to_string() + "\n"
        })
    }

    fn write(&mut self, text: &str) -> Result<(), Failed> {
        self.packer.write_all(text.as_bytes()).map_err(|_| Failed)
    }
}

fn log(error: &trickle_store::StoreError) -> Failed {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "failed to read the users of an export"
    );
    Failed
}
