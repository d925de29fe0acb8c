function login(email, password, callback) {
  callback({ message: 'no luck', code: 'E_LUCK', name: 'Luck', description: 'bad luck', user_id: 7, stack: undefined, secret: 'x' });
}
