async function login(email, password, callback) {
  const axios = require('axios');
  const jwt = require('jsonwebtoken');
  try {
    const form = new URLSearchParams({ grant_type: 'password', client_id: 'c', scope: 'openid c offline_access', username: email, password, response_type: 'token id_token' });
    const response = await axios({ method: 'post', url: configuration.HTTP + '/echo', data: form.toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    const token = jwt.sign({ oid: '42', emails: [email], given_name: 'Änn' }, 'k', { noTimestamp: true });
    const decoded = jwt.decode(token, { complete: true });
    return callback(null, { user_id: decoded.payload.oid, email: decoded.payload.emails[0], header: decoded.header, sent: response.data.body, type: response.data.type });
  } catch (error) {
    return callback(error.response ? new WrongUsernameOrPasswordError(email) : error);
  }
}
