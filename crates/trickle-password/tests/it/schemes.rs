//! Hashes that other implementations made: `vectors/make.py` (passlib, Django, Werkzeug, Python's hashlib) and vectors that
//! the authors of the formats published.

use trickle_password::{Verdict, VerifyError};

use crate::{identify, verify};

const MADE: &str = include_str!("vectors/made.txt");
const PUBLISHED: &str = include_str!("vectors/published.txt");

/// Source, scheme, password, hash.
fn rows(
    text: &'static str,
) -> impl Iterator<Item = (&'static str, &'static str, String, &'static str)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            let [source, scheme, password, hash] = columns[..] else {
                panic!("four columns: {line}");
            };
            (
                source,
                scheme,
                serde_json::from_str(password).unwrap(),
                hash,
            )
        })
}

fn check(text: &'static str) -> usize {
    let mut count = 0;
    for (source, scheme, password, hash) in rows(text) {
        let identified = identify(hash).unwrap_or_else(|error| panic!("{source}: {hash}: {error}"));
        assert_eq!(identified.scheme, scheme, "{source}: {hash}");
        let expected = if identified.needs_rehash {
            Verdict::NeedsRehash
        } else {
            Verdict::Match
        };
        assert_eq!(
            verify(&password, hash),
            Ok(expected),
            "{source}: {password:?}: {hash}"
        );
        assert_eq!(
            verify("not this one", hash),
            Ok(Verdict::Mismatch),
            "{source}: {hash}"
        );
        count += 1;
    }
    count
}

#[test]
fn hashes_of_other_implementations_verify() {
    assert!(check(MADE) > 400);
}

#[test]
fn published_vectors_verify() {
    assert!(check(PUBLISHED) > 30);
}

#[test]
fn costs_above_the_ceilings_are_refused_unworked() {
    for (hash, parameter, value, ceiling) in [
        (
            "$pbkdf2-sha256$i=10000001,l=32$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "iterations times blocks",
            10_000_001,
            10_000_000,
        ),
        (
            "$pbkdf2-sha256$i=6000000,l=64$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "iterations times blocks",
            12_000_000,
            10_000_000,
        ),
        (
            "$pbkdf2-whirlpool$i=2500001,l=64$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "iterations times blocks",
            2_500_001,
            2_500_000,
        ),
        (
            "$pbkdf2-mdc2$i=156251,l=16$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "iterations times blocks",
            156_251,
            156_250,
        ),
        (
            "pbkdf2_sha256$4294967295$salt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "iterations times blocks",
            4_294_967_295,
            10_000_000,
        ),
        (
            "$scrypt$ln=19,r=8,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "memory in KiB",
            524_288,
            262_144,
        ),
        (
            "$scrypt$ln=63,r=4294967295,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "memory in KiB",
            u32::MAX,
            262_144,
        ),
        (
            "$scrypt$ln=1,r=1048576,p=16$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "memory in KiB",
            2_097_152,
            262_144,
        ),
        (
            "$scrypt$ln=4,r=8,p=17$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "lanes",
            17,
            16,
        ),
        (
            "scrypt:1048576:8:1$salt$00000000000000000000000000000000",
            "memory in KiB",
            1_048_576,
            262_144,
        ),
        (
            "$6$rounds=999999999$salt$GIjUm8DGWLsXgTRB21rGqLKpBmQSPSz5d6FPUDhAjxNuQsMFmXhPdFCREQOgNSkVSNCLc0Nk2dJMrRIlQxiUu1",
            "rounds",
            999_999_999,
            2_000_000,
        ),
        (
            "SCRAM-SHA-256$10000001:AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAA",
            "iterations",
            10_000_001,
            10_000_000,
        ),
        (
            "02f8f2aabbccddeeff00112233445566778899aabbccddeeff00112233445566:x9:3_32_2_536870912",
            "memory in KiB",
            524_288,
            262_144,
        ),
        (
            "02f8f2aabbccddeeff00112233445566778899aabbccddeeff00112233445566:x9:3_32_6_8388608:3_32_6_8388608",
            "passes",
            12,
            10,
        ),
        (
            "$P$Uabcdefgh/TvA8i4HrnCAAtLzPDRb01",
            "binary logarithm of the rounds",
            32,
            22,
        ),
        (
            r#"{"algorithm":"template","template":"repeat(1000001, md5, $p)","hash":{"value":"00"}}"#,
            "digest calls",
            1_000_001,
            1_000_000,
        ),
    ] {
        let refused = |error: VerifyError| match error {
            VerifyError::CostTooHigh {
                parameter: p,
                value: v,
                ceiling: c,
                ..
            } => (p, v, c),
            error => panic!("{hash}: {error}"),
        };
        assert_eq!(
            refused(identify(hash).unwrap_err()),
            (parameter, value, ceiling),
            "{hash}"
        );
        assert_eq!(
            refused(verify("password", hash).unwrap_err()),
            (parameter, value, ceiling),
            "{hash}"
        );
    }
}

#[test]
fn marks_without_their_form_are_malformed() {
    for hash in [
        "$pbkdf2-sha256$i=1000,l=32$c2FsdA$AAAA",
        "$pbkdf2-sha256$i=0,l=16$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
        "pbkdf2_sha256$x$salt$AAAA",
        "$scrypt$ln=4,r=8$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
        "scrypt:1000:8:1$salt$00000000000000000000000000000000",
        "$s0$e0801$c2FsdA==$",
        "$7$C6..../....SodiumChloride",
        "$7$C1234é1234salt$key",
        "$y$j9T$abc",
        "$1$toolongsalt$qJH7.N4xYta3aEG/dfqo/0",
        "$5$rounds=5000$salt",
        "$P$Babcdefgh",
        "$S$Dabcdefgh",
        "$NT$00",
        "{SSHA}AAAA",
        "{SHA}AAAA",
        "{PKCS5S2}AAAA",
        "$wp$2y$10$short",
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==$c2FsdA$AAAA",
        "$aspnet-membership$AAAA$AAAA",
        "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA",
        "SCRAM-SHA-256$0:AAAA",
        "0x0100AAAA",
        "02f8f2aabbccddeeff00112233445566778899aabbccddeeff00112233445566:x9:3_32_0_8388608",
        r#"{"algorithm":"md5","hash":{"value":"zz","encoding":"hex"}}"#,
        r#"{"algorithm":"template","template":"md5($p","hash":{"value":"00"}}"#,
        r#"{"algorithm":"template","template":"md5($s)","hash":{"value":"00"}}"#,
        "$md5$pf=e1NBTFR9$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
        "$pbkdf2-sha256$c2FsdHNhbHQ=$AAAA",
        r#"{"credentialData":"{}","secretData":"{}"}"#,
    ] {
        let error = identify(hash).unwrap_err();
        assert!(
            matches!(error, VerifyError::Malformed { .. }),
            "{hash}: {error:?}"
        );
    }
}

#[test]
fn without_parameters_a_padded_salt_is_a_salt() {
    let bare = "$pbkdf2-sha256$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let padded = bare.replace("HNhbHQ$", "HNhbHQ=$") + "==";
    for hash in [bare, &padded] {
        let identified = identify(hash).unwrap();
        assert_eq!(identified.cost, "sha256, i=100000, l=64", "{hash}");
    }
}

/// The work of these grows with the password.
#[test]
fn very_long_passwords_match_no_legacy_hash() {
    let long = "x".repeat(4097);
    let md5 = "$1$abcdefgh$AAAAAAAAAAAAAAAAAAAAA.";
    assert_eq!(verify(&long, md5), Ok(Verdict::Mismatch));
    assert_eq!(
        verify(&long[1..], &format!("{{noop}}{}", &long[1..])),
        Ok(Verdict::NeedsRehash)
    );
    assert_eq!(
        verify(&long, &format!("{{noop}}{long}")),
        Ok(Verdict::Mismatch)
    );
}
