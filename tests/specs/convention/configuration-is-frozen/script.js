function login(email, password, callback) {
  configuration.KEY = 'changed';
  configuration.other = 'new';
  delete configuration.KEY;
  let thrown;
  try {
    (function () { 'use strict'; configuration.KEY = 'changed'; })();
  } catch (error) {
    thrown = error.name;
  }
  callback(null, { user_id: JSON.stringify(configuration), thrown });
}
