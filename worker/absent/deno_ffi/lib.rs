#![doc = include_str!("README.md")]

use deno_napi::DenoRtNativeAddonLoaderRc;

deno_core::extension!(
    deno_ffi,
    deps = [deno_web],
    lazy_loaded_js = ["00_ffi.js"],
    options = { loader: Option<DenoRtNativeAddonLoaderRc> },
    state = |_, _| {},
);
