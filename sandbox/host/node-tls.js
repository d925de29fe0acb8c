// tedious gives the server's address as a name, which the engine refuses; scripts set
// `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'`, which the engine reads from the process, and once.
import https from "node:https";
import { isIP } from "node:net";
import process from "node:process";
import tls from "node:tls";
import { checkClientCertificate } from "trickle:host/client-certificates.js";

let warned = false;

/// As Node.js: the author's word counts, and a warning says what it does.
function verificationIsOff() {
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED !== "0") return false;
  if (!warned) {
    warned = true;
    process.emitWarning(
      "Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and " +
        "HTTPS requests insecure by disabling certificate verification.",
    );
  }
  return true;
}

const { createConnection } = https.Agent.prototype;
https.Agent.prototype.createConnection = function (options, ...rest) {
  checkClientCertificate(options);
  if (options?.rejectUnauthorized === undefined && verificationIsOff()) {
    return createConnection.call(this, { ...options, rejectUnauthorized: false }, ...rest);
  }
  return createConnection.call(this, options, ...rest);
};

/// An address is no name to announce, but the certificate may have been made out to it.
function withoutAddressAsName(options) {
  const { servername } = options;
  return isIP(servername ?? "") ? { host: servername, ...options, servername: undefined } : options;
}

const { connect } = tls;
tls.connect = function (...args) {
  const at = args.findIndex((argument) => typeof argument === "object" && argument !== null);
  if (at < 0) return connect.apply(this, args);
  checkClientCertificate(args[at]);
  args[at] = withoutAddressAsName(args[at]);
  if (args[at].rejectUnauthorized === undefined && verificationIsOff()) {
    args[at] = { ...args[at], rejectUnauthorized: false };
  }
  return connect.apply(this, args);
};

const { createSecureContext } = tls;
tls.createSecureContext = function (options, ...rest) {
  checkClientCertificate(options);
  return createSecureContext.call(this, options, ...rest);
};
