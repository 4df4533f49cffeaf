// The steps of a capture, each called from outside: begin, step, read, end. The page is put back as it was by `end`, and by
// itself when nobody calls for a while: the browser may have ended the extension's background in between.

(() => {
  const parapet = globalThis[Symbol.for("parapet")];
  if (parapet.begin) return;
  const { dom } = parapet;

  const MAX_TEXT = 900_000;
  const MAX_LINKS = 2_000;
  const MAX_LOOKED_AT = 30_000;
  const FORSAKEN_MS = 20_000;
  const SETTLE_MS = 150;

  let state = null;

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  /** Two frames drawn, or a moment where none are. */
  const drawn = () =>
    Promise.race([pause(400), new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))]);

  /** What scrolls: the page, or the largest part of it that does. */
  function scroller() {
    const page = dom.scroller();
    if (dom.scrollHeight(page) > innerHeight + 40) return page;
    let best = page;
    let most = innerWidth * innerHeight * 0.3;
    let looked = 0;
    for (const element of dom.all(document, "div,main,section,ul,ol")) {
      if ((looked += 1) > MAX_LOOKED_AT) break;
      if (dom.scrollHeight(element) < dom.clientHeight(element) + 40) continue;
      if (!/auto|scroll/.test(getComputedStyle(element).overflowY)) continue;
      const box = dom.box(element);
      const area = Math.min(box.width, innerWidth) * Math.min(box.height, innerHeight);
      if (area > most) [best, most] = [element, area];
    }
    return best;
  }

  function window_() {
    const isPage = state.scroller === dom.scroller();
    const box = isPage ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : dom.box(state.scroller);
    const left = Math.max(0, box.left);
    const top = Math.max(0, box.top);
    return {
      left,
      top,
      width: Math.max(1, Math.min(innerWidth, box.right) - left),
      height: Math.max(1, Math.min(innerHeight, box.bottom) - top),
    };
  }

  /** What stays in its place while the page scrolls is in the first picture, and not in each. */
  function unpin() {
    let looked = 0;
    for (const element of dom.all(document, "*")) {
      if ((looked += 1) > MAX_LOOKED_AT) return;
      if (!(element instanceof HTMLElement) || state.pinned.has(element)) continue;
      const { position } = getComputedStyle(element);
      if (position !== "fixed" && position !== "sticky") continue;
      state.pinned.set(element, dom.attr(element, "style"));
      const style = dom.style(element);
      // What is sticky has its place in the flow: there it stays.
      if (position === "sticky") style.setProperty("position", "static", "important");
      else style.setProperty("visibility", "hidden", "important");
    }
  }

  function watch() {
    clearTimeout(state.timer);
    state.timer = setTimeout(end, FORSAKEN_MS);
  }

  function repin() {
    for (const [element, style] of state.pinned) {
      dom.attr(element, "style"); // Chromium writes a changed style into its attribute only when that is read
      if (style === null) dom.unset(element, "style");
      else dom.set(element, "style", style);
    }
    state.pinned.clear();
  }

  function end() {
    if (!state) return;
    clearTimeout(state.timer);
    repin();
    dom.scrollTo(state.scroller, { top: state.from, behavior: "instant" });
    dom.unset(dom.root(), "data-parapet-as-it-is");
    state = null;
  }

  function measure() {
    return {
      top: dom.scrollTop(state.scroller),
      height: dom.scrollHeight(state.scroller),
      window: window_(),
      width: innerWidth,
      viewport: innerHeight,
    };
  }

  parapet.begin = async (kind, recipes) => {
    end();
    const selected = getSelection();
    const range = kind === "selection" && selected && selected.rangeCount && !selected.isCollapsed ? selected.getRangeAt(0).cloneRange() : null;
    if (kind === "selection" && !range) return null;
    state = { kind, recipes, range, selected: range ? String(selected) : "", pinned: new Map(), held: new Map(), timer: 0 };
    state.scroller = scroller();
    state.from = dom.scrollTop(state.scroller);
    watch();
    dom.set(dom.root(), "data-parapet-as-it-is", ""); // what is blurred shows itself for the picture
    if (!range) dom.scrollTo(state.scroller, { top: 0, behavior: "instant" });
    await drawn();
    await pause(SETTLE_MS);
    parapet.gathered(state.held, parapet.posts(recipes, range));
    return measure();
  };

  /** A screen further down. */
  parapet.step = async () => {
    if (!state) return null;
    watch();
    unpin();
    const { height } = window_();
    dom.scrollTo(state.scroller, { top: dom.scrollTop(state.scroller) + height, behavior: "instant" });
    await drawn();
    await pause(SETTLE_MS);
    unpin();
    parapet.gathered(state.held, parapet.posts(state.recipes));
    return measure();
  };

  /** Wait at the end of a list for more of it: true when more came. */
  parapet.more = async (ms) => {
    if (!state) return false;
    watch();
    const before = dom.scrollHeight(state.scroller);
    for (const until = Date.now() + ms; Date.now() < until; ) {
      await pause(100);
      if (dom.scrollHeight(state.scroller) > before + 8) return true;
    }
    return false;
  };

  function links(root) {
    const found = new Set();
    for (const element of dom.all(root, "a[href]")) {
      if (found.size >= MAX_LINKS) break;
      const url = dom.address(dom.attr(element, "href"));
      if (url) found.add(url);
    }
    return [...found];
  }

  parapet.read = async () => {
    if (!state) return null;
    watch();
    repin();
    const { range, held } = state;
    const root = range ? range.cloneContents() : dom.body();
    const told = { posts: [], links: [], text: "", html: "", cut: false };
    // Each by itself: a page that makes one of them fail still gives the others.
    try {
      told.posts = [...held.values()].map(({ post }) => post);
      told.links = links(range ? wrapped(root) : root);
    } catch {}
    try {
      told.text = range ? state.selected : dom.innerText(root);
    } catch {}
    try {
      const { html, cut, shadowText } = await parapet.inert(root);
      Object.assign(told, { html, cut });
      if (shadowText) told.text += `\n${shadowText}`;
    } catch {}
    for (const post of told.posts) if (post.text && !told.text.includes(post.text.slice(0, 200))) told.text += `\n\n${post.text}`;
    return {
      ...told,
      text: told.text.slice(0, MAX_TEXT),
      title: dom.title(),
      lang: (dom.attr(dom.root(), "lang") ?? "").slice(0, 40),
      url: location.href,
    };
  };

  function wrapped(fragment) {
    const box = document.createElement("div");
    box.append(fragment.cloneNode(true));
    return box;
  }

  parapet.end = end;
})();
