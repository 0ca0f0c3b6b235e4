public import JSON

/// What a client can be asked for (MCP 2026-07-28 and 2025-11-25, `ClientCapabilities`).
/// `experimental` and what is not known here are never relayed.
public struct ClientCapabilities: Sendable, Hashable {
  /// Its file system roots.
  public var roots = false
  /// Whether it tells when its roots change; only in the session era.
  public var rootsListChanged = false
  /// A completion of its model.
  public var sampling = false
  /// `includeContext` other than `none`.
  public var samplingContext = false
  /// Tools in a sampling request.
  public var samplingTools = false
  /// A form for its person.
  public var elicitationForm = false
  /// A page for its person to visit.
  public var elicitationURL = false
  /// Extensions by their names, with the JSON text of their settings.
  public var extensions: [String: [UInt8]] = [:]

  /// Nothing.
  public static let none = ClientCapabilities()

  /// Nothing at all can be asked.
  public var isEmpty: Bool { self == Self.none }

  /// No capabilities.
  public init() {}

  /// What a client declared; members of the wrong type count as absent.
  public init(_ declared: JSONNode?) {
    guard let declared, declared.kind == .object else { return }
    if let roots = declared.object("roots") {
      self.roots = true
      rootsListChanged = roots[member: "listChanged"]?.bool ?? false
    }
    if let sampling = declared.object("sampling") {
      self.sampling = true
      samplingContext = sampling.object("context") != nil
      samplingTools = sampling.object("tools") != nil
    }
    if let elicitation = declared.object("elicitation") {
      elicitationURL = elicitation.object("url") != nil
      // An empty object means forms (2025-06-18, and 2025-11-25 for compatibility).
      elicitationForm = elicitation.object("form") != nil || !elicitationURL
    }
    if let extensions = declared.object("extensions") {
      for (name, settings) in extensions.members where settings.kind == .object {
        self.extensions[name] = Array(settings.raw)
      }
    }
  }

  /// What both have.
  public func reduced(to other: ClientCapabilities) -> ClientCapabilities {
    var both = self
    both.roots = roots && other.roots
    both.rootsListChanged = rootsListChanged && other.rootsListChanged
    both.sampling = sampling && other.sampling
    both.samplingContext = samplingContext && other.samplingContext
    both.samplingTools = samplingTools && other.samplingTools
    both.elicitationForm = elicitationForm && other.elicitationForm
    both.elicitationURL = elicitationURL && other.elicitationURL
    both.extensions = extensions.filter { other.extensions[$0.key] != nil }
    return both
  }

  /// Writes the object as it stands on the wire of an era.
  public func write(to writer: inout JSONWriter, in era: Era) {
    writer.beginObject()
    if roots {
      writer.name("roots")
      writer.beginObject()
      if rootsListChanged, era == .session {
        writer.name("listChanged")
        writer.bool(true)
      }
      writer.endObject()
    }
    if sampling {
      Self.write("sampling", [("context", samplingContext), ("tools", samplingTools)], &writer)
    }
    if elicitationForm || elicitationURL {
      Self.write("elicitation", [("form", elicitationForm), ("url", elicitationURL)], &writer)
    }
    if era == .stateless, !extensions.isEmpty {
      writer.name("extensions")
      writer.beginObject()
      for (name, settings) in extensions.sorted(by: { $0.key < $1.key }) {
        writer.name(name)
        writer.raw(settings)
      }
      writer.endObject()
    }
    writer.endObject()
  }

  private static func write(
    _ name: StaticString, _ parts: [(StaticString, Bool)], _ writer: inout JSONWriter
  ) {
    writer.name(name)
    writer.beginObject()
    for (part, isThere) in parts where isThere {
      writer.name(part)
      writer.beginObject()
      writer.endObject()
    }
    writer.endObject()
  }
}

extension JSONNode {
  fileprivate func object(_ name: StaticString) -> JSONNode? {
    self[member: name].flatMap { $0.kind == .object ? $0 : nil }
  }
}
