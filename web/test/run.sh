#!/usr/bin/env bash
# Tests the playground that web/build.sh has built, in a real browser.
#
# Needs node with npm, and Chromium (Debian: apt-get install chromium; or CHROMIUM=/path/to/it).
# With arguments only the tests whose names contain one of them run. Screenshots are left in
# web/test/artefacts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix web/test --no-audit --no-fund --silent
# the same library without a browser, to hold its answers and times against
cargo build --locked --release --package rlct-web --example native
export RLCT_NATIVE="${CARGO_TARGET_DIR:-target}/release/examples/native"
exec node web/test/run.mjs "$@"
