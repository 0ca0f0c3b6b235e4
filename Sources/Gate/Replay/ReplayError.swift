/// Why a recorded decision cannot be made again.
public enum ReplayError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The arguments were not kept: the word of the record says why.
  case argumentsOmitted(String)
  /// A text of the request was too long for the record.
  case truncated
  /// The ledger, as far as it was read, has not the policies of this version.
  case unknownPolicies(version: String)
  /// The ledger, as far as it was read, has not the entities of this version.
  case unknownEntities(version: String)
  /// The pieces of a version make another digest than the one that names them.
  case wrongDigest(version: String)
  /// What was recorded cannot be read: what, and why.
  case unreadable(String, reason: String)

  /// The reason, for a person.
  public var description: String {
    switch self {
    case .argumentsOmitted("configuration"):
      "its arguments were not kept in full: `audit.arguments` says so"
    case .argumentsOmitted("size"): "its arguments were too long to be kept"
    case .argumentsOmitted("erased"): "its arguments were erased"
    case .argumentsOmitted("sealed"): "its arguments are sealed, and `audit.key` is not the key"
    case .argumentsOmitted: "its arguments were not kept"
    case .truncated: "a text of the request was too long to be kept whole"
    case .unknownPolicies(let version):
      "the policies of version \(version.prefix(12)) are not in the ledger before it"
    case .unknownEntities(let version):
      "the entities of version \(version.prefix(12)) are not in the ledger before it"
    case .wrongDigest(let version):
      "what is recorded as version \(version.prefix(12)) is not what the digest names"
    case .unreadable(let what, let reason): "\(what) cannot be read: \(reason)"
    }
  }
}
