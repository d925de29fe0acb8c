function login(email, password, callback) {
  console.log('x'.repeat(1e6));
  console.log('äöü'.repeat(4));
  console.log('😀😀😀');
  callback(null, { user_id: '1' });
}
