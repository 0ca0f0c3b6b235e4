internal import JSON

/// Literals: what stands under `Value`, with the escapes `__entity` and `__extn`.
extension PolicyJSONReader {
  mutating func value(_ node: JSONNode) throws(SyntaxError) -> Expression.ID {
    switch node.kind {
    case .null: throw root.unexpected(node, "a value", help: "Cedar has no `null`")
    case .bool: return try add(.literal(.bool(node.bool == true)), at: node, over: [])
    case .string: return try add(.literal(.string(node.string ?? "")), at: node, over: [])
    case .number:
      guard let number = integer(node) else {
        throw root.unexpected(
          node, "an integer of 64 bits",
          help: "integers go from -9223372036854775808 to 9223372036854775807")
      }
      return try add(.literal(.long(number)), at: node, over: [])
    case .array:
      let elements = try values(node)
      return try add(.set(elements), at: node, over: elements)
    case .object:
      if node[member: "__entity"] != nil {
        let uid = try PolicyJSONReader.entity(node, in: root)
        return try add(.literal(.entity(uid)), at: node, over: [])
      }
      if node[member: "__extn"] != nil { return try extensionValue(node) }
      if let expression = node[member: "__expr"] {
        throw root.error(
          expression, "the escape `__expr` is not supported",
          help: "write the expression itself in place of `Value`")
      }
      var members: [(name: AttributeName, value: Expression.ID)] = []
      for member in node.members {
        members.append((AttributeName(member.name), try value(member.value)))
      }
      return try add(.record(members), at: node, over: members.map(\.value))
    }
  }

  /// The number when it is written as an integer and fits.
  private func integer(_ node: JSONNode) -> Int64? {
    guard node.raw.allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }) else {
      return nil
    }
    return node.int64
  }

  private mutating func values(_ node: JSONNode) throws(SyntaxError) -> [Expression.ID] {
    var values: [Expression.ID] = []
    for element in node.elements { values.append(try value(element)) }
    return values
  }

  private mutating func extensionValue(_ node: JSONNode) throws(SyntaxError) -> Expression.ID {
    let escape = try StrictObject(of: node, in: root, "an escape", ["__extn"])
    let object = try StrictObject(
      of: escape.required("__extn"), in: root, "the call of a function", ["fn", "arg", "args"])
    let name = try object.string("fn")
    let functions = ExtensionFunction.allCases
    guard let function = functions.first(where: { $0.name.hasSameBytes(as: name) }) else {
      throw root.error(
        try object.required("fn"), "there is no function \(JSONNode.shown(name))",
        help: Suggestions.nearest(to: name, among: functions.map(\.name)))
    }
    guard let list = object["args"] else {
      return try call(function, [try value(object.required("arg"))], at: node)
    }
    guard object["arg"] == nil else {
      throw root.error(list, "there is both `arg` and `args`", help: "keep one of them")
    }
    guard list.kind == .array else { throw root.unexpected(list, "an array of arguments") }
    return try call(function, try values(list), at: node)
  }
}
