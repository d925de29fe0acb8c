function script(...args) {
  args.pop()(null, null);
}
