//! TLS of a recorded run: the recorder speaks it with the server, where the script asks for it.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
    server::ParsedCertificate,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::chain;

/// How the script would have made the connection: `asked` in `plain.js`.
#[derive(Deserialize)]
struct Asked {
    /// The server's name or address.
    name: String,
    /// Whether its certificate must be made out to that.
    named: bool,
    /// Whether a certificate that does not hold ends the connection.
    strict: bool,
    /// The authorities, in place of the usual ones.
    ca: Option<Vec<String>>,
    /// The script's own certificate.
    cert: Vec<String>,
    /// Its key.
    key: Option<String>,
    /// Protocols to choose from.
    alpn: Vec<String>,
}

/// A connection, and what the script is told of it.
pub struct Made {
    /// The connection; none where it failed.
    pub stream: Option<TlsStream<TcpStream>>,
    /// A line of JSON.
    pub answer: String,
}

/// Speaks TLS with the server from here on.
pub async fn connect(server: TcpStream, asked: &[u8]) -> Made {
    let failed = |error: Value| Made {
        stream: None,
        answer: json!({ "error": error }).to_string(),
    };
    let (connector, checks, name) = match prepare(asked) {
        Ok(prepared) => prepared,
        Err(error) => {
            return failed(
                json!({ "code": "ERR_TLS_INVALID_CONTEXT", "message": format!("{error:#}") }),
            );
        }
    };
    let stream = match connector.connect(name, server).await {
        Ok(stream) => stream,
        Err(error) => return failed(told(&error, checks.found())),
    };
    let (_, session) = stream.get_ref();
    let certificates: Vec<String> = session
        .peer_certificates()
        .unwrap_or_default()
        .iter()
        .map(|certificate| BASE64_STANDARD.encode(certificate))
        .collect();
    let suite = session.negotiated_cipher_suite();
    let protocol = match session.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLSv1.2",
        _ => "TLSv1.3",
    };
    let answer = json!({
        "certificates": certificates,
        "unauthorized": checks.found(),
        "protocol": protocol,
        "cipher": suite.map(|suite| format!("{:?}", suite.suite())),
        "alpn": session.alpn_protocol().map(String::from_utf8_lossy),
    });
    Made {
        answer: answer.to_string(),
        stream: Some(stream),
    }
}

type Prepared = (TlsConnector, Arc<Checks>, ServerName<'static>);

fn prepare(asked: &[u8]) -> anyhow::Result<Prepared> {
    let asked: Asked = serde_json::from_slice(asked).context("read what was asked")?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let own = asked.ca.as_deref().map(certificates).transpose()?;
    let checks = Arc::new(Checks {
        usual: WebPkiServerVerifier::builder_with_provider(
            Arc::new(roots(own.as_deref())?),
            provider.clone(),
        )
        .build()
        .context("take the authorities")?,
        trusted: own.unwrap_or_default(),
        named: asked.named,
        strict: asked.strict,
        found: Mutex::default(),
    });
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("choose a version of TLS")?
        .dangerous()
        .with_custom_certificate_verifier(checks.clone());
    let mut config = match &asked.key {
        Some(key) => {
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).context("read the key")?;
            builder
                .with_client_auth_cert(certificates(&asked.cert)?, key)
                .context("take the script's certificate")?
        }
        None => builder.with_no_client_auth(),
    };
    let protocols = asked.alpn.into_iter().map(String::into_bytes);
    config.alpn_protocols = protocols.collect();
    let name = ServerName::try_from(asked.name).context("take the server's name")?;
    Ok((TlsConnector::from(Arc::new(config)), checks, name))
}

fn certificates(texts: &[String]) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let mut found = Vec::new();
    for text in texts {
        for one in CertificateDer::pem_slice_iter(text.as_bytes()) {
            found.push(one.context("read a certificate")?);
        }
    }
    Ok(found)
}

fn roots(authorities: Option<&[CertificateDer<'static>]>) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    match authorities {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(certificates) => {
            for one in certificates {
                roots.add(one.clone()).context("take an authority")?;
            }
        }
    }
    Ok(roots)
}

/// What Node.js says of a connection that failed.
fn told(error: &io::Error, found: Option<Value>) -> Value {
    let source: Option<&rustls::Error> = error.get_ref().and_then(|source| source.downcast_ref());
    match source {
        Some(error @ rustls::Error::InvalidCertificate(_)) => found.unwrap_or_else(
            || json!({ "code": "ERR_TLS_CERTIFICATE", "message": error.to_string() }),
        ),
        Some(error) => json!({ "code": "ERR_SSL_HANDSHAKE", "message": error.to_string() }),
        None if error.kind() == io::ErrorKind::UnexpectedEof => json!({
            "code": "ECONNRESET",
            "message": "Client network socket disconnected before secure TLS connection was established",
        }),
        None => json!({ "code": "ECONNRESET", "message": error.to_string() }),
    }
}

/// What Node.js says of a certificate that does not hold.
fn defect(error: &rustls::Error, own: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Value {
    let rustls::Error::InvalidCertificate(kind) = error else {
        return json!({ "code": "ERR_SSL_HANDSHAKE", "message": error.to_string() });
    };
    let (code, message) = match kind {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("CERT_HAS_EXPIRED", "certificate has expired")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("CERT_NOT_YET_VALID", "certificate is not yet valid")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            let message = error.to_string();
            return json!({ "code": "ERR_TLS_CERT_ALTNAME_INVALID", "message": message });
        }
        CertificateError::UnknownIssuer => chain::open_end(own, others),
        kind if is_authority(kind) => chain::ALONE,
        CertificateError::InvalidPurpose => ("INVALID_PURPOSE", "unsupported certificate purpose"),
        // The engine has no other word for the rest.
        _ => chain::FIRST,
    };
    json!({ "code": code, "message": message })
}

/// Whether the server's own certificate is one of an authority, which OpenSSL does not mind. The verifier has no name for it.
fn is_authority(kind: &CertificateError) -> bool {
    matches!(kind, CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity"))
}

/// Checks a server's certificate as strictly as the script asked for.
#[derive(Debug)]
struct Checks {
    usual: Arc<WebPkiServerVerifier>,
    /// The authorities that the script gave.
    trusted: Vec<CertificateDer<'static>>,
    named: bool,
    strict: bool,
    /// What does not hold, as the script is told.
    found: Mutex<Option<Value>>,
}

impl Checks {
    fn found(&self) -> Option<Value> {
        self.found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// As strictly as scripts are used to.
    fn check(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        let usual = &self.usual;
        match usual.verify_server_cert(own, others, name, ocsp_response, now) {
            // Names are looked at last.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.named => Ok(()),
            Err(rustls::Error::InvalidCertificate(kind))
                if is_authority(&kind) && self.trusted.contains(own) =>
            {
                if self.named {
                    verify_server_name(&ParsedCertificate::try_from(own)?, name)?;
                }
                Ok(())
            }
            checked => checked.map(drop),
        }
    }
}

impl ServerCertVerifier for Checks {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let checked = self.check(end_entity, intermediates, server_name, ocsp_response, now);
        if let Err(error) = checked {
            let defect = defect(&error, end_entity, intermediates);
            *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(defect);
            if self.strict {
                return Err(error);
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}
