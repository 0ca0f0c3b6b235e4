import Crypto

/// Sign-ins that a program begins and a browser finishes, each once (after RFC 8628). Two codes
/// name one: the user code, which people compare, and the device code, known to the program alone.
struct DeviceSignIns: Sendable {
  /// For so long one counts, in seconds.
  static let lifetime: Int64 = 600
  /// Begun at a time; then no more are.
  static let countMax = 1_000
  /// RFC 8628 §6.1: no vowels, so no words; 34 bits with eight of them.
  private static let letters = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)

  enum Answer: Sendable, Equatable {
    case confirmed(SignedIn)
    case refused
  }

  private struct Begun: Sendable {
    let device: SHA256Digest
    let expiresAt: Int64
    var answer: Answer?
  }

  private var begun: [String: Begun] = [:]

  /// How many are remembered.
  var count: Int { begun.count }

  /// Begins one; nil when too many are begun.
  mutating func begin(at now: Int64) -> DeviceSignIn? {
    begun = begun.filter { now < $0.value.expiresAt }
    guard begun.count < Self.countMax else { return nil }
    var user: String
    repeat { user = Self.userCode() } while begun[user] != nil
    let device = Base64URL.encode(SecureRandom.bytes(32))
    begun[user] = Begun(device: SHA256.hash(utf8: device), expiresAt: now + Self.lifetime)
    return DeviceSignIn(deviceCode: device, userCode: user, lifetime: Self.lifetime)
  }

  /// Whether this one waits for an answer.
  func isWaiting(_ userCode: String, at now: Int64) -> Bool {
    begun[userCode].map { $0.answer == nil && now < $0.expiresAt } ?? false
  }

  /// Answers one that waits. False when there is none.
  mutating func answer(_ userCode: String, _ answer: Answer, at now: Int64) -> Bool {
    guard isWaiting(userCode, at: now) else { return false }
    begun[userCode]?.answer = answer
    return true
  }

  /// What became of one; an answer is taken once.
  mutating func take(_ deviceCode: String, at now: Int64) -> DeviceSignInOutcome {
    let digest = SHA256.hash(utf8: deviceCode)
    guard let (user, one) = begun.first(where: { $0.value.device == digest }),
      now < one.expiresAt
    else { return .over }
    guard let answer = one.answer else { return .waiting }
    begun[user] = nil
    switch answer {
    case .confirmed(let who): return .confirmed(who)
    case .refused: return .refused
    }
  }

  private static func userCode() -> String {
    var code: [UInt8] = []
    while code.count < 9 {
      if code.count == 4 { code.append(UInt8(ascii: "-")) }
      // Bytes beyond the last whole round of letters would make some likelier than others.
      guard let byte = SecureRandom.bytes(1).first, byte < 240 else { continue }
      code.append(letters[Int(byte) % letters.count])
    }
    return String(decoding: code, as: UTF8.self)
  }
}

/// A sign-in that was begun.
public struct DeviceSignIn: Sendable, Equatable {
  /// By which the program asks what became of it; a secret.
  public let deviceCode: String
  /// What people compare: four letters, `-`, four letters.
  public let userCode: String
  /// How long it counts, in seconds.
  public let lifetime: Int64
}

/// What became of a sign-in that a browser finishes.
public enum DeviceSignInOutcome: Sendable, Equatable {
  /// Nobody has answered yet.
  case waiting
  /// Somebody signs in.
  case confirmed(SignedIn)
  /// Somebody said no.
  case refused
  /// It was taken, its time is over, or it never was.
  case over
}
