//! The highest costs that this crate works for. A hash that asks for more is refused unread, at import and at each
//! comparison.
//!
//! Ory publishes similar figures for its imports, but 1 GiB of Argon2 memory: too much for a server of many tenants,
//! where each hashing thread may need that much at once.

/// Argon2 memory in KiB: 256 MiB.
pub const ARGON2_MEMORY_KIB: u32 = 256 * 1024;
/// Argon2 passes over the memory.
pub const ARGON2_PASSES: u32 = 10;
/// Argon2 lanes.
pub const ARGON2_LANES: u32 = 16;
/// Bcrypt cost: 2^15 rounds, about two seconds.
pub const BCRYPT_COST: u32 = 15;
/// PBKDF2 iterations for each block of output; 10 million take about five seconds. A quarter of them with Whirlpool and a
/// sixty-fourth with MDC-2, which are so much slower.
pub const PBKDF2_ITERATIONS: u32 = 10_000_000;
/// Scrypt and yescrypt memory (128·r·N, or ·p where there are more lanes) in KiB: 256 MiB.
pub const SCRYPT_MEMORY_KIB: u32 = 256 * 1024;
/// Scrypt lanes, which are computed one after the other.
pub const SCRYPT_LANES: u32 = 16;
/// Rounds of SHA-crypt; passlib's default is 656 000.
pub const SHA_CRYPT_ROUNDS: u32 = 2_000_000;
/// Binary logarithm of the rounds of phpass and Drupal; their defaults are 8 to 16.
pub const PHPASS_LOG2_ROUNDS: u32 = 22;
/// Digest calls of an iterated or templated hash, such as Symfony's 5000.
pub const DIGEST_CALLS: u32 = 1_000_000;
/// Bytes that a templated hash hashes and writes, with a password of [`LEGACY_PASSWORD_BYTES`]: 256 MiB.
pub const TEMPLATE_BYTES: u32 = 256 << 20;
/// Bytes of a key derived by PBKDF2 or scrypt.
pub const KEY_BYTES: u32 = 1024;
/// Bytes of a password that formats other than Argon2 and bcrypt look at: the work of many grows with it, and no product
/// lets people type more.
pub const LEGACY_PASSWORD_BYTES: usize = 4096;
/// Bytes of the text of a stored hash.
pub const TEXT_BYTES: usize = 8192;
