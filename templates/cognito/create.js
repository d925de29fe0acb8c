// Adds a user.
/** @type {CreateScript} */
function create(user, callback) {
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

  async function add() {
    const name = { UserPoolId: configuration.USER_POOL_ID, Username: user.email };
    await pool().adminCreateUser({
      ...name,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: user.email }],
    }).promise();
    await pool().adminSetUserPassword({ ...name, Password: user.password, Permanent: true }).promise();
  }

  add().then(
    () => callback(null),
    (error) => callback(error.code === 'UsernameExistsException'
      ? new ValidationError('user_exists', 'The user exists already.') : error),
  );
}
