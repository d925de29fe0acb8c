async function remove(id, callback) {
  const axios = require('axios');
  const { status, data } = await axios.delete(`${configuration.HTTP}/users/${id}`, { headers: { Authorization: 'Bearer x' } });
  callback(null, { status, data });
}
