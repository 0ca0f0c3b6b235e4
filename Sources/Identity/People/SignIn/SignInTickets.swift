import Crypto
import JSON

/// What carries somebody from one step of a sign-in to the next: sealed, for one browser, for a
/// time. Nothing is kept here of those who began.
struct SignInTickets: Sendable {
  /// For how many seconds a ticket is taken.
  static let lifetime: Int64 = 600

  enum Purpose: String, Sendable {
    /// The password was right; the code is missing.
    case code
    /// The password was right, and the codes are to be set up.
    case setup
    /// The invitation was right.
    case invitation
    /// A password was chosen; the codes are to be set up.
    case invitedSetup
    /// Somebody who is signed in sets up other codes.
    case account
  }

  struct Ticket: Sendable, Equatable {
    var purpose: Purpose
    var name: String
    /// What the account must still be: the digest of what was shown before.
    var state: String
    var codeKey: [UInt8]?
    var passwordHash: String?
  }

  private let key = SecureRandom.bytes(AES256GCM.keyBytes)

  func seal(_ ticket: Ticket, for binding: String, now: Int64) -> String {
    var writer = JSONWriter()
    writer.beginArray()
    writer.string(ticket.purpose.rawValue)
    writer.string(ticket.name)
    writer.string(ticket.state)
    writer.string(ticket.codeKey.map(Hex.encode) ?? "")
    writer.string(ticket.passwordHash ?? "")
    writer.int(now + Self.lifetime)
    writer.endArray()
    let sealed = try? AES256GCM.seal(
      writer.bytes, key: key, authenticating: Array(binding.utf8))
    return Base64URL.encode(sealed ?? [])
  }

  /// Nil for what was not sealed here, for this browser, or is over.
  func open(_ text: String, for binding: String, now: Int64) -> Ticket? {
    guard text.utf8.count <= 4096, let sealed = Base64URL.decode(text),
      let bytes = try? AES256GCM.open(sealed, key: key, authenticating: Array(binding.utf8)),
      let root = try? JSONDocument(parsing: bytes).root
    else { return nil }
    func part(_ index: Int) -> String { root[element: index]?.string ?? "" }
    guard let purpose = Purpose(rawValue: part(0)), let end = root[element: 5]?.int64, now < end
    else { return nil }
    return Ticket(
      purpose: purpose, name: part(1), state: part(2),
      codeKey: part(3).isEmpty ? nil : Hex.decode(part(3)),
      passwordHash: part(4).isEmpty ? nil : part(4))
  }
}
