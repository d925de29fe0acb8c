//! A tenant as Auth0 exports it, untouched, through the official deploy CLI.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::harness::{Install, Manager, Server, Site, a0deploy, clients_folder};

/// In every secret of the tenant's services.
const SECRET: &str = "hunter7";

/// The tenant.
fn tenant() -> PathBuf {
    clients_folder().join("tenant")
}

fn import(folder: &Path, server: &Server, site: &Site) -> (bool, String) {
    let input = format!("--input_file={}", folder.display());
    a0deploy(&["import", &input], &[], server, &site.credentials)
}

/// Path, and how many there are; `None` where it is no list.
const KEPT: [(&str, Option<usize>); 39] = [
    ("/actions/actions", Some(3)),
    ("/actions/modules", Some(1)),
    ("/actions/triggers/post-login/bindings", Some(2)),
    ("/attack-protection/bot-detection", None),
    ("/attack-protection/breached-password-detection", None),
    ("/attack-protection/brute-force-protection", None),
    ("/attack-protection/captcha", None),
    ("/attack-protection/suspicious-ip-throttling", None),
    ("/branding", None),
    ("/branding/phone/providers", Some(1)),
    ("/branding/phone/templates", Some(1)),
    ("/branding/templates/universal-login", None),
    ("/branding/themes/default", None),
    ("/client-grants", None),
    ("/clients", None),
    ("/connection-profiles", Some(1)),
    ("/connections", Some(5)),
    ("/connections-directory-provisionings", Some(1)),
    ("/custom-domains", Some(1)),
    ("/email-templates/welcome_email", None),
    ("/emails/provider", None),
    ("/event-streams", Some(1)),
    ("/flows", Some(1)),
    ("/flows/vault/connections", Some(1)),
    ("/forms", Some(1)),
    ("/guardian/factors", None),
    ("/guardian/factors/sms/providers/twilio", None),
    ("/guardian/policies", Some(1)),
    ("/hooks", Some(1)),
    ("/log-streams", Some(2)),
    ("/network-acls", Some(1)),
    ("/prompts/login/custom-text/en", None),
    ("/prompts/login/partials", None),
    ("/prompts/rendering", Some(1)),
    ("/resource-servers", Some(3)),
    ("/roles", Some(2)),
    ("/rules", Some(2)),
    ("/tenants/settings", None),
    ("/token-exchange-profiles", Some(1)),
];

fn items(list: &Value) -> &[Value] {
    let list = match list {
        Value::Object(fields) => fields.values().find(|value| value.is_array()).unwrap(),
        list => list,
    };
    list.as_array().unwrap()
}

/// All that was imported. When something changed last is no part of it, but for things whose times tell that they stayed.
async fn everything(manager: &Manager) -> Value {
    let mut all = json!({});
    for (path, count) in KEPT {
        let shown = manager.get(path).await.with_status(200);
        if let Some(count) = count {
            assert_eq!(items(&shown).len(), count, "{path}: {shown}");
        }
        all[path] = shown;
    }
    for (list, parts) in [
        ("/roles", "permissions"),
        ("/organizations", "enabled_connections"),
        ("/organizations", "discovery-domains"),
        ("/organizations", "clients"),
        ("/hooks", "secrets"),
        ("/self-service-profiles", "custom-text/en/get-started"),
    ] {
        for item in items(&manager.get(list).await.with_status(200)) {
            let path = format!("{list}/{}/{parts}", item["id"].as_str().unwrap());
            all[&path] = manager.get(&path).await.with_status(200);
        }
    }
    all
}

#[tokio::test]
async fn an_untouched_export_goes_in_and_out() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let knows = ["tenant", "keep-unserved", "default", "on"];
    install.run(&knows).with_code(0);

    let (succeeded, told) = import(&tenant(), &server, &site);
    assert!(succeeded, "{told}");
    let imported = everything(&manager).await;
    assert!(!imported.to_string().contains(SECRET), "{imported:#}");
    let described = items(&imported["/clients"]).iter();
    let mut described = described.filter(|client| client["external_client_id"].is_string());
    let address = "https://assistant.example/client.json";
    assert_eq!(described.next().unwrap()["name"], address);
    let deployed = &imported["/actions/actions"]["actions"];
    let deployed = items(deployed).iter();
    assert!(
        deployed
            .clone()
            .all(|action| action["all_changes_deployed"] == true)
    );
    let organization = imported.as_object().unwrap().iter();
    let mut links = organization.filter(|(path, _)| path.ends_with("enabled_connections"));
    assert_eq!(items(links.next().unwrap().1).len(), 3);
    let mut clients = imported.as_object().unwrap().iter();
    let clients =
        clients.find(|(path, _)| path.starts_with("/organizations/") && path.ends_with("/clients"));
    assert_eq!(items(clients.unwrap().1)[0]["client"]["name"], "Portal");
    let grants = items(&imported["/client-grants"]).iter();
    let mut defaults = grants.filter(|grant| grant["default_for"] == "third_party_clients");
    assert_eq!(defaults.next().unwrap()["client_id"], Value::Null);
    assert_eq!(
        imported["/tenants/settings"]["trickle"]["keep_unserved"],
        true
    );

    let folder = tempfile::tempdir().unwrap();
    let output = format!("--output_folder={}", folder.path().display());
    let args = ["export", "--format=directory", &output];
    let (succeeded, told) = a0deploy(&args, &[], &server, &site.credentials);
    assert!(succeeded, "{told}");
    for file in [
        "actions/require-staff-network/code.js",
        "rules/deny-old-mail.js",
        "hooks/check-invitation.js",
    ] {
        let read = |folder: &Path| fs::read_to_string(folder.join(file));
        assert_eq!(
            read(folder.path()).unwrap(),
            read(&tenant()).unwrap(),
            "{file}"
        );
    }
    without_made_up_holders(&folder.path().join("grants"));
    for folder_with in [folder.path(), &tenant()] {
        let (succeeded, told) = import(folder_with, &server, &site);
        assert!(succeeded, "{told}");
        assert_eq!(everything(&manager).await, imported, "nothing changes");
    }
}

/// The deploy CLI names a client, `undefined_clientId`, where a grant has none, and refuses what it wrote.
fn without_made_up_holders(grants: &Path) {
    for entry in fs::read_dir(grants).unwrap() {
        let path = entry.unwrap().path();
        let mut grant: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let holders = grant.as_object_mut().unwrap();
        if holders
            .get("client_id")
            .is_some_and(|id| id == "undefined_clientId")
        {
            holders.remove("client_id");
            fs::write(&path, grant.to_string()).unwrap();
        }
    }
}

#[tokio::test]
async fn what_kept_people_out_is_asked_about() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let (succeeded, told) = import(&tenant(), &server, &site);
    assert!(!succeeded, "{told}");
    assert!(told.contains("may have kept people out"), "{told}");
    assert!(
        told.contains("trickle tenant keep-unserved TENANT on"),
        "{told}"
    );
}
