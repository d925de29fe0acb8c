use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::Check;
use crate::memory::Memory;
use crate::{Argon2Params, VerifyError, ceiling};

type Compute = dyn Fn(&[u8]) -> Zeroizing<Vec<u8>> + Send;

/// A stored hash of any format but Argon2 and bcrypt: what the right password must come to, and how to get there.
pub(super) struct Hashed {
    scheme: &'static str,
    cost: String,
    expected: Zeroizing<Vec<u8>>,
    compute: Box<Compute>,
}

impl Hashed {
    pub(super) fn new(
        scheme: &'static str,
        cost: impl Into<String>,
        expected: impl Into<Vec<u8>>,
        compute: impl Fn(&[u8]) -> Zeroizing<Vec<u8>> + Send + 'static,
    ) -> Self {
        Self {
            scheme,
            cost: cost.into(),
            expected: Zeroizing::new(expected.into()),
            compute: Box::new(compute),
        }
    }
}

impl Check for Hashed {
    fn scheme(&self) -> &'static str {
        self.scheme
    }

    fn cost(&self) -> String {
        self.cost.clone()
    }

    fn matches(&self, password: &[u8], _: &mut Memory) -> bool {
        password.len() <= ceiling::LEGACY_PASSWORD_BYTES
            && (self.compute)(password).ct_eq(&self.expected).into()
    }

    /// Never: none of these is Argon2id.
    fn is_as_good_as(&self, _: &Argon2Params) -> bool {
        false
    }
}

/// What a [`super::Parse`] gives.
pub(super) type Parsed = Option<Result<Box<dyn Check>, VerifyError>>;

/// `Err(Malformed)` where a text has a scheme's mark and not its form.
#[expect(
    clippy::unnecessary_wraps,
    reason = "parsers that know their own texts by a mark end with it; others may give nothing"
)]
pub(super) fn marked(
    scheme: &'static str,
    read: impl FnOnce() -> Result<Option<Hashed>, VerifyError>,
) -> Parsed {
    Some(match read() {
        Ok(Some(hashed)) => Ok(Box::new(hashed)),
        Ok(None) => Err(VerifyError::Malformed { scheme }),
        Err(error) => Err(error),
    })
}
