import Crypto

/// The names of approvals: `apr_` and 20 hexadecimal digits, which nobody guesses and which give no
/// power to who knows them.
public enum ApprovalID {
  static let prefix = "apr_"
  private static let randomBytes = 10

  /// A new name.
  public static func make() -> String { prefix + Hex.encode(SecureRandom.bytes(randomBytes)) }

  /// Whether a text has the form of one.
  public static func isWellFormed(_ text: String) -> Bool {
    text.utf8.count == prefix.utf8.count + 2 * randomBytes && text.hasPrefix(prefix)
      && text.dropFirst(prefix.count).utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      && (scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic
        || scalar.properties.numericType != nil)
  }
}
