CREATE TABLE users (
  id             INT IDENTITY(1, 1) PRIMARY KEY,
  email          NVARCHAR(254) NOT NULL UNIQUE,
  email_verified BIT NOT NULL DEFAULT 0,
  nickname       NVARCHAR(255),
  password_hash  NVARCHAR(255) NOT NULL
);
