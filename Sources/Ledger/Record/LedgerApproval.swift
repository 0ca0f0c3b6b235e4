/// What policies were told of people's word on a call: `context.approval`.
public struct LedgerApproval: Sendable, Equatable {
  /// The approval that it rests on; nil for a grant.
  public var approval: String?
  /// How many people said yes.
  public var count: Int64
  /// Who, each once.
  public var people: [String]
  /// All of their roles, each once.
  public var roles: [String]
  /// Whether it holds for every such call for a time, and not for this one alone.
  public var isStanding: Bool

  /// People's word.
  public init(
    approval: String? = nil, count: Int64, people: [String], roles: [String],
    isStanding: Bool = false
  ) {
    self.approval = approval
    self.count = count
    self.people = people
    self.roles = roles
    self.isStanding = isStanding
  }

  func encode(into writer: inout RecordWriter) {
    let name = LedgerLimits.nameBytesMax
    writer.beginObject()
    writer.member("approval", approval, limit: name)
    writer.member("count", count)
    writer.member("people", people, countMax: LedgerLimits.rolesMax, limit: name)
    writer.member("roles", roles, countMax: LedgerLimits.rolesMax, limit: name)
    if isStanding { writer.member("standing", raw: ArraySlice("true".utf8)) }
    writer.endObject()
  }
}
