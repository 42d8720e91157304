#!/usr/bin/env bash
# scripts/web.sh - builds web/ and gathers all that the binary serves to browsers: build/web/site/playground, board
# (@bull-board/ui) and docs (swagger-ui-dist), then packs it for src/web/assets.cc. The release build runs it. Does
# nothing when nothing has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/web
site="$out/site"
modules=web/node_modules

changed_since() { [[ ! -e "$1" || -n "$(find "${@:2}" -path "$modules" -prune -o -newer "$1" -print -quit)" ]]; }

changed_since "$out/done" web scripts/web.sh || exit 0
for program in node npm; do
  command -v "$program" >/dev/null && continue
  echo "The pages of the playground and the board are built with Node.js (18 or later) and npm, and there is no" >&2
  echo "$program here. scripts/install-deps.sh build installs it on Debian. Without pages: cmake -DCODE_EXEC_WEB=OFF." >&2
  exit 1
done
if changed_since "$modules/.installed" web/package.json web/package-lock.json; then
  (cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || {
    echo "npm could not install what web/package-lock.json names: it needs the npm registry, or a mirror" >&2
    echo "(npm config set registry URL)." >&2
    exit 1
  }
  touch "$modules/.installed"
fi

mkdir -p "$out"
touch "$out/begun"
rm -rf "$site"
(cd web && node_modules/.bin/tsc && node_modules/.bin/vite build --logLevel warn)
mkdir -p "$site/docs"
cp -R "$modules/@bull-board/ui/dist" "$site/board"
cp "$modules"/swagger-ui-dist/{swagger-ui.css,swagger-ui-bundle.js,swagger-ui-bundle.js.LICENSE.txt} "$site/docs/"
node web/pack.mjs "$site" "$out"
# What was edited meanwhile is newer, and is built the next time.
mv "$out/begun" "$out/done"
