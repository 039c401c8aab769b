// One module a page: push connection, times in the reader's zone, charts, keys. Everything the server sends was
// escaped there; it enters the page through one named Trusted Types policy.
import { drawCharts, setSeries } from "./charts.js";
import { localTimes } from "./times.js";

const KEPT_KEYS = 2000;
const QUIET_LIMIT_MS = 25000;
const body = document.body;
const policy = window.trustedTypes?.createPolicy("newswatch", { createHTML: (text) => text, createScriptURL: () => { throw new TypeError("no scripts"); } });
const markup = (text) => (policy ? policy.createHTML(text) : text);

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = markup(html);
  localTimes(template.content);
  return template.content;
}

// -- the live edge -------------------------------------------------------------------------------------------------
let mark = body.dataset.mark;
let source = null;
let heard = Date.now();
let waiting = [];
const seen = new Set();

function state(name) {
  const place = document.getElementById("live-state");
  if (!place || place.dataset.state === name) return;
  place.dataset.state = name;
  const words = { on: body.dataset.stateLive, wait: body.dataset.stateWait, off: body.dataset.stateOff };
  place.querySelector(".word").textContent = words[name];
  place.title = words[name];
}

function remember(key) {
  seen.add(key);
  if (seen.size > KEPT_KEYS) seen.delete(seen.values().next().value);
}

// Puts new content in an old one's place; who rested on an item still rests on it.
function exchange(old, act) {
  const key = old.contains(document.activeElement) ? document.activeElement.closest("[data-item]")?.dataset.item : null;
  const within = old.parentElement;
  act();
  if (key) within.querySelector(`[data-item="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

function place(item) {
  const list = document.querySelector(`[data-list="${item.list}"]`);
  if (!list) return;
  const old = list.querySelector(`[data-item="${CSS.escape(item.key)}"]`);
  const node = fragment(item.html).firstElementChild;
  if (old) {
    node.classList.remove("fresh");
    exchange(old, () => old.replaceWith(node));
    return;
  }
  if (seen.has(`${item.list} ${item.key}`)) return;
  remember(`${item.list} ${item.key}`);
  const older = [...list.children].find((other) => Number(other.dataset.at) <= item.at);
  list.insertBefore(node, older ?? null);
  while (list.children.length > Number(list.dataset.cap)) list.lastElementChild.remove();
  const nothing = document.querySelector(`[data-when-empty="${item.list}"]`);
  if (nothing) nothing.hidden = true;
}

// Articles wait behind a button while the reader has scrolled into the list or rests on it; the list does not move away.
function reading() {
  const list = document.querySelector('[data-list="articles"]');
  return list && (list.getBoundingClientRect().top < 0 || list.contains(document.activeElement));
}

// What the list has, or had, and what comes below all of it move nothing.
function moves(item) {
  const last = document.querySelector('[data-list="articles"]').lastElementChild;
  return !seen.has(`articles ${item.key}`) && !(last && item.at < Number(last.dataset.at));
}

function pending() {
  const button = document.querySelector("[data-pending]");
  if (!button) return;
  button.hidden = waiting.length === 0;
  button.querySelector("[data-count]").textContent = String(waiting.length);
}

function flush() {
  waiting.forEach(place);
  waiting = [];
  pending();
}

function onItem(item) {
  const region = document.querySelector('[data-refresh="story"], [data-refresh="alert"]');
  if (region && item.list !== "none") refreshSoon();
  if (item.list === "articles" && reading() && moves(item)) {
    waiting = waiting.filter((other) => other.key !== item.key);
    waiting.push(item);
    if (waiting.length > 60) waiting.shift();
    pending();
  } else {
    place(item);
  }
}

function onRegion({ region, html }) {
  const target = document.querySelector(`[data-region="${region}"]`);
  if (!target || target.contains(document.activeElement)) return;
  const open = [...target.querySelectorAll("details")].map((part) => part.open);
  const scrolled = [...target.querySelectorAll(".scroll")].map((part) => part.scrollLeft);
  target.replaceChildren(fragment(html));
  target.querySelectorAll("details").forEach((part, at) => { part.open = open[at] ?? part.open; });
  target.querySelectorAll(".scroll").forEach((part, at) => { part.scrollLeft = scrolled[at] ?? 0; });
}

// Loads this page again and takes over its live parts, without moving the reader or touching a form in use. The index may lag behind the live edge: it looks again, later each time.
const LOOKS_MS = [1200, 3500, 10000];
let looks = [];
function refreshSoon() {
  looks.forEach(clearTimeout);
  looks = LOOKS_MS.map((wait) => setTimeout(refresh, wait));
}
async function refresh() {
  let text = "";
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    text = await answer.text();
  } catch { return; }
  const fresh = new DOMParser().parseFromString(markup(text), "text/html");
  for (const selector of ["data-refresh", "data-list", "data-region"]) {
    for (const target of document.querySelectorAll(`[${selector}]`)) {
      const next = fresh.querySelector(`[${selector}="${target.getAttribute(selector)}"]`);
      if (!next || target.querySelector("input:focus, select:focus, textarea:focus")) continue;
      localTimes(next);
      exchange(target, () => target.replaceChildren(...next.childNodes));
    }
  }
  const series = fresh.getElementById("series");
  if (series) setSeries(JSON.parse(series.dataset.series));
}

function connect() {
  const channels = body.dataset.live.split(" ").filter(Boolean);
  if (!channels.length) return;
  source?.close();
  const query = new URLSearchParams(channels.map((name) => ["on", name]));
  query.append("after", mark);
  source = new EventSource(`/live?${query}`);
  const take = (kind, act) => source.addEventListener(kind, (event) => {
    heard = Date.now();
    if (event.lastEventId) mark = event.lastEventId;
    state("on");
    act(event);
  });
  take("hello", () => {});
  take("beat", () => {});
  take("item", (event) => onItem(JSON.parse(event.data)));
  take("region", (event) => onRegion(JSON.parse(event.data)));
  take("series", (event) => setSeries(JSON.parse(event.data)));
  take("reload", () => refresh());
  source.onerror = () => {
    state("off");
    if (source.readyState === EventSource.CLOSED) again();
  };
}

// The browser connects again by itself after a break, but not after an answer such as 502, and not after sleep.
let timer = 0;
function again() {
  if (!timer) timer = setTimeout(() => { timer = 0; connect(); }, 1500 + Math.random() * 1500);
}
setInterval(() => {
  if (source && Date.now() - heard > QUIET_LIMIT_MS) { heard = Date.now(); state("off"); source.close(); again(); }
}, 5000);
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => { if (event.persisted) connect(); });

// -- forms, keys ---------------------------------------------------------------------------------------------------
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
document.querySelector("[data-pending]")?.addEventListener("click", (event) => {
  event.target.blur();
  flush();
  document.querySelector('[data-list="articles"]').closest("section").scrollIntoView({ block: "start" });
});
addEventListener("scroll", () => { if (waiting.length && !reading()) flush(); }, { passive: true });

let lead = 0;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  const key = event.key;
  if (Date.now() - lead < 1200 && /^[a-z]$/.test(key)) {
    lead = 0;
    const link = document.querySelector(`nav a[data-key="${key}"]`);
    if (link) { event.preventDefault(); link.click(); }
  } else if (key === "g") {
    lead = Date.now();
  } else if (key === "/") {
    event.preventDefault();
    const field = document.querySelector('input[type="search"]');
    if (field) field.focus(); else location.href = "/search";
  } else if (key === "?") {
    document.getElementById("keys").showModal();
  } else if (key === "j" || key === "k") {
    const rows = [...document.querySelectorAll("[data-item]")];
    const at = rows.indexOf(document.activeElement.closest("[data-item]"));
    rows[Math.max(0, Math.min(rows.length - 1, at + (key === "j" ? 1 : -1)))]?.focus();
  } else if (key === "Enter" && event.target.matches("[data-item]")) {
    event.target.querySelector("h3 a")?.click();
  }
});

localTimes(document);
drawCharts();
document.querySelectorAll("[data-item]").forEach((node) => remember(`${node.parentElement.dataset.list} ${node.dataset.item}`));
connect();
