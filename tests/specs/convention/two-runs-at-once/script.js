async function login(email, password, callback) {
  global.here = (global.here || 0) + 1;
  console.log('begin', email);
  while (global.here < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await null;
  setTimeout(() => {
    console.log('end', email);
    callback(null, { user_id: email });
  }, email === 'a' ? 10 : 1);
}
