// pack.mjs DIRECTORY OUT - puts every file beneath DIRECTORY, compressed, into OUT/assets.bin, and what is where into
// OUT/assets.inc, as src/web/assets.cc includes it:
//     ASSET("path", "content type", "\"etag\"", offset in assets.bin, bytes compressed, bytes, whether its name has a hash)
// sorted by path. Only what has changed is written.
import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {extname, join, relative} from "node:path";
import {gzipSync} from "node:zlib";

const types = {
  ".css": "text/css; charset=utf-8",
  ".ejs": "text/html; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/vnd.microsoft.icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

function* filesBeneath(directory) {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) yield* filesBeneath(path);
    else yield path;
  }
}

function writeChanged(file, content) {
  if (!existsSync(file) || !readFileSync(file).equals(content)) writeFileSync(file, content);
}

const [directory, out] = process.argv.slice(2);
const packed = [];
const lines = [];
let offset = 0;
const paths = [...filesBeneath(directory)].map((file) => relative(directory, file));
for (const path of paths.sort((a, b) => (a < b ? -1 : 1))) {
  const type = types[extname(path)];
  if (!type) throw new Error(`${path}: what is its content type? Say so in web/pack.mjs.`);
  const bytes = readFileSync(join(directory, path));
  const compressed = gzipSync(bytes, {level: 9});
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}"`;
  const hashed = /\.[0-9a-f]{8,}\./.test(path);
  lines.push(
    `ASSET(${JSON.stringify(path)}, "${type}", ${JSON.stringify(etag)}, ` +
      `${offset}, ${compressed.length}, ${bytes.length}, ${hashed})\n`,
  );
  packed.push(compressed);
  offset += compressed.length;
}
mkdirSync(out, {recursive: true});
writeChanged(join(out, "assets.bin"), Buffer.concat(packed));
writeChanged(join(out, "assets.inc"), Buffer.from(lines.join("")));
