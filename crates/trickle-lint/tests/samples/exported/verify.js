'use strict';
const settings = { timeout: 5000 };
module.exports = function (email, callback) {
  const axios = require('axios');
  const body = { email_verified: true, email: email };
  axios.patch(configuration.URL, body, settings).then(
    (response) => callback(null, response.status === 204),
    (error) => {
      const status = error.response ? error.response.status : 0;
      return status === 404 ? callback(null, false) : callback(error);
    },
  );
};
