import BenchmarkSupport

/// The MCP server itself: what to answer to a message, in both eras. It keeps no state, so any
/// message is answered on any connection. Every text is made once.
final class Responder {
  private let modern = Texts(era: .stateless)
  private let session = Texts(era: .session)
  private let initialized: [(version: StaticString, text: UnsafeRawBufferPointer)]
  private let null = immortal("null")
  private let eras: Eras

  /// Which revisions the server speaks.
  enum Eras { case both, session, stateless }

  init(_ eras: Eras = .both) {
    self.eras = eras
    initialized = Responder.sessionVersions.map { ($0, Responder.initialized($0)) }
  }

  /// The revisions with a handshake, newest first.
  private static let sessionVersions: [StaticString] = [
    "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05",
  ]

  /// The answer to `message`, which is one JSON-RPC message. The answer points into it.
  func reply(to message: UnsafeRawBufferPointer) -> Reply {
    guard let method = JSONScan.member("method", of: message).flatMap(JSONScan.string) else {
      return Reply(status: .badRequest, id: null, start: session.invalid)
    }
    guard let id = JSONScan.member("id", of: message) else {
      return Reply(status: .accepted, id: UnsafeRawBufferPointer(start: nil, count: 0), start: null)
    }
    let params = JSONScan.member("params", of: message) ?? null
    guard eras != .session, let version = statelessVersion(of: params) else {
      guard eras != .stateless else {
        return Reply(status: .badRequest, id: id, start: modern.unsupportedVersion)
      }
      return reply(to: method, id: id, params: params, session)
    }
    guard version.equals("2026-07-28") else {
      return Reply(status: .badRequest, id: id, start: modern.unsupportedVersion)
    }
    return reply(to: method, id: id, params: params, modern)
  }

  private func statelessVersion(of params: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    JSONScan.member("_meta", of: params)
      .flatMap { JSONScan.member("io.modelcontextprotocol/protocolVersion", of: $0) }
      .flatMap(JSONScan.string)
  }

  private func reply(
    to method: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer,
    params: UnsafeRawBufferPointer, _ texts: Texts
  ) -> Reply {
    if method.equals("tools/call") { return call(id: id, params: params, texts) }
    if method.equals("tools/list") { return Reply(status: .ok, id: id, start: texts.tools) }
    switch texts.era {
    case .stateless where method.equals("server/discover"):
      return Reply(status: .ok, id: id, start: texts.discovered)
    case .session where method.equals("initialize"):
      let asked = JSONScan.member("protocolVersion", of: params).flatMap(JSONScan.string)
      let known = initialized.first { entry in asked?.equals(entry.version) ?? false }
      return Reply(
        status: .ok, id: id, start: (known ?? initialized[0]).text, startsSession: true)
    case .session where method.equals("ping"):
      return Reply(status: .ok, id: id, start: texts.pong)
    default:
      return Reply(
        status: texts.era == .stateless ? .notFound : .ok, id: id, start: texts.unknownMethod)
    }
  }

  private func call(
    id: UnsafeRawBufferPointer, params: UnsafeRawBufferPointer, _ texts: Texts
  ) -> Reply {
    let name = JSONScan.member("name", of: params).flatMap(JSONScan.string)
    var bytes: Int?
    if let name, name.equals("payload") {
      bytes = JSONScan.member("arguments", of: params)
        .flatMap { JSONScan.member("bytes", of: $0) }.flatMap(JSONScan.integer)
    } else if let name, isFixed(name) {
      bytes = 100
    }
    guard let bytes, bytes <= Payload.bytesMax else {
      return Reply(status: .ok, id: id, start: texts.badCall)
    }
    var reply = Reply(
      status: .ok, id: id, start: texts.resultStart, payload: Payload.bytes(bytes),
      end: texts.resultEnd)
    if let name, name.equals("progress") {
      reply.progressToken = JSONScan.member("_meta", of: params)
        .flatMap { JSONScan.member("progressToken", of: $0) }
    }
    return reply
  }

  private func isFixed(_ name: UnsafeRawBufferPointer) -> Bool {
    name.equals("echo_100") || name.equals("write_100") || name.equals("progress")
  }

  private static func initialized(_ version: StaticString) -> UnsafeRawBufferPointer {
    immortal(
      #","result":{"protocolVersion":"\#(version)","capabilities":{"tools":{}},"#
        + #""serverInfo":{"name":"bench-upstream","version":"1"}}}"#)
  }
}

/// A copy of `text` that lives as long as the process.
func immortal(_ text: String) -> UnsafeRawBufferPointer {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
  memory.copyBytes(from: text.utf8)
  return UnsafeRawBufferPointer(memory)
}
