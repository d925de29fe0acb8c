function login(email, password, callback, tries) {
  if (!tries) return login(email, password, callback, 2);
  if (tries > 1) return setTimeout(login, 1, email, password, callback, tries - 1);
  callback(null, { user_id: '1', email, tries });
  return { then(resolve) { resolve('a promise of its own'); } };
}
