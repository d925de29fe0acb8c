SET NAMES utf8mb4;
DROP TABLE IF EXISTS users;
DROP TABLE IF EXISTS kinds;
CREATE TABLE users (
  id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(200) UNIQUE, nickname VARCHAR(100), password_hash VARCHAR(100),
  email_verified BOOLEAN DEFAULT TRUE, created DATETIME DEFAULT '2020-01-02 03:04:05'
) CHARACTER SET utf8mb4;
INSERT INTO users (email, nickname, password_hash) VALUES
  ('ann@example.org', 'Änn 😀', '$2a$04$2daGDxEH9vx6hU8RGul3ZerdtTmk/pGRpaVKdZnPL/TNIuZKFgiau'), ('bob@example.org', 'bob', 'x');
CREATE TABLE kinds (
  tiny TINYINT(1), small SMALLINT, large BIGINT, unsigned_large BIGINT UNSIGNED, exact DECIMAL(20,6), inexact DOUBLE, single FLOAT,
  fixed CHAR(4), text_ TEXT, bytes BLOB, day DATE, moment DATETIME(3), stamp TIMESTAMP NULL, clock TIME, y YEAR, json_ JSON,
  one ENUM('a','b'), some SET('x','y'), bits BIT(8), nothing INT NULL
) CHARACTER SET utf8mb4;
INSERT INTO kinds VALUES (1, -5, 9007199254740993, 18446744073709551615, 12345678.123456, 0.1, 0.1, 'ab', 'Ünï 😀', X'00FF10',
  '2021-02-03', '2021-02-03 04:05:06.789', '2021-02-03 04:05:06', '-12:34:56', 1999, '{"a":[1,null]}', 'b', 'x,y', b'10100101', NULL);
