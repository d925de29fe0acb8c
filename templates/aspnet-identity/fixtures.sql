-- The password of jane is: legacy password
INSERT INTO AspNetUsers (Id, UserName, NormalizedUserName, Email, NormalizedEmail, EmailConfirmed, PasswordHash,
  SecurityStamp, PhoneNumberConfirmed, TwoFactorEnabled, LockoutEnabled, AccessFailedCount)
VALUES ('33333333-3333-3333-3333-333333333333', N'jane', N'JANE', N'jane@example.com', N'JANE@EXAMPLE.COM', 1, N'AQAAAAEAACcQAAAAEAECAwQFBgcICQoLDA0ODxBWF9PZNetLcbyQiDERa21NhEfKEKQhFYfQ2/shgadnZA==',
  N'stamp', 0, 0, 1, 0);
-- Old John still has a hash of version 2, and the same password.
INSERT INTO AspNetUsers (Id, UserName, NormalizedUserName, Email, NormalizedEmail, EmailConfirmed, PasswordHash,
  SecurityStamp, PhoneNumberConfirmed, TwoFactorEnabled, LockoutEnabled, AccessFailedCount)
VALUES ('44444444-4444-4444-4444-444444444444', N'john', N'JOHN', N'john@example.com', N'JOHN@EXAMPLE.COM', 1, N'AAECAwQFBgcICQoLDA0ODxBg0IuX3O2YBgjPtdSys+xZKVDrGvhF8AKRfuMdKFBA+A==',
  N'stamp', 0, 0, 1, 0);
