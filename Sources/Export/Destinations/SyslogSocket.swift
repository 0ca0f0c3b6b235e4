internal import CLinux
internal import Glibc
internal import Reactor

/// A connected socket that blocks for at most ten seconds.
final class SyslogSocket {
  private static let timeout = Duration.seconds(10)

  private let address: SyslogAddress
  private let descriptor: Int32
  let isStream: Bool

  init(_ address: SyslogAddress) throws(DeliveryFailure) {
    self.address = address
    switch address {
    case .unix(let path):
      (descriptor, isStream) = try Self.connect(path, address)
    case .udp(let host, let port):
      descriptor = try Self.connect(host, port, LINUX_SOCK_DGRAM, address)
      isStream = false
    case .tcp(let host, let port):
      descriptor = try Self.connect(host, port, LINUX_SOCK_STREAM, address)
      isStream = true
    }
  }

  deinit { close(descriptor) }

  /// Whether the other end has closed the stream.
  var isHungUp: Bool {
    guard isStream else { return false }
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, LINUX_MSG_PEEK | LINUX_MSG_DONTWAIT) == 0
      || linux_socket_error(descriptor) != 0
  }

  func send(datagram item: ExportItem) throws(DeliveryFailure) {
    let count = item.bytes.withUnsafeBytes {
      Glibc.send(descriptor, $0.baseAddress, $0.count, LINUX_MSG_NOSIGNAL)
    }
    guard count < 0 else { return }
    guard errno != EMSGSIZE else {
      throw .permanent(
        "record \(item.sequence) has \(item.bytes.count) bytes as a message, more than a datagram"
          + " of \(address) takes; send to a tcp:// address")
    }
    throw failure("send")
  }

  /// Sends everything and waits until the other system has confirmed it.
  func send(stream bytes: [UInt8]) throws(DeliveryFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, LINUX_MSG_NOSIGNAL)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("send") }
      rest = rest.dropFirst(count)
    }
    let deadline = MonotonicTime.read() + Self.timeout
    while true {
      let waiting = linux_unsent_bytes(descriptor)
      guard waiting >= 0, !isHungUp else {
        throw .temporary("\(address) closed the connection before it had everything")
      }
      if waiting == 0 { return }
      guard MonotonicTime.read() < deadline else {
        throw .temporary("\(address) takes no more: \(waiting) bytes are not confirmed")
      }
      usleep(1000)
    }
  }

  private func failure(_ call: String) -> DeliveryFailure {
    errno == EAGAIN
      ? .temporary("\(address) takes nothing")
      : .temporary("\(address): \(call): \(SystemText.current)")
  }

  // MARK: Connecting

  /// Syslog daemons listen for datagrams; some for a stream.
  private static func connect(
    _ path: String, _ address: SyslogAddress
  ) throws(DeliveryFailure) -> (Int32, isStream: Bool) {
    var target = sockaddr_un()
    let length = linux_unix_address(&target, path)
    var code: Int32 = 0
    for type in [LINUX_SOCK_DGRAM, LINUX_SOCK_STREAM] {
      let descriptor = try open(AF_UNIX, type, address)
      let connected = withUnsafePointer(to: &target) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(descriptor, $0, length)
        }
      }
      if connected == 0 { return (descriptor, type == LINUX_SOCK_STREAM) }
      code = errno
      close(descriptor)
      guard code == EPROTOTYPE else { break }
    }
    throw .temporary("\(address): \(SystemText.of(code))")
  }

  private static func connect(
    _ host: String, _ port: UInt16, _ type: Int32, _ address: SyslogAddress
  ) throws(DeliveryFailure) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = type
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    let found = getaddrinfo(host, String(port), &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard found == 0 else {
      throw .temporary("the host «\(host)» was not found: \(String(cString: gai_strerror(found)))")
    }
    var code: Int32 = 0
    var next = list
    while let entry = next {
      let descriptor = try open(entry.pointee.ai_family, type, address)
      if Glibc.connect(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen) == 0 {
        return descriptor
      }
      code = errno
      close(descriptor)
      next = entry.pointee.ai_next
    }
    throw .temporary("no connection to \(address): \(SystemText.of(code))")
  }

  private static func open(
    _ family: Int32, _ type: Int32, _ address: SyslogAddress
  ) throws(DeliveryFailure) -> Int32 {
    let descriptor = Glibc.socket(family, type | LINUX_SOCK_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .temporary("\(address): \(SystemText.current)") }
    var limit = timeval(tv_sec: Int(timeout.components.seconds), tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    return descriptor
  }
}
