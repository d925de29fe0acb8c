-- The password of jane is: legacy password
INSERT INTO users (email, email_verified, nickname, password_hash)
VALUES (N'jane@example.com', 1, N'jane', N'$2b$10$N9qo8uLOickgx2ZMRZoMyeb1EU53aX8GF7VZKnzXsqFx9njMRbgsS');
