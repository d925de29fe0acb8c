//! Users as an answer. Large ones are read one by one while it goes out, so that a page of them takes the room of one.

use std::sync::Arc;

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use futures::stream::{self, StreamExt as _};
use trickle_model::{TenantId, UserId};
use trickle_store::{Store, StoreError, UserDocument, UserObjects};

use super::view::{ConnectionNames, connections, text};
use crate::v2::{
    Error,
    fields::FieldFilter,
    paging::{Paging, Rest},
};

/// Where users are shown.
pub(in crate::v2) struct Shown<'a> {
    pub(in crate::v2) store: &'a Store,
    pub(in crate::v2) tenant: &'a TenantId,
    pub(in crate::v2) fields: FieldFilter,
}

enum Piece {
    Text(String),
    Large(Box<UserDocument>),
}

impl Shown<'_> {
    /// One user, who is there or not.
    pub(super) async fn one(self, id: &UserId) -> Result<Response, Error> {
        let found = self.store.user_document(self.tenant, id).await?;
        let document = found.ok_or(Error::NoUser)?;
        let connections = connections(std::slice::from_ref(&document));
        let names = ConnectionNames::of(self.store, self.tenant, connections).await?;
        Ok(json(text(&document, &names, &self.fields)))
    }

    /// A page of a list.
    pub(super) async fn page(
        self,
        documents: Vec<UserDocument>,
        paging: &Paging,
        rest: &Rest,
    ) -> Result<Response, Error> {
        let (before, behind) = paging.around("users", documents.len(), rest);
        self.between(&before, documents, &behind).await
    }

    /// All of them as an array.
    pub(super) async fn all(self, documents: Vec<UserDocument>) -> Result<Response, Error> {
        self.between("[", documents, "]").await
    }

    async fn between(
        self,
        before: &str,
        documents: Vec<UserDocument>,
        behind: &str,
    ) -> Result<Response, Error> {
        let connections = connections(&documents);
        let names = ConnectionNames::of(self.store, self.tenant, connections).await?;
        let mut pieces = Vec::new();
        let mut last = before.to_owned();
        for (place, document) in documents.into_iter().enumerate() {
            if place > 0 {
                last.push(',');
            }
            if document.objects.is_some() {
                last.push_str(&text(&document, &names, &self.fields));
            } else {
                pieces.push(Piece::Text(std::mem::take(&mut last)));
                pieces.push(Piece::Large(Box::new(document)));
            }
        }
        last.push_str(behind);
        if pieces.is_empty() {
            return Ok(json(last));
        }
        pieces.push(Piece::Text(last));
        let reader = Arc::new(Reader {
            store: self.store.clone(),
            names,
            fields: self.fields,
        });
        let texts = stream::iter(pieces).then(move |piece| {
            let reader = Arc::clone(&reader);
            async move { reader.read(piece).await }
        });
        Ok(json(Body::from_stream(texts)))
    }
}

struct Reader {
    store: Store,
    names: ConnectionNames,
    fields: FieldFilter,
}

impl Reader {
    async fn read(self: Arc<Self>, piece: Piece) -> Result<String, StoreError> {
        let document = match piece {
            Piece::Text(text) => return Ok(text),
            Piece::Large(document) => whole(&self.store, *document).await?,
        };
        // A megabyte is parsed where fields are wanted.
        let shown = tokio::task::spawn_blocking(move || text(&document, &self.names, &self.fields));
        Ok(shown
            .await
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic())))
    }
}

/// The document with its objects; with none where the user is gone meanwhile.
pub(in crate::v2) async fn whole(
    store: &Store,
    document: UserDocument,
) -> Result<UserDocument, StoreError> {
    if document.objects.is_some() {
        return Ok(document);
    }
    let user = &document.user;
    let found = store.user_document(&user.tenant, &user.id).await?;
    Ok(found.unwrap_or_else(|| UserDocument {
        objects: Some(UserObjects::default()),
        ..document
    }))
}

fn json(body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}
