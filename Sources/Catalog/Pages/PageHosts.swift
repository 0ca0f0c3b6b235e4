public import JSON

/// Whom a page of a server may speak with, past the gateway: what of its `csp` stays, which its
/// host enforces (MCP Apps, SEP-1865).
public enum PageHosts: Sendable, Equatable {
  /// What URIs of pages begin with.
  static let scheme = "ui://"

  /// Everybody.
  case any
  /// The origins that are spelled exactly so.
  case origins(Set<String>)
  /// Hosts as the configuration names them.
  case hosts([String])

  /// Whether a URI is that of a page.
  public static func isPage(_ ownURI: String) -> Bool {
    ownURI.prefix(scheme.count).lowercased() == scheme
  }

  /// What of a `csp` stays.
  func allows(_ origin: String) -> Bool {
    switch self {
    case .any: true
    case .origins(let origins): origins.contains(origin)
    case .hosts(let hosts): Self.host(of: origin).map { Self.matches($0, hosts) } ?? false
    }
  }

  /// The host of `https://api.example.com:8443/path`, with `*.` where it stands for more; nil when
  /// there is none.
  private static func host(of origin: String) -> String? {
    let text = origin.lowercased()
    let rest = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
    let host = rest.prefix { $0 != "/" && $0 != ":" && $0 != "?" && $0 != "#" }
    return host.isEmpty || rest.contains("@") ? nil : String(host)
  }

  private static func matches(_ host: String, _ patterns: [String]) -> Bool {
    patterns.contains { pattern in
      guard pattern.hasPrefix("*.") else { return host == pattern }
      let suffix = pattern.dropFirst(1)
      return host.hasSuffix(suffix) && host.count > suffix.count
    }
  }

  /// The origins that `_meta.ui.csp` of a definition names.
  static func origins(in definition: JSONNode) -> Set<String> {
    guard let csp = definition[member: "_meta"]?[member: "ui"]?[member: "csp"] else { return [] }
    return Set(csp.memberNodes.flatMap { $0.value.elements.compactMap(\.string) })
  }
}

/// Takes out of definitions and contents what a page may not.
public struct PageRestriction {
  private let hosts: PageHosts
  private var splice: JSONSplice
  /// What was taken out.
  public private(set) var denied: [String] = []

  /// For nodes of one document.
  public init(_ hosts: PageHosts, in node: JSONNode) {
    self.hosts = hosts
    splice = JSONSplice(node.document)
  }

  /// Looks at one thing that has `_meta`.
  public mutating func restrict(_ node: JSONNode) {
    guard hosts != .any, let csp = node[member: "_meta"]?[member: "ui"]?[member: "csp"] else {
      return
    }
    guard csp.kind == .object else {
      denied.append(csp.description)
      return splice.replace(csp, with: Array("{}".utf8))
    }
    for (_, list) in csp.memberNodes {
      let kept = list.elements.filter { $0.string.map(hosts.allows) ?? false }
      guard list.kind != .array || kept.count < list.count else { continue }
      denied +=
        list.kind == .array
        ? list.elements.compactMap(\.string).filter { !hosts.allows($0) } : [list.description]
      splice.replace(list, with: Self.array(of: kept))
    }
  }

  /// The node with what is left; the same node when nothing was taken out.
  public func applied(to node: JSONNode) -> JSONNode {
    guard !denied.isEmpty,
      let document = try? JSONDocument(parsing: splice.apply(to: node), limits: .ceiling)
    else { return node }
    return document.root
  }

  private static func array(of nodes: [JSONNode]) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 64)
    writer.beginArray()
    for node in nodes { writer.node(node) }
    writer.endArray()
    return writer.bytes
  }
}
