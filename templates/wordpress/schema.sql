-- wp_users as WordPress makes it.
CREATE TABLE wp_users (
  ID                  BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_login          VARCHAR(60) NOT NULL DEFAULT '',
  user_pass           VARCHAR(255) NOT NULL DEFAULT '',
  user_nicename       VARCHAR(50) NOT NULL DEFAULT '',
  user_email          VARCHAR(100) NOT NULL DEFAULT '',
  user_url            VARCHAR(100) NOT NULL DEFAULT '',
  user_registered     DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  user_activation_key VARCHAR(255) NOT NULL DEFAULT '',
  user_status         INT NOT NULL DEFAULT 0,
  display_name        VARCHAR(250) NOT NULL DEFAULT '',
  KEY user_login_key (user_login),
  KEY user_email (user_email)
);
