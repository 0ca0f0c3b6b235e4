internal import Crypto
internal import JSON

/// Holds records, one after the other, against what the ledger promises of them. A value, without
/// I/O: whoever reads a log, wherever it lies, feeds it.
struct RecordVerifier {
  private(set) var tree: MerkleTree
  var report = VerificationReport()

  /// The root of the tree when it had this size.
  private let watched: Set<UInt64>
  private(set) var roots: [UInt64: SHA256Digest] = [:]
  private let sealing: PayloadSealing?
  /// Forwarded calls that have no outcome yet, with their decisions' places.
  private var open: [String: UInt64] = [:]
  /// Records whose payloads are gone, until a record says why.
  private var missing: Set<UInt64> = []
  /// Records that have payloads.
  private var kept = SequenceSet()
  /// Records that had payloads although an order to erase them stands behind them.
  private(set) var unfinished: Set<UInt64> = []
  private var retained: [ClosedRange<UInt64>] = []
  private var keys: [String] = []
  private var lastTime: Int64 = .min

  /// - Parameter sizes: of trees whose roots are wanted.
  init(tree: MerkleTree = MerkleTree(), roots sizes: Set<UInt64>, sealing: PayloadSealing?) {
    self.tree = tree
    watched = sizes
    self.sealing = sealing
    note()
  }

  /// The verifier keys that the log names, the oldest first.
  var namedKeys: [String] { keys }

  /// Takes the next record. Without `payloads` nothing is said of them.
  mutating func add(_ record: [UInt8], payloads: [UInt8]?, isErased: Bool) {
    let sequence = tree.size
    tree.append(MerkleHash.leaf(record))
    note()
    report.records += 1
    report.bytes += UInt64(record.count + (payloads?.count ?? 0))
    guard let document = try? JSONDocument(parsing: record), document.root.kind == .object else {
      return report.add(VerificationProblem("record \(sequence)", "it is no JSON object"))
    }
    let root = document.root
    guard let kind = root[member: "kind"]?.string.flatMap(LedgerRecord.Kind.init(rawValue:)),
      root[member: "time"]?.int64 != nil
    else {
      return report.add(
        VerificationProblem("record \(sequence)", "it has no known `kind`, or no `time`"))
    }
    if (try? JSONCanonical.encode(root)) != record {
      report.add(VerificationProblem("record \(sequence)", "it is not in canonical form"))
    }
    follow(root, kind, at: sequence)
    if let payloads { check(root, kind, payloads, isErased, at: sequence) }
  }

  /// The hashes that came since this was last called, by level.
  mutating func takeHashes() -> [[SHA256Digest]] {
    defer { tree.stored() }
    return tree.fresh
  }

  /// Ends the log, and gives the report.
  mutating func finish() -> VerificationReport {
    for sequence in missing.sorted() where !retained.contains(where: { $0.contains(sequence) }) {
      report.add(
        VerificationProblem(
          "record \(sequence)", "its payloads are gone, and no record says that they were erased"))
    }
    let doubtful = open.values.sorted()
    report.inDoubtCount = doubtful.count
    report.inDoubt = Array(doubtful.prefix(VerificationReport.listMax))
    return report
  }

  /// Whether a step of retention let go the records below `first`; it may have been cut short.
  func explains(first: UInt64) -> Bool {
    first == 0 || releases.contains { $0.contains(first - 1) }
  }

  private var releases: [ClosedRange<UInt64>] = []

  private mutating func note() {
    if watched.contains(tree.size) { roots[tree.size] = tree.root }
  }

  private mutating func follow(_ record: JSONNode, _ kind: LedgerRecord.Kind, at sequence: UInt64) {
    switch kind {
    case .decision:
      guard record[member: "decision"]?.equals("allow") == true, record[member: "tool"] != nil,
        let call = record[member: "call"]?.string
      else { return }
      open[call] = sequence
    case .outcome:
      if let call = record[member: "call"]?.string { open[call] = nil }
    case .erasure:
      for element in record[member: "records"]?.elements.compactMap(\.int64) ?? []
      where element >= 0 {
        let element = UInt64(element)
        if missing.remove(element) != nil { report.erased += 1 }
        if kept.contains(element) { unfinished.insert(element) }
      }
    case .retention:
      guard let first = record[member: "first"]?.int64, let last = record[member: "last"]?.int64,
        first >= 0, first <= last
      else { return }
      let range = UInt64(first)...UInt64(last)
      if record[member: "of"]?.equals("records") == true {
        releases.append(range)
      } else {
        retained.append(range)
        let gone = missing.filter { range.contains($0) }
        report.erased += UInt64(gone.count)
        missing.subtract(gone)
        unfinished.formUnion(kept.members(in: range))
      }
    case .key:
      if let key = record[member: "key"]?.string { keys.append(key) }
    default: break
    }
  }

  private mutating func check(
    _ record: JSONNode, _ kind: LedgerRecord.Kind, _ payloads: [UInt8], _ isErased: Bool,
    at sequence: UInt64
  ) {
    guard !payloads.isEmpty else { return expectNone(record, kind, at: sequence) }
    if isErased {
      missing.insert(sequence)
      if !payloads.allSatisfy({ $0 == 0 }) {
        report.add(
          VerificationProblem("record \(sequence)", "its payloads were not wholly erased"))
      }
      return
    }
    kept.insert(sequence)
    payloads.withUnsafeBytes { bytes in
      guard let items = PayloadFraming.read(bytes) else {
        return report.add(
          VerificationProblem("record \(sequence)", "its payloads are not what the ledger writes"))
      }
      let kept = Self.kept(record, kind)
      if items.count != kept.count || Set(items.map(\.role)) != kept {
        report.add(
          VerificationProblem("record \(sequence)", "its payloads are others than it names"))
      }
      for item in items { check(item, bytes, record, at: sequence) }
    }
  }

  private mutating func expectNone(
    _ record: JSONNode, _ kind: LedgerRecord.Kind, at sequence: UInt64
  ) {
    guard !Self.kept(record, kind).isEmpty else { return }
    report.add(
      VerificationProblem("record \(sequence)", "a payload that it says is kept is not there"))
  }

  /// The payloads of which a record says that something is kept.
  private static func kept(
    _ record: JSONNode, _ kind: LedgerRecord.Kind
  ) -> Set<LedgerPayload.Role> {
    guard kind == .decision || kind == .outcome || kind == .refused else { return [] }
    return Set(
      LedgerPayload.Role.allCases.filter { role in
        guard let word = described(role, in: record)?[member: "kept"] else { return false }
        return !word.equals("none")
      })
  }

  private static func described(_ role: LedgerPayload.Role, in record: JSONNode) -> JSONNode? {
    switch role {
    case .arguments: record[member: "arguments"]
    case .result: record[member: "result"]
    case .prompt: record[member: "claims"]?[member: "prompt"]
    }
  }

  private mutating func check(
    _ item: PayloadFraming.Item, _ bytes: UnsafeRawBufferPointer, _ record: JSONNode,
    at sequence: UInt64
  ) {
    guard let described = Self.described(item.role, in: record) else { return }
    guard described[member: "kept"]?.string == "\(item.form.word)" else {
      return report.add(
        VerificationProblem(
          "record \(sequence)", "its \(item.role.word) are not kept as it says they are"))
    }
    var body = Array(bytes[item.body])
    if item.isSealed {
      guard let sealing else {
        if let wanted = Self.sealedBytes(item.form, described), wanted != body.count {
          report.add(
            VerificationProblem(
              "record \(sequence)", "its sealed \(item.role.word) have not the size that it names"))
        }
        report.sealed += 1
        return
      }
      guard let opened = sealing.open(body, role: item.role) else {
        return report.add(
          VerificationProblem(
            "record \(sequence)", "its \(item.role.word) do not open: another key, or changed"))
      }
      body = opened
    }
    let wanted: JSONNode?
    switch item.form {
    case .full: wanted = described[member: "digest"]
    case .redacted: wanted = described[member: "kept_digest"]
    case .salt, .none:
      guard body.count == PayloadForm.saltBytes else {
        return report.add(
          VerificationProblem("record \(sequence)", "its \(item.role.word) are more than a salt"))
      }
      return
    }
    report.payloads += 1
    guard wanted?.string == SHA256.hash(body).hex else {
      return report.add(
        VerificationProblem(
          "record \(sequence)", "its \(item.role.word) are not those that it was written with"))
    }
  }

  /// How long a sealed body is; nil for a redacted one, whose size no record names.
  private static func sealedBytes(_ form: PayloadForm, _ described: JSONNode) -> Int? {
    let overhead = PayloadForm.saltBytes + AES256GCM.nonceBytes + AES256GCM.tagBytes
    switch form {
    case .salt: return overhead
    case .full: return described[member: "bytes"]?.int64.map { Int($0) + overhead }
    case .redacted, .none: return nil
    }
  }
}
