internal import Glibc

/// An address as records have it: digits, with a port or without.
struct IPAddress {
  var text: String
  var port: UInt16?

  init?(_ peer: String) {
    if Self.isAddress(peer) {
      text = peer
      return
    }
    guard let colon = peer.lastIndex(of: ":"), let port = UInt16(peer[peer.index(after: colon)...])
    else { return nil }
    var host = String(peer[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard Self.isAddress(host) else { return nil }
    text = host
    self.port = port
  }

  private static func isAddress(_ text: String) -> Bool {
    guard !text.utf8.contains(0) else { return false }
    var four = in_addr()
    var six = in6_addr()
    return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
  }
}
