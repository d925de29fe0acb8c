use argon2::Params;

use crate::ceiling;

/// Cost of a new Argon2id hash.
///
/// The default is the floor of the OWASP Password Storage Cheat Sheet: 19 MiB of memory, 2 passes, 1 lane.
/// Lower costs are accepted, for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Params {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Why [`Argon2Params::new`] refused a cost.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("accept an argon2 cost: {name} is {value}, must be {min} to {max}")]
pub struct ParamsError {
    name: &'static str,
    value: u32,
    min: u32,
    max: u32,
}

impl Default for Argon2Params {
    fn default() -> Self {
        Self {
            memory_kib: 19 * 1024,
            passes: 2,
            lanes: 1,
        }
    }
}

impl Argon2Params {
    /// Memory in KiB (`m`), passes (`t`), lanes (`p`; computed one after the other here).
    ///
    /// # Errors
    /// A value above its [`ceiling`], zero, or less than 8 KiB of memory per lane (RFC 9106 §3.1).
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, ParamsError> {
        const fn check(
            name: &'static str,
            value: u32,
            min: u32,
            max: u32,
        ) -> Result<(), ParamsError> {
            if value < min || value > max {
                return Err(ParamsError {
                    name,
                    value,
                    min,
                    max,
                });
            }
            Ok(())
        }
        if let Err(error) = check("lanes", lanes, 1, ceiling::ARGON2_LANES) {
            return Err(error);
        }
        if let Err(error) = check("passes", passes, 1, ceiling::ARGON2_PASSES) {
            return Err(error);
        }
        if let Err(error) = check(
            "memory in KiB",
            memory_kib,
            8 * lanes,
            ceiling::ARGON2_MEMORY_KIB,
        ) {
            return Err(error);
        }
        Ok(Self {
            memory_kib,
            passes,
            lanes,
        })
    }

    /// Memory in KiB.
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Lanes.
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }

    pub(crate) fn with_output(self, bytes: usize) -> Params {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(bytes))
            .expect("the constructor checked the same bounds")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_inclusive() {
        assert!(Argon2Params::new(262_144, 10, 16).is_ok());
        assert!(Argon2Params::new(8, 1, 1).is_ok());
        for (m, t, p) in [
            (262_145, 1, 1),
            (64, 11, 1),
            (1024, 1, 17),
            (7, 1, 1),
            (15, 1, 2),
            (64, 0, 1),
            (64, 1, 0),
        ] {
            assert!(Argon2Params::new(m, t, p).is_err(), "{m} {t} {p}");
        }
    }
}
