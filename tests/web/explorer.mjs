// The what-if explorer in Chromium: by keyboard alone, and without JavaScript; every page and state is held to axe-core
// at 1280 and 320 px. How soon the first picture comes is printed, and not asserted.
//
// node tests/web/explorer.mjs, with MASH_BIN naming the program.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { alone, browser, end, look, lookedAt, press, serve, tabTo } from "./support.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "mash-explorer-"));
const server = await serve(path.join(folder, "sessions.db"));
const { address } = server;
const chrome = await browser();
const context = await chrome.newContext({ viewport: { width: 1280, height: 900 } });
context.setDefaultTimeout(60_000);
alone(context, address);
const page = await context.newPage();

const replications = () => page.evaluate(() => Number(/(\d+) replications/.exec(document.getElementById("explore-status").textContent)?.[1] ?? 0));

/** Waits for tables, and says how long that took and on how many replications they rest. */
async function picture(what, since) {
  await page.waitForSelector("#explored table");
  console.log(`${what}: first picture after ${Date.now() - since} ms, ${await replications()} replications`);
}

let since = Date.now();
await page.goto(address);
await press(page, "a[href='/explore']");
await picture("baseline", since);
await look(page, "explore-baseline");

// A threshold is moved with the keyboard: the number is tried by itself, and the address holds it.
const threshold = "input[name$='repeat_contacts_12m']";
await tabTo(page, "summary:has-text('Thresholds')");
await page.keyboard.press("Enter");
await tabTo(page, threshold);
const usual = Number(await page.inputValue(threshold));
await page.keyboard.press("Control+A");
await page.keyboard.type(String(usual + 2));
since = Date.now();
await Promise.all([page.waitForNavigation(), page.keyboard.press("Tab")]);
await picture("a moved threshold", since);
await page.waitForFunction(() => document.getElementById("explored").textContent.includes("Whose route is another"));
assert.match(page.url(), /set=threshold/);
assert.equal(await page.inputValue(threshold), String(usual + 2));
const shared = page.url();
await look(page, "explore-moved");

// It refines while it is looked at.
const before = await replications();
await page.waitForFunction((before) => Number(/(\d+) replications/.exec(document.getElementById("explore-status").textContent)?.[1]) > before, before);

// A child whose route is another, under both alternatives.
await page.waitForSelector("a[href^='/explore/case']");
await press(page, "a[href^='/explore/case']");
assert.match(await page.textContent("main"), /What happened when/);
await look(page, "explore-case");
await press(page, "a[href^='/explore?']");

// What is shared: the scenario, the thresholds, the report, every figure.
for (const href of await page.locator("a[href^='/explore/']").evaluateAll((links) => links.map((link) => link.getAttribute("href")))) {
  if (href.startsWith("/explore/case")) continue;
  const got = await context.request.get(address + href);
  assert.equal(got.status(), 200, href);
  const text = await got.text();
  if (href.includes(".json")) JSON.parse(text);
  else assert.ok(text.includes("<!DOCTYPE html>") && !text.includes("<script"), href);
}

// The same address without JavaScript: the same change, and a form that tries another.
const plain = await chrome.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
const quiet = await plain.newPage();
await quiet.goto(shared);
await quiet.waitForSelector("#explored table");
assert.equal(await quiet.locator(threshold).getAttribute("value"), String(usual + 2));
await quiet.locator("summary:has-text('Thresholds')").click();
await quiet.locator(threshold).fill(String(usual + 1));
await Promise.all([quiet.waitForNavigation(), quiet.locator("#explore-form button").click()]);
assert.match(await quiet.textContent("main"), /What is tried/);

// An address that makes no sense is a page that says so.
for (const query of ["scenario=nowhere", "set=threshold.nothing:3", "set=volume.referrals:-1", "pack=../../etc"]) {
  const answer = await page.goto(`${address}/explore?${query}`);
  assert.equal(answer.status(), 400, query);
  assert.match(await page.textContent("main"), /That did not work/, query);
}
await look(page, "explore-wrong");

await chrome.close();
await end(server);
rmSync(folder, { recursive: true });
console.log(`${lookedAt().size} pages and states looked at twice, the largest of ${Math.max(...lookedAt().values())} bytes`);
process.exit(0);
