// A question over the page: yes or no, or a number to type.

import { make } from "/qa/table.js";
import { say } from "/qa/words.js";

const NUMBER = "[0-9*#+]{1,32}";
const dialog = document.querySelector("#question");

/** Ask whether something is to be done; returns true or false. */
export async function sure(title, yes, no) {
  return (await open(title, null, yes, no)) !== null;
}

/** Ask for a number; returns it, or null. */
export function number(title, yes, pattern = NUMBER) {
  const input = make("input");
  Object.assign(input, { name: "number", required: true, pattern, autocomplete: "off", inputMode: "tel" });
  input.setAttribute("aria-label", title);
  return open(title, input, yes, say("qa.cancel"));
}

function open(title, input, yes, no) {
  const form = make("form");
  const heading = make("h2", "", title);
  heading.id = "question-title";
  const leave = make("button", "", no);
  leave.type = "button";
  form.append(heading, ...(input ? [input] : []), make("button", "grave", yes), leave);
  dialog.replaceChildren(form);
  return new Promise((answer) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(input?.value ?? "");
      dialog.close();
    });
    leave.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => answer(null), { once: true });
    dialog.showModal();
    (input ?? leave).focus();
  });
}
