// The playground at /.
import assert from "node:assert/strict";
import {browserTest, dark, phone, serve, until} from "./harness.mjs";

const server = serve();

const status = (page) => page.locator("#status");
const output = (page) => page.locator("#output");
// What is out of sight has no layout, and so no innerText.
const printed = (page) => output(page).textContent();

async function ready(page, path = "/") {
  await page.goto(path);
  await page.locator("#language:enabled").waitFor();
}

async function write(page, code) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  // As one piece: the editor closes brackets that are typed.
  await page.keyboard.insertText(code);
}

async function choose(page, language) {
  await page.locator("#language").selectOption(language);
}

async function run(page, code) {
  if (code !== undefined) await write(page, code);
  await page.keyboard.press("Control+Enter");
}

async function ended(page, words) {
  await page.locator("#status[data-state=good], #status[data-state=bad]").waitFor({timeout: 30_000});
  assert.match(await status(page).innerText(), words);
}

browserTest("the first program runs with Ctrl-Enter", {server}, async ({page, picture}) => {
  await ready(page);
  await run(page);
  await ended(page, /^Finished: exit code 0/);
  assert.equal(await printed(page), "Hello\nfrom\ncode-exec\n");
  assert.match(await page.locator("#measured").innerText(), /time\s+\d.*memory\s+\d/s);
  await picture("playground");
});

browserTest("every language has an example that runs", {server}, async ({page}) => {
  await ready(page);
  const languages = await page.locator("#language option").evaluateAll((options) => options.map(({value}) => value));
  assert.ok(languages.includes("python"));
  for (const language of languages) {
    await choose(page, language);
    await page.locator(".cm-content").click();
    await run(page);
    await ended(page, /^Finished/);
    assert.match(await printed(page), /Hello/);
    // Every one of them is highlighted.
    assert.ok((await page.locator(".cm-line span").count()) > 0, language);
  }
});

browserTest("lines are seen while the program runs", {server}, async ({page, picture}) => {
  await ready(page);
  await run(page, `import sys, time
print("first", flush=True)
print("careful", file=sys.stderr, flush=True)
time.sleep(30)
print("last")`);
  await output(page).getByText("first").waitFor();
  await page.locator("#output .stderr", {hasText: "careful"}).waitFor();
  assert.equal(await status(page).innerText(), "Running");
  await picture("playground-running");
  await page.locator("#stop").click();
  await ended(page, /^Stopped by you/);
  assert.equal(await printed(page), "first\ncareful\n");
});

// How soon on a quiet machine is in docs/performance.md; it prints what it saw.
browserTest("a first line is seen long before the program ends", {server}, async ({page}) => {
  await ready(page);
  await write(page, `import time
print(time.time() * 1000, flush=True)
time.sleep(1)`);
  const delays = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    const seen = page.evaluate(() => new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        const view = document.getElementById("output");
        if (!view.textContent) return;
        observer.disconnect();
        resolve(Date.now() - Number(view.textContent));
      }).observe(document.getElementById("output"), {childList: true, subtree: true});
    }));
    await page.locator("#run").click();
    delays.push(await seen);
    await ended(page, /^Finished/);
  }
  console.log(`first line after ${delays.map(Math.round).join(", ")} ms`);
  assert.ok(Math.min(...delays) < 500, `${delays} ms`);
});

browserTest("a program that runs is given input", {server}, async ({page, picture}) => {
  await ready(page);
  await page.locator("#interactive").check();
  await run(page, `name = input("Your name? ")
print(f"Hello, {name}.", flush=True)
import sys
print(len(sys.stdin.read()), "more")`);
  await output(page).getByText("Your name?").waitFor();
  await page.locator("#input").fill("Ada");
  await page.locator("#input").press("Enter");
  await output(page).getByText("Hello, Ada.").waitFor();
  await picture("playground-input");
  await page.locator("#input").fill("xyz");
  await page.locator("#input").press("Enter");
  await page.locator("#input").press("Control+D");
  await ended(page, /^Finished/);
  assert.match(await printed(page), /4 more\n$/);
  await page.locator("#input-line").waitFor({state: "hidden"});
});

browserTest("one that is given input is so after a reload", {server}, async ({page}) => {
  await ready(page);
  await page.locator("#interactive").check();
  await run(page, `print("Hello,", input("Your name? "))`);
  await output(page).getByText("Your name?").waitFor();
  await page.reload();
  await output(page).getByText("Your name?").waitFor();
  assert.ok(await page.locator("#interactive").isChecked());
  await page.locator("#input").fill("Ada");
  await page.locator("#input").press("Enter");
  await ended(page, /^Finished/);
  assert.match(await printed(page), /Hello, Ada\n$/);
});

browserTest("an endless loop is stopped", {server}, async ({page}) => {
  await ready(page);
  await run(page, "while True: pass");
  await status(page).getByText("Running").waitFor();
  await page.locator("#stop").click();
  await ended(page, /^Stopped by you/);
  await page.locator("#run:enabled").waitFor();
});

browserTest("a flood of output does not freeze the page", {server}, async ({page}) => {
  await ready(page);
  await run(page, `line = "x" * 79
for number in range(40_000):
    print(f"{number:6}", line)
print("the end")`);
  const longest = await page.evaluate(async () => {
    let longest = 0;
    let before = performance.now();
    const state = () => document.getElementById("status").dataset.state;
    while (state() === "running") {
      await new Promise((resolve) => setTimeout(resolve));
      longest = Math.max(longest, performance.now() - before);
      before = performance.now();
    }
    return longest;
  });
  await ended(page, /^Finished.*output was cut/);
  assert.ok(longest < 1000, `the page stood still for ${longest} ms`);
  assert.ok((await output(page).locator("*").count()) < 500);
  const fromTheEnd = () => output(page).evaluate((view) => view.scrollHeight - view.scrollTop - view.clientHeight);
  await until(5000, "the end in sight", async () => (await fromTheEnd()) < 24);
});

browserTest("text of a program is never taken for HTML", {server}, async ({page}) => {
  await ready(page);
  const html = "<img src=x onerror=document.title='taken'><b>bold</b>";
  await run(page, `print("${html}")`);
  await ended(page, /^Finished/);
  assert.equal(await printed(page), html + "\n");
  await page.locator("#history").click();
  await page.locator("#run-list").getByText(html).waitFor();
  assert.equal(await page.title(), "Playground · code-exec");
});

browserTest("a compile error shows what the compiler says", {server}, async ({page, picture}) => {
  await ready(page);
  await choose(page, "cpp");
  await page.locator("#example").selectOption({label: "A compile error"});
  await page.locator("#run").click();
  await ended(page, /^It does not compile/);
  assert.match(await page.locator("#output .stderr").textContent(), /error:.*42/s);
  await picture("playground-compile-error");
});

browserTest("how a program ended is said in words", {server}, async ({page}) => {
  await ready(page);
  await run(page, "raise SystemExit(3)");
  await ended(page, /^Failed: exit code 3/);
  await run(page, "import os; os.abort()");
  await ended(page, /^Killed by SIGABRT: it aborted/);
  await page.locator("#tab-limits").click();
  await page.getByLabel("CPU time s").fill("0.2");
  await run(page, "while True: pass");
  await ended(page, /more CPU time than its limit/);
});

browserTest("an error is shown at its field", {server}, async ({page, picture}) => {
  await ready(page);
  await page.locator("#tab-limits").click();
  await page.getByLabel("Memory MiB").fill("99999");
  await page.locator("#tab-input").click();
  await page.locator("#run").click();
  const memory = page.getByLabel("Memory MiB");
  await memory.and(page.locator("[aria-invalid=true]")).waitFor();
  assert.ok(await memory.evaluate((field) => field === document.activeElement));
  assert.equal(await page.locator("[id='limits.memoryBytes-error']").innerText(), "Must be from 4 to 2048 MiB.");
  await picture("playground-error-at-field");
  await memory.fill("");
  await page.locator("#tab-files").click();
  await page.locator("#add-file").click();
  await page.locator("#run").click();
  await page.locator(".file-name[aria-invalid=true]").waitFor();
  await page.locator(".file-name").fill("data.txt");
  await run(page, `print(open("data.txt").read())`);
  await ended(page, /^Finished/);
});

browserTest("a link shows the same program and result to others", {server}, async ({page, context, picture}) => {
  await ready(page);
  await page.locator("#example").selectOption({label: "Input, arguments, files"});
  await page.locator("#run").click();
  await ended(page, /^Finished/);
  const seen = await printed(page);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator("#share").click();
  await page.locator("#share", {hasText: "Copied"}).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /\?job=/);

  const other = await context.browser().newContext();
  const visitor = await other.newPage();
  await visitor.goto(link);
  await ended(visitor, /^Finished/);
  assert.equal(await printed(visitor), seen);
  assert.match(await visitor.locator(".cm-content").innerText(), /names.txt/);
  assert.equal(await visitor.locator("#args").inputValue(), "--reverse");
  assert.equal(await visitor.locator(".file-name").inputValue(), "names.txt");
  await other.close();
  await picture("playground-shared");
});

browserTest("a link to a job that is not there says so", {server}, async ({page}) => {
  await ready(page, "/?job=0190163d-8694-739b-aea5-966c26f8ad91");
  await page.getByRole("alert").getByText("no longer on this server").waitFor();
});

browserTest("what was run can be opened again", {server}, async ({page, picture}) => {
  await ready(page);
  await run(page, `print("the first")`);
  await ended(page, /^Finished/);
  await run(page, `raise ValueError("the second")`);
  await ended(page, /^Failed/);
  await page.reload();
  await page.locator("#history").click();
  await page.locator("#run-list li").nth(1).waitFor();
  await picture("playground-history");
  await page.locator("#run-list").getByText("the first").click();
  await ended(page, /^Finished/);
  assert.equal(await printed(page), "the first\n");
  await page.locator("#history").click();
  await page.locator("#forget-runs").click();
  await page.locator("#no-runs").waitFor();
});

browserTest("an edit survives a reload", {server}, async ({page}) => {
  await ready(page);
  await write(page, "print('not run yet')");
  await page.reload();
  await page.locator(".cm-content", {hasText: "not run yet"}).waitFor();
});

browserTest("the keyboard alone is enough", {server}, async ({page}) => {
  await ready(page);
  await page.locator(".cm-content:focus").waitFor();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText("import sys\nif sys.argv:\n");
  await page.keyboard.press("Tab");
  await page.keyboard.insertText("print(sys.argv[1:], sys.stdin.read())");
  await page.keyboard.press("Escape");
  await page.locator("#left-editor:focus").waitFor();
  const focusedId = () => page.evaluate(() => document.activeElement.id);
  await page.keyboard.press("Tab");
  assert.equal(await focusedId(), "tab-input");
  await page.keyboard.press("Tab");
  assert.equal(await focusedId(), "stdin");
  await page.keyboard.type("typed");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focusedId(), "tab-args");
  await page.keyboard.press("Tab");
  await page.keyboard.type("one");
  await page.keyboard.press("Control+Enter");
  await ended(page, /^Finished/);
  assert.equal(await printed(page), "['one'] typed\n");
  // The result is told to those who do not see it, too.
  assert.match(await status(page).textContent(), /It printed: \['one'\] typed/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await focusedId(), "output");
});

browserTest("everything that can be used has a name", {server}, async ({page}) => {
  await ready(page);
  for (const tab of ["args", "files", "limits", "input"]) {
    await page.locator(`#tab-${tab}`).click();
    if (tab === "files") await page.locator("#add-file").click();
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("button, select, input, textarea, a, [contenteditable]")]
        .filter((element) => element.checkVisibility())
        .filter((element) => !(element.ariaLabel || element.labels?.length || element.textContent.trim()))
        .map((element) => element.outerHTML));
    assert.deepEqual(nameless, []);
  }
});

browserTest("a phone has room for all", {server, ...phone}, async ({page, picture}) => {
  await ready(page);
  await picture("playground-phone");
  await page.locator("#run").tap();
  await ended(page, /^Finished/);
  await until(5000, "the output in sight", () => output(page).evaluate((view) => view.getBoundingClientRect().top < innerHeight));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await picture("playground-phone-result");
  await page.locator("#tab-limits").tap();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
});

browserTest("dark is as the system has it, or as switched", {server, ...dark}, async ({page, picture}) => {
  await ready(page);
  const lightness = () => page.evaluate(() => {
    const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
    return (red + green + blue) / 3;
  });
  assert.ok((await lightness()) < 60);
  await run(page);
  await ended(page, /^Finished/);
  await picture("playground-dark");
  await page.locator("#theme").click();
  assert.ok((await lightness()) > 200);
  await page.reload();
  await page.locator("#language:enabled").waitFor();
  assert.ok((await lightness()) > 200);
});
