// Blur what can be read or seen, until it is pointed at or reached with the keyboard. Run again, it takes the blur away.

(() => {
  const parapet = globalThis[Symbol.for("parapet")];
  const { dom } = parapet;
  const MARK = "data-parapet-blur";
  const REACHED = "data-parapet-reached";
  const MEDIA = new Set(["img", "video", "canvas", "picture", "svg", "iframe", "embed", "object"]);
  const PASSED = new Set(["script", "style", "noscript", "template", "head"]);
  const FOCUSABLE = "a[href],button,input,select,textarea,summary,[tabindex]";

  if (parapet.unblur) {
    parapet.unblur();
    return false;
  }

  function hasWords(element) {
    for (let child = dom.first(element); child; child = dom.next(child))
      if (dom.kind(child) === dom.TEXT && dom.data(child).trim()) return true;
    return false;
  }

  function mark(element) {
    dom.set(element, MARK, "");
    if (!dom.matches(element, FOCUSABLE) && !dom.all(element, FOCUSABLE).length) {
      dom.set(element, "tabindex", "0");
      dom.set(element, REACHED, "");
    }
  }

  /** The outermost elements that hold words or pictures of their own; shadow trees are blurred as a whole. */
  function veil(root) {
    const waiting = [root];
    while (waiting.length) {
      const element = waiting.pop();
      if (dom.kind(element) !== dom.ELEMENT) continue;
      const tag = dom.tag(element);
      if (PASSED.has(tag) || dom.has(element, MARK)) continue;
      if (MEDIA.has(tag) || dom.shadow(element) || hasWords(element)) {
        mark(element);
        continue;
      }
      for (let child = dom.first(element); child; child = dom.next(child)) waiting.push(child);
    }
  }

  function within(node) {
    for (let at = node; at; at = dom.parent(at)) if (dom.kind(at) === dom.ELEMENT && dom.has(at, MARK)) return true;
    return false;
  }

  veil(dom.body());
  const watcher = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes)
      for (const node of addedNodes) {
        if (!dom.isConnected(node) || within(node)) continue;
        if (dom.kind(node) === dom.TEXT && dom.data(node).trim() && dom.kind(target) === dom.ELEMENT) mark(target);
        else veil(node);
      }
  });
  watcher.observe(dom.body(), { childList: true, subtree: true });

  parapet.unblur = () => {
    watcher.disconnect();
    for (const element of dom.all(document, `[${MARK}]`)) dom.unset(element, MARK);
    for (const element of dom.all(document, `[${REACHED}]`)) {
      dom.unset(element, "tabindex");
      dom.unset(element, REACHED);
    }
    parapet.unblur = null;
  };
  return true;
})();
