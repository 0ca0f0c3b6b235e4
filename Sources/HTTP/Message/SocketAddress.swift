internal import CLinux
internal import Glibc

/// An IPv4 or IPv6 address with a port.
struct SocketAddress: Sendable, Hashable {
  /// Four or sixteen bytes.
  let bytes: [UInt8]
  let port: UInt16
  /// Of a link-local IPv6 address.
  var scope: UInt32 = 0

  var family: Int32 { bytes.count == 4 ? AF_INET : AF_INET6 }

  init(bytes: [UInt8], port: UInt16) {
    precondition(bytes.count == 4 || bytes.count == 16)
    self.bytes = bytes
    self.port = port
  }

  /// An address in digits; nil for a name. Brackets around IPv6 are allowed.
  init?(numeric host: String, port: UInt16) {
    var text = host
    if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
    guard !text.isEmpty, !text.utf8.contains(0) else { return nil }
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(bytes: withUnsafeBytes(of: &four) { Array($0) }, port: port)
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    self.init(bytes: withUnsafeBytes(of: &six) { Array($0) }, port: port)
  }

  init?(_ address: UnsafePointer<sockaddr>?) {
    guard let address else { return nil }
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      var four = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee }
      self.init(
        bytes: withUnsafeBytes(of: &four.sin_addr) { Array($0) },
        port: UInt16(bigEndian: four.sin_port))
    case AF_INET6:
      var six = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee }
      self.init(
        bytes: withUnsafeBytes(of: &six.sin6_addr) { Array($0) },
        port: UInt16(bigEndian: six.sin6_port))
      scope = six.sin6_scope_id
    default: return nil
    }
  }

  init?(localOf fd: Int32) { self.init(asking: getsockname, of: fd) }

  init?(peerOf fd: Int32) { self.init(asking: getpeername, of: fd) }

  private init?(
    asking call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32,
    of fd: Int32
  ) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let address = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        call(fd, pointer, &length) == 0 ? SocketAddress(pointer) : nil
      }
    }
    guard let address else { return nil }
    self = address
  }

  func withPointer<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
    if bytes.count == 4 {
      var four = sockaddr_in()
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port.bigEndian
      withUnsafeMutableBytes(of: &four.sin_addr) { $0.copyBytes(from: bytes) }
      return withUnsafePointer(to: &four) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    var six = sockaddr_in6()
    six.sin6_family = sa_family_t(AF_INET6)
    six.sin6_port = port.bigEndian
    six.sin6_scope_id = scope
    withUnsafeMutableBytes(of: &six.sin6_addr) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &six) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
  }

  /// The IPv4 address that is mapped into this one of IPv6 (RFC 4291 §2.5.5.2); else itself.
  var unmapped: SocketAddress {
    guard bytes.count == 16, bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF,
      bytes[11] == 0xFF
    else { return self }
    return SocketAddress(bytes: Array(bytes[12...]), port: port)
  }

  /// The address in digits, without the port.
  var text: String {
    var buffer = [CChar](repeating: 0, count: 64)
    guard inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "?" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
