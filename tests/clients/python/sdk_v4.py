"""auth0-python 4: requests, dictionaries."""

import io
import json

from auth0.management import Auth0
from auth0.rest import RestClientOptions
from people import TIMEOUT, people
from report import DOMAIN, PARAMETERS, report

token = people()
management = Auth0(DOMAIN, token["access_token"], RestClientOptions(timeout=TIMEOUT))
id = PARAMETERS["connection"]
report("connections", lambda: management.connections.all(strategy="auth0"))
report("connection", lambda: management.connections.get(id))
new = {"connection": "other", "email": "by-api@example.com", "password": "x"}
made = report("create user", lambda: management.users.create(new))
report("create user again", lambda: management.users.create(new))
report("user", lambda: management.users.get(made["user_id"]))
report("users", lambda: management.users.list(q='email:"by-api@example.com"'))
report("by email", lambda: management.users_by_email.search_users_by_email("by-api@example.com"))
report("clients", lambda: management.clients.all())
report("client grants", lambda: management.client_grants.all())
report("tenant", lambda: management.tenants.get())
ticket = {"user_id": made["user_id"]}
report("ticket", lambda: management.tickets.create_pswd_change(ticket))
file = io.BytesIO(json.dumps([{"email": "imported@example.com"}]).encode())
report("import", lambda: management.jobs.import_users(id, file))
organization = {"name": "initech", "enabled_connections": [{"connection_id": id}]}
made_for = report("create organization", lambda: management.organizations.create_organization(organization))
report("organizations", lambda: management.organizations.all_organizations())
report("organization connections", lambda: management.organizations.all_organization_connections(made_for["id"]))
report("delete user", lambda: management.users.delete(made["user_id"]))
