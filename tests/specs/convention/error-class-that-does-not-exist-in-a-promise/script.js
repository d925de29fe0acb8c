function login(email, password, callback) {
  Promise.resolve().then(() => {
    callback(new Auth0Error(email));
  });
}
