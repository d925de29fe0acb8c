//! A small assembler for seccomp programs (classic BPF, `seccomp(2)`).
//!
//! seccompiler knows one action per filter; a short list with several actions and the x32 check is clearer written out.

use libc::{c_long, sock_filter};

#[cfg(target_arch = "x86_64")]
const AUDIT_ARCH: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const AUDIT_ARCH: u32 = 0xc000_00b7;

/// On x86-64 the x32 calls are the same numbers with this bit set (`asm/unistd.h`); they would slip past every rule.
#[cfg(target_arch = "x86_64")]
const X32_BIT: u32 = 0x4000_0000;

// Offsets in `struct seccomp_data`.
const NUMBER: u32 = 0;
const ARCH: u32 = 4;
const ARGS: u32 = 16;

const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
const IF_EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
#[cfg(target_arch = "x86_64")]
const IF_AT_LEAST: u32 = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
const IF_ANY_BIT: u32 = libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K;
const RETURN: u32 = libc::BPF_RET | libc::BPF_K;

/// What happens to a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verdict {
    /// The call passes.
    Allow,
    /// The supervisor is asked.
    Notify,
    /// The call fails with this errno.
    Fail(i32),
}

impl Verdict {
    fn code(self) -> u32 {
        match self {
            Self::Allow => libc::SECCOMP_RET_ALLOW,
            Self::Notify => libc::SECCOMP_RET_USER_NOTIF,
            Self::Fail(errno) => libc::SECCOMP_RET_ERRNO | errno.unsigned_abs(),
        }
    }
}

/// For which arguments a rule holds. Integers are compared in the 32 bits that the kernel looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    Always,
    /// The argument is this number.
    Is(u32, u32),
    /// The argument is another number.
    IsNot(u32, u32),
    /// The argument has any of these bits.
    AnyBit(u32, u32),
    /// The argument has none of these bits.
    NoBit(u32, u32),
    /// The argument is a pointer to something.
    NotNull(u32),
}

/// One rule; the first that holds decides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub call: c_long,
    pub when: When,
    pub verdict: Verdict,
}

/// The program: kill on a foreign architecture, then the rules, then allow.
pub(crate) fn compile(rules: impl IntoIterator<Item = Rule>) -> Vec<sock_filter> {
    let mut program = vec![
        load(ARCH),
        jump(IF_EQUAL, AUDIT_ARCH, 1, 0),
        ret(libc::SECCOMP_RET_KILL_PROCESS),
        load(NUMBER),
        #[cfg(target_arch = "x86_64")]
        jump(IF_AT_LEAST, X32_BIT, 0, 1),
        #[cfg(target_arch = "x86_64")]
        ret(libc::SECCOMP_RET_KILL_PROCESS),
    ];
    for rule in rules {
        program.extend(compile_rule(&rule));
    }
    program.push(ret(libc::SECCOMP_RET_ALLOW));
    program
}

fn compile_rule(rule: &Rule) -> Vec<sock_filter> {
    let mut body = match rule.when {
        When::Always => vec![],
        When::Is(arg, value) => vec![load(low(arg)), jump(IF_EQUAL, value, 0, 1)],
        When::IsNot(arg, value) => vec![load(low(arg)), jump(IF_EQUAL, value, 1, 0)],
        When::AnyBit(arg, mask) => vec![load(low(arg)), jump(IF_ANY_BIT, mask, 0, 1)],
        When::NoBit(arg, mask) => vec![load(low(arg)), jump(IF_ANY_BIT, mask, 1, 0)],
        When::NotNull(arg) => vec![
            load(low(arg)),
            jump(IF_EQUAL, 0, 0, 2),
            load(low(arg) + 4),
            jump(IF_EQUAL, 0, 1, 0),
        ],
    };
    body.push(ret(rule.verdict.code()));
    if !matches!(rule.when, When::Always) {
        body.push(load(NUMBER));
    }
    let number = u32::try_from(rule.call).expect("system call numbers are small");
    let skip = u8::try_from(body.len()).expect("a rule is a handful of instructions");
    body.insert(0, jump(IF_EQUAL, number, 0, skip));
    body
}

/// Offset of an argument's low half; both architectures are little-endian.
fn low(arg: u32) -> u32 {
    ARGS + 8 * arg
}

fn load(offset: u32) -> sock_filter {
    jump(LOAD, offset, 0, 0)
}

fn ret(verdict: u32) -> sock_filter {
    jump(RETURN, verdict, 0, 0)
}

fn jump(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    let code = u16::try_from(code).expect("BPF opcodes have 16 bits");
    sock_filter { code, jt, jf, k }
}
