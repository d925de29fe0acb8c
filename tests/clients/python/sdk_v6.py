"""auth0-python 6: httpx, strict models."""

import io
import json

from auth0.management import ManagementClient
from people import people
from report import CLIENT_ID, CLIENT_SECRET, DOMAIN, PARAMETERS, report

people()
management = ManagementClient(domain=DOMAIN, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
id = PARAMETERS["connection"]
report("connections", lambda: list(management.connections.list(strategy=["auth0"], take=1)))
report("connection", lambda: management.connections.get(id))
new = {"connection": "other", "email": "by-api@example.com", "password": "x"}
made = report("create user", lambda: management.users.create(**new))
report("create user again", lambda: management.users.create(**new))
report("user", lambda: management.users.get(made["user_id"]))
report("users", lambda: list(management.users.list(q='email:"by-api@example.com"', per_page=1)))
report("by email", lambda: management.users.list_users_by_email(email="by-api@example.com"))
report("clients", lambda: list(management.clients.list(per_page=1)))
report("client grants", lambda: list(management.client_grants.list()))
report("tenant", lambda: management.tenants.settings.get())
report("ticket", lambda: management.tickets.change_password(user_id=made["user_id"]))
file = ("users.json", io.BytesIO(json.dumps([{"email": "imported@example.com"}]).encode()))
report("import", lambda: management.jobs.users_imports.create(users=file, connection_id=id))
link = {"connection_id": id}
made_for = report("create organization", lambda: management.organizations.create(name="initech", enabled_connections=[link]))
report("organizations", lambda: list(management.organizations.list()))
report("organization connections", lambda: list(management.organizations.enabled_connections.list(made_for["id"])))
report("delete user", lambda: management.users.delete(made["user_id"]))
