function login(email, password, callback) {
  // The address changes while the supervisor looks at it: it decides about its own copy.
  const { socket, connect } = calls();
  const { SERVER, TCP } = configuration;
  const ways = {};
  for (let count = 0; count < 50; count += 1) {
    ways[count] = () => {
      const address = address4(count % 2 ? TCP : SERVER, [127, 0, 0, 1]);
      const fd = syscall(socket, 2, 0x801, 0);
      const result = syscall(connect, fd, address, 16);
      address.set(address4(TCP, [127, 0, 0, 1]));
      if (count % 2) return result;
      // Allowed; connecting anew must be asked anew.
      return syscall(connect, syscall(socket, 2, 1, 0), address, 16);
    };
  }
  callAll(callback, ways);
}
