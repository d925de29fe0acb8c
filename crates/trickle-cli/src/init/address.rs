//! Taking the URL of a legacy store apart.

use std::collections::BTreeMap;

use url::Url;

use super::store::{Kind, Store};
use crate::output::Mistake;

/// What a URL may begin with, for messages.
const KINDS: &str = "postgres://, mysql://, mssql:// and mongodb://";

impl Store {
    /// Takes a URL apart. No message shows it, as it has a password.
    pub fn from_url(text: &str) -> Result<Self, Mistake> {
        let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
        let (kind, port) = match scheme {
            "mongodb" | "mongodb+srv" => return mongodb(text, scheme == "mongodb+srv"),
            "postgres" | "postgresql" => (Kind::Postgres, 5432),
            "mysql" | "mariadb" => (Kind::Mysql, 3306),
            "mssql" | "sqlserver" => (Kind::SqlServer, 1433),
            other => {
                return Err(Mistake(format!(
                    "look at a store of kind {other:?}: {KINDS} can be looked at; for others there are templates, see `trickle init --list`"
                )));
            }
        };
        sql(text, kind, port)
    }
}

fn sql(text: &str, kind: Kind, port: u16) -> Result<Store, Mistake> {
    let url = Url::parse(text).map_err(|error| unreadable(&error.to_string()))?;
    let name = url.path().trim_start_matches('/');
    if name.is_empty() {
        return Err(unreadable("it names no database"));
    }
    let host = url.host_str().unwrap_or("127.0.0.1").to_owned();
    let port = url.port().unwrap_or(port);
    let asks = |keys: &[&str], values: &[&str]| {
        url.query_pairs()
            .any(|(key, value)| keys.contains(&&*key) && values.contains(&&*value))
    };
    let mut configuration = BTreeMap::from([
        ("DB_HOST".to_owned(), host.clone()),
        ("DB_PORT".to_owned(), port.to_string()),
        ("DB_NAME".to_owned(), decoded(name)),
        ("DB_USER".to_owned(), decoded(url.username())),
        (
            "DB_PASSWORD".to_owned(),
            decoded(url.password().unwrap_or("")),
        ),
    ]);
    if kind == Kind::SqlServer {
        // SQL Server encrypts unless it is told otherwise.
        if asks(&["encrypt"], &["false"]) {
            configuration.insert("DB_ENCRYPT".to_owned(), "false".to_owned());
        }
    } else if asks(&["sslmode"], &["require", "verify-ca", "verify-full"])
        || asks(&["ssl", "tls"], &["true"])
    {
        configuration.insert("DB_SSL".to_owned(), "true".to_owned());
    }
    Ok(Store {
        kind,
        configuration,
        targets: vec![format!("{host}:{port}")],
    })
}

/// `mongodb://USER:PASSWORD@HOST:PORT,HOST:PORT/DATABASE?OPTIONS`: several hosts, which no general reader of URLs takes.
fn mongodb(text: &str, is_service: bool) -> Result<Store, Mistake> {
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let database = tail
        .strip_prefix('/')
        .and_then(|path| path.split('?').next())
        .unwrap_or_default();
    if database.is_empty() {
        return Err(unreadable("it names no database"));
    }
    let (user, hosts) = authority
        .rsplit_once('@')
        .map_or((String::new(), authority), |(user, hosts)| {
            (format!("{user}@"), hosts)
        });
    let has_port = |host: &str| {
        host.rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok())
    };
    // With its port in the text the store can be told apart, and a fault be put in front of it.
    let hosts: Vec<String> = hosts
        .split(',')
        .map(|host| match host {
            host if is_service || has_port(host) => host.to_owned(),
            host => format!("{host}:27017"),
        })
        .collect();
    if hosts
        .iter()
        .any(|host| host.is_empty() || host.starts_with(':'))
    {
        return Err(unreadable("it names no host"));
    }
    let url = format!("{scheme}://{user}{}{tail}", hosts.join(","));
    Ok(Store {
        kind: Kind::MongoDb,
        configuration: BTreeMap::from([
            ("MONGO_URL".to_owned(), url),
            ("MONGO_DB".to_owned(), decoded(database)),
        ]),
        // The hosts of a service are known to its name server alone.
        targets: if is_service { Vec::new() } else { hosts },
    })
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

fn unreadable(why: &str) -> Mistake {
    Mistake(format!("read the URL of --from: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Store {
        Store::from_url(url).unwrap()
    }

    #[test]
    fn hosts_of_mongodb_have_their_ports() {
        let store = read("mongodb://me:p%40ss@a,b:1/legacy?replicaSet=rs0");
        assert_eq!(store.targets, ["a:27017", "b:1"]);
        assert_eq!(
            store.configuration["MONGO_URL"],
            "mongodb://me:p%40ss@a:27017,b:1/legacy?replicaSet=rs0"
        );
        assert_eq!(store.configuration["MONGO_DB"], "legacy");
        let store = read("mongodb+srv://me:x@cluster.example.com/legacy");
        assert!(store.targets.is_empty());
        assert_eq!(
            store.configuration["MONGO_URL"],
            "mongodb+srv://me:x@cluster.example.com/legacy"
        );
    }

    #[test]
    fn sql_server_encrypts_unless_told_otherwise() {
        let store = read("mssql://sa:p%2Fw@db/legacy");
        assert_eq!(store.targets, ["db:1433"]);
        assert_eq!(store.configuration["DB_PASSWORD"], "p/w");
        assert!(!store.configuration.contains_key("DB_ENCRYPT"));
        let store = read("mssql://sa:x@db:1500/legacy?encrypt=false");
        assert_eq!(store.configuration["DB_ENCRYPT"], "false");
    }

    #[test]
    fn what_cannot_be_read_is_told_without_the_password() {
        for url in [
            "oracle://u:hush@h/d",
            "mongodb://u:hush@h",
            "mongodb://u:hush@/d",
            "mssql://u:hush@h:x/d",
            "postgres://u:hush@h",
            "hush",
        ] {
            let error = Store::from_url(url).unwrap_err().to_string();
            assert!(!error.contains("hush") || url == "hush", "{error}");
        }
    }
}
