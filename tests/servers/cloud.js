// User pools of Amazon Cognito and of Firebase Authentication for tests: as much of both services as a login needs, over one user each.
"use strict";
const http = require("node:http");
const { createHmac, randomUUID } = require("node:crypto");

const PASSWORD = "legacy password";

async function json(request) {
  let text = "";
  for await (const part of request) text += part;
  return JSON.parse(text || "{}");
}

const byEmail = (users, email) => users.find((user) => user.email.toLowerCase() === String(email).toLowerCase());

/// Answers with what `handle` gives, or throws as `{ status, body }`.
function service(first, handle) {
  let users = first();
  const server = http.createServer(async (request, response) => {
    let answer;
    try {
      answer = { status: 200, body: handle(users, request, await json(request)) };
    } catch (error) {
      answer = error.status ? error : { status: 500, body: { message: String(error) } };
    }
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answer.body));
  });
  return Object.assign(server, { reset: () => { users = first(); } });
}

const CLIENT = { id: "app", secret: "app's secret" };
const refusal = (type, message) => ({ status: 400, body: { __type: type, message } });

function found(users, name) {
  const user = byEmail(users, name) ?? users.find(({ sub }) => sub === name);
  if (!user) throw refusal("UserNotFoundException", "User does not exist.");
  return user;
}

const COGNITO = {
  AdminInitiateAuth(users, { ClientId, AuthParameters: { USERNAME, PASSWORD: typed, SECRET_HASH } }) {
    const hash = createHmac("sha256", CLIENT.secret).update(USERNAME + ClientId).digest("base64");
    if (ClientId !== CLIENT.id || SECRET_HASH !== hash) throw refusal("NotAuthorizedException", "Unable to verify secret hash for client");
    if (!typed) throw refusal("NotAuthorizedException", "Incorrect username or password.");
    if (found(users, USERNAME).password !== typed) throw refusal("NotAuthorizedException", "Incorrect username or password.");
    return { AuthenticationResult: { AccessToken: "token", ExpiresIn: 3600 } };
  },
  AdminGetUser(users, { Username }) {
    const { sub, email, verified, nickname } = found(users, Username);
    const attributes = { sub, email, email_verified: String(verified), nickname };
    return {
      Username: sub,
      Enabled: true,
      UserAttributes: Object.entries(attributes).filter(([, Value]) => Value).map(([Name, Value]) => ({ Name, Value })),
    };
  },
  AdminCreateUser(users, { Username }) {
    if (byEmail(users, Username)) throw refusal("UsernameExistsException", "User account already exists");
    users.push({ sub: randomUUID(), email: Username, verified: false });
    return { User: { Username } };
  },
  AdminSetUserPassword(users, { Username, Password }) {
    found(users, Username).password = Password;
    return {};
  },
  AdminUpdateUserAttributes(users, { Username, UserAttributes }) {
    const user = found(users, Username);
    for (const { Name, Value } of UserAttributes) {
      if (Name === "email_verified") user.verified = Value === "true";
      else {
        const other = byEmail(users, Value);
        if (other && other !== user) throw refusal("AliasExistsException", "An account with the email already exists.");
        user[Name] = Value;
      }
    }
    return {};
  },
  ListUsers(users, { Filter }) {
    const [, sub] = /^sub = "([\w-]+)"$/.exec(Filter);
    return { Users: users.filter((user) => user.sub === sub).map((user) => ({ Username: user.sub })) };
  },
  AdminDeleteUser(users, { Username }) {
    users.splice(users.indexOf(found(users, Username)), 1);
    return {};
  },
};

/// A user pool; requests have to be signed, though any signature will do.
exports.cognito = () => service(
  () => [{ sub: "c1a2-42", email: "jane@example.com", verified: true, nickname: "jane", password: PASSWORD }],
  (users, request, asked) => {
    if (!/^AWS4-HMAC-SHA256 Credential=/.test(request.headers.authorization)) {
      throw refusal("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    const name = String(request.headers["x-amz-target"]).replace("AWSCognitoIdentityProviderService.", "");
    if (!COGNITO[name]) throw refusal("UnknownOperationException", name);
    return COGNITO[name](users, asked);
  },
);

const firebaseError = (message) => ({ status: 400, body: { error: { code: 400, message } } });
const ACCESS = "a service token";

function token(asked) {
  const [, claims] = String(asked.assertion).split(".");
  const { iss, scope, exp } = JSON.parse(Buffer.from(claims ?? "", "base64url").toString() || "{}");
  if (!iss || !scope || exp * 1000 < Date.now()) throw { status: 401, body: { error: "invalid_grant" } };
  return { access_token: ACCESS, expires_in: 3600, token_type: "Bearer" };
}

const accountWith = (users, id) => {
  const account = users.find(({ localId }) => localId === id);
  if (!account) throw firebaseError("USER_NOT_FOUND");
  return account;
};

const FIREBASE = {
  lookup: (users, { email: [email] }) => {
    const account = byEmail(users, email);
    return account ? { users: [{ ...account, password: undefined }] } : {};
  },
  update: (users, { localId, ...changes }) => {
    const account = accountWith(users, localId);
    const other = changes.email && byEmail(users, changes.email);
    if (other && other !== account) throw firebaseError("EMAIL_EXISTS");
    Object.assign(account, changes);
    return { localId };
  },
  delete: (users, { localId }) => {
    users.splice(users.indexOf(accountWith(users, localId)), 1);
    return {};
  },
  add: (users, { email, password }) => {
    if (byEmail(users, email)) throw firebaseError("EMAIL_EXISTS");
    const account = { localId: randomUUID(), email, emailVerified: false, password };
    users.push(account);
    return { localId: account.localId };
  },
};

/// Identity Toolkit, and beside it under `/token` what gives service accounts their tokens.
exports.firebase = () => service(
  () => [{ localId: "f1b2-42", email: "jane@example.com", emailVerified: true, displayName: "Jane", password: PASSWORD }],
  (users, request, asked) => {
    const [, path] = /^([^?]*)/.exec(request.url);
    if (path === "/token") return token(asked);
    if (path === "/v1/accounts:signInWithPassword") {
      const account = byEmail(users, asked.email);
      if (!/@.+\./.test(asked.email) || /["\\ ]/.test(asked.email)) throw firebaseError("INVALID_EMAIL");
      if (!asked.password) throw firebaseError("MISSING_PASSWORD");
      if (!account || account.password !== asked.password) throw firebaseError("INVALID_LOGIN_CREDENTIALS");
      return { localId: account.localId };
    }
    if (request.headers.authorization !== `Bearer ${ACCESS}`) throw { status: 401, body: { error: { message: "UNAUTHENTICATED" } } };
    const [, name = "add"] = /accounts(?::(\w+))?$/.exec(path) ?? [];
    return FIREBASE[name](users, asked);
  },
);
