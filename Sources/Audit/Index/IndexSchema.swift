/// The tables of an index. Texts that repeat are numbers of `names`, times are microseconds since
/// 1970-01-01 UTC, identifiers are stored as `HexID` has them, their end in the column of their
/// name. `stretches` says between which times the calls of some sequences are, in place of an index
/// by time; `runs` and `traces` say between which sequences the calls of each are. `recorded` has
/// the last piece of each version each time that it was recorded.
enum IndexSchema {
  /// Of everything here; an index of another version is made anew.
  static let version: Int64 = 4

  static let tables = """
    CREATE TABLE state(
      id INTEGER PRIMARY KEY CHECK (id = 1), schema INTEGER NOT NULL, generation BLOB NOT NULL,
      next INTEGER NOT NULL, first INTEGER, first_digest BLOB, last_digest BLOB,
      newest_time INTEGER NOT NULL, has_indexes INTEGER NOT NULL);
    CREATE TABLE names(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
    CREATE TABLE skills(
      id INTEGER PRIMARY KEY, name INTEGER, version INTEGER, digest INTEGER);
    CREATE UNIQUE INDEX skills_all ON skills(
      ifnull(name, 0), ifnull(version, 0), ifnull(digest, 0));
    CREATE TABLE policy_sets(id INTEGER PRIMARY KEY, policies TEXT NOT NULL UNIQUE);
    CREATE TABLE policy_set_members(
      set_id INTEGER NOT NULL, policy INTEGER NOT NULL, PRIMARY KEY (set_id, policy)
    ) WITHOUT ROWID;
    CREATE TABLE calls(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, call INTEGER NOT NULL, parent INTEGER,
      decision INTEGER, shown INTEGER, outcome INTEGER, agent INTEGER, human INTEGER,
      skill INTEGER, server INTEGER, tool INTEGER, effect INTEGER, sent INTEGER, received INTEGER,
      credential INTEGER, session INTEGER, run INTEGER, policy_set INTEGER, trace INTEGER,
      call_start INTEGER NOT NULL, parent_start INTEGER, trace_start INTEGER, tenant INTEGER,
      tool_digest INTEGER, method INTEGER, status INTEGER, duration INTEGER,
      policy_version INTEGER, reason INTEGER, remedies INTEGER, arguments BLOB, result BLOB,
      actors INTEGER);
    CREATE INDEX calls_open ON calls(call)
      WHERE outcome IS NULL AND decision = 1 AND shown IS NULL;
    CREATE TABLE stretches(
      first INTEGER PRIMARY KEY, last INTEGER NOT NULL, earliest INTEGER NOT NULL,
      latest INTEGER NOT NULL);
    CREATE TABLE runs(run INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL);
    CREATE TABLE traces(
      trace INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL);
    CREATE TABLE refused(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, refusal INTEGER, agent INTEGER,
      human INTEGER, credential INTEGER, server INTEGER, tool INTEGER, peer INTEGER);
    CREATE TABLE approvals(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, approval TEXT, event TEXT,
      call INTEGER, call_start INTEGER, agent INTEGER, human INTEGER, server INTEGER,
      tool INTEGER, approver INTEGER, waited INTEGER, reason TEXT, authentication TEXT);
    CREATE INDEX approvals_call ON approvals(call);
    CREATE INDEX approvals_approval ON approvals(approval);
    CREATE TABLE pins(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, event TEXT, part TEXT, server TEXT,
      tool TEXT, prompt TEXT, template TEXT, rule TEXT, before TEXT, after TEXT, user TEXT,
      via TEXT, reason TEXT);
    CREATE TABLE changes(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, part TEXT, event TEXT, server TEXT,
      before TEXT, after TEXT, user TEXT, via TEXT, reason TEXT);
    CREATE TABLE versions(
      id INTEGER PRIMARY KEY, part TEXT NOT NULL, version TEXT NOT NULL, sequence INTEGER NOT NULL,
      time INTEGER NOT NULL, parts INTEGER NOT NULL, seen INTEGER NOT NULL,
      UNIQUE (part, version));
    CREATE TABLE version_items(
      id INTEGER PRIMARY KEY, version INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
      UNIQUE (version, name));
    CREATE TABLE recorded(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, part TEXT NOT NULL,
      version TEXT NOT NULL);
    CREATE TABLE lifecycle(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, event TEXT, reason TEXT, version TEXT,
      server TEXT, state TEXT, configuration_version TEXT, policy_version TEXT);
    CREATE TABLE exports(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, format TEXT, destination TEXT,
      first INTEGER, last INTEGER, user TEXT, via TEXT);
    CREATE TABLE erasures(
      record INTEGER NOT NULL, role TEXT NOT NULL, sequence INTEGER NOT NULL,
      PRIMARY KEY (record, role)) WITHOUT ROWID;
    CREATE TABLE retentions(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, part TEXT, first INTEGER, last INTEGER,
      rule TEXT);
    CREATE TABLE missing(first INTEGER PRIMARY KEY, last INTEGER NOT NULL);
    CREATE TABLE clock_steps(
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, before INTEGER NOT NULL);
    CREATE TABLE unreadable(sequence INTEGER PRIMARY KEY, reason TEXT NOT NULL);
    """

  /// Made after the first pass over a ledger, since to sort at the end costs less than to insert.
  static let indexes = """
    CREATE INDEX IF NOT EXISTS calls_call ON calls(call);
    CREATE INDEX IF NOT EXISTS calls_parent ON calls(parent) WHERE parent IS NOT NULL;
    """

  /// Every table, for comparing two indexes.
  static let names = [
    "names", "skills", "policy_sets", "policy_set_members", "calls", "refused", "approvals",
    "pins", "changes", "versions", "version_items", "recorded", "lifecycle", "exports", "erasures",
    "retentions", "runs", "traces", "missing", "clock_steps", "unreadable",
  ]
}
