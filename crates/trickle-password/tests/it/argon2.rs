use rand::SeedableRng;
use rand::rngs::StdRng;
use trickle_password::{
    Argon2Params, Password, PasswordHash, Verdict, VerifyError, hash, verify_against,
};

use crate::{identify, verify};

/// Made with the reference implementation (argon2-cffi 25.1).
const VECTORS: &[(&str, &str)] = &[
    (
        "password",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ),
    (
        "password",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    ),
    (
        "password",
        "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
    ),
    (
        "password",
        "$argon2i$v=16$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
    ),
    (
        "password",
        "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
    ),
    (
        "password",
        "$argon2d$v=19$m=256,t=2,p=2$c29tZXNhbHQ$e2nJLXw4iarRKB28i678Esw3yA8cdeM+8sLUDCjrxXM",
    ),
    (
        "pässwörd ✓",
        "$argon2id$v=19$m=512,t=1,p=1$c2l4dGVlbiBieXRlIHNhbA$DNWkVo6PqxI11AtyTGR61XNJ55WFnOu8",
    ),
    (
        "",
        "$argon2id$v=19$m=64,t=1,p=1$c2l4dGVlbiBieXRlIHNhbA$c6GB7MYN4YBNDqenSKETHg",
    ),
];

#[test]
fn verifies_hashes_of_the_reference_implementation() {
    for (password, hash) in VECTORS {
        assert_eq!(verify(password, hash), Ok(Verdict::NeedsRehash), "{hash}");
        assert_eq!(verify("Password", hash), Ok(Verdict::Mismatch), "{hash}");
    }
}

#[test]
fn two_kilobytes_count_to_the_last_byte() {
    let hash = "$argon2id$v=19$m=512,t=1,p=4$c2l4dGVlbiBieXRlIHNhbA$3G30cDNQ+IOQ7Kt2NF2l3cIGucYrvUgFQn2vxIHAryJr2k1vEvUvsDvhpWpBkikcwGHRajuuNjoKS7to63QTug";
    assert_eq!(verify(&"x".repeat(2048), hash), Ok(Verdict::NeedsRehash));
    assert_eq!(verify(&"x".repeat(2047), hash), Ok(Verdict::Mismatch));
}

#[test]
fn composed_and_decomposed_letters_are_different_passwords() {
    let hash = VECTORS[6].1;
    assert_eq!(
        verify("pa\u{308}sswo\u{308}rd ✓", hash),
        Ok(Verdict::Mismatch)
    );
}

#[test]
fn padding_and_order_of_parameters_do_not_matter() {
    let hash =
        "$argon2id$v=19$p=2,t=2,m=256$c29tZXNhbHQ=$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc=";
    assert_eq!(verify("password", hash), Ok(Verdict::NeedsRehash));
}

#[test]
fn a_new_hash_matches_and_salts_differ() {
    let mut rng = StdRng::seed_from_u64(1);
    let password = Password::from("correct horse");
    let params = Argon2Params::default();
    let first = hash(&password, &params, &mut rng);
    let second = hash(&password, &params, &mut rng);
    assert!(
        first
            .as_str()
            .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    );
    assert_ne!(first.as_str(), second.as_str());
    assert_eq!(verify("correct horse", first.as_str()), Ok(Verdict::Match));
    assert_eq!(
        verify("Correct horse", first.as_str()),
        Ok(Verdict::Mismatch)
    );
    let identified = identify(first.as_str()).unwrap();
    assert_eq!(
        (identified.scheme, identified.needs_rehash),
        ("argon2id", false)
    );
    assert_eq!(identified.cost, "m=19456 KiB, t=2, p=1");
}

#[test]
fn rehash_below_the_target_and_never_down_to_it() {
    let mut rng = StdRng::seed_from_u64(2);
    let password = Password::from("correct horse");
    let costs = |m, t| Argon2Params::new(m, t, 1).unwrap();
    let mut made = |m, t| -> PasswordHash { hash(&password, &costs(m, t), &mut rng) };
    let target = costs(64, 2);
    for (m, t, verdict) in [
        (64, 2, Verdict::Match),
        (128, 3, Verdict::Match),
        (63, 2, Verdict::NeedsRehash),
        (64, 1, Verdict::NeedsRehash),
    ] {
        assert_eq!(
            verify_against(&password, &made(m, t), &target),
            Ok(verdict),
            "{m} {t}"
        );
    }
}

#[test]
fn costs_above_the_ceiling_are_refused_unworked() {
    let hash = |m: &str, t: &str, p: &str| {
        format!(
            "$argon2id$v=19$m={m},t={t},p={p}$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        )
    };
    let refused = |hash: &str| match verify("password", hash) {
        Err(VerifyError::CostTooHigh { parameter, .. }) => parameter,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&hash("262145", "2", "1")), "memory in KiB");
    assert_eq!(
        refused(&hash("4294967295", "4294967295", "4294967295")),
        "memory in KiB"
    );
    assert_eq!(refused(&hash("256", "11", "1")), "passes");
    assert_eq!(refused(&hash("256", "2", "17")), "lanes");
    assert!(identify(&hash("262144", "10", "16")).is_ok());
    assert_eq!(
        verify("password", &hash("4294967296", "2", "1")),
        Err(VerifyError::Malformed { scheme: "argon2id" })
    );
}

#[test]
fn broken_hashes_are_malformed() {
    for rest in [
        "",
        "v=19",
        "v=19$m=256,t=2,p=1",
        "v=19$m=256,t=2,p=1$c29tZXNhbHQ",
        "v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
        "v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR$",
        "v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4$more",
        "v=19$m=256,t=2,p=1$c2Fs$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "v=19$m=256,t=2,p=1$c29tZXNhbHQ$dG9vIHNob3J0",
        "v=19$m=256,t=2,p=1$c29tZ*NhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "v=18$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "v=19$m=256,t=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "v=19$m=256,t=2,p=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "v=19$m=256,t=2,p=1,keyid=AAAA$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "v=19$m=256,t=2,p=0$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "v=19$m=15,t=2,p=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "v=19$m=-1,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    ] {
        let hash = format!("$argon2id${rest}");
        assert_eq!(
            verify("password", &hash),
            Err(VerifyError::Malformed { scheme: "argon2id" }),
            "{hash}"
        );
    }
}
