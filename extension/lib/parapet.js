// Her own Parapet: what is sent there, and what its answers mean. Nothing is ever asked of any other address.

const WAIT_MS = 20_000;
const SEND_MS = 180_000;

/** The origin of what a person typed as the address of her Parapet, or "": https, or http on this machine. */
export function originOf(typed) {
  let said = String(typed).trim();
  if (!/^[a-z]+:\/\//i.test(said)) said = (/^(localhost|127\.0\.0\.1)([:/]|$)/i.test(said) ? "http://" : "https://") + said;
  try {
    const url = new URL(said);
    const isHere = ["localhost", "127.0.0.1"].includes(url.hostname);
    return url.protocol === "https:" || (url.protocol === "http:" && isHere) ? url.origin : "";
  } catch {
    return "";
  }
}

/** What the browser is asked to allow for an origin; it knows no ports. */
export const patternOf = (origin) => `${new URL(origin).protocol}//${new URL(origin).hostname}/*`;

/** {origin, token} of the Parapet that this browser is connected with, or null. */
export async function pairing() {
  const { paired } = await chrome.storage.local.get("paired");
  return paired?.origin && paired?.token ? paired : null;
}

function ask(origin, path, { method, headers = {}, body, ms = WAIT_MS }) {
  return fetch(`${origin}${path}`, {
    method,
    headers,
    body,
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(ms),
  });
}

async function reason(answer) {
  const told = await answer.json().catch(() => ({}));
  return typeof told.reason === "string" ? told.reason.slice(0, 300) : "";
}

/** Trade a code for a token, and keep it. Gives "" or why not: "address", "unreachable", "code", "busy". */
export async function pair(typed, code) {
  const origin = originOf(typed);
  if (!origin) return "address";
  let answer;
  try {
    const body = JSON.stringify({ code: String(code).slice(0, 40) });
    answer = await ask(origin, "/api/v1/browsers", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  } catch {
    return "unreachable";
  }
  if (answer.status === 429) return "busy";
  if (answer.status !== 201) return answer.status === 401 ? "code" : "unreachable";
  const { token } = await answer.json().catch(() => ({}));
  if (typeof token !== "string" || token.length < 40 || token.length > 200) return "unreachable";
  await chrome.storage.local.set({ paired: { origin, token } });
  return "";
}

/** Forget the token here. Parapet's own page ends it there. */
export const unpair = () => chrome.storage.local.remove("paired");

/**
 * Hand one capture in. Gives {done: true}, or {refused, reason} when trying again is no use, or {later: true}.
 *
 * refused  "unpaired": this browser's token counts no more; "large", "form": this capture is not taken
 */
export async function handIn({ origin, token }, { body, sha256 }) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/zip", "X-Parapet-Sha256": sha256 };
  try {
    // Asked first: many megabytes are not sent to where they are not taken.
    const may = await ask(origin, "/api/v1/captures", { method: "GET", headers: { Authorization: headers.Authorization } });
    const answer = may.status === 204 ? await ask(origin, "/api/v1/captures", { method: "POST", headers, body, ms: SEND_MS }) : may;
    if (answer.status === 200 || answer.status === 201) return { done: true };
    if (answer.status === 401 || answer.status === 403) return { refused: "unpaired", reason: await reason(answer) };
    if (answer.status === 413) return { refused: "large", reason: await reason(answer) };
    if (answer.status === 422) return { refused: "form", reason: await reason(answer) };
    return { later: true };
  } catch {
    return { later: true };
  }
}
