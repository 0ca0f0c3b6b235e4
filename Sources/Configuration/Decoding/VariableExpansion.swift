/// Replaces `${VAR}`, `${env:VAR}` and `${VAR:-default}` as the MCP clients do, `${userHome}` and
/// `${workspaceFolder}` as editors do, and `$${` by a plain `${`. A replacement is not looked at
/// again, so a variable's value cannot bring in another.
struct VariableExpansion {
  var environment: [String: String]
  /// What `${workspaceFolder}` stands for.
  var directory: String

  struct Failure: Error, Equatable {
    var message: String
    var expected: String?
  }

  func expand(_ text: String) throws(Failure) -> String {
    let source = Array(text.utf8)
    var result: [UInt8] = []
    var position = 0
    while position < source.count {
      if source[position...].starts(with: "$${".utf8) {
        result += "${".utf8
        position += 3
      } else if source[position...].starts(with: "${".utf8) {
        guard let end = source[position...].firstIndex(of: UInt8(ascii: "}")) else {
          throw Failure(message: "`${` is never closed", expected: "`${NAME}`, or `$${` for `${`")
        }
        let inside = String(decoding: source[(position + 2)..<end], as: UTF8.self)
        result += try replacement(for: inside).utf8
        position = end + 1
      } else {
        result.append(source[position])
        position += 1
      }
      guard result.count <= ConfigurationBounds.expandedBytes else {
        throw Failure(
          message: "is too long with its variables replaced",
          expected: "at most \(ConfigurationBounds.expandedBytes) bytes")
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private func replacement(for inside: String) throws(Failure) -> String {
    switch inside {
    case "userHome": return try value(of: "HOME", default: nil)
    case "workspaceFolder": return directory
    case "pathSeparator", "/": return "/"
    default: break
    }
    var name = Substring(inside)
    var defaultValue: String?
    if let separator = inside.firstRange(of: ":-") {
      name = inside[..<separator.lowerBound]
      defaultValue = String(inside[separator.upperBound...])
    }
    if name.hasPrefix("env:") { name = name.dropFirst(4) }
    if name.hasPrefix("input:") {
      throw Failure(
        message: "\(quoted("${\(name)}")) asks a person, which a gateway cannot",
        expected: "an environment variable: `${NAME}`")
    }
    guard Self.isName(name) else {
      throw Failure(
        message: "\(quoted("${\(name)}")) names no environment variable",
        expected: "`${NAME}`, `${NAME:-default}`, or `$${` for `${`")
    }
    return try value(of: String(name), default: defaultValue)
  }

  private func value(of name: String, default defaultValue: String?) throws(Failure) -> String {
    if let value = environment[name], !(value.isEmpty && defaultValue != nil) { return value }
    if let defaultValue { return defaultValue }
    throw Failure(
      message: "the environment variable \(quoted(name)) is not set",
      expected: "a value for it, or a default: `${\(name):-default}`")
  }

  /// Whether `name` can be the name of an environment variable.
  static func isName(_ name: some StringProtocol) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}

extension ConfigurationReader {
  var expansion: VariableExpansion {
    VariableExpansion(
      environment: ownVariables.isEmpty
        ? input.environment : input.environment.merging(ownVariables) { $1 },
      directory: resolve("."))
  }
}

extension Field {
  /// A program's argument with its variables replaced.
  func expanded() -> ExpandedString? {
    guard let source = argument() else { return nil }
    do {
      let value = try reader.expansion.expand(source)
      guard !value.utf8.contains(0) else {
        fail("holds a NUL character")
        return nil
      }
      return ExpandedString(source: source, value: value)
    } catch {
      fail(error.message, expected: error.expected)
      return nil
    }
  }
}
