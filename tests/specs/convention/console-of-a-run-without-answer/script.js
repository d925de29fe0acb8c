async function login(email, password, callback) {
  await null;
  console.log('I was here');
  if (password === 'loop') for (;;);
}
