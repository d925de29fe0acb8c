//! The Authentication API.

pub mod answer;
pub(crate) mod dbconnections;
mod error;
pub(crate) mod jwks;
pub(crate) mod openid_configuration;
mod profile_claims;
pub(crate) mod token;
pub(crate) mod userinfo;

pub(crate) use error::Error;
