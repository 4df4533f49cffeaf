// Captures that wait to be handed in: in the browser's own database, which outlives the browser's end. One is removed when
// Parapet has said that it has it, or when a person says so.

const NAME = "parapet";
const STORE = "waiting";

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    request.onsuccess = () => {
      request.result.onclose = () => (opened = null);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }).catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

async function within(mode, work) {
  const transaction = (await database()).transaction(STORE, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  const result = await work(transaction.objectStore(STORE));
  await done;
  return result;
}

/** Keep a capture: {body: bytes, sha256, host, kind, at}. Settled when it is on the disk; gives its id. */
export const keep = (capture) => within("readwrite", (store) => asked(store.add({ ...capture, tries: 0, refused: "" })));

/** One that waits, with its bytes; undefined when it is gone. */
export const one = (id) => within("readonly", (store) => asked(store.get(id)));

/** It is with Parapet, or a person removed it. */
export const remove = (id) => within("readwrite", (store) => asked(store.delete(id)));

/** Note what came of a try: `refused`, a reason for which trying again is no use, or "". */
export async function tried(id, refused) {
  await within("readwrite", async (store) => {
    const held = await asked(store.get(id));
    if (held) await asked(store.put({ ...held, tries: held.tries + 1, refused }));
  });
}

/** All of them without their bytes, oldest first: a page of it must not take a gigabyte. */
export async function listed() {
  const found = [];
  await within("readonly", (store) => new Promise((resolve, reject) => {
    const request = store.openCursor();
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return resolve();
      const { body, ...told } = cursor.value;
      found.push({ ...told, size: body.byteLength });
      cursor.continue();
      return undefined;
    };
  }));
  return found;
}

/** Let every one be tried again, after the browser was connected anew. */
export async function forgive() {
  for (const each of await listed()) if (each.refused === "unpaired") await tried(each.id, "");
}
