function login(username, password, callback) {
  global.fetch = require('node-fetch@2.6.0');
  const { CognitoUserPool, CognitoUser, AuthenticationDetails } = require('amazon-cognito-identity-js');
  const pool = new CognitoUserPool({ UserPoolId: configuration.POOL, ClientId: configuration.CLIENT });
  const user = new CognitoUser({ Username: username, Pool: pool });
  user.authenticateUser(new AuthenticationDetails({ Username: username, Password: password }), {
    onSuccess: (session) => {
      const claims = session.getIdToken().payload;
      callback(null, {
        user_id: claims.sub,
        email: claims.email,
        email_verified: claims.email_verified === true,
      });
    },
    onFailure: (err) => {
      console.log(err.code);
      callback(err.code === 'NotAuthorizedException' ? new WrongUsernameOrPasswordError(username) : err);
    },
  });
}
