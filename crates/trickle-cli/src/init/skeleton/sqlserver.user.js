  async function userOf(address) {
    const pool = await connected();
    const { recordset } = await pool.request().input('address', address).query(
      {{sql}},
    );
    return recordset[0];
  }
