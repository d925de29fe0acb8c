//! An operator's own folder of packages: the same rules, and packages that are wrong in themselves.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use trickle_model::{
    Action, Binding, ConnectionId, ExecutionId, ExecutionReport, ExecutionRequest, Limits,
    NodeVersion, TenantId,
};
use trickle_pool::{Pool, PoolConfig};

use crate::scripts::{WALL, worker};
use crate::verdicts::profile;

/// Files of packages, below `node_modules`.
const FILES: [(&str, &str); 19] = [
    (
        "plain/package.json",
        r#"{"name": "plain", "version": "2.1.0"}"#,
    ),
    ("plain/index.js", "exports.version = 2;"),
    (
        "plain__1/package.json",
        r#"{"name": "plain", "version": "1.4.0"}"#,
    ),
    ("plain__1/index.js", "exports.version = 1;"),
    ("plain__1/lib/only-in-1.js", "module.exports = 'only in 1';"),
    ("circle-a/package.json", r#"{"version": "1.0.0"}"#),
    (
        "circle-a/index.js",
        "exports.early = 1; exports.seen = require('circle-b').seen;",
    ),
    ("circle-b/package.json", r#"{"version": "1.0.0"}"#),
    (
        "circle-b/index.js",
        "exports.seen = Object.keys(require('circle-a'));",
    ),
    (
        "ring-a/package.json",
        r#"{"version": "1.0.0", "type": "module"}"#,
    ),
    (
        "ring-a/index.js",
        "import { createRequire } from 'node:module';
         export const seen = createRequire(import.meta.url)('ring-b');",
    ),
    ("ring-b/package.json", r#"{"version": "1.0.0"}"#),
    (
        "ring-b/index.js",
        "module.exports = require('ring-a').seen;",
    ),
    (
        "native/package.json",
        r#"{"version": "1.0.0", "main": "build/native.node"}"#,
    ),
    ("native/build/native.node", "\u{7f}ELF"),
    ("climber/package.json", r#"{"version": "1.0.0"}"#),
    (
        "climber/index.js",
        "module.exports = require('../../outside.js');",
    ),
    (
        ".extra/node_modules/further/package.json",
        r#"{"version": "3.0.0"}"#,
    ),
    (
        ".extra/node_modules/further/index.js",
        "exports.plain = require('plain').version;",
    ),
];

struct Folder {
    pool: Pool,
    _files: TempDir,
}

impl Folder {
    async fn open() -> Self {
        let files = tempfile::tempdir().unwrap();
        let modules = files.path().join("node_modules");
        for (path, text) in FILES {
            write(&modules.join(path), text);
        }
        write(
            &files.path().join("outside.js"),
            "module.exports = 'outside';",
        );
        let config = PoolConfig {
            spares: 1,
            queue_wait: WALL,
            ..PoolConfig::new(worker(), modules)
        };
        Self {
            pool: Pool::start(config).await.unwrap(),
            _files: files,
        }
    }

    async fn run(&self, text: &str) -> ExecutionReport {
        let script = format!("async function login(email, password, callback) {{\n{text}\n}}");
        let binding = Binding {
            tenant: TenantId::from_text("tenant"),
            connection: ConnectionId::from_text(text),
            revision: 1,
            scripts: BTreeMap::from([(Action::Login, script)]),
            configuration: BTreeMap::new(),
            node_version: NodeVersion::default(),
            limits: Limits {
                wall: WALL,
                ..Limits::default()
            },
            allow_net: Vec::new(),
            public_net: true,
            only_net: None,
        };
        let request = ExecutionRequest {
            id: ExecutionId::from_text("test"),
            binding: Arc::new(binding),
            action: Action::Login,
            arguments: vec![json!("ann@example.org"), json!("secret")],
            context: Map::new(),
        };
        self.pool.execute(request).await
    }

    /// What an expression gives.
    async fn value(&self, expression: &str) -> Value {
        let report = self
            .run(&format!(
                "callback(null, {{ user_id: '1', value: {expression} }});"
            ))
            .await;
        profile(report)["value"].clone()
    }

    /// The message of the error that an expression throws.
    async fn message(&self, expression: &str) -> String {
        let report = self.run(&format!("{expression};\ncallback();")).await;
        match report.outcome.error() {
            Some(error) => error.message.clone(),
            None => panic!("{expression}: {:?}", report.outcome),
        }
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[tokio::test]
async fn an_operators_folder_has_the_same_rules() {
    let folder = Folder::open().await;
    for (expression, value) in [
        ("require('plain').version", json!(2)),
        ("require('plain@1').version", json!(1)),
        ("require('plain@^1.2').version", json!(1)),
        ("require('plain@~1.2').version", json!(1)),
        ("require('plain@>=1 <2').version", json!(1)),
        ("require('plain@3.0.0').version", json!(2)),
        ("require('plain@0.1').version", json!(1)),
        ("require('plain@latest').version", json!(2)),
        ("require('plain/lib/only-in-1.js')", json!("only in 1")),
        ("(await import('plain@1')).version", json!(1)),
        ("require('further').plain", json!(2)),
        ("(await import('further')).default.plain", json!(2)),
        // As in Node.js: the second sees the first half done.
        ("require('circle-a').seen", json!(["early"])),
    ] {
        assert_eq!(folder.value(expression).await, value, "{expression}");
    }
    for (expression, start) in [
        (
            "require('plian')",
            "Cannot find module 'plian': no such package is installed; there is 'plain';",
        ),
        (
            "require('native')",
            "'native.node' is a native add-on, and the sandbox loads JavaScript only",
        ),
        (
            "require('climber')",
            "Cannot find module '../../outside.js'",
        ),
        ("require('plain/../../outside.js')", "Cannot find module"),
        ("await import('ring-a')", "Cannot require() ES Module"),
        (
            "await import('../outside.js')",
            "Cannot find module '../outside.js'",
        ),
    ] {
        let message = folder.message(expression).await;
        assert!(message.starts_with(start), "{expression}: {message}");
    }
}
