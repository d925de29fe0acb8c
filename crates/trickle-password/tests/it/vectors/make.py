"""Writes made.txt: hashes made by other implementations than ours.

    python3 -m venv v && v/bin/pip install passlib==1.7.4 django==5.2.19 werkzeug==3.1.9 bcrypt==4.0.1 argon2-cffi==25.1.0
    OPENSSL_CONF=legacy.cnf v/bin/python make.py > made.txt

with an OpenSSL configuration that activates its legacy provider (MD4, Whirlpool), and servers of PostgreSQL and MariaDB on this machine
that let `psql -U postgres` and `mariadb -u root` in.

Columns, separated by tabs: implementation, scheme, password as JSON, hash.
"""
import base64, hashlib, hmac, json, struct, subprocess

from passlib import hash as pl
from passlib.hash import ldap_salted_sha1
from django.conf import settings
settings.configure(PASSWORD_HASHERS=[
    "django.contrib.auth.hashers." + n for n in (
        "PBKDF2PasswordHasher", "PBKDF2SHA1PasswordHasher", "ScryptPasswordHasher", "BCryptSHA256PasswordHasher",
        "BCryptPasswordHasher", "MD5PasswordHasher")])
from django.contrib.auth import hashers
from werkzeug.security import generate_password_hash

PASSWORDS = ["password", "correct horse", "pässwörd ✓", "x" * 80, "0123456789abcdef0"]
b64 = lambda b: base64.b64encode(b).decode()
bare = lambda b: b64(b).rstrip("=")


def row(source, scheme, password, text):
    print("\t".join([source, scheme, json.dumps(password), text]))


def custom(source, scheme, typed, **fields):
    row(source, scheme, typed, json.dumps(fields))


for p in PASSWORDS:
    u = p.encode()
    w = p.encode("utf-16-le")
    salt = hashlib.sha256(u).digest()[:16]
    # passlib
    for name, scheme, kw in [
        ("bcrypt", "bcrypt", dict(rounds=4)), ("bcrypt_sha256", "passlib-bcrypt-sha256", dict(rounds=4)),
        ("pbkdf2_sha1", "passlib-pbkdf2", dict(rounds=1000)), ("pbkdf2_sha256", "passlib-pbkdf2", dict(rounds=1000)),
        ("pbkdf2_sha512", "passlib-pbkdf2", dict(rounds=1000)), ("scrypt", "scrypt", dict(rounds=4)),
        ("phpass", "phpass", dict(rounds=7)), ("md5_crypt", "md5-crypt", {}), ("apr_md5_crypt", "apr1", {}),
        ("sha256_crypt", "sha256-crypt", dict(rounds=1000)), ("sha256_crypt", "sha256-crypt", dict(rounds=5000)),
        ("sha512_crypt", "sha512-crypt", dict(rounds=1000)), ("sha512_crypt", "sha512-crypt", dict(rounds=5000)),
        ("des_crypt", "des-crypt", {}), ("ldap_md5", "ldap", {}), ("ldap_sha1", "ldap", {}), ("ldap_salted_md5", "ldap", {}),
        ("ldap_salted_sha1", "ldap", {}), ("ldap_salted_sha256", "ldap", {}), ("ldap_salted_sha512", "ldap", {}),
        ("ldap_sha512_crypt", "sha512-crypt", dict(rounds=1000)), ("ldap_des_crypt", "des-crypt", {}),
        ("ldap_pbkdf2_sha256", "ldap-pbkdf2", dict(rounds=1000)), ("atlassian_pbkdf2_sha1", "atlassian-pkcs5s2", {}),
        ("bsd_nthash", "nt", {}), ("django_salted_sha1", "django-digest", {}), ("django_salted_md5", "django-digest", {}),
        ("django_bcrypt_sha256", "django-bcrypt-sha256", dict(rounds=4)),
    ]:
        h = getattr(pl, name)
        row("passlib 1.7.4", scheme, p, (h.using(**kw) if kw else h).hash(p))
    row("passlib 1.7.4", "passlib-bcrypt-sha256", p, pl.bcrypt_sha256.using(rounds=4, version=1).hash(p))
    row("passlib 1.7.4", "bcrypt", p, pl.bcrypt.using(rounds=4, ident="2").hash(p))
    # frameworks
    row("Django 5.2.19", "django-pbkdf2", p, hashers.PBKDF2PasswordHasher().encode(p, "saltSALT", 1000))
    row("Django 5.2.19", "django-pbkdf2", p, hashers.PBKDF2SHA1PasswordHasher().encode(p, "saltSALT", 1000))
    row("Django 5.2.19", "django-scrypt", p, hashers.ScryptPasswordHasher().encode(p, "saltSALT", 64))
    row("Werkzeug 3.1.9", "werkzeug-scrypt", p, generate_password_hash(p, "scrypt:1024:8:1"))
    row("Werkzeug 3.1.9", "werkzeug-pbkdf2", p, generate_password_hash(p, "pbkdf2:sha512:1000"))
    for scheme, settings_ in [
        ("yescrypt", "$y$j75$abcdefghijkl"), ("scrypt-crypt", "$7$5/..../....SodiumChloride"), ("md5-crypt", "$1$saltsalt"),
        ("sha512-crypt", "$6$rounds=1234$saltsalt"), ("des-crypt", "ab"),
    ]:
        text = subprocess.run(["perl", "-e", "print crypt($ARGV[0], $ARGV[1])", p, settings_], capture_output=True, check=True)
        row("libxcrypt", scheme, p, text.stdout.decode())
    # hashlib, for what products write themselves
    lib = "hashlib of Python 3.11"
    row(lib, "pbkdf2", p, "$pbkdf2-sha512$i=1000,l=64$%s$%s" % (bare(salt), bare(hashlib.pbkdf2_hmac("sha512", u, salt, 1000, 64))))
    row(lib, "pbkdf2", p, "$pbkdf2-RSA-SHA256$i=1000,l=20$%s$%s" % (bare(salt), bare(hashlib.pbkdf2_hmac("sha256", u, salt, 1000, 20))))
    row(lib, "pbkdf2", p, "$pbkdf2-ripemd160WithRSA$i=50,l=33$%s$%s" % (bare(salt), bare(hashlib.pbkdf2_hmac("ripemd160", u, salt, 50, 33))))
    row(lib, "aspnet-identity-v2", p, b64(b"\0" + salt + hashlib.pbkdf2_hmac("sha1", u, salt, 1000, 32)))
    for prf, name in enumerate(["sha1", "sha256", "sha512"]):
        row(lib, "aspnet-identity-v3", p, b64(b"\1" + struct.pack(">III", prf, 1000, 16) + salt + hashlib.pbkdf2_hmac(name, u, salt, 1000, 32)))
    row(lib, "aspnet-membership", p, "$aspnet-membership$%s$%s" % (b64(salt), b64(hmac.new(salt * 4, w, "sha256").digest())))
    row(lib, "aspnet-membership", p, "$aspnet-membership$%s$%s" % (b64(salt), b64(hashlib.sha1(salt + w).digest())))
    row(lib, "nt", p, "$NT$" + hashlib.new("md4", w).hexdigest())
    row(lib, "werkzeug-hmac", p, "sha256$Salt$" + hmac.new(b"Salt", u, "sha256").hexdigest())
    if p in ("password", "correct horse"):  # their costs are fixed
        row(lib, "spring-pbkdf2", p, "{pbkdf2}" + (salt[:8] + hashlib.pbkdf2_hmac("sha1", u, salt[:8], 185000, 32)).hex())
        row(lib, "spring-pbkdf2", p, "{pbkdf2@SpringSecurity_v5_8}" + (salt + hashlib.pbkdf2_hmac("sha256", u, salt, 310000, 32)).hex())
    row(lib, "spring-scrypt", p, "{scrypt}$40801$%s$%s" % (b64(salt), b64(hashlib.scrypt(u, salt=salt, n=16, r=8, p=1, dklen=32))))
    if p == "correct horse":  # Spring's own costs, and its salt of 64 bytes
        s64 = hashlib.sha256(u).digest() * 2
        row(lib, "spring-scrypt", p, "{scrypt}$e0801$%s$%s" % (b64(s64), b64(hashlib.scrypt(u, salt=s64, n=16384, r=8, p=1, dklen=32, maxmem=64 << 20))))
    d = salt[:8] + u
    for _ in range(1024):
        d = hashlib.sha256(d).digest()
    row(lib, "spring-sha256", p, "{sha256}" + (salt[:8] + d).hex())
    row(lib, "spring-digest", p, "{MD5}{abc=}" + hashlib.md5(u + b"{abc=}").hexdigest())
    row(lib, "spring-digest", p, "{SHA-256}" + hashlib.sha256(u).hexdigest())
    row(lib, "plain", p, "{noop}" + p)
    row(lib, "ldap-pbkdf2", p, "{PBKDF2_SHA256}" + b64(struct.pack(">I", 1000) + salt * 4 + hashlib.pbkdf2_hmac("sha256", u, salt * 4, 1000, 256)))
    row(lib, "keycloak", p, json.dumps({"type": "password", "credentialData": json.dumps({"hashIterations": 1000, "algorithm": "pbkdf2-sha512"}), "secretData": json.dumps({"value": b64(hashlib.pbkdf2_hmac("sha512", u, salt, 1000, 64)), "salt": b64(salt)})}))
    row(lib, "wordpress-bcrypt", p, "$wp" + pl.bcrypt.using(rounds=4, ident="2y").hash(b64(hmac.new(b"wp-sha384", p.strip().encode(), "sha384").digest())))
    row(lib, "ory-digest", p, "$md5$pf=%s$%s$%s" % (bare(b"1-{SALT}={PASSWORD}"), bare(salt), bare(hashlib.md5(b"1-" + salt + b"=" + u).digest())))
    row(lib, "ory-hmac", p, "$hmac-sha256$%s$%s" % (bare(hmac.new(b"key", u, "sha256").hexdigest().encode()), bare(b"key")))
    row(lib, "bcrypt", p, "1|" + pl.bcrypt.using(rounds=4).hash(p))
    # crypt(3)'s $S$ and $7$
    n = hashlib.sha512(b"saltsalt" + u).digest()
    for _ in range(128):
        n = hashlib.sha512(n + u).digest()
    from passlib.utils.binary import h64
    row(lib, "drupal7", p, ("$S$5saltsalt" + h64.encode_bytes(n).decode())[:55])
    m = hashlib.md5(u).hexdigest().encode()
    n = hashlib.sha512(b"saltsalt" + m).digest()
    for _ in range(128):
        n = hashlib.sha512(n + m).digest()
    row(lib, "drupal7", p, ("U$S$5saltsalt" + h64.encode_bytes(n).decode())[:56])
    # custom_password_hash, every algorithm of Auth0
    for a in ["md4", "md5", "sha1", "sha256", "sha512"]:
        custom(lib, a, p, algorithm=a, hash={"value": hashlib.new(a, u).hexdigest().upper(), "encoding": "hex"})
        custom(lib, a, p, algorithm=a, hash={"value": b64(hashlib.new(a, salt + u).digest()), "encoding": "base64"}, salt={"value": salt.hex(), "encoding": "hex"})
        custom(lib, a, p, algorithm=a, hash={"value": base64.urlsafe_b64encode(hashlib.new(a, w + salt).digest()).decode(), "encoding": "base64"}, salt={"value": b64(salt), "encoding": "base64", "position": "suffix"}, password={"encoding": "utf16le"})
    for d in ["md4", "md5", "ripemd160", "sha1", "sha224", "sha256", "sha384", "sha512", "whirlpool"]:
        custom(lib, "hmac", p, algorithm="hmac", hash={"value": hmac.new(b"k", u, d).hexdigest(), "encoding": "hex", "digest": d, "key": {"value": "k"}})
    custom(lib, "ldap", p, algorithm="ldap", hash={"value": ldap_salted_sha1.hash(p), "encoding": "utf8"})
    custom(lib, "pbkdf2", p, algorithm="pbkdf2", hash={"value": "$pbkdf2-sha1$i=1000,l=20$%s$%s" % (bare(salt), bare(hashlib.pbkdf2_hmac("sha1", u, salt, 1000, 20)))})
    if p == "password":  # the default count
        custom(lib, "pbkdf2", p, algorithm="pbkdf2", hash={"value": "$pbkdf2-sha256$%s$%s" % (bare(salt), bare(hashlib.pbkdf2_hmac("sha256", u, salt, 100000, 64)))})
    custom(lib, "pbkdf2", p, algorithm="pbkdf2", iterations=1000, hash={"value": hashlib.pbkdf2_hmac("sha512", u, b"pepper", 1000, 64).hex(), "encoding": "hex", "digest": "sha512"}, salt={"value": "pepper"})
    custom(lib, "scrypt", p, algorithm="scrypt", keylen=64, hash={"value": hashlib.scrypt(u, salt=b"NaCl", n=64, r=8, p=1, dklen=64).hex(), "encoding": "hex"}, cost=64, salt={"value": "NaCl"})
    custom(lib, "scrypt", p, algorithm="scrypt", keylen=32, cost=1024, blockSize=16, parallelization=2, hash={"value": b64(hashlib.scrypt(u, salt=salt, n=1024, r=16, p=2, dklen=32)), "encoding": "base64"}, salt={"value": salt.hex(), "encoding": "hex"})
    custom(lib, "bcrypt", p, algorithm="bcrypt", hash={"value": pl.bcrypt.using(rounds=4).hash(p), "encoding": "utf8"})
    custom(lib, "bcrypt", p, algorithm="bcrypt", hash={"value": pl.bcrypt.using(rounds=4).hash(p + "pepper")}, salt={"value": "pepper", "position": "suffix"})
    custom(lib, "bcrypt", p, algorithm="bcrypt", hash={"value": pl.bcrypt.using(rounds=4).hash(hashlib.sha256(u).hexdigest())}, password={"digest": "sha256"})
    md5 = lambda t: hashlib.md5(t.encode()).hexdigest()
    custom(lib, "template", p, algorithm="template", template="md5(md5($p).$s)", hash={"value": md5(md5(p) + "a1B"), "encoding": "hex"}, salt={"value": "a1B"})
    custom(lib, "template", p, algorithm="template", template="md5(md5($s).md5($p))", hash={"value": md5(md5("a1B") + md5(p)), "encoding": "hex"}, salt={"value": "a1B"})
    custom(lib, "template", p, algorithm="template", template="sha1(lower($u).$p)", user="Bob", hash={"value": hashlib.sha1(b"bob" + u).hexdigest().upper(), "encoding": "hex"})
    salted = u + b"{grain}"
    d = hashlib.sha512(salted).digest()
    for _ in range(4999):
        d = hashlib.sha512(d + salted).digest()
    custom(lib, "template", p, algorithm="template", template='symfony(5000, sha512, $p . "{" . $s . "}")', hash={"value": b64(d), "encoding": "base64"}, salt={"value": "grain"})
    d = u
    for _ in range(1000):
        d = hashlib.sha256(d).digest()
    custom(lib, "template", p, algorithm="template", template="repeat(1000, sha256_raw, $p)", hash={"value": b64(d), "encoding": "base64"})
    custom(lib, "template", p, algorithm="template", template="base64(hmac_sha1_raw($s, utf16le($p)))", hash={"value": b64(hmac.new(b"salt", w, "sha1").digest())}, salt={"value": "salt"})

# What databases keep of their own accounts, and Magento 2 (as its Encryptor does it)
from argon2.low_level import Type, hash_secret_raw


def psql(sql):
    done = subprocess.run(["psql", "-h", "127.0.0.1", "-U", "postgres", "-qAt"], input=sql, text=True, capture_output=True, check=True)
    return done.stdout.strip()


def mariadb(sql):
    done = subprocess.run(["mariadb", "-h", "127.0.0.1", "-u", "root", "--default-character-set=utf8mb4", "-N"], input=sql, text=True, capture_output=True, check=True)
    return done.stdout.strip()


def magento(password, salt, *versions):
    text = password
    for version in versions:
        name, *numbers = version.split("_")
        if name in "01":
            text = hashlib.new(["md5", "sha256"][int(name)], (salt + text).encode()).hexdigest()
            continue
        size, passes, memory = map(int, numbers) if numbers else (32, 2, 67108864)
        text = hash_secret_raw(text.encode(), (salt * 16)[:16].encode(), passes, memory // 1024, 1, size, Type.ID).hex()
    return ":".join([text, salt, *versions])


for p in PASSWORDS:
    u, w = p.encode(), p.encode("utf-16-le")
    salt = hashlib.sha256(u).digest()
    role = f"set password_encryption='scram-sha-256'; create role vectors password '{p}'; select rolpassword from pg_authid where rolname='vectors'; drop role vectors"
    row("PostgreSQL 15.20", "postgres-scram", p, psql(role))
    row("MariaDB 10.11.19", "mysql", p, mariadb(f"select password('{p}')"))
    row(lib, "mssql", p, "0x0200" + (salt[:4] + hashlib.sha512(w + salt[:4]).digest()).hex().upper())
    row(lib, "mssql", p, "0x0100" + (salt[:4] + hashlib.sha1(w + salt[:4]).digest() + hashlib.sha1(p.upper().encode("utf-16-le") + salt[:4]).digest()).hex())
    oracle = "S:" + (hashlib.sha1(u + salt[:10]).digest() + salt[:10]).hex().upper()
    key = hashlib.pbkdf2_hmac("sha512", u, salt[:16] + b"AUTH_PBKDF2_SPEEDY_KEY", 4096, 64)
    row(lib, "oracle", p, oracle)
    row(lib, "oracle", p, oracle + ";T:" + (hashlib.sha512(key + salt[:16]).digest() + salt[:16]).hex().upper())
    for salt, versions in [("x9", ["0"]), ("8qnyO4H1OYIfGCUb", ["1"]), ("8qnyO4H1OYIfGCUb", ["0", "1"]), ("short", ["1", "3_32_2_8388608"])]:
        row("argon2-cffi 25.1.0", "magento", p, magento(p, salt, *versions))
    if p == "password":  # 64 MiB
        row("argon2-cffi 25.1.0", "magento", p, magento(p, "5PiKJRn28bBKoFMopMaaKuV47aJ6GzVg", "2"))

# custom_password_hash of texts, with what the product made of the password first
from argon2.low_level import hash_secret


def crypt(password, settings_):
    return subprocess.run(["perl", "-e", "print crypt($ARGV[0], $ARGV[1])", password, settings_], capture_output=True, check=True).stdout.decode()


for p in PASSWORDS:
    w = p.encode("utf-16-le")
    latin = w[::2]  # as Node.js makes latin1
    salt = hashlib.sha256(p.encode()).digest()[:16]
    wide, narrow = {"encoding": "utf16le"}, {"encoding": "latin1"}
    hexed = hashlib.sha256(p.encode()).hexdigest()
    custom(lib, "pbkdf2", p, algorithm="pbkdf2", password=wide, hash={"value": "$pbkdf2-sha256$i=1000,l=32$%s$%s" % (bare(salt), bare(hashlib.pbkdf2_hmac("sha256", w, salt, 1000, 32)))})
    custom(lib, "pbkdf2", p, algorithm="pbkdf2", password={"digest": "sha256"}, hash={"value": "$pbkdf2-sha256$i=1000,l=32$%s$%s" % (bare(salt), bare(hashlib.pbkdf2_hmac("sha256", hexed.encode(), salt, 1000, 32)))})
    custom(lib, "ldap", p, algorithm="ldap", password=wide, hash={"value": "{SSHA}" + b64(hashlib.sha1(w + salt[:8]).digest() + salt[:8])})
    custom(lib, "nt", p, algorithm="stored", hash={"value": "{NT}" + hashlib.new("md4", w).hexdigest().upper()})
    custom("argon2-cffi 25.1.0", "argon2", p, algorithm="argon2", password=wide, hash={"value": hash_secret(w, salt, 2, 256, 1, 32, Type.ID).decode()})
    custom("libxcrypt", "bcrypt", p, algorithm="bcrypt", password=narrow, hash={"value": crypt(latin, "$2b$04$abcdefghijklmnopqrstuu")})
    custom("libxcrypt", "bcrypt", p, algorithm="bcrypt", password={"digest": "sha256"}, hash={"value": crypt("pepper" + hexed, "$2y$04$abcdefghijklmnopqrstuu")}, salt={"value": "pepper"})
    custom(lib, "keycloak", p, algorithm="stored", hash={"value": json.dumps({"credentialData": json.dumps({"hashIterations": 1000, "algorithm": "pbkdf2-sha256"}), "secretData": json.dumps({"value": b64(hashlib.pbkdf2_hmac("sha256", p.encode(), salt, 1000, 32)), "salt": b64(salt)})})})

# What docs/how-to/import-from-other-products.md describes
for p in PASSWORDS:
    u = p.encode()
    salt = hashlib.sha256(u).digest()[:16]
    text = hash_secret(u, salt, 2, 256, 1, 32, Type.ID).decode()
    row("argon2-cffi 25.1.0", "argon2id", p, "ARGON2ID" + text)
    key = hash_secret_raw(u, salt, 2, 256, 1, 32, Type.ID)
    parameters = {"hashLength": ["32"], "memory": ["256"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]}
    row("argon2-cffi 25.1.0", "keycloak", p, json.dumps({"credentialData": json.dumps({"hashIterations": 2, "algorithm": "argon2", "additionalParameters": parameters}), "secretData": json.dumps({"value": b64(key), "salt": b64(salt), "additionalParameters": {}})}))
    row(lib, "lambdaworks-scrypt", p, "$s0$40801$%s$%s" % (b64(salt), b64(hashlib.scrypt(u, salt=salt, n=16, r=8, p=1, dklen=32))))
    # Devise's `encryptable`, with its ten stretches
    for name in ["sha1", "sha512"]:
        digest, template = "pepper", "$u"
        for _ in range(10):
            digest = hashlib.new(name, ("--a1B--%s--%s--pepper--" % (digest, p)).encode()).hexdigest()
            template = '%s("--".$s."--".%s."--".$p."--".$u."--")' % (name, template)
        custom(lib, "template", p, algorithm="template", template=template, user="pepper", hash={"value": digest, "encoding": "hex"}, salt={"value": "a1B"})
    # FusionAuth's salted-sha256
    d = u + salt
    for _ in range(1000):
        d = hashlib.sha256(d).digest()
    custom(lib, "template", p, algorithm="template", template="repeat(1000, sha256_raw, $p.$s)", hash={"value": b64(d), "encoding": "base64"}, salt={"value": b64(salt), "encoding": "base64"})
    # passport-local-mongoose
    custom(lib, "pbkdf2", p, algorithm="pbkdf2", iterations=100, hash={"value": hashlib.pbkdf2_hmac("sha256", u, salt.hex().encode(), 100, 512).hex(), "encoding": "hex", "digest": "sha256"}, salt={"value": salt.hex()})
    # vBulletin 5
    custom("libxcrypt", "bcrypt", p, algorithm="bcrypt", password={"digest": "md5"}, hash={"value": crypt(hashlib.md5(u).hexdigest(), "$2y$04$abcdefghijklmnopqrstuu")})
