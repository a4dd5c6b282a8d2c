// Keeps <main> up to date with what /stream sends, and says so when nothing comes any more.
// The page is complete without this script; all markup is made by the server.
"use strict";

const stale = document.getElementById("stale");
const changes = document.getElementById("changes");
const MOST_TOLD = 5;

let main = document.getElementById("main");
const staleAfter = Number(main.dataset.staleAfter || 30) * 1000;
let shownAt = Date.now();
let triedAt = Date.now();
let waiting = null;

function clock(when) {
  return new Date(when).toISOString().slice(0, 19).replace("T", " ") + " UTC";
}

function statesIn(part) {
  const rows = part.querySelectorAll("[data-state]");
  return new Map([...rows].map((row) => [row.id, [row.dataset.name, row.dataset.state]]));
}

function tellChanges(before, after) {
  const told = [];
  for (const [id, [name, state]] of after) {
    const was = before.has(id) ? before.get(id)[1] : "";
    if (was !== state && (was || before.size)) {
      told.push(was ? `${name} is ${state}, was ${was}` : `${name} is ${state}`);
    }
  }
  if (told.length) {
    const left = told.length - MOST_TOLD;
    const more = left > 0 ? `; and ${left} more` : "";
    changes.textContent = `${clock(Date.now())}: ${told.slice(0, MOST_TOLD).join("; ")}${more}`;
  }
}

function isSelecting() {
  const selection = document.getSelection();
  return Boolean(selection && !selection.isCollapsed && main.contains(selection.anchorNode));
}

function show(markup) {
  const next = new DOMParser().parseFromString(markup, "text/html").querySelector("main");
  if (!next) return;
  const focused = main.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = [...main.querySelectorAll(".wide")].map((each) => [each.id, each.scrollLeft]);
  const open = Boolean(main.querySelector("details[open]"));
  tellChanges(statesIn(main), statesIn(next));
  main.replaceWith(next);
  main = next;
  for (const [id, left] of scrolled) {
    const table = document.getElementById(id);
    if (table && left) table.scrollLeft = left;
  }
  if (open) main.querySelector("details")?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  document.title = main.dataset.title || document.title;
  shownAt = Date.now();
}

function reload() {
  // A page that is there beats an error of the browser: reload only when somebody answers.
  triedAt = Date.now();
  fetch(location.href, { cache: "no-store" }).then(
    () => location.reload(),
    () => {},
  );
}

function look() {
  if (waiting !== null && !isSelecting()) {
    show(waiting);
    waiting = null;
  }
  const isStale = Date.now() - shownAt > staleAfter;
  const isDead = !stream || stream.readyState === EventSource.CLOSED;
  if (isDead && Date.now() - triedAt > staleAfter && !isSelecting()) reload();
  if (isStale === stale.hidden) {
    stale.hidden = !isStale;
    document.body.classList.toggle("stale", isStale);
    stale.textContent = isStale
      ? `This page is stale since ${clock(shownAt)}: no update came, so what it shows may be over.`
      : "";
  }
}

const stream = main.dataset.stream ? new EventSource(main.dataset.stream) : null;
stream?.addEventListener("fragment", (event) => {
  waiting = event.data;
  look();
});
setInterval(look, 1000);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
