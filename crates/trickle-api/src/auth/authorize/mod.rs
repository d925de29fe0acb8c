//! `GET` and `POST /authorize`: the way from an application to the login page and back (RFC 6749 §4.1, OpenID Connect Core §3).

mod choice;
mod flow;
mod grant;
mod handler;
mod request;
mod respond;
mod ways;

pub(crate) use flow::{Flow, FlowCookie};
pub(crate) use grant::{Proof, finish};
pub(crate) use handler::{by_form, by_query};
pub(crate) use respond::see_other;
pub(crate) use ways::{ResponseMode, ResponseTypes};
