import CLinux
import Gate
import Glibc
import HTTP
import Logging
import MCP
import Reactor

/// MCP as newline-delimited JSON on a Unix socket: where a `sallyport stdio` that finds a running
/// gateway passes its client's lines.
final class LocalSocket: @unchecked Sendable {  // confined to its loop
  static let connectionsMax = 256
  private static let grace: Duration = .seconds(10)

  private let loop: EventLoop
  private let gate: Gate
  private let log: Logger
  private let listening: ListeningSocket
  private let path: String
  private var accepting: Registration?
  private var connections: [Int32: Task<Void, Never>] = [:]

  init(path: String, loop: EventLoop, gate: Gate, log: Logger) throws {
    self.path = path
    self.loop = loop
    self.gate = gate
    self.log = log
    listening = try ListeningSocket.unix(path: path)
    accepting = try loop.register(listening.fd, for: .read) { [weak self] _ in self?.accept() }
  }

  func stopAccepting() {
    accepting?.cancel()
    unlink(path)
    // The client's side of each connection sees an end; what it asked is still answered.
    for fd in connections.keys { shutdown(fd, Int32(SHUT_RD)) }
  }

  func close() async {
    for task in connections.values { await task.value }
    Glibc.close(listening.fd)
  }

  private func accept() {
    while true {
      let fd = linux_accept(listening.fd, nil, nil)
      guard fd >= 0 else { return }
      guard connections.count < Self.connectionsMax, let user = Self.user(of: fd) else {
        Glibc.close(fd)
        continue
      }
      connections[fd] = loop.spawn { [self] in
        await serve(fd, user)
        connections[fd] = nil
        Glibc.close(fd)
      }
    }
  }

  private func serve(_ fd: Int32, _ user: UInt32) async {
    // The face watches its two ends separately; one descriptor cannot be watched twice.
    let output = fcntl(fd, F_DUPFD_CLOEXEC, 0)
    guard output >= 0 else { return }
    defer { Glibc.close(output) }
    let face = StdioFace(
      loop: loop, handler: gate, credential: .localUser(user), input: fd,
      output: output, grace: Self.grace)
    do {
      try await face.run()
    } catch {
      log.warning("a local client was refused", [("reason", error.message), ("uid", "\(user)")])
    }
  }

  private static func user(of fd: Int32) -> UInt32? {
    var credentials = linux_peer_credentials()
    return linux_get_peer_credentials(fd, &credentials) == 0 ? credentials.uid : nil
  }
}
