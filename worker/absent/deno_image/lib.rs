#![doc = include_str!("README.md")]

deno_core::extension!(deno_image, deps = [deno_webidl, deno_web, deno_webgpu]);
