#!/usr/bin/env python3
"""tdslite: a small TDS 7.4 server for tests. Real PRELOGIN / TLS / LOGIN7 / SQLBatch / RPC /
transaction-manager / attention on the wire; statements run on SQLite (apsw) after a light T-SQL
rewrite. It is NOT SQL Server: what the rewrite does not know fails with error 102, loudly.

  tdslite.py --port 14330 --user sa:Passw0rd! [--user u:p] [--db legacy] [--init schema.sql]
             [--tls-cert C --tls-key K] [--encrypt off|on|required] [--strict]
Needs: apsw (bundles SQLite with declared-type access).
"""
import argparse, datetime, decimal, itertools, re, select, socket, socketserver, ssl, struct, sys, tempfile, threading, time, traceback, uuid
import apsw

U16 = lambda s: s.encode('utf-16-le')
COLL = bytes([0x09, 0x04, 0xD0, 0x00, 0x34])          # SQL_Latin1_General_CP1_CI_AS
EPOCH1 = datetime.date(1, 1, 1); EPOCH1900 = datetime.datetime(1900, 1, 1)
bv = lambda s: bytes([len(s)]) + U16(s)
uv = lambda s: struct.pack('<H', len(s)) + U16(s)


class SqlError(Exception):
    def __init__(self, number, msg, cls=16, state=1):
        super().__init__(msg); self.number, self.msg, self.cls, self.state = number, msg, cls, state


class Cancelled(Exception): pass


# ---------------------------------------------------------------- values
def read_type(b, p):
    t = b[p]; p += 1; ti = {'t': t}
    if t in (0x24, 0x26, 0x68, 0x6D, 0x6E, 0x6F): ti['n'] = b[p]; p += 1
    elif t in (0x6A, 0x6C): ti['n'], ti['prec'], ti['scale'] = b[p], b[p + 1], b[p + 2]; p += 3
    elif t in (0x29, 0x2A, 0x2B): ti['scale'] = b[p]; p += 1
    elif t in (0xE7, 0xEF, 0xA7, 0xAF): ti['n'], = struct.unpack_from('<H', b, p); p += 7
    elif t in (0xA5, 0xAD): ti['n'], = struct.unpack_from('<H', b, p); p += 2
    elif t in (0x63, 0x23): ti['n'], = struct.unpack_from('<I', b, p); p += 9
    elif t in (0x28, 0x1F, 0x30, 0x32, 0x34, 0x38, 0x3E, 0x7F, 0x3B, 0x3D): pass
    else: raise SqlError(8009, 'tdslite: parameter type 0x%02x is not implemented' % t)
    return ti, p


def read_value(ti, b, p):
    t = ti['t']
    def dt2(v, scale, off=0):
        n = {0: 3, 1: 3, 2: 3, 3: 4, 4: 4}.get(scale, 5)
        ticks = int.from_bytes(v[:n], 'little') * 10 ** (7 - scale)
        return ticks, v[n:]
    if t == 0x1F: return None, p
    if t in (0x30, 0x32, 0x34, 0x38, 0x7F):
        n = {0x30: 1, 0x32: 1, 0x34: 2, 0x38: 4, 0x7F: 8}[t]
        return int.from_bytes(b[p:p + n], 'little', signed=n > 1), p + n
    if t in (0xE7, 0xA7, 0xA5) and ti['n'] == 0xFFFF:                   # PLP
        total, = struct.unpack_from('<Q', b, p); p += 8
        if total == 0xFFFFFFFFFFFFFFFF: return None, p
        out = b''
        while True:
            n, = struct.unpack_from('<I', b, p); p += 4
            if not n: break
            out += b[p:p + n]; p += n
    elif t in (0xE7, 0xEF, 0xA7, 0xAF, 0xA5, 0xAD):
        n, = struct.unpack_from('<H', b, p); p += 2
        if n == 0xFFFF: return None, p
        out = b[p:p + n]; p += n
    elif t in (0x63, 0x23):
        n, = struct.unpack_from('<i', b, p); p += 4
        if n < 0: return None, p
        out = b[p:p + n]; p += n
    else:
        n = b[p]; p += 1
        if n == 0: return None, p
        v = b[p:p + n]; p += n
        if t == 0x26: return int.from_bytes(v, 'little', signed=n > 1), p
        if t == 0x68: return int(v[0] != 0), p
        if t == 0x6D: return struct.unpack('<f' if n == 4 else '<d', v)[0], p
        if t in (0x6A, 0x6C):
            d = decimal.Decimal(int.from_bytes(v[1:], 'little')).scaleb(-ti['scale'])
            return float(d if v[0] else -d), p
        if t == 0x24: return str(uuid.UUID(bytes_le=bytes(v))).upper(), p
        if t == 0x6F and n == 8:
            d, tk = struct.unpack('<iI', v)
            return iso(EPOCH1900 + datetime.timedelta(days=d, milliseconds=round(tk * 10 / 3))), p
        if t == 0x6F:
            d, mi = struct.unpack('<HH', v); return iso(EPOCH1900 + datetime.timedelta(days=d, minutes=mi)), p
        if t == 0x6E:
            n = struct.unpack('<i', v)[0] if n == 4 else (struct.unpack('<iI', v)[0] << 32) + struct.unpack('<iI', v)[1]
            return n / 10000, p
        if t == 0x29:
            ticks, _ = dt2(v, ti['scale']); return iso(EPOCH1900 + datetime.timedelta(microseconds=ticks // 10))[11:], p
        if t == 0x28: return (EPOCH1 + datetime.timedelta(days=int.from_bytes(v, 'little'))).isoformat(), p
        if t == 0x2A:
            ticks, rest = dt2(v, ti['scale'])
            d = datetime.datetime.combine(EPOCH1 + datetime.timedelta(days=int.from_bytes(rest[:3], 'little')), datetime.time())
            return iso(d + datetime.timedelta(microseconds=ticks // 10)), p
        if t == 0x2B:
            ticks, rest = dt2(v, ti['scale'])
            d = datetime.datetime.combine(EPOCH1 + datetime.timedelta(days=int.from_bytes(rest[:3], 'little')), datetime.time())
            return iso(d + datetime.timedelta(microseconds=ticks // 10)), p
        raise SqlError(8009, 'tdslite: value of type 0x%02x is not implemented' % t)
    if t in (0xE7, 0xEF, 0x63): return out.decode('utf-16-le'), p
    if t in (0xA7, 0xAF, 0x23): return out.decode('cp1252', 'replace'), p
    return bytes(out), p


def iso(d): return d.strftime('%Y-%m-%d %H:%M:%S.') + '%03d' % (d.microsecond // 1000)


def kind(decl, vals):
    """column kind from the declared type, or from the values of an expression"""
    d = (decl or '').upper()
    if d:
        for k, ks in (('bit', ('BIT', 'BOOL')), ('bigint', ('BIGINT',)), ('int', ('INT', 'SMALLINT', 'TINYINT')), ('guid', ('UNIQUEIDENTIFIER',)),
                      ('dt2', ('DATETIME2', 'DATETIMEOFFSET')), ('dt', ('DATETIME', 'SMALLDATETIME')), ('date', ('DATE',)),
                      ('float', ('FLOAT', 'REAL', 'DOUBLE')), ('bin', ('VARBINARY', 'BINARY', 'IMAGE', 'BLOB')),
                      ('varchar', ('VARCHAR', 'CHAR', 'TEXT')), ('dec', ('DECIMAL', 'NUMERIC', 'MONEY'))):
            if d.split('(')[0].strip() in ks or (k == 'int' and d.startswith('INTEGER')): return k
        return 'nvarchar'
    v = next((x for x in vals if x is not None), None)
    if isinstance(v, int): return 'int' if all(x is None or -2**31 <= x < 2**31 for x in vals) else 'bigint'
    if isinstance(v, float): return 'float'
    if isinstance(v, (bytes, bytearray)): return 'bin'
    if isinstance(v, str) and re.fullmatch(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}', v): return 'dt'      # GETDATE() and the like
    return 'nvarchar'


def col_info(k, decl):
    big = 'MAX' in (decl or '').upper()
    m = re.search(r'\((\d+)(?:\s*,\s*(\d+))?\)', decl or ''); n = int(m.group(1)) if m else 0
    big = big or n > 8000
    return {'bit': b'\x68\x01', 'int': b'\x26\x04', 'bigint': b'\x26\x08', 'float': b'\x6d\x08', 'guid': b'\x24\x10', 'dt2': b'\x2a\x07',
            'dt': b'\x6f\x08', 'date': b'\x28', 'dec': bytes([0x6A, 17, n if 0 < n <= 38 else 18, int(m.group(2) or 0) if m and k == 'dec' else 4]),
            'bin': b'\xa5' + struct.pack('<H', 0xFFFF), 'varchar': b'\xa7' + struct.pack('<H', 0xFFFF if big else (n or 8000)) + COLL,
            'nvarchar': b'\xe7' + struct.pack('<H', 0xFFFF if big or not 0 < n <= 4000 else n * 2) + COLL}[k]


def put(k, info, v):
    if k in ('nvarchar', 'varchar', 'bin'):
        plp = info[1:3] == b'\xff\xff'
        if v is None: return struct.pack('<Q', 2**64 - 1) if plp else b'\xff\xff'
        r = bytes(v) if isinstance(v, (bytes, bytearray)) else U16(str(v)) if k == 'nvarchar' else str(v).encode('cp1252', 'replace')
        return struct.pack('<Q', len(r)) + (struct.pack('<I', len(r)) + r if r else b'') + b'\0\0\0\0' if plp else struct.pack('<H', len(r)) + r
    if v is None: return b'\0'
    if k == 'bit': return bytes([1, 1 if v and v != '0' else 0])
    if k == 'int': return b'\x04' + struct.pack('<i', int(v))
    if k == 'bigint': return b'\x08' + struct.pack('<q', int(v))
    if k == 'float': return b'\x08' + struct.pack('<d', float(v))
    if k == 'guid': return b'\x10' + uuid.UUID(str(v)).bytes_le
    if k == 'dec':
        d = decimal.Decimal(str(v)).scaleb(info[3]).to_integral_value(decimal.ROUND_HALF_UP)
        return bytes([17, 1 if d >= 0 else 0]) + int(abs(d)).to_bytes(16, 'little')
    s = str(v).replace('T', ' ').rstrip('Z'); d = datetime.datetime.fromisoformat(s if len(s) > 10 else s + ' 00:00:00')
    days = (d.date() - EPOCH1).days.to_bytes(3, 'little')
    if k == 'date': return b'\x03' + days
    us = (d.hour * 3600 + d.minute * 60 + d.second) * 10**6 + d.microsecond
    if k == 'dt2': return b'\x08' + (us * 10).to_bytes(5, 'little') + days
    return b'\x08' + struct.pack('<iI', (d - EPOCH1900).days, round(us * 3 / 10000))


# ---------------------------------------------------------------- T-SQL -> SQLite
TOK = re.compile(r"""(?P<s>N?'(?:[^']|'')*')|(?P<q>\[[^\]]*\]|"[^"]*")|(?P<c>--[^\n]*|/\*.*?\*/)|(?P<w>@@?\w+|[#A-Za-z_]\w*)|(?P<n>\d+(?:\.\d+)?)|(?P<ws>\s+)|(?P<o>.)""", re.S | re.I)
FUNC = {'isnull': 'ifnull', 'len': 'length', 'getdate': 'tds_now', 'getutcdate': 'tds_now', 'sysdatetime': 'tds_now', 'sysutcdatetime': 'tds_now',
        'scope_identity': 'last_insert_rowid', 'newid': 'tds_newid', 'charindex': 'tds_charindex', 'hashbytes': 'tds_hashbytes', 'db_name': 'tds_db_name'}
TEXTY = {'nvarchar', 'varchar', 'nchar', 'char', 'ntext', 'text'}


def tokens(sql):
    out = [(m.lastgroup, m.group()) for m in TOK.finditer(sql)]
    return [t for t in out if t[0] != 'c']


def statements(sql):
    cur, depth, res = [], 0, []
    for k, v in tokens(sql):
        if v == '(': depth += 1
        if v == ')': depth -= 1
        if v == ';' and depth == 0: res.append(cur); cur = []
        else: cur.append((k, v))
    res.append(cur)
    return [r for r in res if any(k != 'ws' for k, _ in r)]


def rewrite(toks, conn):
    words = [v.lower() for k, v in toks if k == 'w']
    head = words[0] if words else ''
    out, limits, i, output, create = [], [], 0, None, head == 'create' and 'table' in words[:3]
    depth = 0
    def nxt(j):
        j += 1
        while j < len(toks) and toks[j][0] == 'ws': j += 1
        return j
    while i < len(toks):
        k, v = toks[i]; low = v.lower()
        if k == 's' and v[0] in 'Nn': v = v[1:]
        elif v == '(': depth += 1
        elif v == ')':
            depth -= 1
            if limits and limits[-1][0] > depth: out.append(' LIMIT ' + limits.pop()[1])
        elif k in ('w', 'q') and low.strip('[]"') in ('dbo', 'sys') and nxt(i) < len(toks) and toks[nxt(i)][1] == '.':
            i = nxt(i) + 1; continue
        elif low == 'information_schema' and nxt(i) < len(toks) and toks[nxt(i)][1] == '.':
            i = nxt(nxt(i)); out.append('"INFORMATION_SCHEMA.%s"' % toks[i][1].strip('[]"').upper()); i += 1; continue
        elif low == 'select' and nxt(i) < len(toks) and toks[nxt(i)][1].lower() in ('top', 'distinct'):
            j = nxt(i); out.append('SELECT ')
            if toks[j][1].lower() == 'distinct': out.append('DISTINCT '); i = j; j = nxt(j)
            if j < len(toks) and toks[j][1].lower() == 'top':
                j = nxt(j)
                if toks[j][1] == '(':
                    e = j
                    while toks[e][1] != ')': e += 1
                    lim = ''.join(x[1] for x in toks[j + 1:e]); j = e
                else: lim = toks[j][1]
                limits.append((depth, lim)); i = j
            i += 1; continue
        elif low == 'output' and head in ('insert', 'update', 'delete'):
            j = i + 1; got = []
            while j < len(toks) and not (toks[j][0] == 'w' and toks[j][1].lower() in ('values', 'where', 'from', 'select', 'default')): got.append(toks[j]); j += 1
            output = re.sub(r'(?i)\b(inserted|deleted)\s*\.\s*', '', ''.join(x[1] for x in got)); i = j; continue
        elif k == 'w' and low in FUNC and nxt(i) < len(toks) and toks[nxt(i)][1] == '(': v = FUNC[low]
        elif low in ('@@identity',): v = 'last_insert_rowid()'
        elif low == '@@rowcount': v = 'tds_rowcount()'
        elif low == '@@version': v = "'Microsoft SQL Server 2019 (tdslite test server)'"
        elif low == '@@spid': v = str(conn.spid)
        elif low == '@@trancount': v = str(int(conn.in_tran()))
        elif v == '+' and (near(toks, i, -1) or near(toks, i, 1)): v = '||'
        elif create and low in TEXTY:
            j = nxt(i); t = v
            if j < len(toks) and toks[j][1] == '(':
                e = j
                while toks[e][1] != ')': e += 1
                t += ''.join(x[1] for x in toks[j:e + 1]).replace('MAX', '2147483647').replace('max', '2147483647'); i = e
            out.append(t + ' COLLATE NOCASE'); i += 1; continue
        out.append(v); i += 1
    while limits: out.append(' LIMIT ' + limits.pop()[1])
    if output: out.append(' RETURNING ' + output)
    s = ''.join(out).strip()
    if create:
        s = re.sub(r'(?is)\b(?:BIG)?INT\s+(NOT\s+NULL\s+)?IDENTITY\s*(\([^)]*\))?\s*(NOT\s+NULL\s*)?(CONSTRAINT\s+\S+\s+)?PRIMARY\s+KEY(\s+CLUSTERED)?', 'INTEGER PRIMARY KEY AUTOINCREMENT', s)
        s = re.sub(r'(?i)\s+IDENTITY\s*(\([^)]*\))?', '', s); s = re.sub(r'(?i)\b(NON)?CLUSTERED\b', '', s)
        s = re.sub(r'(?i)DEFAULT\s+(\w+\(\))', r'DEFAULT (\1)', s); s = re.sub(r'(?i)DEFAULT\s*\(\s*(\(.*?\)|\w+\(\))\s*\)', r'DEFAULT (\1)', s)
    return s


def near(toks, i, d):
    j = i + d
    while 0 <= j < len(toks) and toks[j][0] == 'ws': j += d
    return 0 <= j < len(toks) and toks[j][0] == 's'


# What a person may see of the tables, as SQL Server's views of the same names.
CATALOG = '''
CREATE TEMP VIEW "INFORMATION_SCHEMA.COLUMNS" AS
  SELECT 'dbo' TABLE_SCHEMA, m.name TABLE_NAME, p.name COLUMN_NAME, p.cid + 1 ORDINAL_POSITION,
         lower(CASE WHEN instr(p.type, '(') THEN substr(p.type, 1, instr(p.type, '(') - 1) ELSE p.type END) DATA_TYPE,
         CASE WHEN lower(p.type) LIKE '%char%' OR lower(p.type) LIKE '%text%' THEN 'SQL_Latin1_General_CP1_CI_AS' END COLLATION_NAME
    FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%';
CREATE TEMP VIEW "INFORMATION_SCHEMA.KEY_COLUMN_USAGE" AS
  SELECT 'dbo' CONSTRAINT_SCHEMA, 'PK_' || m.name CONSTRAINT_NAME, 'dbo' TABLE_SCHEMA, m.name TABLE_NAME, p.name COLUMN_NAME
    FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.pk > 0
  UNION ALL SELECT 'dbo', 'FK_' || m.name || '_' || f.id, 'dbo', m.name, f."from"
    FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table';
CREATE TEMP VIEW "INFORMATION_SCHEMA.TABLE_CONSTRAINTS" AS
  SELECT DISTINCT CONSTRAINT_SCHEMA, CONSTRAINT_NAME, TABLE_SCHEMA, TABLE_NAME,
         CASE substr(CONSTRAINT_NAME, 1, 2) WHEN 'PK' THEN 'PRIMARY KEY' ELSE 'FOREIGN KEY' END CONSTRAINT_TYPE
    FROM "INFORMATION_SCHEMA.KEY_COLUMN_USAGE";
CREATE TEMP VIEW "INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS" AS
  SELECT DISTINCT 'dbo' CONSTRAINT_SCHEMA, 'FK_' || m.name || '_' || f.id CONSTRAINT_NAME, 'dbo' UNIQUE_CONSTRAINT_SCHEMA,
         'PK_' || f."table" UNIQUE_CONSTRAINT_NAME
    FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table';
'''
NOOP = re.compile(r'(?is)^\s*(set\s+(?!@)[\s\S]*|use\s+\S+|print\s.*|go)\s*$')


def map_error(e, sql):
    m = str(e)
    for pat, num, fmt in ((r'UNIQUE constraint failed: (\S+?)\.(.*)', 2627, "Violation of UNIQUE KEY constraint. Cannot insert duplicate key in object 'dbo.%s' (%s)."),
                          (r'no such table: (\S+)', 208, "Invalid object name '%s'."), (r'no such column: (\S+)', 207, "Invalid column name '%s'."),
                          (r'NOT NULL constraint failed: (\S+?)\.(\S+)', 515, "Cannot insert the value NULL into table '%s', column '%s'; column does not allow nulls."),
                          (r'FOREIGN KEY constraint failed', 547, 'The statement conflicted with a FOREIGN KEY constraint.'),
                          (r'CHECK constraint failed.*', 547, 'The statement conflicted with a CHECK constraint.'),
                          (r'table (\S+) already exists', 2714, "There is already an object named '%s' in the database.")):
        g = re.search(pat, m)
        if g: return SqlError(num, fmt % g.groups() if '%s' in fmt else fmt, 14 if num == 2627 else 16)
    g = re.search(r'near "(.*?)"', m)
    return SqlError(102, "Incorrect syntax near '%s'." % g.group(1) if g else 'tdslite: ' + m, 15)


# ---------------------------------------------------------------- connection
class Conn(socketserver.BaseRequestHandler):
    spids = itertools.count(51)

    def handle(self):
        self.srv = self.server; self.s = self.request; self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.spid = next(self.spids); self.ssl = None; self.buf = b''; self.psize = 4096; self.rowcount = 0; self.tran = 0; self.prepared = {}; self.pid = itertools.count(1)
        try:
            if self.srv.strict:
                if not self.start_tls(wrapped=False): return
            if self.login(): self.loop()
        except (ConnectionError, ssl.SSLError, OSError) as e: self.srv.log(self.spid, 'closed:', e)
        finally:
            db = getattr(self, 'db', None)
            if db: db.close()

    # raw bytes, through TLS when it is on
    def recv_some(self):
        if not self.ssl: d = self.s.recv(65536); return d
        while True:
            try: return self.ssl.read(65536)
            except ssl.SSLWantReadError:
                self.flush(); d = self.s.recv(65536)
                if not d: return b''
                self.inb.write(d)
            except ssl.SSLZeroReturnError: return b''

    def need(self, n):
        while len(self.buf) < n:
            d = self.recv_some()
            if not d: raise ConnectionError('eof')
            self.buf += d
        r, self.buf = self.buf[:n], self.buf[n:]
        return r

    def flush(self):
        d = self.outb.read()
        if d: self.s.sendall(d)

    def write(self, d):
        if self.ssl: self.ssl.write(d); self.flush()
        else: self.s.sendall(d)

    def message(self):
        out = b''
        while True:
            h = self.need(8); t, st, ln = h[0], h[1], struct.unpack('>H', h[2:4])[0]
            out += self.need(ln - 8)
            if st & 1: return t, out

    def reply(self, payload, t=4):
        n = self.psize - 8; parts = [payload[i:i + n] for i in range(0, len(payload), n)] or [b'']
        out = b''
        for i, p in enumerate(parts):
            out += struct.pack('>BBHHBB', t, 1 if i == len(parts) - 1 else 0, len(p) + 8, self.spid, (i + 1) & 255, 0) + p
        self.write(out)

    def start_tls(self, wrapped):
        self.inb, self.outb = ssl.MemoryBIO(), ssl.MemoryBIO()
        o = self.srv.tls.wrap_bio(self.inb, self.outb, server_side=True)
        while True:
            try: o.do_handshake(); done = True
            except ssl.SSLWantReadError: done = False
            except ssl.SSLError as e: self.srv.log(self.spid, 'tls:', e); return False
            d = self.outb.read()
            if d:
                if wrapped: self.reply(d, 0x12)
                else: self.s.sendall(d)
            if done: break
            if wrapped:
                t, d = self.message()
                if t != 0x12: return False
            else:
                d = self.s.recv(65536)
                if not d: return False
            self.inb.write(d)
        self.ssl = o; self.srv.log(self.spid, 'tls', o.version(), o.cipher()[0])
        return True

    # --- login
    def login(self):
        t, p = self.message()
        if t != 0x12: return False
        opts, i = {}, 0
        while p[i] != 0xFF:
            o, off, ln = p[i], *struct.unpack_from('>HH', p, i + 1); opts[o] = p[off:off + ln]; i += 5
        cli = opts.get(1, b'\x02')[0]; mode = self.srv.encrypt                     # 0 off 1 on 2 not supported 3 required
        have = self.srv.tls is not None and not self.ssl
        ans = 2 if not have else 3 if mode == 'required' else 1 if (cli in (1, 3) or mode == 'on' and cli != 2) else 2 if cli == 2 else 0
        body = [(0, b'\x0f\x00\x10\xce\x00\x00'), (1, bytes([ans])), (2, b'\0'), (3, b''), (4, b'\0')]
        off = 5 * len(body) + 1; head = data = b''
        for o, d in body: head += struct.pack('>BHH', o, off + len(data), len(d)); data += d
        self.reply(head + b'\xff' + data)
        login_only = False
        if ans in (1, 3) or (ans == 0 and cli == 0):
            if cli == 2 and ans == 3: return False
            if not self.start_tls(True): return False
            login_only = ans == 0
        t, p = self.message()
        if t != 0x10: return False
        if login_only: self.ssl = None
        self.psize = min(max(struct.unpack_from('<I', p, 8)[0] or 4096, 512), 32767)
        def f(at):
            o, n = struct.unpack_from('<HH', p, at); return p[o:o + 2 * n]
        user = f(40).decode('utf-16-le'); pw = bytes(((x ^ 0xA5) << 4 & 0xF0) | ((x ^ 0xA5) >> 4) for x in f(44)).decode('utf-16-le')
        app, db = f(48).decode('utf-16-le'), f(68).decode('utf-16-le') or self.srv.dbname
        self.srv.log(self.spid, 'login', user, 'db', db, 'app', app, 'tls', bool(self.ssl))
        if self.srv.users.get(user) != pw:
            time.sleep(0.05); self.reply(self.err(SqlError(18456, "Login failed for user '%s'." % user, 14)) + self.done(2)); return False
        if db.lower() not in (self.srv.dbname.lower(), 'master'):
            self.reply(self.err(SqlError(4060, 'Cannot open database "%s" requested by the login. The login failed.' % db, 11)) + self.err(SqlError(18456, "Login failed for user '%s'." % user, 14)) + self.done(2)); return False
        self.open_db()
        out = self.env(1, bv(db) + bv('master')) + self.info(5701, "Changed database context to '%s'." % db) + self.env(7, bytes([5]) + COLL + b'\0')
        out += self.tok(0xAD, b'\x01' + b'\x74\x00\x00\x04' + bv('Microsoft SQL Server') + b'\x0f\x00\x10\xce')
        out += self.env(4, bv(str(self.psize)) + bv('4096')) + self.done(0)
        self.reply(out); return True

    def open_db(self):
        self.db = apsw.Connection(self.srv.file, flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
        self.db.setbusytimeout(5000); self.db.execute('PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON'); self.db.execute(CATALOG)
        f = self.db.createscalarfunction
        f('tds_now', lambda: iso(datetime.datetime.utcnow()), 0); f('tds_newid', lambda: str(uuid.uuid4()).upper(), 0)
        f('tds_charindex', lambda a, b: (b or '').lower().find((a or '').lower()) + 1, 2); f('tds_rowcount', lambda: self.rowcount, 0); f('tds_db_name', lambda: self.srv.dbname, 0)
        import hashlib
        f('tds_hashbytes', lambda a, v: hashlib.new(a.lower().replace('sha2_', 'sha'), v if isinstance(v, bytes) else U16(v)).digest(), 2)

    # --- tokens
    def tok(self, t, d): return bytes([t]) + struct.pack('<H', len(d)) + d
    def env(self, t, d): return self.tok(0xE3, bytes([t]) + d)
    def msg(self, t, n, state, cls, m): return self.tok(t, struct.pack('<IBB', n, state, cls) + uv(m) + bv('tdslite') + bv('') + struct.pack('<I', 1))
    def info(self, n, m): return self.msg(0xAB, n, 2, 0, m)
    def err(self, e): return self.msg(0xAA, e.number, e.state, e.cls, e.msg)
    def done(self, st, n=0, cur=0xC1, t=0xFD): return struct.pack('<BHHQ', t, st, cur, n)
    def in_tran(self): return self.tran != 0

    # --- requests
    def loop(self):
        while True:
            t, p = self.message()
            try:
                if t == 1:
                    h, = struct.unpack_from('<I', p); out = self.batch(p[h:].decode('utf-16-le'), {}, False)
                elif t == 3: out = self.rpc(p)
                elif t == 14: out = self.tm(p)
                elif t == 6: out = self.done(0x20)
                else: out = self.err(SqlError(4002, 'tdslite: packet type %d is not implemented' % t)) + self.done(2)
            except Cancelled: out = self.done(0x20)
            except (ConnectionError, OSError): raise
            except SqlError as e: out = self.err(e) + self.done(2, t=0xFE if t == 3 else 0xFD)
            except Exception as e:          # a test server says what broke
                self.srv.log(traceback.format_exc()); out = self.err(SqlError(50000, 'tdslite: %r' % e)) + self.done(2, t=0xFE if t == 3 else 0xFD)
            self.reply(out)

    def tm(self, p):
        h, = struct.unpack_from('<I', p); req, = struct.unpack_from('<H', p, h)
        if req == 5:
            self.db.execute('BEGIN IMMEDIATE'); self.tran += 1
            self.desc = struct.pack('<Q', (self.spid << 32) | int(time.time() * 1000) & 0xffffffff)
            return self.env(8, b'\x08' + self.desc + b'\0') + self.done(0)
        if req in (7, 8):
            if not self.tran: raise SqlError(3902 if req == 7 else 3903, 'The %s TRANSACTION request has no corresponding BEGIN TRANSACTION.' % ('COMMIT' if req == 7 else 'ROLLBACK'))
            self.db.execute('COMMIT' if req == 7 else 'ROLLBACK'); self.tran = 0
            return self.env(9 if req == 7 else 10, b'\0' + b'\x08' + self.desc) + self.done(0)
        raise SqlError(8525, 'tdslite: transaction request %d is not implemented' % req)

    def rpc(self, p):
        h, = struct.unpack_from('<I', p); q = h; n, = struct.unpack_from('<H', p, q); q += 2
        if n == 0xFFFF: proc, = struct.unpack_from('<H', p, q); q += 2; proc = {10: 'sp_executesql', 11: 'sp_prepare', 12: 'sp_execute', 13: 'sp_prepexec', 15: 'sp_unprepare'}.get(proc, 'proc#%d' % proc)
        else: proc = p[q:q + 2 * n].decode('utf-16-le'); q += 2 * n
        q += 2; ps = []
        while q < len(p) and p[q] not in (0x80, 0xFF, 0xFE):
            ln = p[q]; name = p[q + 1:q + 1 + 2 * ln].decode('utf-16-le'); q += 1 + 2 * ln
            st = p[q]; ti, q = read_type(p, q + 1); v, q = read_value(ti, p, q); ps.append((name, st, v, ti))
        low = proc.lower().replace('[', '').replace(']', '').replace('dbo.', '').replace('sys.', '')
        named = lambda a: {n.lstrip('@').lower(): v for n, _, v, _ in a}
        end = lambda extra=b'', st=0: struct.pack('<Bi', 0x79, st) + extra + self.done(0, t=0xFE)
        if low == 'sp_executesql': return self.batch(ps[0][2], named(ps[2:]), True) + end()
        if low in ('sp_prepare', 'sp_prepexec'):
            hd = next(self.pid); names = re.findall(r'@(\w+)', ps[1][2] or ''); self.prepared[hd] = (ps[2][2], names)
            rv = b'\xac' + struct.pack('<H', 0) + bv('@handle') + b'\x01' + b'\0' * 6 + b'\x26\x04' + put('int', b'', hd)
            body = self.batch(ps[2][2], dict(zip([x.lower() for x in names], [x[2] for x in ps[3:]])), True) if low == 'sp_prepexec' else b''
            return body + struct.pack('<Bi', 0x79, 0) + rv + self.done(0, t=0xFE)
        if low == 'sp_execute':
            if ps[0][2] not in self.prepared: raise SqlError(8179, 'Could not find prepared statement with handle %s.' % ps[0][2])
            sql, names = self.prepared[ps[0][2]]; vals = named([x for x in ps[1:] if x[0]]) or dict(zip([x.lower() for x in names], [x[2] for x in ps[1:]]))
            return self.batch(sql, vals, True) + end()
        if low == 'sp_unprepare': self.prepared.pop(ps[0][2], None); return end()
        if low in self.srv.procs:
            pn, body = self.srv.procs[low]; v = named([x for x in ps if x[0]]) or dict(zip(pn, [x[2] for x in ps]))
            for x in pn: v.setdefault(x, None)
            return self.batch(body, v, True) + end()
        raise SqlError(2812, "Could not find stored procedure '%s'." % proc, 16, 62)

    def batch(self, sql, params, is_rpc):
        T = 0xFF if is_rpc else 0xFD; out = b''
        m = re.match(r'(?is)^\s*create\s+(?:or\s+alter\s+)?proc(?:edure)?\s+(?:\[?dbo\]?\.)?\[?(\w+)\]?\s*(.*?)\bas\b\s*(?:begin\b(.*)\bend\b\s*;?\s*|(.*))$', sql)
        if m:
            self.srv.procs[m.group(1).lower()] = ([x.lower() for x in re.findall(r'@(\w+)', m.group(2))], m.group(3) or m.group(4)); return self.done(0, t=T) if not is_rpc else b''
        if re.match(r'(?is)^(\s*set\s+[^@;\n]*;?\s*)+$', sql): return b'' if is_rpc else self.done(0)
        m = re.match(r'(?is)^\s*exec(?:ute)?\s+(?:\[?dbo\]?\.)?\[?(\w+)\]?\s*(.*?);?\s*$', sql)
        if m and m.group(1).lower() in self.srv.procs:
            pn, body = self.srv.procs[m.group(1).lower()]; v = {x: None for x in pn}
            for i, a in enumerate(x for x in re.split(r'\s*,\s*', m.group(2)) if x):
                g = re.match(r"(?is)(?:@(\w+)\s*=\s*)?(.*)$", a); key = (g.group(1) or pn[i]).lower(); x = g.group(2)
                v[key] = params.get(x[1:].lower()) if x.startswith('@') else next(self.db.execute('select ' + re.sub(r"^[Nn]'", "'", x)))[0]
            return self.batch(body, v, is_rpc)
        sts = statements(sql)
        for n, toks in enumerate(sts):
            text = ''.join(v for _, v in toks).strip(); last = n == len(sts) - 1
            more = 0 if last and not is_rpc else 1
            w = re.match(r"(?is)^waitfor\s+delay\s+'(\d+):(\d+):([\d.]+)'$", text)
            if w: self.wait(int(w.group(1)) * 3600 + int(w.group(2)) * 60 + float(w.group(3))); out += self.done(more, t=T); continue
            if NOOP.match(text): out += self.done(more, t=T); continue
            b = re.match(r'(?is)^(begin|commit|rollback)(\s+tran(saction)?\b.*|\s*)$', text)
            if b:
                self.db.execute('BEGIN IMMEDIATE' if b.group(1).lower() == 'begin' else b.group(1)); self.tran = int(b.group(1).lower() == 'begin'); out += self.done(more, t=T); continue
            d = re.match(r"(?is)^if\s+object_id\s*\(\s*N?'(?:dbo\.)?(\w+)'.*?\)\s+is\s+not\s+null\s+drop\s+table\s+(?:dbo\.)?\[?\w+\]?$", text)
            q = 'DROP TABLE IF EXISTS "%s"' % d.group(1) if d else rewrite(toks, self)
            if re.match(r'(?is)^(declare\b|set\s+@|if\b|while\b|merge\b|select\s+@\w+\s*=)', text) and not d:
                raise SqlError(50000, 'tdslite: T-SQL variables and control flow are not implemented: ' + text[:60])
            self.srv.log(self.spid, 'sql', q, params)
            try: out += self.one(q, params, T, more)
            except apsw.Error as e:
                e2 = map_error(e, q); out += self.err(e2) + (self.done(2 | more, t=T) if is_rpc else self.done(2))
                return out
        return out

    def wait(self, secs):
        end = time.time() + secs
        while time.time() < end:
            if self.buf or select.select([self.s], [], [], max(0, min(0.2, end - time.time())))[0]:
                t, _ = self.message()
                if t == 6: raise Cancelled()

    def one(self, q, params, T, more):
        desc = []; cur = self.db.cursor()
        def tr(c, s, b):
            try: desc.append(c.getdescription())
            except apsw.ExecutionCompleteError: desc.append(())
            return True
        cur.setexectrace(tr)
        before = self.db.totalchanges()
        binds = {k: (int(v) if isinstance(v, bool) else v) for k, v in params.items()}
        names = {m.lower(): m for m in re.findall(r'(?<!@)@(\w+)', re.sub(r"'(?:[^']|'')*'", "''", q))}
        for low in names:
            if low not in binds: raise SqlError(137, 'Must declare the scalar variable "@%s".' % names[low], 15, 2)
        rows = list(cur.execute(q, {names[k]: v for k, v in binds.items() if k in names}))
        d = desc[0] if desc else ()
        if d:
            kinds = [kind(c[1], [r[i] for r in rows]) for i, c in enumerate(d)]
            infos = [col_info(k, c[1]) for k, c in zip(kinds, d)]
            out = b'\x81' + struct.pack('<H', len(d)) + b''.join(struct.pack('<IH', 0, 1) + inf + bv(c[0] if re.match(r'^[\w$# .-]+$', c[0]) else '') for c, inf in zip(d, infos))
            for r in rows: out += b'\xd1' + b''.join(put(k, inf, v) for k, inf, v in zip(kinds, infos, r))
            self.rowcount = len(rows); return out + self.done(0x10 | more, len(rows), t=T)
        self.rowcount = self.db.totalchanges() - before
        dml = re.match(r'(?is)^\s*(insert|update|delete|with|merge|replace)\b', q)
        return self.done((0x10 if dml else 0) | more, self.rowcount if dml else 0, t=T)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True; daemon_threads = True; request_queue_size = 128
    def log(self, *a):
        if self.verbose: print(*a, file=sys.stderr, flush=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--host', default='127.0.0.1'); ap.add_argument('--port', type=int, default=14330); ap.add_argument('--user', action='append', required=True)
    ap.add_argument('--db', default='legacy'); ap.add_argument('--file', help='SQLite file; default a fresh temporary one'); ap.add_argument('--init')
    ap.add_argument('--tls-cert'); ap.add_argument('--tls-key'); ap.add_argument('--encrypt', default='off', choices=['off', 'on', 'required']); ap.add_argument('--strict', action='store_true'); ap.add_argument('-v', '--verbose', action='store_true')
    a = ap.parse_args(); s = Server((a.host, a.port), Conn)
    s.users = dict(u.split(':', 1) for u in a.user); s.dbname, s.file, s.encrypt, s.strict, s.verbose, s.procs, s.tls = a.db, a.file, a.encrypt, a.strict, a.verbose, {}, None
    if a.tls_cert:
        s.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); s.tls.load_cert_chain(a.tls_cert, a.tls_key)
        if a.strict: s.tls.set_alpn_protocols(['tds/8.0'])
        else: s.tls.maximum_version = ssl.TLSVersion.TLSv1_2       # 7.x wraps the handshake in packets: no TLS 1.3 tickets after it
    if not s.file: s.tmp = tempfile.TemporaryDirectory(); s.file = s.tmp.name + '/tds.db'
    c = apsw.Connection(s.file); c.execute('PRAGMA journal_mode=WAL'); c.close()
    if a.init:
        c = Conn.__new__(Conn); c.srv = s; c.spid = 50; c.tran = 0; c.rowcount = 0; c.open_db()
        for part in re.split(r'(?im)^\s*go\s*$', open(a.init).read()):
            if part.strip():
                out = c.batch(part, {}, False)
                if b'\xaa' in out[:1]: sys.exit('init failed: %r' % part)
        c.db.close()
    print('listening', a.host, s.server_address[1], flush=True); s.serve_forever()


if __name__ == '__main__':
    main()
