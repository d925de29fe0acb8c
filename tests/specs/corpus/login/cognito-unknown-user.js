function login(email, password, callback) {
  const { AuthenticationDetails, CognitoUser, CognitoUserPool } = require('amazon-cognito-identity-js');
  const Pool = new CognitoUserPool({ UserPoolId: 'eu-west-1_Legacy', ClientId: 'client', endpoint: configuration.COGNITO });
  const user = new CognitoUser({ Username: 'nobody@example.org', Pool });
  user.setAuthenticationFlowType('USER_SRP_AUTH');
  user.authenticateUser(new AuthenticationDetails({ Username: 'nobody@example.org', Password: password }), {
    onSuccess: () => callback(null, {}),
    onFailure: (err) => callback(err)
  });
}
