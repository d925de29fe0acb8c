async function login(email, password, callback) {
  setTimeout(() => callback(null, { user_id: 'by callback' }), 5);
  return { user_id: 'by promise' };
}
