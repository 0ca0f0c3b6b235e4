import CLinux
import Glibc
import HTTP
import Reactor
import Synchronization

/// A server on a thread of its own that says exactly what a test wants it to say. Connections are
/// served one after the other, each by one call of the script; every wait ends after ten seconds.
final class RawServer: Sendable {
  final class Connection {
    fileprivate let fd: Int32
    let index: Int
    private var unread: [UInt8] = []

    fileprivate init(fd: Int32, index: Int) {
      self.fd = fd
      self.index = index
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
      var offset = 0
      while offset < bytes.count {
        let count = bytes[offset...].withUnsafeBytes {
          Glibc.send(fd, $0.baseAddress, $0.count, LINUX_MSG_NOSIGNAL)
        }
        guard count > 0 else { return }
        offset += count
      }
    }

    /// The next request with its body by Content-Length; nil at the end of the stream.
    func receiveRequest() -> (head: String, body: [UInt8])? {
      while true {
        if let end = endOfHead() {
          let head = String(decoding: unread[..<end], as: UTF8.self)
          var length = 0
          for line in head.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "content-length" {
              length = Int(parts[1].filter(\.isNumber)) ?? 0
            }
          }
          while unread.count < end + length { guard receiveMore() else { return nil } }
          let body = Array(unread[end..<(end + length)])
          unread.removeFirst(end + length)
          return (head, body)
        }
        guard receiveMore() else { return nil }
      }
    }

    private func endOfHead() -> Int? {
      guard unread.count >= 4 else { return nil }
      for start in 0...(unread.count - 4)
      where unread[start..<(start + 4)].elementsEqual([13, 10, 13, 10]) { return start + 4 }
      return nil
    }

    private func receiveMore() -> Bool {
      var buffer = [UInt8](repeating: 0, count: 16 * 1024)
      let count = recv(fd, &buffer, buffer.count, 0)
      guard count > 0 else { return false }
      unread += buffer[..<count]
      return true
    }

    /// True when the other side closes within ten seconds.
    func waitForEnd() -> Bool {
      while receiveMore() {}
      return errno != EAGAIN
    }

    fileprivate func close(reset: Bool) {
      if reset {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
      }
      Glibc.close(fd)
    }
  }

  let port: UInt16
  private let listening: Int32
  private let thread: BlockingThread
  private let isEnding = Atomic<Bool>(false)

  init(script: @escaping @Sendable (Connection) -> Void) throws {
    let socket = try ListeningSocket.tcp(host: "127.0.0.1", port: 0, reusePort: false)
    port = socket.port
    listening = socket.fd
    thread = try BlockingThread(name: "raw-server")
    _ = thread.submit { [self] in serve(script) }
  }

  private func serve(_ script: (Connection) -> Void) {
    var index = 0
    while !isEnding.load(ordering: .relaxed) {
      var entry = pollfd(fd: listening, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 20) > 0 else { continue }
      let fd = accept(listening, nil, nil)
      guard fd >= 0 else { continue }
      var limit = timeval(tv_sec: 10, tv_usec: 0)
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      let connection = Connection(fd: fd, index: index)
      index += 1
      script(connection)
      connection.close(reset: false)
    }
    close(listening)
  }

  func stop() { isEnding.store(true, ordering: .relaxed) }

  func url(_ path: String = "/") throws -> HTTPURL {
    try HTTPURL("http://127.0.0.1:\(port)\(path)")
  }
}

/// A client on a loop of its own thread.
final class TestClient: Sendable {
  struct Answer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  let group: EventLoopGroup
  let client: HTTPClient
  var loop: EventLoop { group.loops[0] }

  init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) async throws {
    let group = try EventLoopGroup(count: 1)
    self.group = group
    client = await group.loops[0].perform {
      HTTPClient(loop: group.loops[0], configuration: configuration)
    }
  }

  deinit { group.shutdown() }

  /// Runs `body` on the client's loop.
  func run<T: Sendable>(
    _ body: @escaping @Sendable (HTTPClient) async throws(HTTPClientError) -> T
  ) async -> Result<T, HTTPClientError> {
    let client = self.client
    return await withCheckedContinuation { continuation in
      loop.spawn {
        do throws(HTTPClientError) {
          continuation.resume(returning: .success(try await body(client)))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
  }

  func ask(_ request: HTTPClientRequest) async -> Result<Answer, HTTPClientError> {
    await run { client throws(HTTPClientError) in
      let response = try await client.send(request)
      let body = try await response.collect(limit: 64 << 20)
      return Answer(status: response.status, headers: response.headers, body: body)
    }
  }

  func connectionCount() async -> Int {
    let client = self.client
    return await loop.perform { client.connectionCount }
  }
}
