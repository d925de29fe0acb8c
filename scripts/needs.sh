#!/usr/bin/env bash
# Checks what the build needs besides Rust, and puts in place what it can.
set -euo pipefail

fail() {
    printf 'make: %s\n' "$*" >&2
    exit 1
}

command -v cargo >/dev/null || fail "cargo is missing: install Rust 1.95 or newer from https://rustup.rs"
command -v npm >/dev/null || fail "npm is missing: install Node.js 20 or newer"
command -v cc >/dev/null || fail "a C compiler is missing: install gcc or clang"

# A build script of libnghttp2 runs bindgen, which loads libclang and reads its headers.
any_of() {
    local pattern
    for pattern in "$@"; do
        compgen -G "$pattern" >/dev/null && return 0
    done
    return 1
}
has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    any_of '/usr/lib/llvm-*/lib/libclang*.so*' '/usr/lib/*/libclang-*.so*' '/usr/lib64/libclang.so*' &&
        any_of '/usr/lib/llvm-*/lib/clang/*/include' '/usr/lib/clang/*/include' '/usr/lib64/clang/*/include'
}
if ! has_libclang; then
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        echo "make: installing libclang-dev" >&2
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libclang-dev >&2
    else
        fail "libclang with its headers is missing: run 'sudo apt-get install libclang-dev' or your system's equivalent"
    fi
fi

# V8's static library: cargo downloads it, unless it lies in cargo's cache already.
version=$(sed -n '/^name = "v8"$/{n;s/^version = "\(.*\)"$/\1/p}' worker/Cargo.lock)
triple=$(rustc -vV | sed -n 's/^host: //p')
file="librusty_v8_simdutf_release_$triple.a.gz"
url="https://github.com/denoland/rusty_v8/releases/download/v$version/$file"
cache="${CARGO_HOME:-$HOME/.cargo}/.rusty_v8"
cached="$cache/$(printf '%s' "$url" | sed 's/[^A-Za-z0-9]/_/g')"
built="$CARGO_TARGET_DIR/release/gn_out/obj/librusty_v8.a"
if [ ! -s "$cached" ] && [ -z "${RUSTY_V8_ARCHIVE:-}" ] && [ ! -s "$built" ]; then
    nearby="../shared/v8/$file"
    if [ -s "$nearby" ]; then
        (cd ../shared/v8 && grep " $file\$" SHA256SUMS | sha256sum --check --quiet) ||
            fail "$nearby is damaged: its SHA-256 is not the one in SHA256SUMS"
        mkdir -p "$cache"
        cp "$nearby" "$cached.part"
        mv "$cached.part" "$cached"
    elif ! curl --silent --show-error --fail --location --head --max-time 20 "$url" >/dev/null; then
        fail "V8's library can be had neither from $url nor from cargo's cache.
      Copy $file of that release to
      $cached
      or set RUSTY_V8_ARCHIVE to its path."
    fi
fi
