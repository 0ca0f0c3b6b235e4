internal import Crypto

/// What is kept of a call's arguments.
public struct LedgerArguments: Sendable, Equatable {
  /// Their size as received.
  public var bytes: Int
  /// Their JSON text, byte for byte as it came; nil when the configuration does not want it kept.
  /// What is longer than ``LedgerLimits/argumentsBytesMax`` is kept as size and digest.
  public var content: ArraySlice<UInt8>?

  /// Why arguments are not in a record.
  public enum Omission: String, Sendable, CaseIterable {
    /// The configuration does not want them kept.
    case configuration
    /// They are too long.
    case size
  }

  /// Arguments of which only the size is kept.
  public init(bytes: Int) {
    self.bytes = bytes
    content = nil
  }

  /// Arguments that are kept. The content must be one JSON value.
  public init(content: ArraySlice<UInt8>) {
    bytes = content.count
    self.content = content
  }

  func encode(isKept: Bool, into writer: inout RecordWriter) {
    let isShort = isKept && bytes <= LedgerLimits.argumentsBytesMax
    if isShort, let content { writer.member("arguments", raw: content) }
    writer.member("arguments_bytes", Int64(bytes))
    guard let content else {
      writer.member(
        "arguments_omitted", Omission.configuration.rawValue, limit: LedgerLimits.nameBytesMax)
      return
    }
    guard !isShort else { return }
    writer.member("arguments_omitted", Omission.size.rawValue, limit: LedgerLimits.nameBytesMax)
    writer.member(
      "arguments_sha256", SHA256.hash(Array(content)).hex, limit: LedgerLimits.nameBytesMax)
  }
}
