// The extension's background: what a person asked for, done one after the other, and the queue of what waits.

import { capture, NotCaptured } from "./lib/capture.js";
import { handIn, pair, pairing, unpair } from "./lib/parapet.js";
import * as queue from "./lib/queue.js";

const RETRY = "parapet-retry";
const RETRY_MINUTES = 1;
const said = (name) => chrome.i18n.getMessage(name);

// A page's world never sees the token; where a browser does not know this, its content scripts still do not ask for it.
chrome.storage.local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" })?.catch?.(() => null);

/** How the last thing that was asked for went: "", "busy", "kept", "waits", "failed", and a word for why. */
let state = { is: "", why: "" };
let running = Promise.resolve();

async function show() {
  const waiting = await queue.listed().catch(() => []);
  await chrome.action.setBadgeBackgroundColor({ color: "#1a5960" });
  await chrome.action.setBadgeText({ text: state.is === "busy" ? "…" : waiting.length ? String(waiting.length) : "" });
  await chrome.action.setTitle({ title: waiting.length ? `Parapet: ${said("waiting_title")} ${waiting.length}` : "Parapet" });
  if (waiting.some((each) => !each.refused)) await chrome.alarms.create(RETRY, { periodInMinutes: RETRY_MINUTES });
  else await chrome.alarms.clear(RETRY);
}

/** Hand in what waits, oldest first; stops when Parapet does not answer. */
async function deliver() {
  const paired = await pairing();
  if (!paired) return;
  for (const { id, refused } of await queue.listed()) {
    if (refused) continue;
    const held = await queue.one(id);
    if (!held) continue;
    const came = await handIn(paired, held);
    if (came.done) await queue.remove(id);
    else await queue.tried(id, came.refused ?? "");
    if (came.later || came.refused === "unpaired") return;
  }
}

/** One delivery at a time: two would send the same capture twice. */
let delivering = null;
function delivered() {
  delivering ??= deliver()
    .catch(() => null)
    .finally(() => (delivering = null))
    .then(show);
  return delivering;
}

async function take(tabId, kind) {
  state = { is: "busy", why: "" };
  try {
    await show();
    const tab = await chrome.tabs.get(tabId);
    const id = await queue.keep(await capture(tab, kind));
    await delivered();
    const left = await queue.one(id);
    state = { is: left ? (left.refused ? "kept_here" : "waits") : "kept", why: "" };
  } catch (error) {
    state = { is: "failed", why: error instanceof NotCaptured ? error.message : "failed" };
  }
  await show().catch(() => null); // a sign that cannot be drawn must not stop what is asked for next
  return state;
}

/** One capture at a time: two would scroll the same page. */
function taken(tabId, kind) {
  running = running.then(() => take(tabId, kind));
  return running;
}

async function blur(tabId) {
  const target = { tabId };
  try {
    await chrome.scripting.executeScript({ target, files: ["page/dom.js"] });
    const css = { target, files: ["page/blur.css"], origin: "USER" };
    await chrome.scripting.removeCSS(css).catch(() => null);
    const [{ result: blurred }] = await chrome.scripting.executeScript({ target, files: ["page/blur.js"] });
    if (blurred) await chrome.scripting.insertCSS(css);
    return { is: blurred ? "blurred" : "clear", why: "" };
  } catch {
    return { is: "failed", why: "closed" };
  }
}

// What the extension's own pages ask. A page's script cannot come by here; a content script could, and none of ours does.

const ASKED = {
  capture: ({ tabId, kind }) => taken(tabId, kind),
  blur: ({ tabId }) => blur(tabId),
  state: async () => ({ ...state, paired: (await pairing())?.origin ?? "", waiting: await queue.listed() }),
  deliver: () => delivered(),
  pair: async ({ origin, code }) => {
    const why = await pair(origin, code);
    if (!why) {
      await queue.forgive();
      delivered();
    }
    return why;
  },
  unpair: () => unpair(),
  remove: async ({ id }) => {
    await queue.remove(id);
    await show();
  },
};

chrome.runtime.onMessage.addListener((message, sender, answer) => {
  const isOurs = sender.id === chrome.runtime.id && String(sender.url ?? "").startsWith(chrome.runtime.getURL(""));
  const asked = isOurs && Object.hasOwn(ASKED, message?.ask) ? ASKED[message.ask] : null;
  if (!asked) return false;
  asked(message).then(
    (told) => answer({ told }),
    () => answer({ told: null }),
  );
  return true;
});

const MENUS = [
  ["page", ["page"], "menu_page"],
  ["thread", ["page"], "menu_thread"],
  ["selection", ["selection"], "menu_selection"],
  ["blur", ["page"], "menu_blur"],
];

chrome.runtime.onInstalled.addListener(async ({ reason }) => {
  await chrome.contextMenus.removeAll();
  for (const [id, contexts, title] of MENUS) chrome.contextMenus.create({ id, contexts, title: said(title), documentUrlPatterns: ["http://*/*", "https://*/*"] });
  if (reason === "install" && !(await pairing())) await chrome.runtime.openOptionsPage();
});
chrome.contextMenus.onClicked.addListener(({ menuItemId }, tab) => {
  if (tab?.id === undefined) return;
  if (menuItemId === "blur") blur(tab.id);
  else taken(tab.id, menuItemId);
});
chrome.commands.onCommand.addListener((command, tab) => {
  if (tab?.id === undefined) return;
  if (command === "blur") blur(tab.id);
  if (command === "keep-page") taken(tab.id, "page");
});
chrome.runtime.onStartup.addListener(() => delivered());
chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === RETRY) delivered();
});
