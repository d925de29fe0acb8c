// One table of users behind the TDS server, and the statements that login scripts send about it.
"use strict";

const COLUMNS = {
  Id: "int", Email: "text", Nickname: "text", Password: "text", Email_Verified: "bit",
  Created: "datetime", Balance: "decimal", Big: "bigint", Ratio: "float", Photo: "binary", Guid: "guid", Nothing: "text",
};

class SqlError extends Error {
  constructor(number, message, severity = 16) {
    super(message);
    Object.assign(this, { number, severity });
  }
}

const known = (name) => {
  const found = Object.keys(COLUMNS).find((column) => column.toLowerCase() === name.toLowerCase());
  if (!found) throw new SqlError(207, `Invalid column name '${name}'.`);
  return found;
};

const bare = (name) => name.trim().replace(/^\[|\]$/g, "");
const list = (text) => text.match(/(?:N?'(?:[^']|'')*'|\([^)]*\)|[^,(])+/g).map((part) => part.trim());

class Table {
  constructor() {
    this.reset();
  }

  reset() {
    this.rows = [];
    this.insert({ Email: "ann@example.org", Nickname: "Änn 😀", Password: "ann's password", Email_Verified: true });
    this.insert({ Email: "bob@example.org", Nickname: "bob", Password: "bob's password" });
  }

  insert(values) {
    if (this.rows.some((row) => row.Email.toLowerCase() === values.Email?.toLowerCase())) {
      const what = `The duplicate key value is (${values.Email})`;
      throw new SqlError(2627, `Violation of UNIQUE KEY constraint 'UQ_Email'. Cannot insert duplicate key in object 'dbo.Users'. ${what}.`, 14);
    }
    const fixed = {
      Created: new Date(Date.UTC(2020, 0, 2, 3, 4, 5, 677)), Balance: 12.3456, Big: 9007199254740993n, Ratio: 0.1,
      Photo: Buffer.from([0, 1, 255]), Guid: "6F9619FF-8B86-D011-B42D-00C04FC964FF", Nothing: null,
    };
    const row = { Id: this.rows.length + 1, Nickname: null, Email_Verified: false, ...fixed, ...values };
    this.rows.push(row);
    return row;
  }

  /// `{ columns: [{ name, kind }], rows: [[…]] }`, or `{ count }`; parameters are `{ value, kind }` by lower-case name.
  run(sql, parameters) {
    const text = sql.replace(/--.*$/gm, "").replace(/\s+/g, " ").trim().replace(/;$/, "");
    const one = (pattern, work) => {
      const match = pattern.exec(text);
      return match ? work(match) : undefined;
    };
    const done =
      one(/^SET [A-Z_ ]+ (?:ON|OFF|\d+)?/i, () => ({ count: 0 })) ??
      one(/^WAITFOR DELAY '00:00:(\d+)'/i, ([, seconds]) => ({ wait: Number(seconds) * 1000, count: 0 })) ??
      one(/^SELECT (?:TOP \(?(\d+)\)? )?(.+?) FROM (\S+)(?: WHERE (.+?))?(?: ORDER BY .+)?$/i, (match) => this.#select(match, parameters)) ??
      one(/^SELECT ([^;]+)$/i, ([, items]) => this.#values(items, parameters)) ??
      one(/^INSERT INTO (\S+) ?\((.+?)\) (?:OUTPUT INSERTED\.(\w+) )?VALUES ?\((.+)\)$/i, (match) => this.#insert(match, parameters)) ??
      one(/^UPDATE (\S+) SET (.+?) WHERE (.+)$/i, (match) => this.#update(match, parameters)) ??
      one(/^DELETE FROM (\S+) WHERE (.+)$/i, (match) => this.#delete(match, parameters));
    if (done) return done;
    throw new SqlError(102, `Incorrect syntax near '${text.split(" ")[0]}'.`, 15);
  }

  #check(table) {
    if (!/^(?:\[?dbo\]?\.)?\[?Users\]?$/i.test(table)) throw new SqlError(208, `Invalid object name '${bare(table)}'.`);
  }

  #value(text, parameters) {
    const name = /^@(\w+)$/.exec(text)?.[1].toLowerCase();
    if (name !== undefined) {
      if (!parameters[name]) throw new SqlError(137, `Must declare the scalar variable "@${name}".`, 15);
      return parameters[name];
    }
    const literal = /^N?'((?:[^']|'')*)'$/.exec(text);
    if (literal) return { value: literal[1].replaceAll("''", "'"), kind: "text" };
    if (/^-?\d+$/.test(text)) return { value: Number(text), kind: "int" };
    if (/^NULL$/i.test(text)) return { value: null, kind: "text" };
    return { value: this.rows[0][known(bare(text))], kind: COLUMNS[known(bare(text))] };
  }

  #where(text, parameters) {
    const tests = (text ?? "").split(/ AND /i).filter(Boolean).map((part) => part.split(/ OR /i).map((alternative) => {
      const [, column, operand] = /^\(?\s*(\S+?)\s*=\s*(.+?)\s*\)?$/.exec(alternative.trim()) ?? [];
      if (!column) throw new SqlError(102, `Incorrect syntax near '${alternative}'.`, 15);
      const { value } = this.#value(operand, parameters);
      return (row) => {
        const stored = row[known(bare(column))];
        return value !== null && stored !== null && String(stored).toLowerCase() === String(value).toLowerCase();
      };
    }));
    return this.rows.filter((row) => tests.every((alternatives) => alternatives.some((test) => test(row))));
  }

  #select([, top, items, table, where], parameters) {
    this.#check(table);
    const found = this.#where(where, parameters).slice(0, top ? Number(top) : undefined);
    if (/^COUNT\(/i.test(items)) return { columns: [{ name: / AS (\w+)$/i.exec(items)?.[1] ?? "", kind: "int" }], rows: [[found.length]] };
    const names = items.trim() === "*" ? Object.keys(COLUMNS) : list(items);
    const columns = names.map((item) => {
      const [, source, alias] = /^(\S+)(?: AS (\S+))?$/i.exec(item);
      return { source: known(bare(source)), name: bare(alias ?? known(bare(source))) };
    });
    return {
      columns: columns.map(({ source, name }) => ({ name, kind: COLUMNS[source] })),
      rows: found.map((row) => columns.map(({ source }) => row[source])),
    };
  }

  #values(items, parameters) {
    const cells = list(items).map((item) => {
      const [, source, alias] = /^(.+?)(?: AS (\S+))?$/i.exec(item);
      const repeated = /^REPLICATE\(N?'(.)', ?(\d+)\)$/i.exec(source);
      const cell = repeated ? { value: repeated[1].repeat(Number(repeated[2])), kind: "text" } : this.#value(source, parameters);
      return { ...cell, name: bare(alias ?? "") };
    });
    return { columns: cells.map(({ name, kind }) => ({ name, kind })), rows: [cells.map(({ value }) => value)] };
  }

  #insert([, table, columns, output, values], parameters) {
    this.#check(table);
    const names = list(columns).map((name) => known(bare(name)));
    const row = this.insert(Object.fromEntries(list(values).map((text, at) => [names[at], this.#value(text, parameters).value])));
    if (!output) return { count: 1 };
    return { columns: [{ name: known(output), kind: COLUMNS[known(output)] }], rows: [[row[known(output)]]] };
  }

  #update([, table, changes, where], parameters) {
    this.#check(table);
    const found = this.#where(where, parameters);
    for (const change of list(changes)) {
      const [column, operand] = change.split(/ ?= ?/);
      const { value } = this.#value(operand, parameters);
      for (const row of found) row[known(bare(column))] = value;
    }
    return { count: found.length };
  }

  #delete([, table, where], parameters) {
    this.#check(table);
    const gone = new Set(this.#where(where, parameters));
    this.rows = this.rows.filter((row) => !gone.has(row));
    return { count: gone.size };
  }
}

module.exports = { SqlError, Table };
