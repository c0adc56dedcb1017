// A WebSocket that comes back by itself. Whoever owns it hears each opening, message and loss.

import { socketAddress } from "/qa/door.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 4000;
const NO_ENTRY = [4401, 4409]; // who comes with this token is not let in any more

export class ComingBack {
  constructor(path, { opened, heard, lost, refused }) {
    Object.assign(this, { path, opened, heard, lost, refused });
    this.wait = FIRST_WAIT;
    this.over = false;
    this.connect();
  }

  connect() {
    if (this.over) return;
    this.socket = new WebSocket(socketAddress(this.path));
    this.socket.onopen = () => {
      this.wait = FIRST_WAIT;
      this.opened();
    };
    this.socket.onmessage = (event) => this.heard(JSON.parse(event.data));
    this.socket.onclose = (event) => this.closed(event);
  }

  closed(event) {
    if (this.over) return;
    this.lost();
    if (NO_ENTRY.includes(event.code)) {
      this.close();
      this.refused(event.reason);
      return;
    }
    this.again = setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  get open() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  tell(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** Let go of a connection that may be dead, and come again. */
  renew() {
    this.socket.onclose = null;
    this.socket.close();
    this.closed({ code: 0 });
  }

  close() {
    this.over = true;
    clearTimeout(this.again);
    this.socket.close();
  }
}
