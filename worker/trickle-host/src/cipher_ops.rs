//! Block ciphers that Node.js has from OpenSSL and the engine lacks: one call works on the bytes at
//! hand and leaves its state where it was given, so that JavaScript owns it.

use aes::cipher::{
    Block, BlockCipher, BlockDecrypt, BlockEncrypt, KeyInit, generic_array::GenericArray,
};
use deno_core::op2;
use ghash::{GHash, universal_hash::UniversalHash as _};

const AES_BLOCK: usize = 16;

#[derive(Debug, thiserror::Error, deno_error::JsError)]
pub enum CipherFailure {
    /// The caller checks lengths first.
    #[class(range)]
    #[error("Invalid key length")]
    Key,
    #[class(type)]
    #[error("Unknown cipher")]
    Mode,
}

/// A keyed cipher, whatever its block.
trait Keyed {
    fn encrypt(&self, block: &mut [u8]);
    fn decrypt(&self, block: &mut [u8]);
}

impl<C: BlockCipher + BlockEncrypt + BlockDecrypt> Keyed for C {
    fn encrypt(&self, block: &mut [u8]) {
        self.encrypt_block(Block::<C>::from_mut_slice(block));
    }

    fn decrypt(&self, block: &mut [u8]) {
        self.decrypt_block(Block::<C>::from_mut_slice(block));
    }
}

fn keyed<C: KeyInit + Keyed + 'static>(key: &[u8]) -> Option<Box<dyn Keyed>> {
    let cipher = C::new_from_slice(key).ok()?;
    Some(Box::new(cipher))
}

/// The cipher, and the bytes of its block.
fn cipher(name: &str, key: &[u8]) -> Result<(Box<dyn Keyed>, usize), CipherFailure> {
    let cipher = match (name, key.len()) {
        ("aes", 16) => keyed::<aes::Aes128>(key),
        ("aes", 24) => keyed::<aes::Aes192>(key),
        ("aes", 32) => keyed::<aes::Aes256>(key),
        ("des", 16) => keyed::<des::TdesEde2>(key),
        ("des", 24) => keyed::<des::TdesEde3>(key),
        _ => None,
    };
    let block = if name == "des" { 8 } else { AES_BLOCK };
    Ok((cipher.ok_or(CipherFailure::Key)?, block))
}

fn xor(into: &mut [u8], with: &[u8]) {
    for (byte, other) in into.iter_mut().zip(with) {
        *byte ^= other;
    }
}

fn cbc(cipher: &dyn Keyed, chain: &mut [u8], data: &mut [u8], encrypt: bool) {
    let mut before = vec![0; chain.len()];
    for block in data.chunks_exact_mut(chain.len()) {
        if encrypt {
            xor(block, chain);
            cipher.encrypt(block);
            chain.copy_from_slice(block);
        } else {
            before.copy_from_slice(block);
            cipher.decrypt(block);
            xor(block, chain);
            chain.copy_from_slice(&before);
        }
    }
}

fn cfb(cipher: &dyn Keyed, register: &mut [u8], used: &mut u8, data: &mut [u8], encrypt: bool) {
    for byte in data {
        if *used == 0 {
            cipher.encrypt(register);
        }
        let place = &mut register[usize::from(*used)];
        let given = *byte;
        *byte ^= *place;
        *place = if encrypt { *byte } else { given };
        *used = (*used + 1) % u8::try_from(register.len()).expect("a block is short");
    }
}

fn ofb(cipher: &dyn Keyed, register: &mut [u8], used: &mut u8, data: &mut [u8]) {
    for byte in data {
        if *used == 0 {
            cipher.encrypt(register);
        }
        *byte ^= register[usize::from(*used)];
        *used = (*used + 1) % u8::try_from(register.len()).expect("a block is short");
    }
}

/// Feedback of `bits` bits, 1 or 8.
fn cfb_short(cipher: &dyn Keyed, register: &mut [u8], data: &mut [u8], encrypt: bool, bits: u32) {
    let mut stream = vec![0; register.len()];
    for byte in data {
        let mut out = 0;
        for step in 0..8 / bits {
            stream.copy_from_slice(register);
            cipher.encrypt(&mut stream);
            let shift = 8 - bits * (step + 1);
            let mask = u8::MAX >> (8 - bits);
            let given = (*byte >> shift) & mask;
            let made = given ^ (stream[0] >> (8 - bits));
            out |= made << shift;
            push_bits(register, if encrypt { made } else { given }, bits);
        }
        *byte = out;
    }
}

fn push_bits(register: &mut [u8], value: u8, bits: u32) {
    let mut carry = value;
    for byte in register.iter_mut().rev() {
        let wide = (u16::from(*byte) << bits) | u16::from(carry);
        [carry, *byte] = wide.to_be_bytes();
    }
}

/// Counter mode whose last 32 bits count, as in GCM. `register` is the last block that was used.
fn gctr(cipher: &dyn Keyed, register: &mut [u8], used: &mut u8, data: &mut [u8]) {
    let mut stream = [0; AES_BLOCK];
    let mut place = usize::from(*used);
    stream.copy_from_slice(register);
    cipher.encrypt(&mut stream);
    for byte in data {
        if place == 0 {
            let (_, counter) = register.split_last_chunk_mut::<4>().expect("a block of 16");
            *counter = u32::from_be_bytes(*counter).wrapping_add(1).to_be_bytes();
            stream.copy_from_slice(register);
            cipher.encrypt(&mut stream);
        }
        *byte ^= stream[place];
        place = (place + 1) % AES_BLOCK;
    }
    *used = u8::try_from(place).expect("less than a block");
}

/// Works on `data` in place. `state` is the chaining block and one byte that says how much of it is used;
/// `data` is whole blocks where the mode has no smaller unit.
#[op2(fast)]
pub fn op_trickle_cipher(
    #[string] name: &str,
    #[string] mode: &str,
    #[buffer] key: &[u8],
    #[buffer] state: &mut [u8],
    #[buffer] data: &mut [u8],
    encrypt: bool,
) -> Result<(), CipherFailure> {
    let (cipher, block) = cipher(name, key)?;
    let cipher = cipher.as_ref();
    if state.len() != block + 1 {
        return Err(CipherFailure::Mode);
    }
    let (register, used) = state.split_at_mut(block);
    let used = &mut used[0];
    *used %= u8::try_from(block).expect("a block is short");
    match mode {
        "ecb" if encrypt => data
            .chunks_exact_mut(block)
            .for_each(|block| cipher.encrypt(block)),
        "ecb" => data
            .chunks_exact_mut(block)
            .for_each(|block| cipher.decrypt(block)),
        "cbc" => cbc(cipher, register, data, encrypt),
        "cfb" => cfb(cipher, register, used, data, encrypt),
        "cfb8" => cfb_short(cipher, register, data, encrypt, 8),
        "cfb1" => cfb_short(cipher, register, data, encrypt, 1),
        "ofb" => ofb(cipher, register, used, data),
        "gcm" if block == AES_BLOCK => gctr(cipher, register, used, data),
        _ => return Err(CipherFailure::Mode),
    }
    Ok(())
}

/// GHASH of NIST SP 800-38D: the padded blocks of each part, and their lengths in bits unless it is the IV.
fn ghash(cipher: &dyn Keyed, aad: &[u8], text: &[u8]) -> [u8; AES_BLOCK] {
    let mut key = [0; AES_BLOCK];
    cipher.encrypt(&mut key);
    let mut hash = GHash::new(&key.into());
    hash.update_padded(aad);
    hash.update_padded(text);
    let bits = |part: &[u8]| (part.len() as u64 * 8).to_be_bytes();
    let mut lengths = [0; AES_BLOCK];
    lengths[..8].copy_from_slice(&bits(aad));
    lengths[8..].copy_from_slice(&bits(text));
    hash.update(&[GenericArray::from(lengths)]);
    hash.finalize().into()
}

/// The first counter block of GCM: what [`op_trickle_cipher`] takes as the state.
#[op2]
#[buffer]
pub fn op_trickle_gcm_start(
    #[buffer] key: &[u8],
    #[buffer] iv: &[u8],
) -> Result<Vec<u8>, CipherFailure> {
    let (cipher, _) = cipher("aes", key)?;
    if iv.len() == 12 {
        return Ok([iv, &[0, 0, 0, 1]].concat());
    }
    Ok(ghash(cipher.as_ref(), &[], iv).to_vec())
}

/// The tag of GCM, 16 bytes.
#[op2]
#[buffer]
pub fn op_trickle_gcm_tag(
    #[buffer] key: &[u8],
    #[buffer] start: &[u8],
    #[buffer] aad: &[u8],
    #[buffer] text: &[u8],
) -> Result<Vec<u8>, CipherFailure> {
    let (cipher, block) = cipher("aes", key)?;
    let mut tag = start.get(..block).ok_or(CipherFailure::Mode)?.to_vec();
    cipher.encrypt(&mut tag);
    xor(&mut tag, &ghash(cipher.as_ref(), aad, text));
    Ok(tag)
}

/// CCM of RFC 3610: works on `data` in place and gives the tag of the plain text.
#[op2]
#[buffer]
pub fn op_trickle_ccm(
    #[buffer] key: &[u8],
    #[buffer] nonce: &[u8],
    #[buffer] aad: &[u8],
    #[buffer] data: &mut [u8],
    #[smi] tag_bytes: u32,
    encrypt: bool,
) -> Result<Vec<u8>, CipherFailure> {
    let (cipher, _) = cipher("aes", key)?;
    let cipher = cipher.as_ref();
    let tag_bytes = usize::try_from(tag_bytes).map_err(|_| CipherFailure::Mode)?;
    let length_bytes = (AES_BLOCK - 1)
        .checked_sub(nonce.len())
        .filter(|bytes| (2..=8).contains(bytes) && (4..=AES_BLOCK).contains(&tag_bytes))
        .ok_or(CipherFailure::Mode)?;
    let mut counter = [0; AES_BLOCK];
    counter[0] = u8::try_from(length_bytes - 1).expect("at most 7");
    counter[1..=nonce.len()].copy_from_slice(nonce);
    let mut first = counter;
    cipher.encrypt(&mut first);
    let mut tag = if encrypt {
        ccm_mac(cipher, &counter, aad, data, tag_bytes)
    } else {
        [0; AES_BLOCK]
    };
    for block in data.chunks_mut(AES_BLOCK) {
        for byte in counter[AES_BLOCK - length_bytes..].iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
        let mut stream = counter;
        cipher.encrypt(&mut stream);
        xor(block, &stream);
    }
    if !encrypt {
        let mut start = counter;
        start[AES_BLOCK - length_bytes..].fill(0);
        tag = ccm_mac(cipher, &start, aad, data, tag_bytes);
    }
    xor(&mut tag, &first);
    Ok(tag[..tag_bytes].to_vec())
}

fn ccm_mac(
    cipher: &dyn Keyed,
    start: &[u8; AES_BLOCK],
    aad: &[u8],
    text: &[u8],
    tag_bytes: usize,
) -> [u8; AES_BLOCK] {
    let length_bytes = usize::from(start[0]) + 1;
    let mut mac = *start;
    let tag_bits = u8::try_from((tag_bytes - 2) / 2).expect("at most 7");
    mac[0] |= (u8::from(!aad.is_empty()) << 6) | (tag_bits << 3);
    let length = (text.len() as u64).to_be_bytes();
    let place = AES_BLOCK - length_bytes;
    mac[place..].copy_from_slice(&length[8 - length_bytes..]);
    cipher.encrypt(&mut mac);
    let mut header = match aad.len() {
        0 => Vec::new(),
        short if short < 0xff00 => u16::try_from(short)
            .expect("checked")
            .to_be_bytes()
            .to_vec(),
        long => {
            let long = u32::try_from(long).expect("an isolate has less than 4 GiB");
            [&[0xff, 0xfe][..], &long.to_be_bytes()].concat()
        }
    };
    header.extend_from_slice(aad);
    for part in [&header[..], text] {
        for block in part.chunks(AES_BLOCK) {
            xor(&mut mac, block);
            cipher.encrypt(&mut mac);
        }
    }
    mac
}
