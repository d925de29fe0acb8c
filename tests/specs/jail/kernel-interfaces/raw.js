function login(email, password, callback) {
  const { io_uring_setup, io_uring_enter, io_uring_register, bpf, userfaultfd, perf_event_open, keyctl, add_key, request_key, memfd_create,
    memfd_secret, inotify_init, inotify_init1, fanotify_init, modify_ldt, iopl, ioperm, personality, shmget, semget, msgget, mq_open, map_shadow_stack } = calls();
  const zeros = new Uint8Array(128);
  callAll(callback, {
    io_uring_setup: () => syscall(io_uring_setup, 8, zeros),
    io_uring_enter: () => syscall(io_uring_enter, 3, 1, 0, 0, 0, 0),
    io_uring_register: () => syscall(io_uring_register, 3, 0, 0, 0),
    bpf: () => syscall(bpf, 0, zeros, 128),
    userfaultfd: () => syscall(userfaultfd, 1),
    perf_event_open: () => syscall(perf_event_open, zeros, 0, -1, -1, 0),
    keyctl: () => syscall(keyctl, 0, -3, 0, 0, 0),
    add_key: () => syscall(add_key, 'user', 'x', 'x', 1, -3),
    request_key: () => syscall(request_key, 'user', 'x', 0, 0),
    memfd_create: () => syscall(memfd_create, 'x', 0),
    memfd_secret: () => syscall(memfd_secret, 0),
    inotify: () => syscall(inotify_init),
    inotify1: () => syscall(inotify_init1, 0),
    fanotify: () => syscall(fanotify_init, 0, 0),
    modify_ldt: () => syscall(modify_ldt, 1, zeros, 16),
    iopl: () => syscall(iopl, 3),
    ioperm: () => syscall(ioperm, 0, 1, 1),
    personality: () => syscall(personality, 0x0400000),
    shared_memory: () => syscall(shmget, 4711, 4096, 0o1666),
    semaphores: () => syscall(semget, 4711, 1, 0o1666),
    messages: () => syscall(msgget, 4711, 0o1666),
    message_queue: () => syscall(mq_open, 'trickle', 0o102, 0o666, 0),
  });
}
