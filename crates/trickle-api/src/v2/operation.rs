//! What the API offers, as one list: the router, the document and the tests are made of it.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};
use serde_json::Value;

use super::{ROOT, asked::Asking};
use crate::ApiState;

/// A JSON Schema under a name of its own.
pub struct Named {
    /// In the document's `components`.
    pub name: &'static str,
    /// The schema.
    pub schema: fn() -> Value,
}

/// A body, as the document has it.
#[derive(Clone, Copy)]
pub enum Shape {
    /// None.
    Nothing,
    /// One thing.
    One(&'static Named),
    /// An array.
    Array(&'static Named),
    /// An array; 204 in the place of an empty one.
    ArrayOrNothing(&'static Named),
    /// A list in its three shapes, under this key.
    Listed(&'static str, &'static Named),
    /// Anything else.
    Schema(fn() -> Value),
    /// The same; where asked for, as lines of JSON or as CSV.
    Table(fn() -> Value),
    /// `multipart/form-data` with a file.
    Form(fn() -> Value),
}

/// What is promised of one operation. The scopes are asked for before its handler runs.
#[derive(Clone, Copy)]
pub struct Contract {
    /// The method.
    pub method: &'static Method,
    /// The path below `/api/v2`, with `{names}`.
    pub path: &'static str,
    /// The token has to carry one of these.
    pub scopes: &'static [&'static str],
    /// One sentence.
    pub summary: &'static str,
    /// Names of query parameters, in groups.
    pub query: &'static [&'static [&'static str]],
    /// What it takes.
    pub takes: Shape,
    /// The status of success.
    pub status: u16,
    /// What it gives then.
    pub gives: Shape,
    /// What keeps it from being done, with the status 412.
    pub unless: Option<&'static str>,
}

/// An operation and who does it.
pub(crate) struct Operation {
    contract: Contract,
    route: MethodRouter<ApiState>,
}

impl Operation {
    fn new<H, T>(
        (method, filter): (&'static Method, MethodFilter),
        path: &'static str,
        scopes: &'static [&'static str],
        handler: H,
    ) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        Self {
            contract: Contract {
                method,
                path,
                scopes,
                summary: "",
                query: &[],
                takes: Shape::Nothing,
                status: 200,
                gives: Shape::Nothing,
                unless: None,
            },
            route: on(filter, Asking { scopes, handler }),
        }
    }

    pub(crate) fn get<H, T>(path: &'static str, scopes: &'static [&'static str], handler: H) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        Self::new((&Method::GET, MethodFilter::GET), path, scopes, handler)
    }

    pub(crate) fn post<H, T>(
        path: &'static str,
        scopes: &'static [&'static str],
        handler: H,
    ) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        Self::new((&Method::POST, MethodFilter::POST), path, scopes, handler).status(201)
    }

    pub(crate) fn put<H, T>(path: &'static str, scopes: &'static [&'static str], handler: H) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        Self::new((&Method::PUT, MethodFilter::PUT), path, scopes, handler)
    }

    pub(crate) fn patch<H, T>(
        path: &'static str,
        scopes: &'static [&'static str],
        handler: H,
    ) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        Self::new((&Method::PATCH, MethodFilter::PATCH), path, scopes, handler)
    }

    pub(crate) fn delete<H, T>(
        path: &'static str,
        scopes: &'static [&'static str],
        handler: H,
    ) -> Self
    where
        H: Handler<T, ApiState>,
        T: 'static,
    {
        Self::new(
            (&Method::DELETE, MethodFilter::DELETE),
            path,
            scopes,
            handler,
        )
        .status(204)
    }

    /// One sentence for the document.
    pub(crate) const fn says(mut self, summary: &'static str) -> Self {
        self.contract.summary = summary;
        self
    }

    /// Names of the query parameters that it reads, in groups.
    pub(crate) const fn query(mut self, names: &'static [&'static [&'static str]]) -> Self {
        self.contract.query = names;
        self
    }

    /// What it takes.
    pub(crate) const fn takes(mut self, shape: Shape) -> Self {
        self.contract.takes = shape;
        self
    }

    /// The status of success: 200, for `POST` 201 and for `DELETE` 204 where nothing is said.
    pub(crate) const fn status(mut self, status: u16) -> Self {
        self.contract.status = status;
        self
    }

    /// Its body has no limit here: the handler reads it piece by piece and counts.
    pub(crate) fn streams(mut self) -> Self {
        self.route = self.route.layer(DefaultBodyLimit::disable());
        self
    }

    /// What it gives.
    pub(crate) const fn gives(mut self, shape: Shape) -> Self {
        self.contract.gives = shape;
        self
    }

    /// What keeps it from being done, with the status 412.
    pub(crate) const fn unless(mut self, what: &'static str) -> Self {
        self.contract.unless = Some(what);
        self
    }

    pub(crate) const fn contract(&self) -> Contract {
        self.contract
    }

    /// With its route.
    pub(crate) fn add_to(self, router: Router<ApiState>) -> Router<ApiState> {
        router.route(&format!("{ROOT}{}", self.contract.path), self.route)
    }
}

/// Query parameters that choose fields.
pub(crate) const FIELDS: &[&str] = &["fields", "include_fields"];
/// Query parameters of lists with pages.
pub(crate) const PAGES: &[&str] = &["page", "per_page", "include_totals"];
/// Query parameters of lists with a cursor.
pub(crate) const CURSOR: &[&str] = &["from", "take"];
