-- AspNetUsers as ASP.NET Core Identity makes it; earlier versions lack the Normalized columns (README.md).
CREATE TABLE AspNetUsers (
  Id                   NVARCHAR(450) NOT NULL PRIMARY KEY,
  UserName             NVARCHAR(256),
  NormalizedUserName   NVARCHAR(256) UNIQUE,
  Email                NVARCHAR(256),
  NormalizedEmail      NVARCHAR(256),
  EmailConfirmed       BIT NOT NULL,
  PasswordHash         NVARCHAR(max),
  SecurityStamp        NVARCHAR(max),
  ConcurrencyStamp     NVARCHAR(max),
  PhoneNumber          NVARCHAR(max),
  PhoneNumberConfirmed BIT NOT NULL,
  TwoFactorEnabled     BIT NOT NULL,
  LockoutEnd           DATETIMEOFFSET,
  LockoutEnabled       BIT NOT NULL,
  AccessFailedCount    INT NOT NULL
);
