use trickle_password::{FAMILIES, Verdict, guess, verify};

/// What each text is, as a person who knows would label it.
const LABELLED: &[(&str, &str)] = &[
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
        "bcrypt",
        "$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6",
    ),
    (
        "bcrypt",
        "$2y$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6",
    ),
    (
        "bcrypt",
        "1|$2y$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6",
    ),
    (
        "bcrypt",
        "{bcrypt}$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6",
    ),
    (
        "argon2id",
        "3|$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ),
    (
        "argon2id",
        "argon2$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ),
    (
        "argon2id",
        "ARGON2ID$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    ),
    (
        "lambdaworks-scrypt",
        "$s0$41010$Gxbn9LQ4I+fZ/kt0glnZgQ==$X+dRy9oLJz1JaNm1xscUl7EmUFHIILT1ktYB5DQ3fZs=",
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
    ("des-crypt", "{CRYPT}48c/R8JAv757A"),
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
        "{SSHA512}ALtwKGBdRgD+U0fPAy31C28RyKYx7+a8kmfksccsOeLknLHv2DBXYI7TDnTolQMBuPkWDISgZr2cHfnNPFjGZTEyNDU4OTkw",
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
        "werkzeug-scrypt",
        "scrypt:32768:8:1$salt$fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
    ),
    (
        "scrypt-crypt",
        "$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
    ),
    (
        "spring-scrypt",
        "{scrypt}$e0801$8bWJaSu2IKSn9Z9kM+TPXfOc/9bdYSrN1oD9qfVThWEwdRTnO7re7Ei+fUZRJ68k9lTyuTeUp4of4g24hHnazw==$OAOec05+bXxvuu/1qZ6NUR+xQYvYv7BeL1QxwRpY5Pc=",
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
        "0x010018102152f8f28c8499d8ef263c53f8be369d799f931b2fbe",
    ),
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
    ("django-crypt", "crypt$$abNANd1rDfiNc"),
    ("django-crypt", "crypt$ab$abNANd1rDfiNc"),
    ("phpbb2", "$CP$5f4dcc3b5aa765d61d8327deb882cf99"),
];

#[test]
fn the_likeliest_guess_is_the_label() {
    assert!(LABELLED.len() >= 30);
    for (label, text) in LABELLED {
        let guesses = guess(text);
        let first = guesses
            .first()
            .unwrap_or_else(|| panic!("no guess for {text}"));
        assert_eq!(first.scheme, *label, "{text}");
        assert_eq!(first.error, None, "{text}");
        let sum: u32 = guesses
            .iter()
            .map(|guess| u32::from(guess.likelihood_percent))
            .sum();
        assert!((1..=100).contains(&sum), "{text}: {sum}");
    }
}

#[test]
fn what_goes_by_its_shape_alone_is_not_certain() {
    for (text, is_certain) in [
        ("48c/R8JAv757A", false),
        ("crypt$$abNANd1rDfiNc", false),
        ("5f4dcc3b5aa765d61d8327deb882cf99", false),
        ("{CRYPT}48c/R8JAv757A", true),
        (
            "AOpHWX+WEzHPkznrDx904KLk8h2yCbTiiBYVdskTN/1ToeEupAlY8/zSsH33zUsjBg==",
            true,
        ),
    ] {
        assert_eq!(guess(text)[0].is_certain(), is_certain, "{text}");
    }
}

#[test]
fn what_is_no_hash_has_no_guess() {
    for text in [
        "",
        "hello",
        "correct horse battery staple",
        "a:b",
        "user@example.com",
        "{}",
    ] {
        assert!(guess(text).is_empty(), "{text}");
    }
}

#[test]
fn a_hash_that_costs_too_much_is_named_with_its_error() {
    let guesses = guess("$2b$20$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu");
    assert_eq!((guesses.len(), &*guesses[0].scheme), (1, "bcrypt"));
    assert!(guesses[0].error.is_some());
}

#[test]
fn what_a_form_does_not_say_is_noted() {
    let first = |text: &str| guess(text).remove(0);
    let role = first("md5a6343a68d964ca596d9752250d54bb8a");
    assert!(role.note.unwrap().contains("`user`"), "{role:?}");
    assert!(role.hash.as_str().contains("\"template\""), "{role:?}");
    let mysql = first("*FCF7C1B8749CF99D88E5F34271D636178FB5D130");
    assert!(mysql.note.unwrap().contains("PASSWORD()"), "{mysql:?}");
    assert!(first("5f4dcc3b5aa765d61d8327deb882cf99").note.is_none());
}

#[test]
fn behind_a_products_mark_is_what_verifies() {
    for (text, password) in [
        ("crypt$$abNANd1rDfiNc", "secret"),
        ("$CP$5f4dcc3b5aa765d61d8327deb882cf99", "password"),
    ] {
        let hash = guess(text).remove(0).hash;
        let verdict = verify(&password.into(), &hash);
        assert_eq!(verdict, Ok(Verdict::NeedsRehash), "{text}");
        assert_eq!(verify(&"another".into(), &hash), Ok(Verdict::Mismatch));
    }
    for (text, scheme) in [
        ("$CP$$H$5E74xb6HXuUpokBK/qwlHqG560s8xh/", "phpbb2-phpass"),
        (r#"{"value":"AAAA","salt":"AAAA"}"#, "keycloak"),
    ] {
        let first = guess(text).remove(0);
        assert_eq!(first.scheme, scheme);
        assert!(first.error.is_some() && first.note.is_some(), "{first:?}");
    }
    for text in [
        "$CP$",
        "$CP$hello",
        "crypt$$",
        "crypt$hello",
        r#"{"value":1}"#,
    ] {
        assert!(guess(text).is_empty(), "{text}");
    }
}

#[test]
fn every_family_says_how_it_comes_in() {
    assert_eq!(FAMILIES.len(), 39);
    assert!(
        FAMILIES
            .iter()
            .all(|family| !family.form.is_empty() && !family.source.is_empty())
    );
}
