function login(email, password, callback) {
  for (let line = 0; line < 9000; line++) console.log('line', line);
  console.log('a\nb');
  callback(null, { user_id: '1' });
}
