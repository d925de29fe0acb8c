//! ES modules: the host's own, built-in ones, and packages.

use std::{path::PathBuf, rc::Rc};

use deno_core::{
    ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader, ModuleResolveResponse,
    ModuleSource, ModuleSourceCode, ModuleSpecifier, ModuleType, ResolutionKind,
    error::ModuleLoaderError, url::Url,
};
use deno_error::JsErrorBox;
use deno_media_type::MediaType;
use node_resolver::{NodeResolutionKind, ResolutionMode};

use crate::{host_modules, npm::Npm};

/// Loads nothing from outside of the modules folder.
pub struct Loader {
    pub npm: Rc<Npm>,
    pub modules_dir: PathBuf,
}

impl Loader {
    fn resolve_specifier(
        &self,
        specifier: &str,
        referrer: &str,
        kind: ResolutionKind,
    ) -> Result<ModuleSpecifier, ModuleLoaderError> {
        let from_host = referrer.starts_with("trickle:") || kind == ResolutionKind::MainModule;
        if specifier.starts_with("trickle:") {
            return match Url::parse(specifier) {
                Ok(url) if from_host => Ok(url),
                _ => Err(refused(specifier)),
            };
        }
        if from_host && specifier.starts_with("node:") {
            return Url::parse(specifier).map_err(JsErrorBox::from_err);
        }
        let referrer = Url::parse(referrer)
            .ok()
            .filter(|url| url.scheme() == "file")
            .or_else(|| Url::from_file_path(self.modules_dir.join("action-script.js")).ok())
            .ok_or_else(|| refused(specifier))?;
        self.npm
            .resolver
            .resolve(
                specifier,
                &referrer,
                ResolutionMode::Import,
                NodeResolutionKind::Execution,
            )
            .map_err(JsErrorBox::from_err)?
            .into_url()
            .map_err(JsErrorBox::from_err)
    }

    fn load_file(&self, specifier: &ModuleSpecifier) -> Result<ModuleSource, ModuleLoaderError> {
        let path = specifier
            .to_file_path()
            .ok()
            .filter(|path| path.starts_with(&self.modules_dir))
            .ok_or_else(|| refused(specifier.as_str()))?;
        let text = std::fs::read_to_string(&path).map_err(JsErrorBox::from_err)?;
        let media = MediaType::from_specifier(specifier);
        if media == MediaType::Json {
            return Ok(source(ModuleType::Json, text, specifier));
        }
        let cjs = self
            .npm
            .cjs
            .is_maybe_cjs(specifier, media)
            .map_err(JsErrorBox::from_err)?;
        let code = if cjs {
            as_default_export(&path.to_string_lossy())
        } else {
            text
        };
        Ok(source(ModuleType::JavaScript, code, specifier))
    }
}

/// A CommonJS package, imported: its exports as the default export.
fn as_default_export(path: &str) -> String {
    let path = serde_json::Value::from(path);
    format!(
        "import {{ createRequire }} from \"node:module\";\nexport default createRequire(import.meta.url)({path});\n"
    )
}

fn source(kind: ModuleType, code: String, specifier: &ModuleSpecifier) -> ModuleSource {
    ModuleSource::new(kind, ModuleSourceCode::String(code.into()), specifier, None)
}

fn refused(specifier: &str) -> ModuleLoaderError {
    JsErrorBox::new("Error", format!("Cannot find module '{specifier}'"))
}

impl ModuleLoader for Loader {
    fn resolve(
        &self,
        specifier: &str,
        referrer: &str,
        kind: ResolutionKind,
    ) -> ModuleResolveResponse {
        self.resolve_specifier(specifier, referrer, kind).into()
    }

    fn load(
        &self,
        specifier: &ModuleSpecifier,
        _referrer: Option<&ModuleLoadReferrer>,
        _options: ModuleLoadOptions,
    ) -> ModuleLoadResponse {
        let loaded = match host_modules::source(specifier.as_str()) {
            Some(code) if specifier.scheme() == host_modules::SCHEME => {
                Ok(source(ModuleType::JavaScript, code.to_owned(), specifier))
            }
            _ => self.load_file(specifier),
        };
        ModuleLoadResponse::Sync(loaded)
    }
}
