// A legacy web service for tests: a user API with passwords, an Auth0-like API, an AWS-like API, and misbehaviour.
"use strict";
const http = require("node:http");
const https = require("node:https");
const zlib = require("node:zlib");

const ANN = { id: 42, email: "ann@example.org", name: "Änn 😀", verified: true, roles: ["admin"], created: "2020-01-02T03:04:05.000Z" };
const JSON_TYPE = { "content-type": "application/json" };
const BIG_BYTES = 10 << 20;

const isAnn = (name) => name === ANN.email || name === "ann";

function fields(body, type = "") {
  if (type.includes("json")) return JSON.parse(body);
  return Object.fromEntries(new URLSearchParams(body));
}

/// Routes by method and path; each gives `[status, body, headers]`, or nothing where it answers by itself.
const ROUTES = [
  ["POST", /^\/login$/, ({ sent }) => {
    if (isAnn(sent.email ?? sent.username) && sent.password === "secret") return [200, { ...ANN, user_id: "42" }];
    return [401, { error: "invalid_grant", error_description: "Wrong e-mail or password" }];
  }],
  ["GET", /^\/profile$/, ({ request }) => {
    const [, coded = ""] = (request.headers.authorization ?? "").split(" ");
    const [user, password] = Buffer.from(coded, "base64").toString("utf8").split(":");
    return isAnn(user) && password === "secret" ? [200, ANN] : [401, "no", { "www-authenticate": 'Basic realm="legacy"' }];
  }],
  ["GET", /^\/users\/(.+)$/, ({ match }) => (isAnn(decodeURIComponent(match[1])) ? [200, ANN] : [404, { error: "no such user" }])],
  ["POST", /^\/users$/, ({ sent }) => (isAnn(sent.email) ? [409, { code: "user_exists" }] : [201, { id: 43, ...sent, password: undefined }])],
  ["(?:PUT|PATCH)", /^\/users\/(.+)$/, ({ match, sent }) => (isAnn(decodeURIComponent(match[1])) ? [200, { changed: Object.keys(sent).sort() }] : [404, {}])],
  ["DELETE", /^\/users\/(.+)$/, () => [204, ""]],
  ["\\w+", /^\/echo/, ({ request, body }) => {
    const { authorization, accept, cookie, ...headers } = request.headers;
    const certificate = request.socket.getPeerCertificate?.()?.subject?.CN;
    const length = headers["content-length"] ?? headers["transfer-encoding"];
    return [200, { method: request.method, url: request.url, type: headers["content-type"], length, key: headers["x-api-key"], authorization, accept, cookie, certificate, body }];
  }],
  ["\\w+", /^\/status\/(\d+)$/, ({ match }) => [Number(match[1]), { status: match[1] }]],
  ["\\w+", /^\/text$/, () => [200, "plain text", { "content-type": "text/plain" }]],
  ["\\w+", /^\/broken$/, () => [200, "{broken", JSON_TYPE]],
  ["\\w+", /^\/html$/, () => [200, "<html><body>Maintenance</body></html>", { "content-type": "text/html" }]],
  ["\\w+", /^\/xml$/, () => [200, `<user xmlns="urn:x" id="42"><mail>${ANN.email}</mail><role>a</role><role>b</role></user>`, { "content-type": "text/xml" }]],
  ["\\w+", /^\/gzip$/, () => [200, zlib.gzipSync(JSON.stringify(ANN)), { ...JSON_TYPE, "content-encoding": "gzip" }]],
  ["\\w+", /^\/latin$/, () => [200, Buffer.from([0xc4, 0x6e, 0x6e]), { "content-type": "text/plain; charset=iso-8859-1" }]],
  ["\\w+", /^\/redirect$/, () => [302, "", { location: "/echo/redirected" }]],
  ["\\w+", /^\/cookie$/, () => [200, "", { "set-cookie": ["a=1; Path=/", "b=2; HttpOnly"] }]],
  ["\\w+", /^\/big$/, () => [200, Buffer.alloc(BIG_BYTES, "x")]],
  ["\\w+", /^\/drop/, ({ request }) => void request.socket.destroy()],
  ["\\w+", /^\/hang/, () => undefined],
  ["\\w+", /^\/slow$/, ({ response }) => void setTimeout(() => response.end("late"), 300)],
  ["\\w+", /^\/cut$/, ({ request, response }) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("half", () => setTimeout(() => request.socket.destroy(), 20));
  }],
  ["POST", /^\/oauth\/token$/, ({ sent }) => {
    if (sent.password !== undefined && sent.password !== "secret") {
      return [403, { error: "invalid_grant", error_description: "Wrong email or password." }];
    }
    return [200, { access_token: "token", token_type: "Bearer", expires_in: 86400, id_token: undefined }];
  }],
  ["GET", /^\/userinfo$/, () => [200, { sub: "auth0|42", email: ANN.email, email_verified: true }]],
  ["GET", /^\/api\/v2\/users-by-email/, ({ url }) => [200, isAnn(url.searchParams.get("email")) ? [{ user_id: "auth0|42", email: ANN.email }] : []]],
  ["GET", /^\/api\/v2\/users\/(.+)$/, ({ match }) =>
    decodeURIComponent(match[1]) === "auth0|42"
      ? [200, { user_id: "auth0|42", email: ANN.email }]
      : [404, { statusCode: 404, error: "Not Found", message: "The user does not exist.", errorCode: "inexistent_user" }]],
  ["DELETE", /^\/api\/v2\/users\//, () => [204, ""]],
  ["GET", /^\/api\/v2\/connections$/, () => [200, [{ id: "con_1", name: "legacy", options: { a: 1 } }]]],
  ["PATCH", /^\/api\/v2\/connections\/con_1$/, ({ sent }) => [200, { id: "con_1", options: sent.options }]],
  ["POST", /^\/aws$/, ({ request, sent }) => {
    const [, operation] = request.headers["x-amz-target"].split(".");
    if (operation === "GetParameters") return [200, { Parameters: sent.Names.map((Name) => ({ Name, Value: `value of ${Name}` })), InvalidParameters: [] }];
    if (operation === "GetItem") return [200, { Item: { email: { S: ANN.email }, age: { N: "5" } } }];
    if (!isAnn(sent.Username)) return [400, { __type: "UserNotFoundException", message: "User does not exist." }];
    if (sent.AuthParameters && sent.AuthParameters.PASSWORD !== "secret") return [400, { __type: "NotAuthorizedException", message: "Incorrect username or password." }];
    return [200, { Username: "ann", UserAttributes: [{ Name: "email", Value: ANN.email }], UserStatus: "CONFIRMED", AuthenticationResult: { AccessToken: "t" } }];
  }],
];

function send(response, [status, body, headers]) {
  const isRaw = typeof body === "string" || Buffer.isBuffer(body);
  const bytes = isRaw ? body : JSON.stringify(body);
  response.writeHead(status, headers ?? (isRaw ? {} : JSON_TYPE));
  response.end(status === 204 ? undefined : bytes);
}

function handle(request, response) {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part) => { body += part; });
  request.on("end", () => {
    const url = new URL(request.url, "http://legacy");
    for (const [method, path, answer] of ROUTES) {
      const match = path.exec(url.pathname);
      if (!match || !new RegExp(`^${method}$`).test(request.method)) continue;
      let sent = {};
      try {
        if (body) sent = fields(body, request.headers["content-type"]);
      } catch {
        return send(response, [400, { error: "the body is no JSON" }]);
      }
      const said = answer({ request, response, url, match, body, sent });
      return said && send(response, said);
    }
    send(response, [404, { error: "no such path" }]);
  });
}

/// The service in clear.
exports.clear = () => http.createServer(handle);

/// The service over TLS, which asks for a client certificate and, if told so, insists.
exports.encrypted = (encryption, insists = false) =>
  https.createServer({ ...encryption, requestCert: true, rejectUnauthorized: insists }, handle);
