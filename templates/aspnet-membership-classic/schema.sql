-- The parts of the SQL membership provider's tables that the scripts touch.
CREATE TABLE aspnet_Users (
  ApplicationId    UNIQUEIDENTIFIER NOT NULL,
  UserId           UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
  UserName         NVARCHAR(256) NOT NULL,
  LoweredUserName  NVARCHAR(256) NOT NULL,
  IsAnonymous      BIT NOT NULL,
  LastActivityDate DATETIME NOT NULL
);
CREATE TABLE aspnet_Membership (
  ApplicationId                          UNIQUEIDENTIFIER NOT NULL,
  UserId                                 UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
  Password                               NVARCHAR(128) NOT NULL,
  PasswordFormat                         INT NOT NULL,
  PasswordSalt                           NVARCHAR(128) NOT NULL,
  Email                                  NVARCHAR(256),
  LoweredEmail                           NVARCHAR(256),
  IsApproved                             BIT NOT NULL,
  IsLockedOut                            BIT NOT NULL,
  CreateDate                             DATETIME NOT NULL,
  LastLoginDate                          DATETIME NOT NULL,
  LastPasswordChangedDate                DATETIME NOT NULL,
  LastLockoutDate                        DATETIME NOT NULL,
  FailedPasswordAttemptCount             INT NOT NULL,
  FailedPasswordAttemptWindowStart       DATETIME NOT NULL,
  FailedPasswordAnswerAttemptCount       INT NOT NULL,
  FailedPasswordAnswerAttemptWindowStart DATETIME NOT NULL
);
