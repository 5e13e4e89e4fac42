// A facilitator and three participants go through a whole exercise with the keyboard alone, one of them without
// JavaScript; the server is killed half-way; every page and state is held to axe-core at 1280 and 320 px.
//
// node tests/web/exercise.mjs, with MASH_BIN naming the program; MASH_PICTURES names a folder for pictures and prints of every
// page, MASH_RESULTS a file for the results that the room exports.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { alone, browser, choose, end, look, lookedAt, press, radio, serve, tabTo, tick, type } from "./support.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "mash-web-"));
const data = path.join(folder, "sessions.db");
// A draft lies among the facilitator's own vignettes: a shipped one without its story.
const own = path.join(folder, "own");
mkdirSync(own);
const whole = JSON.parse(readFileSync("scenarios/vignettes/what-the-boiler-man-saw.json", "utf8"));
const draft = { ...whole, id: "flip-0-12", title: "Draft: from early help to an assessment", content_note: "Draft: say here what it is about.", accepted: [], learning_points: [], later_found: null, accepted_by_facilitator: false };
writeFileSync(path.join(own, "flip-0-12.json"), JSON.stringify(draft));
let server = await serve(data, "127.0.0.1:0", ["--vignettes", own]);
const { address } = server;
const chrome = await browser();

async function person(javaScriptEnabled = true) {
  const context = await chrome.newContext({ javaScriptEnabled, viewport: { width: 1280, height: 900 } });
  alone(context, address);
  context.setDefaultTimeout(15_000);
  return context.newPage();
}

const PASSPHRASE = "four plain words here";
const VIGNETTES = ["evening-drinking-refused", "a-call-without-a-name"];

// The facilitator makes a room.
const lead = await person();
await lead.goto(address);
await look(lead, "home");
await press(lead, "a[href='/vignettes']");
await look(lead, "vignettes");
await press(lead, `a[href='/vignettes/${VIGNETTES[0]}']`);
await look(lead, "vignette");

// A draft is seen, written on and accepted; what is wrong with it is said beside its field.
await lead.goto(address);
await press(lead, "a[href='/drafts']");
await look(lead, "drafts");
await press(lead, "a[href='/drafts/flip-0-12']");
await look(lead, "draft");
await type(lead, "#title", "A flat above the shop");
await press(lead, "button[value=accept]");
await lead.waitForSelector("#problems");
await look(lead, "draft-problems");
assert.equal(await lead.inputValue("#title"), "A flat above the shop");
await type(lead, "#content_note", "A home that has slipped.");
await tick(lead, "#accepted-early_help");
await tick(lead, "#accepted-child_and_family_assessment");
await type(lead, "#differs", "A panel may want to hear from the school first.");
await press(lead, "button[value=save]");
await lead.waitForSelector("#said");
await look(lead, "draft-saved");
await type(lead, "#who", "training lead");
await press(lead, "button[value=accept]");
await lead.waitForURL("**/drafts?accepted");
await look(lead, "drafts-accepted");
await lead.goto(`${address}/rooms/new`);
assert.equal(await lead.locator("#v-flip-0-12").count(), 1, "an accepted draft is no vignette to choose");
await press(lead, "form[action='/rooms/new'] button");
await lead.waitForSelector("#problems");
await look(lead, "new-room-problems");
await type(lead, "#title", "Threshold morning");
await type(lead, "#passphrase", PASSPHRASE);
await tick(lead, "#timing");
for (const id of VIGNETTES) await tick(lead, `#v-${id}`);
await look(lead, "new-room");
await press(lead, "form[action='/rooms/new'] button");
await lead.waitForSelector(".bigcode");
const code = (await lead.textContent(".bigcode")).trim();
assert.match(code, /^[BCDFGHJKLMNPQRSTVWXZ2-9]{4}-[BCDFGHJKLMNPQRSTVWXZ2-9]{4}$/);
const plain = code.replace("-", "");
await look(lead, "desk-gathering");
for (const page of ["run-sheet", "pack", "attendance", "debrief", "paper"]) {
  await lead.goto(`${address}/rooms/${plain}/${page}`);
  await look(lead, page);
}
await lead.goto(`${address}/rooms`);
await look(lead, "rooms");
await lead.goto(`${address}/rooms/${plain}`);

const projector = await lead.context().newPage();
await projector.goto(`${address}/rooms/${plain}/projector`);
await look(projector, "projector-gathering");

// Three people join; the third has no JavaScript.
const people = [await person(), await person(), await person(false)];
const names = ["Heron", "Otter", "Wren <script>alert(1)</script>"];
for (const [at, page] of people.entries()) {
  await page.goto(`${address}/join`);
  if (at === 0) {
    await press(page, "form[action='/join'] button");
    await page.waitForSelector("#problems");
    await look(page, "join-problems");
  }
  await type(page, "#code", at === 1 ? code.toLowerCase() : code);
  await type(page, "#pseudonym", names[at]);
  await choose(page, "#sector", ["Police", "Health", "Education"][at]);
  await press(page, "form[action='/join'] button");
  await page.waitForURL(`**/r/${plain}`);
}
await look(people[0], "participant-gathering");
await lead.waitForFunction(() => document.body.textContent.includes("3 people are here"));
await projector.waitForFunction(() => document.body.textContent.includes("3 people are here"));
// What somebody calls themselves is text, and nobody's name is on the wall.
assert.ok((await lead.textContent("#people")).includes("<script>alert(1)</script>"));
assert.ok(!(await projector.textContent("main")).includes("Heron"));
await look(lead, "desk-people");

/** The facilitator goes on; everybody with JavaScript sees it within a second, the third loads the page. */
async function on(heading) {
  const before = Date.now();
  await press(lead, "#step form[action$='/next'] button");
  await Promise.all(
    people.slice(0, 2).map((page) =>
      page.waitForFunction((text) => document.querySelector("#room")?.textContent.includes(text), heading),
    ),
  );
  const took = Date.now() - before;
  await people[2].reload();
  assert.ok((await people[2].textContent("#room")).includes(heading), `no ${heading} without JavaScript`);
  return took;
}

async function answer(page, route, { probability = "40", reason = "" } = {}) {
  await radio(page, "route", route);
  await choose(page, "#level", "3");
  await choose(page, "#rating", "Amber");
  await type(page, "#probability", probability);
  await radio(page, "confidence", 3);
  if (reason) await type(page, "#reason", reason);
  await press(page, "form[action$='/answer'] button");
  await page.waitForSelector("#said");
  assert.match(await page.textContent("#said"), /is saved/);
}

const took = [await on("Content note")];
await look(people[0], "participant-note");
await look(lead, "desk-note");
// The content note stands before anything of the case; skipping and coming back is private.
assert.equal(await people[1].locator(".document").count(), 0);
await press(people[1], "form[action$='/skip'] button");
await people[1].waitForFunction(() => document.body.textContent.includes("You skip this case"));
await look(people[1], "participant-skipped");
for (const part of ["#people", "#step"]) assert.ok(!(await lead.textContent(part)).includes("skip"));
await press(people[1], "form[action$='/skip'] button");
await people[1].waitForFunction(() => document.body.textContent.includes("This case is about"));

took.push(await on("First answer"));
await look(people[0], "participant-first");
assert.equal(await people[0].locator(".document").count(), 1);
assert.match(await people[0].textContent("[role=timer]"), /Time left/);
assert.match(await people[2].textContent("[role=timer]"), /minutes left/);
// Time of one's own, which the room does not see.
await type(lead, "input[id^='extra-']", "7");
await lead.keyboard.press("Enter");
await people[0].waitForFunction(() => /Time left: (9|10):/.test(document.querySelector("[role=timer]")?.textContent ?? ""));
assert.match(await people[1].textContent("[role=timer]"), /Time left: [0-3]:/);

// An answer without a route and with an impossible probability is not taken, and nothing typed is lost.
await type(people[0], "#probability", "140");
await type(people[0], "#reason", "Not enough <b>yet</b>");
await press(people[0], "form[action$='/answer'] button");
await people[0].waitForSelector("#problems");
await look(people[0], "participant-problems");
assert.equal(await people[0].inputValue("#reason"), "Not enough <b>yet</b>");
await answer(people[0], 1, { reason: "Not enough <b>yet</b>" });
await look(people[0], "participant-saved");
await answer(people[1], 3, { probability: "60" });
await answer(people[2], 2, { probability: "20", reason: "No JavaScript & no fuss" });
await lead.waitForFunction(() => document.querySelector("#step").textContent.includes("3 of 3"));
await look(lead, "desk-first");
await look(projector, "projector-first");

// The server is killed and started again: nobody has to do anything, and every answer is there.
await end(server, "SIGKILL");
server = await serve(data, new URL(address).host, ["--vignettes", own]);
took.push(await on("Ask agencies"));
await look(people[0], "participant-informed");
await press(people[0], "form[action$='/ask'] button");
await people[0].waitForSelector("#said");
let asked = await people[0].locator(".document").count();
// This family has refused its agreement: at least one agency answers only for a reason put into words.
for (let turns = 0; turns < 6 && !(await people[0].locator("input[name=why]").count()); turns += 1) {
  await press(people[0], "form[action$='/ask'] button");
  await people[0].waitForLoadState();
}
assert.ok(await people[0].locator("input[name=why]").count(), "nobody refuses in a case of refusal");
await look(people[0], "participant-refused");
asked = await people[0].locator(".document").count();
await type(people[0], "input[name=why]", "The child said that he is afraid to go home");
await press(people[0], "form:has(input[name=why]) button");
await people[0].waitForFunction((count) => document.querySelectorAll(".document").length > count, asked);
assert.equal(await people[1].locator(".document").count(), 1, "what one person was told, another sees");
// What somebody is typing stays when the facilitator opens a reply for all.
await type(people[1], "#reason", "Half a sen");
await press(lead, "#step form[action$='/open'] button");
await people[1].waitForSelector("#live-offer");
assert.equal(await people[1].inputValue("#reason"), "Half a sen");
await look(people[1], "participant-offer");
await answer(people[1], 4, { reason: "Half a sentence and the other half" });
await people[2].reload();
assert.ok((await people[2].locator(".document").count()) > 1, "a reply opened for all is not told");
await answer(people[0], 4, { probability: "70" });
await answer(people[2], 4, { probability: "55" });

// A pause takes nothing, and says so.
await press(lead, "#step form[action$='/pause'] button");
await people[0].waitForSelector(".paused");
await look(people[0], "participant-paused");
await look(lead, "desk-paused");
await type(people[0], "#reason", "Sent while paused");
await press(people[0], "form[action$='/answer'] button");
await people[0].waitForFunction(() => document.querySelector("#said")?.textContent.includes("paused"));
assert.equal(await people[0].inputValue("#reason"), "Sent while paused");
await press(lead, "#step form[action$='/pause'] button");
await people[1].waitForFunction(() => !document.querySelector("#room .paused"));
// What was refused is still in its form, and is not taken away when the pause ends.
await people[0].waitForSelector("#live-offer");
assert.equal(await people[0].inputValue("#reason"), "Sent while paused");
await answer(people[0], 4, { probability: "70" });

took.push(await on("Talk in small groups"));
await look(people[0], "participant-group");
for (const page of people) await answer(page, 4, { probability: "65" });
took.push(await on("What the pack answers"));
await look(people[0], "participant-talk");
await look(projector, "projector-talk");
const talk = await people[0].textContent("#room");
assert.ok(talk.includes("What the room decided") && !talk.includes("Otter"));
await press(people[0], `a[href='/r/${plain}/mine']`);
await look(people[0], "mine");
assert.ok((await people[0].textContent("main")).includes("Not enough <b>yet</b>"));
await people[0].goto(`${address}/r/${plain}`);
await press(lead, `a[href='/rooms/${plain}/debrief/0']`);
await look(lead, "debrief-vignette");
assert.ok((await lead.textContent("main")).includes("No JavaScript & no fuss"), "reasons are shown as text");

// Hands of people without a screen, typed in; the second vignette quickly.
await press(lead, `a[href='/rooms/${plain}/tally/0/first']`);
await look(lead, "tally");
await type(lead, "input[name='hands-0-4']", "many");
await press(lead, "form[action*='/tally/'] button");
await lead.waitForSelector("#problems");
await look(lead, "tally-problems");
await type(lead, "input[name='hands-0-4']", "6");
await press(lead, "form[action*='/tally/'] button");
await lead.waitForURL("**/debrief/0");

// What stands on paper, a sheet a person: mistakes are said cell by cell.
await press(lead, `a[href='/rooms/${plain}/paper']`);
await press(lead, `a[href='/rooms/${plain}/paper/1']`);
await look(lead, "sheet");
await choose(lead, "#sector", "Housing");
await type(lead, "#route-0-first", "9");
await type(lead, "#level-0-first", "3");
await press(lead, "form[action$='/paper/1'] button");
await lead.waitForSelector("#problems");
await look(lead, "sheet-problems");
await type(lead, "#route-0-first", "2");
await type(lead, "#rating-0-first", "g");
await type(lead, "#probability-0-first", "25");
await type(lead, "#confidence-0-first", "4");
await type(lead, "#reason-0", "Written in pencil");
await press(lead, "form[action$='/paper/1'] button");
await lead.waitForSelector("#said");
await look(lead, "sheets");
assert.match(await lead.textContent("main"), /Sheet 1\s*Housing\s*1/);
await lead.goto(`${address}/rooms/${plain}`);
for (const heading of ["Content note", "First answer"]) took.push(await on(heading));
for (const page of people) await answer(page, 0, { probability: "5" });
for (const heading of ["Ask agencies", "Talk in small groups", "What the pack answers"]) took.push(await on(heading));
took.push(await on("Stated probabilities"));
await look(people[0], "participant-finished");
await look(lead, "desk-finished");
await look(projector, "projector-finished");
await lead.goto(`${address}/rooms/${plain}/debrief`);
await look(lead, "debrief-finished");
await lead.goto(`${address}/rooms/${plain}/attendance`);
await look(lead, "attendance-people");

// What leaves the room: nobody's name beside an answer.
for (const file of ["answers.csv", "results.json", "results.xlsx", "attendance.csv"]) {
  const got = await lead.context().request.get(`${address}/rooms/${plain}/export/${file}`);
  assert.equal(got.status(), 200, file);
  const text = (await got.body()).toString("latin1");
  assert.equal(text.includes("Heron"), file === "attendance.csv", file);
}
const answers = await lead.context().request.get(`${address}/rooms/${plain}/export/answers.csv`);
assert.equal((await answers.text()).trim().split("\n").length, 1 + 3 * 3 + 3 + 1);
if (process.env.MASH_RESULTS) {
  const results = await lead.context().request.get(`${address}/rooms/${plain}/export/results.json`);
  writeFileSync(process.env.MASH_RESULTS, await results.text());
}

// A participant is no facilitator and nobody else; who was taken out is out.
for (const [below, status] of [["", 401], ["/debrief", 401], ["/export/answers.csv", 401], ["/attendance", 401]]) {
  const got = await people[0].context().request.get(`${address}/rooms/${plain}${below}`);
  assert.equal(got.status(), status, below);
}
await people[1].goto(`${address}/rooms/${plain}`);
await look(people[1], "not-for-you");
await people[1].goto(`${address}/rooms/${plain}/enter`);
await type(people[1], "#passphrase", "not the passphrase");
await press(people[1], "form[action$='/enter'] button");
await people[1].waitForSelector("#problems");
await look(people[1], "enter-problems");
await press(people[0], "form[action$='/leave'] button");
await people[0].waitForURL(`${address}/`);
await people[0].goto(`${address}/r/${plain}`);
assert.match(await people[0].textContent("main"), /Join the room/);

// Alone with the same vignettes.
const solo = await person();
await solo.goto(`${address}/practice`);
await look(solo, "practice");
await tick(solo, `#v-${VIGNETTES[1]}`);
await press(solo, "form[action='/practice'] button");
await solo.waitForSelector("form[action$='/next']");
await look(solo, "practice-note");
await press(solo, "form[action$='/next'] button");
await solo.waitForSelector(".document");
await answer(solo, 1);
await press(solo, "form[action$='/next'] button");
await solo.waitForFunction(() => document.body.textContent.includes("Whom do you ask"));
await press(solo, "form[action$='/ask'] button");
await solo.waitForFunction(() => document.querySelectorAll(".document").length > 1);
await answer(solo, 0);
await press(solo, "form[action$='/next'] button");
await solo.waitForFunction(() => document.body.textContent.includes("What the pack answers"));
await look(solo, "practice-talk");
await press(solo, "form[action$='/next'] button");
await solo.waitForFunction(() => document.body.textContent.includes("Your own answers, for you alone"));
await press(solo, "a[href$='/mine']");
await look(solo, "practice-mine");

// One screen for all, with hands counted.
await lead.goto(`${address}/rooms/new`);
await type(lead, "#title", "No phones");
await type(lead, "#passphrase", PASSPHRASE);
await radio(lead, "kind", 1);
await tick(lead, "#small_groups");
await tick(lead, `#v-${VIGNETTES[1]}`);
await press(lead, "form[action='/rooms/new'] button");
await lead.waitForSelector(".bigcode");
await press(lead, "a[href$='/screen']");
for (const heading of ["Content note", "First answer"]) {
  await press(lead, "form[action$='/next'] button");
  await lead.waitForFunction((text) => document.querySelector(".lead").textContent.includes(text), heading);
}
await look(lead, "screen-first");
await press(lead, "a[href*='/tally/']");
await type(lead, "input[name='hands-0-0']", "4");
await type(lead, "input[name='hands-1-1']", "5");
await tabTo(lead, "summary:has-text('Level of need')");
await lead.keyboard.press("Enter");
await type(lead, "input[name='level-0-1']", "9");
await look(lead, "tally-levels");
await press(lead, "form[action*='/tally/'] button");
await lead.waitForURL("**/screen");
await press(lead, "form[action$='/next'] button");
await lead.waitForFunction(() => document.querySelector(".lead").textContent.includes("Ask agencies"));
await press(lead, "form[action$='/open'] button");
await lead.waitForFunction(() => document.querySelectorAll(".document").length > 1);
await press(lead, "form[action$='/next'] button");
await lead.waitForFunction(() => document.body.textContent.includes("What the room decided"));
await look(lead, "screen-talk");
for (const page of ["accessibility", "privacy", "join", "no-such-page"]) {
  await lead.goto(`${address}/${page}`);
  await look(lead, page);
}
await tabTo(lead, "a[href='/accessibility']");

await chrome.close();
await end(server);
rmSync(folder, { recursive: true });
took.sort((a, b) => a - b);
console.log(`${lookedAt().size} pages and states looked at twice, the largest of ${Math.max(...lookedAt().values())} bytes`);
console.log(`a new step was seen after ${took[0]} to ${took.at(-1)} ms, the keys that moved it included`);
