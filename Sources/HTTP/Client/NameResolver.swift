internal import CLinux
internal import Glibc
internal import Reactor
internal import Synchronization

/// Finds the addresses of a host. Names are looked up on a thread of their own.
final class NameResolver: Sendable {
  /// Look-ups that wait at once; further ones fail.
  static let waitingMax = 256

  private let thread = Mutex<BlockingThread?>(nil)

  /// The address of a host that needs no look-up: digits or `localhost`.
  static func known(_ host: String, port: UInt16) -> SocketAddress? {
    SocketAddress(numeric: host == "localhost" ? "127.0.0.1" : host, port: port)
  }

  func resolve(_ host: String, port: UInt16) async -> Result<[SocketAddress], HTTPClientError> {
    if let address = Self.known(host, port: port) { return .success([address]) }
    guard let thread = startedThread() else {
      return .failure(.unresolved(host: host, reason: "no thread for the look-up can be started"))
    }
    let found = await thread.runIfRoom { Self.lookUp(host, port: port) }
    return found
      ?? .failure(.unresolved(host: host, reason: "too many look-ups wait already"))
  }

  private func startedThread() -> BlockingThread? {
    thread.withLock { thread in
      if thread == nil { thread = try? BlockingThread(name: "names", capacity: Self.waitingMax) }
      return thread
    }
  }

  private static func lookUp(
    _ host: String, port: UInt16
  ) -> Result<[SocketAddress], HTTPClientError> {
    var hints = addrinfo()
    hints.ai_socktype = LINUX_SOCK_STREAM
    hints.ai_flags = AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    defer { list.map(freeaddrinfo) }
    guard code == 0 else {
      return .failure(.unresolved(host: host, reason: String(cString: gai_strerror(code))))
    }
    var addresses: [SocketAddress] = []
    var next = list
    while let entry = next {
      if let address = SocketAddress(entry.pointee.ai_addr), !addresses.contains(address) {
        addresses.append(address)
      }
      next = entry.pointee.ai_next
    }
    return addresses.isEmpty
      ? .failure(.unresolved(host: host, reason: "it has no address")) : .success(addresses)
  }
}
