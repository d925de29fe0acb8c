//! Makes the start-up snapshot, and the table of the engine's sources that it leaves out.

use std::{collections::HashSet, env, fmt::Write as _, fs, path::PathBuf};

use deno_core::{ModuleCodeString, ModuleName, v8, wrap_lazy_ext_script};
use deno_runtime::{
    ops::bootstrap::SnapshotOptions,
    snapshot::{LazyExtensionFile, LazyExtensionFileKind, create_runtime_snapshot},
    transpile::maybe_transpile_source,
};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let target = env::var_os("TARGET").expect("cargo sets TARGET");
    let target = target.into_string().expect("a target is ASCII");
    println!("cargo:rustc-env=TARGET={target}");
    let made = create_runtime_snapshot(
        out.join("runtime.snapshot"),
        SnapshotOptions {
            ts_version: "n/a".to_owned(),
            v8_version: v8::VERSION_STRING,
            target,
        },
        vec![trickle_host::snapshot_extension()],
    );
    match trickle_host::surface() {
        Ok(surface) => eprintln!(
            "{} of the engine's {} functions",
            surface.allowed, surface.offered
        ),
        Err(unknown) => panic!("sandbox/ops.toml: the engine has no {}", unknown.join(", ")),
    }
    let consumed: HashSet<&str> = made
        .consumed_lazy_specifiers
        .iter()
        .map(String::as_str)
        .collect();
    assert!(
        !consumed.contains(REQUIRE),
        "{REQUIRE} is in the snapshot, where it cannot be closed"
    );
    let mut table = String::new();
    for (name, kind) in [
        ("RESIDUAL_JS", LazyExtensionFileKind::Js),
        ("RESIDUAL_ESM", LazyExtensionFileKind::Esm),
    ] {
        writeln!(table, "pub static {name}: &[(&str, &str)] = &[").expect("a String takes all");
        // The list is sorted by specifier, as the engine's binary search wants it.
        for (number, file) in made.lazy_extension_files.iter().enumerate() {
            if file.kind != kind || consumed.contains(file.specifier.as_str()) {
                continue;
            }
            let path = out.join(format!("{name}-{number}.js"));
            fs::write(&path, residual_source(file)).expect("write to OUT_DIR");
            writeln!(table, "({:?}, include_str!({path:?})),", file.specifier)
                .expect("a String takes all");
        }
        table.push_str("];\n");
    }
    fs::write(out.join("residual.rs"), table).expect("write to OUT_DIR");
}

/// Node's `require` and the table of its built-in modules.
const REQUIRE: &str = "node:module";

/// What packages are compiled with; the engine's own global must not make them take it for what it is.
const LAST_PARAMETER: &str = r#""__dirname""#;

/// Code at the end of Node's `require`: neither the modules that the sandbox refuses nor those that Node.js keeps to
/// itself can be had, by any of the ways that lead here.
const CLOSED: &str = r#"
const refusedModules = internals.trickle.refusedModules;
const loadOpenModule = loadNativeModule;
loadNativeModule = function (id, request) {
  if (ObjectHasOwn(refusedModules, request)) {
    const error = new Error(`action scripts cannot ${refusedModules[request]} (node:${request})`);
    error.code = "ERR_ACCESS_DENIED";
    throw error;
  }
  return nativeModuleCanBeRequiredByUsers(request) ? loadOpenModule(id, request) : undefined;
};
nativeModuleCanBeRequiredByUsers = function (request) {
  return request in nativeModuleExports && !StringPrototypeStartsWith(request, "internal/");
};
"#;

/// Closes the built-in modules that are none for scripts.
fn closed(code: &str) -> String {
    assert_eq!(
        code.matches(LAST_PARAMETER).count(),
        1,
        "{REQUIRE} compiles packages otherwise"
    );
    let hidden = code.replace(LAST_PARAMETER, r#""__dirname", "Deno""#);
    if trickle_host::LAYERS_OFF {
        return hidden;
    }
    hidden + CLOSED
}

fn residual_source(file: &LazyExtensionFile) -> String {
    let text = fs::read_to_string(&file.path).expect("read the engine's own source");
    let (code, _) = maybe_transpile_source(
        ModuleName::from(file.specifier.clone()),
        ModuleCodeString::from(text),
    )
    .expect("transpile the engine's own source");
    let code = match file.kind {
        LazyExtensionFileKind::Js => wrap_lazy_ext_script(code.as_str()),
        LazyExtensionFileKind::Esm if file.specifier == REQUIRE => closed(code.as_str()),
        LazyExtensionFileKind::Esm => code.as_str().to_owned(),
    };
    escape_non_ascii(&code)
}

/// The engine takes these sources as ASCII. Outside of ASCII they have only
/// string literals, regular expressions and comments, where an escape means the same.
fn escape_non_ascii(code: &str) -> String {
    let mut ascii = String::with_capacity(code.len());
    let mut units = [0; 2];
    for character in code.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut units) {
                write!(ascii, "\\u{unit:04x}").expect("a String takes all");
            }
        }
    }
    ascii
}
