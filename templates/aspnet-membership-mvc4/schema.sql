-- The parts of SimpleMembership's tables that the scripts touch.
CREATE TABLE UserProfile (
  UserId   INT IDENTITY(1, 1) PRIMARY KEY,
  UserName NVARCHAR(256) NOT NULL UNIQUE
);
CREATE TABLE webpages_Membership (
  UserId                           INT NOT NULL PRIMARY KEY,
  CreateDate                       DATETIME,
  ConfirmationToken                NVARCHAR(128),
  IsConfirmed                      BIT DEFAULT 0,
  LastPasswordFailureDate          DATETIME,
  PasswordFailuresSinceLastSuccess INT NOT NULL DEFAULT 0,
  Password                         NVARCHAR(128) NOT NULL,
  PasswordChangedDate              DATETIME,
  PasswordSalt                     NVARCHAR(128) NOT NULL
);
