import Cedar
import Configuration
public import Identity
public import JSON
public import Ledger

/// What was in force at a moment, as the ledger holds it: policies, tools, and who might connect.
public struct RecordedSnapshot: Sendable {
  /// The policies.
  public let policies: Policies
  /// What policies could ask about, the caller not among it.
  let entities: Entities
  /// Everyone who might connect, in the order of the records.
  public let agents: [Principal]
  /// `environment` of the configuration.
  public let environment: Environment

  /// What is known of the environment of a gateway.
  public enum Environment: Sendable, Equatable {
    /// It had this one, or none.
    case known(String?)
    /// No decision was recorded under the same configuration.
    case unknown
  }

  init(
    policies: Policies, entities: Entities, agents: [Principal], environment: Environment
  ) {
    self.policies = policies
    self.entities = entities
    self.agents = agents
    self.environment = environment
  }

  /// For each of the agents whether it could call a tool.
  /// - Parameter arguments: a JSON object; nil when they are not known. Whether the tool takes them
  ///   is not looked at. Of the client nothing is known.
  /// - Throws: `.unknownTool`.
  public func access(
    to tool: String, arguments: JSONNode? = nil
  ) throws(AccessError) -> [Access] {
    let resource = EntityUID(type: PolicyVocabulary.tool, id: tool)
    guard entities.attributes(of: resource) != nil else {
      let known = entities.described.map(\.uid).filter { $0.type == PolicyVocabulary.tool }
      throw .unknownTool(
        tool, suggestion: SpellingSuggestion.closest(to: tool, among: known.map(\.id)))
    }
    let context = context(arguments)
    return agents.map { agent in
      let caller = CallerEntities(agent)
      do {
        let response = Authorizer.isAuthorizedPartially(
          PartialRequest(
            principal: .known(caller.agent),
            action: .known(EntityUID(type: PolicyVocabulary.action, id: tool)),
            resource: .known(resource), context: context),
          policies: policies.set, entities: try entities.adding(caller.all))
        return Access(response, of: policies, for: agent)
      } catch {
        // The gate denies whom it cannot describe.
        return Access(principal: agent, answer: .no, errors: ["\(error)"])
      }
    }
  }

  /// What is known of the circumstances of a call.
  private func context(_ arguments: JSONNode?) -> PartialRecord {
    var known = PolicyContext(input: arguments.map(CedarValue.record))
    if case .known(let environment?) = environment { known.environment = .string(environment) }
    var context = PartialRecord(known.record)
    if arguments == nil { context.setUnknown([PolicyContext.inputName], mayBeAbsent: false) }
    if environment == .unknown { context.setUnknown([PolicyContext.environmentName]) }
    let client = PolicyContext.clientName
    context.setUnknown([client, PolicyContext.transportName], mayBeAbsent: false)
    context.setUnknown([client, PolicyContext.nameName])
    context.setUnknown([client, PolicyContext.versionName])
    context.forgetCircumstances()
    return context
  }
}

/// Why it cannot be told who could call a tool.
public enum AccessError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There was no tool of this name.
  case unknownTool(String, suggestion: String?)
  /// What was in force is not in the ledger, or cannot be read.
  case unreadable(ReplayError)
  /// The ledger's files.
  case ledger(LedgerError)

  /// The reason, for a person.
  public var description: String {
    switch self {
    case .unknownTool(let tool, let suggestion):
      "there was no tool `\(tool.prefix(128))` then"
        + (suggestion.map { "; did you mean `\($0)`?" } ?? "")
    case .unreadable(let error): "what was in force cannot be told: \(error)"
    case .ledger(let error): "the ledger: \(error)"
    }
  }
}
