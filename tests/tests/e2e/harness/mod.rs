//! Installs, servers and those who talk to them.

mod answer;
mod deploy;
mod gate;
mod install;
mod legacy;
mod node;
mod processes;
mod program;
mod proxy;
mod python;
mod report;
mod server;
mod site;
mod terminal;
mod watching;

pub use answer::Answer;
pub use deploy::a0deploy;
pub use gate::Gate;
pub use install::Install;
pub use legacy::{LOGIN, connection, jane, legacy_connection, user};
pub use node::{clients_folder, node};
pub use processes::descendants;
pub use program::{Done, command, program_folder, run, run_with_input, test_project, unread};
pub use proxy::{Proxy, Weather};
pub use python::{python, python_program};
pub use report::{failed, failure, found};
pub use server::{Credentials, Server};
pub use site::{Manager, REALM_GRANT, Site};
pub use terminal::run_at_terminal;
pub use watching::Watching;

use std::time::Duration;

/// No state that a test waits for takes so long, even on a busy machine.
pub const LIMIT: Duration = Duration::from_mins(1);
