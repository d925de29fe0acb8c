async function login(email, password, callback) {
  class Store {
    #users = new Map([['ann@example.org', { id: 7n, roles: ['a', , 'b'] }]]);
    static from = (x) => x ?? new Store();
    find = async (key) => this.#users.get(key);
  }
  const user = await Store.from(undefined).find(email);
  const { id, ...rest } = { ...user, [`${'dyn'}amic`]: 1_000 };
  const domain = /(?<=@)(?<domain>[^.]+)/u.exec(email)?.groups?.domain;
  for await (const part of (async function* () { yield domain; })()) rest.domain = part;
  try { throw 0; } catch { rest.caught = true; }
  callback(null, { user_id: `${id}`, ...rest, at: rest.roles.at(-1), email });
}
