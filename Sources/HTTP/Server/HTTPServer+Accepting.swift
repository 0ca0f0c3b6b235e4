internal import CLinux
internal import Glibc
internal import Reactor

extension HTTPServer {
  /// Connections accepted before others get their turn.
  private static let acceptsInARow = 64
  /// How long to wait when the process has no descriptors left.
  private static let acceptPauseTime = Duration.milliseconds(100)

  /// False when the socket cannot be watched.
  func startAccepting() -> Bool {
    acceptance = try? loop.register(listening, for: .read) { [self] _ in accept() }
    return acceptance != nil
  }

  private func accept() {
    for _ in 0..<Self.acceptsInARow {
      guard connections.count < limits.connections else {
        // The rest waits in the kernel's queue for a connection to close.
        try? acceptance?.update([])
        return
      }
      var address = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let fd = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          linux_accept(listening, $0, &length)
        }
      }
      if fd >= 0 {
        open(fd, address)
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        return
      } else if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
        pauseAccepting()
        return
      }
      // Anything else is of one connection that is gone already.
    }
  }

  private func open(_ fd: Int32, _ address: sockaddr_storage) {
    var transport = ServerTransport.plain(fd)
    if let credentials {
      guard let session = TLSSession(fd, credentials) else {
        close(fd)
        return
      }
      transport = .tls(session)
    }
    if !isUnix { _ = linux_set_no_delay(fd) }
    let connection = ServerConnection(transport, Peer(of: fd, address), of: self)
    guard connection.watch() else {
      close(fd)
      return
    }
    opened(connection)
  }

  private func pauseAccepting() {
    try? acceptance?.update([])
    acceptPause = loop.schedule(after: Self.acceptPauseTime) { [self] in
      acceptPause = nil
      resumeAccepting()
    }
  }

  func resumeAccepting() {
    try? acceptance?.update(.read)
  }
}

extension Peer {
  /// Who is at the other end of an accepted connection.
  init(of fd: Int32, _ address: sockaddr_storage) {
    let internet = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { SocketAddress($0) }
    }
    if let internet {
      self = .tcp(address: internet.unmapped.text, port: internet.port)
      return
    }
    var credentials = linux_peer_credentials()
    if linux_get_peer_credentials(fd, &credentials) == 0, credentials.pid > 0 {
      self = .unix(uid: credentials.uid, gid: credentials.gid, pid: credentials.pid)
    } else {
      // Nobody: no process has these credentials, so no rule about users can match.
      self = .unix(uid: .max, gid: .max, pid: 0)
    }
  }
}
