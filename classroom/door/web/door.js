// The door: requests of one person who has logged in, and what the server's clock says.

import { language } from "/qa/words.js";

const KEPT = "lab.token";
const PATIENCE = 8000;
let token = sessionStorage.getItem(KEPT) ?? "";
let ahead = 0; // milliseconds that the server's clock is ahead of ours

/** The server said no; the message is its one sentence. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

/** The server does not answer. */
export class Lost extends Error {}

export const hasToken = () => token !== "";
export const serverNow = () => (Date.now() + ahead) / 1000;

/** Keep the token for this tab, or forget it. */
export function keepToken(told) {
  token = told;
  if (told) sessionStorage.setItem(KEPT, told);
  else sessionStorage.removeItem(KEPT);
}

/** Ask the server; returns what it answers. */
export async function ask(method, path, body) {
  const headers = { "Accept-Language": language() };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  let answer, told;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    answer = await fetch(`/api/${path}`, {
      method, headers, signal, cache: "no-store", body: body && JSON.stringify(body),
    });
    told = answer.status === 204 ? null : await answer.json();
  } catch {
    throw new Lost();
  }
  readClock(answer.headers.get("Date"));
  if (!answer.ok) throw new Refused(told.problem, answer.status);
  return told;
}

/** Fetch a recording; returns an address at which the browser can play it. However long it takes. */
export async function fetchSound(path) {
  const headers = { "Accept-Language": language(), Authorization: `Bearer ${token}` };
  let answer, told;
  try {
    answer = await fetch(`/api/${path}`, { headers, cache: "no-store" });
    told = answer.ok ? await answer.blob() : await answer.json();
  } catch {
    throw new Lost();
  }
  if (!answer.ok) throw new Refused(told.problem, answer.status);
  return URL.createObjectURL(told);
}

/** The address of one of the two WebSockets. */
export function socketAddress(path) {
  const asks = new URLSearchParams({ token, lang: language(), over: "charge" });
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/${path}?${asks}`;
}

function readClock(date) {
  const found = Date.parse(date ?? "") + 500 - Date.now(); // the header has whole seconds only
  if (Math.abs(found - ahead) > 1000) ahead = found;
}
