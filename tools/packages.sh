#!/usr/bin/env bash
# Installs the front end's packages as locked, only when the lock changed.
set -euo pipefail
cd "$(dirname "$0")/../frontend"
digest="$(sha256sum package-lock.json package.json | sha256sum | cut -c1-16)"
if [ -e "node_modules/.installed-$digest" ]; then
  exit 0
fi
echo "Installing the app's packages, once ..." >&2
bash ../tools/node.sh npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
touch "node_modules/.installed-$digest"
