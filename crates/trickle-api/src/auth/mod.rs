//! The Authentication API.

pub mod answer;
mod error;
pub(crate) mod jwks;
pub(crate) mod openid_configuration;
mod profile_claims;
pub(crate) mod token;
pub(crate) mod userinfo;

pub(crate) use error::Error;
