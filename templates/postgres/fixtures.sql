-- The password of jane is: legacy password
INSERT INTO users (id, email, email_verified, nickname, password_hash)
VALUES (1, 'jane@example.com', true, 'jane', '$2b$10$N9qo8uLOickgx2ZMRZoMyeb1EU53aX8GF7VZKnzXsqFx9njMRbgsS');
ALTER TABLE users ALTER COLUMN id RESTART WITH 100;
