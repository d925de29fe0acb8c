async function login(identifierValue, password, context, callback) {
  const sources = [configuration.FIRST, configuration.SECOND].filter(Boolean);
  for (const source of sources) {
    const answer = await fetch(source, { method: 'POST', body: JSON.stringify({ identifierValue, password }) });
    if (answer.ok) {
      const profile = await answer.json();
      const token = require('crypto').createHash('sha256').update(source).digest('hex');
      profile.app_metadata = { source: token, organization: context.organization && context.organization.id };
      return callback(null, profile);
    }
    if (answer.status >= 500) {
      return callback(new Error(`source answered ${answer.status}`));
    }
  }
  callback(new WrongUsernameOrPasswordError(identifierValue));
}
