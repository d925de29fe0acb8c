//! What to do about an outcome.

use trickle_model::{LimitKind, Outage, Outcome};

/// The next step, and the page that knows more; nothing where nothing is wrong.
pub fn of(outcome: &Outcome) -> Option<String> {
    let step = match outcome {
        Outcome::Profile(_) | Outcome::Done(_) => return None,
        Outcome::NoSuchUser | Outcome::WrongCredentials(_) => {
            "where that is not so, try with the address and the password as the legacy store has them"
        }
        Outcome::Refused(_) => "where it was meant, nothing; its message reaches the application",
        Outcome::ScriptError(_) => "mend the line; `trickle lint` looks for more of the kind",
        Outcome::BadAnswer(_) => "give what docs/reference/scripts.md says of the profile",
        Outcome::DidNotAnswer => {
            "call the callback on every path; `trickle lint` finds most that do not"
        }
        Outcome::TooSlow(_) => "give the driver a time limit of its own, below that of the run",
        Outcome::TooMuchCpu(_) => "look for a loop, and take `bcrypt` in place of `bcryptjs`",
        Outcome::TooMuchMemory(_) => "read one user, and the columns that are needed",
        Outcome::OverLimit(breach) if breach.kind == LimitKind::Sockets => {
            "close connections, or keep one client in `global`"
        }
        Outcome::OverLimit(_) => "stay below the limit that the message names",
        Outcome::EgressDenied(_) => {
            "open a private address by `--allow-net HOST:PORT`, or by `allow` under [network] of trickle.toml"
        }
        Outcome::Crashed(_) | Outcome::Busy => "try again; nothing was decided",
        Outcome::LegacyStoreDown(Outage::Tls, _) => {
            "give the driver the authority of the store's certificate, as its `ca`"
        }
        Outcome::LegacyStoreDown(Outage::Dns, _) => {
            "look whether the store's name is right, and known on this machine"
        }
        Outcome::LegacyStoreDown(..) => {
            "look whether the store listens where `configuration` says, and can be reached from here"
        }
    };
    let name = outcome.name();
    Some(format!("{step}; docs/reference/outcomes/{name}.md"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use trickle_model::{LimitBreach, ScriptError};

    use super::*;

    #[test]
    fn every_advice_names_a_page_that_is_there() {
        let breach = |kind| LimitBreach {
            kind,
            limit: 1,
            used: None,
        };
        let error = ScriptError::default;
        let outcomes = [
            Outcome::NoSuchUser,
            Outcome::WrongCredentials(None),
            Outcome::Refused(error()),
            Outcome::ScriptError(error()),
            Outcome::BadAnswer(String::new()),
            Outcome::DidNotAnswer,
            Outcome::over(breach(LimitKind::Wall)),
            Outcome::over(breach(LimitKind::Cpu)),
            Outcome::over(breach(LimitKind::Heap)),
            Outcome::over(breach(LimitKind::Sockets)),
            Outcome::over(breach(LimitKind::Console)),
            Outcome::EgressDenied(String::new()),
            Outcome::Crashed(String::new()),
            Outcome::Busy,
            Outcome::LegacyStoreDown(Outage::Tls, error()),
            Outcome::LegacyStoreDown(Outage::Dns, error()),
            Outcome::LegacyStoreDown(Outage::Refused, error()),
        ];
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for outcome in outcomes {
            let advice = of(&outcome).expect("something is wrong");
            let (_, page) = advice.rsplit_once("; ").expect("a page after the step");
            assert!(root.join(page).is_file(), "{page}");
        }
    }
}
