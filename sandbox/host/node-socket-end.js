// tedious and mssql tell a wrong password from a lost connection by `setImmediate` between the
// last bytes and the end; the engine delivers both in one turn.
import { Socket } from "node:net";

const { push } = Socket.prototype;

/// In Node.js the end of a stream is read in the turn after its last bytes at the earliest.
Socket.prototype.push = function (chunk, encoding) {
  if (chunk !== null) return push.call(this, chunk, encoding);
  setImmediate(() => {
    if (this.destroyed) return;
    push.call(this, null);
    // Ends a stream that nobody reads, as the engine does after the end.
    this.read(0);
  });
  return false;
};
