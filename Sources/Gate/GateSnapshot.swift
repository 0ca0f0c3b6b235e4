public import Catalog
import Cedar
public import Configuration
public import Identity

/// What every loop reads to serve a call: immutable, replaced as a whole.
public final class GateSnapshot: Sendable {
  /// The tools there are.
  public let catalog: CatalogSnapshot
  /// Who may connect.
  public let directory: AgentDirectory
  /// Who may do what.
  public let policies: Policies
  let decider: PolicyDecider
  private let configuration: Configuration
  let inFlightPerAgent: Int
  /// What is kept of payloads.
  let keeping: PayloadKeeping
  /// What policies see as the environment.
  let environment: String?
  /// Told in `initialize` and `server/discover`.
  let instructions: String?

  /// - Throws: when the catalog and the policies' vocabulary contradict each other.
  public init(
    catalog: CatalogSnapshot, directory: AgentDirectory, policies: Policies,
    configuration: Configuration
  ) throws(GateSnapshotError) {
    self.catalog = catalog
    self.directory = directory
    self.policies = policies
    self.configuration = configuration
    do {
      decider = try PolicyDecider(
        policies: policies, catalog: catalog, environment: configuration.environment)
    } catch {
      throw GateSnapshotError(reason: error.description)
    }
    keeping = PayloadKeeping(configuration.audit)
    environment = configuration.environment
    inFlightPerAgent = configuration.limits.inFlightPerAgent
    instructions =
      "Tools of several servers behind one gateway, named server__tool. A denied call says which "
      + "policy denied it and what would help."
  }
}

extension GateSnapshot {
  /// The Cedar schema of its tools. Made when it is asked for, which takes time.
  public var policySchema: PolicySchema {
    PolicySchema(catalog: catalog, configuration: configuration)
  }
}

/// Why a snapshot cannot be made; the one in force stays.
public struct GateSnapshotError: Error, Sendable {
  /// What contradicts what.
  public let reason: String
}
