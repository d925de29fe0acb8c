-- The password of jane is: legacy password
INSERT INTO aspnet_Users (ApplicationId, UserId, UserName, LoweredUserName, IsAnonymous, LastActivityDate)
VALUES ('11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222', N'Jane', N'jane', 0, '2010-01-02T03:04:05');
INSERT INTO aspnet_Membership (ApplicationId, UserId, Password, PasswordFormat, PasswordSalt, Email, LoweredEmail, IsApproved,
  IsLockedOut, CreateDate, LastLoginDate, LastPasswordChangedDate, LastLockoutDate, FailedPasswordAttemptCount,
  FailedPasswordAttemptWindowStart, FailedPasswordAnswerAttemptCount, FailedPasswordAnswerAttemptWindowStart)
VALUES ('11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222', N'To0XKd4A4z9aEIvYwknznoqnc6Q=', 1, N'AQIDBAUGBwgJCgsMDQ4PEA==', N'jane@example.com', N'jane@example.com', 1,
  0, '2010-01-02T03:04:05', '2010-01-02T03:04:05', '2010-01-02T03:04:05', '1754-01-01T00:00:00', 0, '1754-01-01T00:00:00', 0, '1754-01-01T00:00:00');
