function login(email, password, callback) {
  const { openat, open, openat2, readlink, name_to_handle_at, open_by_handle_at, execve } = calls();
  const { SECRET, FOLDER } = configuration;
  const read = (path) => readAll(syscall(openat, -100, path, 0, 0));
  callAll(callback, {
    openat: () => read(SECRET),
    open: () => readAll(syscall(open, SECRET, 0, 0)),
    openat2: () => readAll(syscall(openat2, -100, SECRET, new Uint8Array(24), 24)),
    folder: () => syscall(openat, -100, FOLDER, 0o200000, 0),
    root_of_the_process: () => read(`/proc/self/root${SECRET}`),
    shadow: () => read('/etc/shadow'),
    machine_id: () => read('/etc/machine-id'),
    devices: () => read('/dev/sda'),
    memory: () => read('/dev/mem'),
    kernel_log: () => read('/dev/kmsg'),
    own_program: () => read('/proc/self/exe'),
    handle: () => syscall(name_to_handle_at, -100, SECRET, new Uint8Array(128), new Uint8Array(4), 0),
    by_handle: () => syscall(open_by_handle_at, -100, new Uint8Array(128), 0),
  });
}
