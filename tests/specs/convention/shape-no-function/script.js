{ "login": true }
