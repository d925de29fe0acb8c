// A certificate that is out of date: scripts and people are told so.
import tls from "node:tls";

const { connect } = tls;
const LOOK_MS = 1000;
const DATES = [
  ["CERT_HAS_EXPIRED", "certificate has expired", (certificate) => new Date(certificate.valid_to) < new Date()],
  ["CERT_NOT_YET_VALID", "certificate is not yet valid", (certificate) => new Date(certificate.valid_from) > new Date()],
];

/// The engine says of a certificate that is out of date that nobody is known to have signed it. Which of both it is, is in
/// the certificate, which the engine forgets when it refuses: so it is looked at once more, and nothing is sent.
function dateError(where) {
  return new Promise((resolve) => {
    const socket = connect.call(tls, { ...where, rejectUnauthorized: false });
    const end = () => {
      const certificate = socket.getPeerCertificate();
      const [code, message] = DATES.find(([, , isSo]) => certificate?.valid_to && isSo(certificate)) ?? [];
      socket.destroy();
      resolve(code && Object.assign(new Error(message), { code }));
    };
    socket.setTimeout(LOOK_MS, end).once("error", end).once("secureConnect", end);
  });
}

const { _destroy } = tls.TLSSocket.prototype;
tls.TLSSocket.prototype._destroy = function (error, done) {
  const { remoteAddress: host, remotePort: port, servername } = this;
  // TLS inside of another protocol cannot be asked again.
  if (error?.code !== "UNABLE_TO_VERIFY_LEAF_SIGNATURE" || this._parent || !host) return _destroy.call(this, error, done);
  _destroy.call(this, error, (same) => dateError({ host, port, servername: servername || undefined }).then((told) => done(told ?? same)));
};
