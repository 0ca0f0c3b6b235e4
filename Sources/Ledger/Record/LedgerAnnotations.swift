/// The annotations of one policy as a record holds them: `"policy":{"key":"value"}`, written once
/// and copied into each record that the policy determines.
public struct LedgerAnnotations: Sendable, Equatable {
  let policy: String
  let json: ArraySlice<UInt8>

  /// Encodes annotations. Longer texts than ``LedgerLimits`` says are cut.
  public init(policy: String, _ annotations: [(key: String, value: String)]) {
    self.policy = policy
    var writer = RecordWriter(capacity: 256)
    writer.string(policy, limit: LedgerLimits.nameBytesMax)
    writer.colon()
    writer.beginObject()
    for (key, value) in annotations.sorted(by: { $0.key.precedesCanonically($1.key) }) {
      writer.name(text: key)
      writer.string(value, limit: LedgerLimits.textBytesMax)
    }
    writer.endObject()
    json = writer.withBytes { ArraySlice($0) }
  }
}

extension RecordWriter {
  /// An object with the annotations of each policy, as many as fit their bound.
  mutating func member(_ key: StaticString, _ annotations: [LedgerAnnotations]) {
    guard let first = annotations.first else { return }
    name(key)
    beginObject()
    if annotations.count == 1 {
      if first.json.count <= LedgerLimits.annotationsBytesMax { raw(first.json) }
    } else {
      raw(annotations.sorted { $0.policy.precedesCanonically($1.policy) })
    }
    endObject()
  }

  private mutating func raw(_ annotations: [LedgerAnnotations]) {
    var left = LedgerLimits.annotationsBytesMax
    var isFirst = true
    for annotations in annotations where annotations.json.count < left {
      if !isFirst { comma() }
      isFirst = false
      raw(annotations.json)
      left -= annotations.json.count + 1
    }
  }
}

extension String {
  /// The order of member names in canonical JSON (RFC 8785): by UTF-16 code units.
  func precedesCanonically(_ other: String) -> Bool {
    utf16.lexicographicallyPrecedes(other.utf16)
  }
}
