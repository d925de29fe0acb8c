function login(email, password, callback) {
  const { ENDPOINT, KEY: key } = configuration;
  callback(null, { user_id: ENDPOINT + key, missing: typeof configuration.other, keys: Object.keys(configuration), same: global.configuration === configuration });
}
