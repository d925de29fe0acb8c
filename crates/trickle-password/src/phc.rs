use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// PHC's B64: standard alphabet, written without padding. Padding and loose last bits of foreign encoders are let pass.
const B64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A PHC string taken apart: `$id[$v=version]$name=value,…$salt$hash`
/// (<https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md>).
pub(crate) struct Phc<'a> {
    pub version: Option<u32>,
    params: Vec<(&'a str, &'a str)>,
    pub salt: Vec<u8>,
    pub hash: Vec<u8>,
}

impl<'a> Phc<'a> {
    /// `rest` is what follows `$id$`.
    pub(crate) fn parse(rest: &'a str) -> Option<Self> {
        let mut fields = rest.split('$').peekable();
        let version = fields.next_if(|field| field.starts_with("v="));
        let version = match version {
            Some(field) => Some(field.strip_prefix("v=")?.parse().ok()?),
            None => None,
        };
        let params = fields
            .next()?
            .split(',')
            .map(|pair| pair.split_once('='))
            .collect::<Option<_>>()?;
        let salt = B64.decode(fields.next()?).ok()?;
        let hash = B64.decode(fields.next()?).ok()?;
        fields.next().is_none().then_some(Self {
            version,
            params,
            salt,
            hash,
        })
    }

    /// The value of a parameter, in whatever place it stands; `None` too when it stands there twice.
    pub(crate) fn param(&self, name: &str) -> Option<&'a str> {
        let mut values = self.params.iter().filter(|(n, _)| *n == name);
        let (_, value) = values.next()?;
        values.next().is_none().then_some(*value)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.param(name)?.parse().ok()
    }

    pub(crate) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        B64.decode(self.param(name)?).ok()
    }

    /// No parameter beyond these: one that is not understood may change the hash.
    pub(crate) fn has_only(&self, names: &[&str]) -> bool {
        self.params.iter().all(|(name, _)| names.contains(name))
    }
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    B64.encode(bytes)
}
