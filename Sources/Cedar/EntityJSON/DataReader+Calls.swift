internal import JSON

extension DataReader {
  /// Reads `{"fn": …, "arg": …}` or `{"fn": …, "args": […]}`. With `implicit`, arguments may be
  /// written without escapes, as the function's types allow.
  mutating func call(_ node: JSONNode, implicit: Bool) -> Value? {
    guard node.kind == .object else {
      report(
        #"expected a call as {"fn": …, "arg": …}, found "# + node.kind.withArticle)
      return nil
    }
    guard let name = string("fn", of: node, "a call of an extension") else { return nil }
    guard let function = ExtensionFunction.making.first(where: { $0.name.hasSameBytes(as: name) })
    else {
      path.enter("fn")
      report(
        "\(Quoting.quote(DataReader.shown(name))) is no function that makes an extension's value",
        help: Suggestions.nearest(to: name, among: ExtensionFunction.making.map(\.name))
          ?? "there are " + ExtensionFunction.making.map(\.name).joined(separator: ", "))
      path.leave()
      return nil
    }
    guard let arguments = arguments(node, of: function, implicit: implicit) else { return nil }
    guard case .string(let text)? = arguments.first else { return apply(function, arguments) }
    path.enter(node[member: "arg"] == nil ? "args" : "arg")
    defer { path.leave() }
    return construct(function, text)
  }

  private mutating func arguments(
    _ node: JSONNode, of function: ExtensionFunction, implicit: Bool
  ) -> [Value]? {
    let single = node[member: "arg"]
    let several = node[member: "args"]
    guard (single == nil) != (several == nil) else {
      report("a call of an extension has `arg` or `args`, and one of them only")
      return nil
    }
    let name = single == nil ? "args" : "arg"
    path.enter(name)
    defer { path.leave() }
    if let several, several.kind != .array {
      report("expected an array, found \(several.kind.withArticle)")
      return nil
    }
    let nodes = single.map { [$0] } ?? several.map { Array($0.elements) } ?? []
    let types = function.argumentTypes
    guard nodes.count == types.count else {
      report("`\(function.name)` takes \(types.count) argument(s), found \(nodes.count)")
      return nil
    }
    var values: [Value] = []
    for (index, node) in nodes.enumerated() {
      if single == nil { path.enter(index) }
      defer { if single == nil { path.leave() } }
      let type = types[index]
      guard let value = value(node, as: implicit ? type : nil) else { return nil }
      guard type.kind == value.kind else {
        report("expected \(type), found \(value.shown)")
        return nil
      }
      values.append(value)
    }
    return values
  }

  /// Applies a function to arguments of its types.
  private mutating func apply(_ function: ExtensionFunction, _ arguments: [Value]) -> Value? {
    let result: ExtensionValue?
    switch (function, arguments.first, arguments.last) {
    case (
      .offset, .extension(.datetime(let moment))?, .extension(.duration(let duration))?
    ):
      result = moment.offset(by: duration).map { .datetime($0) }
    case (
      .durationSince, .extension(.datetime(let moment))?, .extension(.datetime(let other))?
    ):
      result = moment.durationSince(other).map { .duration($0) }
    case (.toDate, .extension(.datetime(let moment))?, _):
      result = moment.date.map { .datetime($0) }
    case (.toTime, .extension(.datetime(let moment))?, _): result = .duration(moment.time)
    default: result = nil
    }
    guard let result else {
      report("the result of `\(function.name)` does not fit in 64 bits")
      return nil
    }
    return .extension(result)
  }

  /// Makes a value of an extension from a string.
  mutating func construct(_ function: ExtensionFunction, _ text: String) -> Value? {
    guard let value = function.make(from: text) else {
      let type = function.made
      report(
        "\(Quoting.quote(DataReader.shown(text))) is not a valid \(type.rawValue)",
        help: "write it like \"\(type.example)\"")
      return nil
    }
    return .extension(value)
  }
}

extension ExtensionFunction {
  /// The functions whose result is a value of an extension.
  static let making: [ExtensionFunction] = [
    .decimal, .ip, .datetime, .duration, .offset, .durationSince, .toDate, .toTime,
  ]

  /// The types of what it is called on and with, when it is one of `making`.
  fileprivate var argumentTypes: [ValueType] {
    switch self {
    case .offset: [.extension(.datetime), .extension(.duration)]
    case .durationSince: [.extension(.datetime), .extension(.datetime)]
    case .toDate, .toTime: [.extension(.datetime)]
    default: [.string]
    }
  }

  /// The type of what a constructor makes.
  fileprivate var made: ExtensionType {
    ExtensionType.allCases.first { $0.constructor == self } ?? .decimal
  }
}

extension ExtensionType {
  /// The function that makes a value from a string.
  var constructor: ExtensionFunction {
    switch self {
    case .decimal: .decimal
    case .ipaddr: .ip
    case .datetime: .datetime
    case .duration: .duration
    }
  }

  /// A string that its constructor reads.
  var example: String {
    switch self {
    case .decimal: "1.5"
    case .ipaddr: "10.0.0.0/8"
    case .datetime: "2024-10-15T11:35:00Z"
    case .duration: "1d12h30m"
    }
  }
}
