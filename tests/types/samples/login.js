/** @type {LoginScript} */
function login(email, password, callback) {
  const { Client } = require("pg@8.7.1");
  const client = new Client({ connectionString: configuration.DB_URL });
  client.connect((/** @type {Error | null} */ error) => {
    if (error) return callback(error);
    if (password.length === 0) return callback(new WrongUsernameOrPasswordError(email, "empty"));
    if (password === "old") return callback(WrongUsernameOrPasswordError(email));
    callback(null, { user_id: 42, email: email.toLowerCase(), email_verified: true, roles: ["a"], metadata: {} });
    callback(null, { id: "42", mfa_factors: [{ totp: { secret: "JBSWY3DPEHPK3PXP" } }] }, callback);
    callback();
    callback("text");
    // @ts-expect-error a misspelt type of a known field
    callback(null, { user_id: "1", email_verified: "yes" });
    // @ts-expect-error not a profile
    callback(null, "42");
    // @ts-expect-error configuration is text
    configuration.PORT + 1 === 5433;
    // @ts-expect-error configuration cannot be written
    configuration.PORT = "5433";
    // @ts-expect-error a factor is one of three
    callback(null, { user_id: 1, mfa_factors: [{ sms: "1" }] });
    // @ts-expect-error no such method
    email.lower();
  });
}
