import Configuration
import HTTP

extension TrustedProxies {
  /// The proxies of a configuration.
  init(_ configured: Configuration.TrustedProxies) {
    self.init(
      configured.addresses.compactMap { AddressRange($0) },
      field: configured.field == .forwarded ? .forwarded : .xForwardedFor)
  }
}
