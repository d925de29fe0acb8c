//! `/api/v2/connections`.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use insta::assert_json_snapshot;
use serde_json::{Map, Value, json};
use trickle_model::ConnectionId;

use crate::app::{Actor, Answer, TestApp};

/// CRLF and a backslash: scripts are kept byte for byte.
const SCRIPT: &str = "function login(e, p, cb) {\r\n  cb(null, \"\\u00e9é\");\r\n}";

fn body() -> Value {
    json!({
        "name": "legacy", "strategy": "auth0", "display_name": "Old shop",
        "options": {
            "enabledDatabaseCustomization": true, "import_mode": true,
            "customScripts": {"login": SCRIPT, "change_username": "function () {}"},
            "configuration": {"URL": "postgres://u:p@db/x"},
            "bareConfiguration": {"TOKEN": "t0ken"},
            "disable_self_service_change_password": false,
        },
    })
}

pub(crate) async fn created(admin: &Actor<'_>) -> Value {
    let answer = admin.post("/api/v2/connections", body()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.body
}

pub(crate) fn path(connection: &Value) -> String {
    format!("/api/v2/connections/{}", connection["id"].as_str().unwrap())
}

/// What a script would get.
async fn clear(app: &TestApp, connection: &Value) -> Vec<(String, String)> {
    let id = ConnectionId::from_text(connection["id"].as_str().unwrap());
    let stored = app
        .store
        .connection(&app.tenant.id, &id)
        .await
        .unwrap()
        .unwrap();
    let values = stored.configuration.into_iter();
    values
        .map(|(key, value)| (key, value.clear.expose().to_owned()))
        .collect()
}

pub(crate) fn message(answer: &Answer) -> (u16, &str) {
    (
        answer.status.as_u16(),
        answer.body["message"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn a_connection_is_shown_with_its_secrets_sealed() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let answer = admin.post("/api/v2/connections", body()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "display_name": "Old shop",
      "enabled_clients": [],
      "id": "[connection]",
      "is_domain_connection": false,
      "name": "legacy",
      "options": {
        "configuration": {
          "TOKEN": "[sealed]",
          "URL": "[sealed]"
        },
        "customScripts": {
          "change_username": "function () {}",
          "login": "function login(e, p, cb) {\r\n  cb(null, \"\\u00e9é\");\r\n}"
        },
        "disable_self_service_change_password": false,
        "enabledDatabaseCustomization": true,
        "import_mode": true
      },
      "realms": [
        "legacy"
      ],
      "strategy": "auth0"
    }
    "#);
    assert_eq!(answer.body["options"]["customScripts"]["login"], SCRIPT);
    let got = admin.get(&path(&answer.body)).await;
    assert_eq!((got.status, &got.body), (StatusCode::OK, &answer.body));
    let expected = [("TOKEN", "t0ken"), ("URL", "postgres://u:p@db/x")];
    let expected: Vec<(String, String)> = expected
        .map(|(key, value)| (key.into(), value.into()))
        .into();
    assert_eq!(clear(&app, &answer.body).await, expected);
}

#[tokio::test]
async fn what_was_read_can_be_written_back() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let connection = created(&admin).await;
    let before = clear(&app, &connection).await;
    // As the deploy tool does at every import.
    let options = connection["options"].clone();
    let answer = admin
        .patch(&path(&connection), json!({"options": options}))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(
        answer.body["options"]["customScripts"],
        connection["options"]["customScripts"]
    );
    assert_eq!(clear(&app, &connection).await, before);
    assert_eq!(app.fake.retired(), 1, "workers with the old scripts go");
}

#[tokio::test]
async fn options_are_replaced_as_a_whole_and_other_fields_one_by_one() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let connection = created(&admin).await;
    let change = json!({
        "options": {"import_mode": false, "configuration": {"URL": "new"}},
        "realms": ["legacy", "old"], "is_domain_connection": null,
    });
    let answer = admin.patch(&path(&connection), change).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "display_name": "legacy",
      "enabled_clients": [],
      "id": "[connection]",
      "is_domain_connection": false,
      "name": "legacy",
      "options": {
        "configuration": {
          "URL": "[sealed]"
        },
        "import_mode": false
      },
      "realms": [
        "legacy",
        "old"
      ],
      "strategy": "auth0"
    }
    "#);
    assert_eq!(
        clear(&app, &connection).await,
        [("URL".to_owned(), "new".to_owned())]
    );
}

#[tokio::test]
async fn a_change_without_a_display_name_puts_the_name_in_its_place() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for strategy in ["auth0", "samlp"] {
        let body = json!({"name": strategy, "strategy": strategy, "display_name": "Old shop"});
        let made = admin.post("/api/v2/connections", body).await.body;
        let change = async |change: Value| {
            let changed = admin.patch(&path(&made), change).await.body;
            assert_eq!(admin.get(&path(&made)).await.body, changed);
            changed.get("display_name").cloned()
        };
        let named = change(json!({"display_name": "Shop", "options": {}})).await;
        assert_eq!(named, Some(json!("Shop")));
        let unnamed = change(json!({"options": {}})).await;
        assert_eq!(unnamed, Some(json!(strategy)));
        assert_eq!(change(json!({"display_name": null})).await, None);
        assert_eq!(change(json!({"options": {}})).await, None);
    }
}

#[tokio::test]
async fn defects_of_bodies_name_their_field() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let with = |name: &str, value: Value| {
        let mut body = json!({"name": "x", "strategy": "auth0"});
        body[name] = value;
        body
    };
    let long = "x".repeat((100 << 10) + 1);
    let keys: Map<String, Value> = (0..257)
        .map(|number| (format!("K{number}"), json!("")))
        .collect();
    let cases = [
        (json!([1]), "Expected type object but found type array"),
        (
            json!({"strategy": "auth0"}),
            "Missing required property: name",
        ),
        (json!({"name": "x"}), "Missing required property: strategy"),
        (
            with("name", json!(7)),
            "Expected type string but found type number on property name",
        ),
        (
            with("name", json!("-x")),
            "Expected 1 to 128 letters, digits and hyphens, beginning and ending with a letter or digit, on property name",
        ),
        (
            with("strategy", json!("a d")),
            "Expected 1 to 64 letters, digits, - and _ on property strategy",
        ),
        (
            with("options", json!("x")),
            "Expected type object but found type string on property options",
        ),
        (
            with("realms", json!("x")),
            "Expected type array but found type string on property realms",
        ),
        (
            with("enabled_clients", json!([1])),
            "Expected type string but found type number on property enabled_clients[0]",
        ),
        (
            with("colour", json!("red")),
            "Additional properties not allowed: colour",
        ),
        (
            with("options", json!({"import_mode": "yes"})),
            "options.import_mode must be true or false",
        ),
        (
            with("options", json!({"configuration": {"PORT": 5432}})),
            "options.configuration.PORT must be a string",
        ),
        (
            with("options", json!({"bareConfiguration": {"PORT": 5432}})),
            "options.configuration.PORT must be a string",
        ),
        (
            with("options", json!({"bareConfiguration": "x"})),
            "Expected type object but found type string on property options.bareConfiguration",
        ),
        (
            with(
                "options",
                json!({"configuration": {"A": "x".repeat(40_000), "B": "x".repeat(30_000)}}),
            ),
            "Expected at most 65536 bytes of keys and values on property options.configuration, got 70002",
        ),
        (
            with("options", json!({"configuration": keys})),
            "Expected at most 256 keys on property options.configuration, got 257",
        ),
        (
            with("metadata", json!({"x": "x".repeat(40_000)})),
            "Expected at most 32768 bytes beside options on property metadata, got 40016",
        ),
        (
            with("options", json!({"x": "x".repeat(300_000)})),
            "Expected at most 262144 bytes beside customScripts and configuration on property options, got 300003",
        ),
        (
            with("options", json!({"egress": {"only": vec!["a"; 257]}})),
            "options.egress.only must be a list of at most 256 strings of at most 300 bytes",
        ),
        (
            with("options", json!({"x": vec![0; 20_000]})),
            "The body has more than 20000 values; send it in parts",
        ),
        (
            with("options", json!({"customScripts": {"login": 1}})),
            "options.customScripts.login must be a string",
        ),
        (
            with("options", json!({"customScripts": {"login": long}})),
            "options.customScripts.login has 102401 bytes and may have 102400; move data out of the script",
        ),
    ];
    for (body, expected) in cases {
        let answer = admin.post("/api/v2/connections", body).await;
        let expected = format!("Payload validation error: '{expected}'.");
        assert_eq!(message(&answer), (400, expected.as_str()));
        assert_eq!(answer.body["errorCode"], "invalid_body");
    }
    let connection = created(&admin).await;
    for name in ["name", "strategy"] {
        let answer = admin
            .patch(&path(&connection), json!({name: "auth0"}))
            .await;
        let expected =
            format!("Payload validation error: 'Additional properties not allowed: {name}'.");
        assert_eq!(message(&answer), (400, expected.as_str()));
    }
}

#[tokio::test]
async fn attributes_of_nothing_are_left_out_and_the_rest_stays() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let mut body = body();
    body["options"] = json!({
        "attributes": null, "later": null,
    });
    let made = admin.post("/api/v2/connections", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let options = made.body["options"].as_object().unwrap();
    assert!(!options.contains_key("attributes"));
    assert_eq!(options.get("later"), Some(&Value::Null));
    let change = json!({"options": {"attributes": null, "later": 1}});
    let changed = admin.patch(&path(&made.body), change).await;
    assert_eq!(changed.body["options"], json!({"later": 1}));
}

#[tokio::test]
async fn broken_and_oversized_bodies_are_refused() {
    let app = TestApp::new().await;
    let token = app.admin().await.token.unwrap();
    let send = async |body: String| {
        let request = Request::post("/api/v2/connections")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body));
        app.send_raw(request.unwrap()).await
    };
    let answer = send("{\"name\": \"secret".into()).await;
    assert_json_snapshot!(answer.body, @r#"
    {
      "error": "Bad Request",
      "errorCode": "invalid_body",
      "message": "Payload validation error: 'The body is not valid JSON (line 1, column 16)'.",
      "statusCode": 400
    }
    "#);
    let answer = send(format!("{{\"name\":\"{}\"}}", "x".repeat(2 << 20))).await;
    assert_json_snapshot!(answer.body, @r#"
    {
      "error": "Payload Too Large",
      "errorCode": "invalid_body",
      "message": "Payload validation error: 'The body may have 2097152 bytes'.",
      "statusCode": 413
    }
    "#);
}

#[tokio::test]
async fn names_are_unique_and_gone_connections_are_gone() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let connection = created(&admin).await;
    let answer = admin.post("/api/v2/connections", body()).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_json_snapshot!(answer.body, @r#"
    {
      "error": "Conflict",
      "errorCode": "conflict",
      "message": "A connection with the same name already exists",
      "statusCode": 409
    }
    "#);
    assert_eq!(
        admin
            .get(&format!("{}/status", path(&connection)))
            .await
            .status,
        StatusCode::OK
    );
    let answer = admin.delete(&path(&connection)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "deleted_at": "[time]"
    }
    "#);
    assert_eq!(app.fake.retired(), 1);
    let gone = path(&connection);
    for answer in [
        admin.get(&gone).await,
        admin.delete(&gone).await,
        admin.patch(&gone, json!({})).await,
        admin.get(&format!("{gone}/status")).await,
        admin.get(&format!("{gone}/clients")).await,
        admin.patch(&format!("{gone}/clients"), json!([])).await,
    ] {
        assert_eq!(message(&answer), (404, "The connection does not exist"));
        assert_eq!(answer.body["errorCode"], "inexistent_connection");
    }
}

#[tokio::test]
async fn lists_have_three_shapes() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for name in ["a", "b", "c"] {
        let body = json!({"name": name, "strategy": "auth0"});
        admin.post("/api/v2/connections", body).await;
    }
    let get = async |query: &str| {
        let path = format!("/api/v2/connections?fields=name&{query}");
        admin.get(&path).await.body
    };
    assert_eq!(
        get("").await,
        json!([{"name": "a"}, {"name": "b"}, {"name": "c"}])
    );
    assert_eq!(get("page=1&per_page=2").await, json!([{"name": "c"}]));
    assert_eq!(get("page=2&per_page=2").await, json!([]));
    assert_json_snapshot!(get("page=0&per_page=2&include_totals=true").await, @r#"
    {
      "connections": [
        {
          "name": "a"
        },
        {
          "name": "b"
        }
      ],
      "length": 2,
      "limit": 2,
      "start": 0,
      "total": 3
    }
    "#);
    // Clients send both; the cursor wins.
    let first = get("include_totals=true&take=2&strategy=auth0").await;
    assert_eq!(first["connections"], json!([{"name": "a"}, {"name": "b"}]));
    let next = first["next"].as_str().unwrap();
    let last = get(&format!("take=2&from={next}")).await;
    assert_eq!(last, json!({"connections": [{"name": "c"}]}));
    assert_eq!(get("take=3").await.get("next"), None);
    assert_eq!(get("strategy=ad").await, json!([]));
    assert_eq!(
        get("strategy=ad&strategy=auth0&name=b").await,
        json!([{"name": "b"}])
    );
    let answer = admin
        .get("/api/v2/connections?fields=options,realms&include_fields=false&name=a")
        .await;
    let kept: Vec<&String> = answer.body[0].as_object().unwrap().keys().collect();
    assert_eq!(
        kept,
        [
            "enabled_clients",
            "id",
            "is_domain_connection",
            "name",
            "strategy"
        ]
    );
    for (query, text) in [
        (
            "per_page=101",
            "Expected an integer from 0 to 100 on property per_page",
        ),
        (
            "take=0",
            "Expected an integer from 1 to 100 on property take",
        ),
        (
            "page=-1",
            "Expected an integer from 0 to 1099511627776 on property page",
        ),
        (
            "include_totals=maybe",
            "Expected type boolean on property include_totals",
        ),
        ("from=xyz", "Not a cursor of this list on property from"),
    ] {
        let answer = admin.get(&format!("/api/v2/connections?{query}")).await;
        let expected = format!("Query validation error: '{text}'.");
        assert_eq!(message(&answer), (400, expected.as_str()));
        assert_eq!(answer.body["errorCode"], "invalid_query_string");
    }
}

#[tokio::test]
async fn options_are_for_those_who_may_see_or_write_them() {
    let app = TestApp::new().await;
    let connection = created(&app.admin().await).await;
    let reader = app.actor(&["read:connections"]).await;
    assert_eq!(
        reader.get(&path(&connection)).await.body["options"],
        json!({})
    );
    let seer = app
        .actor(&["read:connections", "read:connections_options"])
        .await;
    assert_eq!(seer.get(&path(&connection)).await.body, connection);
    let writer = app.actor(&["read:connections", "update:connections"]).await;
    assert_eq!(writer.get(&path(&connection)).await.body, connection);
}

#[tokio::test]
async fn clients_are_switched_on_and_off() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let connection = created(&admin).await;
    let (one, two) = (app.login_application().await, app.login_application().await);
    let path = path(&connection);
    let clients = format!("{path}/clients");
    let body =
        json!([{"client_id": one.id(), "status": true}, {"client_id": two.id(), "status": true}]);
    let answer = admin.patch(&clients, body).await;
    assert_eq!(
        (answer.status, answer.body),
        (StatusCode::NO_CONTENT, Value::Null)
    );
    let first = admin.get(&format!("{clients}?take=1")).await.body;
    assert_eq!(first["clients"].as_array().unwrap().len(), 1);
    assert!(first["next"].is_string());
    let body = json!([{"client_id": one.id(), "status": false}]);
    admin.patch(&clients, body).await;
    let left = admin.get(&clients).await.body;
    assert_eq!(left, json!({"clients": [{"client_id": two.id()}]}));
    // The older way, with the whole list.
    let answer = admin
        .patch(&path, json!({"enabled_clients": [one.id()]}))
        .await;
    assert_eq!(answer.body["enabled_clients"], json!([one.id()]));
    assert_eq!(
        admin.get(&path).await.body["enabled_clients"],
        json!([one.id()])
    );
    let too_many: Vec<Value> = vec![json!({"client_id": "x", "status": true}); 51];
    let cases = [
        (json!({}), "Expected type array but found type object"),
        (
            json!([{"client_id": 1, "status": true}]),
            "Expected type string but found type number on property [0].client_id",
        ),
        (
            json!([{"client_id": "x"}]),
            "Expected type boolean but found type null on property [0].status",
        ),
        (Value::Array(too_many), "Expected at most 50 items"),
    ];
    for (body, text) in cases {
        let answer = admin.patch(&clients, body).await;
        let expected = format!("Payload validation error: '{text}'.");
        assert_eq!(message(&answer), (400, expected.as_str()));
    }
}

#[tokio::test]
async fn own_options_are_looked_at_when_they_are_sent() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let own = json!({
        "drift_days": 7, "runs_at_once": 4, "policy_grace": {"days": 30},
        "text": {"identifier": ["nfc"], "password": ["bytes72"]},
    });
    let body =
        |own: Value| json!({"name": "legacy", "strategy": "auth0", "options": {"trickle": own}});
    for (own, key) in [
        (json!({"drift_days": 91}), "drift_days"),
        (json!({"policy_grace": true}), "policy_grace"),
        (json!({"runs_at_once": 0}), "runs_at_once"),
        (json!({"text": {"password": ["rot13"]}}), "text"),
    ] {
        let refused = admin.post("/api/v2/connections", body(own)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let message = refused.body["message"].as_str().unwrap();
        assert!(
            message.contains(&format!("options.trickle.{key} must be")),
            "{message}"
        );
    }
    let made = admin.post("/api/v2/connections", body(own.clone())).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["options"]["trickle"], own);
}

#[tokio::test]
async fn what_a_connection_keeps_beside_its_options_has_a_size() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let large = |text: &str| json!({"x": text.repeat(20_000)});
    let body = json!({"name": "kept", "strategy": "auth0", "metadata": large("a")});
    let made = admin.post("/api/v2/connections", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let path = format!("/api/v2/connections/{}", made.body["id"].as_str().unwrap());
    // Piece by piece it grows no further than at once.
    for (change, status) in [
        (
            json!({"authentication": large("b")}),
            StatusCode::BAD_REQUEST,
        ),
        (json!({"metadata": large("b")}), StatusCode::OK),
        (
            json!({"metadata": null, "authentication": large("b")}),
            StatusCode::OK,
        ),
    ] {
        let answer = admin.patch(&path, change).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}
