// Which recipes are for a host. They come with the extension, and from nowhere else.

const NAMES = ["x", "facebook", "instagram", "linkedin", "tiktok", "youtube", "reddit", "google_reviews", "ratemds"];

let all = null;

async function read(name) {
  const answer = await fetch(chrome.runtime.getURL(`recipes/${name}.json`));
  return answer.json();
}

/** "www.x.com" is under "x.com"; "google.*" is any Google. */
export function isUnder(host, pattern) {
  const escaped = pattern.replace(/[.]/g, "\\.").replace(/\*/g, "[a-z]{2,3}(\\.[a-z]{2})?");
  return new RegExp(`(^|\\.)${escaped}$`, "i").test(host);
}

/** The recipes for the page at `url`; none when its site has none, or they cannot be read. */
export async function recipesFor(url) {
  try {
    const { hostname, pathname } = new URL(url);
    all ??= await Promise.all(NAMES.map(read));
    return all.filter(
      (recipe) => recipe.hosts.some((pattern) => isUnder(hostname, pattern)) && (recipe.paths ?? [""]).some((start) => pathname.startsWith(start)),
    );
  } catch {
    all = null;
    return [];
  }
}
