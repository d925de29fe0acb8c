"""What both versions have in common: logins, sign-up and forgotten passwords. Version 6 brings the same classes."""

from auth0.authentication import Database, GetToken, Users
from report import CLIENT_ID, CLIENT_SECRET, DOMAIN, PARAMETERS, report

connection = PARAMETERS["connectionName"]
username, password = PARAMETERS["username"], PARAMETERS["password"]

# In seconds. By themselves they wait for five, which a busy machine may need for a first login.
TIMEOUT = 60.0


def people():
    tokens = GetToken(DOMAIN, CLIENT_ID, client_secret=CLIENT_SECRET, timeout=TIMEOUT)
    scope = "openid email"
    right = report("login", lambda: tokens.login(username, password, scope=scope, realm=connection))
    report("wrong password", lambda: tokens.login(username, "wrong", realm=connection))
    report("userinfo", lambda: Users(DOMAIN, timeout=TIMEOUT).userinfo(right["access_token"]))
    database = Database(DOMAIN, CLIENT_ID, timeout=TIMEOUT)
    report("sign-up", lambda: database.signup("new@example.com", "A-new-password-9", connection))
    report("sign-up again", lambda: database.signup("new@example.com", "A-new-password-9", connection))
    report("change password", lambda: database.change_password(username, connection))
    audience = f"https://{DOMAIN}/api/v2/"
    return report("token", lambda: tokens.client_credentials(audience))
