#!/usr/bin/env bash
# Builds the app into frontend/dist, only when its sources changed.
set -euo pipefail
cd "$(dirname "$0")/../frontend"
digest() {
  find . -type f -not -path './node_modules/*' -not -path './dist/*' -not -path './src/text/paraglide/*' -not -path './project.inlang/cache/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}
if [ -e "dist/.built-$(digest)" ]; then
  exit 0
fi
bash ../tools/packages.sh
echo "Building the app, once a change ..." >&2
rm -rf dist
bash ../tools/node.sh npm run --silent build >&2
# Anew: the build itself writes sources (icons, texts), and its own writing is no change.
touch "dist/.built-$(digest)"
