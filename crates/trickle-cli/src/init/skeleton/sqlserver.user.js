  async function userOf(address) {
    const pool = await connected();
    const { recordset } = await pool.request().input('address', address).query(
      {{sql}},
    );
    // Two addresses may differ by capitals alone: the one that was typed is meant.
    return recordset.find((row) => row.email === address) || recordset[0];
  }
