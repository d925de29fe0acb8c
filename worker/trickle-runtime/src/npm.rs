//! Node's module resolution over one folder of packages.

use std::{borrow::Cow, path::Path, path::PathBuf, rc::Rc, sync::Arc};

use deno_core::{FastString, url::Url};
use deno_error::JsErrorBox;
use deno_media_type::MediaType;
use deno_resolver::{
    cjs::{CjsTracker, IsCjsResolutionMode},
    npm::{
        ByonmNpmResolverCreateOptions, CreateInNpmPkgCheckerOptions, DenoInNpmPackageChecker,
        NpmResolver, NpmResolverCreateOptions,
    },
};
use deno_runtime::{
    deno_node::{NodeExtInitServices, NodeRequireLoader, NodeResolver},
    deno_permissions::PermissionsContainer,
};
use node_resolver::{
    DenoIsBuiltInNodeModuleChecker, NodeResolverOptions, PackageJsonResolver,
    PackageJsonThreadLocalCache, cache::NodeResolutionSys, errors::PackageJsonLoadError,
};
use sys_traits::impls::RealSys;

use crate::exports::{Exports, Resolution};

/// Packages that have a build for the engine's own name give scripts that of Node.js: jose's other one makes keys that cannot
/// be exported.
fn options_of_node() -> NodeResolverOptions {
    let mut options = NodeResolverOptions::default();
    options.conditions.import_conditions_override =
        Some(["node", "import", "module-sync"].map(Into::into).to_vec());
    options
}

pub type Checker = DenoInNpmPackageChecker;
pub type Folders = NpmResolver<RealSys>;
pub type Resolver = NodeResolver<Checker, Folders, RealSys>;
pub type Cjs = CjsTracker<Checker, RealSys>;
pub type PackageJsons = Arc<PackageJsonResolver<RealSys>>;
pub type Services = NodeExtInitServices<Checker, Folders, RealSys>;

/// The resolution services of one worker.
pub struct Npm {
    pub resolver: Arc<Resolver>,
    pub cjs: Arc<Cjs>,
    pub exports: Exports,
    pub services: Services,
}

impl Npm {
    /// Resolution over `modules_dir`, a plain `node_modules` folder.
    pub fn new(modules_dir: &Path) -> Self {
        let root = modules_dir.parent().unwrap_or(modules_dir).to_path_buf();
        let package_jsons = Arc::new(PackageJsonResolver::new(
            RealSys,
            Some(Arc::new(PackageJsonThreadLocalCache)),
        ));
        let checker = DenoInNpmPackageChecker::new(CreateInNpmPkgCheckerOptions::Byonm);
        let folders = NpmResolver::<RealSys>::new::<RealSys>(NpmResolverCreateOptions::Byonm(
            ByonmNpmResolverCreateOptions {
                sys: NodeResolutionSys::new(RealSys, None),
                pkg_json_resolver: package_jsons.clone(),
                root_node_modules_dir: Some(modules_dir.to_path_buf()),
                search_stop_dir: Some(root),
            },
        ));
        let resolver = Arc::new(NodeResolver::new(
            checker.clone(),
            DenoIsBuiltInNodeModuleChecker,
            folders.clone(),
            package_jsons.clone(),
            NodeResolutionSys::new(RealSys, None),
            options_of_node(),
        ));
        let cjs = Arc::new(CjsTracker::new(
            checker.clone(),
            package_jsons.clone(),
            IsCjsResolutionMode::ImplicitTypeCommonJs,
            Vec::new(),
        ));
        let exports = Exports::new(
            Resolution {
                checker,
                resolver: resolver.clone(),
                folders,
                package_jsons: package_jsons.clone(),
                cjs: cjs.clone(),
            },
            modules_dir.to_path_buf(),
        );
        let services = NodeExtInitServices {
            node_require_loader: Rc::new(RequireLoader {
                modules_dir: modules_dir.to_path_buf(),
                cjs: cjs.clone(),
            }),
            node_resolver: resolver.clone(),
            pkg_json_resolver: package_jsons,
            sys: RealSys,
        };
        Self {
            resolver,
            cjs,
            exports,
            services,
        }
    }
}

/// A name that no package has.
const NOTHING: &str = ".outside";

struct RequireLoader {
    modules_dir: PathBuf,
    cjs: Arc<Cjs>,
}

impl NodeRequireLoader for RequireLoader {
    fn ensure_read_permission<'a>(
        &self,
        _permissions: &mut PermissionsContainer,
        path: Cow<'a, Path>,
    ) -> Result<Cow<'a, Path>, JsErrorBox> {
        let plain = path
            .components()
            .all(|part| part != std::path::Component::ParentDir);
        if plain && path.starts_with(&self.modules_dir) {
            return Ok(path);
        }
        // Looked up there instead, everything outside is simply not found, as packages expect
        // that try several places.
        Ok(Cow::Owned(self.modules_dir.join(NOTHING)))
    }

    fn load_text_file_lossy(&self, path: &Path) -> Result<FastString, JsErrorBox> {
        let bytes = std::fs::read(path).map_err(JsErrorBox::from_err)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned().into())
    }

    fn is_maybe_cjs(&self, specifier: &Url) -> Result<bool, PackageJsonLoadError> {
        self.cjs
            .is_maybe_cjs(specifier, MediaType::from_specifier(specifier))
    }

    fn is_maybe_cjs_from_require(&self, specifier: &Url) -> Result<bool, PackageJsonLoadError> {
        self.cjs
            .is_maybe_cjs_from_require(specifier, MediaType::from_specifier(specifier))
    }
}
