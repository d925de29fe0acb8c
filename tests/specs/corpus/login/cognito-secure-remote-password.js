function login(username, password, callback) {
  global.fetch = require('node-fetch@2.6.0');
  const AmazonCognitoIdentity = require('amazon-cognito-identity-js@3.0.14');
  const pool = new AmazonCognitoIdentity.CognitoUserPool({ UserPoolId: 'eu-west-1_Legacy', ClientId: 'client', endpoint: configuration.COGNITO });
  const details = (Password) => new AmazonCognitoIdentity.AuthenticationDetails({ Username: username, Password });
  const user = () => new AmazonCognitoIdentity.CognitoUser({ Username: username, Pool: pool });
  user().authenticateUser(details('wrong'), {
    onSuccess: () => callback(new Error('a wrong password was taken')),
    onFailure: (refused) => user().authenticateUser(details(password), {
      onSuccess: (session) => {
        const { sub, email, email_verified } = session.getIdToken().payload;
        callback(null, { user_id: sub, email, email_verified, isValid: session.isValid(), refused: [refused.code, refused.name, refused.message] });
      },
      onFailure: callback,
      newPasswordRequired: () => callback(new Error('change it first'))
    })
  });
}
