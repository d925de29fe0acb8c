-- The password of jane is: legacy password
INSERT INTO UserProfile (UserName) VALUES (N'jane@example.com');
INSERT INTO webpages_Membership (UserId, CreateDate, IsConfirmed, PasswordFailuresSinceLastSuccess, Password, PasswordSalt)
VALUES (1, '2010-01-02T03:04:05', 1, 0, N'AAECAwQFBgcICQoLDA0ODxBg0IuX3O2YBgjPtdSys+xZKVDrGvhF8AKRfuMdKFBA+A==', N'');
