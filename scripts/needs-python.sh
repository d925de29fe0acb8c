#!/usr/bin/env bash
# Checks what the published Python clients of the tests need, and puts in place what it can.
set -euo pipefail

command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "make: installing python3-venv" >&2
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >&2
else
    echo "make: python3 with venv is missing: run 'sudo apt-get install python3-venv' or your system's equivalent" >&2
    exit 1
fi
