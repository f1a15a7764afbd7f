#!/bin/sh
# See that there is a Chromium for the browser tests; install Debian's where that is possible.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  echo "==> installing Debian's chromium"
  if $sudo apt-get update -qq && $sudo apt-get install -y -qq chromium >/dev/null; then
    exit 0
  fi
fi
echo "The browser tests need Chromium or Chrome on the PATH: install it (Debian: apt-get install chromium) and run again." >&2
exit 1
