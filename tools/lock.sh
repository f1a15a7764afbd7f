#!/bin/sh
# Resolve requirements/*.in to exact versions with hashes, for every Python from 3.11 on.
# Each set takes over the versions of the one before it, so that they agree.
set -eu
python=${1:-python3}
venv=build/lock
[ -x "$venv/bin/uv" ] || { "$python" -m venv "$venv" && "$venv/bin/pip" install -q uv==0.9.5; }
constraint=
for name in site test notebook; do
  # shellcheck disable=SC2086
  "$venv/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $constraint \
    "requirements/$name.in" --output-file "requirements/$name.txt"
  constraint="--constraint requirements/$name.txt"
done
