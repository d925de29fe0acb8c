//! `/dbconnections`: what people do for themselves.

pub(crate) mod change_password;
mod error;
mod input;
pub(crate) mod signup;

pub(crate) use error::Error;
