// The documentation of the API at /docs.
import assert from "node:assert/strict";
import {browserTest, dark, phone, serve} from "./harness.mjs";

const server = serve();

// What is there to see of an operation, unfolded.
async function unfold(page, operation) {
  await page.goto("/docs");
  const block = page.locator(`.opblock[id$="-${operation}"]`);
  await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", {name: "Try it out"}).waitFor();
  return block;
}

async function tryOut(block) {
  await block.getByRole("button", {name: "Try it out"}).click();
  await block.getByRole("button", {name: "Execute", exact: true}).click();
  const answer = block.locator(".live-responses-table .response");
  await answer.waitFor({timeout: 30_000});
  return answer;
}

browserTest("the documentation shows every operation and runs an example", {server}, async ({page, picture}) => {
  await page.goto("/docs");
  await page.locator(".opblock").first().waitFor();
  const {paths} = await (await fetch(`${server.url}/openapi.json`)).json();
  const operations = Object.values(paths).flatMap((path) => Object.keys(path).filter((name) => name !== "parameters"));
  assert.equal(await page.locator(".opblock").count(), operations.length);
  await picture("docs");

  const block = await unfold(page, "submitJob");
  await picture("docs-operation");
  const answer = await tryOut(block);
  assert.equal(await answer.locator(".response-col_status").innerText(), "200");
  const body = await answer.locator(".response-col_description").innerText();
  assert.match(body, /"stdout": "Hello\\n"/);
  await answer.scrollIntoViewIfNeeded();
  await picture("docs-tried");
});

browserTest("the documentation follows the page's theme", {server, ...dark}, async ({page, picture}) => {
  const block = await unfold(page, "submitJob");
  await picture("docs-dark");
  const answer = await tryOut(block);
  await answer.scrollIntoViewIfNeeded();
  await picture("docs-tried-dark");
  await page.locator("#theme").click();
  assert.equal(await page.locator("html.dark-mode").count(), 0);
});

browserTest("the documentation fits a phone", {server, ...phone}, async ({page, picture}) => {
  await unfold(page, "getJob");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await picture("docs-phone");
});
