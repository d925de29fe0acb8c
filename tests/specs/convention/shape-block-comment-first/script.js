/**
 * @param {string} email
 */
function login(email, password, callback) { // the script
  callback(null, { user_id: '1', email });
} // the end
