internal import CLinux
internal import Glibc

/// A socket that listens: TCP (one per loop can share a port) or a Unix path.
///
/// The server that gets it owns the descriptor and closes it.
public struct ListeningSocket: Sendable {
  /// The descriptor, non-blocking and close-on-exec.
  public let fd: Int32
  /// The TCP port, also when 0 was asked for; 0 for a Unix socket.
  public let port: UInt16
  /// True for a Unix socket.
  public let isUnix: Bool

  /// Connections the kernel holds for us before they are accepted.
  static let backlog: Int32 = 1024

  /// Listens on a numeric IPv4 or IPv6 address or `localhost` (127.0.0.1). Port 0 takes a free one.
  ///
  /// With `reusePort` several sockets, also of other processes of the same user, share the port and
  /// the kernel spreads the connections over them.
  public static func tcp(
    host: String, port: UInt16, reusePort: Bool
  ) throws(HTTPServerError) -> ListeningSocket {
    guard let address = SocketAddress(numeric: host == "localhost" ? "127.0.0.1" : host, port: port)
    else { throw .invalidHost(host) }
    let subject = "\(host):\(port)"
    let fd = socket(
      address.family, LINUX_SOCK_STREAM | LINUX_SOCK_NONBLOCK | LINUX_SOCK_CLOEXEC, 0)
    guard fd >= 0 else { throw .system(call: "socket", code: errno, subject: subject) }
    _ = linux_set_reuse_address(fd)
    if reusePort, linux_set_reuse_port(fd) != 0 {
      throw .closing(fd, "setsockopt(SO_REUSEPORT)", subject)
    }
    guard address.withPointer({ bind(fd, $0, $1) }) == 0 else {
      throw .closing(fd, "bind", subject)
    }
    guard listen(fd, backlog) == 0 else { throw .closing(fd, "listen", subject) }
    guard let bound = SocketAddress(localOf: fd) else {
      throw .closing(fd, "getsockname", subject)
    }
    return ListeningSocket(fd: fd, port: bound.port, isUnix: false)
  }

  /// Listens on a path that only this user can connect to (mode 0600). A socket that nobody serves
  /// any more is replaced.
  public static func unix(path: String) throws(HTTPServerError) -> ListeningSocket {
    var address = sockaddr_un()
    let length = linux_unix_address(&address, path)
    guard length > 0, !path.isEmpty, !path.utf8.contains(0) else { throw .invalidPath(path) }
    let fd = socket(
      AF_UNIX, LINUX_SOCK_STREAM | LINUX_SOCK_NONBLOCK | LINUX_SOCK_CLOEXEC, 0)
    guard fd >= 0 else { throw .system(call: "socket", code: errno, subject: path) }
    // Before bind, so that the path never exists with wider permissions.
    guard fchmod(fd, 0o600) == 0 else { throw .closing(fd, "fchmod", path) }
    func tryBind() -> Bool {
      withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(fd, $0, length) == 0 }
      }
    }
    if !tryBind() {
      guard errno == EADDRINUSE else { throw .closing(fd, "bind", path) }
      guard !isServed(&address, length) else {
        close(fd)
        throw .pathInUse(path)
      }
      unlink(path)
      guard tryBind() else { throw .closing(fd, "bind", path) }
    }
    guard chmod(path, 0o600) == 0 else { throw .closing(fd, "chmod", path) }
    guard listen(fd, backlog) == 0 else { throw .closing(fd, "listen", path) }
    return ListeningSocket(fd: fd, port: 0, isUnix: true)
  }

  private static func isServed(_ address: inout sockaddr_un, _ length: socklen_t) -> Bool {
    let probe = socket(AF_UNIX, LINUX_SOCK_STREAM | LINUX_SOCK_CLOEXEC, 0)
    guard probe >= 0 else { return true }
    defer { close(probe) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(probe, $0, length) }
    }
    return result == 0 || errno != ECONNREFUSED
  }
}

extension HTTPServerError {
  fileprivate static func closing(
    _ fd: Int32, _ call: String, _ subject: String
  ) -> HTTPServerError {
    let error = HTTPServerError.system(call: call, code: errno, subject: subject)
    close(fd)
    return error
  }
}
