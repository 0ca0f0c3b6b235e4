import Cedar
public import JSON

/// The narrowest condition of a grant for one call: what it was called with, and nothing else.
public enum GrantCondition {
  /// - Parameters:
  ///   - arguments: those of the call.
  ///   - known: names of arguments that the tool has; those that the call has not must be absent.
  /// - Returns: a Cedar expression, and the arguments that it cannot bind by their value: lists,
  ///   objects and numbers that are no whole ones.
  public static func narrowest(
    of arguments: JSONNode, known: [String] = []
  ) -> (condition: String?, unbound: [String]) {
    var parts: [String] = []
    var unbound: [String] = []
    var given: Set<String> = []
    for (name, value) in arguments.members.sorted(by: { $0.0 < $1.0 }) {
      guard value.kind != .null else { continue }
      given.insert(name)
      let has = "context.input has \(Value.string(name))"
      guard let literal = literal(value) else {
        unbound.append(name)
        parts.append(has)
        continue
      }
      parts.append("\(has) && context.input[\(Value.string(name))] == \(literal)")
    }
    for name in known.sorted() where !given.contains(name) {
      parts.append("!(context.input has \(Value.string(name)))")
    }
    return (parts.isEmpty ? nil : parts.joined(separator: " &&\n  "), unbound)
  }

  private static func literal(_ value: JSONNode) -> String? {
    switch value.kind {
    case .string: value.string.map { "\(Value.string($0))" }
    case .bool: value.bool.map { "\($0)" }
    case .number: value.int64.map { $0 < 0 ? "(\($0))" : "\($0)" }
    case .null, .object, .array: nil
    }
  }
}
