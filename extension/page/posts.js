// Posts, by recipe. A recipe is data: selectors and patterns, several of each, tried in order. What it does not find stays
// empty, and what goes wrong in it loses that one field.

(() => {
  const parapet = globalThis[Symbol.for("parapet")];
  if (parapet.posts) return;
  const { dom } = parapet;

  const MAX_POSTS = 500;
  const MAX_TEXT = 20_000;
  const MAX_FIELD = 500;

  const tidy = (said, most) => String(said ?? "").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "").trim().slice(0, most);

  /** The words of an element as they are seen; where pictures stand for letters, with what they stand for. */
  function shown(element) {
    if (dom.all(element, "img[alt]").length) return spelt(element).replace(/[ \t]+/g, " ");
    return element instanceof HTMLElement ? dom.innerText(element) : dom.text(element);
  }

  function spelt(node) {
    if (dom.kind(node) === dom.TEXT) return dom.data(node);
    if (dom.kind(node) !== dom.ELEMENT) return "";
    const tag = dom.tag(node);
    if (tag === "img") return dom.attr(node, "alt") ?? "";
    if (tag === "br") return "\n";
    let said = "";
    for (let child = dom.first(node); child; child = dom.next(child)) said += spelt(child);
    return tag === "p" || tag === "div" ? `${said}\n` : said;
  }

  /** What one way of a recipe gives for a post, or "". */
  function taken(post, way) {
    const found = way.css === ":scope" ? [post] : dom.all(post, way.css);
    for (const element of found) {
      const long = way.long ? MAX_TEXT : MAX_FIELD;
      let said = tidy(way.attr ? dom.attr(element, way.attr) : shown(element), long);
      if (said && way.match) {
        // Short, so that no pattern takes long over what a stranger wrote.
        const match = new RegExp(way.match, "iu").exec(said.slice(0, MAX_FIELD));
        said = match ? tidy(match[1] ?? match[0], long) : "";
      }
      if (said) return (way.prefix ?? "") + said;
    }
    return "";
  }

  function field(post, ways) {
    for (const way of ways ?? []) {
      try {
        const said = taken(post, way);
        if (said) return said;
      } catch {
        // A selector or pattern that this browser does not know: the next way.
      }
    }
    return "";
  }

  /** The time as the site gives it, where that is a time of day or a day of the calendar; else none. */
  function moment(said) {
    if (/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(said)) return said;
    const at = said ? new Date(/^\d{9,13}$/.test(said) ? Number(said) * (said.length > 10 ? 1 : 1000) : said) : null;
    return at && !Number.isNaN(at.getTime()) && at.getFullYear() > 1990 ? at.toISOString().replace(/\.\d+Z$/, "Z") : "";
  }

  /** An address without what only tells the site who came how: the same post must have the same address tomorrow. */
  function lasting(said) {
    const found = dom.address(said);
    if (!found) return "";
    const url = new URL(found);
    for (const name of [...url.searchParams.keys()])
      if (/^(__|utm_|fbclid|igsh|ref(_src|_url)?$|s$|t$|trk|lipi|si$|context$|share_id)/.test(name) && !(name === "t" && /youtube/.test(url.host)))
        url.searchParams.delete(name);
    return url.href;
  }

  const bare = (url) => url.replace(/#.*$/, "").replace(/\/$/, "");

  function one(recipe, element) {
    const told = {};
    for (const name of ["author", "author_handle", "author_url", "sent_at", "text", "url"])
      told[name] = field(element, recipe.fields[name]);
    const here = bare(lasting(location.href));
    const url = told.url ? lasting(told.url) : "";
    return {
      url,
      author: told.author,
      author_url: told.author_url ? dom.address(told.author_url) : "",
      author_handle: told.author_handle.replace(/^@/, ""),
      sent_at: moment(told.sent_at),
      text: told.text,
      platform: recipe.platform,
      is_main: url !== "" && url.replace(/\/$/, "") === here,
    };
  }

  function elements(recipe) {
    for (const selector of recipe.post) {
      try {
        const found = dom.all(document, selector);
        if (found.length) return Array.from(found).slice(0, MAX_POSTS);
      } catch {
        // Not known to this browser: the next one.
      }
    }
    return [];
  }

  /** All posts that are there now, in the order of the page; only those that `range` touches, where one is given. */
  parapet.posts = (recipes, range = null) => {
    for (const recipe of recipes) {
      const found = [];
      for (const element of elements(recipe)) {
        if (range && !dom.isInside(range, element)) continue;
        try {
          const post = one(recipe, element);
          if (post.text || post.url) found.push(post);
        } catch {
          // One post that cannot be read loses no other.
        }
      }
      if (found.length) return found;
    }
    return [];
  };

  /** Posts seen at several moments, each once: lists that are drawn as one scrolls drop what went by. */
  parapet.gathered = (held, seen) => {
    for (const post of seen) {
      if (held.size >= MAX_POSTS) return;
      const who = `${post.author_handle}\n${post.author}`;
      const before = held.get(post.url);
      if (post.url && (!before || before.who === who)) {
        if (!before || post.text.length > before.post.text.length) held.set(post.url, { who, post });
      } else {
        // An address that is another's, as a comment's link to what it answers: it has none of its own.
        held.set(`${who}\n${post.text}`, { who, post: { ...post, url: "", is_main: false } });
      }
    }
  };
})();
