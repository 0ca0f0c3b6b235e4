import Configuration
import JSON

/// How a registry's server would be added here, with one exact version.
public struct RegistryProposal: Sendable, Equatable {
  /// A name for it.
  public var name: String
  /// What would stand under its name in `mcpServers`, as JSON.
  public var definition: [UInt8]
  /// The values that were given and are kept elsewhere.
  public var secrets: [String: String]
  /// The values that nobody has given and that it needs.
  public var missing: [RegistryServer.Input]
  /// The values that it can do without.
  public var optional: [RegistryServer.Input]
  /// The command line or the address.
  public var summary: String
}

/// Why a server cannot be proposed.
public struct RegistryProposalError: Error, Sendable, Equatable {
  /// Why, and what else there is.
  public var reason: String
}

extension RegistryServer {
  /// The kinds of ways there are to use it, in the order in which they are preferred.
  public var ways: [String] {
    let types = packages.filter { $0.transport == "stdio" }.map(\.registryType)
    let known = ["npm", "pypi", "oci"].filter { types.contains($0) }
    return (remotes.isEmpty ? [] : ["remote"]) + known
  }

  /// How it would be added.
  /// - Parameters:
  ///   - way: `npm`, `pypi`, `oci` or `remote`; nil for the first there is.
  ///   - given: values by the names of variables, headers and arguments.
  public func proposal(
    by way: String? = nil, given: [String: String] = [:]
  ) throws(RegistryProposalError) -> RegistryProposal {
    guard let way = way ?? ways.first else {
      let others = Set(packages.map(\.registryType)).sorted().joined(separator: ", ")
      throw RegistryProposalError(
        reason: others.isEmpty
          ? "it names no package and no address"
          : "none of its packages can be started here: \(others)")
    }
    guard ways.contains(way) else {
      throw RegistryProposalError(
        reason: "it cannot be had by `\(way)`, but by \(ways.joined(separator: ", "))")
    }
    var draft = RegistryDraft(given: given)
    let last = name.split(separator: "/").last.map(String.init) ?? name
    if way == "remote" {
      let remote = remotes.first { $0.type == "streamable-http" } ?? remotes[0]
      draft.write(remote)
    } else if let package = packages.first(where: {
      $0.registryType == way && $0.transport == "stdio"
    }) {
      try draft.write(package)
    }
    return RegistryProposal(
      name: Configuration.Upstream.name(like: last) ?? "server", definition: draft.definition,
      secrets: draft.secrets.values, missing: draft.missing, optional: draft.optional,
      summary: draft.summary)
  }
}

/// A definition in the making.
private struct RegistryDraft {
  let given: [String: String]
  var secrets = SecretSeparation()
  var missing: [RegistryServer.Input] = []
  var optional: [RegistryServer.Input] = []
  var summary = ""
  var definition: [UInt8] = []

  init(given: [String: String]) { self.given = given }

  mutating func write(_ remote: RegistryServer.Remote) {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.name("type")
    writer.string(remote.type == "sse" ? "sse" : "http")
    summary = filled(remote.url, remote.variables, isSecret: false)
    writer.name("url")
    writer.string(summary)
    let headers = remote.headers.compactMap { header -> (String, String)? in
      guard let value = value(of: header) else { return nil }
      return (header.name, secrets.header(header.name, value))
    }
    if !headers.isEmpty {
      writer.name("headers")
      writer.beginObject()
      for (name, value) in headers {
        writer.name(name)
        writer.string(value)
      }
      writer.endObject()
    }
    writer.endObject()
    definition = writer.bytes
  }

  mutating func write(_ package: RegistryServer.Package) throws(RegistryProposalError) {
    var arguments = arguments(package.runtimeArguments)
    let command: String
    switch package.registryType {
    case "npm":
      command = "npx"
      if !arguments.contains("-y") { arguments.insert("-y", at: 0) }
      arguments.append("\(try identifier(package))@\(try exact(package.version))")
    case "pypi":
      command = "uvx"
      arguments.append("\(try identifier(package))==\(try exact(package.version))")
    default:
      command = package.runtimeHint == "podman" ? "podman" : "docker"
      arguments = ["run", "-i", "--rm"] + arguments
      for input in package.environment where !arguments.contains("\(input.name)") {
        arguments += ["-e", input.name]
      }
      arguments.append(try image(package))
    }
    arguments += self.arguments(package.packageArguments)
    var variables: [(String, String)] = []
    for input in package.environment {
      guard let value = value(of: input) else { continue }
      if input.isSecret || given[input.name] != nil {
        if let kept = secrets.environment(input.name, value) {
          variables.append((input.name, kept))
        }
      } else {
        variables.append((input.name, value))
      }
    }
    let shown = secrets.arguments(arguments)
    var writer = JSONWriter(reservingCapacity: 512)
    writer.beginObject()
    writer.name("command")
    writer.string(command)
    writer.name("args")
    writer.beginArray()
    for argument in shown { writer.string(argument) }
    writer.endArray()
    if !variables.isEmpty {
      writer.name("env")
      writer.beginObject()
      for (name, value) in variables {
        writer.name(name)
        writer.string(value)
      }
      writer.endObject()
    }
    writer.endObject()
    definition = writer.bytes
    summary = ([command] + shown).joined(separator: " ")
  }

  private func identifier(
    _ package: RegistryServer.Package
  ) throws(RegistryProposalError) -> String {
    let isUsable = package.identifier.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "@/._-".contains($0))
    }
    guard isUsable, package.identifier.first.map({ $0 != "-" && $0 != "." }) == true else {
      throw RegistryProposalError(reason: "its package has no usable name")
    }
    return package.identifier
  }

  private func exact(_ version: String?) throws(RegistryProposalError) -> String {
    guard let version, version != "latest", version.first?.isNumber == true,
      version.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".+-_!".contains($0)) })
    else { throw RegistryProposalError(reason: "its package names no exact version") }
    return version
  }

  /// An image with its version or, better, its digest.
  private func image(_ package: RegistryServer.Package) throws(RegistryProposalError) -> String {
    let name = package.identifier
    guard !name.isEmpty, !name.hasPrefix("-"),
      name.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !name.contains("$")
    else { throw RegistryProposalError(reason: "its image has no usable name") }
    let last = name.split(separator: "/").last ?? ""
    if name.contains("@sha256:") || (last.contains(":") && !last.hasSuffix(":latest")) {
      return name
    }
    return "\(name):\(try exact(package.version))"
  }

  // MARK: - Values

  private mutating func arguments(_ arguments: [RegistryServer.Argument]) -> [String] {
    arguments.flatMap { argument -> [String] in
      guard let value = value(of: argument.input) else {
        // A flag without a value is one that is simply there.
        guard let flag = argument.flag, argument.input.isRequired else { return [] }
        return missing.contains(argument.input) ? [] : [flag]
      }
      return (argument.flag.map { [$0] } ?? []) + (value.isEmpty ? [] : [value])
    }
  }

  /// The value that was given or is fixed; notes what is missing.
  private mutating func value(of input: RegistryServer.Input) -> String? {
    if let given = given[input.name] { return given }
    if let value = input.value {
      return filled(value, input.variables, isSecret: input.isSecret)
    }
    if let value = input.defaultValue { return Self.literal(value) }
    if input.isRequired {
      missing.append(input)
    } else {
      optional.append(input)
    }
    return nil
  }

  /// A registry's text names no variable of the gateway: it could have secrets sent to it.
  private static func literal(_ text: String) -> String { text.replacing("${", with: "$${") }

  /// With `{name}` replaced by the values of its variables.
  private mutating func filled(
    _ text: String, _ variables: [RegistryServer.Input], isSecret: Bool
  ) -> String {
    var text = Self.literal(text)
    for variable in variables where text.contains("{\(variable.name)}") {
      guard let value = value(of: variable) else { continue }
      let isKept = variable.isSecret && !isSecret
      text = text.replacing(
        "{\(variable.name)}", with: isKept ? secrets.keep(value, as: variable.name) : value)
    }
    return text
  }
}
