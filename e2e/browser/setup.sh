#!/bin/sh
# Sees to it that there is a Chromium for the browser stories: root on Debian gets it installed, anybody else is told.
for name in "$INTERDESK_CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable; do
  [ -n "$name" ] && command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Chromium for the browser stories"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
fi
echo "There is no Chromium, so the browser stories cannot run. Install it (Debian: apt-get install chromium), or name one by INTERDESK_CHROMIUM." >&2
[ -z "$CI" ]
