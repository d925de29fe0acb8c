function login(email, password, callback) {
  let number = 3n;
  for (;;) number = (number * number) % (2n ** 400000n);
}
