import Crypto
public import Identity

/// The circumstances of a call that waits for people: what they are shown.
public struct ApprovalAsk: Sendable, Equatable {
  /// The remedy that somebody else gives.
  public static let approval = "approval"
  /// The remedy that the requester's human gives, who signs in anew.
  public static let stepUp = "step-up"

  /// The call that asked first.
  public var call: String
  /// The arguments in canonical form (RFC 8785); empty once they are erased.
  public var arguments: [UInt8]
  /// Makes of the arguments' digest one that records may keep: it is erased with the arguments, and
  /// nobody can try values against the record after that.
  public var salt: String
  /// The tool's effect.
  public var effect: String
  /// What would cure the ask: `approval`, `step-up`.
  public var remedies: [String]
  /// The policies that ask, by their ids.
  public var policies: [String]
  /// What these policies say a person could do.
  public var advice: [String]
  /// The client's name and version, as it says.
  public var clientName: String?
  /// The version that the client gave.
  public var clientVersion: String?
  /// Who asks, as policies are told of them; nil when it is what the terms say.
  public var requester: Principal?
  /// The IP address the call came from.
  public var origin: String?
  /// How the call came in: `http`, `stdio`, `admin`.
  public var transport: String
  /// The gateway's environment.
  public var environment: String?
  /// The call's place in a trace, as the client says.
  public var traceparent: String?
  /// Whether an answer takes a reason.
  public var needsReason: Bool
  /// The authentication contexts that a step-up takes, in the order of preference (`acr`).
  public var contexts: [String]
  /// How old a step-up's sign-in may be, in seconds.
  public var maxAge: Int64?

  /// The circumstances of a call.
  public init(
    call: String, arguments: [UInt8], effect: String, remedies: [String], policies: [String],
    advice: [String] = [], clientName: String? = nil, clientVersion: String? = nil,
    requester: Principal? = nil, origin: String? = nil,
    transport: String, environment: String? = nil, traceparent: String? = nil,
    needsReason: Bool = false, contexts: [String] = [], maxAge: Int64? = nil,
    salt: String = ApprovalAsk.newSalt()
  ) {
    self.call = call
    self.arguments = arguments
    self.salt = salt
    self.effect = effect
    self.remedies = remedies
    self.policies = policies
    self.advice = advice
    self.clientName = clientName
    self.clientVersion = clientVersion
    self.requester = requester
    self.origin = origin
    self.transport = transport
    self.environment = environment
    self.traceparent = traceparent
    self.needsReason = needsReason
    self.contexts = contexts
    self.maxAge = maxAge
  }

  /// 128 random bits in hexadecimal.
  public static func newSalt() -> String { Hex.encode(SecureRandom.bytes(16)) }
}
