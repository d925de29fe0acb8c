#![doc = include_str!("../README.md")]

mod auth;
mod client_address;
mod cookies;
mod failure;
mod health;
mod host;
mod id_tokens;
mod json;
mod leftover;
mod pages;
mod published_key;
mod request_log;
mod router;
mod session_cookie;
mod state;
mod tokens;
mod v2;
mod verified;

pub use auth::answer;
pub use router::{BODY_MAX_BYTES, authentication_openapi, router};
pub use state::{ApiState, Tenancy};
pub use v2::{Contract, ManagementRate, Named, Shape, contracts, openapi};
