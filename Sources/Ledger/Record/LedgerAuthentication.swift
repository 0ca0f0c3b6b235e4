/// How somebody authenticated, as policies were told of it.
public struct LedgerAuthentication: Sendable, Equatable {
  /// How long ago, in seconds at the time of the request; nil when it is not known.
  public var age: Int64?
  /// The authentication context class (`acr`).
  public var context: String?
  /// The methods (`amr`).
  public var methods: [String]

  /// An authentication.
  public init(age: Int64? = nil, context: String? = nil, methods: [String] = []) {
    self.age = age
    self.context = context
    self.methods = methods
  }

  func encode(into writer: inout RecordWriter) {
    writer.beginObject()
    writer.member("age", age)
    writer.member("context", context, limit: LedgerLimits.nameBytesMax)
    writer.member(
      "methods", methods, countMax: LedgerLimits.rolesMax, limit: LedgerLimits.nameBytesMax)
    writer.endObject()
  }
}
