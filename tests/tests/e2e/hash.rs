//! `trickle hash`.

use serde_json::Value;

use crate::harness::{run, run_with_input};

const PASSWORD: &str = "correct horse";

/// What a person who knows would call each text.
const LABELLED: [(&str, &str); 42] = [
    (
        "argon2id",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ),
    (
        "argon2i",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
    ),
    (
        "argon2d",
        "$argon2d$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
    ),
    (
        "argon2id",
        "3|$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ),
    (
        "bcrypt",
        "$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6",
    ),
    (
        "bcrypt",
        "{bcrypt}$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6",
    ),
    (
        "wordpress-bcrypt",
        "$wp$2y$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6",
    ),
    (
        "django-bcrypt-sha256",
        "bcrypt_sha256$$2b$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6",
    ),
    (
        "passlib-bcrypt-sha256",
        "$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2",
    ),
    ("md5-crypt", "$1$28772684$iEwNOgGugqO9.bIz5sk8k/"),
    ("apr1", "$apr1$71850310$gh9m4xcAn3MGxogwX/ztb."),
    ("des-crypt", "48c/R8JAv757A"),
    (
        "sha256-crypt",
        "$5$rounds=5000$GX7BopJZJxPc/KEK$le16UF8I2Anb.rOrn22AUPWvzUETDGefUmAV8AZkGcD",
    ),
    (
        "sha512-crypt",
        "$6$52450745$k5ka2p8bFuSmoVT1tzOyyuaREkkKBcCNqoDKzYiJL9RaE8yMnPgh2XzzF0NDrUhgrcLwg78xs1w5pJiypEdFX/",
    ),
    (
        "yescrypt",
        "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7",
    ),
    ("phpass", "$P$984478476IagS59wHZvyQMArzfx58u."),
    ("phpass", "$H$984478476IagS59wHZvyQMArzfx58u."),
    (
        "drupal7",
        "$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf",
    ),
    ("ldap", "{SHA}uJ6qx+YUFzQbcQtyd2gpTQ5qJ3s="),
    ("ldap", "{SSHA}AZKja92fbuuB9SpRlHqaoXxbTc43Mzc2MDM1Ng=="),
    (
        "ldap",
        "{SSHA256}OZiz0cnQ5hgyel3Emh7NCbhBRCQ+HVBwYplQunHYnER7TLuV",
    ),
    (
        "atlassian-pkcs5s2",
        "{PKCS5S2}NzIyNzM0NzY3NTIwNjI3MdDDis7wPxSbSzfFqDGf7u/L00kSEnupbz36XCL0m7wa",
    ),
    (
        "django-pbkdf2",
        "pbkdf2_sha256$20000$H0dPx8NeajVu$GiC4k5kqbbR9qWBlsRgDywNqC2vd9kqfk7zdorEnNas=",
    ),
    (
        "django-digest",
        "sha1$fe76b$02d5916550edf7fc8c886f044887f4b1abf9b013",
    ),
    (
        "passlib-pbkdf2",
        "$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdYw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M",
    ),
    (
        "pbkdf2",
        "$pbkdf2-sha1$i=4096,l=20$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE",
    ),
    (
        "scrypt-crypt",
        "$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
    ),
    (
        "spring-scrypt",
        "{scrypt}$e0801$8bWJaSu2IKSn9Z9kM+TPXfOc/9bdYSrN1oD9qfVThWEwdRTnO7re7Ei+fUZRJ68k9lTyuTeUp4of4g24hHnazw==$OAOec05+bXxvuu/1qZ6NUR+xQYvYv7BeL1QxwRpY5Pc=",
    ),
    (
        "firebase-scrypt",
        "$firescrypt$ln=14,r=8,p=1$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==$Bw==$jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
    ),
    ("nt", "$NT$b4b9b02e6f09a9bd760f388b67351e2b"),
    ("md5", "5f4dcc3b5aa765d61d8327deb882cf99"),
    ("sha1", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"),
    (
        "sha256",
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
    ),
    (
        "sha512",
        "b109f3bbbc244eb82441917ed06d618b9008dd09b3befd1b5e07394c706a8bb980b1d7785e5976ec049b46df5f1326af5a2ea6d103fd07c95385ffab0cacbc86",
    ),
    ("mysql", "*FCF7C1B8749CF99D88E5F34271D636178FB5D130"),
    (
        "mssql",
        "0x02000102030434ea1b17802fd95ea6316bd61d2c94622ca3812793e8fb1672487b5c904a45a31b2ab4a78890d563d2fcf5663e46fe797d71550494be50cf4915d3f4d55ec375",
    ),
    (
        "oracle",
        "S:AC5F1E62D21FD0529428B84D42E8955B0496670338445748184477378130",
    ),
    (
        "postgres-scram",
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    ),
    ("postgres-md5", "md5a6343a68d964ca596d9752250d54bb8a"),
    (
        "magento",
        "ab5ebf8d273b085b6a60336198e0a5a2090fdc3e0606a678315c7274ab06e046:5PiKJRn28bBKoFMopMaaKuV47aJ6GzVg:3_32_2_67108864",
    ),
    ("md5, salt as prefix", "374996a5e8a5e57fd97d893f7df79824:36"),
    (
        "rfc2898",
        "XohImNooBHFR0OVvjcYpJxQWFjyrKQ3ZCZwjVnH6pEv4Tlzd",
    ),
];

#[test]
fn labelled_hashes_are_identified() {
    let lines: String = LABELLED
        .iter()
        .map(|(_, hash)| format!("{hash}\n"))
        .collect();
    let told = run_with_input(&["hash", "identify", "--json"], &lines).with_code(0);
    let all = told.json();
    let guesses = all.as_array().unwrap();
    assert_eq!(guesses.len(), LABELLED.len());
    for ((label, hash), guesses) in LABELLED.iter().zip(guesses) {
        assert_eq!(guesses[0]["scheme"], *label, "{hash}");
        assert!(guesses[0]["import"].is_object(), "{hash}");
    }
    let text = run(&["hash", "identify", LABELLED[30].1])
        .with_code(0)
        .stdout;
    assert!(
        text.contains("md5") && text.contains("import as {"),
        "{text}"
    );
    let role = run(&["hash", "identify", "md5a6343a68d964ca596d9752250d54bb8a"]);
    let role = role.with_code(0).stdout;
    assert!(role.contains("write the name into `user`"), "{role}");
    let unknown = run(&["hash", "identify", "hello"]).with_code(1).stdout;
    assert!(unknown.contains("no known kind"), "{unknown}");
    let costly = "$2b$31$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6";
    let costly = run(&["hash", "identify", costly]).with_code(1).stdout;
    assert!(costly.contains("cannot be verified"), "{costly}");
}

#[test]
fn what_is_identified_can_be_imported() {
    let mut hashes: Vec<&str> = LABELLED.iter().map(|(_, hash)| *hash).collect();
    hashes.push("crypt$$abNANd1rDfiNc");
    hashes.push("AOpHWX+WEzHPkznrDx904KLk8h2yCbTiiBYVdskTN/1ToeEupAlY8/zSsH33zUsjBg==");
    let told = run_with_input(&["hash", "identify", "--json"], &hashes.join("\n"));
    let told = told.with_code(0).json();
    let rows = told.as_array().unwrap().iter().enumerate();
    let rows: Vec<String> = rows
        .map(|(number, guesses)| {
            let mut row = guesses[0]["import"].clone();
            row["email"] = format!("u{number}@example.com").into();
            row.to_string()
        })
        .collect();
    assert_eq!(rows.len(), hashes.len());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.ndjson");
    std::fs::write(&path, rows.join("\n")).unwrap();
    let tried = run(&["import", path.to_str().unwrap(), "--dry-run"]);
    assert_eq!(tried.code, 0, "{tried:?}");
    let plain = run(&["hash", "identify", "{noop}secret", "--json"]).with_code(0);
    let plain = plain.json();
    assert_eq!(plain[0][0]["import"], Value::Null);
    assert!(plain[0][0]["note"].is_string(), "{plain}");
}

#[test]
fn every_hash_that_is_made_is_identified_and_verified() {
    let list = run(&["hash", "make", "--list", "--json"])
        .with_code(0)
        .json();
    let schemes: Vec<String> = serde_json::from_value(list).unwrap();
    assert!(schemes.len() >= 15, "{schemes:?}");
    for scheme in schemes {
        let made = run_with_input(&["hash", "make", &scheme], PASSWORD).with_code(0);
        let hash = made.stdout.trim();
        assert!(!hash.contains(PASSWORD));
        let verified = |password: &str| {
            let args = ["hash", "verify", hash, "--json"];
            run_with_input(&args, &format!("{password}\n"))
        };
        let right = verified(PASSWORD).with_code(0).json();
        assert_eq!(right["matches"], true, "{scheme}: {hash}");
        assert_eq!(right["needs_rehash"], scheme != "argon2id", "{scheme}");
        let wrong = verified("something else").with_code(1).json();
        assert_eq!(wrong["hash"], Value::Null, "{scheme}");
    }
}

#[test]
fn a_known_password_tells_what_a_bare_digest_is() {
    // The NT hash of "hashcat", which looks like MD5.
    let args = [
        "hash",
        "verify",
        "b4b9b02e6f09a9bd760f388b67351e2b",
        "--json",
    ];
    let verified = run_with_input(&args, "hashcat").with_code(0).json();
    assert_eq!(verified["hash"]["scheme"], "nt");
    let described = &verified["hash"]["import"]["custom_password_hash"];
    assert_eq!(described["password"]["encoding"], "utf16le");
    run_with_input(&["hash", "verify", "hello"], "x").with_code(2);
    run_with_input(&["hash", "make", "rot13"], "x").with_code(2);
    run(&["hash", "verify"]).with_code(2);
    run(&["hash", "identify"]).with_code(2);
}
