import Crypto

/// The text of a token that this gateway makes: `spt_`, 32 random bytes in base64url, and six
/// characters that a scanner for leaked secrets can check without asking anybody.
public enum AgentTokenText {
  static let prefix = "spt_"
  static let randomBytes = 32
  private static let randomCharacters = 43
  private static let checkCharacters = 6

  /// A new token.
  public static func make() -> String {
    let random = Base64URL.encode(SecureRandom.bytes(randomBytes))
    return prefix + random + check(random)
  }

  /// Whether a text has the form of a token, its check characters included. No secret is compared.
  public static func isWellFormed(_ text: String) -> Bool {
    guard text.utf8.count == prefix.utf8.count + randomCharacters + checkCharacters,
      text.hasPrefix(prefix)
    else { return false }
    let random = text.dropFirst(prefix.count).prefix(randomCharacters)
    return text.hasSuffix(check(String(random)))
  }

  private static func check(_ random: String) -> String {
    String(SHA256.hash(utf8: prefix + random).base64URL.prefix(checkCharacters))
  }
}
