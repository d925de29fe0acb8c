async function getUser(identifier, context, callback) {
  callback(null, { user_id: identifier, name: context.organization.name });
}
