  async function withClient(work) {
    const { Client } = require('pg');
    const client = new Client({
      host: configuration.DB_HOST,
      port: Number(configuration.DB_PORT || 5432),
      user: configuration.DB_USER,
      password: configuration.DB_PASSWORD,
      database: configuration.DB_NAME,
      ssl: configuration.DB_CA ? { ca: configuration.DB_CA } : configuration.DB_SSL === 'true',
      connectionTimeoutMillis: 10000,
    });
    // A connection that breaks between two queries has nobody else to tell.
    client.on('error', (error) => console.warn(error.message));
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end();
    }
  }
