// The words of the extension's own pages, in the browser's language.

export const say = (name) => chrome.i18n.getMessage(name);

/** Fill in every element that names its words, and tell screen readers the language. */
export function fill() {
  document.documentElement.lang = /^fr/i.test(chrome.i18n.getUILanguage()) ? "fr-CA" : "en-CA";
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
}

/** What the background answers; null when it could not, also where the browser ended it meanwhile. */
export async function ask(message) {
  const answer = await chrome.runtime.sendMessage(message).catch(() => null);
  return answer?.told ?? null;
}
