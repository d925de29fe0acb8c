// TLS in the hands of the recorder: the script's side is plain, and so is what a recording has of it. Behind `mark` the recorder
// is asked to speak TLS with the server from there on; it answers with a line of JSON.
function leaveTls(mark, replace) {
  const https = require('https');
  const net = require('net');
  const tls = require('tls');
  const { Duplex } = require('stream');
  const { createPrivateKey, X509Certificate } = require('crypto');
  const contexts = new WeakMap();
  const { connect, createSecureContext, TLSSocket } = tls;
  const { createConnection } = https.Agent.prototype;

  // What stands for a TLSSocket.
  class Plain extends Duplex {
    constructor(inner, options) {
      super({ allowHalfOpen: false });
      this.inner = inner;
      this.encrypted = true;
      this.authorized = false;
      this.authorizationError = null;
      this.alpnProtocol = false;
      this.servername = options.servername;
      this.ssl = { verifyError: () => this.authorizationError && failure(this.authorizationError) };
      let answer = Buffer.alloc(0);
      const hear = (bytes) => {
        answer = Buffer.concat([answer, bytes]);
        const end = answer.indexOf('\n');
        if (end < 0) return;
        inner.off('data', hear);
        inner.on('data', (data) => this.push(data) || inner.pause());
        this.begin(JSON.parse(answer.subarray(0, end)), options);
        if (end + 1 < answer.length) this.push(answer.subarray(end + 1));
      };
      inner.on('data', hear);
      for (const event of ['connect', 'ready', 'lookup', 'timeout']) {
        inner.on(event, (...given) => this.emit(event, ...given));
      }
      let ended = false;
      inner.on('end', () => {
        ended = true;
        this.push(null);
      });
      inner.on('error', (error) => this.destroy(error));
      // What has not been read yet is read before the end.
      inner.on('close', () => ended || this.destroy());
      inner.write(`${mark}${JSON.stringify(asked(options))}\n`);
    }

    begin({ error, certificates = [], unauthorized, ...settled }, { checkServerIdentity, ...options }) {
      if (error) return this.refuse(failure(error));
      this.settled = settled;
      this.certificates = certificates.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
      this.alpnProtocol = settled.alpn ?? false;
      this.authorized = !unauthorized;
      this.authorizationError = unauthorized ? unauthorized.code : null;
      // The recorder has no function of the script's.
      const own = checkServerIdentity !== tls.checkServerIdentity && checkServerIdentity;
      const wrong = this.authorized && own && own(nameOf(options), this.getPeerCertificate(true));
      if (wrong) return this.refuse(wrong);
      this.emit('secure');
      this.emit('secureConnect');
    }

    refuse(error) {
      this.emit('_tlsError', error);
      this.destroy(error);
    }

    _read() {
      this.inner.resume();
    }

    _write(bytes, encoding, done) {
      this.inner.write(bytes, encoding, done);
    }

    _final(done) {
      this.inner.end(done);
    }

    _destroy(error, done) {
      this.inner.destroy();
      done(error);
    }

    setTimeout(time, done) {
      this.inner.setTimeout(time);
      if (done) this.once('timeout', done);
      return this;
    }

    getPeerCertificate() {
      return this.certificates?.[0]?.toLegacyObject() ?? {};
    }

    getPeerX509Certificate() {
      return this.certificates?.[0];
    }

    getCipher() {
      return { name: this.settled?.cipher, standardName: this.settled?.cipher, version: this.settled?.protocol };
    }

    getProtocol() {
      return this.settled?.protocol ?? null;
    }

    isSessionReused() {
      return false;
    }
  }

  for (const name of ['setNoDelay', 'setKeepAlive', 'ref', 'unref']) {
    Plain.prototype[name] = function (...given) {
      this.inner[name](...given);
      return this;
    };
  }
  Plain.prototype.address = function () {
    return this.inner.address();
  };
  // A connection of its own each time: there are no sessions, and nothing to negotiate again.
  for (const name of [
    'disableRenegotiation', 'enableTrace', 'getSession', 'getTLSTicket', 'getFinished', 'getPeerFinished',
    'getEphemeralKeyInfo', 'setMaxSendFragment', 'setSession', 'setServername', 'renegotiate', '_start',
  ]) {
    Plain.prototype[name] = () => undefined;
  }
  for (const name of [
    'connecting', 'pending', 'timeout', 'bytesRead', 'bytesWritten',
    'remoteAddress', 'remotePort', 'remoteFamily', 'localAddress', 'localPort', 'localFamily',
  ]) {
    Object.defineProperty(Plain.prototype, name, {
      get() {
        return this.inner[name];
      },
    });
  }

  const failure = ({ code, message }) => Object.assign(new Error(message ?? code), { code });
  const nameOf = ({ servername, host, socket }) => servername || host || socket?._host || 'localhost';
  const pems = (given) => [given ?? []].flat().map(String);
  const off = () => process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0';

  function keyOf(key, passphrase) {
    const pem = key?.pem ?? key;
    const opened = createPrivateKey({ key: pem, format: 'pem', passphrase: key?.passphrase ?? passphrase ?? '' });
    return opened.export({ type: 'pkcs8', format: 'pem' });
  }

  function asked(options) {
    const { ca, cert, key, passphrase, ALPNProtocols, rejectUnauthorized, checkServerIdentity } = options;
    return {
      name: nameOf(options),
      named: !checkServerIdentity || checkServerIdentity === tls.checkServerIdentity,
      strict: rejectUnauthorized === undefined ? !off() : rejectUnauthorized !== false,
      ca: ca === undefined ? null : pems(ca),
      cert: pems(cert),
      key: key ? keyOf([key].flat()[0], passphrase) : null,
      alpn: Array.isArray(ALPNProtocols) ? ALPNProtocols.map(String) : [],
    };
  }

  // Options with those of their context, or nothing where the recorder cannot stand in.
  function plainly(options) {
    const { secureContext, socket } = options;
    const context = secureContext && contexts.get(secureContext);
    if (secureContext && !context) return undefined;
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const all = { ...context, ...Object.fromEntries(given) };
    const isOwn = socket ? socket instanceof net.Socket && !(socket instanceof TLSSocket) : !all.path;
    return isOwn && !all.pfx && !all.pskCallback && !all.isServer ? all : undefined;
  }

  function open(options) {
    const { socket, secureContext, ...rest } = options;
    return new Plain(socket ?? net.connect(rest), options);
  }

  // `(options)`, `(port, host, options)` and the rest, with a callback or without.
  function parts(given) {
    const callback = typeof given.at(-1) === 'function' ? given.at(-1) : undefined;
    const options = { ...given.find((one) => typeof one === 'object' && one) };
    if (typeof given[0] !== 'object') {
      options.port = given[0];
      if (typeof given[1] === 'string') options.host = given[1];
    }
    return [options, callback];
  }

  replace(tls, {
    createSecureContext: (options, ...rest) => {
      const context = createSecureContext(options, ...rest);
      contexts.set(context, options ?? {});
      return context;
    },
    connect: (...given) => {
      const [options, callback] = parts(given);
      const all = plainly(options);
      if (!all) return connect(...given);
      const socket = open(all);
      if (callback) socket.once('secureConnect', callback);
      return socket;
    },
    TLSSocket: new Proxy(TLSSocket, {
      construct: (target, [socket, options = {}, ...rest], as) => {
        const all = socket && plainly({ ...options, socket });
        return all ? open(all) : Reflect.construct(target, [socket, options, ...rest], as);
      },
      get: (target, name, self) => {
        if (name !== Symbol.hasInstance) return Reflect.get(target, name, self);
        return (one) => one instanceof Plain || one instanceof target;
      },
    }),
  });
  https.Agent.prototype.createConnection = function (...given) {
    const [options] = parts(given);
    const all = options._proxy ? undefined : plainly(options);
    return all ? open(all) : createConnection.apply(this, given);
  };
}
