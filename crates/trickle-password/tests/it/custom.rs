use serde_json::json;
use trickle_password::{Verdict, custom_hash};

#[test]
fn what_is_wrong_is_named_by_field_and_code() {
    let hash = json!({"value": "5f4dcc3b5aa765d61d8327deb882cf99", "encoding": "hex"});
    for (value, path, code) in [
        (json!("text"), "", "INVALID_TYPE"),
        (json!({"algorithm": "md5"}), "hash", "OBJECT_REQUIRED"),
        (json!({"hash": hash}), "algorithm", "OBJECT_REQUIRED"),
        (
            json!({"algorithm": "rot13", "hash": hash}),
            "algorithm",
            "ENUM_MISMATCH",
        ),
        (
            json!({"algorithm": "md5", "hash": {"value": "x"}}),
            "hash.encoding",
            "OBJECT_REQUIRED",
        ),
        (
            json!({"algorithm": "md5", "hash": {"value": "x", "encoding": "utf8"}}),
            "hash.encoding",
            "ENUM_MISMATCH",
        ),
        (
            json!({"algorithm": "md5", "hash": {"value": "xy", "encoding": "hex"}}),
            "hash.value",
            "FORMAT",
        ),
        (
            json!({"algorithm": "md5", "hash": {"value": "00", "encoding": "hex"}}),
            "hash.value",
            "FORMAT",
        ),
        (
            json!({"algorithm": "md5", "hash": {"value": 5, "encoding": "hex"}}),
            "hash.value",
            "INVALID_TYPE",
        ),
        (
            json!({"algorithm": "md5", "hash": hash, "salt": {"value": "x", "position": "middle"}}),
            "salt.position",
            "ENUM_MISMATCH",
        ),
        (
            json!({"algorithm": "md5", "hash": hash, "password": {"encoding": "ebcdic"}}),
            "password.encoding",
            "ENUM_MISMATCH",
        ),
        (
            json!({"algorithm": "md5", "hash": hash, "extra": 1}),
            "extra",
            "NOT_PASSED",
        ),
        (
            json!({"algorithm": "md5", "hash": hash, "salt": {"value": "x", "pos": "suffix"}}),
            "salt.pos",
            "NOT_PASSED",
        ),
        (
            json!({"algorithm": "hmac", "hash": {"value": "00", "encoding": "hex", "digest": "md5", "key": {"text": "k"}}}),
            "hash.key.text",
            "NOT_PASSED",
        ),
        (
            json!({"algorithm": "bcrypt", "hash": {"value": "$2b$"}, "password": {"encode": "utf16le"}}),
            "password.encode",
            "NOT_PASSED",
        ),
        (
            json!({"algorithm": "md5", "hash": hash, "salt": {"value": "x".repeat(8192)}}),
            "",
            "MAX_LENGTH",
        ),
        (
            json!({"algorithm": "hmac", "hash": hash}),
            "hash.digest",
            "OBJECT_REQUIRED",
        ),
        (
            json!({"algorithm": "hmac", "hash": {"value": "5f4dcc3b5aa765d61d8327deb882cf99", "encoding": "hex", "digest": "md5"}}),
            "hash.key",
            "OBJECT_REQUIRED",
        ),
        (
            json!({"algorithm": "scrypt", "hash": hash}),
            "keylen",
            "OBJECT_REQUIRED",
        ),
        (
            json!({"algorithm": "scrypt", "keylen": 16, "cost": 1000, "hash": hash}),
            "cost",
            "NOT_PASSED",
        ),
        (
            json!({"algorithm": "scrypt", "keylen": 16, "blockSize": 0, "hash": hash}),
            "blockSize",
            "MINIMUM",
        ),
        (
            json!({"algorithm": "scrypt", "keylen": 16, "parallelization": 0, "hash": hash}),
            "parallelization",
            "MINIMUM",
        ),
        (
            json!({"algorithm": "pbkdf2", "iterations": 0, "hash": {"value": "00", "encoding": "hex", "digest": "sha1"}}),
            "iterations",
            "MINIMUM",
        ),
        (
            json!({"algorithm": "stored", "hash": {"value": "$1$"}, "salt": {"value": "x"}}),
            "salt",
            "NOT_PASSED",
        ),
        (
            json!({"algorithm": "stored", "hash": {"value": "{noop}hunter2"}}),
            "hash.value",
            "FORMAT",
        ),
        (
            json!({"algorithm": "template", "template": "base64($p)", "hash": {"value": "aHVudGVyMg=="}}),
            "hash.value",
            "FORMAT",
        ),
        (
            json!({"algorithm": "template", "template": "md5($s)", "hash": {"value": "aHVudGVyMg=="}}),
            "template",
            "FORMAT",
        ),
        (
            json!({"algorithm": "argon2", "hash": {"value": "$argon2id$"}, "salt": {"value": "x"}}),
            "salt",
            "NOT_PASSED",
        ),
        (
            json!({"algorithm": "bcrypt", "hash": {"value": "$2b$20$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu"}}),
            "hash.value",
            "MAXIMUM",
        ),
        (
            json!({"algorithm": "bcrypt", "hash": {"value": "hunter2"}}),
            "hash.value",
            "FORMAT",
        ),
    ] {
        let error = custom_hash(&value).unwrap_err();
        assert_eq!((&*error.path, error.code), (path, code), "{value}: {error}");
        assert!(!error.to_string().contains("hunter2"));
    }
    let good = json!({"algorithm": "md5", "hash": hash});
    assert_eq!(custom_hash(&good).unwrap().as_str(), good.to_string());
}

#[test]
fn an_unknown_algorithm_is_told_the_known_ones() {
    let hash = json!({"value": "5f4dcc3b5aa765d61d8327deb882cf99", "encoding": "hex"});
    let error = |name: &str| custom_hash(&json!({"algorithm": name, "hash": hash})).err();
    let unknown = error("rot13").unwrap().message;
    let (algorithms, digests) = unknown
        .strip_prefix("unknown algorithm; known are ")
        .and_then(|known| known.split_once(", and the digests "))
        .unwrap();
    assert!(algorithms.contains("bcrypt") && digests.contains("sha256"));
    for name in algorithms.split(", ").chain(digests.split(", ")) {
        let message = error(name).map(|error| error.message).unwrap_or_default();
        assert!(!message.starts_with("unknown algorithm"), "{name}");
    }
}

#[test]
fn what_is_stored_counts_although_an_import_would_refuse_it_now() {
    let hash = json!({"value": "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="});
    let odd = json!({"algorithm": "stored", "hash": hash, "salt": {"value": "x", "pos": 1}});
    assert!(custom_hash(&odd).is_err());
    let verdict = crate::verify("password", &odd.to_string());
    assert_eq!(verdict, Ok(Verdict::NeedsRehash));
}
