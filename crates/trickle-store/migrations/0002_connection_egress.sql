-- What the operator lets the scripts of one connection reach, beside what the server lets all reach. Not part of `options`: tenants
-- write those. JSON object: {"allow": [rule, …], "public": true or false}
ALTER TABLE connections ADD COLUMN egress TEXT NOT NULL DEFAULT '{}';
