public import HTTP

/// The proxies in front of this gateway, whose word on where a request came from is taken.
public struct TrustedProxies: Sendable {
  /// The field in which they say so. One alone: a proxy that writes the one passes the other on as
  /// its client sent it.
  public enum Field: String, Sendable, CaseIterable {
    /// RFC 7239.
    case forwarded
    case xForwardedFor = "x-forwarded-for"
  }

  /// Proxies in a row.
  static let hopsMax = 16

  private let addresses: [AddressRange]
  private let field: Field

  /// The proxies at these addresses.
  public init(_ addresses: [AddressRange], field: Field) {
    self.addresses = addresses
    self.field = field
  }

  /// Where a request that is being served came from, by the proxies in front if there are any; nil
  /// over a local socket.
  public static func origin(of exchange: HTTPExchange, behind proxies: TrustedProxies?) -> String? {
    guard case .tcp(let address, _) = exchange.peer else { return nil }
    guard let proxies else { return address }
    var fields = HTTPRequestFields()
    exchange.forEachField { name, value in fields.add(name, value) }
    return proxies.origin(of: address, fields)
  }

  /// Where a request came from: the address that the last proxy was asked from which is none of
  /// these. What stands in the field beyond an address that cannot be read is not looked at.
  func origin(of peer: String, _ fields: HTTPRequestFields) -> String {
    var origin = peer
    let text = field == .forwarded ? fields.forwarded : fields.forwardedFor
    var hops = (text ?? "").split(separator: ",").suffix(Self.hopsMax)
    while isTrusted(origin), let hop = hops.popLast(), let address = address(in: hop) {
      origin = address
    }
    return origin
  }

  private func isTrusted(_ address: String) -> Bool { addresses.contains { $0.contains(address) } }

  private func address(in hop: Substring) -> String? {
    switch field {
    case .xForwardedFor: return AddressRange.plain(Self.trimmed(hop))
    case .forwarded:
      for pair in hop.split(separator: ";") {
        let parts = pair.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, Self.trimmed(parts[0]).lowercased() == "for" else { continue }
        var node = Self.trimmed(parts[1])
        if node.count > 1, node.hasPrefix("\""), node.hasSuffix("\"") {
          node = String(node.dropFirst().dropLast())
        }
        return AddressRange.plain(node)
      }
      return nil
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return String(text)
  }
}
