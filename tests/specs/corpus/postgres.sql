DROP TABLE IF EXISTS users;
DROP TABLE IF EXISTS kinds;
CREATE TABLE users (
  id serial PRIMARY KEY, email text UNIQUE, nickname text, password_hash text,
  email_verified boolean DEFAULT true, created timestamptz DEFAULT '2020-01-02 03:04:05+00'
);
INSERT INTO users (email, nickname, password_hash) VALUES
  ('ann@example.org', 'Änn 😀', '$2a$04$2daGDxEH9vx6hU8RGul3ZerdtTmk/pGRpaVKdZnPL/TNIuZKFgiau'), ('bob@example.org', 'bob', 'x');
CREATE TABLE kinds (
  truth boolean, small smallint, large bigint, exact numeric(20,6), inexact double precision, single real, money_ money, fixed char(4),
  words text, bytes bytea, day date, moment timestamptz, local_ timestamp, clock time, span interval, json_ json, jsonb_ jsonb,
  list text[], numbers int[], id_ uuid, net inet, place point, nothing int
);
INSERT INTO kinds VALUES (true, -5, 9007199254740993, 12345678.123456, 0.1, 0.1, 12.5, 'ab', 'Ünï 😀', '\x00ff10', '2021-02-03',
  '2021-02-03 04:05:06.789+02', '2021-02-03 04:05:06', '12:34:56', '1 day 02:03:04', '{"a":[1,null]}', '{"b":{"c":2}}',
  '{a,"b c",NULL}', '{1,2}', '11111111-2222-3333-4444-555555555555', '10.0.0.1/8', '(1,2)', NULL);
