use trickle_password::{Verdict, VerifyError};

use crate::{identify, verify};

/// Made with pyca/bcrypt 5.0 and, where marked, by the system's libcrypt (`crypt_blowfish`).
const VECTORS: &[(&str, &str)] = &[
    (
        "correct horse",
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.WrAwgFxicHZ3kL7zMvXYXHKosDn8ot2",
    ),
    (
        "correct horse",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.WrAwgFxicHZ3kL7zMvXYXHKosDn8ot2",
    ),
    (
        "correct horse",
        "$2y$05$CCCCCCCCCCCCCCCCCCCCC.WrAwgFxicHZ3kL7zMvXYXHKosDn8ot2",
    ),
    (
        "correct horse",
        "$2b$10$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu",
    ),
    (
        "pässwörd ✓",
        "$2b$04$abcdefghijklmnopqrstuuESmz2KlYgnhSMqAh8U2JHaWhc4kF.6a",
    ),
    (
        "",
        "$2b$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq",
    ),
    // libcrypt
    (
        "U*U*",
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK",
    ),
    (
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
        "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
    ),
];

#[test]
fn verifies_hashes_of_other_implementations_and_asks_for_argon2id() {
    for (password, hash) in VECTORS {
        assert_eq!(verify(password, hash), Ok(Verdict::NeedsRehash), "{hash}");
        assert_eq!(verify("another", hash), Ok(Verdict::Mismatch), "{hash}");
    }
    let identified = identify(VECTORS[3].1).unwrap();
    assert_eq!(
        (
            identified.scheme,
            &*identified.cost,
            identified.needs_rehash
        ),
        ("bcrypt", "cost=10", true)
    );
}

#[test]
fn seventy_two_bytes_count_and_no_more() {
    let of_71 = "$2b$04$abcdefghijklmnopqrstuu.gc7UY/21CSNJGJg21jJzx9QiOpJ9bO";
    let of_72 = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";
    let xs = |count| "x".repeat(count);
    assert_eq!(verify(&xs(71), of_71), Ok(Verdict::NeedsRehash));
    assert_eq!(verify(&xs(72), of_71), Ok(Verdict::Mismatch));
    assert_eq!(verify(&xs(71), of_72), Ok(Verdict::Mismatch));
    for count in [72, 73, 2048] {
        assert_eq!(
            verify(&xs(count), of_72),
            Ok(Verdict::NeedsRehash),
            "{count}"
        );
    }
    // The cut may fall within a character.
    assert_eq!(
        verify(&format!("{}ä", xs(71)), of_72),
        Ok(Verdict::Mismatch)
    );
}

#[test]
fn loose_last_bits_of_a_salt_are_ignored() {
    let hash = "$2y$05$CCCCCCCCCCCCCCCCCCCCCDWrAwgFxicHZ3kL7zMvXYXHKosDn8ot2";
    assert_eq!(verify("correct horse", hash), Ok(Verdict::NeedsRehash));
}

#[test]
fn costs_above_the_ceiling_are_refused_unworked() {
    let hash = |cost| format!("$2b${cost}$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu");
    let refused = |value| VerifyError::CostTooHigh {
        scheme: "bcrypt",
        parameter: "cost",
        value,
        ceiling: 15,
    };
    for cost in [16, 31, 99] {
        assert_eq!(verify("correct horse", &hash(cost)), Err(refused(cost)));
    }
    assert!(identify(&hash(15)).is_ok());
}

#[test]
fn broken_hashes_are_malformed() {
    for hash in [
        "$2b$",
        "$2b$10",
        "$2b$10$",
        "$2b$10$abcdefghijklmnopqrstuu",
        "$2b$10$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3X",
        "$2b$10$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xuu",
        "$2b$10$abcdefghijklmnopqrst=u23JPZtHcGhwXSF41f93o/7vBdDut3Xu",
        "$2b$10$abcdefghijklmnopqrstüu3JPZtHcGhwXSF41f93o/7vBdDut3Xu",
        "$2b$3$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu",
        "$2b$03$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu",
        "$2b$+5$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu",
        "$2b$010$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu",
    ] {
        assert_eq!(
            verify("correct horse", hash),
            Err(VerifyError::Malformed { scheme: "bcrypt" }),
            "{hash}"
        );
    }
}
