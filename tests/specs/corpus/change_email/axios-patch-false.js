async function changeEmail(oldEmail, newEmail, verified, callback) {
  const axios = require('axios');
  try {
    const { data } = await axios.patch(`${configuration.HTTP}/users/${encodeURIComponent(oldEmail)}`, { newEmail, verified });
    return callback(null, data.changed.length === 2);
  } catch (error) {
    return callback(error);
  }
}
