public import JSON

/// What a server offers (`ServerCapabilities` of all revisions). `experimental`, and tasks of
/// 2025-11-25, are not relayed.
public struct ServerCapabilities: Sendable, Hashable {
  /// The lists it has.
  public var lists: Set<ListKind> = []
  /// The lists whose changes it announces.
  public var announces: Set<ListKind> = []
  /// Whether updates of single resources can be subscribed to.
  public var resourceUpdates = false
  /// `completion/complete`.
  public var completions = false
  /// Log messages.
  public var logging = false
  /// Extensions by their names, with the JSON text of their settings.
  public var extensions: [String: [UInt8]] = [:]

  /// No capabilities.
  public init() {}

  /// What a server declared; members of the wrong type count as absent.
  public init(_ declared: JSONNode?) {
    guard let declared, declared.kind == .object else { return }
    for kind in ListKind.allCases {
      guard let list = declared[member: kind.rawValue], list.kind == .object else { continue }
      lists.insert(kind)
      if list[member: "listChanged"]?.bool == true { announces.insert(kind) }
    }
    if lists.contains(.resources) {
      resourceUpdates = declared[member: "resources"]?[member: "subscribe"]?.bool ?? false
    }
    completions = declared[member: "completions"]?.kind == .object
    logging = declared[member: "logging"]?.kind == .object
    if let extensions = declared[member: "extensions"], extensions.kind == .object {
      for (name, settings) in extensions.members where settings.kind == .object {
        self.extensions[name] = Array(settings.raw)
      }
    }
  }

  /// What either has.
  public mutating func formUnion(_ other: ServerCapabilities) {
    lists.formUnion(other.lists)
    announces.formUnion(other.announces)
    resourceUpdates = resourceUpdates || other.resourceUpdates
    completions = completions || other.completions
    logging = logging || other.logging
    extensions.merge(other.extensions) { first, _ in first }
  }

  /// Writes the object as it stands on the wire of an era.
  public func write(to writer: inout JSONWriter, in era: Era) {
    writer.beginObject()
    if completions { Self.empty("completions", &writer) }
    if era == .stateless, !extensions.isEmpty {
      writer.name("extensions")
      writer.beginObject()
      for (name, settings) in extensions.sorted(by: { $0.key < $1.key }) {
        writer.name(name)
        writer.raw(settings)
      }
      writer.endObject()
    }
    if logging { Self.empty("logging", &writer) }
    for kind in [ListKind.prompts, .resources, .tools] where lists.contains(kind) {
      writer.name(kind.rawValue)
      writer.beginObject()
      if announces.contains(kind) {
        writer.name("listChanged")
        writer.bool(true)
      }
      if kind == .resources, resourceUpdates {
        writer.name("subscribe")
        writer.bool(true)
      }
      writer.endObject()
    }
    writer.endObject()
  }

  private static func empty(_ name: String, _ writer: inout JSONWriter) {
    writer.name(name)
    writer.beginObject()
    writer.endObject()
  }
}
