import JSON
import Testing

@testable import MCP

/// JSON text as a node.
func json(_ text: String) throws -> JSONNode {
  try JSONDocument(parsing: Array(text.utf8)).root
}

/// A message as sent, for comparing whole.
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// What upstreams answer in the two eras.
enum UpstreamSample {
  static let discovery = """
    {"resultType":"complete","supportedVersions":["2026-07-28","2025-11-25"],\
    "capabilities":{"tools":{"listChanged":true}},"instructions":"Be kind.",\
    "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"modern","version":"2.1"}}}
    """

  static let announcesTools: ServerCapabilities = {
    var capabilities = ServerCapabilities()
    capabilities.lists = [.tools]
    capabilities.announces = [.tools]
    return capabilities
  }()

  static func initialization(_ version: String) -> String {
    """
    {"protocolVersion":"\(version)","capabilities":{"tools":{}},\
    "serverInfo":{"name":"classic","version":"1.0"}}
    """
  }

  static func result(_ id: Int64, _ result: String) -> [UInt8] {
    Array("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":\(result)}".utf8)
  }

  static func error(_ id: Int64, _ code: Int, _ message: String = "no") -> [UInt8] {
    Array(
      """
      {"jsonrpc":"2.0","id":\(id),"error":{"code":\(code),"message":"\(message)"}}
      """.utf8)
  }
}

/// Actions in a form that a test can compare.
enum Seen: Equatable {
  case send(method: String?, id: Int64?)
  case completed(Int64, String)
  case progress(Int64, String)
  case ready(String)
  case listChanged(ListKind)
  case resourceUpdated(String)
  case taskChanged(String)
  case message(Int64, String)
  case deadline(ConnectionMachine.Deadline)
  case reprobe
  case abandon
  case note

  init(_ action: ConnectionMachine.Action) throws {
    switch action {
    case .send(let bytes, _):
      let message = try JSONDocument(parsing: bytes).root
      self = .send(method: message[member: "method"]?.string, id: message[member: "id"]?.int64)
    case .complete(let id, .success(.result(let result))): self = .completed(id, result.description)
    case .complete(let id, .success(.error(let error))):
      self = .completed(id, "error \(error[member: "code"]?.description ?? "?")")
    case .complete(let id, .failure(let error)): self = .completed(id, error.reason)
    case .notice(let id, .progress(let params)): self = .progress(id, params.description)
    case .ready(let peer): self = .ready(peer.version.rawValue)
    case .notice(let id, .message(let params)): self = .message(id, params.description)
    case .listChanged(let kind): self = .listChanged(kind)
    case .resourceUpdated(let uri): self = .resourceUpdated(uri)
    case .deadline(let deadline, _): self = .deadline(deadline)
    case .taskChanged(let state): self = .taskChanged(state.description)
    case .reprobe: self = .reprobe
    case .abandon: self = .abandon
    case .note: self = .note
    }
  }

}

/// A machine whose actions come as a test can compare them.
final class UpstreamWire {
  var machine: ConnectionMachine
  /// The whole messages of the last step.
  private(set) var sent: [JSONNode] = []

  var inFlight: Int { machine.inFlight }
  var peer: UpstreamPeer? { machine.peer }

  func opened() throws -> [Seen] { try see(machine.opened()) }
  func received(_ line: [UInt8]) throws -> [Seen] { try see(machine.received(line)) }
  func received(_ line: String) throws -> [Seen] { try received(Array(line.utf8)) }
  func passed(_ deadline: ConnectionMachine.Deadline, handle: String = "h") throws -> [Seen] {
    try see(machine.deadlinePassed(deadline, handle: handle))
  }
  func watched(_ resources: Set<String> = [], tasks: Set<String> = []) throws -> [Seen] {
    try see(machine.watch(WatchList(resources: resources, tasks: tasks)))
  }

  func rootsChanged() throws -> [Seen] { try see(machine.rootsChanged()) }

  init(isSession: Bool = false, limits: ParkedCalls.Limits = ParkedCalls.Limits()) {
    machine = ConnectionMachine(isSession: isSession, limits: limits)
  }

  /// The next connection of the same upstream.
  init(after old: UpstreamWire) { machine = ConnectionMachine(after: old.machine) }
  func abort(_ id: Int64) throws -> [Seen] { try see(machine.abort(id, because: .cancelled)) }
  func closed(_ reason: String) throws -> [Seen] { try see(machine.closed(reason: reason)) }

  /// The id of a new call; nil when it was not taken.
  func call(progress: Bool = false) -> Int64? {
    try? begin(
      UpstreamRequest(
        method: "tools/call", params: nil, target: .name("t"), wantsProgress: progress,
        timeout: .seconds(1))
    ).id
  }

  struct NotBegun: Error { let answer: String? }

  /// Begins a turn.
  @discardableResult
  func begin(_ request: UpstreamRequest) throws -> (id: Int64, seen: [Seen]) {
    switch machine.call(request) {
    case .began(let id, let actions): (id, try see(actions))
    case .notReady: throw NotBegun(answer: nil)
    case .answered(.error(let error)): throw NotBegun(answer: error.description)
    case .answered(.result(let result)): throw NotBegun(answer: result.description)
    }
  }

  private func see(_ actions: [ConnectionMachine.Action]) throws -> [Seen] {
    sent = try actions.compactMap {
      guard case .send(let bytes, _) = $0 else { return nil }
      return try JSONDocument(parsing: bytes).root
    }
    return try actions.map(Seen.init)
  }
}
