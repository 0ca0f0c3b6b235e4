import CSodium

/// Hashes of passwords by Argon2id (RFC 9106): each guess costs time and memory.
public enum Argon2id {
  /// What one hash costs.
  public struct Cost: Sendable, Equatable {
    /// Passes over the memory.
    public var passes: UInt64
    /// Memory in bytes.
    public var memoryBytes: Int

    /// A cost; libsodium takes at least one pass and 8 KiB, and always one lane.
    public init(passes: UInt64, memoryBytes: Int) {
      self.passes = passes
      self.memoryBytes = memoryBytes
    }

    /// Three passes over 64 MiB, the second choice of RFC 9106 §4 with one lane.
    public static let standard = Cost(passes: 3, memoryBytes: 64 << 20)
  }

  private static let isReady = sodium_init() >= 0

  /// The hash with its salt and cost, as text (`$argon2id$…`). Blocks for as long as it costs.
  public static func hash(
    _ password: [UInt8], cost: Cost = .standard
  ) throws(PasswordHashError) -> String {
    guard isReady else { throw .unavailable }
    var text = [CChar](repeating: 0, count: Int(crypto_pwhash_argon2id_STRBYTES))
    let characters = password.map(CChar.init(bitPattern:))
    let status = crypto_pwhash_argon2id_str(
      &text, characters, UInt64(characters.count), cost.passes, cost.memoryBytes)
    guard status == 0 else { throw .memory(bytes: cost.memoryBytes) }
    return String(
      decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// A hash of no password, which costs as much to look at as one of a password. At once.
  public static func unmatchable(cost: Cost = .standard) -> String {
    func text(_ count: Int) -> String {
      String(Base64.encode(SecureRandom.bytes(count)).prefix { $0 != "=" })
    }
    return "$argon2id$v=19$m=\(cost.memoryBytes >> 10),t=\(cost.passes),p=1$\(text(16))$\(text(32))"
  }

  /// Whether `hash` is one of this password; also false when the memory is not to be had. Blocks
  /// for as long as it costs.
  public static func isValid(_ hash: String, for password: [UInt8]) -> Bool {
    guard isReady, hash.utf8.count < Int(crypto_pwhash_argon2id_STRBYTES) else { return false }
    let characters = password.map(CChar.init(bitPattern:))
    return crypto_pwhash_argon2id_str_verify(hash, characters, UInt64(characters.count)) == 0
  }
}

/// Why a password was not hashed.
public enum PasswordHashError: Error, Sendable, Equatable {
  /// libsodium cannot be used here.
  case unavailable
  /// So much memory is not to be had.
  case memory(bytes: Int)
}
