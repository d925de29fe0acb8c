function login_wrapper(...args) {
  const callback = args[args.length - 1];
  callback(null, { user_id: '1', count: args.length, types: args.map((arg) => typeof arg) });
}
