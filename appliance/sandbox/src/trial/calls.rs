//! The calls that a trial may make to the system: a list, and whatever is not on it ends the process.
//!
//! Compiling and starting a guest needs memory, threads, locks and a clock, and the two pipes it was started with. It
//! opens nothing, starts nobody and talks to nobody. Source of the numbers: the system's headers, through `libc`.

use std::{collections::BTreeMap, process};

use libc::{
    AF_UNIX, CLONE_THREAD, EACCES, ENOSYS, PR_SET_NAME, PR_SET_VMA, SYS_brk, SYS_clock_getres,
    SYS_clock_gettime, SYS_clock_nanosleep, SYS_clone, SYS_clone3, SYS_close, SYS_epoll_create1,
    SYS_epoll_ctl, SYS_epoll_pwait, SYS_eventfd2, SYS_exit, SYS_exit_group, SYS_faccessat, SYS_fcntl,
    SYS_fstat, SYS_futex, SYS_getcwd, SYS_getpid, SYS_getrandom, SYS_gettid, SYS_ioctl, SYS_lseek,
    SYS_madvise, SYS_membarrier, SYS_mmap, SYS_mprotect, SYS_mremap, SYS_munmap, SYS_nanosleep,
    SYS_newfstatat, SYS_openat, SYS_ppoll, SYS_prctl, SYS_prlimit64, SYS_read, SYS_readlinkat, SYS_readv,
    SYS_restart_syscall, SYS_rseq, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
    SYS_sched_getaffinity, SYS_sched_yield, SYS_set_robust_list, SYS_sigaltstack, SYS_socketpair, SYS_statx,
    SYS_tgkill, SYS_write, SYS_writev, c_long,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Width, SeccompCmpOp as Is, SeccompCondition as Argument,
    SeccompFilter, SeccompRule, TargetArch, apply_filter_all_threads,
};

/// What a trial cannot do without.
const ALLOWED: &[c_long] = &[
    // Its own memory.
    SYS_brk,
    SYS_madvise,
    SYS_membarrier,
    SYS_mmap,
    SYS_mprotect,
    SYS_mremap,
    SYS_munmap,
    // Its own threads, their locks and signals; how it ends.
    SYS_exit,
    SYS_exit_group,
    SYS_futex,
    SYS_getpid,
    SYS_gettid,
    SYS_restart_syscall,
    SYS_rseq,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sched_getaffinity,
    SYS_sched_yield,
    SYS_set_robust_list,
    SYS_sigaltstack,
    // Time and chance.
    SYS_clock_getres,
    SYS_clock_gettime,
    SYS_clock_nanosleep,
    SYS_getrandom,
    SYS_nanosleep,
    // What is open already: the two pipes, and what wakes a thread of its own.
    SYS_close,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_eventfd2,
    SYS_fcntl,
    SYS_fstat,
    SYS_lseek,
    SYS_ppoll,
    SYS_read,
    SYS_readv,
    SYS_write,
    SYS_writev,
];

/// Calls of the same kind that only the older of the two machines has.
#[cfg(target_arch = "x86_64")]
const ALLOWED_HERE: &[c_long] = &[libc::SYS_epoll_wait, libc::SYS_poll];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_HERE: &[c_long] = &[];

/// How libraries look around. They are told no, and manage without.
const REFUSED: &[c_long] =
    &[SYS_faccessat, SYS_getcwd, SYS_ioctl, SYS_newfstatat, SYS_openat, SYS_readlinkat, SYS_statx];

#[cfg(target_arch = "x86_64")]
const REFUSED_HERE: &[c_long] = &[libc::SYS_access, libc::SYS_open, libc::SYS_readlink, libc::SYS_stat];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_HERE: &[c_long] = &[];

/// From now on this process makes no call that is not on the list. There is no way back.
pub(super) fn keep_to_the_list() -> seccompiler::Result<()> {
    // Of several filters the system takes the sternest answer. The one that ends the process comes last, because it
    // would not let another be added.
    apply_filter_all_threads(&unknown()?)?;
    apply_filter_all_threads(&refused()?)?;
    apply_filter_all_threads(&listed()?)
}

type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

/// `clone3` keeps its flags where a filter cannot look. As on a system that does not have it, threads are made with `clone`.
fn unknown() -> seccompiler::Result<BpfProgram> {
    answering(always(&[SYS_clone3]), ENOSYS)
}

fn refused() -> seccompiler::Result<BpfProgram> {
    answering(always(&[REFUSED, REFUSED_HERE].concat()), EACCES)
}

/// Answers these calls with an error of the system's; what about the others is the next filter's to say.
fn answering(rules: Rules, error: i32) -> seccompiler::Result<BpfProgram> {
    compiled(rules, SeccompAction::Allow, SeccompAction::Errno(error.unsigned_abs()))
}

fn listed() -> seccompiler::Result<BpfProgram> {
    let own = u64::from(process::id());
    let number = |number: i32| u64::from(number.unsigned_abs());
    let mut rules = always(&[ALLOWED, ALLOWED_HERE, REFUSED, REFUSED_HERE, &[SYS_clone3]].concat());
    let thread = number(CLONE_THREAD);
    rules.insert(SYS_clone, when(&[(0, Width::Qword, Is::MaskedEq(thread), thread)])?);
    // Names for its threads and its memory, which newer systems' libraries give.
    let naming = [PR_SET_NAME, PR_SET_VMA].map(|option| when(&[(0, Width::Dword, Is::Eq, number(option))]));
    rules.insert(SYS_prctl, naming.into_iter().collect::<Result<Vec<_>, _>>()?.concat());
    // A limit may be read, never set.
    rules.insert(SYS_prlimit64, when(&[(0, Width::Dword, Is::Eq, 0), (2, Width::Qword, Is::Eq, 0)])?);
    rules.insert(SYS_socketpair, when(&[(0, Width::Dword, Is::Eq, number(AF_UNIX))])?);
    // It may end itself, and nobody else.
    rules.insert(SYS_tgkill, when(&[(0, Width::Dword, Is::Eq, own)])?);
    compiled(rules, SeccompAction::KillProcess, SeccompAction::Allow)
}

fn always(calls: &[c_long]) -> Rules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

/// A rule on arguments, of which every one must be so.
fn when(arguments: &[(u8, Width, Is, u64)]) -> seccompiler::Result<Vec<SeccompRule>> {
    let arguments =
        arguments.iter().cloned().map(|(at, width, is, value)| Argument::new(at, width, is, value));
    Ok(vec![SeccompRule::new(arguments.collect::<Result<_, _>>()?)?])
}

fn compiled(rules: Rules, others: SeccompAction, these: SeccompAction) -> seccompiler::Result<BpfProgram> {
    let machine: TargetArch = std::env::consts::ARCH.try_into()?;
    Ok(SeccompFilter::new(rules, others, these, machine)?.try_into()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What no safe code can try, so `tests/confinement` cannot show it.
    #[test]
    fn what_must_never_be_on_the_list_is_not() {
        let listed = [ALLOWED, ALLOWED_HERE, REFUSED, REFUSED_HERE].concat();
        for call in [
            libc::SYS_execve,
            libc::SYS_execveat,
            libc::SYS_ptrace,
            libc::SYS_process_vm_readv,
            libc::SYS_process_vm_writev,
            libc::SYS_pidfd_getfd,
            libc::SYS_kill,
            libc::SYS_tkill,
            libc::SYS_rt_tgsigqueueinfo,
            libc::SYS_mount,
            libc::SYS_umount2,
            libc::SYS_pivot_root,
            libc::SYS_chroot,
            libc::SYS_setns,
            libc::SYS_unshare,
            libc::SYS_bpf,
            libc::SYS_io_uring_setup,
            libc::SYS_keyctl,
            libc::SYS_add_key,
            libc::SYS_perf_event_open,
            libc::SYS_userfaultfd,
            libc::SYS_seccomp,
            libc::SYS_socket,
            libc::SYS_connect,
            libc::SYS_sendmsg,
            libc::SYS_recvmsg,
            libc::SYS_openat2,
            libc::SYS_open_by_handle_at,
            libc::SYS_unlinkat,
            libc::SYS_renameat2,
            libc::SYS_ftruncate,
            libc::SYS_setuid,
            libc::SYS_capset,
            libc::SYS_finit_module,
            libc::SYS_kexec_load,
            libc::SYS_reboot,
        ] {
            assert!(!listed.contains(&call), "{call}");
        }
    }

    #[test]
    fn the_filters_can_be_made_for_this_machine() {
        for filter in [unknown(), refused(), listed()] {
            assert!(!filter.unwrap().is_empty());
        }
    }
}
