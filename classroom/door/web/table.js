// The rows of a table, kept true without taking the focus from under anybody's hands.

/** Write a text only where it has changed, so that screen readers are left in peace. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Make an element with a class and a text. */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** Minutes and seconds, with hours where there are any. */
export function clock(seconds) {
  const all = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(all / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}

export class Table {
  /** `columns` are class names of the cells, one a column. */
  constructor(body, columns) {
    this.body = body;
    this.columns = columns;
    this.rows = new Map();
  }

  /** Draw `rows`: {key, cells, className, dress}; `dress(tr)` may do more to the row. */
  show(rows, nothing) {
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, tr] of this.rows) {
      if (!keys.has(key)) {
        tr.remove();
        this.rows.delete(key);
      }
    }
    rows.forEach((row, at) => this.draw(row, at));
    this.sayNothing(rows.length === 0 ? nothing : "");
  }

  draw(row, at) {
    let tr = this.rows.get(row.key);
    if (!tr) {
      tr = make("tr");
      tr.append(...this.columns.map((name) => make("td", name)));
      tr.dataset.key = row.key;
      this.rows.set(row.key, tr);
    }
    if (this.body.children[at] !== tr) this.body.insertBefore(tr, this.body.children[at] ?? null);
    if (tr.className !== (row.className ?? "")) tr.className = row.className ?? "";
    row.cells.forEach((cell, n) => cell !== undefined && this.fill(tr.children[n], cell));
    row.dress?.(tr);
  }

  fill(td, cell) {
    const { text, mark } = typeof cell === "string" ? { text: cell, mark: "" } : cell;
    write(td, text);
    if (td.className === "short") td.title = text;
    if (td.dataset.mark !== mark) td.dataset.mark = mark;
  }

  sayNothing(sentence) {
    this.nothing?.remove();
    this.nothing = null;
    if (!sentence) return;
    this.nothing = make("tr", "nothing");
    this.nothing.append(make("td", "", sentence));
    this.nothing.firstChild.colSpan = this.columns.length;
    this.body.append(this.nothing);
  }
}
