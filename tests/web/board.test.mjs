// The board, on queues in memory and in Redis: what its buttons do to jobs.
import assert from "node:assert/strict";
import {spawn, spawnSync} from "node:child_process";
import {existsSync, mkdtempSync, rmSync} from "node:fs";
import {createServer, connect} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {after} from "node:test";
import {fileURLToPath} from "node:url";
import {browserTest, dark, phone, serve, until} from "./harness.mjs";

const ferretdb = fileURLToPath(new URL("../../build/tools/ferretdb", import.meta.url));
const isOnPath = (program) => spawnSync("which", [program]).status === 0;
const mongo = isOnPath("mongod")
  ? (port, directory) => ["mongod", "--bind_ip", "127.0.0.1", "--port", port, "--dbpath", directory, "--quiet"]
  : (port, directory) => [ferretdb, `127.0.0.1:${port}`, directory];
const hasServers = isOnPath("redis-server") && (isOnPath("mongod") || existsSync(ferretdb));

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const {port} = probe.address();
      probe.close(() => resolve(port));
    });
  });

// Starts a server that is not ours, for the tests of this file.
async function neighbour(command) {
  const directory = mkdtempSync(join(tmpdir(), "code-exec-neighbour-"));
  const port = await freePort();
  const [program, ...options] = command(String(port), directory);
  const child = spawn(program, options, {stdio: "ignore"});
  after(() => {
    child.kill("SIGKILL");
    rmSync(directory, {recursive: true, force: true});
  });
  await until(30_000, `${program} accepts`, () => new Promise((resolve, reject) => {
    connect(port, "127.0.0.1").once("connect", function () {
      resolve(this.destroy());
    }).once("error", reject);
  }));
  return port;
}

const inMemory = serve();
const inRedis = hasServers && serve(
  "--redis", `redis://127.0.0.1:${await neighbour((port, directory) => ["redis-server", "--port", port, "--dir", directory, "--save", ""])}`,
  "--mongo", `mongodb://127.0.0.1:${await neighbour(mongo)}/code-exec`,
);

const api = async (server, path) => (await fetch(`${server.url}/admin/queues/api/queues${path}`)).json();
const queue = async (server, name) => (await api(server, "")).queues.find((one) => one.name === name);
const result = async (server, id) => (await fetch(`${server.url}/api/v1/jobs/${id}?wait=true`)).json();
// Its buttons have pictures and no names.
const button = (page, picture) => page.locator(`button:has(svg.lucide-${picture})`).first();
const confirm = (page) => page.getByRole("button", {name: "Confirm"}).click();
async function choose(page, item) {
  await button(page, "ellipsis-vertical").click();
  await page.getByRole("menuitem", {name: item}).click();
}

for (const [where, server] of [["memory", inMemory], ["Redis", inRedis]]) {
  if (!server) continue;

  browserTest(`the board of queues in ${where} shows counts, lists and a job`, {server}, async ({page, picture}) => {
    const ran = await server.run({code: "print(input())", stdin: "<hello>"});
    await page.goto("/admin/queues");
    await page.locator('a[href*="/queue/code-save"]').first().waitFor();
    await picture(`board-overview-${where}`);
    await page.locator('a[href*="/queue/code-exec"]').first().click();
    await page.getByRole("link", {name: /Completed/i}).first().click();
    await page.getByText(ran.jobId).first().waitFor();
    await page.getByText("Throughput").waitFor();
    await picture(`board-queue-${where}`);

    await page.goto(`/admin/queues/queue/code-exec/${ran.jobId}`);
    await page.getByText("<hello>").first().waitFor();
    await picture(`board-job-${where}`);
    await page.getByRole("tab", {name: "Logs"}).click();
    await page.getByText("run 1 began").waitFor();
    await picture(`board-job-logs-${where}`);
    await page.getByRole("tab", {name: "Options"}).click();
    await page.getByText("exponential").waitFor();
  });

  browserTest(`retry on the board of queues in ${where} makes a new job`, {server}, async ({page}) => {
    const ran = await server.run({code: "print(6 * 7)"});
    const path = `/code-exec/${ran.jobId}`;
    await until(10_000, "the entry completed", async () => (await api(server, path)).status === "completed");
    const before = (await queue(server, "code-exec")).counts.completed;
    await page.goto(`/admin/queues/queue${path}`);

    await button(page, "refresh-cw").click();
    await confirm(page);

    // The old entry has gone, the new one has completed.
    await until(10_000, "a new job", async () => {
      const {jobs} = (await api(server, "?activeQueue=code-exec&status=completed")).queues[1];
      return jobs[0]?.id > ran.jobId;
    });
    assert.equal((await queue(server, "code-exec")).counts.completed, before);
    assert.deepEqual(await result(server, ran.jobId), ran);
  });

  browserTest(`pause, clean and empty on the board of queues in ${where}`, {server}, async ({page, picture}) => {
    await page.goto("/admin/queues/queue/code-save?status=waiting");
    await choose(page, "Pause");
    await confirm(page);
    await until(10_000, "the queue paused", async () => (await queue(server, "code-save")).isPaused);
    const ids = [];
    for (let job = 0; job < 3; job++) ids.push(await server.submit({code: "print(1)"}));
    await page.getByText(ids[2]).first().waitFor();
    await picture(`board-paused-${where}`);

    await button(page, "trash-2").click();  // of the newest
    await confirm(page);
    await until(10_000, "one job gone", async () => (await queue(server, "code-save")).counts.waiting === 2);
    assert.equal((await result(server, ids[2])).reason, "cancelled");

    await choose(page, "Empty");
    await confirm(page);
    await until(10_000, "the queue empty", async () => (await queue(server, "code-save")).counts.waiting === 0);
    for (const id of ids) assert.equal((await result(server, id)).reason, "cancelled");

    await choose(page, "Resume");
    await confirm(page);
    await until(10_000, "the queue resumed", async () => !(await queue(server, "code-save")).isPaused);
    assert.equal((await server.run({code: "print(2)"})).result, "2");
  });

  browserTest(`clean all on the board of queues in ${where} leaves the results`, {server}, async ({page}) => {
    const ran = await server.run({code: "print(3)"});
    await page.goto("/admin/queues/queue/code-exec?status=completed");
    // What ended within the latest 5 s stays.
    await until(20_000, "the list empty", async () => {
      const all = page.getByRole("button", {name: "Clean all"});
      if (await all.isVisible()) {
        await all.click();
        await confirm(page);
      }
      return (await queue(server, "code-exec")).counts.completed === 0;
    });
    assert.deepEqual(await result(server, ran.jobId), ran);
  });
}

const guarded = serve("--api-key", "k".repeat(20), "--admin-key", "a".repeat(20));
const administrator = {httpCredentials: {username: "any", password: "a".repeat(20)}};

browserTest("the board where keys are needed shows no program", {server: guarded, ...administrator}, async ({page}) => {
  const ran = await guarded.run({code: "print('secret')"}, {Authorization: `Bearer ${"k".repeat(20)}`});
  await page.goto(`/admin/queues/queue/code-exec/${ran.jobId}`);
  await page.getByText("cpuTimeMs").first().waitFor();
  assert.equal(await page.getByText("secret").count(), 0);
});

browserTest("the board on a phone in the dark", {server: inMemory, ...phone, ...dark}, async ({page, picture}) => {
  await inMemory.run({code: "print(1)"});
  await page.goto("/admin/queues/queue/code-exec");
  await page.getByText("execCode").first().waitFor();
  await picture("board-phone-dark");
});
