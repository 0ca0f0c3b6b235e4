/// One row of the node table, in document order. A container is followed by its contents, a member
/// name by its value.
struct JSONEntry {
  /// The first byte of the value in the text.
  var start: UInt32
  /// One past the last byte.
  var end: UInt32
  /// The row after this value's last descendant; while a container is open, the row of its parent.
  var next: UInt32
  /// Bits 0–2 the kind, bit 3 a detail, bits 4–30 the count of elements or members.
  var form: UInt32

  enum Kind: UInt32 {
    case object, array, string, number, `true`, `false`, null
  }

  @inline(__always)
  init(_ kind: Kind, start: Int, end: Int, next: Int, detail: Bool = false) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
    self.next = UInt32(truncatingIfNeeded: next)
    self.form = kind.rawValue | (detail ? Self.detailBit : 0)
  }

  static var detailBit: UInt32 { 8 }
  static var one: UInt32 { 16 }

  @inline(__always) var kind: Kind { Kind(rawValue: form & 7) ?? .null }
  @inline(__always) func has(_ kind: Kind) -> Bool { form & 7 == kind.rawValue }
  /// A string: it has escapes. A number: it has a fraction or an exponent.
  @inline(__always) var detail: Bool { form & Self.detailBit != 0 }
  @inline(__always) var count: Int { Int(form >> 4) }
  /// Whether a string can be of so many bytes once its escapes are taken out.
  @inline(__always)
  func canHold(_ count: Int) -> Bool { detail || Int(end &- start) &- 2 == count }
}

/// The node table while it grows.
struct JSONTable: ~Copyable {
  private(set) var rows: UnsafeMutablePointer<JSONEntry>
  private(set) var count = 0
  private var capacity: Int

  init(reserving capacity: Int) {
    self.capacity = capacity
    rows = .allocate(capacity: capacity)
  }

  deinit { rows.deallocate() }

  @inline(__always)
  mutating func append(_ entry: JSONEntry) {
    if count == capacity { grow(to: capacity * 2) }
    (rows + count).initialize(to: entry)
    count += 1
  }

  @inline(never)
  private mutating func grow(to capacity: Int) {
    let grown = UnsafeMutablePointer<JSONEntry>.allocate(capacity: capacity)
    grown.moveInitialize(from: rows, count: count)
    rows.deallocate()
    rows = grown
    self.capacity = capacity
  }

  /// Hands the rows to an owner, without room that is not needed.
  consuming func finish() -> UnsafeMutablePointer<JSONEntry> {
    if capacity > 256, capacity > count * 2 { grow(to: max(count, 1)) }
    let rows = self.rows
    discard self
    return rows
  }
}
