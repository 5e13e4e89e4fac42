// Makes a page of a room live: listens for changes, fetches the page again and puts its live parts in place.
// Every page works without this module; then it is loaded again by hand.

const source = document.querySelector("[data-events]");
const said = document.getElementById("live-said");
// A form that came back with what was typed holds something that is saved nowhere.
let changed = document.querySelector("[data-typed]") !== null;

// What somebody has typed and not sent must not vanish under their hands.
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-keep]")) changed = true;
});

function say(text) {
  if (said) said.textContent = text;
}

async function refresh() {
  const answer = await fetch(source.dataset.page, { headers: { Accept: "text/html" } });
  if (answer.redirected || !answer.ok) {
    location.assign(source.dataset.page);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh || fresh.innerHTML === old.innerHTML) continue;
    // A field that is being typed in stays as it is until it is left.
    if (old.contains(document.activeElement) && document.activeElement.matches("input[type=text], textarea")) continue;
    old.replaceChildren(...fresh.childNodes);
  }
  if (focused) document.getElementById(focused)?.focus();
  if (document.title !== page.title) {
    document.title = page.title;
    say(page.title);
    // A new step begins at its heading, and the keyboard with it.
    if (source.dataset.event === "step") document.getElementById("main").focus();
  }
  changed = false;
  tick();
}

function offer() {
  if (document.getElementById("live-offer")) return;
  const box = document.createElement("div");
  box.id = "live-offer";
  box.className = "paused";
  const text = document.createElement("p");
  text.textContent = "The facilitator has changed something. What you have typed and not saved stays here until you go on. ";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  button.textContent = "Show what is new";
  button.addEventListener("click", () => {
    box.remove();
    refresh();
  });
  text.append(button);
  box.append(text);
  document.getElementById("main").prepend(box);
  say("The facilitator has changed something. A button at the top shows what is new.");
}

// Several hundred browsers hear of a change in the same moment; each waits a little of its own.
let waiting = false;
function soon() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    refresh().catch(() => say("The connection to the room was lost; trying again."));
  }, Math.random() * 300);
}

function tick() {
  for (const clock of document.querySelectorAll("[data-ends]")) {
    const left = Number(clock.dataset.ends) - Date.now() / 1000;
    if (left > 0) {
      const minutes = Math.floor(left / 60);
      const seconds = String(Math.floor(left % 60)).padStart(2, "0");
      clock.textContent = `Time left: ${minutes}:${seconds}`;
    } else if (!clock.dataset.over) {
      clock.dataset.over = "yes";
      clock.textContent = "Time is up. Answers are taken until the facilitator goes on.";
      say(clock.textContent);
    }
  }
}

if (source) {
  let seen = null;
  const events = new EventSource(source.dataset.events);
  events.addEventListener(source.dataset.event, (event) => {
    // The first event after a connection tells where things stand; only another number is a change.
    if (seen !== null && seen !== event.data) changed ? offer() : soon();
    seen = event.data;
  });
  // After a lost connection, for example a restart of the server, counters begin anew.
  events.addEventListener("error", () => {
    if (seen !== null) seen = "lost";
    // The server has closed it for good: signed out, taken out, or the room is no more.
    if (events.readyState === EventSource.CLOSED && !changed) location.assign(source.dataset.page);
  });
  setInterval(tick, 1000);
  tick();
  document.getElementById("problems")?.focus();
}
