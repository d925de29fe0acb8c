async function login(email, password, callback) {
  const axios = require('axios@0.22.0');
  try {
    const { data, status } = await axios.post(configuration.HTTP + '/login', { email, password }, { headers: { 'x-api-key': 'k' }, timeout: 10000 });
    return callback(null, { user_id: data.id, email: data.email, status });
  } catch (error) {
    if (error.response && error.response.status === 404) return callback(new WrongUsernameOrPasswordError(email));
    return callback(new Error(error.message));
  }
}
