// What the tests of pages share: a server of the release binary for each file and a fresh browser context for each
// test. README.md says how to use it.
import assert from "node:assert/strict";
import {spawn} from "node:child_process";
import {accessSync, chmodSync, constants, mkdirSync, mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {after, before, test} from "node:test";
import {fileURLToPath} from "node:url";
import {chromium} from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const binary = process.env.CODE_EXEC_BIN ?? join(root, "build/code-exec");
const pictures = join(root, "build/reports/screenshots");
const startBoundMs = 30_000;
const testBoundMs = 60_000;
const actionBoundMs = 10_000;

export const phone = {viewport: {width: 360, height: 740}, isMobile: true, hasTouch: true, deviceScaleFactor: 2};
export const dark = {colorScheme: "dark"};

function browserOnPath() {
  const candidates = [process.env.CODE_EXEC_CHROMIUM].filter(Boolean);
  for (const directory of process.env.PATH.split(":"))
    for (const name of ["chromium", "google-chrome", "chromium-browser"]) candidates.push(join(directory, name));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const executablePath = browserOnPath();
let browser;

before(async () => {
  if (!executablePath) return;
  mkdirSync(pictures, {recursive: true});
  // Root's browser has no sandbox of its own; it sees nothing but the server under test.
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  browser = await chromium.launch({executablePath, args: [...args, "--disable-dev-shm-usage"]});
});
after(() => browser?.close());

class Server {
  url = "";
  log = "";

  constructor(options) {
    this.options = options;
  }

  async start() {
    this.directory = mkdtempSync(join(tmpdir(), "code-exec-web-"));
    chmodSync(this.directory, 0o755);  // for the user that the server becomes
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CODE_EXEC_")));
    const place = ["--listen", "127.0.0.1:0", "--data-dir", join(this.directory, "data")];
    this.process = spawn(binary, ["serve", ...place, ...this.options], {env, stdio: ["ignore", "pipe", "pipe"]});
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    const address = new Promise((resolve) => {
      for (const stream of [this.process.stdout, this.process.stderr]) {
        createInterface(stream).on("line", (line) => {
          this.log += line + "\n";
          const found = / serving address=(\S+)/.exec(line);
          if (found) resolve(found[1]);
        });
      }
    });
    const failed = this.ended.then((status) => Promise.reject(new Error(`the server ended with ${status}:\n${this.log}`)));
    failed.catch(() => {});
    const scheme = this.options.includes("--tls-cert") ? "https" : "http";
    this.url = `${scheme}://${await within(startBoundMs, "the server's address", Promise.race([address, failed]))}`;
    await until(startBoundMs, "the server ready", async () => (await fetch(`${this.url}/readyz`)).ok);
  }

  async stop() {
    this.process?.kill("SIGTERM");
    await within(startBoundMs, "the server's end", this.ended ?? Promise.resolve());
    rmSync(this.directory, {recursive: true, force: true});
  }

  async submit(job, headers = {}) {
    const options = {method: "POST", body: JSON.stringify(job), headers: {"Content-Type": "application/json", ...headers}};
    const answer = await fetch(`${this.url}/api/v1/jobs`, options);
    assert.equal(answer.status, 201, await answer.clone().text());
    return (await answer.json()).jobId;
  }

  // Its result.
  async run(job, headers = {}) {
    const id = await this.submit(job, headers);
    return (await fetch(`${this.url}/api/v1/jobs/${id}?wait=true`, {headers})).json();
  }
}

// One server for the tests of a file. `options` are those of `code-exec serve`.
export function serve(...options) {
  const server = new Server(options);
  before(() => server.start());
  after(() => server.stop());
  return server;
}

export function browserTest(name, {server, ...contextOptions}, body) {
  const skip = executablePath ? false : "needs chromium: apt-get install chromium";
  test(name, {skip, timeout: testBoundMs}, async () => {
    const viewport = {width: 1280, height: 800};
    const context = await browser.newContext({baseURL: server.url, viewport, ...contextOptions});
    context.setDefaultTimeout(actionBoundMs);
    const page = await context.newPage();
    const errors = errorsOf(page);
    const picture = (file) => page.screenshot({path: join(pictures, `${file}.png`)});
    try {
      await body({page, context, picture});
      assert.deepEqual(errors, []);
    } catch (error) {
      error.message = plain(error.message);
      error.stack = plain(error.stack);
      await picture(`FAILED ${name.replaceAll("/", "-")}`).catch(() => {});
      throw error;
    } finally {
      await context.close();
    }
  });
}

// Playwright's messages have colours, which may not stand in a report's XML.
const plain = (text) => text.replace(/\x1b\[[\d;]*m/g, "").replace(/[\0-\x08\x0b-\x1f]/g, "?");

// What the browser complains about. That an answer was 4xx or 5xx is the server's business.
function errorsOf(page) {
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) errors.push(message.text());
  });
  return errors;
}

export async function until(boundMs, what, condition) {
  const deadline = Date.now() + boundMs;
  for (;;) {
    const value = await condition().catch(() => false);
    if (value) return value;
    assert.ok(Date.now() < deadline, `not within ${boundMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function within(boundMs, what, promise) {
  let timer;
  const bound = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${boundMs} ms: ${what}`)), boundMs);
  });
  return Promise.race([promise, bound]).finally(() => clearTimeout(timer));
}
