//! Leading scripts to a proxy instead of the legacy store, by their configuration.

use std::{collections::BTreeMap, net::SocketAddr};

use trickle_model::Secret;

use crate::output::Mistake;

/// The configuration with the proxy's address in place of the store's. Scripts know no other way to find the store.
pub fn redirected(
    configuration: &BTreeMap<String, Secret>,
    target: &str,
    proxy: SocketAddr,
) -> anyhow::Result<BTreeMap<String, Secret>> {
    let (host, port) = target
        .rsplit_once(':')
        .filter(|(_, port)| port.parse::<u16>().is_ok())
        .ok_or_else(|| {
            Mistake(format!("put a fault in front of {target:?}: write `target = \"HOST:PORT\"` into [test] of trickle.toml"))
        })?;
    let is_local = host == "localhost" || host.starts_with("127.");
    let new_host = if is_local {
        host.to_owned()
    } else {
        proxy.ip().to_string()
    };
    let new_port = proxy.port().to_string();
    let mut found = false;
    let changed = configuration
        .iter()
        .map(|(key, value)| {
            let text = value.expose();
            let is_port = text == port && key.to_ascii_lowercase().contains("port");
            let new = if text.contains(target) {
                found = true;
                text.replace(target, &format!("{new_host}:{new_port}"))
            } else if is_port {
                found = true;
                new_port.clone()
            } else if text == host {
                new_host.clone()
            } else {
                text.to_owned()
            };
            (key.clone(), Secret::new(new))
        })
        .collect();
    if found {
        Ok(changed)
    } else {
        let message = format!(
            "put a fault in front of {target}: no value of [configuration] names its port, alone or as {target}"
        );
        Err(Mistake(message).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(target: &str, before: &[(&str, &str)], after: Option<&[(&str, &str)]>) {
        let texts = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(key, text)| ((*key).to_owned(), Secret::new((*text).to_owned())))
                .collect::<BTreeMap<_, _>>()
        };
        let proxy = "127.0.0.1:999".parse().unwrap();
        let shown = |map: BTreeMap<String, Secret>| {
            map.into_iter()
                .map(|(key, it)| (key, it.expose().to_owned()))
                .collect::<Vec<_>>()
        };
        let got = redirected(&texts(before), target, proxy).ok().map(shown);
        assert_eq!(got, after.map(|after| shown(texts(after))));
    }

    #[test]
    fn values_that_name_the_store_name_the_proxy() {
        check(
            "db.example.com:5432",
            &[
                ("DB_HOST", "db.example.com"),
                ("DB_PORT", "5432"),
                ("DB_USER", "u"),
            ],
            Some(&[
                ("DB_HOST", "127.0.0.1"),
                ("DB_PORT", "999"),
                ("DB_USER", "u"),
            ]),
        );
        check(
            "localhost:8080",
            &[("baseUrl", "https://localhost:8080/api")],
            Some(&[("baseUrl", "https://localhost:999/api")]),
        );
        check(
            "127.0.0.1:3306",
            &[("DB_HOST", "127.0.0.1"), ("RETRIES", "3306")],
            None,
        );
        check("10.0.0.0/8", &[("DB_PORT", "3306")], None);
    }
}
