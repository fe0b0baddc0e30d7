// What pages gain by a script; every one of them works without it.
//
// A login that waits is asked once a second · files go up with progress · what is written is saved by itself · codes
// are copied · two minutes before a session ends, a dialog asks. The script knows no second protocol: it posts the
// page's own forms and takes regions of the answer. It fetches nothing from elsewhere and writes no style.

"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const say = (words) => { const place = $("#kv-said"); if (place) place.textContent = words; };
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

document.documentElement.classList.add("kv-script");

/* When the server heard from this person last: the session's idle clock starts there. Tabs share one session, so they
   tell each other. */
let heard = performance.now();
const tabs = new BroadcastChannel("kuvert");
const active = () => { heard = performance.now(); tabs.postMessage(0); };
tabs.addEventListener("message", () => { heard = performance.now(); });
const contact = async (address, options) => {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  active();
  return answer;
};

/* ------------------------------------------------------------------ a login that waits */

function waitForLogin(place) {
  const every = Math.max(1, Number(place.dataset.kvLogin)) * 1000, { mark } = place.dataset;
  const code = $("[data-kv-qr]", place), taken = $("[data-kv-taken]", place), app = $("[data-kv-app]", place);
  const words = $("[data-kv-message]", place), time = $("[data-kv-time]", place), bar = $("progress", place);
  const silent = $("[data-kv-silent]", place), away = $("[data-kv-away]", place);
  let timer = 0, looking = false, ours = false, failing = 0, until = 0;
  const go = (address) => { ours = true; if (address) location.replace(address); else location.reload(); return false; };

  const count = (left) => {
    time.textContent = `${Math.floor(left / 60)} min ${left % 60} s`;
    bar.value = left;
  };
  // Said only after a while: one look that fails is nothing. Time goes on meanwhile.
  const offline = (gone) => {
    if (!gone) { failing = 0; $$(":scope > :not(template)", away).forEach((words) => words.remove()); return; }
    failing ||= performance.now();
    if (performance.now() - failing > 3000 && away.children.length === 1) away.append($("template", away).content.cloneNode(true));
    if (until) count(Math.max(0, Math.round((until - performance.now()) / 1000)));
  };
  // Another tab of this browser began anew: this page is of a login that is no more, and says so.
  const moved = () => {
    const words = document.createElement("div");
    words.className = "kv-stack";
    words.role = "status";
    $(".kv-back").closest("form").hidden = true;
    place.replaceChildren(words);
    place.classList.add("kv-login--here");
    place.toggleAttribute("data-taken", true);
    words.append($("[data-kv-moved]").content.cloneNode(true));
    return false;
  };

  const show = (now) => {
    if (now.mark && now.mark !== mark) return moved();
    if (now.next) return go(now.next);
    // Approved, or no longer: that state has a page of its own.
    if ((now.state === "return") === Boolean(time)) return go();
    if (now.state !== "waiting") return true;
    if (now.message) {
      // A code that the app has read goes; the address of an app that has been opened goes.
      if (code) { code.hidden = !now.qr; taken.hidden = Boolean(now.qr); }
      if (now.qr) code.src = now.qr;
      if (app) { app.hidden = !now.app_link; if (now.app_link) app.href = now.app_link; }
      place.toggleAttribute("data-taken", !(code ? now.qr : now.app_link));
      if (words.textContent !== now.message) words.textContent = now.message;
    }
    // What to do in the app makes no sense while nobody answers.
    silent.hidden = !now.silent;
    words.closest("p").hidden = now.silent;
    until = performance.now() + now.seconds_left * 1000;
    count(Math.max(0, now.seconds_left));
    return true;
  };
  const look = async () => {
    if (looking) return;
    looking = true;
    clearTimeout(timer);
    let stay = true;
    try {
      const signal = AbortSignal.timeout(12_000);
      const answer = await contact("/login/look", { method: "POST", headers: { accept: "application/json" }, signal });
      offline(false);
      if (!answer.ok) { go(); return; }
      if (answer.status !== 204) stay = show(await answer.json());
    } catch { offline(true); }
    looking = false;
    if (stay) timer = setTimeout(look, every);
  };
  timer = setTimeout(look, every);
  // Back from the app: a page that slept looks at once. A page that the browser kept aside is of a login that was given up.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  addEventListener("pageshow", (event) => { if (event.persisted) go(); });
  if ("kvLeave" in place.dataset) addEventListener("pagehide", () => {
    if (!ours) navigator.sendBeacon("/login/leave", new URLSearchParams({ mark }));
  });
}

/* ------------------------------------------------------------------ writing */

/* Regions that the server draws; the fields themselves are never touched, so nothing typed is lost. */
const regions = ["attached", "saved", "checks", "subject-note", "files-note", "band"];

async function swap(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!$("form[data-kv-draft]", page)) { location.reload(); return false; }
  for (const id of regions) {
    const old = document.getElementById(id), fresh = page.getElementById(id);
    if (!old || !fresh || (old.innerHTML === fresh.innerHTML && old.dataset.color === fresh.dataset.color)) continue;
    old.replaceWith(document.adoptNode(fresh));
    $$("[data-kv-strip]", fresh).forEach((button) => { button.hidden = false; });
  }
  return true;
}

/* In the place of "saved", where the eye is when one presses Send; it is read out as well. */
function warn(words) {
  const place = $("#saved");
  place.dataset.color = "warning";
  place.textContent = words;
}

function write(form) {
  let changed = false, saving = null, timer = 0, leaving = false;
  const uploads = new Set();

  const post = async (action) => {
    const body = new FormData(form);
    body.delete("files");
    body.set("action", action);
    changed = false;
    try {
      // A page that is being left may go before the answer comes; the words still arrive.
      const answer = await contact(location.href, { method: "POST", body, keepalive: document.hidden });
      // 422 is a page as well: something typed is not right yet, but all of it is kept.
      if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
      await swap(answer);
      form.removeAttribute("data-unsaved");
    } catch {
      changed = true;
      form.setAttribute("data-unsaved", "");
      warn($("#saved").dataset.failed);
    }
  };
  const save = (action = "save") => { saving = (saving ?? Promise.resolve()).then(() => post(action)); return saving; };
  const soon = (wait) => { clearTimeout(timer); timer = setTimeout(() => { if (changed && !leaving) save(); }, wait); };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    if (!changed) $("#saved").replaceChildren();
    changed = true;
    soon(2000);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-kv-check]")) { clearTimeout(timer); save("check"); }
  });
  // An identity number in the subject: one press takes it out.
  $$("[data-kv-strip]", form).forEach((button) => { button.hidden = false; });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-kv-strip]");
    if (!button) return;
    const field = document.getElementById(button.dataset.kvStrip);
    field.value = field.value.replace(/\b(\d{2})?\d{6}[-+ ]?\d{4}\b/g, "").replace(/ {2,}/g, " ").trim();
    field.focus();
    save("check");
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden && changed && !leaving) save(); });
  form.addEventListener("submit", (event) => {
    const action = event.submitter?.value ?? "save";
    const texts = $("[data-kv-upload]", form)?.dataset;
    const reason = uploads.size ? texts.pending : $("#uploads > [data-state=failed]") && texts.leftOut;
    if (reason && action === "send") {
      event.preventDefault();
      warn(reason);
      say(reason);
      return;
    }
    if (action.startsWith("detach:")) { event.preventDefault(); save(action); return; }
    if (leaving) { event.preventDefault(); return; }
    leaving = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => { if (uploads.size && !leaving) event.preventDefault(); });

  const input = $("[data-kv-upload]", form);
  if (input) input.addEventListener("change", () => {
    const places = Number(input.dataset.maxFiles) - $$("#attached > li").length - uploads.size;
    [...input.files].forEach((file, nth) => upload(form, input, file, nth < places, uploads, save));
    input.value = "";
  });
}

/* ------------------------------------------------------------------ files */

const language = document.documentElement.lang;
const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const size = (bytes) => bytes < 1e6 ? `${decimal.format(Math.ceil(bytes / 1e3))} kB` : `${decimal.format(bytes / 1e6)} MB`;

/* One file goes up at a time, in the order in which they were chosen: so they stand in the message. */
let turn = Promise.resolve();

function upload(form, input, file, fits, uploads, save) {
  const row = $("#upload-row").content.firstElementChild.cloneNode(true);
  const words = $("[data-words]", row), bar = $("progress", row), fault = $("[data-fault]", row);
  const retry = $("[data-retry]", row), cancel = $("[data-cancel]", row), remove = $("[data-remove]", row);
  const texts = input.dataset, values = { file: file.name, size: size(file.size) };
  $(".kv-file__name", row).textContent = file.name;
  bar.setAttribute("aria-label", file.name);
  remove.setAttribute("aria-label", fill(remove.getAttribute("aria-label"), values));
  $("#uploads").append(row);

  const failed = (text, again) => {
    uploads.delete(row);
    row.dataset.state = "failed";
    bar.hidden = words.hidden = cancel.hidden = true;
    fault.hidden = remove.hidden = false;
    retry.hidden = !again;
    $("span", fault).textContent = fill(text, values);
    say(fill(text, values));
  };
  remove.addEventListener("click", () => row.remove());

  if (!fits) { failed(texts.tooMany, false); return; }
  if (file.size > Number(texts.maxBytes)) { failed(texts.tooLarge, false); return; }
  if (file.size === 0) { failed(texts.empty, false); return; }

  let request;
  const start = () => {
    uploads.add(row);
    row.dataset.state = "busy";
    bar.hidden = words.hidden = cancel.hidden = false;
    fault.hidden = remove.hidden = retry.hidden = true;
    turn = turn.then(() => row.isConnected && new Promise(send));
  };
  const send = (done) => {
    const body = new FormData();
    body.append("csrf", $("[name=csrf]", form).value);
    body.append("files", file, file.name);
    request = new XMLHttpRequest();
    request.open("POST", texts.kvUpload);
    request.upload.addEventListener("progress", (event) => {
      active();
      const percent = Math.floor(event.loaded / event.total * 100);
      bar.value = percent;
      words.textContent = percent < 100
        ? fill(texts.progress, { percent, done: size(event.loaded), total: size(event.total) })
        : texts.checking;
    });
    request.addEventListener("load", async () => {
      if (request.status < 300) {
        await save();
        uploads.delete(row);
        row.remove();
        say(fill(texts.finished, values));
      } else if (request.status === 413) failed(texts.tooLarge, false);
      else if (request.status === 415) failed(texts.type, false);
      else if (request.status === 409) failed(texts.tooMany, false);
      else failed(texts.connection, true);
      done();
    });
    request.addEventListener("error", () => { failed(texts.connection, true); done(); });
    request.addEventListener("abort", done);
    request.send(body);
  };
  retry.addEventListener("click", start);
  cancel.addEventListener("click", () => {
    request?.abort();
    uploads.delete(row);
    row.remove();
    say(fill(texts.cancelled, values));
  });
  start();
}

/* ------------------------------------------------------------------ small things */

function copying(button) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.kvCopy);
    $("span", button).textContent = button.dataset.done;
    say(button.dataset.done);
  });
}

/* Two minutes before the session ends. "Stay" and Escape mean stay. At zero the page is asked for anew: the server alone
   knows whether the session has ended, and one forgotten tab must never end what another one is doing. */
function idle(dialog) {
  const limit = Number(dialog.dataset.seconds), words = $("#idle-text", dialog), shown = $(".kv-countdown", dialog);
  const first = words.textContent;
  active();
  const stay = async () => {
    dialog.close();
    words.textContent = first;
    try {
      const body = new URLSearchParams({ csrf: $("[name=csrf]", dialog).value });
      const answer = await contact("/session/stay", { method: "POST", body });
      if (!answer.ok) location.reload();
    } catch { heard = performance.now() - (limit - 115) * 1000; }
  };
  $("[data-kv-stay]", dialog).addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  setInterval(() => {
    const left = Math.ceil(limit - (performance.now() - heard) / 1000);
    if (left > 120) { if (dialog.open) dialog.close(); return; }
    if (left <= -3) { location.replace(location.href); return; }
    if (!dialog.open) dialog.showModal();
    const rest = Math.max(0, left);
    shown.textContent = `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
    if ($("form[data-unsaved]")) words.textContent = dialog.dataset.unsaved;
    else if (left <= 30) words.textContent = dialog.dataset.last;
  }, 1000);
}

$$("[data-kv-login]").forEach(waitForLogin);
$$("form[data-kv-draft]").forEach(write);
$$("[data-kv-copy]").forEach(copying);
$$("#kv-idle").forEach(idle);
$$("form[data-kv-press]").forEach((form) => form.requestSubmit($("button", form)));
$("#faults")?.focus();
