// Two hundred people in one room: how long an answer takes, how soon everybody sees a new step, and whether every answer
// is there afterwards. Times are printed and never asserted; losses are.
//
// node tests/web/load.mjs [PEOPLE] [ANSWERS EACH], with MASH_BIN naming the program.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

import { end, serve } from "./support.mjs";

const people = Number(process.argv[2] ?? 200);
const turns = Number(process.argv[3] ?? 3);
const folder = mkdtempSync(path.join(tmpdir(), "mash-load-"));
const server = await serve(path.join(folder, "sessions.db"));
const { hostname, port } = new URL(server.address);
// Browsers keep their connections.
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 * people });

/** One request of a browser: status, text, place and cookie. */
function ask(browser, method, where, fields) {
  const body = fields && new URLSearchParams({ form_token: browser.token ?? "", ...fields }).toString();
  const headers = { cookie: browser.cookie ?? "" };
  if (body) Object.assign(headers, { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) });
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, path: where, method, headers, agent }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part));
      answer.on("end", () => {
        const cookie = answer.headers["set-cookie"]?.[0];
        if (cookie) browser.cookie = cookie.split(";")[0];
        browser.token = /form_token" value="(\w+)"/.exec(text)?.[1] ?? browser.token;
        resolve({ status: answer.statusCode, text, location: answer.headers.location });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

const lead = {};
await ask(lead, "GET", "/rooms/new");
const made = await ask(lead, "POST", "/rooms/new", {
  title: "A full hall",
  passphrase: "four plain words here",
  pack: "levels-of-need",
  vignette: "evening-drinking-refused",
});
const code = made.location.split("/").at(-1);
await ask(lead, "GET", made.location);

const sectors = ["Police", "Health", "Education", "Children's social care"];
const browsers = Array.from({ length: people }, () => ({}));
const joined = performance.now();
await Promise.all(
  browsers.map(async (browser, at) => {
    await ask(browser, "GET", "/join");
    const got = await ask(browser, "POST", "/join", { code, pseudonym: `Person ${at}`, sector: sectors[at % 4] });
    assert.equal(got.status, 303);
    await ask(browser, "GET", `/r/${code}`);
  }),
);
console.log(`${people} people joined together in ${((performance.now() - joined) / 1000).toFixed(2)} s`);

// Everybody listens, as their browsers do.
const heard = browsers.map(() => 0);
let told = null;
await Promise.all(
  browsers.map(
    (browser, at) =>
      new Promise((resolve) => {
        const headers = { cookie: browser.cookie };
        const listening = http.request({ hostname, port, path: `/r/${code}/events`, headers }, (answer) => {
          answer.on("data", (part) => {
            if (!String(part).includes("event:")) return;
            heard[at] += 1;
            if (heard[at] === 1) resolve();
            else told?.(at);
          });
        });
        listening.on("error", () => {});
        listening.end();
      }),
  ),
);

/** The facilitator goes on; resolves with how long it took until each person held the new page in hand. */
async function on(from) {
  const before = performance.now();
  const seen = new Promise((resolve) => {
    const times = [];
    told = async (at) => {
      // As the page's module does: a little wait of its own, then the page again.
      await new Promise((go) => setTimeout(go, Math.random() * 300));
      const got = await ask(browsers[at], "GET", `/r/${code}`);
      assert.equal(got.status, 200);
      times.push(performance.now() - before);
      if (times.length === people) resolve(times);
    };
  });
  assert.equal((await ask(lead, "POST", `/rooms/${code}/next`, { from: String(from) })).status, 303);
  const times = await seen;
  told = null;
  return times;
}

const percentile = (times, share) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(share * times.length))];
const shown = (times) => `median ${percentile(times, 0.5).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms, last ${percentile(times, 1).toFixed(0)} ms`;

console.log(`content note seen by all: ${shown(await on(0))}`);
console.log(`first answer seen by all: ${shown(await on(1))}`);

const answering = [];
const routes = ["advice", "early_help", "targeted_early_help"];
for (let turn = 0; turn < turns; turn += 1) {
  // Everybody within five seconds, as a hall does that was told to answer.
  await Promise.all(
    browsers.map(async (browser, at) => {
      await new Promise((go) => setTimeout(go, Math.random() * 5000));
      const before = performance.now();
      const got = await ask(browser, "POST", `/r/${code}/answer`, {
        vignette: "0",
        round: "first",
        route: routes[(at + turn) % 3],
        probability: String(at % 100),
        reason: `turn ${turn} of ${at}`,
      });
      answering.push(performance.now() - before);
      assert.equal(got.location, `/r/${code}?saved`, got.text);
    }),
  );
}
console.log(`${answering.length} answers over five seconds a turn: ${shown(answering)}`);

const burst = [];
await Promise.all(
  browsers.map(async (browser, at) => {
    const before = performance.now();
    const got = await ask(browser, "POST", `/r/${code}/answer`, { vignette: "0", round: "first", route: "advice", reason: `last of ${at}` });
    burst.push(performance.now() - before);
    assert.equal(got.status, 303);
  }),
);
console.log(`${burst.length} answers in the same moment: ${shown(burst)}`);

console.log(`agencies can be asked, seen by all: ${shown(await on(2))}`);
console.log(`debrief seen by all: ${shown(await on(3))}`);
const results = JSON.parse((await ask(lead, "GET", `/rooms/${code}/export/results.json`)).text);
assert.equal(results.answers.length, people);
assert.ok(results.answers.every((answer) => answer.route === "advice"));
assert.equal(results.vignettes[0].reasons.length, people);
console.log(`every one of ${people} people's last answers is there`);
await end(server);
rmSync(folder, { recursive: true });
process.exit(0);
