/// A path below `/console` on this very host: what a page may lead to next.
///
/// Whatever a browser could read as another host, scheme or folder is none: only unreserved
/// characters (RFC 3986 §2.3) and no dot or empty segments in the path, and a query without
/// anything that ends it.
public struct LocalPath: Sendable, Hashable, CustomStringConvertible {
  /// Where everything begins.
  public static let console = LocalPath(unchecked: "/console")
  /// The longest in bytes.
  static let bytesMax = 512
  private static let root = "/console"

  /// As it stands in a URL.
  public let description: String

  private init(unchecked text: String) { description = text }

  /// A path that the program names itself.
  public init(_ text: StaticString) { description = "\(text)" }

  /// A path from outside; nil when it leads out of the console.
  public init?(checking text: String) {
    guard text.utf8.count <= Self.bytesMax, text.hasPrefix(Self.root) else { return nil }
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let segments = parts[0].split(separator: "/", omittingEmptySubsequences: false)
    guard segments.count >= 2, segments[0].isEmpty, segments[1] == "console",
      segments[1...].allSatisfy(Self.isSegment),
      parts.count == 1 || parts[1].utf8.allSatisfy(Self.isOfQuery)
    else { return nil }
    description = text
  }

  private static func isSegment(_ segment: Substring) -> Bool {
    !segment.isEmpty && segment != "." && segment != ".." && segment.utf8.allSatisfy(isUnreserved)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func isOfQuery(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "&"), UInt8(ascii: "%"), UInt8(ascii: "+"): true
    default: isUnreserved(byte)
    }
  }
}
