function login(email, password, callback) {
  const names = ['closed', 'close', 'name', 'location', 'self', 'window', 'status', 'document', 'prompt', 'caches', 'Worker', 'onerror', 'cache', 'client', 'store'];
  const kept = names.filter((name) => global[name] === `my ${name}`);
  for (const name of names) global[name] = `my ${name}`;
  callback(null, { user_id: String(kept.length), lost: names.filter((name) => global[name] !== `my ${name}`) });
}
