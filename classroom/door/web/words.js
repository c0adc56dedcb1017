// The words of the page, in the language of the moment; one table, which the server tells.

const KEPT = "lab.lang";
const table = { zh: {}, en: {} };
const taught = { zh: {}, en: {} };
let lang = localStorage.getItem(KEPT) === "en" ? "en" : "zh";

/** Ask for the table. */
export async function loadWords() {
  Object.assign(table, await (await fetch("/qa/words.json")).json());
}

/** The language of the moment. */
export const language = () => lang;

/** Say one sentence, its {names} filled in. */
export function say(key, values = {}) {
  return table[lang][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** Say a word of the glossary, or the word itself where the glossary lacks it. */
export function orPlain(section, name) {
  const key = `${section}.${name}`;
  return taught[lang][key] ?? table[lang][key] ?? name;
}

/** Learn a school's own word; orPlain says it. */
export function teach(section, name, { zh, en }) {
  taught.zh[`${section}.${name}`] = zh;
  taught.en[`${section}.${name}`] = en;
}

/** Go to the other language and remember it. */
export function switchLanguage() {
  lang = lang === "zh" ? "en" : "zh";
  localStorage.setItem(KEPT, lang);
}

/** Put everything that stands still into the language of the moment. */
export function dress(root = document) {
  document.documentElement.lang = lang;
  document.title = say("glossary.quality_seat");
  for (const element of root.querySelectorAll("[data-say]")) {
    element.textContent = say(element.dataset.say);
  }
  for (const element of root.querySelectorAll("[data-tip]")) {
    element.title = say(element.dataset.tip);
  }
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
  }
}
