-- The parts of the Universal Providers' tables that the scripts touch.
CREATE TABLE Users (
  ApplicationId    UNIQUEIDENTIFIER NOT NULL,
  UserId           UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
  UserName         NVARCHAR(50) NOT NULL,
  IsAnonymous      BIT NOT NULL,
  LastActivityDate DATETIME NOT NULL
);
CREATE TABLE Memberships (
  ApplicationId                           UNIQUEIDENTIFIER NOT NULL,
  UserId                                  UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
  Password                                NVARCHAR(128) NOT NULL,
  PasswordFormat                          INT NOT NULL,
  PasswordSalt                            NVARCHAR(128) NOT NULL,
  Email                                   NVARCHAR(256),
  IsApproved                              BIT NOT NULL,
  IsLockedOut                             BIT NOT NULL,
  CreateDate                              DATETIME NOT NULL,
  LastLoginDate                           DATETIME NOT NULL,
  LastPasswordChangedDate                 DATETIME NOT NULL,
  LastLockoutDate                         DATETIME NOT NULL,
  FailedPasswordAttemptCount              INT NOT NULL,
  FailedPasswordAttemptWindowStart        DATETIME NOT NULL,
  FailedPasswordAnswerAttemptCount        INT NOT NULL,
  FailedPasswordAnswerAttemptWindowsStart DATETIME NOT NULL
);
