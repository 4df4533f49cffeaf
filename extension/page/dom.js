// Reading a page that may be hostile. Runs in the extension's own world of the page, where the page's scripts and their
// changed prototypes do not reach. Its elements do: a form with an input named "children" has no `form.children` any more, and
// an image named "querySelector" takes that away from the document. So nothing is read but by the browser's own getters.

(() => {
  const KEY = Symbol.for("parapet");
  if (Object.hasOwn(globalThis, KEY)) return;

  const getter = (prototype, name) => {
    const { get } = Object.getOwnPropertyDescriptor(prototype, name);
    return (node) => get.call(node);
  };
  const method = (prototype, name) => {
    const called = prototype[name];
    return (node, ...given) => called.apply(node, given);
  };

  const dom = {
    ELEMENT: 1,
    TEXT: 3,
    FRAGMENT: 11,
    kind: getter(Node.prototype, "nodeType"),
    parent: getter(Node.prototype, "parentNode"),
    first: getter(Node.prototype, "firstChild"),
    next: getter(Node.prototype, "nextSibling"),
    text: getter(Node.prototype, "textContent"),
    isConnected: getter(Node.prototype, "isConnected"),
    data: getter(CharacterData.prototype, "data"),
    tag: (element) => localName(element).toLowerCase(),
    names: method(Element.prototype, "getAttributeNames"),
    attr: method(Element.prototype, "getAttribute"),
    set: method(Element.prototype, "setAttribute"),
    unset: method(Element.prototype, "removeAttribute"),
    has: method(Element.prototype, "hasAttribute"),
    all: (root, selector) => (dom.kind(root) === 9 ? documentAll : elementAll)(root, selector),
    matches: method(Element.prototype, "matches"),
    box: method(Element.prototype, "getBoundingClientRect"),
    innerText: getter(HTMLElement.prototype, "innerText"),
    style: getter(HTMLElement.prototype, "style"),
    root: () => root(document),
    body: () => body(document),
    title: () => String(title(document)).slice(0, 1000),
    scroller: () => scrolling(document) || root(document),
    scrollTop: getter(Element.prototype, "scrollTop"),
    scrollHeight: getter(Element.prototype, "scrollHeight"),
    clientHeight: getter(Element.prototype, "clientHeight"),
    clientWidth: getter(Element.prototype, "clientWidth"),
    scrollTo: method(Element.prototype, "scrollTo"),
    sheets: getter(Document.prototype, "styleSheets"),
    /** Firefox does not let an extension look at these: then what they say is in the picture alone. */
    adopted(document) {
      try {
        return [...adoptedSheets(document)];
      } catch {
        return [];
      }
    },
    image: getter(HTMLImageElement.prototype, "currentSrc"),
    imageWidth: getter(HTMLImageElement.prototype, "naturalWidth"),
    isInside: (range, element) => range !== null && intersects(range, element),

    /** The shadow tree of an element, closed or open; null without one. */
    shadow(element) {
      try {
        if (globalThis.chrome?.dom?.openOrClosedShadowRoot && element instanceof HTMLElement)
          return chrome.dom.openOrClosedShadowRoot(element);
        return element.openOrClosedShadowRoot ?? open(element);
      } catch {
        return null;
      }
    },

    /** What a slot shows: nodes from outside of the shadow tree, or its own. */
    slotted: method(HTMLSlotElement.prototype, "assignedNodes"),

    /** An absolute http(s) address, or "". */
    address(said) {
      try {
        const url = new URL(String(said), base(document));
        return /^https?:$/.test(url.protocol) && url.href.length <= 2000 ? url.href : "";
      } catch {
        return "";
      }
    },
  };
  const base = getter(Node.prototype, "baseURI");
  const localName = getter(Element.prototype, "localName");
  const documentAll = method(Document.prototype, "querySelectorAll");
  const elementAll = method(Element.prototype, "querySelectorAll");
  const root = getter(Document.prototype, "documentElement");
  const body = getter(Document.prototype, "body");
  const title = getter(Document.prototype, "title");
  const scrolling = getter(Document.prototype, "scrollingElement");
  const open = getter(Element.prototype, "shadowRoot");
  const adoptedSheets = getter(Document.prototype, "adoptedStyleSheets");
  const intersects = method(Range.prototype, "intersectsNode");

  // A symbol, not a name: an element with an id would stand in for a global of that name.
  Object.defineProperty(globalThis, KEY, { value: { dom } });
})();
