import Crypto

/// What a session keeps of the issuer's: by what that may end it.
public struct IssuerSession: Sendable, Equatable {
  /// The person, as the issuer names them.
  public var subject: String
  /// The issuer's own name of the session.
  public var session: String?

  /// Names of an issuer.
  public init(subject: String, session: String?) {
    self.subject = subject
    self.session = session
  }

  /// Both in one text.
  public var text: String {
    Base64URL.encode(Array(subject.utf8)) + "."
      + Base64URL.encode(Array((session ?? "").utf8))
  }

  /// Nil for what ``text`` never is.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map {
      Base64URL.decode(String($0)).map { String(decoding: $0, as: UTF8.self) }
    }
    guard parts.count == 2, let subject = parts[0], !subject.isEmpty else { return nil }
    self.subject = subject
    session = parts[1].flatMap { $0.isEmpty ? nil : $0 }
  }
}
