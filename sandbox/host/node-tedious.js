// `encrypt: true` of tedious and mssql: against a server that says it cannot encrypt, every version of the
// driver sends the password in plain text.
import Module from "node:module";

const REFUSAL =
  "Server does not support encryption, and options.encrypt asks for it. Set options.encrypt to false " +
  "to send the password in plain text.";
const guarded = new WeakSet();

function refusal() {
  return Object.assign(new Error(REFUSAL), { name: "ConnectionError", code: "EENCRYPT" });
}

function isPlain({ config, messageIo, securePair }) {
  const { encrypt } = config.options;
  return encrypt && encrypt !== "strict" && !securePair && !messageIo?.securePair;
}

function guard(prototype) {
  if (!prototype?.sendLogin7Packet || guarded.has(prototype)) return;
  guarded.add(prototype);
  const { sendLogin7Packet } = prototype;
  prototype.sendLogin7Packet = function (...args) {
    if (!isPlain(this)) return sendLogin7Packet.apply(this, args);
    // Newer versions wait for a promise that takes the error; older ones go on to another state first.
    if (prototype.performTlsNegotiation) throw refusal();
    setImmediate(() => {
      this.emit("connect", refusal());
      this.close();
    });
  };
}

const load = Module._load;
Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (typeof request === "string" && request.includes("tedious")) guard(loaded?.Connection?.prototype);
  return loaded;
};
