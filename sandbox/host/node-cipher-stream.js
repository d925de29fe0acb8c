// The ciphers that the engine lacks or whose failures it words in its own way, as Node.js streams.
import { Buffer } from "node:buffer";
import { Transform } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { coreOf, invalidState } from "trickle:host/node-cipher-cores.js";

const bytes = (data, encoding) =>
  typeof data === "string"
    ? Buffer.from(data, encoding === "buffer" ? "utf8" : encoding)
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/// What Cipheriv and Decipheriv share.
class CipherStream extends Transform {
  #decoder;

  constructor(spec, key, iv, options, encrypts) {
    super(options);
    Object.defineProperty(this, "core", { value: new (coreOf(spec))(spec, key, iv, options, encrypts) });
  }

  update(data, inputEncoding, outputEncoding) {
    if (typeof data !== "string" && !ArrayBuffer.isView(data)) {
      const got = data === null || data === undefined ? String(data) : `type ${typeof data} (${String(data)})`;
      const kinds = "Buffer, TypedArray, or DataView";
      const message = `The "data" argument must be of type string or an instance of ${kinds}. Received ${got}`;
      throw Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
    }
    return this.#encoded(this.core.update(bytes(data, inputEncoding)), outputEncoding, "write");
  }

  final(outputEncoding) {
    return this.#encoded(this.core.final(), outputEncoding, "end");
  }

  setAutoPadding(on = true) {
    this.core.pads = Boolean(on);
    return this;
  }

  setAAD(data, options) {
    this.core.setAAD(bytes(data, options?.encoding), options);
    return this;
  }

  _transform(chunk, encoding, done) {
    this.push(this.update(chunk, encoding));
    done();
  }

  _flush(done) {
    try {
      this.push(this.final());
      done();
    } catch (error) {
      done(error);
    }
  }

  #encoded(data, encoding, method) {
    if (!encoding || encoding === "buffer") return data;
    this.#decoder ??= new StringDecoder(encoding);
    return this.#decoder[method](data);
  }
}

export class CipherivStream extends CipherStream {
  constructor(spec, key, iv, options) {
    super(spec, key, iv, options, true);
  }

  getAuthTag() {
    if (!this.core.tag) throw invalidState("getAuthTag");
    return this.core.tag;
  }
}

export class DecipherivStream extends CipherStream {
  constructor(spec, key, iv, options) {
    super(spec, key, iv, options, false);
  }

  setAuthTag(tag, encoding) {
    this.core.setAuthTag(bytes(tag, encoding));
    return this;
  }
}
