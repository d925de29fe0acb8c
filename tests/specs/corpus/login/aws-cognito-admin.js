function login(email, password, callback) {
  const AWS = require('aws-sdk@2.593.0');
  AWS.config.update({ accessKeyId: 'a', secretAccessKey: 's', region: 'eu-west-1' });
  const cognito = new AWS.CognitoIdentityServiceProvider({ endpoint: configuration.HTTP + '/aws' });
  cognito.adminInitiateAuth({ AuthFlow: 'ADMIN_NO_SRP_AUTH', ClientId: 'c', UserPoolId: 'p', AuthParameters: { USERNAME: email, PASSWORD: 'wrong' } }, (err) => {
    const refused = err && { name: err.name, code: err.code, message: err.message, statusCode: err.statusCode, retryable: err.retryable };
    cognito.adminGetUser({ UserPoolId: 'p', Username: email }, (err, data) => {
      if (err) return callback(err);
      callback(null, { user_id: data.Username, email: data.UserAttributes.find((a) => a.Name === 'email').Value, refused });
    });
  });
}
