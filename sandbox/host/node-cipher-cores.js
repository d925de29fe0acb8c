// The modes of the ciphers in node-cipher-stream.js: what is kept between calls, padding, and tags.
import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { op_trickle_ccm, op_trickle_cipher, op_trickle_gcm_start, op_trickle_gcm_tag } from "trickle:host/ops.js";

const NONE = Buffer.alloc(0);
const TAG_BYTES = 16;
const TAG_LENGTHS = new Set([4, 8, 12, 13, 14, 15, 16]);

function openssl(code, reason, number) {
  const fields = { library: "Provider routines", reason, code: `ERR_OSSL_${code}` };
  return Object.assign(new Error(`error:${number}:Provider routines::${reason}`), fields);
}

const wrongLength = () => openssl("WRONG_FINAL_BLOCK_LENGTH", "wrong final block length", "1C80006B");
const badDecrypt = () => openssl("BAD_DECRYPT", "bad decrypt", "1C800064");
const unauthentic = () => new Error("Unsupported state or unable to authenticate data");

export function invalidState(method) {
  if (method === "update") return new Error("Trying to add data in unsupported state");
  const message = method === "final" ? "Invalid state" : `Invalid state for operation ${method}`;
  return Object.assign(new Error(message), { code: "ERR_CRYPTO_INVALID_STATE" });
}

class Core {
  done = false;

  constructor(spec, key, iv, encrypts) {
    const state = Buffer.alloc(spec.block + 1);
    state.set(iv.subarray(0, spec.block));
    Object.assign(this, { spec, key, state, encrypts });
  }

  run(data) {
    const { algorithm, mode } = this.spec;
    const copy = Buffer.from(data);
    op_trickle_cipher(algorithm, mode, this.key, this.state, copy, this.encrypts);
    return copy;
  }

  setAAD() {
    throw invalidState("setAAD");
  }

  setAuthTag() {
    throw invalidState("setAuthTag");
  }
}

/// Whole blocks, padded as PKCS#7 says.
class BlockCore extends Core {
  pads = true;
  rest = NONE;

  constructor(spec, key, iv, _options, encrypts) {
    super(spec, key, iv, encrypts);
  }

  update(data) {
    if (this.done) throw invalidState("update");
    const all = Buffer.concat([this.rest, data]);
    const { block } = this.spec;
    // The last block may be padding, which only `final` can tell.
    const keep = !this.encrypts && this.pads && all.length > 0 ? all.length % block || block : all.length % block;
    this.rest = all.subarray(all.length - keep);
    return this.run(all.subarray(0, all.length - keep));
  }

  final() {
    if (this.done) throw invalidState("final");
    this.done = true;
    const { block } = this.spec;
    const { rest } = this;
    if (!this.pads) {
      if (rest.length) throw wrongLength();
      return NONE;
    }
    if (this.encrypts) {
      const padding = block - rest.length;
      return this.run(Buffer.concat([rest, Buffer.alloc(padding, padding)]));
    }
    if (rest.length !== block) throw wrongLength();
    const last = this.run(rest);
    const padding = last[block - 1];
    const sound = padding > 0 && padding <= block && last.subarray(block - padding).every((byte) => byte === padding);
    if (!sound) throw badDecrypt();
    return last.subarray(0, block - padding);
  }
}

class StreamCore extends Core {
  constructor(spec, key, iv, _options, encrypts) {
    super(spec, key, iv, encrypts);
  }

  update(data) {
    if (this.done) throw invalidState("update");
    return this.run(data);
  }

  final() {
    if (this.done) throw invalidState("final");
    this.done = true;
    return NONE;
  }
}

class TaggedCore extends Core {
  aad = NONE;
  parts = [];

  constructor(spec, key, iv, options, encrypts) {
    super(spec, key, NONE, encrypts);
    this.asked = options?.authTagLength;
    this.tagBytes = this.asked ?? TAG_BYTES;
  }

  setAAD(data) {
    if (this.done) throw invalidState("setAAD");
    this.aad = Buffer.concat([this.aad, data]);
  }

  setAuthTag(tag) {
    if (this.expected || this.done) throw invalidState("setAuthTag");
    if (!(this.asked ? tag.length === this.asked : TAG_LENGTHS.has(tag.length))) {
      const error = new TypeError(`Invalid authentication tag length: ${tag.length}`);
      throw Object.assign(error, { code: "ERR_CRYPTO_INVALID_AUTH_TAG" });
    }
    this.expected = tag;
  }

  check(tag) {
    const { expected } = this;
    if (!expected || !timingSafeEqual(tag.subarray(0, expected.length), expected)) throw unauthentic();
  }
}

class GcmCore extends TaggedCore {
  constructor(spec, key, iv, options, encrypts) {
    super(spec, key, iv, options, encrypts);
    this.start = op_trickle_gcm_start(key, iv);
    this.state.set(this.start);
  }

  update(data) {
    if (this.done) throw invalidState("update");
    const made = this.run(data);
    this.parts.push(Buffer.from(this.encrypts ? made : data));
    return made;
  }

  final() {
    if (this.done) throw invalidState("final");
    this.done = true;
    const text = Buffer.concat(this.parts);
    const tag = Buffer.from(op_trickle_gcm_tag(this.key, this.start, this.aad, text));
    if (this.encrypts) this.tag = tag.subarray(0, this.tagBytes);
    else this.check(tag);
    return NONE;
  }
}

/// CCM has to know the whole message: one call of `update`, as in Node.js.
class CcmCore extends TaggedCore {
  constructor(spec, key, iv, options, encrypts) {
    super(spec, key, iv, options, encrypts);
    if (options?.authTagLength === undefined) {
      const error = new TypeError(`authTagLength required for ${spec.name}`);
      throw Object.assign(error, { code: "ERR_CRYPTO_INVALID_AUTH_TAG" });
    }
    this.nonce = iv;
  }

  update(data) {
    if (this.done || this.parts.length) throw invalidState("update");
    this.parts.push(data);
    const copy = Buffer.from(data);
    const tag = Buffer.from(op_trickle_ccm(this.key, this.nonce, this.aad, copy, this.tagBytes, this.encrypts));
    if (this.encrypts) this.tag = tag;
    else this.check(tag);
    return copy;
  }

  final() {
    if (this.done) throw invalidState("final");
    if (!this.parts.length) this.update(NONE);
    this.done = true;
    return NONE;
  }
}

/// The class that works for a cipher.
export function coreOf({ mode }) {
  if (mode === "cbc" || mode === "ecb") return BlockCore;
  if (mode === "gcm") return GcmCore;
  return mode === "ccm" ? CcmCore : StreamCore;
}
