// The browser's side of the review room: sends what a person asks for, shows what comes back.
// Everything shown is drawn by the server; this file keeps focus, scroll, half-written words and
// the address in order, and knows the keyboard shortcuts.

const page = element.querySelector("[data-page]");
const shell = element.querySelector(".pg");
const said = element.querySelector("[data-said]");
const keys = element.querySelector("[data-keys]");
const root = document.documentElement;
let turn = 0;
let shown = "";
let from = "";
let timer = 0;
let lastIndex = 0;
let onward = false;
let polled = false;
let patience = 0;
let hearing = "";

function stored(place, name, value) {
  // Private windows may forbid storage; then a choice lasts as long as the page.
  try {
    if (value === undefined) return place.getItem("personagen-" + name);
    place.setItem("personagen-" + name, value);
  } catch (error) {
    return null;
  }
  return value;
}

function me() {
  return stored(sessionStorage, "name") || shell.dataset.me;
}

function ask(extra) {
  clearTimeout(timer);
  turn += 1;
  from = location.hash;
  page.setAttribute("aria-busy", "true");
  clearTimeout(patience);
  patience = setTimeout(isThere, 4000);
  trigger("ask", { turn: turn, at: location.hash, by: me(), ...extra });
}

// No answer yet: the server may be busy, or gone. Nothing that was asked is kept for later.
async function isThere() {
  try {
    await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    patience = setTimeout(isThere, 4000);
  } catch (error) {
    page.removeAttribute("aria-busy");
    local("The review room does not answer. Start it again and repeat what you did last; everything before is kept.", true);
  }
}

// ---------------------------------------------------------------- drawing

function dirtyFields() {
  const kept = {};
  for (const field of page.querySelectorAll("input[id], textarea[id], select[id]")) {
    if (field.type === "checkbox") {
      if (field.checked !== field.defaultChecked) kept[field.id] = field.checked;
    } else if (field.tagName === "SELECT") {
      const first = [...field.options].find((option) => option.defaultSelected);
      if (field.value !== (first ? first.value : field.options[0]?.value)) kept[field.id] = field.value;
    } else if (field.type !== "file" && field.value !== field.defaultValue) {
      kept[field.id] = field.value;
    }
  }
  return kept;
}

function restoreFields(kept) {
  for (const [id, value] of Object.entries(kept)) {
    const field = document.getElementById(id);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
  }
}

function place(node) {
  const item = node?.closest?.("[data-item]");
  return item ? [...page.querySelectorAll("[data-item]")].indexOf(item) : -1;
}

function draw(answer) {
  const moved = answer.at !== shown;
  const sameRoom = answer.at.split("?")[0] === shown.split("?")[0];
  const focused = document.activeElement;
  const focusId = page.contains(focused) ? focused.id : "";
  const index = page.contains(focused) ? place(focused) : -1;
  const itemId = focused?.closest?.("[data-item]")?.id || "";
  const opened = sameRoom ? [...page.querySelectorAll("details[open][id]")].map((d) => d.id) : [];
  const kept = sameRoom && answer.tone !== "done" ? dirtyFields() : {};
  page.innerHTML = answer.html;
  page.dataset.at = answer.at;
  page.removeAttribute("aria-busy");
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  restoreFields(kept);
  shown = answer.at;
  document.title = answer.title;
  // Whoever has gone on since they asked is not called back.
  if (location.hash === from && from !== answer.at) history.replaceState(null, "", answer.at);
  settleFocus(answer, moved && !sameRoom, focusId, index, itemId);
  onward = false;
  count();
  tell(answer, moved);
  if (answer.fetch) fetchFile(answer.fetch);
  paint();
  listen();
  if (answer.poll) timer = setTimeout(() => ask({}), 900);
}

function fetchFile(address) {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  element.append(link);
  link.click();
  link.remove();
}

// After a decision by key the next item is up; else what had the focus has it still.
function settleFocus(answer, newRoom, focusId, index, itemId) {
  if (newRoom) {
    window.scrollTo(0, 0);
    if (turn > 1) page.querySelector("#room-title")?.focus({ preventScroll: true });
    return;
  }
  const items = [...page.querySelectorAll("[data-item]")];
  if (onward && answer.tone === "done" && items.length && index >= 0) {
    const stayed = items[index] && items[index].id === itemId;
    goTo(items, Math.min(index + (stayed ? 1 : 0), items.length - 1));
    return;
  }
  const same = focusId && document.getElementById(focusId);
  if (same) same.focus({ preventScroll: true });
  else if (index >= 0 && items.length) goTo(items, Math.min(index, items.length - 1));
  else if (focusId) page.querySelector("#room-title")?.focus({ preventScroll: true });
}

function tell(answer, moved) {
  if (!answer.said) {
    // What was said of another place is read by now.
    if (moved || (polled && !answer.poll)) said.hidden = true;
    polled = answer.poll;
    if (!answer.poll) return;
    element.querySelector("[data-polite]").textContent = page.querySelector("[data-progress]")?.textContent || "";
    return;
  }
  const problem = answer.tone === "problem";
  said.hidden = false;
  said.classList.toggle("problem", problem);
  said.querySelector("[data-said-text]").textContent = answer.said;
  said.querySelector("[data-said-undo]").hidden = !answer.undo;
  const live = element.querySelector(problem ? "[data-alert]" : "[data-polite]");
  live.textContent = "";
  setTimeout(() => { live.textContent = answer.said; }, 50);
}

function local(text, problem) {
  tell({ said: text, tone: problem ? "problem" : "done" });
}

watch("value", () => {
  const answer = JSON.parse(props.value);
  if (answer.turn < turn) {
    // Something else was asked meanwhile, and is drawn when it comes; what was done is told.
    if (answer.said) { tell(answer); ask({}); }
    return;
  }
  clearTimeout(patience);
  draw(answer);
});

// ---------------------------------------------------------------- a model's words, as they come

async function listen() {
  const key = page.querySelector("[data-listen]")?.dataset.listen;
  if (!key || key === hearing) return;
  hearing = key;
  let words = "";
  while (hearing === key) {
    let part;
    try {
      part = await server.heard({ key: key, words: words });
    } catch (error) {
      await new Promise((done) => setTimeout(done, 1000));
      continue;
    }
    words = part.words;
    const line = page.querySelector('[data-listen="' + key + '"] [data-words]');
    // Whoever has gone to another room finds the answer when they come back.
    if (!line) break;
    if (part.done) { hearing = ""; ask({}); return; }
    if (line.textContent !== words) line.textContent = words;
  }
  if (hearing === key) hearing = "";
}

// ---------------------------------------------------------------- asking

// Acts on what is ticked, under `pick` or another name; empty for acts on one thing.
function ticksOf(node) {
  return node.dataset.ticks || (node.hasAttribute("data-bulk") ? "pick" : "");
}

function targetsOf(node) {
  const ticks = ticksOf(node);
  if (ticks) {
    const ticked = [...page.querySelectorAll("input[name=" + ticks + "]:checked")];
    return Object.fromEntries(ticked.map((box) => [box.value, box.dataset.version || ""]));
  }
  const chosen = node.querySelector?.("[data-target]");
  if (chosen) return { [chosen.value]: "" };
  return node.dataset.id ? { [node.dataset.id]: node.dataset.version || "" } : {};
}

function fieldsOf(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string") continue;
    if (name in fields) fields[name] = [].concat(fields[name], value);
    else fields[name] = value;
  }
  return fields;
}

function act(node, fields) {
  if (node.dataset.confirm && !window.confirm(node.dataset.confirm)) return;
  const targets = targetsOf(node);
  if (ticksOf(node) && !Object.keys(targets).length) {
    local("Nothing is ticked. Tick the boxes of those you mean.", true);
    return;
  }
  const own = {};
  for (const name of ["go", "seen", "file", "mask", "state"]) if (node.dataset[name]) own[name] = node.dataset[name];
  ask({ do: node.dataset.do, targets: targets, fields: { ...own, ...fields } });
}

function visit(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
  const text = query.toString();
  location.hash = form.dataset.visit + (text ? "?" + text : "");
}

element.addEventListener("click", (event) => {
  const node = event.target.closest("[data-do], [data-copy], [data-show], [data-cancel], [data-name], [data-paint], [data-keys-open], [data-all], [data-next], [data-said-undo], [data-said-close], [data-keys-close], [data-skip]");
  if (!node || node.tagName === "FORM") return;
  if (node.hasAttribute("data-skip")) { event.preventDefault(); page.querySelector("#room-title")?.focus(); }
  else if (node.hasAttribute("data-said-close")) said.hidden = true;
  else if (node.hasAttribute("data-said-undo")) { said.hidden = true; page.querySelector("#undo")?.click(); }
  else if (node.hasAttribute("data-keys-open")) keys.showModal();
  else if (node.hasAttribute("data-keys-close")) keys.close();
  else if (node.hasAttribute("data-copy")) copy(node);
  else if (node.hasAttribute("data-show")) reveal(node.dataset.show);
  else if (node.hasAttribute("data-cancel")) conceal(node);
  else if (node.hasAttribute("data-name")) rename();
  else if (node.hasAttribute("data-paint")) repaint();
  else if (node.hasAttribute("data-all")) tickAll(node);
  else if (node.hasAttribute("data-next")) nextToDecide();
  else if (node.type !== "submit") act(node, {});
});

element.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.dataset.visit) visit(form);
  else if (form.dataset.do) act(form, { ...fieldsOf(form), ...(event.submitter?.name ? { [event.submitter.name]: event.submitter.value } : {}) });
});

element.addEventListener("change", (event) => {
  const field = event.target;
  if (field.type === "file") { upload_all([...field.files]); field.value = ""; return; }
  if (field.hasAttribute("data-keys-on")) { stored(localStorage, "keys", field.checked ? "on" : "off"); return; }
  if (field.hasAttribute("data-pick")) { repick(field); return; }
  if (field.name === "pick" || field.hasAttribute("data-count")) count();
  const form = field.form;
  if (form?.dataset.visit && form.hasAttribute("data-live") && field.tagName === "SELECT") visit(form);
  if (form?.hasAttribute("data-compare")) {
    const who = [...form.querySelectorAll("input:checked")].map((box) => box.value);
    location.hash = "#/personas?compare=" + (who.join(",") || "all");
  }
});

function count() {
  const number = page.querySelectorAll("input[name=pick]:checked, input[data-count]:checked").length;
  for (const node of page.querySelectorAll("[data-ticked]")) node.textContent = number;
  for (const bar of page.querySelectorAll("[data-bar]")) bar.classList.toggle("some", number > 0);
}

// What is picked over several searches stands in the address, as all that a tab remembers does.
function repick(field) {
  const [path, query] = location.hash.split("?");
  const asked = new URLSearchParams(query);
  const picked = (asked.get("picked") || "").split(" ").filter((one) => one && one !== field.value);
  if (field.checked) picked.push(field.value);
  asked.set("picked", picked.join(" "));
  location.hash = path + "?" + asked;
}

function tickAll(node) {
  for (const box of page.querySelectorAll("input[name=pick]")) box.checked = node.checked;
  count();
}

function reveal(id) {
  const form = document.getElementById(id);
  if (!form) return;
  form.hidden = false;
  form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
}

function conceal(node) {
  const form = node.closest("form");
  form.reset();
  form.hidden = true;
  page.querySelector('[data-show="' + form.id + '"]')?.focus();
}

async function copy(node) {
  try {
    await navigator.clipboard.writeText(node.dataset.copy);
    local("Copied.", false);
  } catch (error) {
    local("This browser lets nobody copy here. Select the line and copy it by hand.", true);
  }
}

function rename() {
  const name = window.prompt("Which name should your decisions carry?", me());
  if (name && name.trim()) {
    stored(sessionStorage, "name", name.trim().slice(0, 200));
    ask({});
  }
}

// ---------------------------------------------------------------- files

async function upload_all(files) {
  const taken = [];
  const refused = [];
  for (const [number, file] of files.entries()) {
    local("Bringing in " + (number + 1) + " of " + files.length + " …", false);
    try {
      const { path } = await upload(file);
      taken.push([path, file.name]);
    } catch (error) {
      refused.push(file.name);
    }
  }
  const fields = { paths: taken.map((one) => one[0]), names: taken.map((one) => one[1]), refused: refused };
  ask({ do: "take", fields: fields });
}

for (const kind of ["dragover", "dragleave", "drop"]) {
  element.addEventListener(kind, (event) => {
    const zone = event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop") upload_all([...event.dataTransfer.files]);
  });
}

// ---------------------------------------------------------------- light and dark

function paint() {
  const wish = stored(localStorage, "light") || "auto";
  const dark = wish === "dark" || (wish === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.light = dark ? "dark" : "light";
  document.body.classList.toggle("dark", dark);
  const button = page.querySelector("[data-paint]");
  if (button) button.textContent = { auto: "Light: auto", light: "Light", dark: "Dark" }[wish];
}

function repaint() {
  const order = ["auto", "light", "dark"];
  const now = order.indexOf(stored(localStorage, "light") || "auto");
  stored(localStorage, "light", order[(now + 1) % 3]);
  paint();
}

// ---------------------------------------------------------------- keyboard

function goTo(items, index) {
  lastIndex = index;
  items[index].focus({ preventScroll: true });
  items[index].scrollIntoView({ block: "nearest" });
}

function step(by) {
  const items = [...page.querySelectorAll("[data-item]")];
  if (!items.length) return;
  const now = place(document.activeElement);
  goTo(items, now < 0 ? Math.min(lastIndex, items.length - 1) : Math.max(0, Math.min(items.length - 1, now + by)));
}

function nextToDecide() {
  const items = [...page.querySelectorAll("[data-item]")];
  const waits = (n) => items[n].classList.contains("suggested");
  const now = place(document.activeElement);
  const order = [...items.keys()].map((n) => (n + now + 1) % items.length);
  const next = order.find(waits);
  if (next !== undefined) goTo(items, next);
}

function press(key) {
  const item = document.activeElement?.closest?.("[data-item]");
  if (key === "x") {
    const box = item?.querySelector("input[name=pick], input[data-count]");
    if (box) box.click();
  } else if (key === "o") {
    const details = item?.querySelector("details");
    if (details) details.open = !details.open;
  } else {
    onward = key === "a" || key === "r";
    item?.querySelector('[data-key="' + key + '"]')?.click();
  }
}

if (window.personagenKeys) document.removeEventListener("keydown", window.personagenKeys);
window.personagenKeys = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
  if (event.key === "Escape") { event.target.closest?.("form")?.querySelector("[data-cancel]")?.click(); return; }
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox") return;
  if (stored(localStorage, "keys") === "off") return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if ("aerxo".includes(event.key) && event.key.length === 1) press(event.key);
  else if (event.key === "n") nextToDecide();
  else if (event.key === "u") page.querySelector("#undo")?.click();
  else if (event.key === "/") page.querySelector("[data-search]")?.focus();
  else if (event.key === "?") keys.showModal();
  else return;
  event.preventDefault();
};
document.addEventListener("keydown", window.personagenKeys);

// ---------------------------------------------------------------- begin

window.addEventListener("hashchange", () => { if (location.hash !== shown) ask({}); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
element.querySelector("[data-keys-on]").checked = stored(localStorage, "keys") !== "off";
paint();
ask({});
