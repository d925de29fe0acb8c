  async function users() {
    const pool = await connected();
    const { recordset: [counted] } = await pool.request().query(
      {{sql}},
    );
    return Number(counted.users);
  }
