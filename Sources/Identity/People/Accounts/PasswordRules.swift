/// What a password must be (NIST SP 800-63B §3.1.1): long; nothing is asked of its characters.
public enum PasswordRules {
  /// The fewest characters.
  public static let charactersMin = 12
  /// The most bytes: what is hashed is bounded.
  public static let bytesMax = 256

  /// Why a password cannot be that, for the person who chooses it; nil when it can.
  public static func objection(to password: String, of name: String) -> String? {
    if password.utf8.count > bytesMax { return "It is longer than \(bytesMax) bytes." }
    if password.count < charactersMin {
      return "It must have at least \(charactersMin) characters."
    }
    let plain = password.lowercased()
    if Set(plain).count < 5 { return "It repeats too few characters." }
    if name.count >= 4, plain.contains(name.lowercased()) { return "It contains your name." }
    if known.contains(where: plain.hasPrefix) {
      return "It begins as passwords do that others try."
    }
    return nil
  }

  private static let known = [
    "password", "passwort", "123456", "qwerty", "qwertz", "letmein", "iloveyou", "sallyport",
    "correcthorse", "correct horse", "administrator", "welcome",
  ]
}
