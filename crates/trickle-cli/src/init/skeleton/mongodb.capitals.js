  async function userOf(address) {
{{item}}    // As typed or in lower case, which an index finds; then whatever the capitals are, as the store knows no collation.
    const filters = [
      {{filter}},
      { {{email}}: { $regex: `^${address.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, $options: 'i' } },
    ];
    for (const filter of filters) {
      const documents = await (await collection()).find(filter, {{options}}).toArray();
      const rows = documents.map((found) => ({{row}}));
      // Two addresses may differ by capitals alone: the one that was typed is meant.
      const same = rows.filter((row) => row.email?.toLowerCase() === address.toLowerCase());
      if (same.length > 0) return same.find((row) => row.email === address) || same[0];
    }
    return undefined;
  }
