import Crypto

/// The place of a call in a trace (W3C Trace Context, `traceparent`).
struct TraceContext: Equatable {
  /// The id of our own span.
  let span: String
  /// What the upstream is told: the client's trace, with our span as the parent.
  let traceparent: String

  /// The same trace under a new span; nil when `traceparent` is not of the form
  /// `00-{32 hex}-{16 hex}-{2 hex}`, or has an id of zeros only.
  init?(of traceparent: String, span id: UInt64 = SecureRandom.uint64()) {
    let bytes = Array(traceparent.utf8)
    guard bytes.count == 55, bytes.starts(with: "00-".utf8) else { return nil }
    for (index, byte) in bytes.enumerated().dropFirst(3) {
      let isDash = index == 35 || index == 52
      guard isDash ? byte == UInt8(ascii: "-") : Self.isHex(byte) else { return nil }
    }
    let zero = UInt8(ascii: "0")
    guard bytes[3..<35].contains(where: { $0 != zero }),
      bytes[36..<52].contains(where: { $0 != zero })
    else { return nil }
    let digits = String(id == 0 ? 1 : id, radix: 16)
    span = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    self.traceparent =
      String(decoding: bytes[..<36], as: UTF8.self) + span
      + String(decoding: bytes[52...], as: UTF8.self)
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: false
    }
  }
}
