/// How somebody proved who they are, and when.
public struct Authentication: Sendable, Hashable {
  /// The methods, as RFC 8176 names them: `pwd`, `otp`, `hwk`, `user`, `mfa`.
  public var methods: [String]
  /// The authentication context class (`acr`, OpenID Connect Core §2), if an issuer said one.
  public var context: String?
  /// When (`auth_time`), in seconds since 1970 UTC; nil when it is not known.
  public var time: Int64?

  /// An authentication.
  public init(methods: [String] = [], context: String? = nil, time: Int64? = nil) {
    self.methods = methods
    self.context = context
    self.time = time
  }
}
