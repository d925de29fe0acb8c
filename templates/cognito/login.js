// Checks the password and gives the profile.
/** @type {LoginScript} */
function login(email, password, callback) {
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

  async function check() {
    const parameters = { USERNAME: email, PASSWORD: password };
    if (configuration.CLIENT_SECRET) {
      parameters.SECRET_HASH = require('crypto')
        .createHmac('sha256', configuration.CLIENT_SECRET)
        .update(email + configuration.CLIENT_ID)
        .digest('base64');
    }
    let answer;
    try {
      answer = await pool().adminInitiateAuth({
        UserPoolId: configuration.USER_POOL_ID,
        ClientId: configuration.CLIENT_ID,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: parameters,
      }).promise();
    } catch (error) {
      if (error.code === 'UserNotFoundException') throw new WrongUsernameOrPasswordError();
      if (error.code === 'NotAuthorizedException') throw new WrongUsernameOrPasswordError(email);
      throw error;
    }
    // A second factor or a forced change comes after the right password; Trickle asks for its own.
    const proven = ['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP', 'SELECT_MFA_TYPE', 'NEW_PASSWORD_REQUIRED'];
    if (!answer.AuthenticationResult && !proven.includes(answer.ChallengeName)) {
      throw new Error(`the pool asks for ${answer.ChallengeName}`);
    }
    const profile = await profileOf(email);
    if (!profile) throw new Error('the password is right and the user is not found');
    return profile;
  }

  check().then((profile) => callback(null, profile), callback);
}
