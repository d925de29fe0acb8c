//! An isolate with Node's modules and the host's functions, before any connection is known.

use std::{cell::Cell, path::PathBuf, rc::Rc, sync::Arc};

use deno_core::{
    error::{CoreError, JsError},
    url::Url,
    v8,
};
use deno_error::JsErrorBox;
use deno_runtime::{
    BootstrapOptions, FeatureChecker, UNSTABLE_FEATURES,
    deno_fs::RealFs,
    deno_permissions::{
        Permissions, PermissionsContainer, PermissionsFromOptionsError, PermissionsOptions,
        RuntimePermissionDescriptorParser,
    },
    deno_tls::{RootCertStoreProvider, create_default_root_cert_store, rustls::RootCertStore},
    deno_web::{BlobStore, InMemoryBroadcastChannel},
    worker::{MainWorker, WorkerOptions, WorkerServiceOptions},
};
use sys_traits::impls::RealSys;
use trickle_host::Host;

use crate::{buffers::Buffers, fetch_names, host_modules, loader::Loader, npm::Npm, snapshot};

/// What a worker knows before it is bound.
#[derive(Clone, Debug)]
pub struct BootOptions {
    /// A plain `node_modules` folder, read only.
    pub modules_dir: PathBuf,
    /// V8 heap until the worker is bound.
    pub heap_bytes: usize,
}

/// Why no isolate came up.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The folder does not exist or its path is not absolute.
    #[error("find the modules folder {path}")]
    ModulesDir {
        /// The folder.
        path: PathBuf,
        /// The reason.
        #[source]
        source: std::io::Error,
    },
    /// The engine refused the permissions.
    #[error("set the engine's permissions")]
    Permissions(#[source] PermissionsFromOptionsError),
    /// The host's JavaScript failed.
    #[error("load the host's modules")]
    Host(#[source] Box<CoreError>),
    /// There is no thread to watch scripts.
    #[error("start the watchdog")]
    Watchdog(#[source] std::io::Error),
    /// The engine's own global could not be hidden.
    #[error("hide the engine from scripts")]
    Hide(#[source] Box<JsError>),
}

struct BundledRoots(RootCertStore);

impl RootCertStoreProvider for BundledRoots {
    fn get_or_try_init(&self) -> Result<&RootCertStore, JsErrorBox> {
        Ok(&self.0)
    }
}

/// Environment variables read as undefined instead of throwing, because packages read
/// them while they load. Addresses are the jail's business: it sees what is connected to.
fn permissions(modules_dir: &str) -> Result<PermissionsContainer, PermissionsFromOptionsError> {
    let parser = Arc::new(RuntimePermissionDescriptorParser::new(RealSys));
    let system = [
        "hostname",
        "osRelease",
        "uid",
        "gid",
        "homedir",
        "cpus",
        // `tls.rootCertificates`: those that are built in.
        "ca",
    ];
    let options = PermissionsOptions {
        allow_net: Some(Vec::new()),
        allow_read: Some(vec![modules_dir.to_owned()]),
        // Other files are not there, rather than forbidden.
        ignore_read: Some(Vec::new()),
        ignore_env: Some(Vec::new()),
        allow_sys: Some(system.map(str::to_owned).to_vec()),
        prompt: false,
        ..PermissionsOptions::default()
    };
    let permissions = Permissions::from_options(parser.as_ref(), &options)?;
    #[cfg(feature = "raw-syscalls")]
    let permissions = {
        drop(permissions);
        crate::raw::permissions()
    };
    Ok(PermissionsContainer::new(parser, permissions))
}

fn features() -> Arc<FeatureChecker> {
    let mut features = FeatureChecker::default();
    // By default the engine ends the process.
    features.set_exit_cb(Box::new(|feature, api| {
        eprintln!("{api} needs the feature {feature}, which the sandbox does not have");
    }));
    Arc::new(features)
}

/// Node's own modules name this global at any time, and scripts and packages must not find it: a binding of the script
/// scope is seen by all code and is no property of the global object. What scripts and packages are compiled with
/// hides it from them; what `new Function` finds is what `globals.js` left of it.
const HIDE_DENO: &str = "const Deno = globalThis.Deno; delete globalThis.Deno;";

/// `object.__proto__`, as old packages inherit; Node.js has it.
fn features_of_node() -> Vec<i32> {
    let features = UNSTABLE_FEATURES.iter();
    features
        .filter(|feature| feature.name == "unsafe-proto")
        .map(|feature| feature.id)
        .collect()
}

/// Pages of 64 KiB of one WebAssembly memory: 64 MiB. The engine does not count them; all together have the limit of the process.
const WASM_PAGES: &str = "--wasm-max-mem-pages=1024";

/// Starts the engine; once, before anything else of this crate.
pub fn init_engine() {
    deno_core::v8_set_flags(vec!["trickle-worker".to_owned(), WASM_PAGES.to_owned()]);
    deno_core::JsRuntime::init_platform(None);
}

/// Boots the isolate and loads the host's modules.
pub async fn boot(
    options: &BootOptions,
    host: Rc<Host>,
    buffers: &Arc<Buffers>,
) -> Result<(MainWorker, usize), BootError> {
    let modules_dir = options.modules_dir.to_string_lossy().into_owned();
    let npm = Rc::new(Npm::new(&options.modules_dir));
    let booted = Rc::new(Cell::new(false));
    let services = WorkerServiceOptions {
        blob_store: Arc::new(BlobStore::default()),
        broadcast_channel: InMemoryBroadcastChannel::default(),
        deno_rt_native_addon_loader: None,
        feature_checker: features(),
        fs: Arc::new(RealFs),
        module_loader: Rc::new(Loader {
            npm: npm.clone(),
            modules_dir: options.modules_dir.clone(),
            booted: booted.clone(),
        }),
        node_services: Some(npm.services.clone()),
        npm_process_state_provider: None,
        permissions: permissions(&modules_dir).map_err(BootError::Permissions)?,
        root_cert_store_provider: Some(Arc::new(BundledRoots(create_default_root_cert_store()))),
        fetch_dns_resolver: fetch_names::resolver(Arc::clone(host.names())),
        shared_array_buffer_store: None,
        compiled_wasm_module_store: None,
        v8_code_cache: None,
        bundle_provider: None,
    };
    let worker_options = WorkerOptions {
        bootstrap: BootstrapOptions {
            // Node.js sends this with `fetch`; some legacy services let no other through.
            user_agent: "node".to_owned(),
            unstable_features: features_of_node(),
            cpu_count: 1,
            has_node_modules_dir: true,
            disable_offscreen_canvas: true,
            ..BootstrapOptions::default()
        },
        extensions: vec![trickle_host::extension(host)],
        // They are in the snapshot.
        skip_op_registration: true,
        startup_snapshot: Some(snapshot::SNAPSHOT),
        residual_lazy_js_sources: snapshot::RESIDUAL_JS,
        residual_lazy_esm_sources: snapshot::RESIDUAL_ESM,
        create_params: Some(
            v8::CreateParams::default()
                .heap_limits(0, options.heap_bytes)
                .array_buffer_allocator(buffers.allocator().make_shared()),
        ),
        ..WorkerOptions::default()
    };
    let main = Url::parse(host_modules::MAIN).expect("a constant");
    let mut worker = MainWorker::bootstrap_from_options(&main, services, worker_options);
    #[cfg(feature = "raw-syscalls")]
    crate::raw::open_up(&mut worker);
    let module = worker
        .preload_main_module(&main)
        .await
        .map_err(|error| BootError::Host(Box::new(error)))?;
    worker
        .evaluate_module(module)
        .await
        .map_err(|error| BootError::Host(Box::new(error)))?;
    if !trickle_host::LAYERS_OFF {
        booted.set(true);
        worker
            .execute_script("trickle:deno", HIDE_DENO.to_owned().into())
            .map_err(BootError::Hide)?;
    }
    Ok((worker, module))
}
