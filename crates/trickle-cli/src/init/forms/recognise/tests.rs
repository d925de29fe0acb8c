use super::*;

const BCRYPT: &str = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
const WORDPRESS: &str = "$wp$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
const PHPASS: &str = "$P$BabcdefghiBRYRDxKmzNpPzJJYcVFj0";
const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";
const YESCRYPT: &str = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7";

fn evidence(hashes: &[&str], salt: Option<&str>) -> Evidence {
    let sample = |hash: &&str| Sample {
        hash: (*hash).to_owned(),
        salt: salt.map(str::to_owned),
    };
    Evidence {
        samples: hashes.iter().map(sample).collect(),
        salt: salt.map(|_| false),
        ..Evidence::default()
    }
}

fn names(hashes: &[&str]) -> Vec<String> {
    let found = recognise(&evidence(hashes, None));
    found.forms.into_iter().map(|form| form.name).collect()
}

fn readings(evidence: &Evidence) -> Vec<String> {
    let form = recognise(evidence).forms.remove(0);
    form.readings.into_iter().map(|it| it.name).collect()
}

#[test]
fn hashes_tell_their_form() {
    for (hashes, name) in [
        (&[BCRYPT, &BCRYPT.replace("$2a", "$2y")][..], "bcrypt"),
        (&[PHPASS, WORDPRESS], "WordPress"),
        (&[PHPASS], "phpass"),
        (
            &["pbkdf2_sha256$1000$saltSALT$TMqu3y6Lp1lww1lDANJBvJMr4kgattkIpiL9tllypso="],
            "Django",
        ),
        (&["{SSHA}pqAIAgLHYQzsRqgdaTe6U+fhdxEXwnjv"], "LDAP digest"),
        (&[&format!("{{MD5}}{{salt}}{MD5}")], "digest of Spring"),
        (&["{noop}secret"], "plain text"),
        (
            &[&format!("{{pbkdf2}}{}", "a1".repeat(40))],
            "PBKDF2 of Spring",
        ),
        (
            &[
                "{scrypt}$e0801$QQTTb42iwlQ0n4WDZ5Pr4A==$AOWiVPi5Ad2PTRnq0X6QriWJuuPMSOYbnYiS7BTT4IM=",
            ],
            "scrypt of Spring",
        ),
        (&["$1$28772684$iEwNOgGugqO9.bIz5sk8k/"], "md5-crypt"),
        (
            &["*FCF7C1B8749CF99D88E5F34271D636178FB5D130"],
            "PASSWORD() of MySQL",
        ),
        (
            &["010018102152f8f28c8499d8ef263c53f8be369d799f931b2fbe"],
            "PWDENCRYPT() of SQL Server",
        ),
        (&["8c0b1148809cae6fe9e6e642bcfaff71:x9:0"], "Magento 2"),
        (
            &["sha1:64000:18:CUZQnhfZqyNRIHKKMah3yfZqyNRIHKKM:PoXU2ujIIXabFAot9wO7cl9M"],
            "PBKDF2 behind its rounds",
        ),
        (
            &["1000:00ff00ff00ff00ff:8c0b1148809cae6fe9e6e642bcfaff71"],
            "PBKDF2 behind its rounds",
        ),
        (&[MD5], "md5"),
        (&[&format!("$CP${MD5}")], "phpBB 2"),
        (&[&format!("$CP${PHPASS}")], "phpBB 2 as phpass"),
        (&["crypt$$abNANd1rDfiNc"], "DES crypt of Django"),
        (&["crypt$ab$abNANd1rDfiNc"], "DES crypt of Django"),
        (
            &[&format!(r#"a:1:{{s:4:"hash";s:60:"{BCRYPT}";}}"#)],
            "XenForo",
        ),
        (
            &[
                r#"a:3:{s:4:"hash";s:40:"8c8b69345514bb277cfadbff9475f92b0d551b58";s:4:"salt";s:5:"grain";s:8:"hashFunc";s:4:"sha1";}"#,
            ],
            "XenForo",
        ),
    ] {
        assert_eq!(names(hashes), [name]);
    }
}

#[test]
fn every_form_of_a_mixture_is_told_with_its_share() {
    let found = recognise(&evidence(&[BCRYPT, MD5, BCRYPT, YESCRYPT], None));
    assert_eq!(
        found.summary,
        "bcrypt (2, 50 %), md5 (1, 25 %), yescrypt (1, 25 %)"
    );
    let forms: Vec<(&str, usize)> = found
        .forms
        .iter()
        .map(|form| (form.name.as_str(), form.count))
        .collect();
    assert_eq!(forms, [("bcrypt", 2), ("md5", 1)]);
    assert_eq!(found.others, [("yescrypt".to_owned(), 1)]);
    assert_eq!(found.total, 4);
}

#[test]
fn looks_of_all_rows_count_more_than_samples() {
    let look = |first: &str, last: &str, rows| Look {
        hashes: [first.to_owned(), last.to_owned()],
        rows,
    };
    let found = recognise(&Evidence {
        looks: Some(vec![
            look(MD5, &MD5.replace('5', "6"), 997),
            look(BCRYPT, BCRYPT, 2),
            look("!", "!", 1),
        ]),
        ..evidence(&[MD5], None)
    });
    assert_eq!(
        found.summary,
        "md5 (997, 100 %), bcrypt (2, less than 1 %), no password (1, less than 1 %)"
    );
    let names: Vec<&str> = found.forms.iter().map(|form| form.name.as_str()).collect();
    assert_eq!(names, ["bcrypt", "no password", "md5"]);
}

#[test]
fn where_the_salt_belongs_is_left_open() {
    let found = readings(&evidence(
        &["5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"],
        Some("pepper"),
    ));
    for name in [
        "sha1 over salt and password",
        "sha1 over password and salt",
        "HMAC of sha1, keyed with salt",
        "sha1 of OpenCart and WoltLab",
        "sha1",
        "PBKDF2 with sha1, 10000 rounds and salt",
        "scrypt with N 16384, r 8, p 1 and salt",
    ] {
        assert!(found.iter().any(|it| it == name), "{name}: {found:?}");
    }
    let found = readings(&evidence(&[&"ab".repeat(64)], Some("pepper")));
    for name in [
        "sha512 of Symfony, 5000 rounds",
        "sha512 over password and {salt} in braces",
    ] {
        assert!(found.iter().any(|it| it == name), "{name}: {found:?}");
    }
    let found = readings(&evidence(&[&format!("{MD5}:pepper")], None));
    assert!(found.contains(&"md5 over the password's MD5 and salt".to_owned()));
    let aspnet = evidence(
        &["W6ph5Mm5Pz8GgiULbPgzG37mj9g="],
        Some("AQIDBAUGBwgJCgsMDQ4PEA=="),
    );
    let found = readings(&aspnet);
    assert!(
        found.contains(&"sha1 of ASP.NET membership".to_owned()),
        "{found:?}"
    );
}

#[test]
fn what_goes_around_the_password_comes_first() {
    let first = |evidence: &Evidence| recognise(evidence).forms.remove(0).unproven.unwrap();
    let peppered = Evidence {
        has_pepper: true,
        ..evidence(&[BCRYPT], None)
    };
    let reading = first(&peppered);
    assert_eq!(reading.name, "bcrypt over password and pepper");
    let lines = "matches(plain, stored) {\n    const typed = plain + configuration.PEPPER;\n";
    assert!(reading.function.contains(lines), "{}", reading.function);
    let of_smf = |hash| Evidence {
        is_smf: true,
        ..evidence(&[hash], Some("Jane"))
    };
    let reading = first(&of_smf(BCRYPT));
    assert_eq!(reading.name, "bcrypt over name and password");
    assert!(reading.needs("salt") && !reading.needs("rounds"));
    let found = readings(&of_smf("8c8b69345514bb277cfadbff9475f92b0d551b58"));
    let name = "sha1 of SMF, over name and password";
    assert!(found.iter().any(|it| it == name), "{found:?}");
}

#[test]
fn unknown_users_cost_what_most_of_springs_do() {
    let old = format!("{{pbkdf2}}{}", "a1".repeat(40));
    let new = format!("{{pbkdf2@SpringSecurity_v5_8}}{}", "a1".repeat(48));
    let scrypt = "$100801$QQTTb42iwlQ0n4WDZ5Pr4A==$AOWiVPi5Ad2PTRnq0X6QriWJuuPMSOYbnYiS7BTT4IM=";
    for (hashes, unknown) in [
        (
            vec![old.as_str(), &old, &new],
            "`{pbkdf2}${'0'.repeat(80)}`",
        ),
        (
            vec![new.as_str()],
            "`{pbkdf2@SpringSecurity_v5_8}${'0'.repeat(96)}`",
        ),
        (vec![scrypt], "`{scrypt}$100801$${Buffer"),
    ] {
        let form = recognise(&evidence(&hashes, None)).forms.remove(0);
        let reading = form.unproven.unwrap();
        assert!(reading.unknown.starts_with(unknown), "{}", reading.unknown);
    }
}

#[test]
fn rounds_of_a_row_leave_digest_and_salt_open_only() {
    let salted = evidence(&[&"ab".repeat(64)], Some("00ff00ff00ff00ff"));
    let with_rounds = Evidence {
        has_rounds: true,
        ..salted.clone()
    };
    let name = "PBKDF2 with sha512, as many rounds as the row says and salt";
    let form = recognise(&with_rounds).forms.remove(0);
    assert!(form.readings.iter().any(|it| it.name == name));
    let unproven = form.unproven.unwrap();
    assert_eq!(unproven.name, name);
    assert!(unproven.needs("salt") && unproven.needs("rounds"));
    assert!(unproven.function.contains("Number(rounds), 64, 'sha512'"));
    let long = evidence(&[&"ab".repeat(512)], Some("00ff00ff00ff00ff"));
    let form = recognise(&long).forms.remove(0);
    assert_eq!(form.name, "key of 512 bytes");
    assert_eq!(form.unproven, None);
    let name = "PBKDF2 with sha256, 25000 rounds and salt";
    assert!(form.readings.iter().any(|it| it.name == name));
}

#[test]
fn a_column_may_say_digest_and_rounds_of_each_row() {
    let told = Evidence {
        has_algorithm: true,
        ..evidence(&[&"ab".repeat(32)], Some("pepper and more"))
    };
    let form = recognise(&told).forms.remove(0);
    let name = "PBKDF2 as the row's algorithm says and salt";
    assert!(form.readings.iter().any(|it| it.name == name));
    let unproven = form.unproven.unwrap();
    assert_eq!(unproven.name, name);
    for part in [
        "matches(typed, stored, salt, rounds, algorithm) {",
        r"/\bi=(\d+)/.exec(algorithm)?.[1] ?? rounds",
        "(typed, salt, count, 32, digest)",
    ] {
        assert!(
            unproven.function.contains(part),
            "{part}: {}",
            unproven.function
        );
    }
}

#[test]
fn what_belongs_to_a_credential_of_keycloak_stands_beside_it() {
    let secret = r#"{"value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","salt":"AAAAAAAAAAAAAAAAAAAAAA==","additionalParameters":{}}"#;
    let data = r#"{"hashIterations":210000,"algorithm":"pbkdf2-sha512","additionalParameters":{}}"#;
    let form = recognise(&evidence(&[secret], Some(data))).forms.remove(0);
    assert_eq!((form.name.as_str(), form.readings.len()), ("Keycloak", 1));
    let reading = form.unproven.unwrap();
    assert!(reading.needs("salt"));
    for part in ["210000", "pbkdf2-sha512", "Buffer.alloc(32)"] {
        assert!(
            reading.unknown.contains(part),
            "{part}: {}",
            reading.unknown
        );
    }
    // Without its column nothing says how it was made.
    assert!(recognise(&evidence(&[secret], None)).forms.is_empty());
    let export = serde_json::json!({ "credentialData": data, "secretData": secret });
    assert_eq!(names(&[&export.to_string()]), ["Keycloak"]);
}

#[test]
fn what_meteor_keeps_is_hashed_before() {
    let plain = readings(&evidence(&[BCRYPT], None));
    assert_eq!(plain, ["bcrypt", "bcrypt over the password's SHA-256"]);
    let meteor = Evidence {
        is_meteor: true,
        ..evidence(&[BCRYPT], None)
    };
    assert_eq!(readings(&meteor)[0], "bcrypt over the password's SHA-256");
}

#[test]
fn unknown_users_cost_what_most_do() {
    let twelve = BCRYPT.replace("$10$", "$12$");
    let unknown = |hashes: &[&str]| {
        let form = recognise(&evidence(hashes, None)).forms.remove(0);
        form.readings[0].unknown.clone()
    };
    let found = unknown(&[BCRYPT, &twelve, &format!("{{bcrypt}}{twelve}")]);
    assert!(found.starts_with("'$2b$12$70v"), "{found}");
    let cheap = unknown(&[&BCRYPT.replace("$10$", "$04$")]);
    assert!(cheap.starts_with("'$2b$04$70v"), "{cheap}");
    let found = unknown(&[PHPASS, &WORDPRESS.replace("$10$", "$11$")]);
    assert!(found.starts_with("'$wp$2y$11$70v"), "{found}");
}

#[test]
fn what_no_script_compares_has_no_form() {
    for (hash, name) in [
        (YESCRYPT, "yescrypt"),
        ("secret", "nothing known"),
        ("$2b$10$short", "damaged bcrypt"),
        ("!", "no password"),
    ] {
        let found = recognise(&evidence(&[hash], None));
        assert!(found.forms.is_empty(), "{hash}");
        assert_eq!(found.summary, format!("{name} (1)"));
    }
    let costly = format!("$6$rounds=656000$salt$GIjU{}", "m".repeat(82));
    let found = recognise(&evidence(&[&costly], None));
    assert_eq!(found.others, [("sha512-crypt".to_owned(), 1)]);
    assert!(recognise(&evidence(&[], None)).forms.is_empty());
}
