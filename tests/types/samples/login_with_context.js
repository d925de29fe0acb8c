/**
 * @param {string} identifier
 * @param {string} password
 * @param {ActionContext} context
 * @param {LoginCallback} callback
 */
async function login(identifier, password, context, callback) {
  const organization = context.organization?.name ?? "none";
  global.token = global.token ?? password;
  if (identifier === organization) throw new UnauthorizedError("not here");
  callback(null, null);
  // @ts-expect-error name is text
  context.organization?.name.push(1);
  // @ts-expect-error not a profile
  callback(null, true);
}
