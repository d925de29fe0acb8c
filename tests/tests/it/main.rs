//! Action scripts in the real worker, against real servers.

mod convention;
mod corpus;
mod databases;
mod modules;
mod node_layer;
mod scripts;
mod types;
mod verdicts;
mod web;
