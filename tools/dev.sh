#!/usr/bin/env bash
# The server and the app with live reload, side by side; Ctrl-C ends both.
set -euo pipefail
cd "$(dirname "$0")/.."
ORIGINS="http://127.0.0.1:8000,http://127.0.0.1:5173,http://localhost:5173" DEMO=1 .venv/bin/python manage.py serve &
server=$!
trap 'kill -TERM "$server" 2>/dev/null; wait "$server"' EXIT
(cd frontend && bash ../tools/node.sh npm run dev)
