//! Tests with real processes. They pass for root and, with Yama `ptrace_scope` below 2, for ordinary users.

mod again;
mod calls;
mod connects;
mod files;
mod groups;
mod processes;
mod subject;
