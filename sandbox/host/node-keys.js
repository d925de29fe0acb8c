// Scripts that check tokens by hand: `verify({ key, padding: RSA_PKCS1_PSS_PADDING }, …)` without the salt's length, which
// Node.js then reads from the signature; and what goes wrong with keys, in OpenSSL's words.
import crypto from "node:crypto";

const { RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_AUTO } = crypto.constants;

const openssl = (number, library, reason, code) => ({
  message: `error:${number}:${library}::${reason}`,
  fields: { library, reason, code: `ERR_OSSL_${code}` },
});
const UNREADABLE = openssl("1E08010C", "DECODER routines", "unsupported", "UNSUPPORTED");

/// What the engine says, and what Node.js says.
const TOLD = [
  [/^(?:error:1E08010C|invalid PEM|unsupported PEM label)/, UNREADABLE],
  [/^error:1C800064/, openssl("1C800064", "Provider routines", "bad decrypt", "BAD_DECRYPT")],
  [/^message too long$/, openssl("0200006E", "rsa routines", "data too large for key size", "RSA_DATA_TOO_LARGE_FOR_KEY_SIZE")],
  [/^error:04099079/, openssl("02000079", "rsa routines", "oaep decoding error", "RSA_OAEP_DECODING_ERROR")],
  [/^Invalid digest: /, { Class: TypeError, message: "Invalid digest", fields: { code: "ERR_CRYPTO_INVALID_DIGEST" } }],
  [/^Invalid EC curve name$/, { Class: TypeError, message: "Invalid EC curve name", fields: { code: "ERR_CRYPTO_INVALID_CURVE" } }],
];

function retold(error, from) {
  const [, told] = TOLD.find(([pattern]) => pattern.test(error?.message)) ?? [];
  if (!told || (error.code === told.fields.code && error.message === told.message)) return error;
  const { Class = Error, message, fields } = told;
  const made = Object.assign(new Class(message), fields);
  Error.captureStackTrace(made, from);
  return made;
}

function telling(owner, name, change = (args) => args) {
  const original = owner[name];
  const wrapped = {
    [name](...args) {
      try {
        return original.apply(this, change(args));
      } catch (error) {
        throw retold(error, wrapped);
      }
    },
  }[name];
  Object.defineProperty(owner, name, { value: wrapped, writable: true, enumerable: true, configurable: true });
}

const withSalt = (key) =>
  key?.padding === RSA_PKCS1_PSS_PADDING && key.saltLength === undefined
    ? { ...key, saltLength: RSA_PSS_SALTLEN_AUTO }
    : key;

for (const name of [
  "createPrivateKey", "createPublicKey", "createSign", "createVerify", "generateKeyPairSync", "privateDecrypt", "privateEncrypt",
  "publicDecrypt", "publicEncrypt", "sign",
]) telling(crypto, name);
telling(crypto, "verify", ([algorithm, data, key, ...rest]) => [algorithm, data, withSalt(key), ...rest]);
telling(crypto.Sign.prototype, "sign");
telling(crypto.Verify.prototype, "verify", ([key, ...rest]) => [withSalt(key), ...rest]);

const { timingSafeEqual } = crypto;
crypto.timingSafeEqual = function (one, other) {
  try {
    return timingSafeEqual(one, other);
  } catch (error) {
    error.message = error.message.replace(/instance of .*/s, "instance of ArrayBuffer, Buffer, TypedArray, or DataView.");
    throw error;
  }
};
