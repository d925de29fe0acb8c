async function login(email, password, callback) {
  const AWS = require('aws-sdk');
  const settings = { accessKeyId: 'a', secretAccessKey: 's', region: 'us-east-1', endpoint: configuration.HTTP + '/aws' };
  if (!global.certificates) {
    const { Parameters } = await new AWS.SSM(settings).getParameters({ Names: ['cert', 'key'], WithDecryption: true }).promise();
    global.certificates = Object.fromEntries(Parameters.map((parameter) => [parameter.Name, parameter.Value]));
  }
  const { Item } = await new AWS.DynamoDB.DocumentClient(settings).get({ TableName: 't', Key: { email } }).promise();
  callback(null, { user_id: '1', ...Item, certificates: global.certificates });
}
