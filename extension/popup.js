import * as queue from "./lib/queue.js";
import { ask, fill, say } from "./lib/words.js";

const $ = (id) => document.getElementById(id);
const when = new Intl.DateTimeFormat(chrome.i18n.getUILanguage(), { dateStyle: "medium", timeStyle: "short" });
const KEEP = ["page", "selection", "thread"];

async function front() {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab;
}

function tell({ is, why }) {
  const word = is === "failed" ? `why_${why.replace(/ /g, "_")}` : is ? `is_${is}` : "";
  $("status").textContent = word ? say(word) : "";
  for (const id of [...KEEP, "blur"]) $(id).disabled = is === "busy";
  if (is === "blurred" || is === "clear") $("blur").textContent = say(is === "blurred" ? "blur_again" : "blur_page");
}

function button(word, label, act) {
  const made = document.createElement("button");
  made.className = "small";
  made.textContent = say(word);
  made.setAttribute("aria-label", `${say(word)}: ${label}`);
  made.addEventListener("click", () => act(made));
  return made;
}

async function save(id) {
  const held = await queue.one(id);
  if (!held) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([held.body], { type: "application/zip" }));
  link.download = `${held.host.replace(/[^a-z0-9.-]/gi, "_")}-${held.at.replace(/[^0-9TZ]/g, "")}.capture.zip`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function row(each) {
  const item = document.createElement("li");
  const label = `${each.host}, ${when.format(new Date(each.at))}`;
  const line = document.createElement("p");
  line.textContent = `${each.host} (${say(`kind_${each.kind}`)}), ${when.format(new Date(each.at))}`;
  item.append(line);
  if (each.refused) {
    const why = document.createElement("p");
    why.className = "soft";
    why.textContent = say(`refused_${each.refused}`);
    item.append(why);
  }
  const actions = document.createElement("div");
  actions.className = "row";
  const remove = async (made) => {
    if (made.dataset.sure) {
      await ask({ ask: "remove", id: each.id });
      await refresh();
    } else {
      made.dataset.sure = "1"; // once more: it is the only copy
      made.textContent = say("remove_sure");
      made.setAttribute("aria-label", `${say("remove_sure")} ${label}`);
    }
  };
  actions.append(button("save_file", label, () => save(each.id)), button("remove", label, remove));
  item.append(actions);
  return item;
}

/** Counts what was pressed: an answer that was asked for before tells no longer how things stand. */
let presses = 0;

async function refresh() {
  const before = presses;
  const state = await ask({ ask: "state" });
  if (!state) return;
  $("unpaired").hidden = Boolean(state.paired);
  $("waiting").hidden = !state.waiting.length;
  $("count").textContent = String(state.waiting.length);
  $("list").replaceChildren(...state.waiting.map(row));
  if (before === presses) tell(state);
}

for (const kind of KEEP)
  $(kind).addEventListener("click", async () => {
    presses += 1;
    const tab = await front();
    if (!tab) return tell({ is: "failed", why: "closed" });
    tell({ is: "busy", why: "" });
    const told = await ask({ ask: "capture", tabId: tab.id, kind });
    await refresh();
    return tell(told ?? { is: "failed", why: "failed" }); // its own answer: a background that was started anew since knows of none
  });
$("blur").addEventListener("click", async () => {
  presses += 1;
  const tab = await front();
  tell((tab && (await ask({ ask: "blur", tabId: tab.id }))) ?? { is: "failed", why: "closed" });
});
$("try").addEventListener("click", async () => {
  await ask({ ask: "deliver" });
  await refresh();
});

fill();
refresh();
