// One capture: what is on the page, as a picture, as a page that does nothing, and as words.

import { recipesFor } from "./recipes.js";
import { Strip } from "./stitch.js";
import { sha256, zip } from "./zip.js";

const FORMAT = "parapet-capture/1";
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_ADDRESS = 2_000;
/** Of all files but the facts, which may have 8 MB more: Parapet takes 64. */
const MAX_FILES_BYTES = 56 * 1024 * 1024;
const encoder = new TextEncoder();
const SCRIPTS = ["page/dom.js", "page/posts.js", "page/inert.js", "page/read.js"];
/** The browser takes two pictures of the screen a second at most. */
const BETWEEN_SHOTS_MS = 550;
const MAX_PICTURES_BYTES = 36 * 1024 * 1024;
/** screens  how far down;  seconds: how long in all;  wait_ms: for more at the end of a list */
const BOUNDS = {
  page: { screens: 30, seconds: 30, waitMs: 900 },
  thread: { screens: 60, seconds: 75, waitMs: 2_500 },
};

/** Why a capture could not be made: "closed", "nothing selected", "left". */
export class NotCaptured extends Error {}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function called(tabId, name, args = []) {
  const [{ result }] = await chrome.scripting.executeScript({
    target: { tabId },
    args: [name, args],
    func: (what, given) => globalThis[Symbol.for("parapet")][what](...given),
  });
  return result;
}

async function isInFront(tab) {
  const now = await chrome.tabs.get(tab.id).catch(() => null);
  return now?.active === true && now.windowId === tab.windowId;
}

class Camera {
  constructor(tab) {
    this.tab = tab;
    this.last = 0;
  }

  /** What is on the screen, or null when the page is not in front any more: no other page is ever in the picture. */
  async shot() {
    await pause(Math.max(0, this.last + BETWEEN_SHOTS_MS - Date.now()));
    for (let left = 3; left > 0; left -= 1) {
      if (!(await isInFront(this.tab))) return null;
      this.last = Date.now();
      try {
        const dataUrl = await chrome.tabs.captureVisibleTab(this.tab.windowId, { format: "png" });
        return (await isInFront(this.tab)) ? dataUrl : null;
      } catch (error) {
        if (!/MAX_CAPTURE|quota|rate/i.test(String(error))) return null;
        await pause(BETWEEN_SHOTS_MS * 2);
      }
    }
    return null;
  }
}

/** Pictures from the top down; ends where the page does, or the bounds, or when another tab comes to the front. */
async function photographed(tab, kind, begun) {
  const strip = new Strip();
  const camera = new Camera(tab);
  const first = await camera.shot();
  if (!first) return { pictures: [], whole: false };
  await strip.add({ dataUrl: first, width: begun.width, box: { left: 0, top: 0, width: begun.width, height: begun.viewport } });
  if (kind === "selection") return { pictures: await strip.end(), whole: true };
  const { screens, seconds, waitMs } = BOUNDS[kind];
  const end = Date.now() + seconds * 1000;
  let at = begun.top;
  for (let count = 1; count < screens && Date.now() < end && strip.bytes < MAX_PICTURES_BYTES; count += 1) {
    const now = await called(tab.id, "step");
    if (!now) return { pictures: await strip.end(), whole: false };
    const gone = now.top - at;
    at = now.top;
    if (gone < 2) {
      if (await called(tab.id, "more", [waitMs])) continue;
      return { pictures: await strip.end(), whole: true };
    }
    const dataUrl = await camera.shot();
    if (!dataUrl) return { pictures: await strip.end(), whole: false };
    const height = Math.min(gone, now.window.height);
    const top = now.window.top + now.window.height - height;
    await strip.add({ dataUrl, width: now.width, box: { ...now.window, top, height } });
  }
  return { pictures: await strip.end(), whole: false };
}

const stamp = (at) => at.toISOString().replace(/\.\d+Z$/, "Z");

/** The bytes of a capture file, and what to say of it while it waits: {body, sha256, host, kind, at}. Raises NotCaptured. */
export async function capture(tab, kind) {
  const at = new Date();
  const begunAt = tab.url ?? "";
  if (!/^https?:/.test(begunAt)) throw new NotCaptured("closed");
  try {
    await chrome.scripting.executeScript({ target: { tabId: tab.id }, files: SCRIPTS });
  } catch {
    throw new NotCaptured("closed");
  }
  const begun = await called(tab.id, "begin", [kind, await recipesFor(begunAt)]);
  if (!begun) throw new NotCaptured("nothing selected");
  let seen = null;
  let read = null;
  try {
    seen = await photographed(tab, kind, begun);
    read = await called(tab.id, "read");
  } finally {
    await called(tab.id, "end").catch(() => null); // the page may be gone
  }
  if (!read) throw new NotCaptured("left");
  return packed({ at, kind, url: begunAt, read, pictures: seen.pictures });
}

/** `said` in at most `most` bytes of UTF-8. */
function within(said, most) {
  const bytes = encoder.encode(said);
  return bytes.length <= most ? said : new TextDecoder().decode(bytes.subarray(0, most)).replace(/\ufffd+$/, "");
}

const address = (url) => (url.length <= MAX_ADDRESS ? url : `${new URL(url).origin}${new URL(url).pathname}`.slice(0, MAX_ADDRESS));

/** A post whose site gives it no address is named by the page's, with a mark made from who said what. */
async function named(post, page) {
  if (post.url) {
    // What stands after # is no part of an address, unless it begins so: two posts would be one.
    const [address, mark] = post.url.split("#");
    return mark && !/^[!/]/.test(mark) ? { ...post, url: `${address}#/${mark}` } : post;
  }
  const mark = await sha256(encoder.encode(`${post.author_handle}\n${post.author}\n${post.text}`));
  return { ...post, url: `${address(page).replace(/#.*$/, "")}#/post/${mark.slice(0, 16)}` };
}

async function packed({ at, kind, url, read, pictures }) {
  const html = encoder.encode(read.html);
  const files = [];
  let left = MAX_FILES_BYTES - html.length;
  for (const [index, bytes] of pictures.entries()) {
    left -= bytes.length;
    if (left < 0) break; // the picture ends there
    files.push({ name: index ? `screenshot-${index + 1}.png` : "screenshot.png", bytes, packed: true });
  }
  if (html.length) files.push({ name: "page.html", bytes: html, packed: false });
  const digests = {};
  for (const { name, bytes } of files) digests[name] = await sha256(bytes);
  const told = {
    format: FORMAT,
    url: address(url || read.url),
    final_url: address(read.url),
    captured_at: stamp(at),
    by: "extension",
    agent: `Parapet extension ${chrome.runtime.getManifest().version}; ${navigator.userAgent}`.slice(0, 400),
    title: read.title,
    lang: read.lang,
    kind,
    text: within(read.text, MAX_TEXT_BYTES),
    posts: await Promise.all(read.posts.map((post) => named(post, read.url))),
    links: read.links,
    files: digests,
  };
  const body = await zip([{ name: "capture.json", bytes: encoder.encode(JSON.stringify(told)), packed: true }, ...files], at);
  return { body: body.buffer, sha256: await sha256(body), host: new URL(read.url).host, kind, at: stamp(at) };
}
