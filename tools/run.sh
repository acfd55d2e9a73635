#!/usr/bin/env bash
# From a bare clone to a working server with the demo province. PORT= and DATA_DIR= move it; Ctrl-C stops it cleanly.
set -euo pipefail
cd "$(dirname "$0")/.."
bash tools/python.sh runtime
bash tools/app.sh
port="${PORT:-8000}"
export DATA_DIR="${DATA_DIR:-$PWD/var}" PUBLIC_URL="${PUBLIC_URL:-http://127.0.0.1:$port}" DEMO="${DEMO:-1}"
mkdir -p "$DATA_DIR"
.venv/bin/python manage.py compile_texts
# exec: Ctrl-C and a supervisor's SIGTERM reach the server itself.
exec .venv/bin/python manage.py serve --host 127.0.0.1 --port "$port"
