//! Argon2 for the npm package argon2, whose own code is native. Its text form is the host's JavaScript.

use argon2::{Algorithm, Argon2, AssociatedData, Error, ParamsBuilder, Version};
use deno_core::op2;

#[derive(Debug, thiserror::Error, deno_error::JsError)]
pub enum Argon2Failure {
    /// The words of the reference implementation, which the npm package passes on.
    #[class(generic)]
    #[error("{0}")]
    Refused(&'static str),
    #[class(range)]
    #[error("the limit of argon2 is {limit} {unit}; it is {asked}; see docs/reference/limits.md")]
    Cost {
        limit: u32,
        unit: &'static str,
        asked: u64,
    },
    #[class(generic)]
    #[error("argon2 was interrupted")]
    Interrupted,
}

impl From<Error> for Argon2Failure {
    fn from(error: Error) -> Self {
        Self::Refused(match error {
            Error::AdTooLong => "Associated data is too long",
            Error::MemoryTooLittle => "Memory cost is too small",
            Error::MemoryTooMuch => "Memory cost is too large",
            Error::OutOfMemory => "Memory allocation error",
            Error::OutputTooShort => "Output is too short",
            Error::OutputTooLong => "Output is too long",
            Error::PwdTooLong => "Password is too long",
            Error::SaltTooShort => "Salt is too short",
            Error::SaltTooLong => "Salt is too long",
            Error::SecretTooLong => "Secret is too long",
            Error::ThreadsTooFew => "Too few lanes",
            Error::ThreadsTooMany => "Too many lanes",
            Error::TimeTooSmall => "Time cost is too small",
            _ => "Some of encoded parameters are too long or too short",
        })
    }
}

/// What is hashed, and at what cost.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    /// 0 Argon2d, 1 Argon2i, 2 Argon2id.
    kind: u32,
    version: u32,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    output_bytes: usize,
}

/// Memory, in KiB. A worker has twice as much beside its heap.
const MEMORY_KIB_MAX: u32 = 128 << 10;
/// Memory times passes, in KiB: native code cannot be stopped, and this takes a second.
const WORK_KIB_MAX: u32 = 1 << 20;
const LANES_MAX: u32 = 16;
const OUTPUT_BYTES_MAX: u32 = 1024;

impl Job {
    /// Whether it may cost that much. docs/reference/limits.md
    fn check(&self) -> Result<(), Argon2Failure> {
        let work = u64::from(self.memory_kib) * u64::from(self.passes);
        let costs = [
            (MEMORY_KIB_MAX, "KiB of memory", self.memory_kib.into()),
            (WORK_KIB_MAX, "KiB of memory times passes", work),
            (LANES_MAX, "lanes", self.lanes.into()),
            (
                OUTPUT_BYTES_MAX,
                "bytes of output",
                self.output_bytes as u64,
            ),
        ];
        match costs
            .into_iter()
            .find(|(limit, _, asked)| *asked > u64::from(*limit))
        {
            Some((limit, unit, asked)) => Err(Argon2Failure::Cost { limit, unit, asked }),
            None => Ok(()),
        }
    }
}

struct Inputs {
    password: Vec<u8>,
    salt: Vec<u8>,
    secret: Vec<u8>,
    data: Vec<u8>,
}

fn hash(job: &Job, inputs: &Inputs) -> Result<Vec<u8>, Argon2Failure> {
    job.check()?;
    let algorithm = match job.kind {
        0 => Algorithm::Argon2d,
        1 => Algorithm::Argon2i,
        2 => Algorithm::Argon2id,
        _ => return Err(Argon2Failure::Refused("There is no such version of Argon2")),
    };
    let version = Version::try_from(job.version)?;
    let params = ParamsBuilder::new()
        .m_cost(job.memory_kib)
        .t_cost(job.passes)
        .p_cost(job.lanes)
        .output_len(job.output_bytes)
        .data(AssociatedData::new(&inputs.data)?)
        .build()?;
    let argon2 = Argon2::new_with_secret(&inputs.secret, algorithm, version, params)?;
    let mut output = vec![0; job.output_bytes];
    argon2.hash_password_into(&inputs.password, &inputs.salt, &mut output)?;
    Ok(output)
}

#[op2]
#[buffer]
pub async fn op_trickle_argon2(
    #[serde] job: Job,
    #[buffer(copy)] password: Vec<u8>,
    #[buffer(copy)] salt: Vec<u8>,
    #[buffer(copy)] secret: Vec<u8>,
    #[buffer(copy)] data: Vec<u8>,
) -> Result<Vec<u8>, Argon2Failure> {
    let inputs = Inputs {
        password,
        salt,
        secret,
        data,
    };
    tokio::task::spawn_blocking(move || hash(&job, &inputs))
        .await
        .map_err(|_| Argon2Failure::Interrupted)?
}
