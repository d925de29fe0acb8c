use serde::Deserialize;

/// What stops attacks. `docs/THREAT-MODEL.md` describes each.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Wall {
    /// Four descriptors, an empty environment.
    BareStart,
    /// Connections are made by the supervisor, by its policy.
    Broker,
    /// Lines and bytes that a run may write to its console.
    ConsoleBudget,
    /// The engine's own permissions.
    EnginePermissions,
    /// V8 heap of a worker.
    HeapLimit,
    /// What the host functions take, and what scripts are given instead of the engine's own.
    HostFunctions,
    /// Answers and errors become plain data.
    JsonBoundary,
    /// Descriptors, memory, file sizes.
    KernelLimits,
    /// Files by name.
    Landlock,
    /// The supervisor takes secrets out of what it logs.
    Masking,
    /// One process for one connection.
    Process,
    /// Frames are limited, parsed once, and answers need their token.
    Protocol,
    /// The engine's internals are gone from the globals.
    PrunedEngine,
    /// System calls.
    SystemCallFilter,
    /// Wall and CPU time, kept from outside.
    TimeLimit,
}

impl Wall {
    pub const ALL: [Self; 15] = [
        Self::BareStart,
        Self::Broker,
        Self::ConsoleBudget,
        Self::EnginePermissions,
        Self::HeapLimit,
        Self::HostFunctions,
        Self::JsonBoundary,
        Self::KernelLimits,
        Self::Landlock,
        Self::Masking,
        Self::Process,
        Self::Protocol,
        Self::PrunedEngine,
        Self::SystemCallFilter,
        Self::TimeLimit,
    ];
}
