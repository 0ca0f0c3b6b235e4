import Crypto

/// The words of orders.
enum OrderText {
  /// Digits of an identifier.
  private static let randomBytes = 6

  /// A new identifier: a word, `-` and 12 hexadecimal digits.
  static func id(_ word: String) -> String {
    word + "-"
      + SecureRandom.bytes(randomBytes).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  /// Whether something is said, in one line, and not too much.
  static func isReason(_ text: String, max: Int) -> Bool {
    (1...max).contains(text.utf8.count) && text.contains { !$0.isWhitespace }
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  }
}
