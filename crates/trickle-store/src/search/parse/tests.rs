use super::*;

/// A short form that a person can compare.
fn shown(expr: &Expr) -> String {
    let list = |all: &[Expr], word: &str| {
        let all: Vec<String> = all.iter().map(shown).collect();
        format!("({})", all.join(word))
    };
    match expr {
        Expr::All(all) => list(all, " & "),
        Expr::Any(all) => list(all, " | "),
        Expr::Not(one) => format!("!{}", shown(one)),
        Expr::Term(term) => {
            let field = term.field.as_deref().unwrap_or("_");
            match &term.test {
                Test::Is(text) => format!("{field}={text}"),
                Test::Exists => format!("{field}?"),
                Test::Like(pieces) => {
                    let pieces = pieces.iter().map(|piece| match piece {
                        Piece::Text(text) => text.as_str(),
                        Piece::Many => "*",
                        Piece::One => "?",
                    });
                    format!("{field}~{}", pieces.collect::<String>())
                }
                Test::Between(low, high) => {
                    let shown = |bound: &Bound| match bound {
                        Bound::Open => "*".to_owned(),
                        Bound::Including(text) => format!("={text}"),
                        Bound::Excluding(text) => text.clone(),
                    };
                    format!("{field}<{},{}>", shown(low), shown(high))
                }
            }
        }
    }
}

#[test]
fn the_language_is_read() {
    for (q, expected) in [
        ("", "()"),
        ("*", "()"),
        ("ada", "_=ada"),
        ("email:a+b@c.d", "email=a+b@c.d"),
        (r#"email:"a@b.c""#, "email=a@b.c"),
        (r#"name:"ada \"the\" first""#, r#"name=ada "the" first"#),
        (r"name:ada\ first", "name=ada first"),
        ("user_id:auth0|1", "user_id=auth0|1"),
        (
            "email:a@b.c OR username:a@b.c",
            "(email=a@b.c | username=a@b.c)",
        ),
        ("a:1 AND b:2 OR c:3", "((a=1 & b=2) | c=3)"),
        ("a:1 && (b:2 || c:3)", "(a=1 & (b=2 | c=3))"),
        ("NOT a:1", "!a=1"),
        ("-a:1", "!a=1"),
        ("a:1 AND NOT b:2", "(a=1 & !b=2)"),
        ("a:1 -b:2", "(!b=2 & a=1)"),
        ("a:1 b:2", "(a=1 | b=2)"),
        ("+a:1 b:2", "a=1"),
        ("_exists_:user_metadata.a", "user_metadata.a?"),
        ("_missing_:a", "!a?"),
        ("a:*", "a?"),
        ("name:jan*", "name~jan*"),
        ("name:*a?c*", "name~*a?c*"),
        (r"name:a\*", "name=a*"),
        ("logins_count:[1 TO 5]", "logins_count<=1,=5>"),
        ("logins_count:{1 TO *}", "logins_count<1,*>"),
        ("logins_count:>=5", "logins_count<=5,*>"),
        ("logins_count:<5", "logins_count<*,5>"),
        ("(logins_count:>5)", "logins_count<5,*>"),
        (
            "logins_count:(>=1 <5)",
            "(logins_count<=1,*> | logins_count<*,5>)",
        ),
        ("email:[* TO *]", "email?"),
        (
            r"last_login:[2018\-01\-01T00\:00\:00Z TO *}",
            "last_login<=2018-01-01T00:00:00Z,*>",
        ),
        (r"name:>\)a", "name<)a,*>"),
        (
            "last_login:[2018-01-01T00:00:00Z TO 2019-01-01}",
            "last_login<=2018-01-01T00:00:00Z,2019-01-01>",
        ),
        (
            "last_login:2018-01-01T10:00:00Z",
            "last_login=2018-01-01T10:00:00Z",
        ),
        ("a:(b OR c)", "(a=b | a=c)"),
        ("ORB:1 ANDY:2", "(ORB=1 | ANDY=2)"),
    ] {
        let query: SearchQuery = q.parse().unwrap_or_else(|error| panic!("{q}: {error}"));
        assert_eq!(shown(&query.0), expected, "{q}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (q, expected) in [
        ("(a:1", "a bracket that nothing closes at character 5"),
        ("a:1)", "a bracket that nothing opened at character 4"),
        (
            "é:\"a",
            "a quotation mark that nothing closes at character 3",
        ),
        ("a:", "nothing where a value should be at character 3"),
        ("a:[1 TO 2", "a range that nothing closes at character 10"),
        ("a:[1 2]", "a range without TO at character 6"),
        ("a AND", "nothing where a value should be at character 6"),
        ("OR a", "nothing where a value should be at character 1"),
        ("a\\", "a \\ at the end at character 3"),
        ("a:>1\\", "a \\ at the end at character 6"),
        ("a:>", "a range without an end at character 4"),
    ] {
        let error = q.parse::<SearchQuery>().unwrap_err();
        assert_eq!(error.to_string(), expected, "{q}");
    }
}

#[test]
fn queries_have_a_size() {
    let many = vec!["a"; TERMS_MAX].join(" ");
    many.parse::<SearchQuery>().unwrap();
    assert!(format!("{many} a").parse::<SearchQuery>().is_err());
    let deep = "(".repeat(100_000);
    assert!(deep.parse::<SearchQuery>().is_err());
}

#[test]
fn patterns_have_a_size() {
    let fits = |q: String| q.parse::<SearchQuery>().is_ok();
    assert!(fits(format!("a:{}*", "x".repeat(PATTERN_MAX_BYTES - 1))));
    assert!(!fits(format!("a:{}*", "x".repeat(PATTERN_MAX_BYTES))));
    assert!(fits(format!("a:{}", "x".repeat(PATTERN_MAX_BYTES + 1))));
    assert!(fits(format!("a:{}", "*x".repeat(STARS_MAX))));
    assert!(!fits(format!("a:{}", "*x".repeat(STARS_MAX + 1))));
    assert!(fits(vec!["x*"; PATTERNS_MAX].join(" ")));
    let error = vec!["x*"; PATTERNS_MAX + 1].join(" ");
    let error = error.parse::<SearchQuery>().unwrap_err();
    let expected = "a query may have 20 values with * or ?, each of 256 bytes and 8 *";
    assert_eq!(error.to_string(), expected);
}
