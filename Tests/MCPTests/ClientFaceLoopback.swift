import Glibc
import HTTP
import Reactor
import Testing

@testable import MCP

/// Faces on real loops behind real servers on loopback, one port per loop.
final class LoopbackGate {
  let handler: EchoHandler
  let sessions: SessionTable
  let ports: [UInt16]
  private let group: EventLoopGroup
  private let doors: [Unchecked<(server: HTTPServer, face: StreamableHTTPFace<EchoHandler>)>]

  init(
    handler: EchoHandler = EchoHandler(), loops: Int = 1,
    limits edit: (inout ClientFaceLimits) -> Void = { _ in }
  ) async throws {
    signal(SIGPIPE, SIG_IGN)
    // Tests run side by side; how long one waits for its turn decides nothing.
    var limits = ClientFaceLimits()
    limits.keepAliveInterval = .seconds(3600)
    edit(&limits)
    var serverLimits = HTTPServerLimits()
    serverLimits.headTimeout = .seconds(3600)
    serverLimits.idleTimeout = .seconds(3600)
    serverLimits.transferTimeout = .seconds(3600)
    let server = HTTPServer.Configuration(limits: serverLimits)
    self.handler = handler
    sessions = SessionTable(limits: limits)
    group = try EventLoopGroup(count: loops)
    var doors: [Unchecked<(server: HTTPServer, face: StreamableHTTPFace<EchoHandler>)>] = []
    var ports: [UInt16] = []
    let configuration = HTTPFaceConfiguration(limits: limits)
    for loop in group.loops {
      let sessions = sessions
      let door = try await loop.perform {
        () throws(HTTPServerError) -> Unchecked<
          (server: HTTPServer, face: StreamableHTTPFace<EchoHandler>)
        > in
        let face = StreamableHTTPFace(
          loop: loop, handler: handler, sessions: sessions, configuration: configuration)
        let listening = try ListeningSocket.tcp(host: "127.0.0.1", port: 0, reusePort: false)
        let served = try HTTPServer(loop: loop, listening: listening, configuration: server) {
          face.serve($0)
        }
        return Unchecked((served, face))
      }
      doors.append(door)
      ports.append(door.value.server.port)
    }
    self.doors = doors
    self.ports = ports
  }

  func client(_ door: Int = 0) throws -> LoopbackClient { try LoopbackClient(port: ports[door]) }

  /// What the faces have under way.
  func activeCount() async -> Int {
    var count = 0
    for door in doors {
      count += await door.value.face.loop.perform { door.value.face.activeCount }
    }
    return count
  }

  /// Starts to drain every face, on its own loop.
  func startDrain(_ deadline: Duration) -> [Task<Void, Never>] {
    doors.map { door in
      door.value.face.loop.spawn { await door.value.face.drain(deadline: deadline) }
    }
  }

  func drain(_ deadline: Duration) async {
    for task in startDrain(deadline) { await task.value }
  }

  func end(drained: Bool = false) async {
    if !drained { await drain(.milliseconds(100)) }
    for door in doors {
      await door.value.face.loop.spawn {
        await door.value.server.shutdown(deadline: .milliseconds(100))
      }.value
    }
    group.shutdown()
  }
}

/// An HTTP/1.1 client on a plain socket that reads as little or as much as a test wants.
final class LoopbackClient {
  struct Response {
    var status: Int
    var fields: HTTPHeaders
    var body = ""
    var contentType: String { fields["Content-Type"] ?? "" }
  }

  private let fd: Int32
  private var received: [UInt8] = []
  private var content: [UInt8] = []
  /// What of it holds no end of an event.
  private var scanned = 0
  private var isChunked = false
  private var hasEnded = false
  private var isOpen = true

  init(port: UInt16) throws {
    fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0, "connect: \(errno)")
  }

  deinit { disconnect() }

  func disconnect() {
    if isOpen { close(fd) }
    isOpen = false
  }

  /// Sends one request.
  func send(
    _ fields: HTTPHeaders, _ body: String = "", method: String = "POST", path: String = "/mcp"
  ) {
    var head = "\(method) \(path) HTTP/1.1\r\n"
    for field in fields.fields { head += "\(field.name): \(field.value)\r\n" }
    if method == "POST" { head += "Content-Length: \(body.utf8.count)\r\n" }
    var bytes = Array("\(head)\r\n\(body)".utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(fd, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Sends one request and reads its whole response.
  func request(
    _ fields: HTTPHeaders, _ body: String = "", method: String = "POST", path: String = "/mcp"
  ) throws -> Response {
    send(fields, body, method: method, path: path)
    return try response()
  }

  func response() throws -> Response {
    var response = try head()
    if isChunked {
      while !hasEnded { try readChunk() }
    } else {
      let count = Int(response.fields["Content-Length"] ?? "0") ?? 0
      while received.count < count { try readMore() }
      content = Array(received.prefix(count))
      received.removeFirst(count)
    }
    response.body = text(content)
    content = []
    return response
  }

  /// Reads a response's head; `event` reads on.
  func head() throws -> Response {
    let end = Array("\r\n\r\n".utf8)
    var length: Int?
    while length == nil {
      length = received.indices.dropLast(3).first { Array(received[$0..<($0 + 4)]) == end }
      if length == nil { try readMore() }
    }
    let lines = text(received.prefix(length ?? 0)).split(separator: "\r\n")
    received.removeFirst((length ?? 0) + 4)
    var fields = HTTPHeaders()
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      fields.add(String(parts[0]), String(parts[1].drop { $0 == " " }))
    }
    isChunked = fields["Transfer-Encoding"] == "chunked"
    hasEnded = false
    let status = try #require(Int(lines[0].split(separator: " ")[1]))
    return Response(status: status, fields: fields)
  }

  /// The type, the id and the retry time of the last event.
  private(set) var eventType: String?
  private(set) var eventID: String?
  private(set) var retry: String?

  /// The next event of a stream: its data, or a comment; nil at the end of the stream.
  func event() throws -> String? {
    while true {
      if let end = eventEnd() {
        let event = text(content[..<end])
        content.removeFirst(end + 2)
        scanned = 0
        guard !event.hasPrefix(":") else { return event }
        (eventType, eventID, retry) = (nil, nil, nil)
        var data = ""
        for line in event.split(separator: "\n") {
          let value = String(line.drop { $0 != ":" }.dropFirst(2))
          switch line.prefix(while: { $0 != ":" }) {
          case "event": eventType = value
          case "id": eventID = value
          case "retry": retry = value
          case "data":
            #expect(data.isEmpty)
            data = value
          default: Issue.record("a field that is not known: \(line)")
          }
        }
        return data
      }
      if hasEnded { return nil }
      try readChunk()
    }
  }

  /// Where the first blank line of what was read begins.
  private func eventEnd() -> Int? {
    let end = content.withUnsafeBytes { bytes -> Int? in
      guard let base = bytes.baseAddress else { return nil }
      var start = scanned
      while start < bytes.count, let found = memchr(base + start, 0x0A, bytes.count - start) {
        let index = base.distance(to: UnsafeRawPointer(found))
        if index + 1 < bytes.count, bytes[index + 1] == 0x0A { return index }
        start = index + 1
      }
      return nil
    }
    if end == nil { scanned = max(0, content.count - 1) }
    return end
  }

  /// The next event that carries a message.
  func message() throws -> String? {
    while let event = try event() {
      if !event.hasPrefix(":"), !event.isEmpty { return event }
    }
    return nil
  }

  private func readChunk() throws {
    while true {
      if let end = received.firstIndex(of: 0x0A) {
        let size = try #require(Int(text(received[..<(end - 1)]), radix: 16))
        if received.count >= end + 1 + size + 2 {
          content += received[(end + 1)..<(end + 1 + size)]
          received.removeFirst(end + 1 + size + 2)
          hasEnded = size == 0
          return
        }
      }
      try readMore()
    }
  }

  private func readMore() throws {
    var poll = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
    try #require(Glibc.poll(&poll, 1, 60_000) == 1, "no answer within a minute")
    var count = 0
    received += [UInt8](unsafeUninitializedCapacity: 256 << 10) {
      count = read(fd, $0.baseAddress, $0.count)
      $1 = max(0, count)
    }
    try #require(count > 0, "the connection ended")
  }
}
