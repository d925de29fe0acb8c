//! The highest costs that this crate works for. A hash that asks for more is refused unread.
//!
//! Ory publishes the same figures for its imports, but 1 GiB of Argon2 memory: too much for a server of many tenants,
//! where each hashing thread may need that much at once.

/// Argon2 memory in KiB: 256 MiB.
pub const ARGON2_MEMORY_KIB: u32 = 256 * 1024;
/// Argon2 passes over the memory.
pub const ARGON2_PASSES: u32 = 10;
/// Argon2 lanes.
pub const ARGON2_LANES: u32 = 16;
/// Bcrypt cost: 2^15 rounds, about two seconds.
pub const BCRYPT_COST: u32 = 15;
