#!/usr/bin/env bash
# Installs Debian packages, with sudo where the caller is not root.
set -euo pipefail
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "missing: $*. Install them, or run as root or with sudo." >&2; exit 1; }
    as_root=(sudo)
fi
command -v apt-get >/dev/null || { echo "missing: $*. Install them with this system's package manager." >&2; exit 1; }
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
