// Marks the address as verified; false for an unknown user.
/** @type {VerifyScript} */
function verify(email, callback) {
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

  async function update() {
    try {
      await pool().adminUpdateUserAttributes({
        UserPoolId: configuration.USER_POOL_ID,
        Username: email,
        UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
      }).promise();
    } catch (error) {
      if (error.code === 'UserNotFoundException') return false;
      throw error;
    }
    return true;
  }

  update().then((found) => callback(null, found), callback);
}
