function login(email, password, callback) {
  const again = () => process.nextTick(again);
  again();
}
