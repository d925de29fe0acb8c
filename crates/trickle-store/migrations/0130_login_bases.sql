-- A login reads its user seconds before anything is kept of it: what ends logins has to end those under way, too.
ALTER TABLE users ADD COLUMN logins_ended BIGINT NOT NULL DEFAULT 0; -- how often all that the user is logged in by has ended
ALTER TABLE login_sessions ADD COLUMN proven_by TEXT; -- whose password was proven: the user's or that of one linked to it; null in rows from before, and the user's then
ALTER TABLE login_sessions ADD COLUMN logins_ended BIGINT NOT NULL DEFAULT 0; -- of `proven_by`, when the login began
ALTER TABLE one_time_tokens ADD COLUMN proven_by TEXT; -- as in `login_sessions`
ALTER TABLE one_time_tokens ADD COLUMN logins_ended BIGINT NOT NULL DEFAULT 0; -- as in `login_sessions`
