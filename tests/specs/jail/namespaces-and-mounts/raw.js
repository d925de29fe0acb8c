function login(email, password, callback) {
  const { unshare, setns, clone, exit_group, mount, umount2, pivot_root, chroot, open_tree, move_mount, fsopen, fsmount, mount_setattr, statmount, listmount } = calls();
  const [user, net, mounts, pids, thread] = [0x10000000, 0x40000000, 0x20000, 0x20000000, 0x10d00];
  const split = (flags) => {
    const child = syscall(clone, flags, 0, 0, 0, 0);
    if (child === 0) syscall(exit_group, 0);
    return child;
  };
  callAll(callback, {
    user: () => syscall(unshare, user),
    user_and_net: () => syscall(unshare, user | net),
    mounts: () => syscall(unshare, mounts),
    files: () => syscall(unshare, 0x400),
    clone_user: () => split(user | 17),
    clone_pids: () => split(user | pids | 17),
    setns: () => syscall(setns, 3, 0),
    mount: () => syscall(mount, 'none', '/tmp', 'tmpfs', 0, 0),
    bind: () => syscall(mount, '/', configuration.FOLDER, 0, 4096, 0),
    umount: () => syscall(umount2, '/proc', 2),
    pivot_root: () => syscall(pivot_root, '/', '/'),
    chroot: () => syscall(chroot, '/'),
    open_tree: () => syscall(open_tree, -100, '/', 1),
    move_mount: () => syscall(move_mount, -100, '/', -100, '/', 0),
    fsopen: () => syscall(fsopen, 'tmpfs', 0),
    fsmount: () => syscall(fsmount, 3, 0, 0),
    mount_setattr: () => syscall(mount_setattr, -100, '/', 0, new Uint8Array(32), 32),
  });
}
