import CLinux
import Glibc

/// A blocking socket that says exactly what a test wants it to say. Every wait ends after ten
/// seconds.
final class RawClient {
  struct Failure: Error {
    var call: String
    var code: Int32
  }

  private(set) var fd: Int32
  private var unread: [UInt8] = []

  init(port: UInt16, receiveBuffer: Int32? = nil) throws {
    fd = socket(AF_INET, LINUX_SOCK_STREAM | LINUX_SOCK_CLOEXEC, 0)
    guard fd >= 0 else { throw Failure(call: "socket", code: errno) }
    if var size = receiveBuffer {
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(call: "connect", code: errno) }
    setTimeouts()
  }

  init(unixPath: String) throws {
    fd = socket(AF_UNIX, LINUX_SOCK_STREAM | LINUX_SOCK_CLOEXEC, 0)
    guard fd >= 0 else { throw Failure(call: "socket", code: errno) }
    var address = sockaddr_un()
    let length = linux_unix_address(&address, unixPath)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, length) }
    }
    guard result == 0 else { throw Failure(call: "connect", code: errno) }
    setTimeouts()
  }

  private func setTimeouts() {
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
  }

  deinit { hangUp() }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        Glibc.send(fd, $0.baseAddress, $0.count, LINUX_MSG_NOSIGNAL)
      }
      guard count > 0 else { throw Failure(call: "send", code: errno) }
      offset += count
    }
  }

  /// Sends what the socket takes without waiting; for a peer that does not read.
  func sendSome(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBytes {
      Glibc.send(fd, $0.baseAddress, $0.count, LINUX_MSG_NOSIGNAL | 0x40)
    }
  }

  /// The next bytes; empty at the end of the stream.
  func receive() throws -> [UInt8] {
    if !unread.isEmpty {
      defer { unread = [] }
      return unread
    }
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    let count = recv(fd, &buffer, buffer.count, 0)
    if count < 0 && errno == ECONNRESET { return [] }
    guard count >= 0 else { throw Failure(call: "recv", code: errno) }
    return Array(buffer[..<count])
  }

  func receiveAll() throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let bytes = try receive()
      if bytes.isEmpty { return all }
      all += bytes
    }
  }

  /// Reads through the end of `marker`, which must come.
  func receive(through marker: String) throws -> String {
    let marker = Array(marker.utf8)
    var all: [UInt8] = []
    while true {
      let bytes = try receive()
      guard !bytes.isEmpty else { throw Failure(call: "end of stream", code: 0) }
      all += bytes
      if let end = Self.end(of: marker, in: all) {
        unread = Array(all[end...])
        return String(decoding: all[..<end], as: UTF8.self)
      }
    }
  }

  private static func end(of marker: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= marker.count else { return nil }
    for start in 0...(bytes.count - marker.count)
    where bytes[start..<(start + marker.count)].elementsEqual(marker) {
      return start + marker.count
    }
    return nil
  }

  /// One response with a Content-Length.
  func receiveResponse() throws -> (status: Int, head: String, body: [UInt8]) {
    let head = try receive(through: "\r\n\r\n")
    let status = Int(head.split(separator: " ")[1]) ?? 0
    var length = 0
    for line in head.split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == "content-length" {
        length = Int(parts[1].filter(\.isNumber)) ?? 0
      }
    }
    var body: [UInt8] = []
    while body.count < length {
      let bytes = try receive()
      guard !bytes.isEmpty else { throw Failure(call: "end of stream", code: 0) }
      body += bytes
    }
    unread = Array(body[length...])
    return (status, head, Array(body[..<length]))
  }

  func finishSending() { shutdown(fd, Int32(SHUT_WR)) }

  func hangUp() {
    guard fd >= 0 else { return }
    close(fd)
    fd = -1
  }

  /// Ends with a reset instead of an orderly end.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    hangUp()
  }
}
