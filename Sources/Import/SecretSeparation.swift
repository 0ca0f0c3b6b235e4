import Configuration

/// Takes values out of a definition and leaves the names of variables in their place.
struct SecretSeparation {
  /// The values, by the names of the variables.
  private(set) var values: [String: String] = [:]

  /// Keeps a value under a name like this one.
  /// - Returns: `${NAME}`.
  mutating func keep(_ value: String, as wanted: String) -> String {
    let base = Self.variable(wanted)
    var name = base
    var number = 2
    while let other = values[name], other != value {
      name = "\(base)_\(number)"
      number += 1
    }
    values[name] = value
    return "${\(name)}"
  }

  /// A variable of the program. What the file of variables holds, the program gets.
  /// - Returns: what stands in `env`; nil when nothing needs to.
  mutating func environment(_ name: String, _ value: String) -> String? {
    if value.contains("${") { return value }
    guard EnvironmentFile.isName(name), values[name] == nil || values[name] == value else {
      return keep(value, as: name)
    }
    values[name] = value
    return nil
  }

  /// A header, which is a secret unless it names a variable.
  mutating func header(_ name: String, _ value: String) -> String {
    value.contains("${") ? value : keep(value, as: "HEADER_\(name)")
  }

  /// The arguments of a program, of which some look like secrets.
  mutating func arguments(_ arguments: [String]) -> [String] {
    arguments.enumerated().map { index, argument in
      if argument.contains("${") { return argument }
      if argument.hasPrefix("-"), let equals = argument.firstIndex(of: "=") {
        let option = argument[..<equals]
        let value = String(argument[argument.index(after: equals)...])
        guard SecretShape.isNamed(option) || SecretShape.isLikely(value), !value.isEmpty else {
          return argument
        }
        return "\(option)=" + keep(value, as: "ARGUMENT_\(option)")
      }
      if argument.hasPrefix("-") { return argument }
      let follows = index > 0 && arguments[index - 1].hasPrefix("-") ? arguments[index - 1] : ""
      let isSecret =
        (!follows.isEmpty && SecretShape.isNamed(follows)) || SecretShape.isLikely(argument)
      return isSecret
        ? keep(argument, as: "ARGUMENT_\(follows.isEmpty ? "\(index + 1)" : follows)") : argument
    }
  }

  /// An address, of which parts may look like secrets: values of parameters, and long words of its
  /// path.
  mutating func address(_ url: String) -> String {
    guard !url.contains("${"), let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    let start = rest.firstIndex { "/?".contains($0) } ?? rest.endIndex
    let end = rest[start...].firstIndex(of: "?") ?? rest.endIndex
    let path = rest[start..<end].split(separator: "/", omittingEmptySubsequences: false)
      .map { part in
        SecretShape.isRandom(part) || SecretShape.isLikely(String(part))
          ? keep(String(part), as: "URL_PART") : String(part)
      }.joined(separator: "/")
    var result = String(url[..<start]) + path
    guard end < rest.endIndex else { return result }
    let query = rest[rest.index(after: end)...].split(
      separator: "&", omittingEmptySubsequences: false
    ).map { pair -> String in
      guard let equals = pair.firstIndex(of: "=") else { return String(pair) }
      let (name, value) = (pair[..<equals], String(pair[pair.index(after: equals)...]))
      let isSecret =
        !value.isEmpty && (SecretShape.isNamed(name) || SecretShape.isLikely(value))
      return isSecret ? "\(name)=" + keep(value, as: "URL_\(name)") : String(pair)
    }
    result += "?" + query.joined(separator: "&")
    return result
  }

  /// A variable's name of a text: upper case, and `_` for what cannot stand in one.
  static func variable(_ text: String) -> String {
    var name = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9": name += scalar.properties.uppercaseMapping
      default: if !name.isEmpty, !name.hasSuffix("_") { name += "_" }
      }
    }
    while name.hasSuffix("_") { name.removeLast() }
    guard let first = name.first else { return "VALUE" }
    return first.isNumber ? "VALUE_\(name)" : name
  }
}
