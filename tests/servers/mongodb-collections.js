// Collections in memory: what the commands of a login script ask for, and no more.
"use strict";

const BATCH = 101;

/// The values at a dotted path; a list stands for its items as well.
function valuesAt(document, path) {
  const [head, ...rest] = path.split(".");
  const value = document?.[head];
  if (rest.length === 0) return Array.isArray(value) ? [value, ...value] : [value];
  return (Array.isArray(value) ? value : [value]).flatMap((item) => valuesAt(item, rest.join(".")));
}

/// The fields at these paths, in lists as well.
function pick(document, paths) {
  const inner = new Map();
  for (const path of paths) {
    const [head, ...rest] = path.split(".");
    inner.set(head, [...(inner.get(head) ?? []), ...(rest.length > 0 ? [rest.join(".")] : [])]);
  }
  const shown = (value, more) => {
    if (more.length === 0) return value;
    if (Array.isArray(value)) return value.map((item) => shown(item, more));
    return value?.constructor === Object ? pick(value, more) : value;
  };
  return Object.fromEntries(Object.entries(document).filter(([key]) => inner.has(key)).map(([key, value]) => [key, shown(value, inner.get(key))]));
}

class Collections {
  #databases = new Map();
  #cursors = new Map();
  #types;

  constructor(types) {
    this.#types = types;
  }

  clear() {
    this.#databases.clear();
  }

  run(name, asked) {
    const handler = this[`do_${name}`];
    if (!handler) throw new this.#types.Refusal(59, "CommandNotFound", `no such command: '${name}'`);
    return { ok: 1, ...handler.call(this, asked, name) };
  }

  #collection({ $db }, name) {
    const key = `${$db}.${name}`;
    if (!this.#databases.has(key)) this.#databases.set(key, { documents: [], unique: new Set(["_id"]) });
    return this.#databases.get(key);
  }

  #text(value, folds) {
    if (value === null || value === undefined) return "null";
    if (typeof value === "string") return JSON.stringify(folds ? value.toLowerCase() : value);
    if (value instanceof Date) return `date ${value.getTime()}`;
    if (value instanceof RegExp) return String(value);
    return this.#types.BSON.EJSON.stringify(value, { relaxed: true });
  }

  #equal(one, other, folds) {
    return this.#text(one, folds) === this.#text(other, folds);
  }

  #matchesValue(values, condition, folds) {
    if (condition instanceof RegExp) return values.some((value) => typeof value === "string" && condition.test(value));
    const isOperators = condition?.constructor === Object && Object.keys(condition).some((key) => key.startsWith("$"));
    if (!isOperators) return values.some((value) => this.#equal(value, condition, folds));
    return Object.entries(condition).every(([operator, operand]) => {
      switch (operator) {
        case "$eq": return values.some((value) => this.#equal(value, operand, folds));
        case "$ne": return !values.some((value) => this.#equal(value, operand, folds));
        case "$in": return operand.some((item) => this.#matchesValue(values, item, folds));
        case "$exists": return values.some((value) => value !== undefined) === Boolean(operand);
        case "$gt": return values.some((value) => value > operand);
        case "$gte": return values.some((value) => value >= operand);
        case "$lt": return values.some((value) => value < operand);
        case "$regex": return this.#matchesValue(values, new RegExp(operand, condition.$options ?? ""), folds);
        case "$options": return true;
        default: throw new this.#types.Refusal(2, "BadValue", `unknown operator: ${operator}`);
      }
    });
  }

  #matches(document, filter, folds) {
    return Object.entries(filter ?? {}).every(([path, condition]) => {
      if (path === "$or") return condition.some((part) => this.#matches(document, part, folds));
      if (path === "$and") return condition.every((part) => this.#matches(document, part, folds));
      if (path.startsWith("$")) throw new this.#types.Refusal(2, "BadValue", `unknown top level operator: ${path}`);
      return this.#matchesValue(valuesAt(document, path), condition, folds);
    });
  }

  #found(asked, name, filter, collation) {
    return this.#collection(asked, name).documents.filter((document) =>
      this.#matches(document, filter, collation?.strength <= 2),
    );
  }

  #cursor(asked, name, documents, batchSize = BATCH) {
    const [firstBatch, rest] = [documents.slice(0, batchSize), documents.slice(batchSize)];
    const id = rest.length > 0 ? this.#cursors.size + 1 : 0;
    if (id) this.#cursors.set(id, rest);
    return { cursor: { id: this.#types.Long.fromNumber(id), ns: `${asked.$db}.${name}`, firstBatch } };
  }

  #insert(collection, document, namespace) {
    document._id ??= new this.#types.ObjectId();
    for (const key of collection.unique) {
      const twin = collection.documents.find((other) => this.#equal(other[key], document[key]));
      if (twin) {
        const message = `E11000 duplicate key error collection: ${namespace} index: ${key} dup key: { ${key}: ${this.#text(document[key])} }`;
        throw new this.#types.Refusal(11000, "DuplicateKey", message, { keyPattern: { [key]: 1 }, keyValue: { [key]: document[key] } });
      }
    }
    collection.documents.push(document);
    return document;
  }

  #change(document, update) {
    const before = this.#text(document);
    if (!Object.keys(update)[0]?.startsWith("$")) {
      for (const key of Object.keys(document)) if (key !== "_id") delete document[key];
      Object.assign(document, update, { _id: document._id });
    }
    Object.assign(document, update.$set);
    for (const key of Object.keys(update.$unset ?? {})) delete document[key];
    for (const [key, by] of Object.entries(update.$inc ?? {})) document[key] = (document[key] ?? 0) + by;
    for (const [key, item] of Object.entries(update.$push ?? {})) (document[key] ??= []).push(item);
    return before !== this.#text(document);
  }

  #upsert(asked, name, filter, update) {
    const plain = Object.entries(filter).filter(([, value]) => value?.constructor !== Object);
    const document = Object.fromEntries(plain);
    this.#change(document, update);
    return this.#insert(this.#collection(asked, name), { ...document, ...update.$setOnInsert }, `${asked.$db}.${name}`);
  }

  #writes(operations, each) {
    const writeErrors = [];
    for (const [index, operation] of operations.entries()) {
      try {
        each(operation, index);
      } catch (error) {
        if (!error.answer) throw error;
        const { code, errmsg, keyPattern, keyValue } = error.answer;
        writeErrors.push({ index, code, errmsg, keyPattern, keyValue });
        break;
      }
    }
    return writeErrors.length > 0 ? { writeErrors } : {};
  }

  do_ping() {
    return {};
  }

  do_endSessions() {
    return {};
  }

  do_killCursors() {
    return {};
  }

  do_find(asked) {
    let documents = this.#found(asked, asked.find, asked.filter, asked.collation);
    for (const [key, direction] of Object.entries(asked.sort ?? {}).reverse()) {
      documents = documents.toSorted((a, b) => direction * (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0));
    }
    documents = documents.slice(asked.skip ?? 0);
    if (asked.limit) documents = documents.slice(0, Math.abs(asked.limit));
    const fields = Object.entries(asked.projection ?? {});
    if (fields.some(([key, shown]) => shown && key !== "_id")) {
      const paths = fields.filter(([, shown]) => shown).map(([key]) => key);
      if (asked.projection._id !== 0) paths.push("_id");
      documents = documents.map((document) => pick(document, paths));
    } else if (fields.length > 0) {
      const hidden = ([key]) => asked.projection[key] === undefined;
      documents = documents.map((document) => Object.fromEntries(Object.entries(document).filter(hidden)));
    }
    return this.#cursor(asked, asked.find, documents, asked.singleBatch ? documents.length || 1 : asked.batchSize);
  }

  do_getMore(asked) {
    const id = Number(asked.getMore);
    const rest = this.#cursors.get(id) ?? [];
    const size = asked.batchSize ?? BATCH;
    this.#cursors.set(id, rest.slice(size));
    const next = rest.length > size ? id : 0;
    return { cursor: { id: this.#types.Long.fromNumber(next), ns: `${asked.$db}.${asked.collection}`, nextBatch: rest.slice(0, size) } };
  }

  do_insert(asked) {
    const collection = this.#collection(asked, asked.insert);
    let n = 0;
    const errors = this.#writes(asked.documents, (document) => {
      this.#insert(collection, document, `${asked.$db}.${asked.insert}`);
      n += 1;
    });
    return { n, ...errors };
  }

  do_update(asked) {
    let [n, nModified] = [0, 0];
    const upserted = [];
    const errors = this.#writes(asked.updates, ({ q, u, multi, upsert, collation }, index) => {
      const found = this.#found(asked, asked.update, q, collation).slice(0, multi ? undefined : 1);
      if (found.length === 0 && upsert) {
        upserted.push({ index, _id: this.#upsert(asked, asked.update, q, u)._id });
        n += 1;
      }
      for (const document of found) {
        n += 1;
        if (this.#change(document, u)) nModified += 1;
      }
    });
    return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...errors };
  }

  do_delete(asked) {
    const collection = this.#collection(asked, asked.delete);
    let n = 0;
    for (const { q, limit } of asked.deletes) {
      const gone = new Set(this.#found(asked, asked.delete, q).slice(0, limit || undefined));
      collection.documents = collection.documents.filter((document) => !gone.has(document));
      n += gone.size;
    }
    return { n };
  }

  do_findAndModify(asked) {
    const [document] = this.#found(asked, asked.findAndModify, asked.query, asked.collation);
    if (!document && asked.upsert) {
      const made = this.#upsert(asked, asked.findAndModify, asked.query, asked.update);
      return { value: asked.new ? made : null, lastErrorObject: { n: 1, updatedExisting: false, upserted: made._id } };
    }
    if (!document) return { value: null, lastErrorObject: { n: 0, updatedExisting: false } };
    const before = { ...document };
    if (asked.remove) this.do_delete({ $db: asked.$db, delete: asked.findAndModify, deletes: [{ q: { _id: document._id }, limit: 1 }] });
    else this.#change(document, asked.update);
    return { value: asked.new ? document : before, lastErrorObject: { n: 1, updatedExisting: !asked.remove } };
  }

  do_findandmodify(asked) {
    return this.do_findAndModify({ ...asked, findAndModify: asked.findandmodify });
  }

  do_aggregate(asked) {
    const filter = asked.pipeline.find((stage) => stage.$match)?.$match;
    const found = this.#found(asked, asked.aggregate, filter, asked.collation);
    const counts = asked.pipeline.some((stage) => stage.$group?.n);
    const sample = asked.pipeline.find((stage) => stage.$sample)?.$sample;
    if (sample) found.splice(sample.size);
    const documents = counts ? (found.length > 0 ? [{ _id: 1, n: found.length }] : []) : found;
    return this.#cursor(asked, asked.aggregate, documents);
  }

  do_count(asked) {
    return { n: this.#found(asked, asked.count, asked.query).length };
  }

  do_distinct(asked) {
    const values = this.#found(asked, asked.distinct, asked.query).map((document) => document[asked.key]);
    return { values: [...new Set(values)] };
  }

  do_createIndexes(asked) {
    const collection = this.#collection(asked, asked.createIndexes);
    for (const { key, unique } of asked.indexes) if (unique) collection.unique.add(Object.keys(key)[0]);
    return { numIndexesBefore: 1, numIndexesAfter: collection.unique.size, createdCollectionAutomatically: false };
  }

  do_listCollections(asked) {
    const names = [...this.#databases.keys()].filter((key) => key.startsWith(`${asked.$db}.`));
    const documents = names.map((key) => ({ name: key.slice(asked.$db.length + 1), type: "collection", options: {}, info: {} }));
    return this.#cursor(asked, "$cmd.listCollections", documents);
  }

  do_drop(asked) {
    this.#databases.delete(`${asked.$db}.${asked.drop}`);
    return {};
  }
}

exports.Collections = Collections;
