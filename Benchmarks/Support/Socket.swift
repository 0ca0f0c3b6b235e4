import CLinux
import Glibc

/// TCP sockets over IPv4, non-blocking and without delay, named by their descriptor.
public enum Socket {
  private static let backlog: Int32 = 4096

  /// A socket that listens on `port` of `host`; 0 takes any free port. Several may share a port.
  public static func listen(host: String, port: UInt16) throws(SystemFailure) -> Int32 {
    let descriptor = try make()
    _ = linux_set_reuse_address(descriptor)
    _ = linux_set_reuse_port(descriptor)
    try withAddress(host: host, port: port, "listen on") { Glibc.bind(descriptor, $0, $1) }
    guard Glibc.listen(descriptor, backlog) == 0 else {
      throw SystemFailure("listen on \(host):\(port)", errno: errno)
    }
    return descriptor
  }

  /// The port that a socket is bound to.
  public static func port(of descriptor: Int32) throws(SystemFailure) -> UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let outcome = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard outcome == 0 else { throw SystemFailure("read the bound port", errno: errno) }
    return UInt16(bigEndian: address.sin_port)
  }

  /// The next waiting connection, or nil when there is none.
  public static func accept(_ listener: Int32) -> Int32? {
    let descriptor = linux_accept(listener, nil, nil)
    guard descriptor >= 0 else { return nil }
    _ = linux_set_no_delay(descriptor)
    return descriptor
  }

  /// A socket that is connecting; it becomes writable once it is connected or has failed.
  public static func connect(host: String, port: UInt16) throws(SystemFailure) -> Int32 {
    let descriptor = try make()
    _ = linux_set_no_delay(descriptor)
    try withAddress(host: host, port: port, "connect to") { address, length in
      let outcome = Glibc.connect(descriptor, address, length)
      return outcome == 0 || errno == EINPROGRESS ? 0 : -1
    }
    return descriptor
  }

  /// The error number that a socket has pending, or 0.
  public static func pendingError(of descriptor: Int32) -> Int32 { linux_socket_error(descriptor) }

  /// Sends as much of the parts, one after another, as fits now.
  /// - Returns: how many bytes went out, or a negative error number.
  public static func send(
    to descriptor: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer,
    _ third: UnsafeRawBufferPointer
  ) -> Int {
    var parts = (vector(first), vector(second), vector(third))
    return withUnsafeMutableBytes(of: &parts) { memory in
      var message = msghdr()
      message.msg_iov = memory.baseAddress?.assumingMemoryBound(to: iovec.self)
      message.msg_iovlen = 3
      while true {
        let sent = sendmsg(descriptor, &message, LINUX_MSG_NOSIGNAL)
        if sent >= 0 { return sent }
        if errno != EINTR { return -Int(errno) }
      }
    }
  }

  /// Sends as much of `bytes` as fits now.
  /// - Returns: how many bytes went out, or a negative error number.
  public static func send(to descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    while true {
      let sent = Glibc.send(descriptor, bytes.baseAddress, bytes.count, LINUX_MSG_NOSIGNAL)
      if sent >= 0 { return sent }
      if errno != EINTR { return -Int(errno) }
    }
  }

  /// Allows this process as many descriptors as it may have.
  public static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  private static func make() throws(SystemFailure) -> Int32 {
    let kind = LINUX_SOCK_STREAM | LINUX_SOCK_NONBLOCK | LINUX_SOCK_CLOEXEC
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw SystemFailure("make a socket", errno: errno) }
    return descriptor
  }

  private static func withAddress(
    host: String, port: UInt16, _ attempt: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(SystemFailure) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
      throw SystemFailure("\(attempt) \(host), which is no IPv4 address", errno: EINVAL)
    }
    let outcome = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard outcome == 0 else { throw SystemFailure("\(attempt) \(host):\(port)", errno: errno) }
  }

  private static func vector(_ bytes: UnsafeRawBufferPointer) -> iovec {
    iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
  }
}
