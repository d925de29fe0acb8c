//! ES modules: the host's own, built-in ones, and packages.

use std::{cell::Cell, path::PathBuf, rc::Rc};

use deno_core::{
    ModuleLoadOptions, ModuleLoadReferrer, ModuleLoadResponse, ModuleLoader, ModuleResolveResponse,
    ModuleSource, ModuleSourceCode, ModuleSpecifier, ModuleType, ResolutionKind,
    error::ModuleLoaderError, url::Url,
};
use deno_error::JsErrorBox;
use deno_media_type::MediaType;
use node_resolver::{NodeResolutionKind, ResolutionMode};

use trickle_host::refused_modules;

use crate::{host_modules, npm::Npm};

/// Where the packages of the extra set are, below the modules folder.
const EXTRA: &str = ".extra/node_modules";

/// Loads nothing from outside of the modules folder.
pub struct Loader {
    pub npm: Rc<Npm>,
    pub modules_dir: PathBuf,
    /// Whether the host's own modules have loaded. From then on nobody is the host: a script can give its code any name.
    pub booted: Rc<Cell<bool>>,
}

impl Loader {
    fn resolve_specifier(
        &self,
        specifier: &str,
        referrer: &str,
        kind: ResolutionKind,
    ) -> Result<ModuleSpecifier, ModuleLoaderError> {
        let from_host = !self.booted.get()
            && (referrer.starts_with("trickle:") || kind == ResolutionKind::MainModule);
        if specifier.starts_with("trickle:") {
            return match Url::parse(specifier) {
                Ok(url) if from_host => Ok(url),
                _ => Err(refused(specifier)),
            };
        }
        if from_host && specifier.starts_with("node:") {
            return Url::parse(specifier).map_err(JsErrorBox::from_err);
        }
        if let Some(error) = refused_module(specifier) {
            return Err(error);
        }
        let package = Url::parse(referrer).ok();
        if let Some(referrer) = package.filter(|url| url.scheme() == "file") {
            return self.resolve_package(specifier, &referrer);
        }
        if let Some(required) = self.file_inside(specifier) {
            return Ok(required);
        }
        if is_address(specifier) {
            return Err(refused(specifier));
        }
        let folders = folders(specifier);
        for root in ["", EXTRA] {
            for folder in &folders {
                // As if from inside of the package: the search for a package.json must not go up
                // to where the jail lets nothing be read.
                let package = self.modules_dir.join(root).join(package_of(folder));
                let referrer = Url::from_file_path(package.join("action-script.js"))
                    .map_err(|()| refused(specifier))?;
                if let Ok(found) = self.resolve_package(folder, &referrer) {
                    return Ok(found);
                }
            }
        }
        Err(refused(specifier))
    }

    /// What `require` has resolved already, and hands over as an address.
    fn file_inside(&self, specifier: &str) -> Option<Url> {
        let url = Url::parse(specifier).ok()?;
        let path = url.to_file_path().ok()?;
        path.starts_with(&self.modules_dir).then_some(url)
    }

    fn resolve_package(
        &self,
        specifier: &str,
        referrer: &Url,
    ) -> Result<ModuleSpecifier, ModuleLoaderError> {
        self.npm
            .resolver
            .resolve(
                specifier,
                referrer,
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
        let bytes = std::fs::read(&path).map_err(JsErrorBox::from_err)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
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
            self.npm.exports.translate(specifier, &text)?
        } else {
            text
        };
        Ok(source(ModuleType::JavaScript, code, specifier))
    }
}

fn source(kind: ModuleType, code: String, specifier: &ModuleSpecifier) -> ModuleSource {
    ModuleSource::new(kind, ModuleSourceCode::String(code.into()), specifier, None)
}

/// Where a package may lie: with a version, `name@1.2/file`, in the folder of that major version or in its own.
fn folders(specifier: &str) -> Vec<String> {
    let name_end = usize::from(specifier.starts_with('@'));
    let Some(at) = specifier[name_end..].find('@').map(|at| at + name_end) else {
        return vec![specifier.to_owned()];
    };
    let (name, pin) = specifier.split_at(at);
    let (pin, path) = pin.split_at(pin.find('/').unwrap_or(pin.len()));
    let major: String = pin
        .chars()
        .skip_while(|character| !character.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    vec![format!("{name}__{major}{path}"), format!("{name}{path}")]
}

/// `@scope/name` of `@scope/name/file`.
fn package_of(folder: &str) -> &str {
    let slashes = usize::from(folder.starts_with('@'));
    let end = folder.match_indices('/').nth(slashes);
    end.map_or(folder, |(at, _)| &folder[..at])
}

/// Whether a script imports something that is no package: a path or an address.
fn is_address(specifier: &str) -> bool {
    specifier.starts_with(['.', '/', '#']) || specifier.contains("://")
}

/// The error for a built-in module that the sandbox does not have; `require` says the same.
fn refused_module(specifier: &str) -> Option<ModuleLoaderError> {
    let name = specifier.strip_prefix("node:").unwrap_or(specifier);
    let (_, what) = refused_modules()
        .iter()
        .find(|(refused, _)| *refused == name)?;
    // Some are built in under their full name only, and the short one is a package's.
    let is_built_in = specifier != name || !["sqlite", "test", "test/reporters"].contains(&name);
    is_built_in.then(|| {
        JsErrorBox::new(
            "Error",
            format!("action scripts cannot {what} (node:{name})"),
        )
    })
}

fn refused(specifier: &str) -> ModuleLoaderError {
    JsErrorBox::new(
        "Error",
        format!("Cannot find module '{specifier}'; action scripts import packages by name"),
    )
}

impl ModuleLoader for Loader {
    fn resolve(
        &self,
        specifier: &str,
        referrer: &str,
        kind: ResolutionKind,
    ) -> ModuleResolveResponse {
        self.resolve_specifier(specifier, referrer, kind)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_names_a_folder() {
        assert_eq!(folders("jose"), ["jose"]);
        assert_eq!(folders("jose/jwt"), ["jose/jwt"]);
        assert_eq!(folders("jose@6"), ["jose__6", "jose"]);
        assert_eq!(folders("pg@^8.1/lib/x"), ["pg__8/lib/x", "pg/lib/x"]);
        assert_eq!(folders("@a/b@2.0/c"), ["@a/b__2/c", "@a/b/c"]);
        assert_eq!(folders("@a/b"), ["@a/b"]);
    }

    #[test]
    fn paths_and_addresses_are_no_packages() {
        for address in ["./a", "../a", "/a", "https://example.org/a.js", "#a"] {
            assert!(is_address(address), "{address}");
        }
        assert!(!is_address("jose"));
    }
}
