public import Crypto
import JSON

/// The keys of an issuer (RFC 7517 §5), each with the algorithms that it is held to.
public struct KeySet: Sendable {
  /// Bytes of a set.
  public static let bytesMax = 256 * 1024
  /// Keys of a set; what comes after them is not looked at.
  public static let keysMax = 64
  /// Keys of one name that are tried.
  static let triesMax = 4

  private struct Entry: Sendable {
    let id: String?
    let algorithms: [SignatureAlgorithm]
    let key: SignatureKey
  }

  private let entries: [Entry]
  /// Keys that cannot be used here.
  public let skipped: Int

  /// Reads a set. A key with `alg` is for that algorithm alone, others for those of `algorithms`
  /// that fit them; what is no key to verify with is skipped.
  /// - Parameter algorithms: those that are accepted of the issuer.
  public init(json bytes: [UInt8], algorithms: [SignatureAlgorithm]) throws(KeySetError) {
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument(
        parsing: bytes, limits: JSONLimits(bytes: Self.bytesMax, depth: 16, nodes: 16_384))
    } catch {
      throw .malformed("\(error)")
    }
    guard let keys = document.root[member: "keys"], keys.kind == .array else {
      throw .malformed("it has no list `keys`")
    }
    var entries: [Entry] = []
    for node in keys.elements.prefix(Self.keysMax) {
      guard let jwk = PublicJWK(node) else { continue }
      let fitting = algorithms.filter {
        $0.keyKind == jwk.key.kind && (jwk.algorithm == nil || jwk.algorithm == $0.rawValue)
      }
      guard !fitting.isEmpty else { continue }
      entries.append(Entry(id: jwk.id, algorithms: fitting, key: jwk.key))
    }
    guard !entries.isEmpty else { throw .noUsableKey }
    self.entries = entries
    skipped = keys.count - entries.count
  }

  /// How many keys can be used.
  public var count: Int { entries.count }

  /// The keys that may have signed: those of the name, or, where a token names none, the only one
  /// that fits.
  public func candidates(id: String?, algorithm: SignatureAlgorithm) -> [SignatureKey] {
    let fitting = entries.filter { $0.algorithms.contains(algorithm) }
    guard let id else { return fitting.count == 1 ? [fitting[0].key] : [] }
    return fitting.filter { $0.id == id }.prefix(Self.triesMax).map(\.key)
  }
}

/// Why a set of keys is of no use.
public enum KeySetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// It is no such set.
  case malformed(String)
  /// It has no key that verifies an accepted algorithm.
  case noUsableKey

  /// For an operator.
  public var description: String {
    switch self {
    case .malformed(let what): "the key set cannot be read: \(what)"
    case .noUsableKey: "the key set has no key for an accepted algorithm"
    }
  }
}
