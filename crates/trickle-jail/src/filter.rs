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
const AND: u32 = libc::BPF_ALU | libc::BPF_AND | libc::BPF_K;
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

/// What an argument has to be. Numbers and bits are compared in the 32 bits that the kernel looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    /// One of these numbers, whether or not the bits in `but` are set.
    Is {
        arg: u32,
        but: u32,
        values: &'static [u32],
    },
    /// It has no bits but these.
    Only { arg: u32, bits: u32 },
    /// It has none of these bits.
    Without { arg: u32, bits: u32 },
    /// All its 64 bits are zero.
    Zero { arg: u32 },
    /// The id of the process that the filter is for.
    OwnProcess { arg: u32 },
}

/// One rule: it holds when all conditions do. The first rule that holds decides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub call: c_long,
    pub when: &'static [When],
    pub verdict: Verdict,
}

/// The program: kill on a foreign architecture, then the rules, then `otherwise`.
pub(crate) fn compile(rules: &[Rule], own_process: u32, otherwise: Verdict) -> Vec<sock_filter> {
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
        program.extend(compile_rule(rule, own_process));
    }
    program.push(ret(otherwise.code()));
    program
}

/// An instruction, or a jump to the end of its rule that cannot be written before the rule's length is known.
enum Step {
    Do(sock_filter),
    /// Leaves the rule unless the word equals this.
    Unless(u32),
    /// Leaves the rule if the word has any of these bits.
    If(u32),
}

fn compile_rule(rule: &Rule, own_process: u32) -> Vec<sock_filter> {
    let mut steps = Vec::new();
    for when in rule.when {
        compile_condition(when, own_process, &mut steps);
    }
    steps.push(Step::Do(ret(rule.verdict.code())));
    let reload = !rule.when.is_empty();
    let length = steps.len();
    let mut body: Vec<_> = steps
        .into_iter()
        .enumerate()
        .map(|(at, step)| {
            let to_end = distance(length - 1 - at);
            match step {
                Step::Do(instruction) => instruction,
                Step::Unless(value) => jump(IF_EQUAL, value, 0, to_end),
                Step::If(bits) => jump(IF_ANY_BIT, bits, to_end, 0),
            }
        })
        .collect();
    if reload {
        body.push(load(NUMBER));
    }
    let number = u32::try_from(rule.call).expect("system call numbers are small");
    body.insert(0, jump(IF_EQUAL, number, 0, distance(body.len())));
    body
}

fn compile_condition(when: &When, own_process: u32, steps: &mut Vec<Step>) {
    let word = |steps: &mut Vec<Step>, offset: u32| steps.push(Step::Do(load(offset)));
    match *when {
        When::Is { arg, but, values } => {
            word(steps, low(arg));
            if but != 0 {
                steps.push(Step::Do(jump(AND, !but, 0, 0)));
            }
            let [first @ .., last] = values else {
                unreachable!("the build script refuses an empty list");
            };
            for (at, value) in first.iter().enumerate() {
                // Over the others and the one that leaves.
                let found = distance(values.len() - 1 - at);
                steps.push(Step::Do(jump(IF_EQUAL, *value, found, 0)));
            }
            steps.push(Step::Unless(*last));
        }
        When::Only { arg, bits } => {
            word(steps, low(arg));
            steps.push(Step::If(!bits));
        }
        When::Without { arg, bits } => {
            word(steps, low(arg));
            steps.push(Step::If(bits));
        }
        When::Zero { arg } => {
            word(steps, low(arg));
            steps.push(Step::Unless(0));
            word(steps, low(arg) + 4);
            steps.push(Step::Unless(0));
        }
        When::OwnProcess { arg } => {
            word(steps, low(arg));
            steps.push(Step::Unless(own_process));
        }
    }
}

fn distance(instructions: usize) -> u8 {
    u8::try_from(instructions).expect("a rule is a handful of instructions")
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

#[cfg(test)]
mod tests;
