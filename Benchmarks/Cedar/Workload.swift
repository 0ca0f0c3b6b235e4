import Cedar
import Glibc
import JSON

/// Policies, entities and requests, all read beforehand.
struct Workload {
  enum Failure: Error, CustomStringConvertible {
    case unreadable(String)
    case unexpected(String)

    var description: String {
      switch self {
      case .unreadable(let path): "\(path) cannot be read"
      case .unexpected(let what): "unexpected \(what)"
      }
    }
  }

  private let source: PolicySource
  let policies: PolicySet
  let entities: Entities
  let requests: [Request]

  init(directory: String, policies count: Int) throws {
    let name = "policies_\(count).cedar"
    let text = String(decoding: try Workload.read(directory + "/" + name), as: UTF8.self)
    source = PolicySource(file: name, text: text)
    policies = try PolicySet.parse([source])
    let described = try JSONDocument(parsing: Workload.read(directory + "/entities.json"))
    entities = try Entities(described.root.elements.map(Workload.entity))
    let asked = try JSONDocument(parsing: Workload.read(directory + "/requests.json"))
    requests = try asked.root.elements.map(Workload.request)
  }

  /// Parses, compiles and indexes the policies again.
  func parse() throws -> PolicySet { try PolicySet.parse([source]) }

  @inline(never)
  func decide(_ request: Request) -> Response {
    Authorizer.isAuthorized(request, policies: policies, entities: entities)
  }

  /// Decides this many requests, from the first again after the last; how many are allowed.
  @inline(never)
  func decide(_ count: Int) -> Int {
    var allowed = 0
    for number in 0..<count where decide(requests[number % requests.count]).decision == .allow {
      allowed += 1
    }
    return allowed
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw Failure.unreadable(path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  private static func entity(_ node: JSONNode) throws -> Entity {
    guard let uid = node[member: "uid"], let attributes = node[member: "attrs"],
      let parents = node[member: "parents"]
    else { throw Failure.unexpected("entity") }
    return Entity(
      try self.uid(uid), attributes: try record(attributes),
      parents: try parents.elements.map(self.uid))
  }

  private static func request(_ node: JSONNode) throws -> Request {
    guard let principal = node[member: "principal"]?.string,
      let action = node[member: "action"]?.string,
      let resource = node[member: "resource"]?.string, let context = node[member: "context"]
    else { throw Failure.unexpected("request") }
    return Request(
      principal: try EntityUID.parse(principal), action: try EntityUID.parse(action),
      resource: try EntityUID.parse(resource), context: try record(context))
  }

  private static func uid(_ node: JSONNode) throws -> EntityUID {
    let node = node[member: "__entity"] ?? node
    guard let type = node[member: "type"]?.string, let id = node[member: "id"]?.string else {
      throw Failure.unexpected("entity reference")
    }
    return EntityUID(type: type, id: id)
  }

  private static func record(_ node: JSONNode) throws -> Record {
    Record(
      try node.members.map { Record.Member(AttributeName($0.name), try value($0.value)) })
  }

  private static func value(_ node: JSONNode) throws -> Value {
    if node[member: "__entity"] != nil { return .entity(try uid(node)) }
    if let string = node.string { return .string(string) }
    if let bool = node.bool { return .bool(bool) }
    if let long = node.int64 { return .long(long) }
    if node.kind == .array { return .set(ValueSet(try node.elements.map(value))) }
    if node.kind == .object { return .record(try record(node)) }
    throw Failure.unexpected("value")
  }
}
