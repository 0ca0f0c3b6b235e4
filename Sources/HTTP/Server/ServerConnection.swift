internal import CLinux
internal import Glibc
internal import Reactor

/// One connection of a server and what it waits for. Confined to its loop.
final class ServerConnection {
  let fd: Int32
  let peer: Peer
  /// The request under way, from its request line to the end of its response.
  unowned(unsafe) var exchange: HTTPExchange?
  /// Reports a client that hangs up while its request is held.
  var watch: Registration?
  /// It will be watched at the next beat.
  var isWatchDue = false
  /// Nanoseconds of the loop's clock by which the next head must be complete.
  var headDeadline: UInt64
  /// Its place in the server's list.
  var index = 0
  var isClosed = false
  /// Set once the server gave up on it, so that it is not asked again.
  var isShutDown = false

  init(fd: Int32, headDeadline: UInt64) {
    self.fd = fd
    self.headDeadline = headDeadline
    if let address = SocketAddress(peerOf: fd) {
      peer = .tcp(address: address.text, port: address.port)
    } else {
      var credentials = linux_peer_credentials()
      if linux_get_peer_credentials(fd, &credentials) == 0, credentials.pid > 0 {
        peer = .unix(uid: credentials.uid, gid: credentials.gid, pid: credentials.pid)
      } else {
        // Nobody: no process has these credentials, so no rule about users can match.
        peer = .unix(uid: .max, gid: .max, pid: 0)
      }
    }
  }

  /// Ends the connection from outside: the HTTP library sees the end of the stream and cleans up.
  func shutDown() {
    guard !isShutDown, !isClosed else { return }
    isShutDown = true
    shutdown(fd, Int32(SHUT_RDWR))
  }
}
