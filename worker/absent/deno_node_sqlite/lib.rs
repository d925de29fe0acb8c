#![doc = include_str!("README.md")]

deno_core::extension!(deno_node_sqlite);
