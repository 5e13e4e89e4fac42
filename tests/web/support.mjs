// What the browser tests share: the server as its own process, people with a keyboard, axe-core, pictures.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

// MASH_NODE names the folder whose node_modules hold playwright-core and axe-core.
const require = createRequire(path.join(path.resolve(process.env.MASH_NODE ?? "target/node"), "package.json"));
export const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const pictures = process.env.MASH_PICTURES;
if (pictures) mkdirSync(pictures, { recursive: true });

export async function browser() {
  const executablePath = process.env.MASH_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** Starts `mash serve` and gives its address and process. */
export async function serve(data, listen = "127.0.0.1:0", more = []) {
  const child = spawn(process.env.MASH_BIN, ["serve", "--no-browser", "--listen", listen, "--data", data, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  // Whatever goes wrong here, no server stays behind.
  process.once("exit", () => child.kill("SIGKILL"));
  const address = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
      if (said.includes("\n")) resolve(said.trim());
    });
    child.on("exit", (code) => reject(new Error(`mash serve ended with ${code}`)));
  });
  return { address, child };
}

/** Ends the server and waits until it is gone. */
export async function end(server, signal = "SIGTERM") {
  const gone = new Promise((resolve) => server.child.on("exit", resolve));
  server.child.kill(signal);
  await gone;
}

const seen = new Map();
const wrong = [];

/** Holds the page to axe-core's rules of WCAG 2.2 AA, to 320 px without sideways scroll, and to no request elsewhere. */
export async function look(page, name) {
  const wide = page.viewportSize();
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: tags } });
      return violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" | ").slice(0, 400)}`);
    });
    wrong.push(...found.map((it) => `${name} at ${width} px: ${it}`));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) wrong.push(`${name} scrolls sideways by ${over} px at ${width} px`);
    if (pictures) await page.screenshot({ path: path.join(pictures, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(wide);
  if (pictures) await page.pdf({ path: path.join(pictures, `${name}.pdf`), format: "A4", preferCSSPageSize: true });
  const bytes = (await page.content()).length;
  if (bytes > 100 * 1024) wrong.push(`${name} has ${bytes} bytes`);
  seen.set(name, bytes);
}

/** The pages looked at by name, with their bytes; fails with everything that was wrong with any of them. */
export function lookedAt() {
  assert.deepEqual(wrong, []);
  return seen;
}

/** Fails when a page of this context asks anything of another host. */
export function alone(context, address) {
  context.on("request", (request) => {
    assert.ok(request.url().startsWith(address) || request.url().startsWith("data:"), `asked ${request.url()}`);
  });
}

/** Goes to an element with the Tab key alone, as somebody without a mouse does. */
export async function tabTo(page, selector) {
  const target = page.locator(selector).first();
  await target.waitFor();
  for (let presses = 0; presses < 400; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`the Tab key does not reach ${selector}`);
}

/** Presses a button that sends a form, or follows a link, with the keyboard; returns on the page that comes. */
export async function press(page, selector) {
  await tabTo(page, selector);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

/** Types into a field with the keyboard. */
export async function type(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

/** Ticks a box with the keyboard. */
export async function tick(page, selector) {
  await tabTo(page, selector);
  await page.keyboard.press("Space");
}

/** Chooses the `position`th of a group of radio buttons with the arrow keys; any of the group may be in the Tab order. */
export async function radio(page, name, position) {
  const group = page.locator(`input[type=radio][name=${name}]`);
  await group.first().waitFor();
  for (let presses = 0; presses < 400; presses += 1) {
    if (await page.evaluate((name) => document.activeElement?.name === name, name)) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Space");
  const count = await group.count();
  for (let presses = 0; presses < 2 * count; presses += 1) {
    if (await group.nth(position).isChecked()) return;
    await page.keyboard.press("ArrowDown");
  }
  assert.fail(`the arrow keys do not reach ${name} ${position}`);
}

/** Chooses from a list with the keyboard: its first letters. */
export async function choose(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.type(text);
}
