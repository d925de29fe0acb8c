// Removes the user whose id login and get_user gave.
/** @type {DeleteScript} */
function deleteUser(id, callback) {
  // The user pool, asked with the key of an IAM user that may do so.
  function pool() {
    const Cognito = require('aws-sdk/clients/cognitoidentityserviceprovider');
    const service = new Cognito({
      region: configuration.AWS_REGION,
      endpoint: configuration.ENDPOINT || undefined,
      accessKeyId: configuration.AWS_ACCESS_KEY_ID,
      secretAccessKey: configuration.AWS_SECRET_ACCESS_KEY,
      maxRetries: 1,
      httpOptions: { connectTimeout: 5000, timeout: 10000 },
    });
    // The SDK takes every failure of the network for an unknown host, without its code.
    service.customizeRequests((request) => request.on('error', (error) => {
      const { errno } = error.originalError || {};
      if (typeof errno === 'number') error.code = require('util').getSystemErrorName(errno);
    }));
    return service;
  }

  async function remove() {
    const sub = String(id).replace(/^cognito\|/, '');
    if (!/^[\w-]+$/.test(sub)) throw new Error('this is no id of the pool');
    const { Users: [user] } = await pool().listUsers({
      UserPoolId: configuration.USER_POOL_ID,
      Filter: `sub = "${sub}"`,
      Limit: 1,
    }).promise();
    if (user) await pool().adminDeleteUser({ UserPoolId: configuration.USER_POOL_ID, Username: user.Username }).promise();
  }

  remove().then(() => callback(null), callback);
}
