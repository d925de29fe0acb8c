//! Vectors from other implementations, ceilings, and the decision to rehash.

mod argon2;
mod bcrypt;
mod custom;
mod guess;
mod make;
mod schemes;
mod secrets;

use trickle_password::{Identified, Verdict, VerifyError};

fn verify(password: &str, hash: &str) -> Result<Verdict, VerifyError> {
    trickle_password::verify(&password.into(), &hash.into())
}

fn identify(hash: &str) -> Result<Identified, VerifyError> {
    trickle_password::identify(&hash.into())
}

#[test]
fn unknown_schemes_are_named_so() {
    for hash in [
        "",
        "$",
        "$$",
        "plain text",
        "$1salt$qJH7.N4xYta3aEG/dfqo/0",
        "$2c$05$CCCCCCCCCCCCCCCCCCCCC.WrAwgFxicHZ3kL7zMvXYXHKosDn8ot2",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "{UNKNOWN}c2FsdA==",
        "{\"algorithm\": 7",
        "$argon2$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        " $2b$05$CCCCCCCCCCCCCCCCCCCCC.WrAwgFxicHZ3kL7zMvXYXHKosDn8ot2",
    ] {
        assert_eq!(identify(hash), Err(VerifyError::UnknownScheme), "{hash}");
        assert_eq!(
            verify("password", hash),
            Err(VerifyError::UnknownScheme),
            "{hash}"
        );
    }
}
