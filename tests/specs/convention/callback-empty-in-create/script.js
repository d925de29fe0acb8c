function script(...args) {
  args.pop()();
}
