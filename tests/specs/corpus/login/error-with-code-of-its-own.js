function login(email, password, callback) {
  const error = new Error('Account locked: too many attempts – "ßü"');
  error.code = 'ACCOUNT_LOCKED';
  error.statusCode = 423;
  error.details = { until: 'tomorrow' };
  callback(error);
}
