// The page as one file that does nothing: no script, no address that anything is loaded from, no form that is sent.

(() => {
  const parapet = globalThis[Symbol.for("parapet")];
  if (parapet.inert) return;
  const { dom } = parapet;

  const MAX_HTML = 8 * 1024 * 1024;
  const MAX_NODES = 150_000;
  const MAX_DEPTH = 300;
  const MAX_SECONDS = 12;
  const MAX_IMAGES = 150;
  const MAX_IMAGE_BYTES = 2 * 1024 * 1024;
  const MAX_IMAGES_BYTES = 10 * 1024 * 1024;
  const IMAGE_SECONDS = 6;
  const CHARSET_AND_RULES =
    "<meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'\">";

  const GONE = new Set(["script", "noscript", "template", "link", "meta", "base", "title", "param", "source", "track", "animate", "set", "animatetransform", "animatemotion", "foreignobject"]);
  const FRAMES = new Set(["iframe", "frame", "object", "embed", "portal", "fencedframe", "applet"]);
  const VOID = new Set(["area", "br", "col", "hr", "img", "input", "wbr"]);
  const KEPT = new Set(["class", "id", "style", "lang", "dir", "title", "alt", "role", "width", "height", "datetime", "colspan", "rowspan", "align", "type", "name", "hidden", "open", "checked", "disabled", "placeholder", "start", "reversed", "viewbox", "d", "fill", "stroke", "stroke-width", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "points", "transform", "opacity", "fill-rule", "clip-rule"]);

  const escaped = (said) => String(said).replace(/[&<>"\u0000]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\u0000": "\ufffd" })[c]);

  /** CSS that loads nothing and cannot end its element. */
  const tame = (css) =>
    css
      .replace(/@import[^;]*;?/gi, "")
      .replace(/@font-face\s*\{[^}]*\}/gi, "")
      .replace(/(url|src|image)\(\s*(?!["']?data:image\/)(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^)]*)\s*\)/gi, 'url("data:,")')
      .replace(/image-set\(/gi, "unset(")
      .replace(/<(?=[/!a-z])/gi, "\\3c ");

  function styles() {
    const parts = [];
    let size = 0;
    for (const sheet of [...dom.sheets(document), ...dom.adopted(document)]) {
      let rules;
      try {
        rules = sheet.cssRules;
      } catch {
        continue; // from another site, which does not let it be read
      }
      if (sheet.disabled) continue;
      for (const rule of rules) {
        size += rule.cssText.length;
        if (size > MAX_HTML / 4) return parts;
        parts.push(tame(rule.cssText));
      }
    }
    return parts;
  }

  function base64(bytes) {
    let said = "";
    for (let at = 0; at < bytes.length; at += 0x8000) said += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(said);
  }

  async function picture(url) {
    const answer = await fetch(url, { mode: "cors", cache: "force-cache", redirect: "follow", signal: AbortSignal.timeout(IMAGE_SECONDS * 1000) });
    const type = (answer.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
    // SVG is a document of its own, with scripts: the screenshot shows it.
    if (!answer.ok || !/^image\/(png|jpeg|gif|webp|avif|bmp|x-icon)$/.test(type)) return null;
    if (Number(answer.headers.get("content-length") ?? 0) > MAX_IMAGE_BYTES) return null;
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return bytes.length <= MAX_IMAGE_BYTES ? { url, size: bytes.length, said: `data:${type};base64,${base64(bytes)}` } : null;
  }

  /** The pictures of the page that its sites let be read, by address. Those of others are in the screenshot. */
  async function pictures(root) {
    const urls = new Set();
    for (const image of dom.all(root, "img")) {
      if (urls.size >= MAX_IMAGES) break;
      const url = image instanceof HTMLImageElement && dom.imageWidth(image) ? dom.image(image) : "";
      if (/^https?:/.test(url)) urls.add(url);
    }
    const held = new Map();
    const end = Date.now() + IMAGE_SECONDS * 1000;
    const waiting = [...urls];
    let size = 0;
    const worker = async () => {
      for (let url = waiting.shift(); url && Date.now() < end && size < MAX_IMAGES_BYTES; url = waiting.shift()) {
        const found = await picture(url).catch(() => null);
        if (found && size + found.size <= MAX_IMAGES_BYTES) {
          size += found.size;
          held.set(found.url, found.said);
        }
      }
    };
    await Promise.race([
      Promise.all(Array.from({ length: 6 }, worker)),
      new Promise((resolve) => setTimeout(resolve, IMAGE_SECONDS * 1000)),
    ]);
    return held;
  }

  class Writer {
    constructor(images) {
      this.images = images;
      this.parts = [];
      this.shadowText = [];
      this.size = 0;
      this.nodes = 0;
      this.end = Date.now() + MAX_SECONDS * 1000;
      this.cut = false;
    }

    say(part) {
      this.parts.push(part);
      this.size += part.length;
    }

    /** What is said of pictures has limits of its own. */
    forgive(size) {
      this.size -= size;
    }

    full() {
      if (this.size > MAX_HTML || this.nodes > MAX_NODES || ((this.nodes & 255) === 0 && Date.now() > this.end)) this.cut = true;
      return this.cut;
    }

    node(node, depth, inShadow) {
      this.nodes += 1;
      if (this.full()) return;
      const kind = dom.kind(node);
      if (kind === dom.TEXT) {
        const said = dom.data(node);
        this.say(escaped(said));
        if (inShadow && said.trim()) this.shadowText.push(said.trim());
      } else if (kind === dom.ELEMENT) this.element(node, depth, inShadow);
      else if (kind === dom.FRAGMENT) this.children(node, depth, inShadow);
    }

    children(node, depth, inShadow) {
      if (depth >= MAX_DEPTH) {
        this.say(escaped(dom.text(node).slice(0, 20_000))); // nested beyond reason: its words
        return;
      }
      for (let child = dom.first(node); child && !this.cut; child = dom.next(child)) this.node(child, depth + 1, inShadow);
    }

    element(element, depth, inShadow) {
      const tag = dom.tag(element);
      if (GONE.has(tag)) return;
      if (FRAMES.has(tag)) {
        const from = dom.address(dom.attr(element, "src") ?? dom.attr(element, "data") ?? "");
        this.say(`<div data-frame="${escaped(from)}"></div>`);
        return;
      }
      if (tag === "style") return; // all that apply are written at the top
      const name = /^[a-z][a-z0-9-]*$/.test(tag) ? tag : "span";
      this.say(`<${name}${this.attributes(element, tag)}>`);
      if (VOID.has(name)) return;
      if (tag !== "textarea") this.inside(element, tag, depth, inShadow); // what she is writing is hers
      this.say(`</${name}>`);
    }

    inside(element, tag, depth, inShadow) {
      const shadow = dom.shadow(element);
      if (shadow) return this.children(shadow, depth, true);
      if (tag === "slot" && element instanceof HTMLSlotElement) {
        const given = dom.slotted(element, { flatten: true });
        if (given.length) {
          for (const node of given) if (!this.cut && depth < MAX_DEPTH) this.node(node, depth + 1, false);
          return undefined;
        }
      }
      return this.children(element, depth, inShadow);
    }

    attributes(element, tag) {
      let said = "";
      for (const name of dom.names(element)) {
        const low = name.toLowerCase();
        const value = dom.attr(element, name) ?? "";
        if (low === "style") said += ` style="${escaped(tame(value))}"`;
        else if (KEPT.has(low) || /^aria-[a-z]+$/.test(low)) said += ` ${low}="${escaped(value.slice(0, 4000))}"`;
      }
      if (tag === "a" && dom.has(element, "href")) said += ` data-href="${escaped(dom.address(dom.attr(element, "href")))}"`;
      if (tag === "img") said += this.image(element);
      return said;
    }

    image(element) {
      const url = element instanceof HTMLImageElement ? dom.image(element) || dom.attr(element, "src") || "" : "";
      const held = this.images.get(url) ?? (/^data:image\/(png|jpeg|gif|webp)[;,]/.test(url) && url.length < MAX_IMAGE_BYTES ? url : "");
      if (held) this.forgive(held.length);
      return held ? ` src="${escaped(held)}"` : ` data-src="${escaped(dom.address(url))}"`;
    }
  }

  /** `root` (an element, or a fragment of a selection) as an inert document: {html, cut, shadowText}. */
  parapet.inert = async (root) => {
    const writer = new Writer(await pictures(root));
    const lang = dom.attr(dom.root(), "lang") ?? "";
    writer.say(`<!doctype html>\n<html lang="${escaped(lang.slice(0, 40))}"><head>${CHARSET_AND_RULES}<title>${escaped(dom.title())}</title>`);
    writer.say(`<style>${styles().join("\n")}</style></head>`);
    const isBody = dom.kind(root) === dom.ELEMENT && dom.tag(root) === "body";
    if (!isBody) writer.say("<body>");
    writer.node(root, 0, false);
    if (!isBody) writer.say("</body>");
    writer.say("</html>\n");
    return { html: writer.parts.join(""), cut: writer.cut, shadowText: writer.shadowText.join("\n").slice(0, 500_000) };
  };
})();
