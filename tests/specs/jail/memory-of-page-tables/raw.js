function login(email, password, callback) {
  const { mmap } = calls();
  // For reading, so that not a page of them is the worker's own.
  const map = (gib) => syscall(mmap, 0, gib * 2 ** 30, 1, 0x4022, -1, 0);
  callAll(callback, {
    at_once: () => map(1024),
    by_and_by: () => {
      let last = 0;
      for (let count = 0; count < 32 && !(last < 0 && last > -4096); count += 1) last = map(4);
      return last;
    },
  });
}
