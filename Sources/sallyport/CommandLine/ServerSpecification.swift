import Configuration
import JSON

/// A server as the command line describes it.
struct ServerSpecification: Sendable, Equatable {
  var name = ""
  /// `http` or `sse`; nil for a program, or when the gateway is to find out.
  var type: String?
  var url: String?
  /// `Name: value`, or `Name=value`.
  var headers: [String] = []
  /// `NAME=value`.
  var environment: [String] = []
  var workingDirectory: String?
  /// A program and its arguments.
  var command: [String] = []
  var effect: String?
  var timeout: String?
  /// Whether values stand in the definition itself.
  var isPlain = false

  /// What stands under the server's name in `mcpServers`, and the values that are kept elsewhere.
  struct Definition: Sendable, Equatable {
    var json: [UInt8]
    var secrets: [String: String]
  }

  /// Makes the definition. Paths begin at `directory`.
  func definition(in directory: String) throws(UsageError) -> Definition {
    var secrets: [String: String] = [:]
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    if let url {
      try write(url: url, &writer, &secrets)
    } else {
      try write(program: directory, &writer, &secrets)
    }
    writer.member("effect", effect)
    writer.member("timeout", timeout)
    writer.endObject()
    return Definition(json: writer.bytes, secrets: secrets)
  }

  private func write(
    url: String, _ writer: inout JSONWriter, _ secrets: inout [String: String]
  ) throws(UsageError) {
    guard command.isEmpty else {
      throw UsageError(message: "give `--url` or a command, not both")
    }
    for (option, isGiven) in [("env", !environment.isEmpty), ("cwd", workingDirectory != nil)]
    where isGiven {
      throw UsageError(message: "`--\(option)` belongs to a command, not to `--url`")
    }
    writer.member("type", type)
    writer.member("url", url)
    guard !headers.isEmpty else { return }
    writer.name("headers")
    writer.beginObject()
    for header in headers {
      guard let end = header.firstIndex(where: { $0 == ":" || $0 == "=" }),
        end > header.startIndex
      else { throw UsageError(message: "`--header` takes `Name: value`") }
      let name = String(header[..<end])
      let value = header[header.index(after: end)...].drop { $0 == " " }
      let variable = SecretName.ofHeader(name)
      writer.member(name, kept(String(value), as: variable, &secrets))
    }
    writer.endObject()
  }

  private func write(
    program directory: String, _ writer: inout JSONWriter, _ secrets: inout [String: String]
  ) throws(UsageError) {
    guard let program = command.first else {
      throw UsageError(message: "give `--url URL`, or `--` and the command to start")
    }
    for (option, isGiven) in [("header", !headers.isEmpty), ("type", type != nil)] where isGiven {
      throw UsageError(message: "`--\(option)` belongs to `--url`, not to a command")
    }
    writer.member("command", program.contains("/") ? absolute(program, directory) : program)
    if command.count > 1 {
      writer.name("args")
      writer.beginArray()
      for argument in command.dropFirst() { writer.string(argument) }
      writer.endArray()
    }
    if let workingDirectory { writer.member("cwd", absolute(workingDirectory, directory)) }
    var plain: [(String, String)] = []
    for variable in environment {
      guard let end = variable.firstIndex(of: "="), end > variable.startIndex else {
        throw UsageError(message: "`--env` takes NAME=value")
      }
      let name = String(variable[..<end])
      let value = String(variable[variable.index(after: end)...])
      // What the file holds, the program gets; it need not stand here as well.
      if !isPlain, !value.contains("${"), EnvironmentFile.isName(name) {
        secrets[name] = value
      } else {
        plain.append((name, value))
      }
    }
    guard !plain.isEmpty else { return }
    writer.name("env")
    writer.beginObject()
    for (name, value) in plain { writer.member(name, value) }
    writer.endObject()
  }

  /// The value itself, when it names a variable; else the name of the variable that keeps it.
  private func kept(
    _ value: String, as variable: String, _ secrets: inout [String: String]
  ) -> String {
    guard !isPlain, !value.contains("${") else { return value }
    secrets[variable] = value
    return "${\(variable)}"
  }

  private func absolute(_ path: String, _ directory: String) -> String {
    if path.hasPrefix("/") || path.hasPrefix("~/") || path.hasPrefix("${") { return path }
    if path == "." || path == "./" { return directory }
    let relative = path.hasPrefix("./") ? path.dropFirst(2) : path[...]
    return directory == "/" ? "/\(relative)" : "\(directory)/\(relative)"
  }
}

/// What variables are called that keep values of a definition.
enum SecretName {
  /// `HEADER_X_API_KEY` for `X-Api-Key`.
  static func ofHeader(_ name: String) -> String {
    "HEADER_"
      + name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }
      .joined()
  }
}
