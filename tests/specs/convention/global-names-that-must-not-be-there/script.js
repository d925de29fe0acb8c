function login(email, password, callback) {
  const names = ['Deno', '__bootstrap', 'bootstrap', 'prompt', 'alert', 'confirm', 'window', 'self', 'localStorage', 'sessionStorage', 'location', 'closed', 'caches', 'Worker', 'GPU', 'nodeBootstrap'];
  callback(null, { user_id: '1', present: names.filter((name) => eval(`typeof ${name}`) !== 'undefined') });
}
