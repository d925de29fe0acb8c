function login(email, password, callback) {
  const { fork, clone, exit_group } = calls();
  const ways = {};
  for (let count = 0; count < 200; count += 1) {
    ways[count] = () => {
      const child = count % 2 ? syscall(fork) : syscall(clone, 17, 0, 0, 0, 0);
      if (child === 0) syscall(exit_group, 0);
      return child;
    };
  }
  callAll(callback, ways);
}
