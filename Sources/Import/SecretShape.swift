/// Whether text looks like something to keep to oneself. Errs on the side of yes.
enum SecretShape {
  private static let prefixes = [
    "sk-", "sk_", "pk_", "rk_", "ghp_", "gho_", "ghu_", "ghs_", "github_pat_", "glpat-", "xoxb-",
    "xoxp-", "xoxa-", "xapp-", "AKIA", "ASIA", "AIza", "ya29.", "eyJ", "hf_", "npm_", "pypi-",
    "lin_api_", "ntn_", "secret_", "figd_", "sntrys_", "shpat_", "dop_v1_", "Bearer ", "Basic ",
  ]
  private static let words = [
    "key", "token", "secret", "password", "passwd", "credential", "auth", "bearer", "pat", "dsn",
    "apikey",
  ]
  /// A word with that many letters and digits is not made by hand.
  private static let longWord = 32

  /// Whether the name of an option or a parameter says that its value is one.
  static func isNamed(_ name: some StringProtocol) -> Bool {
    let parts = name.lowercased().split { !$0.isLetter && !$0.isNumber }
    return parts.contains { part in
      words.contains { part == $0 || ($0.count > 3 && part.hasSuffix($0)) }
    }
  }

  /// Whether the text itself looks like one, or holds one.
  static func isLikely(_ text: String) -> Bool {
    if prefixes.contains(where: { text.hasPrefix($0) }) { return true }
    if hasPassword(text) { return true }
    // What follows is the digest of an image, which anybody may know.
    let known = text.firstRange(of: "@sha256:").map { text[..<$0.lowerBound] } ?? text[...]
    return known.split { " :=/?&,;'\"".contains($0) }.contains { word in
      prefixes.dropLast(2).contains { word.count > $0.count + 8 && word.hasPrefix($0) }
        || isRandom(word)
    }
  }

  /// `scheme://user:password@host`
  private static func hasPassword(_ text: String) -> Bool {
    guard let scheme = text.firstRange(of: "://") else { return false }
    let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
    guard let at = authority.lastIndex(of: "@") else { return false }
    return authority[..<at].contains(":")
  }

  /// Long, and of letters and digits mixed.
  static func isRandom(_ word: some StringProtocol) -> Bool {
    guard word.utf8.count >= longWord else { return false }
    var letters = 0
    var digits = 0
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        letters += 1
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "."): break
      default: return false
      }
    }
    return digits >= 4 && letters >= 4
  }
}
