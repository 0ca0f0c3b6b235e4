import CLinux
import Configuration
import Glibc
import MCP

/// `sallyport stdio`: what a desktop client starts.
struct StdioCommand {
  /// What the client sees.
  let endpoint: Endpoint
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let path = session.configurationPath(common),
      let configuration = session.configuration(common)
    else { return .configuration }
    // One ledger has one writer: a second client joins the gateway that runs already.
    if let relay = StdioRelay(socket: DataDirectory(configuration.dataDirectory).mcpSocket) {
      return relay.run(endpoint)
    }
    return GatewayProcess(
      configuration: configuration, path: path, session: session, face: .stdio(endpoint)
    ).run()
  }
}

/// Passes bytes between standard input and output and the MCP socket of a running gateway.
struct StdioRelay {
  private let socket: Int32

  /// Nil when nobody listens on the socket.
  init?(socket path: String) {
    let fd = Glibc.socket(AF_UNIX, LINUX_SOCK_STREAM | LINUX_SOCK_CLOEXEC, 0)
    guard fd >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { target in
      guard path.utf8.count < target.count else { return false }
      target.copyBytes(from: path.utf8)
      return true
    }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let connected =
      fits
      && withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, size) == 0 }
      }
    guard connected else {
      close(fd)
      return nil
    }
    self.socket = fd
  }

  /// Until the client or the gateway ends. Blocks.
  func run(_ endpoint: Endpoint) -> ExitCode {
    signal(SIGPIPE, SIG_IGN)
    if endpoint != .everything {
      guard Self.writeAll((endpoint.notification + [0x0A])[...], to: socket) else {
        return .failure
      }
    }
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var watched = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      guard poll(&watched, 2, -1) >= 0 || errno == EINTR else { return .failure }
      if watched[0].revents != 0 {
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count > 0 {
          guard Self.writeAll(buffer[..<count], to: socket) else { return .failure }
        } else {
          // The client is done; answers to what it asked still come.
          shutdown(socket, Int32(SHUT_WR))
          watched[0].fd = -1
        }
      }
      if watched[1].revents != 0 {
        let count = read(socket, &buffer, buffer.count)
        guard count > 0, Self.writeAll(buffer[..<count], to: STDOUT_FILENO) else {
          // An end that the client did not begin is the gateway's.
          return watched[0].fd < 0 ? .success : .failure
        }
      }
    }
  }

  private static func writeAll(_ bytes: ArraySlice<UInt8>, to fd: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(fd, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
