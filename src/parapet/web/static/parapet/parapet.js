// What makes the pages quicker for those who have scripts. Everything works without.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // A menu closes when one looks elsewhere.
  document.addEventListener("click", (event) => {
    $$("details.menu[open]").forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    $$("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
  });

  // Fragments: say when one failed, and lead the keyboard and the screen reader to what is new.
  const failed = () => {
    const line = document.createElement("p");
    line.className = "notice notice-error";
    line.textContent = document.body.dataset.failed;
    $("#notices").replaceChildren(line);
    line.scrollIntoView({ block: "center" });
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.target.matches("[data-focus]") ? event.target : $("[data-focus]", event.target);
    if (target) target.focus();
  });

  // What was shown is veiled again when the page is left, also in the browser's own memory of it.
  window.addEventListener("pagehide", () => { const shown = $("[data-shown]"); if (shown) shown.remove(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted && $("[data-veil]")) location.reload(); });

  // Copying a text that was asked for.
  $$("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;  // only where the page came safely
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = $(`#${button.dataset.copy}`).innerText;
      try { await navigator.clipboard.writeText(text); button.textContent = button.dataset.done; } catch { failed(); }
    });
  });

  // The inbox.
  const list = $("#chosen");
  if (list) {
    const boxes = $$("input[name=item]", list);
    const links = $$(".row-title", list);
    const count = $("#count"), all = $("#all");
    const tell = () => {
      const n = boxes.filter((box) => box.checked).length;
      count.textContent = n === 0 ? "" : n === 1 ? count.dataset.one : count.dataset.many.replace("{n}", n);
      if (!all) return;  // who may not sort has nothing to choose
      all.checked = n > 0 && n === boxes.length;
      all.indeterminate = n > 0 && n < boxes.length;
    };
    if (all) all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); tell(); });
    boxes.forEach((box) => box.addEventListener("change", tell));
    window.addEventListener("pageshow", tell);

    const help = $("#keys-help"), on = $("#keys-on"), button = $("#keys");
    const store = { get: () => { try { return localStorage.getItem("parapet.keys"); } catch { return null; } },
      set: (value) => { try { localStorage.setItem("parapet.keys", value); } catch { /* private window */ } } };
    let enabled = store.get() !== "off";
    on.checked = enabled;
    on.addEventListener("change", () => { enabled = on.checked; store.set(enabled ? "on" : "off"); });
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());

    const row = () => document.activeElement && document.activeElement.closest(".row");
    const move = (step) => {
      const at = links.findIndex((link) => link.closest(".row") === row());
      const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))];
      if (next) { next.focus(); next.closest(".row").scrollIntoView({ block: "nearest" }); }
    };
    const act = {
      j: () => move(1), k: () => move(-1),
      x: () => { const box = row() && $("input[name=item]", row()); if (box) { box.checked = !box.checked; tell(); } },
      c: () => { if (boxes.some((box) => box.checked)) list.requestSubmit(); },
      "/": () => { const filters = $("#filters"); filters.open = true; $("#search").focus(); },
      "?": () => help.showModal(),
    };
    document.addEventListener("keydown", (event) => {
      if (!enabled || event.ctrlKey || event.metaKey || event.altKey || help.open) return;
      if (event.target.matches("input:not([type=checkbox]),textarea,select")) return;
      const run = act[event.key];
      if (run) { event.preventDefault(); run(); }
    });
  }

  // Adding files: drop them anywhere on the box; a folder keeps the paths within it.
  const drop = $("#drop");
  if (drop) {
    const input = $("input[type=file]", drop), paths = $("input[name=paths]", drop), chosen = $("#drop-chosen");
    const show = () => {
      const files = [...input.files];
      paths.value = JSON.stringify(files.map((file) => file.webkitRelativePath || file.parapetPath || file.name));
      chosen.textContent = files.length ? chosen.dataset.said.replace("{n}", files.length) : "";
    };
    const give = (files) => {
      const carrier = new DataTransfer();
      files.forEach((file) => carrier.items.add(file));
      input.files = carrier.files;
      // The carrier may hand out new File objects: tell the paths by their place.
      paths.value = JSON.stringify(files.map((file) => file.webkitRelativePath || file.parapetPath || file.name));
      chosen.textContent = chosen.dataset.said.replace("{n}", files.length);
    };
    input.addEventListener("change", show);
    const folder = $("#folder");
    folder.addEventListener("change", () => give([...folder.files]));
    $("#folder-box").hidden = false;
    const walk = async (entry, prefix) => {
      if (entry.isFile) {
        const file = await new Promise((done, fail) => entry.file(done, fail));
        file.parapetPath = prefix + file.name;
        return [file];
      }
      const reader = entry.createReader(), found = [];
      for (;;) {
        const some = await new Promise((done, fail) => reader.readEntries(done, fail));
        if (!some.length) return found;
        for (const each of some) found.push(...await walk(each, `${prefix}${entry.name}/`));
      }
    };
    ["dragenter", "dragover"].forEach((name) => drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); }));
    ["dragleave", "drop"].forEach((name) => drop.addEventListener(name, () => drop.classList.remove("over")));
    drop.addEventListener("drop", async (event) => {
      event.preventDefault();
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
      const files = [];
      for (const entry of entries) files.push(...await walk(entry, ""));
      give(entries.length ? files : [...event.dataTransfer.files]);
    });
  }
})();
