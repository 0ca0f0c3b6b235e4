public import Approvals
public import Gate
public import Identity
public import Ledger
public import Orders

/// What people order of a running gateway. On the gateway's home loop.
public protocol OrderDesk: AnyObject, Sendable {
  /// What is in force.
  var orders: Orders { get }
  /// Stops something: refuses what is new on all loops, ends what is under way, and only then
  /// writes the stop down.
  /// - Parameter keepsTokens: whether the tokens that it covers still count once it is lifted.
  func stop(
    _ target: StopTarget, because reason: String, keepsTokens: Bool, by actor: LedgerActor
  ) async throws(OrderError) -> StopReport
  /// Lets somebody do something for a time: checked, on record and in the file first.
  /// - Parameter isDryRun: whether it is only checked.
  func grant(
    _ draft: GrantDraft, isDryRun: Bool, by actor: LedgerActor
  ) async throws(OrderError) -> Grant
  /// What «allow this from now on» would give by a person's yes to a call that waits. Nothing is
  /// given, and nothing recorded.
  /// - Parameter lifetimes: in seconds; the offer has those that policy lets the person choose.
  func offer(
    _ lifetimes: [Int64], like approval: Approval, by person: Person, because reason: String?
  ) async -> Result<GrantOffer, GrantRefusal>
  /// Gives that, once the yes counts.
  func grantFromNowOn(
    _ lifetime: Int64, like approval: Approval, by person: Person, because reason: String?
  ) async -> Result<Grant, GrantRefusal>
  /// Takes a grant back, at once.
  func revoke(
    grant id: String, because reason: String?, by actor: LedgerActor
  ) async throws(OrderError) -> Grant
  /// Takes a stop back, once that is on record.
  func lift(
    _ id: String, because reason: String, by actor: LedgerActor
  ) async throws(OrderError) -> Stop
}

/// What a stop did.
public struct StopReport: Sendable {
  /// The stop.
  public let stop: Stop
  /// Calls under way that it ended.
  public var calls = 0
  /// Streams of clients who listened.
  public var streams = 0
  /// Sessions that are over.
  public var sessions = 0
  /// Tokens that were revoked.
  public var tokens = 0
  /// Microseconds from the order until every loop refused what is new and had ended what was under
  /// way.
  public var effect: Int64 = 0
  /// What could not be done; the stop is in force all the same.
  public var problems: [String] = []

  /// A stop of which nothing else is known.
  public init(_ stop: Stop) { self.stop = stop }
}
