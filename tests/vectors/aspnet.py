"""Computes the hashes of ASP.NET's user stores anew, by Python's own library, and looks for them in the templates' fixtures.

usage: aspnet.py TEMPLATES_FOLDER
"""

import base64
import hashlib
import hmac
import struct
import sys

PASSWORD = "legacy password"
SALT = bytes(range(1, 17))


def base64_of(data):
    return base64.b64encode(data).decode()


def universal_providers(password, salt):
    # A keyed hash takes a key of 64 bytes, which the provider fills by repeating the salt.
    return base64_of(hmac.new(salt * 4, password.encode("utf-16-le"), hashlib.sha256).digest())


def sql_membership(password, salt):
    return base64_of(hashlib.sha1(salt + password.encode("utf-16-le")).digest())


def identity_2(password, salt):
    return base64_of(b"\0" + salt + hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 32))


def identity_3(password, salt):
    head = b"\1" + struct.pack(">III", 1, 10000, len(salt))
    return base64_of(head + salt + hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 10000, 32))


EXPECTED = {
    "aspnet-membership-mvc3": [universal_providers],
    "aspnet-membership-classic": [sql_membership],
    "aspnet-membership-mvc4": [identity_2],
    "aspnet-identity": [identity_2, identity_3],
}

missing = []
for template, schemes in EXPECTED.items():
    with open(f"{sys.argv[1]}/{template}/fixtures.sql", encoding="utf-8") as file:
        text = file.read()
    missing += [f"{template}: {scheme.__name__}" for scheme in schemes if scheme(PASSWORD, SALT) not in text]
if missing:
    sys.exit("not in the fixtures: " + ", ".join(missing))
