#!/usr/bin/env bash
# Makes .venv with the requirements named (runtime or dev), only when they changed. Prints nothing when all is current.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted="${1:-runtime}"
file=requirements.txt
[ "$wanted" = dev ] && file=requirements-dev.txt

python=""
for name in python3.13 python3.12 python3.11 python3; do
  if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    python="$name"
    break
  fi
done
[ -n "$python" ] || { echo "Python 3.11, 3.12 or 3.13 is needed and was not found." >&2; exit 1; }

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
  rm -rf .venv
  if ! "$python" -m venv .venv 2>/tmp/tt-venv-error.$$; then
    rm -rf .venv
    # Debian keeps ensurepip in a package of its own; as root it is fetched, elsewhere one line says what to type.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
      apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$("$python" -c 'import sys; print(f"python3.{sys.version_info[1]}-venv")')" >/dev/null
      "$python" -m venv .venv
    else
      cat /tmp/tt-venv-error.$$ >&2
      rm -f /tmp/tt-venv-error.$$
      echo "Type: sudo apt-get install -y python3-venv" >&2
      exit 1
    fi
  fi
  rm -f /tmp/tt-venv-error.$$
fi

# A dev environment holds the runtime too, so its stamp counts for both.
digest="$(cat requirements.txt requirements-dev.txt requirements-s3.txt | sha256sum | cut -c1-16)"
if [ -e ".venv/dev-$digest" ] || [ -e ".venv/$wanted-$digest" ]; then
  exit 0
fi
echo "Installing the Python libraries ($wanted), once ..." >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r "$file" >&2
touch ".venv/$wanted-$digest"
