//! Certificates for TLS tests, made anew for each test.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// A certificate authority and one server certificate of its for `localhost`, `127.0.0.1` and `::1`.
#[derive(Debug)]
pub struct TestCa {
    ca_pem: String,
    issuer: Issuer<'static, KeyPair>,
    certificate_pem: String,
    key_pem: String,
}

/// Where [`TestCa::write_to`] put the PEM files.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    /// `ca.pem`: what clients trust.
    pub ca: PathBuf,
    /// `server.pem`: the server's certificate.
    pub certificate: PathBuf,
    /// `server.key`: its private key, PKCS #8, mode 0600.
    pub key: PathBuf,
}

impl Default for TestCa {
    fn default() -> Self {
        Self::new()
    }
}

impl TestCa {
    /// A new authority with keys of its own.
    ///
    /// # Panics
    /// When no key can be generated.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "Trickle test CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("generate a key");
        let ca_pem = params
            .self_signed(&key)
            .expect("sign the CA certificate")
            .pem();
        let issuer = Issuer::new(params, key);
        let (certificate_pem, key_pem) = issue(&issuer, &["localhost", "127.0.0.1", "::1"]);
        Self {
            ca_pem,
            issuer,
            certificate_pem,
            key_pem,
        }
    }

    /// What clients must trust.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The certificate for `localhost`.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The private key of [`certificate_pem`](Self::certificate_pem), PKCS #8.
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// Certificate and key for other names (host names or addresses), for tests of the wrong name.
    ///
    /// # Panics
    /// When a name is not one that a certificate can hold.
    pub fn issue(&self, names: &[&str]) -> (String, String) {
        issue(&self.issuer, names)
    }

    /// Writes `ca.pem`, `server.pem` and `server.key` into an existing folder.
    ///
    /// # Panics
    /// When a file cannot be written.
    pub fn write_to(&self, folder: &Path) -> CertificateFiles {
        let write = |name: &str, pem: &str, mode: u32| {
            let path = folder.join(name);
            std::fs::write(&path, pem).expect("write a PEM file");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode))
                .expect("change a PEM file's mode");
            path
        };
        CertificateFiles {
            ca: write("ca.pem", &self.ca_pem, 0o644),
            certificate: write("server.pem", &self.certificate_pem, 0o644),
            key: write("server.key", &self.key_pem, 0o600),
        }
    }
}

fn issue(issuer: &Issuer<'static, KeyPair>, names: &[&str]) -> (String, String) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names.clone()).expect("names fit a certificate");
    if let Some(first) = names.first() {
        params.distinguished_name.push(DnType::CommonName, first);
    }
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().expect("generate a key");
    let certificate = params.signed_by(&key, issuer).expect("sign a certificate");
    (certificate.pem(), key.serialize_pem())
}
