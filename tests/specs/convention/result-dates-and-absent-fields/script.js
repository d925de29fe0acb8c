function login(email, password, callback) {
  callback(null, { user_id: 7, created_at: new Date(1e12), absent: undefined, none: null, call() {}, [Symbol('s')]: 1, list: [undefined, () => {}, Symbol('s'), 1] });
}
