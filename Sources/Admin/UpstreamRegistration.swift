public import Catalog
public import Configuration
public import JSON
public import Ledger

/// What an operator changes about the upstreams of a running gateway. On the gateway's home loop.
public protocol UpstreamRegistration: AnyObject, Sendable {
  /// What was said of upstreams, as it is in force.
  var register: UpstreamRegister { get }
  /// What the configuration file says is known of upstreams, by name.
  var fileCards: [String: Configuration.Card] { get }
  /// The upstreams of the store that are not in force, and why.
  var registerProblems: [StoredUpstreamProblem] { get }
  /// Puts one change in force: on record first, then in the store, then in the catalog.
  /// - Returns: what is doubtful about it.
  func change(
    _ request: UpstreamRequestedChange, by actor: LedgerActor
  ) async throws(UpstreamChangeError) -> [String]
}

/// A change that was asked for.
public enum UpstreamRequestedChange: Sendable {
  case add(UpstreamAddition)
  case remove(String)
  case enable(String, Bool)
  /// A card, as JSON; nil takes it away.
  case describe(String, card: JSONNode?)
}

/// An upstream to add.
public struct UpstreamAddition: Sendable {
  /// Its name.
  public var name: String
  /// What would stand under its name in `mcpServers`.
  public var definition: JSONNode
  /// Values that its definition names as `${NAME}`, and that a program gets as variables: kept in
  /// a file of their own.
  public var secrets: [String: String]
  /// Whether nothing is to be changed, and only the checks are made.
  public var isDryRun: Bool
  /// What led to it, for the record.
  public var reason: String?

  /// An upstream to add.
  public init(
    name: String, definition: JSONNode, secrets: [String: String] = [:], isDryRun: Bool = false,
    reason: String? = nil
  ) {
    self.name = name
    self.definition = definition
    self.secrets = secrets
    self.isDryRun = isDryRun
    self.reason = reason
  }
}

/// Why a change was not made.
public struct UpstreamChangeError: Error, Sendable, Equatable {
  /// The HTTP status that says so: 400, 404, 409 or 500.
  public var status: Int
  /// Why, and what to do.
  public var reason: String

  /// A reason.
  public init(_ status: Int, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}
