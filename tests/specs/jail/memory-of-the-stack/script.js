function login(email, password, callback) {
  const deeper = (depth) => { try { deeper(depth + 1); } catch { deeper(depth + 1); } };
  deeper(0);
}
