import CLinux
import Glibc

/// A TCP connection to the gateway over which a test sends exactly the bytes it likes.
final class HTTPConnection: @unchecked Sendable {  // used by one test at a time
  private(set) var fd: Int32
  private var received: [UInt8] = []
  private var hasEnded = false

  init(port: UInt16) throws {
    fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { throw SystemFailure("socket") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw SystemFailure("connect to port \(port)") }
  }

  deinit { hangUp() }

  func hangUp() {
    if fd >= 0 { close(fd) }
    fd = -1
  }

  func send(_ bytes: [UInt8], until deadline: Deadline = .generous) throws {
    try writeAll(bytes, to: fd, until: deadline)
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Whether the other end has closed the connection.
  func awaitEnd(until deadline: Deadline = .generous) throws {
    while !hasEnded { try receive(until: deadline) }
  }

  /// The next whole response.
  func response(until deadline: Deadline = .generous) throws -> HTTPResponse {
    var response = try head(until: deadline)
    while let chunk = try bodyPart(of: &response, until: deadline) { response.body += chunk }
    return response
  }

  /// The head of the next response; its body stays to be read.
  func head(until deadline: Deadline = .generous) throws -> HTTPResponse {
    while true {
      if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        received.removeSubrange(..<end.upperBound)
        let response = try HTTPResponse(head: head)
        // An interim response is followed by the real one.
        if response.status == 100 { continue }
        return response
      }
      guard !hasEnded else { throw TimedOut(description: "the connection ended before a response") }
      try receive(until: deadline)
    }
  }

  /// The next part of a response's body; nil at its end.
  func bodyPart(of response: inout HTTPResponse, until deadline: Deadline = .generous) throws
    -> [UInt8]?
  {
    if response.isChunked {
      guard !response.isComplete else { return nil }
      let size = try line(until: deadline).prefix { $0 != ";" }
      guard let count = Int(size, radix: 16) else {
        throw TimedOut(description: "not a chunk size: \(size)")
      }
      if count == 0 {
        while try !line(until: deadline).isEmpty {}
        response.isComplete = true
        return nil
      }
      let chunk = try take(count, until: deadline)
      _ = try line(until: deadline)
      return chunk
    }
    if let length = response.headers["content-length"].flatMap({ Int($0) }) {
      guard !response.isComplete, length > 0 else { return nil }
      response.isComplete = true
      return try take(length, until: deadline)
    }
    guard response.status != 202, response.status != 204, !response.isComplete else { return nil }
    while !hasEnded { try receive(until: deadline) }
    response.isComplete = true
    defer { received = [] }
    return received
  }

  private func take(_ count: Int, until deadline: Deadline) throws -> [UInt8] {
    while received.count < count {
      guard !hasEnded else { throw TimedOut(description: "the connection ended within a body") }
      try receive(until: deadline)
    }
    defer { received.removeSubrange(..<count) }
    return Array(received[..<count])
  }

  private func line(until deadline: Deadline) throws -> String {
    while true {
      if let end = received.firstRange(of: Array("\r\n".utf8)) {
        defer { received.removeSubrange(..<end.upperBound) }
        return String(decoding: received[..<end.lowerBound], as: UTF8.self)
      }
      guard !hasEnded else { throw TimedOut(description: "the connection ended within a chunk") }
      try receive(until: deadline)
    }
  }

  private func receive(until deadline: Deadline) throws {
    let chunk = try readSome(fd, until: deadline)
    if chunk.isEmpty { hasEnded = true }
    received += chunk
  }
}

struct HTTPResponse {
  var status: Int
  /// By lower-case name; the last of several.
  var headers: [String: String] = [:]
  var body: [UInt8] = []
  fileprivate(set) var isComplete = false

  fileprivate init(head: String) throws {
    var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
    let words = lines.removeFirst().split(separator: " ")
    guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
      throw TimedOut(description: "not an HTTP response: \(head.prefix(100))")
    }
    self.status = status
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
  }

  var isChunked: Bool { headers["transfer-encoding"]?.lowercased() == "chunked" }
  var isEventStream: Bool { headers["content-type"]?.hasPrefix("text/event-stream") == true }
  var text: String { String(decoding: body, as: UTF8.self) }
}

extension Array where Element == UInt8 {
  /// Where `pattern` stands first.
  fileprivate func firstRange(of pattern: [UInt8]) -> Range<Int>? {
    guard count >= pattern.count else { return nil }
    return withUnsafeBytes { bytes in
      pattern.withUnsafeBytes { wanted in
        guard let base = bytes.baseAddress,
          let found = linux_memmem(base, count, wanted.baseAddress, pattern.count)
        else { return nil }
        let start = found - base
        return start..<start + pattern.count
      }
    }
  }
}
