#!/usr/bin/env bash
# Builds the playground into web/dist, from a clean clone:
#
#   web/dist/index.html  the page as plain files, for any server, with rlct.wasm beside it
#   web/dist/rlct.html   the same in one file, which opens without a server and without a network
#
# Needs cargo with the target wasm32-unknown-unknown, and python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=wasm32-unknown-unknown
missing=()
command -v cargo >/dev/null || missing+=("cargo (https://rustup.rs)")
command -v python3 >/dev/null || missing+=("python3")
if command -v rustc >/dev/null; then
    libraries=$(rustc --print target-libdir --target "$target" 2>/dev/null || true)
    compgen -G "$libraries/libstd-*.rlib" >/dev/null ||
        missing+=("the target $target (rustup target add $target)")
fi
if [ "${#missing[@]}" -gt 0 ]; then
    printf 'the playground cannot be built, there is no %s\n' "${missing[@]}" >&2
    exit 1
fi

# Flags of the target alone, in place of those of the environment:
# - the numerical lane asks the system for random numbers nowhere on the page's ways, and its crate
#   for them does not compile to WebAssembly without being told so;
# - what is not on the machine's own stack of the search gets 64 MiB.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--cfg getrandom_backend=\"unsupported\" \
-C link-arg=-zstack-size=67108864"
cargo build --locked --package rlct-web --lib --profile web --target "$target"

built="${CARGO_TARGET_DIR:-target}/$target/web/rlct_web.wasm"
rm -rf web/dist
mkdir web/dist
cp web/index.html web/style.css web/app.js web/worker.js web/dist/
cp "$built" web/dist/rlct.wasm
python3 web/one_file.py web web/dist/rlct.wasm web/dist/rlct.html
