use serde_json::json;
use trickle_password::custom_hash;

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
            "OBJECT_ADDITIONAL_PROPERTIES",
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
