//! What the rules say of the ways in which one thing can be written.

use super::found;

/// The rules that find something, each once.
fn rules(name: &str, text: &str) -> Vec<String> {
    let mut rules: Vec<String> = found(name, text)
        .iter()
        .filter_map(|it| it.split(' ').next().map(str::to_owned))
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

/// Each of some scripts is found by a rule, and by no other.
#[track_caller]
pub(crate) fn all_found(rule: &str, name: &str, frame: &str, bodies: &[&str]) {
    for body in bodies {
        let text = frame.replace("BODY", body);
        assert_eq!(rules(name, &text), [rule], "{text}");
    }
}

#[track_caller]
pub(crate) fn none_found(name: &str, frame: &str, bodies: &[&str]) {
    for body in bodies {
        let text = frame.replace("BODY", body);
        assert_eq!(rules(name, &text), [""; 0], "{text}");
    }
}

const LOGIN: &str = "function login(email, password, callback) {
  BODY
  callback(new WrongUsernameOrPasswordError(email));
}";

pub(crate) const CREATE: &str = "function create(user, callback) {
  BODY
  callback(null);
}";

pub(crate) const GET_USER: &str = "function getUser(email, callback) {
  BODY
}";

pub(crate) const QUERYING: &str = "async function getUser(email, callback) {
  const mysql = require('mysql2/promise');
  const connection = await mysql.createConnection(configuration.DB_URL);
  BODY
  await connection.end();
  callback(null);
}";

#[test]
fn loggers_have_many_names() {
    let bodies = [
        "const log = console.log; log(password);",
        "const { log } = console; log('login', password);",
        "const { error: say } = console; say(password);",
        "const c = console; c.warn(password);",
        "console['log'](password);",
        "const log = console.log.bind(console); log(password);",
        "const log = configuration.DEBUG ? console.log : () => {}; log(password);",
        "console.log.call(console, password);",
        "console.log.apply(console, [email, password]);",
        "globalThis.console.log(password);",
        "process.stdout.write(`${email} ${password}\\n`);",
        "const { stderr } = process; stderr.write(password);",
        "const logger = { info: console.log }; logger.info(password);",
        "require('util').debuglog('login')(password);",
        "require('node:console').log(password);",
        "const say = (...all) => console.log(...all); say('login', password);",
        "console.log(require('util').format('login with %s', password));",
        "if (!email) throw Error('no address with ' + password);",
    ];
    all_found("password-logged", "login.js", LOGIN, &bodies);
    let bodies = [
        "const logger = { info() {} }; logger.info(password);",
        "const log = (text) => text; log(password);",
        "console.log(password.replace(/./g, '*'));",
        "process.stdout.write(email);",
        "const { log } = Math; log(password.length);",
        "const console = { log() {} }; console.log(password);",
        "var log = log || console; log.info(password.length);",
    ];
    none_found("login.js", LOGIN, &bodies);
}

#[test]
fn a_user_has_the_password_until_it_is_taken_out() {
    let bodies = [
        "console.log('create', { ...user });",
        "const copy = Object.assign({}, user); console.log(copy);",
        "const copy = JSON.parse(JSON.stringify(user)); console.log([copy]);",
        "console.log(`create ${JSON.stringify(user)}`);",
        "const { log } = console; log(user);",
        "console.log(user); delete user.password;",
    ];
    all_found("password-logged", "create.js", CREATE, &bodies);
    let bodies = [
        "console.log({ ...user, password: undefined });",
        "const { password, ...rest } = user; console.log(rest, typeof password);",
        "const copy = { ...user, password: '' }; console.log(copy);",
        // It is `[object Object]` there.
        "console.log(`create ${user}`);",
    ];
    none_found("create.js", CREATE, &bodies);
    let hashed =
        "user.password = require('bcrypt').hashSync(user.password, 10); console.log(user);";
    all_found("user-logged", "create.js", CREATE, &[hashed]);
}

#[test]
fn what_a_query_gives_is_a_user() {
    let bodies = [
        "const result = await connection.query('SELECT * FROM users WHERE email = ?', [email]); console.log(result);",
        "const [found] = await connection.execute('select id, email from users where email = ?', [email]); console.log(found);",
        "const [[one]] = await connection.query('select u.name from users u where email = ?', [email]); console.log(one);",
        "const sql = 'SELECT email, hash FROM users WHERE email = ?'; connection.query(sql, [email], (err, answer) => console.log(err, answer));",
    ];
    all_found("user-logged", "get_user.js", QUERYING, &bodies);
    let bodies = [
        "const result = await connection.query('SELECT * FROM users WHERE email = ?', [email]); console.log(result.length);",
        "const result = await connection.query('SELECT count(*) FROM users WHERE email = ?', [email]); console.log(result);",
        "const result = await connection.query('SELECT id FROM users WHERE email = ?', [email]); console.log(result);",
        "const { affectedRows } = await connection.query('SELECT * FROM users WHERE email = ?', [email]); console.log(affectedRows);",
    ];
    none_found("get_user.js", QUERYING, &bodies);
}

#[test]
fn queries_are_put_together_in_many_ways() {
    let bodies = [
        "const parts = ['SELECT id FROM users WHERE email =', email]; await connection.query(parts.join(' '));",
        "const parts = ['SELECT id FROM users']; parts.push(`WHERE email = '${email}'`); await connection.query(parts.join(' '));",
        "const parts = ['SELECT id FROM users WHERE email =']; parts.push(email); await connection.query(parts.join(' '));",
        "const base = 'SELECT id FROM users'; await connection.query(base + \" WHERE lower(email) = '\" + email + \"'\");",
        "await connection.query(`SELECT * FROM find_user('${email}')`);",
        "await connection.query(\"SELECT check_user('\" + email + \"')\");",
        "await connection.query(`/* login */ SELECT id FROM users WHERE email = '${email}'`);",
        "const { format } = require('util'); await connection.query(format(\"SELECT id FROM users WHERE email = '%s'\", email));",
    ];
    all_found("sql-injection", "get_user.js", QUERYING, &bodies);
    let bodies = [
        "const digest = require('crypto').createHash('md5').update(email).digest('hex'); await connection.query(`SELECT id FROM users WHERE digest = '${digest}'`);",
        "await connection.query(`SELECT id FROM users WHERE email = ${connection.escape(email)}`);",
        "const columns = ['id', 'nickname']; await connection.query(`SELECT ${columns.join(', ')} FROM users WHERE email = ?`, [email]);",
        "const path = require('path').join('users', email); console.log(path.length);",
        "const { log } = console; log(`select id from users where email = ${email}`);",
    ];
    none_found("get_user.js", QUERYING, &bodies);
    let bodies = [
        "console.log(`looked for (mail=${email})`); callback(null);",
        "callback(new Error(`nobody has (mail=${email})`));",
        r"const safe = email.replace(/[\\*()]/g, ''); const filter = `(mail=${safe})`; callback(null, filter.length && null);",
        "const escapeFilter = (text) => encodeURIComponent(text); const filter = `(mail=${escapeFilter(email)})`; callback(null, filter.length && null);",
    ];
    none_found("get_user.js", GET_USER, &bodies);
    let pattern = "const anywhere = new RegExp(email, 'i'); callback(null, { query: { email: anywhere } } && null);";
    all_found("sql-injection", "get_user.js", GET_USER, &[pattern]);
}

#[test]
fn secrets_stand_in_many_places() {
    let bodies = [
        "const headers = { 'x-api-key': 'f3a9c1d2e4' }; console.log(Object.keys(headers));",
        "const url = 'Server=db;Database=crm;User Id=app;Password=kettle-42;Encrypt=true'; console.log(url.length);",
        "const url = `postgres://app:kettle-42@${configuration.HOST}/crm`; console.log(url.length);",
        "const url = 'mysql://' + configuration.USER + ':kettle-42@' + configuration.HOST; console.log(url.length);",
        "const token = require('jsonwebtoken').sign({ email }, 'kettle-42'); console.log(token.length);",
        "const token = jwt.sign({ email }, 'kettle-42'); console.log(token.length);",
        "const hmac = require('crypto').createHmac('sha256', 'kettle-42'); console.log(Boolean(hmac));",
        "const auth = 'Basic ' + Buffer.from('app:kettle42').toString('base64'); console.log(auth.length);",
        "const options = { auth: 'app:kettle42' }; console.log(Object.keys(options));",
        "const connect = (password = 'kettle-42') => password.length; console.log(connect());",
        "if (password === 'kettle-42') return callback(null, { user_id: '1', email });",
    ];
    all_found("hard-coded-secret", "login.js", LOGIN, &bodies);
    let bodies = [
        "const url = `postgres://${configuration.USER}:${configuration.PASSWORD}@${configuration.HOST}/crm`; console.log(url.length);",
        "const url = `Server=db;User Id=app;Password=${configuration.PASSWORD}`; console.log(url.length);",
        "const token = require('jsonwebtoken').sign({ email }, configuration.KEY); console.log(token.length);",
        "const label = require('crypto').createHmac('sha384', 'wp-sha384'); console.log(Boolean(label));",
        "const names = Buffer.from('id:name').toString('utf8'); console.log(names.length);",
        "if (password[0] === '$' || password.charAt(0) === '{') return callback(null);",
        "if (password === '') return callback(null);",
        "const f = console.log.bind(console, 'a=b'); f(email);",
    ];
    none_found("login.js", LOGIN, &bodies);
    let bind = "const client = require('ldapjs').createClient({ url: configuration.URL });
  client.bind('cn=reader,dc=example', 'kettle-42', (err) => {
    client.unbind();
    callback(err);
  });";
    all_found("hard-coded-secret", "get_user.js", GET_USER, &[bind]);
}

#[test]
fn certificates_go_unchecked_in_many_ways() {
    let bodies = [
        "const rejectUnauthorized = false; const options = { rejectUnauthorized }; console.log(Object.keys(options));",
        "const options = { checkServerIdentity: () => undefined }; console.log(Object.keys(options));",
        "const url = 'Server=db;Database=crm;TrustServerCertificate=True'; console.log(url.length);",
        "const url = `${configuration.DB_URL}?sslmode=no-verify`; console.log(url.length);",
        "const { Agent } = require('https'); const agent = new Agent(); agent.options['rejectUnauthorized'] = false;",
    ];
    all_found("tls-unverified", "login.js", LOGIN, &bodies);
    let bodies = [
        "const options = { checkServerIdentity: (host, cert) => require('tls').checkServerIdentity('db', cert) }; console.log(Object.keys(options));",
        "const strict = true; const options = { rejectUnauthorized: strict }; console.log(Object.keys(options));",
    ];
    none_found("login.js", LOGIN, &bodies);
}

#[test]
fn hashes_are_compared_in_many_ways() {
    let user =
        "const { createHash } = require('crypto'); const user = JSON.parse(configuration.USER);";
    let bodies = [
        "const md5 = (text) => createHash('md5').update(text).digest('hex'); if (md5(password) !== user.password) return callback(null);",
        "const typed = createHash('sha256').update(password).digest(); if (!typed.equals(Buffer.from(user.hash, 'hex'))) return callback(null);",
        "const typed = createHash('sha256').update(password).digest('hex'); if (typed.localeCompare(user.passwordHash) !== 0) return callback(null);",
        "const typed = createHash('sha256').update(password).digest(); if (Buffer.compare(typed, Buffer.from(user.hash, 'hex')) !== 0) return callback(null);",
    ];
    let bodies = bodies.map(|body| format!("{user} {body}"));
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    all_found("hash-compare", "login.js", LOGIN, &bodies);
    let other = format!(
        "{user} if (user.plan.equals('gold') || createHash.name === email) return callback(null);"
    );
    none_found("login.js", LOGIN, &[&other]);
}

#[test]
fn connections_come_in_many_ways() {
    let mongo = "const { MongoClient } = require('mongodb');
  MongoClient.connect(configuration.MONGO_URL, (err, client) => {
    if (err) return callback(err);
    client.db().collection('users').findOne({ email }, (err, user) => {
      CLOSE
      if (err) return callback(err);
      callback(null, user && { user_id: String(user._id), email: user.email });
    });
  });";
    let pool = "const mysql = require('mysql');
  global.pool = global.pool || mysql.createPool({ host: configuration.HOST });
  global.pool.getConnection((err, connection) => {
    if (err) return callback(err);
    connection.query('SELECT id, email FROM users WHERE email = ?', [email], (err, rows) => {
      CLOSE
      if (err) return callback(err);
      callback(null, rows[0] && { user_id: String(rows[0].id), email });
    });
  });";
    let old = "const pg = require('pg');
  pg.connect(configuration.DB_URL, function (err, client, done) {
    if (err) return callback(err);
    client.query('SELECT id, email FROM users WHERE email = $1', [email], function (err, result) {
      CLOSE
      if (err) return callback(err);
      callback(null, result.rows[0]);
    });
  });";
    let cases = [
        (mongo, "client.close();"),
        (pool, "connection.release();"),
        (old, "done();"),
    ];
    for (script, close) in cases {
        let open = script.replace("CLOSE", "");
        all_found("connection-not-closed", "get_user.js", GET_USER, &[&open]);
        let closed = script.replace("CLOSE", close);
        none_found("get_user.js", GET_USER, &[&closed]);
    }
    let waiting = "async function getUser(email, callback) {
  BODY
}";
    let bodies = [
        "const knex = require('knex')({ client: 'pg', connection: configuration.DB_URL });
  callback(null, await knex('users').where({ email }).first('id', 'email'));",
        "const { Pool } = require('pg');
  global.pool = global.pool || new Pool({ connectionString: configuration.DB_URL });
  const client = await global.pool.connect();
  const { rows } = await client.query('SELECT id, email FROM users WHERE email = $1', [email]);
  callback(null, rows[0]);",
    ];
    all_found("connection-not-closed", "get_user.js", waiting, &bodies);
    let bodies = [
        "const knex = global.knex || (global.knex = require('knex')({ client: 'pg', connection: configuration.DB_URL }));
  callback(null, await knex('users').where({ email }).first('id', 'email'));",
        "const sql = require('mssql');
  const pool = await sql.connect(configuration.DB_URL);
  const { recordset } = await pool.request().input('email', email).query('SELECT id FROM users WHERE email = @email');
  callback(null, recordset[0]);",
    ];
    none_found("get_user.js", waiting, &bodies);
}

#[test]
fn addresses_are_said_to_be_verified_in_many_ways() {
    let row = "const row = JSON.parse(configuration.ROW);";
    let bodies = [
        "callback(null, { ...row, email_verified: true });",
        "const known = true; callback(null, { user_id: row.id, email, email_verified: known });",
        "callback(null, { user_id: row.id, email, email_verified: row.active || true });",
        "callback(null, Object.assign({}, row, { email_verified: true }));",
        "const profile = { user_id: row.id, email }; profile.email_verified = true; callback(null, profile);",
    ];
    let bodies = bodies.map(|body| format!("{row} {body}"));
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    all_found("email-verified-constant", "get_user.js", GET_USER, &bodies);
    let silent = [
        "if (!row.confirmed_at) return callback(new ValidationError('open', 'Look into your mail.')); callback(null, { user_id: row.id, email, email_verified: true });",
        "callback(null, { user_id: row.id, email, email_verified: row.active && true });",
        "const filter = { email, email_verified: true }; callback(null, { ...row, filter, email_verified: true });",
    ];
    let silent = silent.map(|body| format!("{row} {body}"));
    let silent: Vec<&str> = silent.iter().map(String::as_str).collect();
    none_found("get_user.js", GET_USER, &silent);
}

#[test]
fn ids_change_in_many_ways() {
    let bodies = [
        "const { v4 } = require('uuid'); callback(null, { user_id: v4(), email });",
        "callback(null, { user_id: require('uuid').v1(), email });",
        "const newId = require('uuid/v4'); callback(null, { user_id: newId(), email });",
        "const profile = { email, nickname: email }; profile.user_id = require('crypto').randomUUID(); callback(null, profile);",
        "const id = `x${new Date().getTime()}`; callback(null, { user_id: id, email });",
        "callback(null, { user_id: new ObjectID().toString(), email });",
    ];
    all_found("unstable-id", "get_user.js", GET_USER, &bodies);
    let stable = [
        "const row = JSON.parse(configuration.ROW); callback(null, { user_id: String(new Date(row.created).getTime()), email });",
        "const { v5 } = require('uuid'); callback(null, { user_id: v5(email, configuration.NAMESPACE), email });",
        "const uuid = require('uuid/v5'); callback(null, { user_id: uuid(email, configuration.NAMESPACE), email });",
        "const { v4 } = require('uuid'); callback(null, { user_id: '1', email, app_metadata: { request: v4() } });",
    ];
    none_found("get_user.js", GET_USER, &stable);
}

#[test]
fn newer_packages_lack_more() {
    let bodies = [
        "const { MongoClient } = require('mongodb');
  MongoClient.connect(configuration.MONGO_URL, (err, db) => {
    if (err) return callback(err);
    db.collection('users').findOne({ email }, (err, user) => {
      db.close();
      if (err) return callback(err);
      callback(null, user && { user_id: String(user._id), email: user.email });
    });
  });",
        "const { Connection } = require('tedious');
  const connection = new Connection({ server: configuration.HOST });
  connection.on('connect', (err) => {
    connection.close();
    callback(err || null);
  });",
        "const _ = require('lodash'); callback(null, _.pluck([{ id: email }], 'id').length && null);",
        "const client = require('redis').createClient({ url: configuration.URL });
  client.get(email, (err) => {
    client.quit();
    callback(err);
  });",
    ];
    all_found("removed-api", "get_user.js", GET_USER, &bodies);
    let bodies = [
        "const { Connection } = require('tedious@1.11.0');
  const connection = new Connection({ server: configuration.HOST });
  connection.on('connect', (err) => {
    connection.close();
    callback(err || null);
  });",
        "const { Connection } = require('tedious');
  const connection = new Connection({ server: configuration.HOST });
  connection.on('connect', (err) => {
    connection.close();
    callback(err || null);
  });
  connection.connect();",
        "callback(null, _.pluck([{ id: email }], 'id').length && null);",
    ];
    none_found("get_user.js", GET_USER, &bodies);
    let change = "function changePassword(email, newPassword, callback) {
  const ldap = require('ldapjs');
  const client = ldap.createClient({ url: configuration.LDAP_URL });
  const change = new ldap.Change({ operation: 'replace', modification: BODY });
  client.modify(configuration.DN, change, (err) => {
    client.unbind();
    callback(err, !err);
  });
}";
    all_found(
        "removed-api",
        "change_password.js",
        change,
        &["{ userPassword: newPassword }"],
    );
    let typed = "{ type: 'userPassword', values: [newPassword] }";
    none_found("change_password.js", change, &[typed]);
    let removing = "async function remove(id, callback) {
  const { MongoClient } = require('mongodb@6');
  const client = await MongoClient.connect(configuration.MONGO_URL);
  const users = client.db().collection('users');
  await BODY;
  await client.close();
  callback(null);
}";
    all_found(
        "removed-api",
        "delete.js",
        removing,
        &["users.remove({ id })"],
    );
    none_found("delete.js", removing, &["users.deleteOne({ id })"]);
}

#[test]
fn a_callback_is_always_there() {
    let frame = "function verify(email, callback) {
  BODY
}";
    let bodies = [
        "if (typeof callback === 'function') callback(null, true);",
        "if (callback) callback(null, true);",
        "if (!callback) return; callback(null, true);",
        "if (typeof callback !== 'function') return; callback(null, true);",
        "callback && callback(null, true);",
    ];
    none_found("verify.js", frame, &bodies);
    let bodies = ["if (!callback) return; if (email) callback(null, true);"];
    all_found("missing-callback", "verify.js", frame, &bodies);
}

#[test]
fn names_that_name_themselves_come_to_an_end() {
    let bodies = [
        "var pg = pg.native; pg.connect(); callback(null);",
        "var a = b; var b = a; a(); callback(null);",
        "var log = log; log(email); callback(null);",
    ];
    none_found("get_user.js", GET_USER, &bodies);
}

#[test]
fn mongoose_takes_patterns_by_its_methods() {
    let frame = "async function getUser(email, callback) {
  const { User } = global;
  const user = BODY;
  callback(null, user);
}";
    let bodies = [
        "await User.findOne().where('email').regex(new RegExp(email, 'i'))",
        "await User.findOne().where('email', new RegExp('^' + email + '$'))",
        "await User.findOne().regex('email', email)",
        "await User.findOne().$where(`this.email === '${email}'`)",
        "await User.findOne({ email: { $regex: new RegExp(email) } })",
    ];
    all_found("sql-injection", "get_user.js", frame, &bodies);
    let bodies = [
        "await User.findOne().where('email').equals(email)",
        "await User.findOne().where('email', email.toLowerCase())",
        "await User.findOne().where('name').regex(/^a/)",
    ];
    none_found("get_user.js", frame, &bodies);
}

#[test]
fn passwords_in_clear_have_many_names() {
    let bodies = [
        "const { password: stored } = JSON.parse(configuration.USER); const storedPassword = stored; if (storedPassword === password) return callback(null, { user_id: '1', email });",
        "const fields = JSON.parse(configuration.USER); if (fields.Password.value === password) return callback(null, { user_id: '1', email });",
        "const row = JSON.parse(configuration.USER); if (row['PASSWORD'] == password) return callback(null, { user_id: '1', email });",
    ];
    all_found("hash-compare", "login.js", LOGIN, &bodies);
    let bodies = [
        "return global.users.findOne({ username: email, password }, callback);",
        "return global.User.findOne({ where: { email, password: password.trim() } }).then((user) => callback(null, user), callback);",
    ];
    all_found("hash-compare", "login.js", LOGIN, &bodies);
    let bodies = [
        "return global.users.findOne({ email, password: require('crypto').createHash('sha512').update(password).digest('hex') }, callback);",
        "return global.service.post({ email, password }, callback);",
    ];
    none_found("login.js", LOGIN, &bodies);
    let bodies = [
        "const hasPassword = Boolean(configuration.USER); if (hasPassword === true && password.length) return callback(null);",
        "const typedPassword = password.trim(); if (typedPassword !== password) return callback(null);",
    ];
    none_found("login.js", LOGIN, &bodies);
}

#[test]
fn patterns_of_sql_find_other_people() {
    let bodies = [
        "await connection.query('SELECT id FROM users WHERE email LIKE ?', [email]);",
        "await connection.query('SELECT id FROM users WHERE lower(u.user_name) like lower( ? )', [email]);",
        "await connection.query(\"SELECT id FROM users WHERE `email` LIKE CONCAT('%', ?, '%')\", [email]);",
        "await connection.query('SELECT id FROM ' + configuration.TABLE + ' WHERE email LIKE ?', [email]);",
        "await connection.query(`SELECT id FROM ${configuration.TABLE} WHERE email LIKE ?`, [email]);",
        "await connection.query('SELECT id FROM users ' + 'WHERE email LIKE ?', [email]);",
        "await require('mssql').query`SELECT id FROM users WHERE email LIKE ${email}`;",
    ];
    all_found("like-pattern", "get_user.js", QUERYING, &bodies);
    let bodies = [
        "await connection.query('SELECT id FROM users WHERE email = ? AND email NOT LIKE \\'%@test\\'', [email]);",
        "await connection.query('SELECT id FROM users WHERE email = ? AND role LIKE ?', [email, 'shop-%']);",
        "await require('mssql').query`SELECT id FROM users WHERE email = ${email} AND login LIKE ${'shop-%'}`;",
        "await connection.query(\"SELECT id FROM users WHERE email LIKE ? ESCAPE '!'\", [email.replace(/[!%_]/g, '!$&')]);",
    ];
    none_found("get_user.js", QUERYING, &bodies);
}

#[test]
fn answers_are_read_by_their_status() {
    let bodies = [
        "request({ url: configuration.URL }, (err, response, body) => callback(err, JSON.parse(body)));",
        "require('request@2.81.0').post(configuration.URL, (err, response, body) => { if (err) return callback(err); callback(null, { user_id: body.id, email }); });",
        "fetch(configuration.URL).then((response) => response.json()).then((user) => callback(null, user), callback);",
        "request(configuration.URL, (err, response, body) => { if (err) return callback(err); if (response.statusCode === 404 || response.statusCode === 204) return callback(null); callback(null, { user_id: body.id, email }); });",
        "const get = require('util').promisify(require('request').get); get(configuration.URL).then(({ body }) => callback(null, JSON.parse(body)), callback);",
        "require('node-fetch')(configuration.URL).then((response) => response.json()).then((user) => callback(null, user), callback);",
        "require('node:https').get(configuration.URL, (response) => { let text = ''; response.on('data', (part) => { text += part; }); response.on('end', () => callback(null, JSON.parse(text))); }).on('error', callback);",
    ];
    all_found("status-unread", "get_user.js", GET_USER, &bodies);
    let bodies = [
        "fetch(configuration.URL).then((response) => { if (!response.ok) throw new Error('no'); return response.json(); }).then((user) => callback(null, user), callback);",
        "require('request')({ url: configuration.URL }, (err, { statusCode }, body) => { if (err || statusCode >= 300) return callback(err || new Error('no')); callback(null, JSON.parse(body)); });",
        "require('request')({ url: configuration.URL }, (err, response, body) => { if (err || body.error) return callback(err || new Error('no')); callback(null, body); });",
        "require('axios').get(configuration.URL).then((response) => callback(null, response.data), callback);",
        "const get = require('util').promisify(require('request').get); get(configuration.URL).then(({ body, statusCode }) => { if (statusCode !== 200) throw new Error('no'); callback(null, JSON.parse(body)); }).catch(callback);",
        "fetch(configuration.URL).then(() => callback(null), callback);",
        "fetch(configuration.URL).then((response) => response.json()).then((it) => callback(null, require('jsonwebtoken').verify(it.token, configuration.KEY))).catch(callback);",
    ];
    none_found("get_user.js", GET_USER, &bodies);
}

#[test]
fn packages_that_are_no_functions_are_not_called() {
    let bodies = [
        "const mysql = require('mysql'); const connection = mysql({ host: configuration.DB_HOST }); connection.query('SELECT id FROM users WHERE email = ?', [email], (err, rows) => { connection.end(); callback(err, rows && rows[0]); });",
        "const postgres = require('pg'); postgres(configuration.DB_URL, (err, client, done) => { if (err) return callback(err); done(); callback(null); });",
        "require('mongodb@4.4.1')(configuration.DB_URL, (err, client) => { if (err) return callback(err); client.close(); callback(null); });",
    ];
    all_found("removed-api", "get_user.js", GET_USER, &bodies);
    let bodies = [
        "const connection = mysql({ host: configuration.DB_HOST }); connection.query('SELECT id FROM users WHERE email = ?', [email], (err, rows) => { connection.end(); callback(err, rows && rows[0]); });",
        "require('request')(configuration.URL, (err) => callback(err));",
    ];
    none_found("get_user.js", GET_USER, &bodies);
}

#[test]
fn failures_that_nobody_reads_are_no_wrong_passwords() {
    let asking = |failed: &str| {
        format!(
            "const {{ CognitoUser }} = require('amazon-cognito-identity-js'); const user = new CognitoUser({{ Username: email, Pool: configuration.POOL }}); user.authenticateUser(password, {{ onSuccess: (it) => callback(null, {{ user_id: it.getIdToken().payload.sub, email }}), onFailure: {failed} }});"
        )
    };
    let found = asking("(err) => callback(new WrongUsernameOrPasswordError(email))");
    let read = asking(
        "(err) => callback(err.code === 'NotAuthorizedException' ? new WrongUsernameOrPasswordError(email) : err)",
    );
    let frame = "function login(email, password, callback) { BODY }";
    all_found(
        "outage-as-wrong-password",
        "login.js",
        frame,
        &[found.as_str()],
    );
    none_found("login.js", frame, &[read.as_str()]);
}
