//! What Node.js says of a chain of certificates whose end nobody knows.

use rustls::pki_types::CertificateDer;

/// Code and text of an error.
pub type Said = (&'static str, &'static str);

/// It signed itself, and nothing else came along.
pub const ALONE: Said = ("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate");
const AUTHORITY: Said = (
    "SELF_SIGNED_CERT_IN_CHAIN",
    "self-signed certificate in certificate chain",
);
/// It came alone, and whoever signed it is not known.
pub const FIRST: Said = (
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "unable to verify the first certificate",
);
const LATER: Said = (
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "unable to get local issuer certificate",
);

/// Follows the names of issuers from the server's own certificate to the last one that came along.
pub fn open_end(own: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Said {
    let Some(mut last) = Names::of(own) else {
        return FIRST;
    };
    let mut left: Vec<Names<'_>> = others.iter().filter_map(|one| Names::of(one)).collect();
    let (came_alone, mut is_own) = (left.is_empty(), true);
    while let Some(at) = left.iter().position(|one| one.subject == last.issuer) {
        last = left.swap_remove(at);
        if last.is_self_signed() {
            return AUTHORITY;
        }
        is_own = false;
    }
    match (last.is_self_signed(), is_own) {
        (true, true) => ALONE,
        (true, false) => AUTHORITY,
        (false, true) if came_alone => FIRST,
        (false, _) => LATER,
    }
}

/// Names of a certificate, as they are encoded.
struct Names<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
}

impl<'a> Names<'a> {
    /// RFC 5280 §4.1: version (if any), serial number, algorithm, issuer, validity, subject.
    fn of(certificate: &'a [u8]) -> Option<Self> {
        let mut fields = Element::first(Element::first(certificate)?.content)?.content;
        let mut next = || {
            let element = Element::first(fields)?;
            fields = element.rest;
            Some(element)
        };
        let first = next()?;
        if first.tag == VERSION {
            next()?;
        }
        next()?;
        let issuer = next()?.whole;
        next()?;
        let subject = next()?.whole;
        Some(Self { issuer, subject })
    }

    fn is_self_signed(&self) -> bool {
        self.issuer == self.subject
    }
}

/// `[0]`, constructed.
const VERSION: u8 = 0xa0;

/// The first element of some bytes (X.690 §8.1, with lengths up to four bytes).
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let (&tag, &length) = (bytes.first()?, bytes.get(1)?);
        let (begin, length) = match length {
            0..=0x7f => (2, usize::from(length)),
            0x81..=0x84 => {
                let digits = bytes.get(2..2 + usize::from(length & 0x7f))?;
                let value = digits
                    .iter()
                    .fold(0, |value, digit| value << 8 | usize::from(*digit));
                (2 + digits.len(), value)
            }
            _ => return None,
        };
        let end = begin.checked_add(length)?;
        Some(Self {
            tag,
            content: bytes.get(begin..end)?,
            whole: bytes.get(..end)?,
            rest: bytes.get(end..)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

    use super::*;

    fn named(name: &str, is_authority: bool) -> CertificateParams {
        let mut params = CertificateParams::new(vec!["db.internal".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        if is_authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        params
    }

    #[test]
    fn each_open_end_has_its_word() {
        let keys: Vec<KeyPair> = (0..3).map(|_| KeyPair::generate().unwrap()).collect();
        let root = named("root", true).self_signed(&keys[0]).unwrap();
        let over = Issuer::new(named("root", true), &keys[0]);
        let middle = named("middle", true).signed_by(&keys[1], &over).unwrap();
        let above = Issuer::new(named("middle", true), &keys[1]);
        let own = named("own", false).signed_by(&keys[2], &above).unwrap();
        let (root, middle, own) = (root.der(), middle.der(), own.der());
        for (certificates, said) in [
            (vec![root], ALONE),
            (vec![own], FIRST),
            (vec![own, middle], LATER),
            (vec![own, middle, root], AUTHORITY),
            (vec![own, root, middle], AUTHORITY),
            (vec![middle, root], AUTHORITY),
            (vec![own, root], LATER),
        ] {
            let others: Vec<_> = certificates[1..].iter().map(|one| (*one).clone()).collect();
            assert_eq!(open_end(certificates[0], &others), said, "{}", others.len());
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_names() {
        for bytes in [
            &[][..],
            &[0x30],
            &[0x30, 0x85, 1],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert!(Names::of(bytes).is_none());
        }
    }
}
