// Keys and certificates of clients, which the engine ignores where it cannot read them.
import crypto from "node:crypto";

const openssl = (number, library, reason, code) =>
  Object.assign(new Error(`error:${number}:${library}::${reason}`), { library, reason, code: `ERR_OSSL_${code}` });

function certificateOf(pem) {
  try {
    return new crypto.X509Certificate(pem);
  } catch {
    throw openssl("0480006C", "PEM routines", "no start line", "PEM_NO_START_LINE");
  }
}

/// Node.js reads a client's key and certificate before it connects; the engine goes on without what it cannot read.
export function checkClientCertificate({ key, cert, passphrase, secureContext } = {}) {
  if (secureContext || (!key && !cert)) return;
  const certificates = [cert || []].flat().map(certificateOf);
  const keys = [key || []].flat().map((one) => {
    const pem = one?.pem ?? one;
    return crypto.createPrivateKey({ key: pem, format: "pem", passphrase: one?.passphrase ?? passphrase ?? "" });
  });
  if (keys.length !== 1 || certificates.length !== 1 || certificates[0].checkPrivateKey(keys[0])) return;
  throw openssl("05800074", "x509 certificate routines", "key values mismatch", "X509_KEY_VALUES_MISMATCH");
}
