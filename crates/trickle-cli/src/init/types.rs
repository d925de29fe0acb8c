//! The type declarations for authors of scripts, written beside the scripts so that an editor completes them.

use std::path::Path;

use anyhow::Context as _;

/// File, text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/types.rs"));

/// What editors read first.
const SETTINGS: &str = r#"{
  "compilerOptions": {
    "checkJs": true, "strict": true, "noImplicitAny": false, "useUnknownInCatchVariables": false,
    "target": "es2022", "lib": ["es2022"], "moduleDetection": "force", "types": []
  },
  "files": ["types/index.d.ts", "types/node.d.ts"],
  "include": ["*.js"]
}
"#;

/// Writes `types/`, and `jsconfig.json` where there is none.
pub fn write(folder: &Path) -> anyhow::Result<()> {
    let types = folder.join("types");
    std::fs::create_dir_all(&types).with_context(|| format!("make {}", types.display()))?;
    for (name, text) in FILES {
        let path = types.join(name);
        std::fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    let settings = folder.join("jsconfig.json");
    if settings.exists() {
        return Ok(());
    }
    std::fs::write(&settings, SETTINGS).with_context(|| format!("write {}", settings.display()))
}
