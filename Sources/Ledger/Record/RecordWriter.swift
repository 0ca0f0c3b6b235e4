internal import Crypto

/// Writes one JSON object in canonical form (RFC 8785) into a buffer of its own. The caller gives
/// member names in sorted order; values that are nil are left out.
///
/// It knows what records need and no more: objects, arrays of strings, strings with a bound,
/// integers within ±(2⁵³ − 1), and JSON that is there already.
struct RecordWriter: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0
  private var needsComma = false
  /// How many texts and lists did not fit their bounds.
  private(set) var cutCount = 0
  /// Payloads that will lie beside the record (``PayloadFraming``).
  var attached: [UInt8] = []
  /// What payloads are sealed with.
  private let sealing: PayloadSealing?

  static let integerMax: Int64 = (1 << 53) - 1

  init(capacity: Int, sealing: PayloadSealing? = nil) {
    self.capacity = capacity
    self.sealing = sealing
    base = .allocate(capacity: capacity)
  }

  deinit {
    base.deallocate()
  }

  borrowing func withBytes<Result, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> Result
  ) throws(E) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// The record and the payloads beside it.
  borrowing func withParts<Result, E: Error>(
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(E) -> Result
  ) throws(E) -> Result {
    let span = attached.span
    let result: Swift.Result<Result, E> = span.withUnsafeBytes { payloads in
      do throws(E) {
        return .success(try body(UnsafeRawBufferPointer(start: base, count: count), payloads))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  // MARK: Structure

  mutating func beginObject() {
    put(UInt8(ascii: "{"))
    needsComma = false
  }

  mutating func endObject() {
    put(UInt8(ascii: "}"))
    needsComma = true
  }

  mutating func name(_ name: StaticString) {
    let size = name.utf8CodeUnitCount
    reserve(size + 4)
    if needsComma { putUnchecked(UInt8(ascii: ",")) }
    putUnchecked(UInt8(ascii: "\""))
    (base + count).update(from: name.utf8Start, count: size)
    count += size
    putUnchecked(UInt8(ascii: "\""))
    putUnchecked(UInt8(ascii: ":"))
    needsComma = true
  }

  /// The name of a member, where it is not known beforehand. It is not cut.
  mutating func name(text: String) {
    if needsComma { put(UInt8(ascii: ",")) }
    string(text, limit: .max / 8)
    colon()
    needsComma = true
  }

  mutating func colon() { put(UInt8(ascii: ":")) }

  mutating func comma() { put(UInt8(ascii: ",")) }

  // MARK: Members

  mutating func member(_ key: StaticString, _ text: String?, limit: Int) {
    guard let text else { return }
    name(key)
    string(text, limit: limit)
  }

  mutating func member(_ key: StaticString, _ word: StaticString) {
    name(key)
    string(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount), limit: 64)
  }

  mutating func member(_ key: StaticString, hex digest: SHA256Digest) {
    name(key)
    reserve(SHA256Digest.byteCount * 2 + 2)
    putUnchecked(UInt8(ascii: "\""))
    digest.withBytes { bytes in
      for byte in bytes {
        putUnchecked(Self.digit(byte >> 4))
        putUnchecked(Self.digit(byte & 15))
      }
    }
    putUnchecked(UInt8(ascii: "\""))
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// A payload: what the record says of it, and itself beside the record.
  mutating func member(
    _ key: StaticString, _ payload: LedgerPayload?, _ role: LedgerPayload.Role
  ) {
    member(key, payload, role, sealing: sealing)
  }

  mutating func member(_ key: StaticString, _ claims: LedgerClaims?) {
    guard let claims, !claims.isEmpty else { return }
    name(key)
    claims.encode(into: &self)
  }

  mutating func member(_ key: StaticString, _ number: Int64?) {
    guard let number else { return }
    name(key)
    integer(number)
  }

  /// At most `countMax` texts; the last of a longer list says how many more there were.
  mutating func member(_ key: StaticString, _ texts: [String], countMax: Int, limit: Int) {
    guard !texts.isEmpty else { return }
    name(key)
    put(UInt8(ascii: "["))
    let shown = texts.count <= countMax ? texts.count : countMax - 1
    for index in 0..<shown {
      if index > 0 { put(UInt8(ascii: ",")) }
      string(texts[index], limit: limit)
    }
    if shown < texts.count {
      cutCount += 1
      put(UInt8(ascii: ","))
      string("… \(texts.count - shown) more", limit: limit)
    }
    put(UInt8(ascii: "]"))
  }

  /// A member whose value is JSON already.
  mutating func member(_ key: StaticString, raw value: ArraySlice<UInt8>) {
    name(key)
    raw(value)
  }

  // MARK: Values

  mutating func beginArray() {
    put(UInt8(ascii: "["))
    needsComma = false
  }

  mutating func endArray() {
    put(UInt8(ascii: "]"))
    needsComma = true
  }

  mutating func array(of values: [[UInt8]]) {
    put(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { comma() }
      raw(value[...])
    }
    put(UInt8(ascii: "]"))
  }

  mutating func raw(_ json: ArraySlice<UInt8>) {
    reserve(json.count)
    json.withUnsafeBufferPointer { bytes in
      if let start = bytes.baseAddress { (base + count).update(from: start, count: bytes.count) }
    }
    count += json.count
  }

  mutating func integer(_ number: Int64) {
    let bounded = max(-Self.integerMax, min(Self.integerMax, number))
    reserve(20)
    if bounded < 0 { putUnchecked(UInt8(ascii: "-")) }
    var rest = bounded.magnitude
    var digits = 1
    var power: UInt64 = 10
    while rest >= power {
      digits += 1
      power *= 10
    }
    var place = count + digits
    count = place
    repeat {
      place -= 1
      base[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
  }

  mutating func string(_ text: String, limit: Int) {
    let done: Void? = text.utf8.withContiguousStorageIfAvailable { string($0, limit: limit) }
    if done == nil {
      Array(text.utf8).withUnsafeBufferPointer { string($0, limit: limit) }
    }
  }

  mutating func string(_ text: UnsafeBufferPointer<UInt8>, limit: Int) {
    // The most a text can take: six bytes for each of its own, or the limit and the mark.
    reserve(min(text.count * 6, limit) + 8)
    putUnchecked(UInt8(ascii: "\""))
    let plain = min(Self.plainPrefix(text), limit)
    if let start = text.baseAddress { (base + count).update(from: start, count: plain) }
    count += plain
    if plain < text.count {
      escape(text, from: plain, budget: limit - plain)
    }
    putUnchecked(UInt8(ascii: "\""))
  }

  /// How many bytes from the start need no escape.
  private static func plainPrefix(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let raw = UnsafeRawBufferPointer(text)
    var index = 0
    while index + 8 <= raw.count {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
      let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
      // A byte of the sum's high bits is set where a byte is zero, or below 0x20.
      let special =
        ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
        | ((word &- (ones &* 0x20)) & ~word)
      if special & highs != 0 { break }
      index += 8
    }
    while index < text.count {
      let byte = text[index]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      index += 1
    }
    return index
  }

  /// The rest of a text, character by character while at most `budget` bytes are written; if it
  /// does not fit, a whole number of characters and the mark.
  private mutating func escape(_ text: UnsafeBufferPointer<UInt8>, from start: Int, budget: Int) {
    var left = budget
    var index = start
    while index < text.count {
      let byte = text[index]
      let size = Self.encodedSize(byte)
      if size > left { break }
      left -= size
      index += 1
      encode(byte)
    }
    guard index < text.count else { return }
    cutCount += 1
    // The cut may be inside a character: take back its first bytes.
    while index > 0, text[index] & 0xC0 == 0x80 {
      index -= 1
      count -= 1
    }
    for byte in "…".utf8 { putUnchecked(byte) }
  }

  /// How many bytes a byte of a text takes.
  static func encodedSize(_ byte: UInt8) -> Int {
    switch byte {
    case 0x08, 0x09, 0x0A, 0x0C, 0x0D, UInt8(ascii: "\""), UInt8(ascii: "\\"): 2
    case 0..<0x20: 6
    default: 1
    }
  }

  private mutating func encode(_ byte: UInt8) {
    let short: UInt8? =
      switch byte {
      case 0x08: UInt8(ascii: "b")
      case 0x09: UInt8(ascii: "t")
      case 0x0A: UInt8(ascii: "n")
      case 0x0C: UInt8(ascii: "f")
      case 0x0D: UInt8(ascii: "r")
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
      default: nil
      }
    if let short {
      putUnchecked(UInt8(ascii: "\\"))
      putUnchecked(short)
    } else if byte < 0x20 {
      for part in "\\u00".utf8 { putUnchecked(part) }
      putUnchecked(UInt8(ascii: "0") + byte >> 4)
      let low = byte & 15
      putUnchecked(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
    } else {
      putUnchecked(byte)
    }
  }

  // MARK: Bytes

  private mutating func put(_ byte: UInt8) {
    reserve(1)
    putUnchecked(byte)
  }

  @inline(__always)
  private mutating func putUnchecked(_ byte: UInt8) {
    base[count] = byte
    count += 1
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if capacity - count < more { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let larger = max(capacity * 2, count + more)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }
}
