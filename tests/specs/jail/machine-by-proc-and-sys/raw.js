function login(email, password, callback) {
  const { openat } = calls();
  const ways = {};
  for (const path of ['/proc/meminfo', '/proc/mounts', '/proc/net/tcp', '/proc/kallsyms', '/proc/keys', '/sys/class/net', '/sys/fs/cgroup', '/dev/shm', '/run',
    '/tmp', '/home', '/etc/passwd', '/etc', '/', '/var/log', '/dev/null', '/dev/tty', '/dev/fuse', '/dev/kvm', '/dev/net/tun', '/dev/ptmx']) {
    ways[path] = () => syscall(openat, -100, path, 0, 0);
  }
  for (const path of ['/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/proc/self/oom_score_adj', '/proc/self/uid_map', '/proc/self/attr/current', '/dev/null']) {
    ways[`write ${path}`] = () => syscall(openat, -100, path, 1, 0);
  }
  callAll(callback, ways);
}
