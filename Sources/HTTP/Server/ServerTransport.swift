internal import CLinux
internal import Glibc
internal import Reactor

/// What became of an attempt to move bytes.
enum TransportResult {
  /// So many were moved.
  case bytes(Int)
  /// The socket must become ready first.
  case again
  /// The client will send nothing more.
  case end
  case failed
}

/// The way of a connection's bytes.
enum ServerTransport {
  case plain(Int32)
  case tls(TLSSession)

  var fd: Int32 {
    switch self {
    case .plain(let fd): fd
    case .tls(let session): session.fd
    }
  }

  func receive(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> TransportResult {
    switch self {
    case .plain(let fd):
      while true {
        let count = recv(fd, buffer.baseAddress, buffer.count, 0)
        if count > 0 { return .bytes(count) }
        if count == 0 { return .end }
        if errno != EINTR { return Self.result(errno) }
      }
    case .tls(let session): return session.receive(buffer)
    }
  }

  func send(_ output: OutgoingBytes) -> TransportResult {
    output.withFront { first, second, third in
      switch self {
      case .plain(let fd): Self.send(fd, first, second, third)
      case .tls(let session): session.send(first)
      }
    }
  }

  private static func send(
    _ fd: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer,
    _ third: UnsafeRawBufferPointer
  ) -> TransportResult {
    while true {
      let count =
        second.isEmpty
        ? Glibc.send(fd, first.baseAddress, first.count, LINUX_MSG_NOSIGNAL)
        : sendAll(fd, first, second, third)
      if count >= 0 { return .bytes(count) }
      if errno != EINTR { return result(errno) }
    }
  }

  private static func sendAll(
    _ fd: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer,
    _ third: UnsafeRawBufferPointer
  ) -> Int {
    func piece(_ bytes: UnsafeRawBufferPointer) -> iovec {
      iovec(
        iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
    var pieces = (piece(first), piece(second), piece(third))
    return withUnsafeMutablePointer(to: &pieces) {
      $0.withMemoryRebound(to: iovec.self, capacity: 3) {
        var message = msghdr()
        message.msg_iov = $0
        message.msg_iovlen = 3
        return sendmsg(fd, &message, LINUX_MSG_NOSIGNAL)
      }
    }
  }

  private static func result(_ code: Int32) -> TransportResult {
    code == EAGAIN || code == EWOULDBLOCK ? .again : .failed
  }

  /// Tells the client that nothing more will come.
  func endSending() {
    if case .tls(let session) = self { session.endSending() }
    shutdown(fd, Int32(SHUT_WR))
  }

  /// Closes the descriptor. Over TLS the client is told first, if that does not take waiting.
  func close(orderly: Bool) {
    if orderly, case .tls(let session) = self { session.endSending() }
    Glibc.close(fd)
  }
}
