async function login(email, password, callback) {
  class LegacyError extends Error {
    constructor(message, status) { super(message); this.name = this.constructor.name; this.status = status; }
  }
  class Api {
    #base; static #count = 0;
    constructor(base) { this.#base = base; Api.#count++; }
    async get(path) {
      const response = await fetch(this.#base + path);
      if (!response.ok) throw new LegacyError(`status ${response.status}`, response.status);
      return response.json();
    }
    static get count() { return Api.#count; }
  }
  const api = new Api(configuration.HTTP);
  const user = await api.get('/users/' + encodeURIComponent(email));
  try {
    await api.get('/users/nobody');
  } catch (e) {
    if (!(e instanceof LegacyError)) throw e;
    const { id: user_id, verified: email_verified = false, ...rest } = user;
    return callback(null, { user_id, email_verified, email: rest?.email ?? 'none', status: e.status, name: e.name, count: Api.count, last: [1, 2, 3].at(-1), grouped: Object.fromEntries(Object.entries(rest).filter(([k]) => k !== 'created')), flat: [[1], [2]].flat(), replaced: 'a-b-c'.replaceAll('-', '_'), big: (2n ** 64n).toString() });
  }
}
