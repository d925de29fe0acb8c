// Runs in the worker before the script, so that random numbers and time are those of the recording, and TLS is the recorder's.
function begin(text, callback) {
  const { seed, offset, mark } = JSON.parse(text);
  const crypto = require('crypto');
  const { createHash } = crypto;
  let number = 0;
  let waiting = Buffer.alloc(0);

  // SHA-256 over the seed and a counter.
  function take(size) {
    while (waiting.length < size) {
      waiting = Buffer.concat([waiting, createHash('sha256').update(`${seed} ${number}`).digest()]);
      number += 1;
    }
    const taken = Buffer.from(waiting.subarray(0, size));
    waiting = waiting.subarray(size);
    return taken;
  }

  function fill(target, offset = 0, size = undefined) {
    const view = ArrayBuffer.isView(target)
      ? new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
      : new Uint8Array(target);
    view.set(take(size ?? view.length - offset), offset);
    return target;
  }

  function uuid() {
    const bytes = take(16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  const fraction = () => take(6).readUIntBE(0, 6) / 2 ** 48;
  // `f(…, callback)` as Node.js has it, and the same without.
  const answering = (make) => (...given) => {
    const done = typeof given.at(-1) === 'function' ? given.pop() : undefined;
    const made = make(...given);
    if (!done) return made;
    process.nextTick(done, null, made);
    return undefined;
  };
  const between = (low, high) => {
    const [least, most] = high === undefined ? [0, low] : [low, high];
    return least + Math.floor(fraction() * (most - least));
  };
  const replace = (object, values) => {
    for (const [name, value] of Object.entries(values)) {
      Object.defineProperty(object, name, { value, writable: true, configurable: true });
    }
  };

  replace(crypto, {
    randomBytes: answering(take),
    pseudoRandomBytes: answering(take),
    randomFill: answering(fill),
    randomFillSync: fill,
    randomInt: answering(between),
    randomUUID: uuid,
  });
  for (const web of new Set([crypto.webcrypto, globalThis.crypto])) {
    if (web?.getRandomValues) replace(web, { getRandomValues: (target) => fill(target), randomUUID: uuid });
  }
  replace(Math, { random: fraction });

  if (offset) {
    const RealDate = Date;
    const now = () => RealDate.now() + offset;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
      apply: () => new RealDate(now()).toString(),
      get: (target, name, self) => (name === 'now' ? now : Reflect.get(target, name, self)),
    });
  }
  if (mark) leaveTls(mark, replace);
  callback(null, true);
}
