-- The password of jane is: legacy password
INSERT INTO wp_users (ID, user_login, user_pass, user_nicename, user_email, display_name)
VALUES
  (1, 'jane', '$wp$2y$10$N9qo8uLOickgx2ZMRZoMyeqlr6FvsDQa7ok4W0rfi3p391snTGsOm', 'jane', 'jane@example.com', 'Jane Doe'),
  -- The same password in the forms of older versions.
  (2, 'paul', '$P$BabcdefghO3KQMGq8mfuDCHUiRSLCg0', 'paul', 'paul@example.com', 'Paul Doe'),
  (3, 'otto', 'b6d4f14cc8fd48b20e3f23f5f81d9a61', 'otto', 'otto@example.com', 'Otto Doe');
