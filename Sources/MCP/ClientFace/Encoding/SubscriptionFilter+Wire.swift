import JSON

extension SubscriptionFilter {
  /// What the `params` of `subscriptions/listen` ask for (MCP 2026-07-28,
  /// basic/patterns/subscriptions; `taskIds` of the tasks extension). Kinds that are not known are
  /// passed over.
  /// - Throws: `Invalid params`, naming the member.
  init(_ params: JSONNode?, limits: ClientFaceLimits) throws(JSONRPCError) {
    guard let filter = params?[member: "notifications"], filter.kind == .object else {
      throw Self.invalid("params.notifications is required and must be an object")
    }
    self.init()
    for kind in ListKind.allCases {
      guard let wanted = filter[member: kind.filterMember] else { continue }
      guard let isWanted = wanted.bool else {
        throw Self.invalid("params.notifications.\(kind.filterMember) must be true or false")
      }
      if isWanted { lists.insert(kind) }
    }
    resources = try Self.names("resourceSubscriptions", of: filter, limits)
    tasks = try Self.names("taskIds", of: filter, limits)
  }

  private static func names(
    _ member: String, of filter: JSONNode, _ limits: ClientFaceLimits
  ) throws(JSONRPCError) -> [String] {
    guard let list = filter[member: member] else { return [] }
    guard list.kind == .array else {
      throw invalid("params.notifications.\(member) must be an array of strings")
    }
    guard list.count <= limits.maxSubscribedNames else {
      throw invalid(
        "params.notifications.\(member) has more than \(limits.maxSubscribedNames) elements")
    }
    var names: [String] = []
    for element in list.elements {
      guard let name = element.string else {
        throw invalid("params.notifications.\(member) must be an array of strings")
      }
      names.append(name)
    }
    return names
  }

  private static func invalid(_ message: String) -> JSONRPCError {
    JSONRPCError(code: JSONRPCError.Code.invalidParams, message: message)
  }

  /// Writes the object as it stands in the acknowledgement.
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    for kind in ListKind.allCases where lists.contains(kind) {
      writer.name(kind.filterMember)
      writer.bool(true)
    }
    for (member, names) in [("resourceSubscriptions", resources), ("taskIds", tasks)]
    where !names.isEmpty {
      writer.name(member)
      writer.beginArray()
      for name in names { writer.string(name) }
      writer.endArray()
    }
    writer.endObject()
  }
}

extension ListKind {
  fileprivate var filterMember: String { "\(rawValue)ListChanged" }
}
