// The official templates pin tedious@1.11.0, which with `encrypt: true` speaks TLS inside its own packets
// over `tls.createSecurePair`.
import { EventEmitter } from "node:events";
import { Duplex } from "node:stream";
import tls from "node:tls";

/// One end of a pipe in memory.
class End extends Duplex {
  other;
  #taken;

  _read() {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  _write(chunk, _encoding, done) {
    // An empty chunk would never be read, and nothing would ever ask for the next.
    if (chunk.length === 0) return process.nextTick(done);
    this.other.#taken = done;
    this.other.push(chunk);
  }

  _final(done) {
    this.other.on("end", done);
    this.other.push(null);
  }
}

function pipeInMemory() {
  const [near, far] = [new End(), new End()];
  [near.other, far.other] = [far, near];
  return [near, far];
}

/// What is written to `cleartext` comes out of `encrypted`, and the other way round.
class SecurePair extends EventEmitter {
  constructor(secureContext = tls.createSecureContext(), isServer = false, requestCert, rejectUnauthorized) {
    super();
    const [encrypted, inner] = pipeInMemory();
    this.encrypted = encrypted;
    this.credentials = secureContext;
    this.cleartext = isServer
      ? new tls.TLSSocket(inner, { secureContext, isServer, requestCert, rejectUnauthorized })
      // Checking the certificate is the caller's: see `ssl.verifyError`.
      : tls.connect({ socket: inner, secureContext, rejectUnauthorized: false });
    this.cleartext.once(isServer ? "secure" : "secureConnect", () => this.emit("secure"));
    this.ssl = { verifyError: () => this.cleartext.authorizationError || null };
  }

  destroy() {
    this.cleartext.destroy();
    this.encrypted.destroy();
  }
}

tls.SecurePair = SecurePair;
tls.createSecurePair = (...args) => new SecurePair(...args);
