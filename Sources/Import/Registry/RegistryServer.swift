public import JSON

/// A server as the MCP registry describes it: one `server.json`.
///
/// Source: `https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json`. Members
/// that are not known are passed over.
public struct RegistryServer: Sendable, Equatable {
  /// `io.github.user/server`.
  public var name: String
  /// For people.
  public var title: String?
  /// For people.
  public var description: String
  /// Exact.
  public var version: String
  /// Where its source is.
  public var repository: String?
  /// What the registry says of it: `active`, `deprecated`, `deleted`.
  public var status: String?
  /// The ways to start it here.
  public var packages: [Package] = []
  /// The ways to reach it elsewhere.
  public var remotes: [Remote] = []

  /// A program of a package registry.
  public struct Package: Sendable, Equatable {
    /// `npm`, `pypi`, `oci`, …
    public var registryType: String
    /// What it is called there.
    public var identifier: String
    /// Exact; in `identifier` for `oci`.
    public var version: String?
    /// The program that starts it, when it is not the usual one.
    public var runtimeHint: String?
    /// `stdio`, `streamable-http`, `sse`.
    public var transport: String
    /// For the program that starts it.
    public var runtimeArguments: [Argument] = []
    /// For itself.
    public var packageArguments: [Argument] = []
    /// What it reads.
    public var environment: [Input] = []
    /// The address that it listens on, where it does not speak on its standard input.
    public var url: String?
  }

  /// A server over HTTP.
  public struct Remote: Sendable, Equatable {
    /// `streamable-http`, `sse`.
    public var type: String
    /// With `{name}` for its variables.
    public var url: String
    /// Of each request.
    public var headers: [Input] = []
    /// The variables of `url`.
    public var variables: [Input] = []
  }

  /// A value that somebody gives.
  public struct Input: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// For people.
    public var description: String?
    /// Fixed; with `{name}` for its variables.
    public var value: String?
    /// Unless given.
    public var defaultValue: String?
    /// What it may be; empty for anything.
    public var choices: [String] = []
    /// Whether nothing works without it.
    public var isRequired = false
    /// Whether it is to be kept to oneself.
    public var isSecret = false
    /// The variables of `value`.
    public var variables: [Input] = []
  }

  /// An argument of a program.
  public struct Argument: Sendable, Equatable {
    /// `--name`; nil for one that its place tells.
    public var flag: String?
    /// Its value.
    public var input: Input
  }
}

extension RegistryServer {
  /// Reads one `server.json`; nil when it has no name, description or version.
  public init?(_ node: JSONNode) {
    guard let name = node[member: "name"]?.string, Self.isName(name),
      let version = node[member: "version"]?.string
        ?? node[member: "version_detail"]?[
          member: "version"]?.string
    else { return nil }
    self.name = name
    self.version = version
    title = node[member: "title"]?.string
    description = node[member: "description"]?.string ?? ""
    repository = node[member: "repository"]?[member: "url"]?.string
    packages = node.list("packages").compactMap { Package($0) }
    remotes = node.list("remotes").compactMap { Remote($0) }
  }

  /// `^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$`, 3 to 200 bytes.
  private static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return (3...200).contains(name.utf8.count) && parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty
          && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
      }
  }
}

extension RegistryServer.Package {
  fileprivate init?(_ node: JSONNode) {
    guard let type = node[member: "registryType"]?.string,
      let identifier = node[member: "identifier"]?.string
    else { return nil }
    registryType = type
    self.identifier = identifier
    version = node[member: "version"]?.string
    runtimeHint = node[member: "runtimeHint"]?.string
    let transport = node[member: "transport"]
    self.transport = transport?[member: "type"]?.string ?? "stdio"
    url = transport?[member: "url"]?.string
    runtimeArguments = node.list("runtimeArguments").compactMap { .init($0) }
    packageArguments = node.list("packageArguments").compactMap { .init($0) }
    environment = node.list("environmentVariables").compactMap { .init($0) }
  }
}

extension RegistryServer.Remote {
  fileprivate init?(_ node: JSONNode) {
    guard let type = node[member: "type"]?.string, let url = node[member: "url"]?.string else {
      return nil
    }
    self.type = type
    self.url = url
    headers = node.list("headers").compactMap { .init($0) }
    variables = RegistryServer.Input.map(node[member: "variables"])
  }
}

extension RegistryServer.Input {
  fileprivate init?(_ node: JSONNode) {
    guard let name = node[member: "name"]?.string else { return nil }
    self.init(name, node)
  }

  fileprivate init(_ name: String, _ node: JSONNode) {
    self.name = name
    description = node[member: "description"]?.string
    value = node[member: "value"]?.string
    defaultValue = node[member: "default"]?.string
    choices = node.list("choices").compactMap(\.string)
    isRequired = node[member: "isRequired"]?.bool ?? false
    isSecret = node[member: "isSecret"]?.bool ?? false
    variables = Self.map(node[member: "variables"])
  }

  /// A map from names to inputs.
  fileprivate static func map(_ node: JSONNode?) -> [Self] {
    guard let node, node.kind == .object else { return [] }
    return node.members.compactMap { name, value in
      value.kind == .object ? Self(flat: name, value) : nil
    }
  }

  /// Variables have no variables of their own.
  private init(flat name: String, _ node: JSONNode) {
    self.name = name
    description = node[member: "description"]?.string
    value = node[member: "value"]?.string
    defaultValue = node[member: "default"]?.string
    choices = node.list("choices").compactMap(\.string)
    isRequired = node[member: "isRequired"]?.bool ?? false
    isSecret = node[member: "isSecret"]?.bool ?? false
  }
}

extension RegistryServer.Argument {
  fileprivate init?(_ node: JSONNode) {
    switch node[member: "type"]?.string {
    case "named":
      guard let name = node[member: "name"]?.string else { return nil }
      flag = name
      input = RegistryServer.Input(name, node)
    case "positional":
      flag = nil
      let hint = node[member: "valueHint"]?.string ?? node[member: "name"]?.string
      input = RegistryServer.Input(hint ?? "value", node)
    default: return nil
    }
  }
}

extension JSONNode {
  fileprivate func list(_ member: StaticString) -> [JSONNode] {
    self[member: member].map { Array($0.elements) } ?? []
  }
}
