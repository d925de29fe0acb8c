//! Scripts that ask a web service.

mod clients;
mod service;
mod template;
