//! Home-made combinations of digests, written as an expression: `md5(md5($p).$s)`.
//!
//! `$p` is the password, `$s` the salt, `$u` the user name, `"text"` a text, `.` joins. `md5(x)` and its like give
//! lower-case hexadecimal as PHP's do, `md5_raw(x)` bytes; `hmac_sha256(key, x)` and `hmac_sha256_raw(key, x)` too.
//! `hex`, `base64`, `upper`, `lower` and `utf16le` change a text. `repeat(1000, sha256_raw, x)` applies a digest so many
//! times, `symfony(5000, sha512, x)` joins x to the digest each time.

mod size;
mod tells;

use zeroize::Zeroizing;

use self::size::Lengths;
use self::tells::Tells;
use crate::codec::{to_base64, utf16le};
use crate::digest::Digest;
use crate::{VerifyError, ceiling};

const MAX_CHARS: usize = 512;
const MAX_DEPTH: usize = 16;

/// A combination of digests.
#[derive(Clone, Debug)]
pub(super) struct Template(Node);

#[derive(Clone, Debug)]
enum Node {
    Password,
    Salt,
    User,
    Text(Vec<u8>),
    Join(Vec<Node>),
    Digest(Digest, Form, Box<Node>),
    Hmac(Digest, Form, Box<(Node, Node)>),
    Change(Change, Box<Node>),
    Repeat(u32, Digest, Form, Box<Node>),
    Symfony(u32, Digest, Box<Node>),
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Hex,
    Raw,
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Hex,
    Base64,
    Upper,
    Lower,
    Utf16le,
}

impl Template {
    /// `None`: not an expression, or one that any password fits.
    ///
    /// # Errors
    /// When it asks for too many digests, or for too many bytes with a salt and a user name of these lengths.
    pub(super) fn parse(
        scheme: &'static str,
        text: &str,
        (salt, user): (usize, usize),
    ) -> Result<Option<Self>, VerifyError> {
        if text.len() > MAX_CHARS {
            return Ok(None);
        }
        let mut parser = Parser { rest: text };
        let Some(node) = parser.join(0).filter(|_| parser.rest.trim().is_empty()) else {
            return Ok(None);
        };
        if node.tells() == Tells::Nothing {
            return Ok(None);
        }
        super::check_ceiling(scheme, "digest calls", node.calls(), ceiling::DIGEST_CALLS)?;
        let bytes = node.work(Lengths { salt, user });
        super::check_ceiling(scheme, "work in bytes", bytes, ceiling::TEMPLATE_BYTES)?;
        Ok(Some(Self(node)))
    }

    /// Whether anybody reads the password from the result.
    pub(super) fn shows_password(&self) -> bool {
        self.0.tells() == Tells::All
    }

    /// One raw digest of a text with `{SALT}` and, without which it is `None`, `{PASSWORD}` in it.
    pub(super) fn from_braces(digest: Digest, mut text: &str) -> Option<Self> {
        const MARKS: [(&str, Node); 2] = [("{PASSWORD}", Node::Password), ("{SALT}", Node::Salt)];
        let mut parts = Vec::new();
        while let Some((at, mark, node)) = MARKS
            .iter()
            .filter_map(|(mark, node)| Some((text.find(mark)?, *mark, node)))
            .min_by_key(|(at, ..)| *at)
        {
            parts.push(Node::Text(text[..at].into()));
            parts.push(node.clone());
            text = &text[at + mark.len()..];
        }
        parts.push(Node::Text(text.into()));
        let node = Node::Digest(digest, Form::Raw, Box::new(Node::Join(parts)));
        (node.tells() != Tells::Nothing).then_some(Self(node))
    }

    pub(super) fn evaluate(&self, password: &[u8], salt: &[u8], user: &[u8]) -> Zeroizing<Vec<u8>> {
        self.0.evaluate(&Inputs {
            password,
            salt,
            user,
        })
    }
}

struct Inputs<'a> {
    password: &'a [u8],
    salt: &'a [u8],
    user: &'a [u8],
}

impl Node {
    fn calls(&self) -> u32 {
        match self {
            Self::Password | Self::Salt | Self::User | Self::Text(_) => 0,
            Self::Join(parts) => parts.iter().map(Self::calls).fold(0, u32::saturating_add),
            Self::Digest(_, _, of) => of.calls().saturating_add(1),
            Self::Hmac(_, _, of) => of.0.calls().saturating_add(of.1.calls()).saturating_add(2),
            Self::Change(_, of) => of.calls(),
            Self::Repeat(times, _, _, of) | Self::Symfony(times, _, of) => {
                of.calls().saturating_add(*times)
            }
        }
    }

    fn evaluate(&self, inputs: &Inputs<'_>) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Password => Zeroizing::new(inputs.password.to_vec()),
            Self::Salt => Zeroizing::new(inputs.salt.to_vec()),
            Self::User => Zeroizing::new(inputs.user.to_vec()),
            Self::Text(text) => Zeroizing::new(text.clone()),
            Self::Join(parts) => {
                let mut all = Zeroizing::new(Vec::new());
                for part in parts {
                    all.extend_from_slice(&part.evaluate(inputs));
                }
                all
            }
            Self::Digest(digest, form, of) => form.of(digest.hash(&[&of.evaluate(inputs)])),
            Self::Hmac(digest, form, of) => {
                form.of(digest.hmac(&of.0.evaluate(inputs), &[&of.1.evaluate(inputs)]))
            }
            Self::Change(change, of) => change.of(&of.evaluate(inputs)),
            Self::Repeat(times, digest, form, of) => {
                let mut value = of.evaluate(inputs);
                for _ in 0..*times {
                    value = form.of(digest.hash(&[&value]));
                }
                value
            }
            Self::Symfony(times, digest, of) => {
                let salted = of.evaluate(inputs);
                let mut value = digest.hash(&[&salted]);
                for _ in 1..*times {
                    value = digest.hash(&[&value, &salted]);
                }
                value
            }
        }
    }
}

impl Form {
    fn of(self, bytes: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Hex => Zeroizing::new(hex::encode(&*bytes).into_bytes()),
            Self::Raw => bytes,
        }
    }
}

impl Change {
    fn of(self, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Hex => hex::encode(bytes).into_bytes(),
            Self::Base64 => to_base64(bytes).into_bytes(),
            Self::Upper => String::from_utf8_lossy(bytes).to_uppercase().into_bytes(),
            Self::Lower => String::from_utf8_lossy(bytes).to_lowercase().into_bytes(),
            Self::Utf16le => utf16le(bytes),
        })
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn join(&mut self, depth: usize) -> Option<Node> {
        let mut parts = vec![self.term(depth)?];
        while self.eat(".") {
            parts.push(self.term(depth)?);
        }
        Some(match parts.len() {
            1 => parts.remove(0),
            _ => Node::Join(parts),
        })
    }

    fn term(&mut self, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        for (text, node) in [
            ("$p", Node::Password),
            ("$s", Node::Salt),
            ("$u", Node::User),
        ] {
            if self.eat(text) {
                return Some(node);
            }
        }
        if self.eat("\"") {
            let (text, rest) = self.rest.split_once('"')?;
            self.rest = rest;
            return Some(Node::Text(text.into()));
        }
        let name = self.word()?;
        let node = self.eat("(").then(|| self.call(name, depth + 1))??;
        self.eat(")").then_some(node)
    }

    fn call(&mut self, name: &str, depth: usize) -> Option<Node> {
        let change = match name {
            "hex" => Some(Change::Hex),
            "base64" => Some(Change::Base64),
            "upper" => Some(Change::Upper),
            "lower" => Some(Change::Lower),
            "utf16le" => Some(Change::Utf16le),
            _ => None,
        };
        if let Some(change) = change {
            return Some(Node::Change(change, Box::new(self.join(depth)?)));
        }
        if name == "repeat" || name == "symfony" {
            let times = self.word()?.parse().ok().filter(|times| *times > 0)?;
            let function = self.eat(",").then(|| self.word())??;
            let of = self.eat(",").then(|| self.join(depth))??;
            let (digest, form) = function_of(function)?;
            return Some(match name {
                "repeat" => Node::Repeat(times, digest, form, Box::new(of)),
                _ => Node::Symfony(times, digest, Box::new(of)),
            });
        }
        if let Some(name) = name.strip_prefix("hmac_") {
            let (digest, form) = function_of(name)?;
            let key = self.join(depth)?;
            let of = self.eat(",").then(|| self.join(depth))??;
            return Some(Node::Hmac(digest, form, Box::new((key, of))));
        }
        let (digest, form) = function_of(name)?;
        Some(Node::Digest(digest, form, Box::new(self.join(depth)?)))
    }

    fn word(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start();
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(text);
        if let Some(rest) = rest {
            self.rest = rest;
        }
        rest.is_some()
    }
}

fn function_of(name: &str) -> Option<(Digest, Form)> {
    let (name, form) = match name.strip_suffix("_raw") {
        Some(name) => (name, Form::Raw),
        None => (name, Form::Hex),
    };
    Some((Digest::from_name(name)?, form))
}
