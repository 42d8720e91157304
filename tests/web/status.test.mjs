// The status page.
import assert from "node:assert/strict";
import {browserTest, dark, phone, serve} from "./harness.mjs";

const server = serve();

// Polls of the page are 2 s apart: what they show takes two of them.
async function shown(page) {
  await page.goto("/status");
  await page.locator("#ready", {hasText: "Ready"}).waitFor();
  const slots = page.getByRole("img", {name: /^Slots: busy \d+, all \d+/});
  await slots.waitFor();
  for (let job = 0; job < 10; job++) await server.run({code: `print(${job})`});
  await page.getByRole("img", {name: /^Jobs a second: submitted [\d.]*[1-9]/}).waitFor();
  await page.getByRole("img", {name: /^From submit to result: median [\d.]+ m?s, 99th percentile [\d.]+ m?s/}).waitFor();
  assert.equal(await page.locator("svg .line").count() >= 6, true);
}

browserTest("the status page shows rate, latency, queues and slots", {server}, async ({page, picture}) => {
  await shown(page);
  await picture("status");
  const box = await page.locator(".chart svg").first().boundingBox();
  await page.mouse.move(box.x + box.width - 10, box.y + 40);
  await page.locator(".cursor").waitFor({state: "attached"});
});

browserTest("the status page fits a phone in the dark", {server, ...phone, ...dark}, async ({page, picture}) => {
  await shown(page);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await picture("status-phone-dark");
});
