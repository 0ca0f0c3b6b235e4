import Cedar
public import JSON
import Storage

/// Grants that nobody used: permits in force that determined no allow since.
public struct UnusedQuestion: LedgerQuestion {
  var since: AuditTime

  /// The parameters that it knows, for requests and `--help`.
  public static let parameters = ["since"]
  static let standard = AuditTime.ago(milliseconds: 90 * 86_400_000)

  /// Reads the parameters of a request.
  /// - Throws: for one that is missing or cannot be read.
  public init(_ parameters: QuestionParameters) throws(QuestionError) {
    since = try parameters.time("since") ?? Self.standard
  }

  /// Asks an index that has caught up.
  /// - Parameter now: microseconds since 1970, from which `30m` counts back.
  public func answer(from index: AuditIndex, now: Int64) throws(AuditError) -> UnusedAnswer {
    try index.storing { () throws(StorageError) in
      try index.reading { () throws(StorageError) in
        try answer(index.database, since: since.microseconds(before: now))
      }
    }
  }

  private func answer(
    _ database: Database, since: Int64
  ) throws(StorageError) -> UnusedAnswer {
    var answer = UnusedAnswer(since: since)
    answer.ledgerStart = try database.first(
      "SELECT earliest FROM stretches ORDER BY first LIMIT 1"
    ) { $0.integer(0) }
    guard let force = try PoliciesInForce(database) else { return answer }
    answer.policyVersion = force.version
    answer.inForceSince = force.since
    answer.problem = force.problem
    var sets: [Int64: Use] = [:]
    // Not grouped by SQLite, which would sort all calls.
    try database.each(
      "SELECT policy_set, time FROM calls WHERE decision = 1 AND policy_set IS NOT NULL"
    ) { sets[$0.integer(0), default: Use()].take($0.integer(1)) }
    var byName: [String: Use] = [:]
    try database.each("SELECT \(SQLText.name("policy")), set_id FROM policy_set_members") { row in
      if let use = sets[row.integer(1)] { byName[row.text(0), default: Use()].add(use) }
    }
    answer.isCut = byName.keys.contains { $0.hasPrefix("… ") && $0.hasSuffix(" more") }
    answer.permits = force.permits.count
    answer.listPermits = force.listPermits
    for permit in force.permits {
      let use = byName[permit.name]
      guard use.map({ $0.latest < since }) ?? true else { continue }
      answer.rows.append(
        UnusedAnswer.Row(
          policy: permit.name, file: permit.file, line: permit.line, lastUsed: use?.latest,
          uses: use?.calls ?? 0))
    }
    return answer
  }

  private struct Use {
    var latest = Int64.min
    var calls: Int64 = 0

    mutating func take(_ time: Int64) {
      latest = max(latest, time)
      calls += 1
    }

    mutating func add(_ other: Use) {
      latest = max(latest, other.latest)
      calls += other.calls
    }
  }
}

/// The policies that came into force last, read from their texts.
struct PoliciesInForce {
  var version: String
  var since: Int64
  var permits: [(name: String, file: String, line: Int)] = []
  /// Permits that can let tools be listed only.
  var listPermits: [String] = []
  /// Why the texts cannot be read.
  var problem: String?

  /// Nil when no record names any.
  init?(_ database: Database) throws(StorageError) {
    let named = try database.rows(
      """
      SELECT after, time, sequence FROM changes
      WHERE part = 'policies' AND event = 'applied' AND after IS NOT NULL
      UNION ALL
      SELECT policy_version, time, sequence FROM lifecycle
      WHERE event = 'started' AND policy_version IS NOT NULL
      UNION ALL
      SELECT version, time, sequence FROM versions WHERE part = 'policies' AND seen = parts
        AND NOT EXISTS (SELECT 1 FROM changes WHERE part = 'policies' AND event = 'applied')
      ORDER BY 3
      """
    ) { (version: $0.text(0), time: $0.integer(1)) }
    guard let newest = named.last else { return nil }
    version = newest.version
    // Since when without another in between.
    since = newest.time
    for earlier in named.reversed() {
      guard earlier.version == version else { break }
      since = earlier.time
    }
    let texts = try VersionTexts(database, part: "policies", version: version)
    guard let texts else {
      problem = "the ledger has not the texts of version \(ShortDigest.of(version))"
      return
    }
    do {
      let set = try PolicySet.parse(
        texts.items.sorted { $0.key < $1.key }.map { PolicySource(file: $0.key, text: $0.value) })
      for policy in set.policies where policy.effect == .permit {
        if policy.isForListsOnly {
          listPermits.append(policy.id.name)
        } else {
          permits.append((policy.id.name, policy.place.file, policy.place.line))
        }
      }
    } catch {
      problem = "the recorded policies cannot be read: \(error)"
    }
  }
}

extension Policy {
  /// Whether its action is `list` and no other.
  fileprivate var isForListsOnly: Bool {
    guard let json = try? self.json(), let document = try? JSONDocument(parsing: Array(json.utf8)),
      let action = document.root[member: "action"]
    else { return false }
    let entities =
      action[member: "entity"].map { [$0] } ?? action[member: "entities"]?.elements.map { $0 } ?? []
    return !entities.isEmpty
      && entities.allSatisfy {
        $0[member: "type"]?.equals("Sallyport::Action") == true
          && $0[member: "id"]?.equals("list") == true
      }
  }
}

/// Grants that nobody used.
public struct UnusedAnswer: LedgerAnswer {
  /// A permit.
  public struct Row: Sendable, Equatable {
    /// Its name.
    public var policy: String
    /// Its file.
    public var file: String
    /// Its line there.
    public var line: Int
    /// When it last determined an allow, in microseconds since 1970-01-01 UTC.
    public var lastUsed: Int64?
    /// How many it determined.
    public var uses: Int64
  }

  /// Microseconds since 1970-01-01 UTC.
  public var since: Int64
  /// Of the policies in force.
  public var policyVersion: String?
  /// Since when they are.
  public var inForceSince: Int64?
  /// The first decision that is kept.
  public var ledgerStart: Int64?
  /// How many permits are in force that let something be called.
  public var permits = 0
  /// Those that only let tools be listed. Decisions about lists do not name policies, so nothing
  /// can be said of their use.
  public var listPermits: [String] = []
  /// Whether some decisions name only a part of their policies.
  public var isCut = false
  /// Why it cannot be told.
  public var problem: String?
  /// The unused permits, in the order of the files.
  public var rows: [Row] = []

  init(since: Int64) { self.since = since }

  /// Whether decisions are on record for the whole time.
  public var isWhole: Bool { ledgerStart.map { $0 <= since } ?? false }

  /// Writes the answer as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("since", since)
    writer.member("policyVersion", policyVersion)
    writer.member("inForceSince", inForceSince)
    writer.member("ledgerStart", ledgerStart)
    writer.member("isWhole", isWhole)
    writer.member("isCut", isCut)
    writer.member("permits", permits)
    writer.array("listPermits", listPermits)
    writer.member("problem", problem)
    writer.array("rows", rows) { writer, row in
      writer.beginObject()
      writer.member("policy", row.policy)
      writer.member("file", row.file)
      writer.member("line", row.line)
      writer.member("lastUsed", row.lastUsed)
      writer.member("uses", row.uses)
      writer.endObject()
    }
    writer.endObject()
  }
}
