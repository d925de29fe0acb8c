//! Which check of TLS failed, read from what Node.js and drivers say.

use crate::ScriptError;

/// Codes and texts, and what they mean for the author of a script. Drivers wrap the error and keep its text only.
const CHECKS: [(&[&str], &str); 10] = [
    (
        &[
            "ERR_TLS_CERT_ALTNAME_INVALID",
            "does not match certificate's altnames",
        ],
        "the certificate was made out to another name; connect by the name in it, or give servername",
    ),
    (
        &["CERT_HAS_EXPIRED", "certificate has expired"],
        "the certificate has expired; the server needs a new one",
    ),
    (
        &["CERT_NOT_YET_VALID", "certificate is not yet valid"],
        "the certificate is not valid yet; look at the clocks",
    ),
    (
        &["CERT_REVOKED", "certificate revoked"],
        "the certificate was revoked",
    ),
    (
        &[
            "DEPTH_ZERO_SELF_SIGNED_CERT",
            "self-signed certificate",
            "self signed certificate",
            "SELF_SIGNED_CERT_IN_CHAIN",
        ],
        "the certificate's authority is not known because it signed itself; give its certificate as ca",
    ),
    (
        &[
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "unable to verify the first certificate",
            "UNABLE_TO_GET_ISSUER_CERT",
            "unable to get issuer certificate",
            "unable to get local issuer certificate",
            // The engine's own word, which not every path of it translates.
            "UnknownIssuer",
        ],
        "the certificate's authority is not known; give its certificate as ca",
    ),
    (
        &[
            "CERT_SIGNATURE_FAILURE",
            "INVALID_PURPOSE",
            "PATH_LENGTH_EXCEEDED",
            "UNHANDLED_CRITICAL_EXTENSION",
            "invalid peer certificate",
        ],
        "the certificate, or one above it, is not one that a server may show; the server needs another one",
    ),
    (
        &[
            "CertificateRequired",
            "certificate required",
            "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
        ],
        "the server wants a client certificate; give cert and key",
    ),
    (
        &[
            "ERR_SSL_WRONG_VERSION_NUMBER",
            "wrong version number",
            "packet length too long",
        ],
        "the server answered in plain text; it does not speak TLS on this port",
    ),
    (
        &[
            "HANDSHAKE_NO_SSL_SUPPORT",
            "does not support secure connection",
            "does not support SSL connections",
            "Server does not support encryption",
        ],
        "the server does not offer TLS",
    ),
];

/// The check that failed and what to do, or nothing where the error is not one of TLS.
pub fn failed_tls_check(error: &ScriptError) -> Option<&'static str> {
    let code = error.code.as_deref().unwrap_or_default();
    let found = CHECKS.iter().find(|(marks, _)| {
        let mut marks = marks.iter();
        marks.any(|mark| code.starts_with(mark) || error.message.contains(mark))
    });
    found.map(|(_, meaning)| *meaning)
}
