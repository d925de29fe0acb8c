// Gives the profile without a password; nothing for an unknown user.
/** @type {GetUserScript} */
function getUser(email, callback) {
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

  // The profile of a user, by name or address; nothing for an unknown one.
  async function profileOf(name) {
    let user;
    try {
      user = await pool().adminGetUser({ UserPoolId: configuration.USER_POOL_ID, Username: name }).promise();
    } catch (error) {
      if (error.code === 'UserNotFoundException') return null;
      throw error;
    }
    const attributes = {};
    for (const { Name, Value } of user.UserAttributes) attributes[Name] = Value;
    return {
      user_id: `cognito|${attributes.sub}`,
      email: attributes.email,
      email_verified: attributes.email_verified === 'true',
      name: attributes.name,
      given_name: attributes.given_name,
      family_name: attributes.family_name,
      nickname: attributes.nickname,
      blocked: user.Enabled === false,
    };
  }

  profileOf(email).then((profile) => callback(null, profile), callback);
}
