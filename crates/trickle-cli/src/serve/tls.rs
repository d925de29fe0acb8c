//! The install's own certificate authority: real clients speak https only.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};
use trickle_model::{Clock as _, SystemClock};

use crate::data_dir::write_private;

const NAME: &str = "Trickle CA";
const AUTHORITY_DAYS: i64 = 3650;
/// The longest that all common clients take; every start issues a new one.
const CERTIFICATE_DAYS: i64 = 397;
/// Machines whose clock is behind accept it too.
const EARLIER: Duration = Duration::days(1);

/// Issues the server's certificate.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate_file: PathBuf,
}

impl Authority {
    /// The authority of the install in `folder`, made at first start.
    pub fn load_or_create(folder: &Path) -> anyhow::Result<Self> {
        let certificate_file = folder.join("ca.pem");
        let key_file = folder.join("ca.key");
        let params = authority_params();
        let key = if key_file.exists() {
            let pem = fs::read_to_string(&key_file)
                .with_context(|| format!("read {}", key_file.display()))?;
            KeyPair::from_pem(&pem)
                .with_context(|| format!("read the key in {}", key_file.display()))?
        } else {
            let key = KeyPair::generate().context("make a CA key")?;
            write_private(&key_file, key.serialize_pem().as_bytes())
                .with_context(|| format!("write {}", key_file.display()))?;
            key
        };
        if !certificate_file.exists() {
            let certificate = params
                .self_signed(&key)
                .context("sign the CA's certificate")?;
            fs::write(&certificate_file, certificate.pem())
                .with_context(|| format!("write {}", certificate_file.display()))?;
        }
        Ok(Self {
            issuer: Issuer::new(params, key),
            certificate_file,
        })
    }

    /// The certificate that clients have to trust.
    pub fn certificate_file(&self) -> &Path {
        &self.certificate_file
    }

    /// Certificate and private key, PEM, for this machine and `names`.
    pub fn issue(&self, names: &[String]) -> anyhow::Result<(String, String)> {
        let mut all = ["localhost", "*.localhost", "127.0.0.1", "::1"]
            .map(str::to_owned)
            .to_vec();
        all.extend_from_slice(names);
        let mut params =
            CertificateParams::new(all).context("put a --tls-name in the certificate")?;
        params
            .distinguished_name
            .push(DnType::CommonName, "Trickle");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        set_validity(&mut params, CERTIFICATE_DAYS);
        let key = KeyPair::generate().context("make the server's key")?;
        let certificate = params
            .signed_by(&key, &self.issuer)
            .context("sign the server's certificate")?;
        Ok((certificate.pem(), key.serialize_pem()))
    }
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, NAME);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut params, AUTHORITY_DAYS);
    params
}

fn set_validity(params: &mut CertificateParams, days: i64) {
    let seconds = SystemClock.now().as_second();
    let now = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    params.not_before = now - EARLIER;
    params.not_after = now + Duration::days(days);
}
