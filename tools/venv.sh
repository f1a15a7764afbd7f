#!/bin/sh
# Make or update the virtual environment: venv.sh PYTHON VENV REQUIREMENTS
set -eu
python=$1 venv=$2 requirements=$3

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "30u30 needs Python 3.11 or newer, and \"$python\" is not. Name one: make site PYTHON=python3.12" >&2
  exit 1
}
if [ ! -x "$venv/bin/pip" ]; then
  echo "==> making $venv"
  "$python" -m venv "$venv" || {
    echo "This Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2
    exit 1
  }
fi
echo "==> installing $requirements (a few minutes the first time)"
"$venv/bin/python" -m pip install --quiet --require-hashes -r "$requirements" 2>"$venv/pip.log" || {
  cat "$venv/pip.log" >&2
  exit 1
}
# The course itself, as it stands in the checkout. Its build backend is in the lock file.
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation -e code -e book/_ext 2>"$venv/pip.log" || {
  cat "$venv/pip.log" >&2
  exit 1
}
