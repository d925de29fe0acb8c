function login(email, password, callback) {
  const { openat, open, creat, truncate, mkdir, mkdirat, mknod, rmdir, unlink, unlinkat, rename, renameat, renameat2, link, linkat,
    symlink, symlinkat, chmod, fchmodat, fchmodat2, chown, utime, utimensat, setxattr, openat2 } = calls();
  const here = -100;
  const { VICTIM, FOLDER } = configuration;
  const to = `${FOLDER}/new`;
  const [write, both, create, cut, append, nameless] = [1, 2, 0o100, 0o1000, 0o2000, 0o20200000];
  callAll(callback, {
    openat_write: () => syscall(openat, here, VICTIM, write, 0),
    openat_both: () => syscall(openat, here, VICTIM, both, 0),
    openat_create: () => syscall(openat, here, to, write | create, 0o666),
    openat_create_reading: () => syscall(openat, here, to, create, 0o666),
    openat_cut: () => syscall(openat, here, VICTIM, cut, 0),
    openat_append: () => syscall(openat, here, VICTIM, append | write, 0),
    openat_nameless: () => syscall(openat, here, FOLDER, nameless | both, 0o666),
    open_write: () => syscall(open, VICTIM, write, 0),
    openat2: () => syscall(openat2, here, VICTIM, new Uint8Array(24).fill(1, 0, 1), 24),
    creat: () => syscall(creat, to, 0o666),
    truncate: () => syscall(truncate, VICTIM, 0),
    mkdir: () => syscall(mkdir, to, 0o777),
    mkdirat: () => syscall(mkdirat, here, to, 0o777),
    mknod: () => syscall(mknod, to, 0o10666, 0),
    rmdir: () => syscall(rmdir, FOLDER),
    unlink: () => syscall(unlink, VICTIM),
    unlinkat: () => syscall(unlinkat, here, VICTIM, 0),
    rename: () => syscall(rename, VICTIM, to),
    renameat: () => syscall(renameat, here, VICTIM, here, to),
    renameat2: () => syscall(renameat2, here, VICTIM, here, to, 0),
    link: () => syscall(link, VICTIM, to),
    linkat: () => syscall(linkat, here, VICTIM, here, to, 0),
    symlink: () => syscall(symlink, VICTIM, to),
    symlinkat: () => syscall(symlinkat, VICTIM, here, to),
    chmod: () => syscall(chmod, VICTIM, 0),
    fchmodat: () => syscall(fchmodat, here, VICTIM, 0),
    fchmodat2: () => syscall(fchmodat2, here, VICTIM, 0, 0),
    chown: () => syscall(chown, VICTIM, 1, 1),
    utime: () => syscall(utime, VICTIM, 0),
    utimensat: () => syscall(utimensat, here, VICTIM, 0, 0),
    setxattr: () => syscall(setxattr, VICTIM, 'user.x', 'x', 1, 0),
  });
}
