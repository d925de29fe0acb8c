function login(email, password, callback) {
  for (let count = 0; count < 1e6; count += 1) setTimeout(() => {}, 1e6 + count);
  for (let count = 0; count < 1000; count += 1) setInterval(() => {}, 0);
}
