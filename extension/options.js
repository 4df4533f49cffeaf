import { originOf, patternOf } from "./lib/parapet.js";
import { ask, fill, say } from "./lib/words.js";

const $ = (id) => document.getElementById(id);

async function refresh() {
  const state = await ask({ ask: "state" });
  $("paired").hidden = !state?.paired;
  $("origin").textContent = state?.paired ?? "";
}

function tell(word, wrong = "") {
  $("status").textContent = say(word);
  for (const id of ["address", "code"]) {
    if (id === wrong) {
      $(id).setAttribute("aria-invalid", "true");
      $(id).setAttribute("aria-describedby", "status");
      $(id).focus();
    } else {
      $(id).removeAttribute("aria-invalid");
      $(id).removeAttribute("aria-describedby");
    }
  }
}

/** The browser's own question, for this one address; it is not asked again where it was answered. Nothing may be waited for
 *  before it: the browser takes it from a person's own click only. */
const mayReach = (origin) => chrome.permissions.request({ origins: [patternOf(origin)] });

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const origin = originOf($("address").value);
  if (!origin) return tell("err_address", "address");
  const code = $("code").value.trim();
  if (!code) return tell("err_code", "code");
  $("connect").disabled = true;
  try {
    if (!(await mayReach(origin).catch(() => false))) return tell("err_permission");
    const why = await ask({ ask: "pair", origin, code });
    if (why === "") {
      $("code").value = "";
      tell("paired_now");
      await refresh();
    } else tell(`err_${why ?? "unreachable"}`, why === "code" ? "code" : "address");
  } finally {
    $("connect").disabled = false;
  }
  return undefined;
});
$("forget").addEventListener("click", async () => {
  await ask({ ask: "unpair" });
  tell("forgotten");
  await refresh();
});

fill();
refresh();
