-- The password of jane is: legacy password
INSERT INTO Users (ApplicationId, UserId, UserName, IsAnonymous, LastActivityDate)
VALUES ('11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222', N'jane', 0, '2010-01-02T03:04:05');
INSERT INTO Memberships (ApplicationId, UserId, Password, PasswordFormat, PasswordSalt, Email, IsApproved, IsLockedOut,
  CreateDate, LastLoginDate, LastPasswordChangedDate, LastLockoutDate, FailedPasswordAttemptCount,
  FailedPasswordAttemptWindowStart, FailedPasswordAnswerAttemptCount, FailedPasswordAnswerAttemptWindowsStart)
VALUES ('11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222', N'20SwU2EVFRADLg3bJZsi1/bGgSkiB0LT0UM1PCRoY0c=', 1, N'AQIDBAUGBwgJCgsMDQ4PEA==', N'jane@example.com', 1, 0,
  '2010-01-02T03:04:05', '2010-01-02T03:04:05', '2010-01-02T03:04:05', '1754-01-01T00:00:00', 0, '1754-01-01T00:00:00', 0, '1754-01-01T00:00:00');
