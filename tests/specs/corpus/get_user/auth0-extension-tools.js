function getUser(email, callback) {
  const tools = require('auth0-extension-tools@1.3.1');
  const errors = [new tools.ArgumentError('a'), new tools.NotFoundError('n'), new tools.UnauthorizedError('u'), new tools.ValidationError('v')].map((e) => [e.name, e.message]);
  callback(null, { user_id: '1', email, errors, keys: typeof tools.config() });
}
