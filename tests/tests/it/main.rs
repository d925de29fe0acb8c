//! Action scripts in the real worker, against real servers.

mod convention;
mod databases;
mod modules;
mod node_layer;
mod scripts;
mod verdicts;
mod web;
