async function login(email, password, callback) {
  let step = 'begin';
  try {
    step = 'try';
    throw new WrongUsernameOrPasswordError(email, 'Wrong. Try <b>again</b>.');
  } catch (err) {
    step = 'catch';
    return callback(err);
  } finally {
    await new Promise((resolve) => setTimeout(resolve, 10));
    callback(null, { user_id: '1', email, step });
  }
}
