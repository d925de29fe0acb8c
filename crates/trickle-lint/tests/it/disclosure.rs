//! Each variant of what gives profiles, passwords and tokens away.

use crate::variants::{CREATE, GET_USER, QUERYING, all_found, none_found};

#[test]
fn rows_are_no_profiles() {
    let asking = "const { rows: results } = { rows: (await connection.query('SELECT * FROM users WHERE email = ?', [email]))[0] };";
    let frame = QUERYING.replace("callback(null);", "callback(null, results[0]);");
    all_found("row-in-profile", "get_user.js", &frame, &[asking]);
    let named = asking.replace('*', "id, email");
    none_found("get_user.js", &frame, &[named.as_str()]);
    let cleared = format!("{asking} results[0].password_hash = undefined;");
    none_found("get_user.js", &frame, &[cleared.as_str()]);
}

#[test]
fn passwords_in_clear_are_asked_for_in_sql() {
    let asking = |query: &str, values: &str| {
        format!(
            "db.query(\"{query}\", {values}, (err, rows) => {{ if (err) return callback(err); if (!rows.length) return callback(new WrongUsernameOrPasswordError(email)); callback(null, {{ user_id: String(rows[0].id), email }}); }});"
        )
    };
    let frame = "function login(email, password, callback) { const db = global.db; BODY }";
    for (query, values) in [
        (
            "SELECT id FROM users WHERE email = ? AND password = ?",
            "[email, password]",
        ),
        (
            "SELECT id FROM users u WHERE u.user_password=$2 AND u.email=$1",
            "[email, password]",
        ),
        (
            "SELECT id FROM users \" + \"WHERE `pwd` = :password",
            "{ email, password }",
        ),
    ] {
        let body = asking(query, values);
        all_found("hash-compare", "login.js", frame, &[body.as_str()]);
    }
    for (query, values) in [
        (
            "SELECT id FROM users WHERE email = ? AND password = MD5(?)",
            "[email, password]",
        ),
        (
            "SELECT id FROM users WHERE email = ? AND password = crypt(?, password)",
            "[email, password]",
        ),
        (
            "SELECT id FROM users WHERE email = ? AND password = ?",
            "[email, md5(password)]",
        ),
    ] {
        let body = asking(query, values).replace(
            "md5(password)",
            "require('bcrypt').hashSync(password, configuration.SALT)",
        );
        none_found("login.js", frame, &[body.as_str()]);
    }
}

#[test]
fn the_environment_has_many_names() {
    let bodies = [
        "const env = process.env; callback(env.X);",
        "callback(globalThis.process.env.X);",
        "callback(require('node:process').env['X']);",
        "const url = `${process.env.X}/users`; callback(url.length && null);",
    ];
    all_found("environment-read", "get_user.js", GET_USER, &bodies);
    let bodies = [
        "const url = process.env.X || configuration.X; callback(url && null);",
        "const { X = '1' } = process.env; callback(X && null);",
        "process.env.X = '1'; callback(process.env.X && null);",
        "if (process.env.NODE_ENV === 'test') return callback(null); callback(null);",
        "Object.assign(process.env, { X: '1' }); callback(process.env.X);",
        "const process = { env: {} }; callback(process.env.X);",
        "const env = {}; callback(env.X);",
    ];
    none_found("get_user.js", GET_USER, &bodies);
}

#[test]
fn passwords_are_stored_in_many_ways() {
    let bodies = [
        "global.db.query('INSERT INTO users SET ?', { email: user.email, password: user.password });",
        "const { email, password } = user; global.db.query('INSERT INTO users VALUES ($1, $2)', [email, password]);",
        "global.db.query(`UPDATE users SET pw = @pw, seen = now() WHERE email = @email`, { pw: user.password, email: user.email });",
        "global.users.insertOne(user);",
        "global.users.insertOne({ ...user, created: Date.now() });",
        "global.knex('users').insert({ email: user.email, password: user.password });",
        "const values = [user.email, user.password]; global.db.execute('REPLACE INTO users VALUES (?, ?)', values);",
    ];
    all_found("password-stored", "create.js", CREATE, &bodies);
    let bodies = [
        "user.password = require('bcrypt').hashSync(user.password, 12); global.users.insertOne(user);",
        "user.password = require('bcrypt').hashSync(user.password, 12); global.db.query('INSERT INTO users VALUES (?, ?)', [user.email, user.password]);",
        "global.db.query('INSERT INTO users VALUES (?, sha2(concat(?, ?), 256))', [user.email, configuration.SALT, user.password]);",
        "global.users.insertOne({ ...user, password: require('bcrypt').hashSync(user.password, 12) });",
        "global.db.query('SELECT add_user(?, ?)', [user.email, user.password]);",
        "global.service.post('/users', { email: user.email, password: user.password });",
        "global.cache.insert({ email: user.email });",
    ];
    none_found("create.js", CREATE, &bodies);
}

#[test]
fn profiles_are_written_out_in_many_ways() {
    let bodies = [
        "const row = JSON.parse(configuration.ROW); callback(null, row.email === email && { email });",
        "callback(null, email ? { user_id: '1', name: email } : null);",
        "const profile = { email }; if (configuration.NAME) profile.name = configuration.NAME; callback(null, profile);",
        "callback(null, {});",
    ];
    all_found("profile-incomplete", "get_user.js", GET_USER, &bodies);
    let bodies = [
        "const row = JSON.parse(configuration.ROW); callback(null, { ...row });",
        "const profile = {}; Object.assign(profile, { id: '1', email }); callback(null, profile);",
        "let profile = {}; profile = { id: '1', email }; callback(null, profile);",
        "const profile = { email }; profile['user_' + 'id'] = '1'; callback(null, profile);",
        "const give = (callback) => callback(null, { row: 1 }); give((error) => callback(error || null));",
        "callback(null, { id: '1', phone_number: email });",
    ];
    none_found("get_user.js", GET_USER, &bodies);
    none_found(
        "create.js",
        CREATE,
        &["if (!user.email) return callback(null, { row: 1 });"],
    );
}

#[test]
fn tokens_come_in_many_ways() {
    let bodies = [
        "require('axios').post(configuration.URL + '/oauth/token', {}).then((response) => { console.log(response); callback(null); }, callback);",
        "require('axios').post(configuration.URL + '/token').then(({ data }) => { console.log(JSON.stringify(data)); callback(null); }, callback);",
        "fetch(`${configuration.URL}/connect/token`).then((r) => r.json()).then((it) => { console.log(it); callback(null); }, callback);",
        "const options = { url: configuration.URL, form: { grant_type: 'password' } }; require('request').post(options, (error, response, body) => { console.log(`${body}`); callback(error || null); });",
        "require('request').post({ url: configuration.URL + '/token' }, (error, response, body) => { const token = JSON.parse(body); console.log('got', token); callback(error || null); });",
        "const state = JSON.parse(configuration.STATE); console.log(state.refresh_token); callback(null);",
    ];
    all_found("token-logged", "get_user.js", GET_USER, &bodies);
    let bodies = [
        "require('axios').post(configuration.URL + '/oauth/token', {}).then((response) => { console.log(response.status); callback(null); }, (error) => { console.log(error.message); callback(error); });",
        "require('axios').get(configuration.URL + '/users').then(({ data }) => { console.log(data); callback(null); }, callback);",
        "const url = new URL('/oauth/token', configuration.URL); console.log(url); callback(null);",
        "const state = JSON.parse(configuration.STATE); console.log(typeof state.access_token, state.access_token.length); callback(null);",
    ];
    none_found("get_user.js", GET_USER, &bodies);
}
