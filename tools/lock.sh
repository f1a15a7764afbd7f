#!/bin/sh
# Resolve requirements/*.in to exact versions with hashes, for every Python from 3.11 on.
set -eu
python=${1:-python3}
venv=build/lock
[ -x "$venv/bin/uv" ] || { "$python" -m venv "$venv" && "$venv/bin/pip" install -q uv==0.9.5; }
for name in site test notebook; do
  "$venv/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
    "requirements/$name.in" --output-file "requirements/$name.txt"
done
