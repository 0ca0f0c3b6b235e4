import Audit

/// What is to be done with the ledger as evidence.
enum EvidenceInvocation: Sendable, Equatable {
  /// `target` is a directory or a URL; nil means the ledger of the configuration.
  case verify(target: String?, Trust)
  case prove(sequence: UInt64, payloads: Bool, output: String?)
  case verifyPack(file: String, Trust)
  case checkpoint
  case key
  case rotateKey
  case tiles(directory: String)
  case erase(Erasure)
  case retain(Retention)

  /// Whom a verification trusts.
  struct Trust: Sendable, Equatable {
    /// A file of an older checkpoint.
    var since: String?
    /// A verifier key or a file of them; nil trusts what lies beside the log.
    var key: String?
    /// The same of witnesses.
    var witness: String?
  }

  /// Whose payloads go.
  struct Erasure: Sendable, Equatable {
    var records: [UInt64] = []
    var call: String?
    var human: String?
    var agent: String?
    var until: AuditTime?
    var reason: String
    /// Without it only what would go is shown.
    var isConfirmed: Bool
  }

  /// What gets old.
  struct Retention: Sendable, Equatable {
    /// Payloads, or else whole records.
    var isOfPayloads: Bool
    /// What is older goes.
    var age: AuditTime?
    /// Bytes of segments that stay.
    var bytesMax: Int?
  }
}
