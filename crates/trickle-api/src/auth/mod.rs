//! The Authentication API.

pub(crate) mod access_format;
pub mod answer;
pub(crate) mod authorize;
pub(crate) mod challenge;
pub(crate) mod client;
pub(crate) mod co_authenticate;
pub(crate) mod cors;
pub(crate) mod dbconnections;
mod error;
pub(crate) mod invitation;
pub(crate) mod issue;
pub(crate) mod jwks;
pub(crate) mod lock;
pub(crate) mod logout;
pub(crate) mod mfa;
pub(crate) mod openapi;
pub(crate) mod openid_configuration;
pub(crate) mod organization;
pub(crate) mod origins;
pub(crate) mod parameters;
mod personal_access;
mod profile_claims;
mod reach;
mod refresh_rules;
mod registered;
pub(crate) mod revoke;
pub(crate) mod ro;
pub(crate) mod second_factor;
pub(crate) mod target;
pub(crate) mod token;
pub(crate) mod unserved;
pub(crate) mod userinfo;

pub(crate) use error::Error;
