import Catalog
import Cedar
import MCP

/// What policy says of tools to one caller under one snapshot, as far as it was asked: a second
/// list or search asks nothing.
final class ToolVerdicts {
  private enum Mark: UInt8 {
    case unknown, denied, allowed
  }

  private var listed: [Mark]
  private var callable: [Mark]

  init(tools: Int) {
    listed = Array(repeating: .unknown, count: tools)
    callable = listed
  }

  func isListed(_ place: Int, asking ask: () -> Bool) -> Bool { Self.find(place, &listed, ask) }
  func isCallable(_ place: Int, asking ask: () -> Bool) -> Bool { Self.find(place, &callable, ask) }

  private static func find(_ place: Int, _ marks: inout [Mark], _ ask: () -> Bool) -> Bool {
    if marks[place] == .unknown { marks[place] = ask() ? .allowed : .denied }
    return marks[place] == .allowed
  }

  /// What decides over them.
  struct Key: Hashable {
    let caller: ObjectIdentifier
    /// Nil where no policy asks for it.
    let client: Client?
    /// Nil where no policy asks for it.
    let origin: String?

    struct Client: Hashable {
      let transport: ClientTransport
      let name: String?
      let version: String?
    }
  }

  /// Those of the callers who asked last; emptied with each snapshot.
  struct Cache {
    static let callersMax = 64
    static let bytesMax = 16 << 20

    private var entries = BoundedCache<Key, (Caller, ToolVerdicts)>(
      entries: callersMax, bytes: bytesMax)

    /// With each its caller, so that no other can come to have its address.
    mutating func verdicts(_ key: Key, of caller: Caller, tools: Int) -> ToolVerdicts {
      if let known = entries[key] { return known.1 }
      let made = ToolVerdicts(tools: tools)
      entries.insert((caller, made), for: key, bytes: 2 * tools + 256)
      return made
    }

    mutating func removeAll() { entries.removeAll() }
  }
}

/// Which tools one caller may see and use.
struct ToolSight {
  let decider: PolicyDecider
  let caller: Caller
  let entities: Entities
  let client: ClientDescription
  let verdicts: ToolVerdicts

  /// Whether policy shows the tool in lists.
  func isListed(_ tool: Tool) -> Bool {
    guard let place = decider.place(of: tool) else { return false }
    return verdicts.isListed(place) {
      decider.decideList(tool, caller: caller, entities: entities, client: client).verdict == .allow
    }
  }

  /// Whether policy shows the tool and does not deny each call of it, whatever its arguments.
  func isUsable(_ tool: Tool) -> Bool {
    guard isListed(tool), let place = decider.place(of: tool) else { return false }
    return verdicts.isCallable(place) {
      decider.mayCall(tool, caller: caller, entities: entities)
    }
  }
}

extension Gate {
  /// Nil when policy cannot be asked.
  func sight(of call: Call) -> ToolSight? {
    sight(of: call.caller, client: call.request.client, in: call.snapshot)
  }

  func sight(
    of caller: Caller, client: ClientDescription, in seen: GateSnapshot
  ) -> ToolSight? {
    guard let entities = entities(of: caller, in: seen) else { return nil }
    let decider = seen.decider
    let known: ToolVerdicts
    // What policy says of how long ago somebody authenticated is another thing soon.
    if seen === snapshot, !(decider.readsAuthentication && caller.authentication != nil) {
      let key = ToolVerdicts.Key(
        caller: ObjectIdentifier(caller),
        client: decider.readsClient
          ? .init(
            transport: client.transport, name: client.name, version: client.softwareVersion)
          : nil,
        origin: decider.readsOrigin ? client.origin : nil)
      known = verdicts.verdicts(key, of: caller, tools: decider.toolCount)
    } else {
      known = ToolVerdicts(tools: decider.toolCount)
    }
    return ToolSight(
      decider: decider, caller: caller, entities: entities, client: client, verdicts: known)
  }
}
