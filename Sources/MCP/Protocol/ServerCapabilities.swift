public import JSON

/// What a server offers (`ServerCapabilities` of all revisions). `experimental`, and the list of
/// the tasks of 2025-11-25, are not relayed.
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
  /// Calls of tools that go on as tasks of 2025-11-25; nil for none.
  public var tasks: Tasks?

  /// What a server has for tasks of 2025-11-25 (`ServerCapabilities.tasks`).
  public struct Tasks: Sendable, Hashable {
    /// `tasks/cancel`.
    public var cancel: Bool
    /// With or without cancelling.
    public init(cancel: Bool) { self.cancel = cancel }
  }

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
    if let tasks = declared[member: "tasks"],
      tasks[member: "requests"]?[member: "tools"]?[member: "call"]?.kind == .object
    {
      self.tasks = Tasks(cancel: tasks[member: "cancel"]?.kind == .object)
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
    if let more = other.tasks {
      tasks = Tasks(cancel: more.cancel || tasks?.cancel == true)
    }
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
    if era == .session, let tasks { Self.write(tasks, &writer) }
    writer.endObject()
  }

  /// Without `list`: whose tasks a server would list is not known.
  private static func write(_ tasks: Tasks, _ writer: inout JSONWriter) {
    writer.name("tasks")
    writer.beginObject()
    if tasks.cancel { empty("cancel", &writer) }
    writer.name("requests")
    writer.beginObject()
    writer.name("tools")
    writer.beginObject()
    empty("call", &writer)
    writer.endObject()
    writer.endObject()
    writer.endObject()
  }

  private static func empty(_ name: String, _ writer: inout JSONWriter) {
    writer.name(name)
    writer.beginObject()
    writer.endObject()
  }
}
