import Crypto

/// What a browser is known by before anybody signed in: random, and good for nothing else than to
/// bind forms and challenges to this browser.
enum Visit {
  private static let randomBytes = 32

  static func make() -> String { Base64URL.encode(SecureRandom.bytes(randomBytes)) }

  static func isOne(_ text: String) -> Bool { Base64URL.decode(text)?.count == randomBytes }
}
