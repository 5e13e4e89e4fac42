// Refines the picture while it is looked at, and tries a change a moment after it is made. The page works without.
const explored = document.getElementById("explored");
const form = document.getElementById("explore-form");
const status = () => document.getElementById("explore-status");

function listen() {
  if (!explored || status()?.dataset.finished === "yes") return;
  const address = explored.dataset.address;
  const events = new EventSource(`/explore/events?${address}`);
  let busy = false;
  let again = false;
  async function renew() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(`/explore/results?${address}`);
      if (answer.ok) swap(await answer.text());
    } finally {
      busy = false;
      if (again) { again = false; renew(); }
    }
  }
  events.addEventListener("more", renew);
  events.addEventListener("finished", () => { events.close(); renew(); });
}

// The status line stays the same element, so that it is read out; everything else is put in its place.
function swap(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const line = status();
  const next = fresh.getElementById("explore-status");
  const held = document.activeElement?.getAttribute?.("href");
  if (line && next) {
    if (line.textContent !== next.textContent) line.textContent = next.textContent;
    line.className = next.className;
    line.dataset.finished = next.dataset.finished;
    next.remove();
    while (line.nextSibling) line.nextSibling.remove();
    line.after(...fresh.body.childNodes);
  } else {
    explored.replaceChildren(...fresh.body.childNodes);
  }
  // Whoever stands on a link keeps standing on it.
  if (held && document.activeElement === document.body) {
    [...explored.querySelectorAll("a")].find((link) => link.getAttribute("href") === held)?.focus();
  }
}

function send() {
  if (!form.reportValidity()) return;
  const address = new URLSearchParams();
  for (const field of form.querySelectorAll("input[type=hidden]")) address.append(field.name, field.value);
  for (const field of form.querySelectorAll("[data-usual]")) {
    if (field.value !== "" && field.value !== field.dataset.usual) address.append("set", `${field.name.slice(2)}:${field.value}`);
  }
  sessionStorage.setItem("explore-focus", document.activeElement?.id ?? "");
  sessionStorage.setItem("explore-scroll", String(scrollY));
  location.assign(`/explore?${address}`);
}

if (form) {
  let timer = 0;
  form.addEventListener("change", (event) => {
    if (!event.target.matches("input[type=number]")) return;
    clearTimeout(timer);
    timer = setTimeout(send, 900);
  });
  // Typing goes on: what was waited for waits again. Lists are sent with the button, so that arrow keys can pass over them.
  form.addEventListener("input", () => clearTimeout(timer));
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); send(); });
  for (const hint of document.querySelectorAll(".scripted")) hint.hidden = false;
  const focus = sessionStorage.getItem("explore-focus");
  if (focus) {
    const field = document.getElementById(focus);
    field?.closest("details")?.setAttribute("open", "");
    field?.focus({ preventScroll: true });
    scrollTo({ top: Number(sessionStorage.getItem("explore-scroll") ?? 0), behavior: "instant" });
    sessionStorage.removeItem("explore-focus");
  }
}
listen();
